"""A long list as a grid: a page of rows at a time, always with how many there are. One row may be selected.

The order, the page and the selected row are in the URL; sorting is of the whole list. A click or an arrow key selects,
Enter and a double click open, Esc lets go. It is a component and not `st.dataframe`, whose canvas reports neither keys
nor double clicks and which no screen reader walks through.
"""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl
import streamlit as st

from seewhy.explorer import urls
from seewhy.explorer.components import blocks
from seewhy.explorer.palette import VALUES
from seewhy.explorer.widgets import filters

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

PAGE = 100
"""Rows that are put on a page at once."""
REFUSED = {**VALUES, "none": "Blocked"}
"""Words for the value that counts, where a none has been decided by a denial or a limit."""
_TONES = {
    "Edit": "yes", "New": "yes", "None": "mut", "Blocked": "blocked", "High": "blocked", "Medium": "depends",
    "Answered": "mut", "Refused": "blocked", "Failed": "blocked", "Asked": "depends",
}  # fmt: skip
_ORDER = ("edit", "view", "none", "high", "medium", "low")
"""Values in the order in which they are sorted: the most first."""
_HERE = files("seewhy.explorer.widgets")
_grid = st.components.v2.component(
    "seewhy.grid",
    html='<div class="sw rowgrid"></div>',
    css=(_HERE / "grid.css").read_text("utf-8"),
    js=(_HERE / "grid.js").read_text("utf-8"),
    # A part of the page: its links are followed as all others are.
    isolate_styles=False,
)


class Column(NamedTuple):
    """A column of a grid: which one of the rows, its head, and how it looks: `name`, `text`, `long`, `short`, `id` or
    `value` (a word in colour, never cut)."""

    name: str
    label: str
    kind: str = "text"
    words: Mapping[str, str] = {}
    """Words for the values of a `value`."""
    link: Callable[[Mapping[str, Any]], str] | None = None
    """The relative address that a cell leads to; None: the cell is no link."""


def access(name: str, label: str, *, refused: bool = False) -> Column:
    """The column of a value of access; where it is `refused` a none was decided by a denial or a limit."""
    return Column(name, label, "value", REFUSED if refused else VALUES)


def step_titles(name: str) -> pl.Expr:
    """The titles of a column of steps, worded as `step_title` words one.

    No Python inside the expression: a worker of polars would wait for the interpreter, while a thread that holds it
    waits for the workers, for good.
    """
    words = pl.col(name).str.replace_all("_", " ", literal=True).str.to_lowercase()
    return words.str.slice(0, 1).str.to_uppercase() + words.str.slice(1)


def ordered(rows: pl.DataFrame, columns: Sequence[Column]) -> pl.DataFrame:
    """All rows in the order that the URL asks for: `sort=name`, or `-name` the other way round; else as they come."""
    by = urls.parameter("sort")
    column = next((one for one in columns if one.name == by.removeprefix("-")), None)
    if column is None:
        return rows
    key = pl.col(column.name)
    if column.kind == "value":
        key = key.replace_strict(list(_ORDER), list(range(len(_ORDER))), default=len(_ORDER), return_dtype=pl.Int8)
    elif rows.schema[column.name] == pl.String:
        # What is blank comes last, whichever way the others go.
        key = filters.folded(pl.when(key != "").then(key))
    return rows.sort(key, descending=by.startswith("-"), nulls_last=True, maintain_order=True)


def paged(
    count: int, singular: str, plural: str, of: int | None = None, *, also: Callable[[], None] | None = None,
    how: str = "Select a row for its reason; Enter or a double click opens it.",
) -> slice:  # fmt: skip
    """Which rows are shown, said in words, with the way to the others; the page number is in the URL.

    `of` is the number before filters were set; `also` draws more beside the words where there are rows; `how` says what
    can be done with a row.
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
            blocks.show(f'<p class="src">{text}. <span class="how">{how}</span></p>' if count else _nothing(plural, of))
        if pages > 1:
            _turn("Previous", page - 1, page > 1, ":material/chevron_left:")
            _turn("Next", page + 1, page < pages, ":material/chevron_right:")
        if count and also:
            also()
    return slice(begin, end)


def _nothing(noun: str, of: int | None) -> str:
    return f'<p class="src">None of {of:,} {noun} fits the filters.</p>' if of else f'<p class="src">No {noun}.</p>'


def _turn(label: str, page: int, possible: bool, icon: str) -> None:
    def turned() -> None:
        urls.write(part="" if page == 1 else str(page))

    st.button(label, icon=icon, disabled=not possible, width="content", on_click=turned)


def said(rows: pl.DataFrame, *columns: Column) -> list[Column]:
    """The columns of text in which some row says something."""
    return [one for one in columns if bool(rows[one.name].fill_null("").ne("").any())]


def selected(rows: pl.DataFrame, id_column: str) -> dict[str, Any] | None:
    """The row that the URL names, on whatever page of the list it is; None where there is none."""
    if not (wanted := urls.parameter("row")):
        return None
    found = rows.filter(pl.col(id_column) == wanted)
    return None if found.is_empty() else found.row(0, named=True)


def grid(
    rows: pl.DataFrame,
    columns: Sequence[Column],
    alt: str,
    *,
    id_column: str,
    opens: Callable[[Mapping[str, Any]], str],
    first: int = 0,
    total: int | None = None,
) -> None:
    """Draw a page of rows, the first of which is number `first` of `total`.

    `id_column` tells them apart; `opens` gives the relative address that Enter and a double click on a row lead to.
    """
    if rows.is_empty():
        return
    data: dict[str, Any] = {
        "columns": [{"name": one.name, "label": one.label, "kind": one.kind} for one in columns],
        "rows": [
            {"id": row[id_column], "href": opens(row), "cells": [_cell(one, row) for one in columns]}
            for row in rows.iter_rows(named=True)
        ],
        "alt": alt,
        "first": first,
        "total": len(rows) if total is None else total,
        "sort": urls.parameter("sort"),
    }
    data["signature"] = hashlib.sha256(json.dumps(data).encode()).hexdigest()
    data["selected"] = urls.parameter("row")
    key = "rows"

    def told(name: str) -> Any:
        return ((st.session_state.get(key) or {}).get(name) or {}).get({"picked": "row", "sorted": "by"}[name])

    def picked() -> None:
        if (row := told("picked")) is not None:
            urls.write(row=str(row))

    def sorted_() -> None:
        if (by := told("sorted")) is not None:
            urls.write(sort=str(by), part="")

    _grid(key=key, data=data, on_picked_change=picked, on_sorted_change=sorted_)


def _cell(column: Column, row: Mapping[str, Any]) -> str | dict[str, str]:
    value = row[column.name]
    text = "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)
    if column.kind == "value" and text:
        word = column.words.get(text, text)
        return {"text": word, "tone": _TONES.get(word, "no")}
    href = column.link(row) if column.link and text else ""
    return {"text": text, "href": href} if href else text
