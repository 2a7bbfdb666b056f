"""What changed between two days, for the organisation, a person, a case or a unit, and which rows did it."""

from __future__ import annotations

import datetime as dt
import time
from functools import partial
from html import escape
from typing import TYPE_CHECKING

import polars as pl
import streamlit as st

from seewhy.explorer import answer_bar, navigation, page_shell, urls
from seewhy.explorer.components import blocks, change_cards, source_rows, tiles
from seewhy.explorer.data import background, changes, connection, search_index, tables
from seewhy.explorer.data.changes import Changed
from seewhy.explorer.picture.change_bars import change_bars
from seewhy.explorer.widgets import filters
from seewhy.explorer.widgets.fields import field
from seewhy.explorer.widgets.keep_evidence import keep_evidence
from seewhy.explorer.widgets.picture_files import picture_files
from seewhy.graph.days import day
from seewhy.graph.errors import ConfigurationError, LimitReached, SeeWhyError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from seewhy.explorer.data.background import PendingAnswer
    from seewhy.explorer.data.changes import Days
    from seewhy.explorer.data.connection import Revision
    from seewhy.graph.answers.change import ChangedFact, DiffAnswer

_WAIT_SECONDS = 0.3
"""How long the page waits for an answer that comes at once."""
_ABOUT = ("person", "case", "unit")


def page() -> None:
    """Draw the page."""
    revision = connection.newest_revision()
    known = changes.days(revision)
    trouble: SeeWhyError | None = None
    start, end = known.before(known.last), known.last
    try:
        asked = urls.as_of() if urls.parameter("asof") else known.last
        end = day(urls.parameter("to") or asked)
        start = day(urls.parameter("from") or known.before(end))
    except ConfigurationError as error:
        trouble = error
    _asked(revision, known, start, end)
    if trouble is None and start > end:
        trouble = ConfigurationError(f"`{start}` is after `{end}`", "the earlier day comes first")
    if trouble is not None:
        page_shell.refuse(revision, end, trouble)
        return
    about = {name: urls.parameter(name) for name in _ABOUT}
    pending = changes.changed(revision, start, end, **about)
    begun = time.monotonic()

    def waiting() -> str:
        return (
            f'<p class="lead"><span role="status">{blocks.icon("hourglass_top")} Comparing {blocks.day_text(start)} '
            f"with {blocks.day_text(end)}</span>, {time.monotonic() - begun:.0f} s so far. "
            "The page can be left, and the answer is kept for this load.</p>"
        )

    if not pending.ready(_WAIT_SECONDS):
        page_shell.basis(revision, end)
        background.draw_again_when(pending.ready, waiting)
        page_shell.footer(revision)
        return
    try:
        _answered(revision, pending.answer(), about)
    except LimitReached as error:
        page_shell.refuse(revision, end, error)
        blocks.show('<p class="lead">Choose a person, a case or a unit above: fewer pairs are compared in seconds.</p>')
    except SeeWhyError as error:
        page_shell.refuse(revision, end, error)


def _asked(revision: Revision, known: Days, start: str, end: str) -> None:
    """The fields: of whom, and between which days."""
    with st.container(key="ask"):
        *places, first, second = st.columns([3, 3, 3, 1.3, 1.3], vertical_alignment="bottom")
        labels = ("Of this person", "of this case", "of this unit")
        for place, name, label in zip(places, _ABOUT, labels, strict=True):
            with place:
                field(revision, name, label)
        for place, name, label, at in ((first, "from", "From", start), (second, "to", "To", end)):
            with place:
                urls.day_input(label, f"day-{name}", dt.date.fromisoformat(at), partial(_choose_day, name))
    options = sorted({*known.loads, start, end})
    if len(options) > 1 and start < end:
        _slider(known, options, start, end)
    if any(urls.parameter(name) for name in _ABOUT) and st.button("Of the whole organisation", icon=":material/close:"):
        _choose(**dict.fromkeys(_ABOUT, ""))
        st.rerun()


def _slider(known: Days, options: list[str], start: str, end: str) -> None:
    """Loads, and days on which something begins or ends, to slide over."""

    def words(one: str) -> str:
        load = known.loads.get(one, "")
        return f"{blocks.day_text(one)}, {load}" if load else blocks.day_text(one)

    key = f"days-{start}-{end}"  # a slider of its own for other days of an address

    def changed() -> None:
        one, two = st.session_state[key]
        _choose(**{"from": one, "to": two})

    shown = len(known.loads)
    less = f" (the {shown:,} of {known.total:,} on which most does)" if known.total > shown else ""
    st.select_slider(
        f"Days of loads, and days on which something begins or ends{less}",
        options,
        (start, end),
        format_func=words,
        key=key,
        on_change=changed,
    )


def _choose_day(name: str, date: str) -> None:
    _choose(**{name: date})


def _choose(**given: str) -> None:
    urls.write(**given, page="", row="", group="", kind="")


def _answered(revision: Revision, found: Changed, about: Mapping[str, str]) -> None:
    answer = found.answer
    days = blocks.day_text(answer.start), blocks.day_text(answer.end)
    named = {name: id for name, id in about.items() if id}
    of = " and ".join(f"{name} {id}" for name, id in named.items())
    answer_bar.draw(
        revision,
        "changes",
        answer.end,
        {"from": answer.start, "to": answer.end, **named},
        found.statements,
        f"what changed between {answer.start} and {answer.end}" + (f" for {of}" if of else ""),
        lambda: _table(found),
        notice=False,
    )
    total = answer.total
    title = f"{found.headline[:1].upper()}{found.headline[1:]}" if total else "Nobody's access changed"
    about_ = f"between {days[0]} and {days[1]}"
    blocks.show(tiles.heading("rule", title, (_of(revision, named) or "the whole organisation", about_)))
    if {"person", "case"} <= named.keys():
        with st.container(horizontal=True, gap="small"):
            for when, day, words in zip(("before", "after"), (answer.start, answer.end), days, strict=True):
                label = f"Keep the answer of {words} as evidence"
                keep_evidence(named["person"], named["case"], day, key=when, label=label)
    if total:
        blocks.show(tiles.tiles(change_cards.counted(answer)))
    left, right = st.container(key="main").container(key="second-first").columns([8, 5], gap="medium")
    whole = found.reasons.ready(background.SMALL_SECONDS if connection.is_small() else _WAIT_SECONDS)
    with left:
        _pairs(found, days, whole)
    facts = [("Pairs that changed", f"{total:,}, all counted")]
    if not whole:
        with right:
            background.draw_again_when(found.reasons.ready, lambda: _looking(found.reasons))
        page_shell.footer(revision, *facts)
        return
    with right:
        bars = change_cards.groups(answer)
        ways = partial(_only, answer), partial(_only_group, answer)
        blocks.show(change_cards.facts(answer, bars, "What did it", *ways))
        if bars:
            whom = _of(revision, named) or "The whole organisation"
            note = f"{whom}, {about_}; pairs of person and case by the rows that explain them"
            picture = change_bars(title, note, [*bars.values()])
            picture_files(picture, f"changes-{answer.start}-{answer.end}", key="changes-files")
    if answer.not_verified:
        facts.append(("Rows taken over from pairs alike", f"{answer.not_verified:,} pairs: ask about fewer"))
    page_shell.footer(revision, *facts)


def _looking(reasons: PendingAnswer) -> str:
    words = "Looking for the rows that did it. You need not wait: the search ends when this page is left"
    doing = f"; now {escape(reasons.doing)}" if reasons.doing else ""
    return blocks.section("What did it", f'<p class="src"><span role="status">{words}</span>{doing}.</p>')


def _of(revision: Revision, named: Mapping[str, str]) -> str:
    """Of what the question is, by name: `Rosa Diaz (rosa) and case c-101 (Appeal 7)`."""
    said = []
    for kind, id in named.items():
        thing = search_index.named(revision, kind, id)
        name = thing.name if thing and thing.name != id else ""
        if kind == "case":
            said.append(f"case {id}, {name}" if name else f"case {id}")
        else:
            said.append(f"{name} ({id})" if name else f"{kind} {id}")
    return " and ".join(said)


def _only(answer: DiffAnswer, fact: ChangedFact) -> str:
    return _to_pairs(answer, row=fact.sources[0])


def _only_group(answer: DiffAnswer, stem: str, did: str) -> str:
    return _to_pairs(answer, group=f"{stem} {did}")


def _to_pairs(answer: DiffAnswer, **given: str) -> str:
    about = {name: urls.parameter(name) for name in _ABOUT}
    return navigation.to("these pairs", "changes", **{"from": answer.start, "to": answer.end}, **about, **given)


def _pairs(found: Changed, days: tuple[str, str], whole: bool) -> None:
    answer, source, group = found.answer, urls.parameter("row"), urls.parameter("group")
    words = change_cards.kinds(answer)
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        kind = filters.pills("kind", "Show", words) if len(words) > 2 else ""
        if (source or group) and st.button("Of all rows", icon=":material/close:", width="content"):
            urls.write(row="", group="", page="")
            st.rerun()

    def ways(person: str, case: str) -> dict[str, tuple[str, dict[str, str | list[str]]]]:
        pair: dict[str, str | list[str]] = {"person": person, "case": case}
        return {
            "before": ("why", {**pair, "asof": answer.start}),
            "after": ("why", {**pair, "asof": answer.end}),
            "time": ("time", pair),
        }

    if (source or group) and not whole:
        return
    rows = change_cards.selected(answer, kind, source, group, reasons=whole)
    body = change_cards.pairs(answer, rows, "changes", ways)
    note = "by person, then case"
    if source or group:
        stem, _, did = group.partition(" ")
        note = f"done by {source_rows.row_text(source) if source else f'rows of {stem}.csv that {did}'}"
    blocks.show(blocks.section("Who gained and lost", body, f"{days[0]} → {days[1]}; {note}"))


def _table(found: Changed) -> pa.Table:
    becauses = pl.Series([", ".join(parts) for parts in found.answer.becauses] or [""], dtype=pl.String)
    table = found.answer.table
    return tables.arrow(table.with_columns(because=becauses.gather(table["because"])))


page()
