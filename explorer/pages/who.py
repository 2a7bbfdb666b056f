"""Who can see this case: how many by deciding reason, then everybody with the reason, then why."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING

import polars as pl
import streamlit as st

from seewhy.explorer import answer_bar, page_shell, urls
from seewhy.explorer.components import blocks, tiles
from seewhy.explorer.components.tiles import Bar, Tile
from seewhy.explorer.data import connection, search_index, tables
from seewhy.explorer.titles import step_title
from seewhy.explorer.widgets import data_table, filters
from seewhy.explorer.widgets.fields import field
from seewhy.explorer.widgets.preview import preview
from seewhy.graph.errors import UnknownEntity
from seewhy.graph.questions.case_list import CATEGORY, OFFICE, RESPONSIBLE, TEAM

if TYPE_CHECKING:
    from seewhy.explorer.data.connection import Revision
    from seewhy.explorer.data.tables import People

_SHOWN = {"": "All who can see it", "edit": "Edit", "view": "View only", "blocked": "Blocked"}
_LISTS = {
    RESPONSIBLE: "Responsible: Assigned to or Other staff",
    OFFICE: "Members of its office",
    TEAM: "Members of its team",
    CATEGORY: "Members of its category",
}


def page() -> None:
    """Draw the page."""
    now = connection.revision()
    with st.container(key="ask"):
        what, day = st.columns([5, 1.2], vertical_alignment="bottom")
        with what:
            case = field(now, "case", "Who can see this case?")
        with day:
            urls.date_field()
    date = urls.as_of()
    tables.prepare(now, date)
    if not case:
        page_shell.standing(now, date)
        page_shell.not_today(date)
        blocks.show('<p class="lead">Choose a case: type its title or its id above.</p>')
        page_shell.footer(now)
        return
    try:
        found = tables.who(now, case, date)
    except UnknownEntity as error:
        page_shell.standing(now, date)
        page_shell.not_today(date)
        page_shell.trouble(error)
        page_shell.footer(now)
        return
    _answered(now, found)


def _answered(now: Revision, found: People) -> None:
    answer = found.answer
    with st.container(key="top", horizontal=True, vertical_alignment="center"):
        page_shell.standing(now, answer.as_of, f"{answer.system}: {blocks.scheme_text(answer.scheme)}")
        answer_bar.draw(
            now,
            "who",
            answer.as_of,
            {"case": answer.case},
            found.statements,
            f"who can see case {answer.case}",
            lambda: found.rows.filter(~pl.col("blocked")).drop("about", "blocked").to_arrow(compat_level=_COMPATIBLE),
        )
    page_shell.not_today(answer.as_of)
    count = len(answer.people)
    thing = search_index.named(now, "case", answer.case)
    blocks.show(
        tiles.heading(
            "case",
            f"{tiles.people(count) if count else 'Nobody'} can see case {answer.case}",
            (thing.name if thing else "", answer.system, blocks.scheme_text(answer.scheme)),
        )
    )
    if answer.note:
        blocks.show(f'<p class="lead">{escape(blocks.sentence(answer.note))}</p>')
    _tiles(found)
    left, right = st.container(key="lists").columns([9, 17], gap="medium")
    with right, st.container(key="listed"):
        chosen = _list(found)
    with left:
        with st.container(key="reasons"):
            _reasons(found)
        if chosen is not None:
            person = str(chosen["person"])
            preview(now, person, answer.case, answer.as_of, str(chosen["name"] or person), person)
    page_shell.footer(
        now,
        ("People who can see it", f"{count:,}, all counted"),
        ("Blocked although something matches", f"{len(answer.blocked):,}"),
    )


_COMPATIBLE = pl.CompatLevel.oldest()
"""Plain Arrow text, which every reader of the written files knows."""


def _tiles(found: People) -> None:
    answer = found.answer
    values = Counter(row.value for row in answer.people)
    items = [
        Tile(len(answer.people), "visibility", "can see it"),
        Tile(values["edit"], "edit", "can change it"),
        Tile(values["view"], "visibility", "view only"),
    ]
    if answer.scheme == "positions":
        items[1] = Tile(values["edit"], "edit", "can change it after switching")
        items.append(Tile(sum(row.value_now == "edit" for row in answer.people), "event_seat", "can change it now"))
        items.append(Tile(sum(row.value_now != "none" for row in answer.people), "event_seat", "can see it now"))
    items.append(
        Tile(len(answer.blocked), "block", "blocked, although something matches", "blocked" if answer.blocked else "")
    )
    blocks.show(tiles.tiles(items))


def _reasons(found: People) -> None:
    granted = [Bar(tiles.reason(step, value), count) for (step, value), count in found.answer.counts.items()]
    blocked = Counter(row.step for row in found.answer.blocked)
    most = max((bar.number for bar in granted), default=0)
    most = max(most, *blocked.values(), 0)
    body = tiles.bars(granted, most=most) if granted else "<p>Nobody can see it.</p>"
    if blocked:
        body += tiles.bars(
            (Bar(step_title(step), count, "blocked") for step, count in blocked.most_common()),
            "Blocked, although something matches",
            most=most,
        )
    blocks.show(blocks.section("By deciding reason", body, "people"))


def _list(found: People) -> dict[str, object] | None:
    """Filters and table; returns the selected row."""
    answer, rows = found.answer, found.rows
    with st.container(key="filters"):
        shown = filters.pills("show", "Show", _SHOWN)
        rows = rows.filter(pl.col("blocked") == (shown == "blocked"))
        every = len(rows)
        steps = sorted(rows["step"].unique())
        one, two = st.columns(2)
        with one:
            step = filters.choice("by", "Deciding step", {"": "any", **{s: step_title(s) for s in steps}})
        with two:
            words = filters.text("Search in this list", filters.key("who", answer.case, answer.as_of), "name or id")
        related = {name: label for name, label in _LISTS.items() if found.related[name]}
        wanted = filters.several("list", "Only people who are", related) if related else []
    if shown in ("edit", "view"):
        rows = rows.filter(pl.col("value") == shown)
    if step:
        rows = rows.filter(pl.col("step") == step)
    if wanted:
        rows = rows.filter(pl.col("person").is_in(sorted(frozenset().union(*(found.related[name] for name in wanted)))))
    rows = filters.holding(rows, words, ("person", "name"))
    part = data_table.paged(len(rows), "person", "people", every)
    page = rows[part].with_columns(
        data_table.chip("value", data_table.REFUSED),
        data_table.chip("value_now"),
        because=data_table.step_titles("step"),
    )
    columns = {
        "name": data_table.column("Person"),
        "person": data_table.column("Id"),
        "about": data_table.column("Job title"),
    }
    if answer.scheme == "positions":
        columns |= {
            "value_now": data_table.chips("Now"),
            "value": data_table.chips("After switching", words=data_table.REFUSED, width=124),
        }
    else:
        columns |= {"value": data_table.chips("Access", words=data_table.REFUSED)}
    columns |= {"because": data_table.column("Because (deciding step)")}
    key = filters.key("who", answer.case, answer.as_of, shown, step, words, ",".join(wanted), str(part.start))
    place = data_table.table(page, columns, key, f"people who can see case {answer.case}")
    return None if place is None else rows[part].row(place, named=True)


page()
