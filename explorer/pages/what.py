"""What this person can see: how many by system and deciding reason, then every case with the reason, then why."""

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
    from seewhy.explorer.data.tables import Cases

_SHOWN = {"": "All that can be seen", "edit": "Edit", "view": "View only", "blocked": "Blocked"}
_LISTS = {
    RESPONSIBLE: "Responsible for: Assigned to or Other staff",
    OFFICE: "In an office of theirs",
    TEAM: "In a team of theirs",
    CATEGORY: "In a category of theirs",
}
_COMPATIBLE = pl.CompatLevel.oldest()
"""Plain Arrow text, which every reader of the written files knows."""


def page() -> None:
    """Draw the page."""
    now = connection.revision()
    with st.container(key="ask"):
        who, day = st.columns([5, 1.2], vertical_alignment="bottom")
        with who:
            person = field(now, "person", "What can this person see?")
        with day:
            urls.date_field()
    date = urls.as_of()
    tables.prepare(now, date)
    if not person:
        page_shell.standing(now, date)
        page_shell.not_today(date)
        blocks.show('<p class="lead">Choose a person: type a name or an id above.</p>')
        page_shell.footer(now)
        return
    try:
        found = tables.what(now, person, date)
    except UnknownEntity as error:
        page_shell.standing(now, date)
        page_shell.not_today(date)
        page_shell.trouble(error)
        page_shell.footer(now)
        return
    _answered(now, found)


def _answered(now: Revision, found: Cases) -> None:
    answer = found.answer
    with st.container(key="top", horizontal=True, vertical_alignment="center"):
        page_shell.standing(now, answer.as_of)
        answer_bar.draw(
            now,
            "what",
            answer.as_of,
            {"person": answer.person},
            found.statements,
            f"what can {answer.person} see",
            lambda: found.rows.filter(~pl.col("blocked")).drop("blocked").to_arrow(compat_level=_COMPATIBLE),
        )
    page_shell.not_today(answer.as_of)
    count = len(answer.cases)
    thing = search_index.named(now, "person", answer.person)
    blocks.show(
        tiles.heading(
            "person",
            f"{answer.name or answer.person} can see {tiles.cases(count) if count else 'no case'}",
            (answer.person, thing.about if thing else ""),
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
            _reasons(now, found)
        if chosen is not None:
            case = str(chosen["case"])
            preview(now, answer.person, case, answer.as_of, case, str(chosen["title"]))
    page_shell.footer(
        now,
        ("Cases that can be seen", f"{count:,}, all counted"),
        ("Blocked although something matches", f"{len(answer.blocked):,}"),
    )


def _positions(found: Cases) -> bool:
    """Whether a system in the answer asks for the position in use."""
    scheme = dict(found.answer.systems)
    return any(scheme.get(system) == "positions" for system in found.rows["system"].unique())


def _tiles(found: Cases) -> None:
    answer, seen = found.answer, found.rows.filter(~pl.col("blocked"))
    values = Counter(seen["value"].to_list())
    responsible = len(seen.filter(pl.col("case").is_in(sorted(found.related[RESPONSIBLE]))))
    items = [
        Tile(values["edit"], "edit", "can change"),
        Tile(values["view"], "visibility", "view only"),
        Tile(responsible, "assignment_ind", "responsible for"),
    ]
    if _positions(found):
        switching = len(seen.filter(pl.col("value") != pl.col("value_now")))
        items.append(Tile(switching, "swap_horiz", "more after switching position", "depends" if switching else ""))
    items.append(
        Tile(len(answer.blocked), "block", "blocked, although something matches", "blocked" if answer.blocked else "")
    )
    blocks.show(tiles.tiles(items))


def _reasons(now: Revision, found: Cases) -> None:
    scheme, parts = dict(found.answer.systems), []
    by_system: Counter[str] = Counter()
    for (system, _, _), count in found.answer.counts.items():
        by_system[system] += count
    blocked = Counter(found.rows.filter("blocked")["system"].to_list())
    most = max(*found.answer.counts.values(), *blocked.values(), 0, 0)
    for system in sorted({*by_system, *blocked}, key=lambda one: (-by_system[one], one)):
        bars = [
            Bar(tiles.reason(step, value), count)
            for (of, step, value), count in found.answer.counts.items()
            if of == system
        ]
        if blocked[system]:
            bars.append(Bar("Blocked, although something matches", blocked[system], "blocked"))
        thing = search_index.named(now, "system", system)
        name = thing.name if thing and thing.name else system
        word = scheme.get(system, "")
        parts.append(tiles.bars(bars, f"{name} ({word})" if word else name, most=most, total=by_system[system]))
    blocks.show(blocks.section("By system and reason", "".join(parts) or "<p>There is no case to show.</p>", "cases"))


def _list(found: Cases) -> dict[str, object] | None:
    """Filters and table; returns the selected row."""
    answer, rows = found.answer, found.rows
    with st.container(key="filters"):
        shown = filters.pills("show", "Show", _SHOWN)
        rows = rows.filter(pl.col("blocked") == (shown == "blocked"))
        every = len(rows)
        steps, systems = (sorted(rows[name].unique()) for name in ("step", "system"))
        one, two, three = st.columns(3)
        with one:
            system = filters.choice("system", "System", {"": "all", **{name: name for name in systems}})
        with two:
            step = filters.choice("by", "Deciding step", {"": "any", **{s: step_title(s) for s in steps}})
        with three:
            words = filters.text("Search in this list", filters.key("what", answer.person, answer.as_of), "title or id")
        related = {name: label for name, label in _LISTS.items() if found.related[name]}
        wanted = filters.several("list", "Only cases", related) if related else []
    if shown in ("edit", "view"):
        rows = rows.filter(pl.col("value") == shown)
    if system:
        rows = rows.filter(pl.col("system") == system)
    if step:
        rows = rows.filter(pl.col("step") == step)
    if wanted:
        rows = rows.filter(pl.col("case").is_in(sorted(frozenset().union(*(found.related[name] for name in wanted)))))
    rows = filters.holding(rows, words, ("case", "title"))
    part = data_table.paged(len(rows), "case", "cases", every)
    page = rows[part].with_columns(
        data_table.chip("value", data_table.REFUSED),
        data_table.chip("value_now"),
        because=data_table.step_titles("step"),
    )
    columns = {
        "case": data_table.column("Case"),
        "title": data_table.column("Title"),
        "system": data_table.column("System"),
    }
    if _positions(found):
        columns |= {
            "value_now": data_table.chips("Now"),
            "value": data_table.chips("After switching", words=data_table.REFUSED, width=124),
        }
    else:
        columns |= {"value": data_table.chips("Access", words=data_table.REFUSED)}
    columns |= {"because": data_table.column("Because (deciding step)")}
    key = filters.key(
        "what", answer.person, answer.as_of, shown, system, step, words, ",".join(wanted), str(part.start)
    )
    place = data_table.table(page, columns, key, f"cases that {answer.name or answer.person} can see")
    return None if place is None else rows[part].row(place, named=True)


page()
