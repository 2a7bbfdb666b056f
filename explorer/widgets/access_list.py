"""The people who can see a case, or the cases that a person can see: filters, a page of rows, one of them selected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl
import streamlit as st

from seewhy.explorer.titles import step_title
from seewhy.explorer.widgets import data_table, filters

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from seewhy.explorer.data.tables import AccessTable

_BLOCKED_WIDTH = 124


class Wording(NamedTuple):
    """How a list speaks: the filter for all rows, that for related rows and its choices, what a text is looked for in,
    one row and several."""

    every: str
    related: str
    relations: Mapping[str, str]
    search: str
    row: str
    rows: str


def access_list(
    found: AccessTable[Any],
    columns: Mapping[str, str],
    wording: Wording,
    question: Sequence[str],
    alt: str,
    *,
    switching: bool,
    reasons: Callable[[], None],
    selected: Callable[[dict[str, Any]], None],
) -> None:
    """Draw filters and table; beside them the reasons, and what `selected` draws for the selected row, if any.

    `columns` are name to label. `switching`: the value may depend on the position in use. `question` names page, id and
    day.
    """
    left, right = st.container(key="lists").columns([9, 17], gap="medium")
    with right, st.container(key="listed"):
        rows, total, filtered = _filtered(found, columns, wording, question)
        part = data_table.paged(len(rows), wording.row, wording.rows, total)
        shown = {name: data_table.column(label) for name, label in columns.items()}
        if switching:
            shown["value_now"] = data_table.chips("Now")
        label, width = ("After switching", _BLOCKED_WIDTH) if switching else ("Access", 92)
        shown["value"] = data_table.chips(label, words=data_table.REFUSED, width=width)
        shown["because"] = data_table.column("Because (deciding step)")
        page = rows[part].with_columns(
            data_table.chip("value", data_table.REFUSED),
            data_table.chip("value_now"),
            because=data_table.step_titles("step"),
        )
        place = data_table.table(page, shown, filters.key(*question, *filtered, str(part.start)), alt)
    with left:
        with st.container(key="reasons"):
            reasons()
        if place is not None:
            selected(rows[part].row(place, named=True))


def _filtered(
    found: AccessTable[Any], columns: Mapping[str, str], wording: Wording, question: Sequence[str]
) -> tuple[pl.DataFrame, int, tuple[str, ...]]:
    """Draw the filters; the rows that fit, the number of all of this level, and what the filters are set to."""
    rows, related, systems = found.rows, found.related, "system" in columns
    id_column = "person" if "person" in columns else "case"
    with st.container(key="filters"):
        level = filters.pills(
            "show", "Show", {"": wording.every, "edit": "Edit", "view": "View only", "blocked": "Blocked"}
        )
        rows = rows.filter(pl.col("blocked") == (level == "blocked"))
        total, system = len(rows), ""
        *places, step_place, text_place = st.columns(3 if systems else 2)
        if systems:
            with places[0]:
                names = sorted(rows["system"].unique())
                system = filters.choice("system", "System", {"": "all", **dict(zip(names, names, strict=True))})
        with step_place:
            steps = {step: step_title(step) for step in sorted(rows["step"].unique())}
            step = filters.choice("by", "Deciding step", {"": "any", **steps})
        with text_place:
            text = filters.text("Search in this list", filters.key(*question), wording.search)
        relations = {name: label for name, label in wording.relations.items() if related[name]}
        wanted = filters.several("list", wording.related, relations) if relations else []
    if level in ("edit", "view"):
        rows = rows.filter(pl.col("value") == level)
    if system:
        rows = rows.filter(pl.col("system") == system)
    if step:
        rows = rows.filter(pl.col("step") == step)
    if wanted:
        ids = frozenset[str]().union(*(related[name] for name in wanted))
        rows = rows.filter(pl.col(id_column).is_in(sorted(ids)))
    rows = filters.holding(rows, text, list(columns)[:2])
    return rows, total, (level, system, step, text, ",".join(wanted))
