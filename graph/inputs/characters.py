"""Which characters of a cell count: what is trimmed at its ends, and what no id and no name holds.

Trimmed, in every format and in arguments: Unicode's blanks, and what shows nothing and takes no room, since nobody can
see that it is there. Refused inside ids and names: what steers a terminal, turns the direction of a line, breaks it, or
is no character. Kept inside: joiners (Persian and Indic words and emoji are written with them), soft hyphens and
zero-width spaces; ids that differ in nothing else are a finding.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seewhy.graph.schemes.columns import Column


def _chars(*ranges: str) -> str:
    """The characters of ranges like `2000-200A`, by code point."""
    found = []
    for text in " ".join(ranges).split():
        first, _, last = text.partition("-")
        found += [chr(code) for code in range(int(first, 16), int(last or first, 16) + 1)]
    return "".join(found)


BYTE_ORDER_MARK = "\ufeff"
_BLANKS = _chars("09-0D 20 85 A0 1680 2000-200A 2028 2029 202F 205F 3000")
_DIRECTIONS = _chars("061C 200E 200F 202A-202E 2066-2069 206A-206F")
# Soft hyphen, joiners, fillers, variation selectors, invisible operators.
_HIDDEN = _chars("AD 034F 115F 1160 17B4 17B5 180B-180F 200B-200D 2060-2065 2800 3164 FE00-FE0F FEFF FFA0")
TRIMMED = _BLANKS + _HIDDEN + _DIRECTIONS
"""What is cut off at both ends of a cell, an id in a question, and a key of a change."""

_BREAKS = r"\t\n\r"
_OTHERS = (
    r"\x01-\x08\x0B\x0C\x0E-\x1F\x7F-\u{9F}\u{061C}\u{200E}\u{200F}\u{2028}-\u{202E}\u{2066}-\u{206F}\u{FEFF}\u{FFF0}-\u{FFFB}"
    r"\u{FDD0}-\u{FDEF}\u{E0000}-\u{E00FF}"
    + "".join(rf"\u{{{plane:X}FFFE}}\u{{{plane:X}FFFF}}" for plane in range(1, 17))
    + r"\u{FFFE}\u{FFFF}"
)
_TEXTS = frozenset({"title", "job_title"})
"""Names of several lines, as cells of spreadsheets have them; notes besides, which say what they like."""
_NAMES = {9: "tab", 10: "line feed", 11: "line tabulation", 12: "form feed", 13: "carriage return", 27: "escape"}
_LINE_BREAKS = frozenset("\n\r\x0b\x0c\x85\u2028\u2029")


def trimmed(text: str) -> str:
    """The text without blanks and invisible characters at its ends."""
    return text.strip(TRIMMED)


def trimmed_column(cells: pl.Series) -> pl.Series:
    """The same for every cell of a text column."""
    return cells.str.strip_chars(TRIMMED)


def refused(column: Column, cells: pl.Series) -> pl.Series | None:
    """Which cells of a column of ids or names hold a character that none has; None for another column.

    NUL is a problem of its own. Titles may have several lines, and notes say what they like.
    """
    if column.kind not in ("id", "text") or column.name == "note":
        return None
    return cells.str.contains(f"[{_OTHERS}]" if column.name in _TEXTS else f"[{_BREAKS}{_OTHERS}]")


def first_refused(text: str, *, lines: bool = False) -> str:
    """The first character of a text that no id and no name holds, blank for none; with `lines` breaks are fine."""
    found = pl.Series([text]).str.extract(f"([{_OTHERS}])" if lines else f"([{_BREAKS}{_OTHERS}])")[0]
    return found or ""


def refusal(column: Column, text: str) -> tuple[str, str]:
    """The message for a cell that is refused, and a hint: what stands in it, and where."""
    char = first_refused(text, lines=column.name in _TEXTS)
    if char == BYTE_ORDER_MARK:
        hint = "two files were joined here: each row stands on a line of its own"
        return f"`{escaped(text)}` holds a byte-order mark (U+FEFF)", hint
    if char in _LINE_BREAKS:
        return f"`{escaped(text)}` holds a line break ({named(char)})", "ids and names are one line"
    kind = "direction" if char in _DIRECTIONS else "control"
    return f"`{escaped(text)}` holds a {kind} character ({named(char)})", "delete it, or write the cell anew"


def escaped(text: str) -> str:
    r"""The text with what cannot be seen as `\u202e`."""
    shown = (repr(char)[1:-1] if _unseen(char) else char for char in text)
    return "".join(shown)


def named(char: str) -> str:
    """`U+001B escape`."""
    name = _NAMES.get(ord(char)) or unicodedata.name(char, "").lower()
    return f"U+{ord(char):04X} {name}".strip()


def without_marks(text: str) -> str:
    """The text without byte-order marks at the beginning of its lines, where joined files have them."""
    if BYTE_ORDER_MARK not in text:
        return text
    return "".join(line.lstrip(BYTE_ORDER_MARK) for line in _lines(text))


def _lines(text: str) -> Iterable[str]:
    r"""Lines with their ends: \n, \r or \r\n (splitlines knows more, which are no ends of a record)."""
    begin = 0
    while begin < len(text):
        ends = [place for sign in "\n\r" if (place := text.find(sign, begin)) >= 0]
        end = min(ends, default=len(text) - 1) + 1
        yield text[begin:end]
        begin = end


def _unseen(char: str) -> bool:
    return char != " " and (char in TRIMMED or not char.isprintable())
