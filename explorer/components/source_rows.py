"""Rows of the input as pages name them: `memberships.csv, row 14`, a link to the page of that row."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from seewhy.explorer import navigation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def row_text(source: str) -> str:
    """`memberships.csv, row 14` for `memberships.csv:14`."""
    file, colon, row = source.rpartition(":")
    return f"{file}, row {row}" if colon else source


def row_link(source: str, load: str = "", asof: str = "") -> str:
    """The row that a source names, a link to its page; text where it names none, as rows that nobody loaded.

    Each load numbers its own rows: `load`, else the day `asof` (blank: that of the page), tells which one is meant.
    """
    file, colon, row = source.rpartition(":")
    if not colon or not row.isdecimal() or "/" in file:
        return escape(row_text(source))
    given = {"file": file, "row": row, "load": load, **({"asof": asof} if asof else {})}
    return navigation.to(row_text(source), "row", **given)


def row_links(sources: Iterable[str], asof: Mapping[str, str] | None = None) -> str:
    """Several rows, with commas between them; `asof` by source, where it is not the day of the page."""
    days = asof or {}
    return ", ".join(row_link(one, asof=days.get(one, "")) for source in sources if (one := source.strip()))


_ROW_IN_WORDS = re.compile(r"([\w.-]+), row (\d+)")


def rows_linked(text: str) -> str:
    """Text, escaped, in which `holdings.csv, row 3` is a link to that row."""
    parts, end = [], 0
    for found in _ROW_IN_WORDS.finditer(text):
        parts += [escape(text[end : found.start()]), row_link(f"{found[1]}:{found[2]}")]
        end = found.end()
    return "".join([*parts, escape(text[end:])])
