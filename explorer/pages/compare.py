"""Where two people differ, or one person on two days: by reason first, then case by case."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import polars as pl
import streamlit as st

from seewhy.explorer import answer_bar, navigation, page_shell, urls
from seewhy.explorer.components import blocks, tiles
from seewhy.explorer.components.tiles import Bar, Tile
from seewhy.explorer.data import changes, connection, headings, tables
from seewhy.explorer.widgets import data_table, filters
from seewhy.explorer.widgets.data_table import Column, access
from seewhy.explorer.widgets.fields import field, question
from seewhy.explorer.widgets.preview import preview
from seewhy.graph.days import day, today
from seewhy.graph.questions.compare import KINDS, ONLY_FIRST, ONLY_SECOND, OTHER_REASON, OTHER_VALUE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seewhy.explorer.answer_bar import Exported
    from seewhy.explorer.data.connection import Revision
    from seewhy.explorer.data.tables import Compared
    from seewhy.graph.questions.compare import Comparison, Reason, Side

_LONG = 30
"""Characters of a name above which a narrow place has its beginning only."""
_WAYS = {"": "Two people", "days": "One person, two days"}
_TONES = {ONLY_FIRST: "", ONLY_SECOND: "second", OTHER_VALUE: "depends", OTHER_REASON: "mut"}


def page() -> None:
    """Draw the page."""
    revision = connection.newest_revision()
    days = bool(urls.parameter("t1") or urls.parameter("t2")) or urls.parameter("differ") == "days"
    with st.container(key="ways"):
        _way(days)
    people, dates = _two_days(revision) if days else _two_people(revision)
    found = page_shell.answer(
        revision,
        today() if days else dates[0],
        lambda: tables.compared(revision, people, dates) if all((*people, *dates)) else None,
        f"Choose {'a person and two days' if days else 'two people'}: only what differs is shown.",
    )
    if found is not None:
        _answered(revision, found, days)


def _way(days: bool) -> None:
    """Choose between two people and two days; what does not belong to the choice leaves the URL."""
    wanted = "days" if days else ""
    if st.session_state.get("way") != wanted:
        st.session_state["way"] = wanted

    def changed() -> None:
        chosen = st.session_state["way"]
        urls.write(
            differ=chosen or "",
            t1="",
            t2="",
            b="" if chosen else urls.parameter("b"),
            **dict.fromkeys(("show", "part", "sort", "row"), ""),
        )

    st.pills("Compare", list(_WAYS), format_func=_WAYS.__getitem__, key="way", on_change=changed, required=True)


def _two_people(revision: Revision) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Two people and one day."""
    people = question(
        lambda: field(revision, "a", "This person", kind="person", also=("person",)),
        lambda: field(revision, "b", "and this person", kind="person"),
    )
    return tuple(people), (urls.as_of(),)


def _two_days(revision: Revision) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """One person and two days."""
    with st.container(key="ask"):
        person_place, first_place, second_place = st.columns([4, 1.3, 1.3], vertical_alignment="bottom")
        with person_place:
            person = field(revision, "a", "This person", kind="person", also=("person",))
        # Who names no days means what the newest load changed, where there is anything earlier.
        known = changes.days(revision)
        before = known.before(known.last)
        with first_place:
            first = _day("t1", "on this day", before if before < known.last else "")
        with second_place:
            second = _day("t2", "and on this day", known.last)
    return (person,), (first, second)


def _day(name: str, label: str, otherwise: str) -> str:
    """A day of the URL, else this one, which may be blank; something that is no date raises ConfigurationError."""
    named = urls.parameter(name) or otherwise
    date = day(named) if named else ""

    def choose(chosen: str) -> None:
        urls.write(**{name: chosen, "part": "", "differ": "days"})

    urls.day_input(label, f"day-{name}", dt.date.fromisoformat(date) if date else None, choose, value=None)
    return date


def _names(answer: Comparison, days: bool) -> tuple[str, str]:
    """What the two sides are called."""
    if days:
        return blocks.day_text(answer.first.as_of), blocks.day_text(answer.second.as_of)
    first, second = (side.name or side.person for side in (answer.first, answer.second))
    # Two people of one name are told apart by their ids.
    return (first, second) if first != second else (answer.first.person, answer.second.person)


def _short(names: tuple[str, str]) -> tuple[str, str]:
    """The same where there is little room: long names up to their first comma, as long as that tells them apart."""
    first, second = (name if len(name) <= _LONG else name.partition(",")[0] for name in names)
    return (first, second) if first != second else names


def _kinds(answer: Comparison, days: bool) -> dict[str, str]:
    """The groups of differences in words."""
    first, second = _short(_names(answer, days))
    only = ("Only on {}", "Only on {}") if days else ("Only {} sees", "Only {} sees")
    return {
        ONLY_FIRST: only[0].format(first),
        ONLY_SECOND: only[1].format(second),
        OTHER_VALUE: "Other access",
        OTHER_REASON: "Same access, different reason",
    }


def _answered(revision: Revision, found: Compared, days: bool) -> None:
    answer = found.answer
    first, second = answer.first, answer.second
    parameters = (
        {"a": first.person, "t1": first.as_of, "t2": second.as_of} if days else {"a": first.person, "b": second.person}
    )
    exported = answer_bar.draw(
        revision,
        "compare",
        second.as_of,
        parameters,
        found.statements,
        f"where {first.person} on {first.as_of} and {second.person} on {second.as_of} differ",
        lambda: tables.arrow(found.rows),
        count=len(found.rows),
        notice=not days,
    )
    names, total = _names(answer, days), len(answer.differences)
    title = (
        f"{first.name or first.person} sees {tiles.cases(total)} differently on these days"
        if days
        else f"{names[0]} and {names[1]} differ in {tiles.cases(total)}"
    )
    blocks.show(
        tiles.heading(
            "person",
            title if total else f"{first.name or first.person if days else ' and '.join(names)}: no difference",
            (
                *(
                    f"{name}: {tiles.cases(side.count)}{_works_in(revision, side)}"
                    for side, name in zip((first, second), _short(names), strict=True)
                ),
            ),
        )
    )
    words = _kinds(answer, days)
    icons = {ONLY_FIRST: "arrow_back", ONLY_SECOND: "arrow_forward", OTHER_VALUE: "tune", OTHER_REASON: "alt_route"}
    blocks.show(
        tiles.tiles(
            [
                *(Tile(count, icons[kind], words[kind]) for kind, count in answer.counts.items()),
                Tile(answer.same, "equal", "the same in both"),
            ]
        )
    )
    left, right = st.container(key="main").columns([8, 18], gap="medium")
    with left:
        blocks.show(blocks.section("By reason", _groups(answer, words), "cases that differ"))
    with right:
        chosen = _list(found, words, names, exported)
        if chosen is not None:
            case = str(chosen["case"])
            sides = zip(st.columns(2, gap="small"), ("first", "second"), (first, second), names, strict=True)
            for place, key, side, name in sides:
                with place:
                    preview(revision, side.person, case, side.as_of, name, case, key=key)
    page_shell.footer(revision, ("Differences", f"{total:,}, all counted"), ("The same in both", f"{answer.same:,}"))


def _works_in(revision: Revision, side: Side) -> str:
    """Which position a side works in, behind a count: now is what that one gives."""
    words = headings.in_use_words(headings.in_use(revision, side.person, side.as_of))
    return f", {words}" if words else ""


def _groups(answer: Comparison, words: dict[str, str]) -> str:
    parts, most = [], max(answer.groups.values(), default=0)
    for kind in KINDS:
        bars = [
            Bar(_group(reason), count, _TONES[kind]) for reason, count in answer.groups.items() if reason[0] == kind
        ]
        if bars:
            parts.append(tiles.bars(bars, words[kind], most=most, total=answer.counts[kind]))
    return "".join(parts) or "<p>Both see the same cases, with the same access, for the same reasons.</p>"


def _group(reason: Reason) -> str:
    kind, first, second = reason
    if kind == ONLY_FIRST:
        return tiles.reason(*first)
    if kind == ONLY_SECOND:
        return tiles.reason(*second)
    return f"{tiles.reason(*first)} → {tiles.reason(*second)}"


def _list(
    found: Compared, words: dict[str, str], names: tuple[str, str], exported: Exported
) -> dict[str, object] | None:
    """Filters and table; returns the selected row."""
    answer, rows = found.answer, found.rows
    question = (answer.first.person, answer.second.person, answer.first.as_of, answer.second.as_of)
    with st.container(key="filters"):
        # Names may be markup for pills; these options are text.
        present = {kind: words[kind] for kind in KINDS if answer.counts[kind]}
        kind_place, text_place = st.columns(2)
        with kind_place:
            kind = filters.choice("show", "Show", {"": "all differences", **present})
        with text_place:
            text = filters.text("Search in this list", filters.key(*question), "title or id")
    if kind:
        rows = rows.filter(pl.col("kind") == kind)
    rows = filters.holding(rows, text, ("case", "title"))
    rows = rows.with_columns(
        first_because=data_table.step_titles("first_step"), second_because=data_table.step_titles("second_step")
    )
    # Where it depends on the position in use, the value now is beside that after switching.
    depends = bool(found.rows.select(_depends("first") | _depends("second")).to_series().any())

    def opens(row: Mapping[str, Any]) -> str:
        side = answer.first if row["kind"] == ONLY_FIRST else answer.second
        return navigation.address("why", person=side.person, case=row["case"], asof=side.as_of)

    columns = [Column("case", "Case", "id", link=opens)]
    short = _short(names)
    for name, side in zip(("first", "second"), short, strict=True):
        if depends:
            columns.append(access(f"{name}_now", f"{side}: now"))
        columns.append(access(name, f"{side}: after switching" if depends else side))
    columns += data_table.said(found.rows, Column("title", "Title", "name"))
    if found.rows["system"].n_unique() > 1:
        columns.append(Column("system", "System", "short"))
    columns += [
        Column(f"{name}_because", f"{side}: because")
        for name, side in zip(("first", "second"), short, strict=True)
    ]
    rows = data_table.ordered(rows, columns)

    def these() -> None:
        said = {"show": words.get(kind, ""), "words": text}
        file = rows.select(found.rows.columns)
        exported.these(
            lambda: tables.arrow(file), len(file), len(found.rows), {name: word for name, word in said.items() if word}
        )

    part = data_table.paged(len(rows), "case", "cases", len(found.rows), also=these if kind or text else None)
    alt = "cases in which the two differ"
    data_table.grid(rows[part], columns, alt, id_column="case", opens=opens, first=part.start, total=len(rows))
    return data_table.selected(rows, "case")


def _depends(side: str) -> pl.Expr:
    return pl.col(side) != pl.col(f"{side}_now")


page()
