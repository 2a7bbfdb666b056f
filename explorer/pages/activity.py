"""Who asked what: the question log, to be searched, each question leading to its answer. Looking is an entry, too."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from seewhy.explorer import navigation, page_shell, urls
from seewhy.explorer.components import blocks, links, tiles
from seewhy.explorer.data import activity, connection
from seewhy.explorer.entry_notice import PARAMETER, day_of
from seewhy.explorer.widgets import filters
from seewhy.graph.days import day
from seewhy.graph.errors import ConfigurationError

if TYPE_CHECKING:
    from seewhy.auth.log.search import AskedEntry
    from seewhy.explorer.data.connection import Revision

_FIELDS = {"person": "About the person", "case": "About the case", "actor": "Asked by", "on": "On the day (UTC)"}
_TONES = {"answered": "", "refused": "blocked", "failed": "blocked", "asked": "depends"}
PAGE_OF = {
    "check": "why", "why": "why", "would_change": "why", "evidence": "why", "evaluation": "why", "evaluations": "why",
    "who": "who", "search/subject": "who", "what": "what", "search/resource": "what", "timeline": "time",
    "person": "structure", "structure": "structure", "unit": "structure", "findings": "findings",
}  # fmt: skip
"""Kind of question to the page that answers it."""


def page() -> None:
    """Draw the page."""
    revision = connection.newest_revision()
    with st.container(key="ask"):
        places = st.columns([3, 3, 3, 2, 3], vertical_alignment="bottom")
        fields = zip(places, _FIELDS.items(), strict=False)
        chosen = {name: _field(place, name, label) for place, (name, label) in fields}
        with places[-1]:
            kind = filters.choice("kind", "Kind", {"": "every kind", **{one: one for one in activity.KINDS}})
    page_shell.basis(revision, urls.as_of())
    try:
        wanted = (chosen["person"], chosen["case"], chosen["actor"], kind, day(chosen["on"]) if chosen["on"] else "")
        found = activity.search(*wanted)
    except ConfigurationError as error:
        page_shell.trouble(error)
        page_shell.footer(revision)
        return
    count = f"{len(found.questions):,} question{'' if len(found.questions) == 1 else 's'}"
    title = f"{count}, and more: narrow the search" if found.more else count
    blocks.show(tiles.heading("rule", title, ("the newest first", f"{found.entries:,} entries in the log")))
    head = ("Asked (UTC)", "By", "Through", "Question", "About", "Outcome", "Answered from", "")
    rows = [_row(revision, one) for one in found.questions]
    body = links.table(head, rows, most=len(rows)) if rows else "<p>Nobody asked anything like that.</p>"
    blocks.show(blocks.section("Questions", body, "with what came of them"))
    page_shell.footer(revision, ("Questions", "these are all" if not found.more else "not all are shown"))


def _field(place: st.delta_generator.DeltaGenerator, name: str, label: str) -> str:
    """A field whose text, an id, is in the address."""
    widget = f"activity-{name}"
    if st.session_state.get(widget) != (said := urls.parameter(name)):
        st.session_state[widget] = said

    def changed() -> None:
        urls.write(**{name: str(st.session_state[widget]).strip()})

    place.text_input(label, key=widget, on_change=changed)
    return urls.parameter(name)


def _row(revision: Revision, one: AskedEntry) -> tuple[str, ...]:
    more = ", ".join(f"{name} {_short(value)}" for name, value in one.options.items())
    about = " · ".join(part for part in (_named("person", one), _named("case", one)) if part)
    rows = "" if one.rows is None else f', <span class="n">{one.rows:,}</span> rows'
    other = one.load and one.load != revision.load
    load = f"{escape(one.load)}{' (the graph has a newer one)' if other else ''}" if one.load else ""
    return (
        escape(one.at[:19].replace("T", " ")),
        escape(one.actor or "nobody signed in"),
        escape(f"{one.door} {one.peer}".strip()),
        f'{escape(one.kind)} <span class="src">{escape(more)}</span>',
        about,
        f'<span class="{_TONES.get(one.outcome, "")}">{escape(one.outcome)}</span>{rows}',
        load,
        _way(one),
    )


def _named(name: str, one: AskedEntry) -> str:
    id = getattr(one, name)
    return escape(id) if not id or id.startswith("(") else getattr(links, name)(id)


def _short(value: object) -> str:
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _way(one: AskedEntry) -> str:
    """The page that answers the question, on the day that it was about; it says from which load it was answered."""
    where = PAGE_OF.get(one.kind)
    lacks = {"why": not (one.person and one.case), "who": not one.case, "what": not one.person}
    if where is None or lacks.get(where) or "(erased)" in (one.person, one.case):
        return ""
    more = {"asof": day_of(one), PARAMETER: str(one.n)}
    return navigation.link("open", where, person=one.person, case=one.case, **more)


page()
