"""Names that lead somewhere, and tables of them: every cell is HTML that is escaped already."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from seewhy.explorer import navigation, urls
from seewhy.explorer.components.blocks import table_of_cells
from seewhy.explorer.components.marks import chips
from seewhy.explorer.components.source_rows import row_link, row_links

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SHOWN = 100
"""Rows of a table that are written out; the export has all."""


def person(id: str, name: str = "") -> str:
    """A person, leading to their place in the organisation."""
    link = navigation.to(name or id, "structure", person=id)
    return _named(link, id if name and name != id else "") + chips("person", id)


def unit(id: str, name: str = "") -> str:
    """A unit, leading to its page."""
    link = navigation.to(name or id, "structure", unit=id)
    return _named(link, id if name and name != id else "") + chips("unit", id)


def case(id: str, title: str = "") -> str:
    """A case, leading to who can see it; with its title."""
    return _named(navigation.to(id, "who", case=id), title if title != id else "") + chips("case", id)


def why(person: str, case: str) -> str:
    """The way to the explanation of a pair."""
    return navigation.to("Why", "why", person=person, case=case)


def source(text: str) -> str:
    """The source row of something, leading to its page."""
    return f'<span class="src">{row_link(text)}</span>'


def rows(text: str) -> str:
    """Several source rows, separated by commas."""
    return f'<span class="src">{row_links(text.split(","))}</span>'


def marked(text: str) -> str:
    """Escaped, with text in backticks as code."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if n % 2 else part for n, part in enumerate(parts))


def _named(link: str, beside: str) -> str:
    return f'{link} <span class="src">{escape(beside)}</span>' if beside else link


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, noun: str = "", most: int = SHOWN) -> str:
    """A table of HTML cells; past `most` rows it says how many there are."""
    written = [tuple(row) for row in rows]
    more = ""
    if len(written) > most:
        more = f'<p class="src more">{most} of {len(written):,} {escape(noun)} shown; the export has all.</p>'
    return table_of_cells(head, written[:most]) + more


def pages(page: str, count: int, noun: str, size: int = SHOWN) -> tuple[slice, str]:
    """Which rows are shown by the page number in the URL, and the line that says so, with the way to the others."""
    last = max(1, -(-count // size))
    at = urls.page_number("page", last)
    part = slice((at - 1) * size, min(at * size, count))
    range_ = f"<b>{part.start + 1:,} to {part.stop:,}</b> of " if last > 1 else ""
    one = "person" if noun == "people" else noun.removesuffix("s")
    line = f"{range_}<b>{count:,}</b> {escape(one if count == 1 else noun)}"
    here = {name: urls.parameter(name) for name in st.query_params if name not in ("page", "asof")}
    for label, to, possible in (("previous", at - 1, at > 1), ("next", at + 1, at < last)):
        if possible:
            line += f" · {navigation.to(label, page, **here, page='' if to == 1 else str(to))}"
    return part, f'<p class="src pages">{line}</p>'
