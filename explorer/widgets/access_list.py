"""The people who can see a case, or the cases that a person can see: filters, a page of rows, one of them selected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl
import streamlit as st

from seewhy.explorer.data.tables import arrow
from seewhy.explorer.titles import step_title
from seewhy.explorer.widgets import data_table, filters
from seewhy.explorer.widgets.data_table import Column, access
from seewhy.explorer.widgets.mark_filter import mark_filter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from seewhy.explorer.answer_bar import Exported
    from seewhy.explorer.data.tables import AccessTable


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
    columns: Sequence[Column],
    wording: Wording,
    question: Sequence[str],
    alt: str,
    *,
    switching: bool,
    reasons: Callable[[], None],
    opens: Callable[[Mapping[str, Any]], str],
    selected: Callable[[dict[str, Any]], None],
    exported: Exported,
) -> None:
    """Draw filters and grid; beside them the reasons, and what `selected` draws for the selected row, if any.

    `columns` are those that say who or what; the first one leads to `opens`, the address of the explanation, and the
    value is beside it. `switching`: the value may depend on the position in use; where none does, there is one
    column of values. `question` names page, id and day. What the filters leave is a file of its own by `exported`.
    """
    first, *others = columns
    id_column = "person" if "person" in found.rows.columns else "case"
    switching = switching and depends(found)
    values = [access("value_now", "Now"), access("value", "After switching", refused=True)]
    because = Column("because", "Because")
    shown = [first._replace(link=opens), *values[0 if switching else 1 :], *others, because]
    if not switching:
        shown[1] = shown[1]._replace(label="Access")
    left, right = st.container(key="lists").columns([8, 18], gap="medium")
    with right, st.container(key="listed"):
        rows, total, words = _filtered(found, columns, wording, question)
        rows = data_table.ordered(rows.with_columns(because=data_table.step_titles("step")), shown)

        def these() -> None:
            file = rows.drop("about", "blocked", "because", strict=False)
            exported.these(lambda: arrow(file), len(rows), len(found.rows), words)

        part = data_table.paged(len(rows), wording.row, wording.rows, total, also=these if words else None)
        data_table.grid(
            rows[part], shown, alt, id_column=id_column, opens=opens, first=part.start, total=len(rows)
        )
    with left:
        with st.container(key="reasons"):
            reasons()
        if (chosen := data_table.selected(rows, id_column)) is not None:
            selected(chosen)


def depends(found: AccessTable[Any]) -> bool:
    """Whether any value in the list depends on the position in use."""
    return not found.rows["value"].equals(found.rows["value_now"])


def _filtered(
    found: AccessTable[Any], columns: Sequence[Column], wording: Wording, question: Sequence[str]
) -> tuple[pl.DataFrame, int, dict[str, str]]:
    """Draw the filters; the rows that fit, the number of all of this level, and what the filters say."""
    rows, related, systems = found.rows, found.related, "system" in found.rows.columns
    id_column = "person" if "person" in rows.columns else "case"
    with st.container(key="filters"):
        widths = [4.6, 2, 2, 2][: 4 if systems else 3]
        *places, step_place, text_place = st.columns(widths, vertical_alignment="top")
        with places[0]:
            level = filters.pills(
                "show", "Show", {"": wording.every, "edit": "Edit", "view": "View only", "blocked": "Blocked"}
            )
        rows = rows.filter(pl.col("blocked") == (level == "blocked"))
        total, system = len(rows), ""
        if systems:
            with places[1]:
                names = sorted(rows["system"].unique())
                system = filters.choice("system", "System", {"": "all", **dict(zip(names, names, strict=True))})
        with step_place:
            steps = {step: step_title(step) for step in sorted(rows["step"].unique())}
            step = filters.choice("by", "Deciding step", {"": "any", **steps})
        with text_place:
            text = filters.text("Search in this list", filters.key(*question), wording.search)
        relations = {name: label for name, label in wording.relations.items() if related[name]}
        wanted = filters.several("list", wording.related, relations) if relations else []
        mark, marked = mark_filter(id_column, frozenset(found.rows[id_column]))
    if level in ("edit", "view"):
        rows = rows.filter(pl.col("value") == level)
    if system:
        rows = rows.filter(pl.col("system") == system)
    if step:
        rows = rows.filter(pl.col("step") == step)
    if wanted:
        ids = frozenset[str]().union(*(related[name] for name in wanted))
        rows = rows.filter(pl.col(id_column).is_in(sorted(ids)))
    if mark:
        rows = rows.filter(pl.col(id_column).is_in(sorted(marked)))
    said = {"show": level, "system": system, "deciding step": step, "words": text}
    said |= {"marked": mark, "related": ", ".join(relations[name] for name in wanted)}
    rows = filters.holding(rows, text, [column.name for column in columns[:2]])
    return rows, total, {label: word for label, word in said.items() if word}
