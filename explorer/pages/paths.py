"""How two things of any kind hang together: every shortest chain of facts, whatever it means for access."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import pyarrow as pa
import streamlit as st

from seewhy.explorer import answer_bar, page_shell, urls
from seewhy.explorer.components import blocks, links, tiles
from seewhy.explorer.components.marks import chips
from seewhy.explorer.data import answers, connection, search_index
from seewhy.explorer.palette import kind
from seewhy.explorer.picture.lanes import paths_drawing
from seewhy.explorer.picture.model import MOST
from seewhy.explorer.titles import step_title
from seewhy.explorer.widgets import opened_boxes
from seewhy.explorer.widgets.fields import question
from seewhy.explorer.widgets.filters import left_out, pills
from seewhy.explorer.widgets.picture_card import Caption, about_end, picture_card
from seewhy.explorer.widgets.search_box import search_box, title
from seewhy.graph.questions.paths import STOPS, relationship_kinds

if TYPE_CHECKING:
    from seewhy.explorer.data.connection import Revision, Statements
    from seewhy.explorer.picture.model import Drawing
    from seewhy.graph.answers.paths import FoundPath, PathsAnswer

_KINDS = ("person", "case", "unit", "role", "privilege", "access_rule", "case_type", "position", "group")
_WRITTEN = {"access_rule": "rule", "case_type": "type"}
"""Kinds that an address writes otherwise than the search does."""
_LONGER = {"0": "only the shortest", "10": "and up to 10 longer ones"}


def page() -> None:
    """Draw the page."""
    revision = connection.newest_revision()
    start, end = question(lambda: _thing(revision, "from", "From"), lambda: _thing(revision, "to", "to"))
    stops = _stops(revision)
    without, longer = _options()
    date = urls.as_of()
    missing = " and ".join(what for what, id in (("where it begins", start), ("where it ends", end)) if not id)
    found = page_shell.answer(
        revision,
        date,
        lambda: answers.paths(revision, start, end, date, stops, without, longer) if start and end else None,
        f"Choose {missing}: a person, a unit, a role, a privilege, an access rule, a case type or a case.",
    )
    if found is not None:
        _answered(revision, *found)


def _thing(revision: Revision, parameter: str, label: str, place: int | None = None) -> str:
    """A field for one thing, written `role:hub` in the address; of several in a row the one at a place."""
    given = urls.parameters(parameter)
    at = place or 0
    text = given[at] if at < len(given) else ""
    shown = text
    named, _, id = text.partition(":")
    if id:
        searched = {"type": "case_type", "rule": "access_rule"}.get(named, named)
        known = search_index.named(revision, searched, id) if searched in _KINDS else None
        shown = f"{title(known)} ({kind(searched).word})" if known else text

    def choose(kind_name: str, chosen: str) -> None:
        urls.write_all(parameter, [*given[:at], f"{_WRITTEN.get(kind_name, kind_name)}:{chosen}", *given[at + 1 :]])

    key = f"path-{parameter}" if place is None else f"path-{parameter}-{place}"
    search_box(revision, key, label, choose, kinds=_KINDS, shown=shown, placeholder="a name or an id of any kind")
    return text


def _stops(revision: Revision) -> tuple[str, ...]:
    """Up to three stops on the way, with what adds one, takes one away, and turns the question round."""
    given = urls.parameters("via")[:STOPS]
    asked = len(given) + bool(st.session_state.get("another stop") and len(given) < STOPS)
    if asked:
        with st.container(key="stops"):
            for place, column in enumerate(st.columns(asked)):
                with column:
                    _thing(revision, "via", f"over, stop {place + 1}", place)
    with st.container(horizontal=True, gap="small"):
        if st.button("Swap", icon=":material/swap_horiz:", help="From becomes to, and the stops are turned round"):
            urls.write_all("via", given[::-1])
            urls.write(**{"from": urls.parameter("to"), "to": urls.parameter("from")})
            st.rerun()
        if asked < STOPS and st.button("Add a stop", icon=":material/add_location_alt:"):
            st.session_state["another stop"] = True
            st.rerun()
        if asked and st.button("Remove the last stop", icon=":material/wrong_location:"):
            st.session_state["another stop"] = False
            urls.write_all("via", given[:-1] if asked == len(given) else given)
            st.rerun()
    if len(given) == asked:
        st.session_state["another stop"] = False
    return tuple(given)


def _options() -> tuple[tuple[str, ...], int]:
    """The kinds of relationships that are left out, and how many longer paths are wanted."""
    kinds = {name.lower(): name.replace("_", " ").lower() for name in relationship_kinds()}
    with st.container(key="options", horizontal=True, gap="medium", vertical_alignment="top"):
        left_out("not", "Leave out", kinds, "nothing: all kinds of relationships")
        longer = pills("longer", "List", _LONGER)
    # As the address has them: one that nobody knows is said, not dropped.
    return tuple(one for one in urls.parameter("not").split(",") if one), int(longer)


def _answered(revision: Revision, answer: PathsAnswer, statements: Statements) -> None:
    parameters: dict[str, str | list[str]] = {"from": urls.parameter("from"), "to": urls.parameter("to")}
    parameters |= {name: value for name in ("not", "longer") if (value := urls.parameter(name))}
    parameters |= {"via": stops} if (stops := urls.parameters("via")) else {}
    answer_bar.draw(
        revision,
        "paths",
        answer.as_of,
        parameters,
        statements,
        f"how {parameters['from']} and {parameters['to']} hang together",
        lambda: _rows(answer),
    )
    blocks.show(tiles.heading(answer.start.kind, answer.sentence, _about(answer)))
    if answer.cut:
        blocks.show(f'<p class="lead">{escape(answer.cut)}</p>')
    if answer.paths and answer.hops:
        _picture(revision, answer)
    blocks.show(
        blocks.section(
            "Paths",
            _table(answer) if answer.paths else "<p>Nothing that is stated joins the two by these relationships.</p>",
            f"{len(answer.paths):,} listed, the shortest first" if answer.paths else "",
        )
    )
    page_shell.footer(
        revision,
        ("Shortest paths", f"{answer.shortest:,}, {min(len(answer.paths), answer.shortest):,} listed"),
        ("Left out", ", ".join(one.lower() for one in answer.without) or "no kind of relationship"),
    )


def _about(answer: PathsAnswer) -> tuple[str, ...]:
    longer = sum(path.hops > answer.hops for path in answer.paths)
    return (
        "a path says what hangs together, not who has access: Why decides that",
        *((f"{longer:,} longer ones are listed behind them",) if longer else ()),
    )


def _picture(revision: Revision, answer: PathsAnswer) -> None:
    asked = (urls.parameter(name) for name in ("from", "to", "not", "longer"))
    picture = "\n".join(("paths", *asked, *urls.parameters("via"), answer.as_of))
    opened = opened_boxes.beside(revision, picture, answer.as_of)
    drawn = paths_drawing(answer, lambda end: about_end(revision, end), opened)
    total = len(answer.paths)
    picture_card(
        drawn,
        Caption(
            "Picture",
            "a lane for each path, thick = one of the shortest. Select a box or a line for its source; "
            "a double click adds its neighbours.",
            "Paths",
            f"{answer.sentence} {'; '.join(path.words for path in answer.paths[:6])}",
        ),
        lambda selected: _selected(drawn, selected),
        key=picture,
        most=MOST + MOST // 2,
        instead="the list below says the same in words.",
        remark=f"The first {total - drawn.left_out} of {total:,} paths are drawn; all of them are in the list below."
        if drawn.left_out
        else "",
        beside=False,
        open_=lambda box: opened_boxes.toggle(picture, box),
        name=f"paths-{urls.parameter('from')}-{urls.parameter('to')}-{answer.as_of}",
    )


def _selected(drawn: Drawing, selected: str | None) -> str:
    id = selected if selected in drawn.facts or selected in drawn.notes else drawn.first
    facts = drawn.facts.get(id, ())
    heading = drawn.titles.get(id) or (step_title(facts[0].relationship.lower()) if facts else "Selected")
    items = "".join(f"<li>{escape(blocks.sentence(one.sentence))}{blocks.source_line(one)}</li>" for one in facts[:6])
    more = f'<p class="src">and {len(facts) - 6} more</p>' if len(facts) > 6 else ""
    note = f"<p>{escape(drawn.notes[id])}</p>" if id in drawn.notes else ""
    return f'<div class="panel"><h3>{escape(heading)}</h3>{note}<ul>{items}</ul>{more}</div>'


def _table(answer: PathsAnswer) -> str:
    return links.table(
        ("", "Steps", "Path", "Facts"),
        (
            (f'<span class="whole">{number}</span>', str(path.hops), _way(path), _facts(path))
            for number, path in enumerate(answer.paths, 1)
        ),
        noun="paths",
    )


def _way(path: FoundPath) -> str:
    lead = {"person": links.person, "unit": links.unit, "case": links.case}
    return " → ".join(
        lead[end.kind](end.id, end.name)
        if end.kind in lead
        else escape(end.name or end.id) + chips(end.kind, end.id)
        for end in path.things
    )


def _facts(path: FoundPath) -> str:
    return "<br>".join(
        f"{escape(blocks.sentence(fact.sentence))} {links.source(fact.source)}" for fact in path.path
    )


def _rows(answer: PathsAnswer) -> pa.Table:
    rows = [
        (number, path.hops, place, fact.sentence, fact.since, fact.until, fact.source)
        for number, path in enumerate(answer.paths, 1)
        for place, fact in enumerate(path.path, 1)
    ]
    names = ("path", "hops", "fact", "sentence", "since", "until", "source")
    return pa.table({name: [row[n] for row in rows] for n, name in enumerate(names)})


page()
