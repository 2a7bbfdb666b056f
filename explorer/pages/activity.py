"""Who asked what: the question log, to be searched, each question leading to its answer. Looking is an entry, too."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING

import polars as pl
import streamlit as st

from seewhy.explorer import navigation, page_shell, urls
from seewhy.explorer.components import blocks, links, tiles
from seewhy.explorer.data import activity, connection
from seewhy.explorer.entry_notice import PARAMETER, day_of
from seewhy.explorer.widgets import data_table, filters, preview
from seewhy.explorer.widgets.data_table import Column
from seewhy.graph.days import day
from seewhy.graph.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seewhy.auth.log.search import AskedEntry
    from seewhy.explorer.data.connection import Revision

_FIELDS = {
    "person": ("About the person", "an id"), "case": ("About the case", "an id"),
    "actor": ("Asked by", "a user id"), "on": ("On the day (UTC)", "2026-11-25"),
}  # fmt: skip
"""Fields of the search: label, and what is written there."""
_TONES = {"answered": "", "refused": "blocked", "failed": "blocked", "asked": "depends"}
PAGE_OF = {
    "check": "why", "why": "why", "would_change": "why", "evidence": "why", "evaluation": "why", "evaluations": "why",
    "who": "who", "search/subject": "who", "what": "what", "search/resource": "what", "timeline": "time",
    "seen_over_time": "time", "unit_access": "structure",
    "person": "structure", "structure": "structure", "unit": "structure", "findings": "findings",
}  # fmt: skip
"""Kind of question to the page that answers it."""


def page() -> None:
    """Draw the page."""
    revision = connection.newest_revision()
    with st.container(key="ask"):
        places = st.columns([3, 3, 3, 2, 3], vertical_alignment="bottom")
        fields = zip(places, _FIELDS.items(), strict=False)
        chosen = {name: _field(place, name, label) for place, (name, (label, _)) in fields}
        with places[-1]:
            kind = filters.choice("kind", "Kind", {"": "every kind", **activity.KINDS})
    date = urls.as_of()
    page_shell.basis(revision, date)
    about = filters.toggle("about", "Only questions about a person or a case")
    try:
        wanted = (chosen["person"], chosen["case"], chosen["actor"], kind, day(chosen["on"]) if chosen["on"] else "")
        found = activity.search(*wanted, about=about)
    except ConfigurationError as error:
        page_shell.trouble(error)
        page_shell.footer(revision)
        return
    count = f"{len(found.questions):,} question{'' if len(found.questions) == 1 else 's'}"
    title = f"The newest {count}" if found.more else count
    more = "there are more: narrow the search" if found.more else "the newest first"
    said = f"{found.entries:,} entries in the log, questions and their outcomes"
    blocks.show(tiles.heading("rule", title, (more, said)))
    entries = {str(one.n): one for one in found.questions}
    rows = _rows(entries)
    blank = {name for name in ("person", "case") if not (rows[name] != "").any()}
    columns = [column for column in _COLUMNS if column.name not in blank]
    rows = data_table.ordered(rows, columns)
    left, right = st.container(key="lists").columns([8, 18], gap="medium")
    with right, st.container(key="listed"):
        part = data_table.paged(len(rows), "question", "questions", how=_HOW)
        data_table.grid(
            rows[part], columns, "questions", id_column="id", opens=lambda row: _opens(entries[row["id"]]),
            first=part.start, total=len(rows),
        )  # fmt: skip
    with left:
        if (picked := data_table.selected(rows, "id")) is not None:
            with st.container(key="preview-one"):
                blocks.show(_card(revision, entries[picked["id"]]))
                preview.close()
        with st.container(key="reasons"):
            blocks.show(_kinds(found.questions))
    page_shell.footer(revision, ("Questions", "these are all" if not found.more else "not all are shown"))


_HOW = "Select a row for all that was asked; Enter or a double click opens the answer."


def _rows(entries: Mapping[str, AskedEntry]) -> pl.DataFrame:
    rows = [
        {
            "id": id,
            "at": one.at[:19].replace("T", " "),
            "kind": activity.KINDS.get(one.kind, one.kind),
            "outcome": one.outcome,
            "rows": one.rows,
            "person": one.person,
            "case": one.case,
            "by": one.actor or "nobody signed in",
            "load": one.load,
        }
        for id, one in entries.items()
    ]
    return pl.DataFrame(rows, schema={name: pl.Int64 if name == "rows" else pl.String for name in _NAMES})


_NAMES = ("id", "at", "kind", "outcome", "rows", "person", "case", "by", "load")
_COLUMNS = (
    Column("at", "Asked (UTC)", "name"),
    Column("outcome", "Outcome", "value", {"answered": "Answered", "refused": "Refused", "failed": "Failed",
                                           "asked": "Asked"}),
    Column("kind", "Question"),
    Column("person", "Person", "id", link=lambda row: _to("structure", "person", row["person"])),
    Column("case", "Case", "id", link=lambda row: _to("who", "case", row["case"])),
    Column("rows", "Rows", "short"),
    Column("by", "By"),
    Column("load", "Load", "short"),
)  # fmt: skip
"""Through what and for what somebody asked is in the card of a row."""


def _to(page: str, name: str, id: str) -> str:
    return "" if id.startswith("(") else navigation.address(page, **{name: id}, asof=urls.parameter("asof"))


def _field(place: st.delta_generator.DeltaGenerator, name: str, label: str) -> str:
    """A field whose text, an id, is in the address."""
    widget = f"activity-{name}"
    if st.session_state.get(widget) != (said := urls.parameter(name)):
        st.session_state[widget] = said

    def changed() -> None:
        urls.write(**{name: str(st.session_state[widget]).strip(), "part": "", "row": ""})

    place.text_input(label, key=widget, on_change=changed, placeholder=_FIELDS[name][1])
    return urls.parameter(name)


def _kinds(found: Sequence[AskedEntry]) -> str:
    """How many of each kind, each leading to its list."""
    here = {name: urls.parameter(name) for name in (*_FIELDS, "about")}
    rows = [
        (
            navigation.to(activity.KINDS.get(kind, kind), "activity", **here, kind=kind),
            f'<span class="n">{number:,}</span>',
        )
        for kind, number in Counter(one.kind for one in found).most_common()
    ]
    body = links.table(("Question", "Count"), rows, most=len(rows)) if rows else "<p>None.</p>"
    return blocks.section("By kind", body)


def _card(revision: Revision, one: AskedEntry) -> str:
    """All that is known of one question, and the way to its answer."""
    other = one.load and one.load != revision.load
    took = "" if one.took_ms is None else f", in {one.took_ms:,} ms"
    rows = "" if one.rows is None else f", {one.rows:,} row{'' if one.rows == 1 else 's'}"
    lines = {
        "About": " · ".join(part for part in (_named("person", one), _named("case", one)) if part),
        "As of": escape(one.as_of),
        "With": ", ".join(
            f"{escape(name)} <code>{escape(_short(value))}</code>" for name, value in one.options.items()
        ),
        "Asked": f"{escape(one.at[:19].replace('T', ' '))} UTC by {escape(one.actor or 'nobody signed in')}"
        f"{escape(f' ({one.role})' if one.role else '')}, through {escape(f'{one.door} {one.peer}'.strip())}",
        "For": escape(one.purpose),
        "Outcome": f'<span class="{_TONES.get(one.outcome, "")}">{escape(one.outcome)}</span>{rows}{took}'
        + (f": {links.marked(one.error)}" if one.error else ""),
        "Answered from": f"{escape(one.load)}{' (the graph has a newer one)' if other else ''}",
    }
    items = "".join(f"<dt>{name}</dt><dd>{said}</dd>" for name, said in lines.items() if said)
    to = escape(_opens(one))
    way = f'<p class="way"><a class="go" href="{to}" target="_self">Open the answer</a></p>' if to else ""
    title = escape(activity.KINDS.get(one.kind, one.kind).capitalize())
    return (
        f'<section class="card preview" aria-live="polite"><div class="sect"><h2>{title}</h2>'
        f'<span class="beside">entry {one.n:,} of the log</span></div><dl class="entry">{items}</dl>{way}</section>'
    )


def _named(name: str, one: AskedEntry) -> str:
    id = getattr(one, name)
    return escape(id) if not id or id.startswith("(") else getattr(links, name)(id)


def _short(value: object) -> str:
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= 600 else f"{text[:599]}…"


def _opens(one: AskedEntry) -> str:
    """The address that answers the question, on the day that it was about; it says from which load it was answered.
    Blank where no page answers such a question."""
    many = [one.options.get(name) for name in ("people", "cases")]
    if one.kind == "check" and all(isinstance(ids, list) for ids in many):
        lists = {name: "\n".join(map(str, ids or ())) for name, ids in zip(("people", "cases"), many, strict=True)}
        return navigation.address("batch", **lists, asof=day_of(one))
    where = PAGE_OF.get(one.kind)
    lacks = {"why": not (one.person and one.case), "who": not one.case, "what": not one.person}
    if where is None or lacks.get(where) or "(erased)" in (one.person, one.case):
        return ""
    more = {"asof": day_of(one), PARAMETER: str(one.n)}
    return navigation.address(where, person=one.person, case=one.case, **more)


page()
