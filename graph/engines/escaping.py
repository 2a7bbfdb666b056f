"""Text that the embedded engine would take for a list.

kglite compares the text of a JSON list with its only element: `'["x"]' = 'x'` is true there. So every text that
begins with `[` carries an invisible mark behind that bracket while it is inside: it is no JSON any more, still begins
with `[`, and sorts among its kind as before. The mark is added to everything that goes in (node and relationship
columns, parameters) and removed from everything that comes out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import polars as pl

MARK = "\u2060"
_BRACKET = re.compile(r"^[ \t\r\n]*\[")
_MARKED = re.compile(rf"^([ \t\r\n]*\[){MARK}")
_TEXTS = (pl.String, pl.Categorical, pl.Enum)
_FEW = 1_000
"""Rows up to which text is looked at in Python."""


def escape(value: Any) -> Any:
    """A parameter as it goes in; lists and maps (their values, not their keys) are followed."""
    if isinstance(value, str):
        match = _BRACKET.match(value)
        return value[: match.end()] + MARK + value[match.end() :] if match else value
    if isinstance(value, (list, tuple)):
        return [escape(item) for item in value]
    if isinstance(value, Mapping):
        return {key: escape(item) for key, item in value.items()}
    return value


def unescape(value: Any) -> Any:
    """A result as it comes out; the exact inverse of `escape`."""
    if isinstance(value, str):
        return _MARKED.sub(r"\1", value)
    if isinstance(value, list):
        return [unescape(item) for item in value]
    if isinstance(value, dict):
        return {key: unescape(item) for key, item in value.items()}
    return value


def escape_frame(frame: pl.DataFrame) -> tuple[pl.DataFrame, bool]:
    """The frame as it goes in, and whether anything in it had to be escaped (text and lists of text)."""
    if not len(frame) or (len(frame) <= _FEW and not _has_bracket(frame)):
        return frame, False
    asked: dict[str, pl.Expr] = {}
    escaped: dict[str, pl.Expr] = {}
    for name, dtype in frame.schema.items():
        column = pl.col(name)
        if isinstance(dtype, _TEXTS):
            asked[name] = column.cast(pl.String).str.contains(_BRACKET.pattern).any()
            escaped[name] = _escaped(column.cast(pl.String))
        elif isinstance(dtype, pl.List) and isinstance(dtype.inner, pl.String):
            asked[name] = column.list.eval(pl.element().str.contains(_BRACKET.pattern)).list.any().any()
            escaped[name] = column.list.eval(_escaped(pl.element()))
    found = frame.select(**asked).row(0, named=True) if asked else {}
    changed = [escaped[name].alias(name) for name, some in found.items() if some]
    return (frame.with_columns(changed), True) if changed else (frame, False)


def _has_bracket(frame: pl.DataFrame) -> bool:
    """Whether some text has a bracket anywhere; for few rows quicker than asking for the place."""
    for name, dtype in frame.schema.items():
        if isinstance(dtype, pl.List):
            cells = frame[name].explode().to_list() if isinstance(dtype.inner, pl.String) else []
        else:
            cells = frame[name].to_list() if isinstance(dtype, _TEXTS) else []
        if any("[" in cell for cell in cells if cell):
            return True
    return False


def _escaped(column: pl.Expr) -> pl.Expr:
    return column.str.replace(r"^([ \t\r\n]*\[)", "${1}" + MARK)
