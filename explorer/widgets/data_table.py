"""A long list as a table: a page of rows at a time, always with how many there are; one row is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import streamlit as st

from seewhy.explorer import urls
from seewhy.explorer.components import blocks
from seewhy.explorer.palette import COLOURS, DARK, LIGHT, VALUES
from seewhy.explorer.widgets.filters import PAGE

if TYPE_CHECKING:
    from collections.abc import Mapping

_ROW = 34
_MOST_ROWS = 13
REFUSED = {**VALUES, "none": "Blocked"}
"""Words for the value that counts, where a none has been decided by a denial or a limit."""
_TONES = {"Edit": "yes", "View": "no", "Blocked": "blocked", "None": "faint"}


def column(label: str, width: int | None = None) -> Any:
    """A column of text: names in it are never markup."""
    return st.column_config.TextColumn(label, width=width)


def chips(label: str, *, words: Mapping[str, str] = VALUES, width: int = 92) -> Any:
    """A column of values as coloured chips; its cells come from `chip`."""
    return st.column_config.MultiselectColumn(
        label,
        options=list(words.values()),
        color=[COLOURS[_TONES[word]][DARK if word == "None" else LIGHT] for word in words.values()],
        width=width,
    )


def chip(name: str, words: Mapping[str, str] = VALUES) -> pl.Expr:
    """The cells of a `chips` column, from a column of values."""
    return pl.concat_list(pl.col(name).replace_strict(words, return_dtype=pl.String)).alias(name)


def step_titles(name: str) -> pl.Expr:
    """The titles of a column of steps, worded as `step_title` words one.

    No Python inside the expression: a worker of polars would wait for the interpreter, while a thread that holds it
    waits for the workers, for good.
    """
    words = pl.col(name).str.replace_all("_", " ", literal=True).str.to_lowercase()
    return words.str.slice(0, 1).str.to_uppercase() + words.str.slice(1)


def paged(count: int, singular: str, plural: str, of: int | None = None) -> slice:
    """Which rows are shown, said in words, with the way to the others; the page number is in the URL.

    `of` is the number before filters were set.
    """
    pages = max(1, -(-count // PAGE))
    page = urls.page_number("part", pages)
    begin, end = (page - 1) * PAGE, min(page * PAGE, count)
    noun = singular if count == 1 else plural
    text = f"<b>{begin + 1:,} to {end:,}</b> of <b>{count:,}</b> {noun}" if pages > 1 else f"<b>{count:,}</b> {noun}"
    if of is not None and of != count:
        text += f", filtered from {of:,}"
    with st.container(key="pager", horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(width="content"):
            blocks.show(f'<p class="src">{text}. Select a row for its reason.</p>' if count else _nothing(plural, of))
        if pages > 1:
            _turn("Previous", page - 1, page > 1, ":material/chevron_left:")
            _turn("Next", page + 1, page < pages, ":material/chevron_right:")
    return slice(begin, end)


def _nothing(noun: str, of: int | None) -> str:
    return f'<p class="src">None of {of:,} {noun} fits the filters.</p>' if of else f'<p class="src">No {noun}.</p>'


def _turn(label: str, page: int, possible: bool, icon: str) -> None:
    def turned() -> None:
        urls.write(part="" if page == 1 else str(page))

    st.button(label, icon=icon, disabled=not possible, width="content", on_click=turned)


def table(rows: pl.DataFrame, columns: Mapping[str, Any], key: str, alt: str) -> int | None:
    """Draw the rows with these columns; returns the place of the selected row, the first one to begin with."""
    if rows.is_empty():
        return None
    # As Arrow: from a frame of polars Streamlit would make one of pandas first, holding the interpreter all the while.
    state = st.dataframe(
        rows.select(list(columns)).to_arrow(compat_level=pl.CompatLevel.oldest()),
        column_config=dict(columns),
        hide_index=True,
        height=_ROW * (min(len(rows), _MOST_ROWS) + 1) + 3,
        row_height=_ROW,
        key=f"rows-{key}",
        on_select="rerun",
        selection_mode="single-row-required",
        selection_default={"selection": {"rows": [0]}},
        alt=alt,
    )
    chosen = state["selection"]["rows"]
    return min(chosen[0], len(rows) - 1) if chosen else 0
