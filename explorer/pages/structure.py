"""The organisation: units as trees with counts, one unit in full, or one person's place in it."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING

import pyarrow as pa
import streamlit as st

from seewhy.explorer import answer_bar, navigation, page_shell, urls
from seewhy.explorer.components import blocks, links, tiles, unit_cards
from seewhy.explorer.components.marks import chips
from seewhy.explorer.components.tiles import Tile
from seewhy.explorer.data import answers, background, connection, search_index
from seewhy.explorer.palette import KINDS
from seewhy.explorer.picture import org_tree
from seewhy.explorer.picture.model import MOST
from seewhy.explorer.widgets import filters
from seewhy.explorer.widgets.fields import question
from seewhy.explorer.widgets.picture_card import Caption, picture_card
from seewhy.explorer.widgets.search_box import search_box, title
from seewhy.graph.errors import UnknownEntity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seewhy.explorer.data.background import PendingAnswer
    from seewhy.explorer.data.connection import Revision, Statements
    from seewhy.explorer.picture.model import Drawing
    from seewhy.graph.answers.person import PersonAnswer
    from seewhy.graph.questions.structure import StructureAnswer, UnitAnswer


_EXPORTED = {
    "unit_id": "id", "name": "name", "kind": "kind", "parent_id": "parent", "people": "people_below",
    "cases": "cases_below",
}  # fmt: skip
"""Columns of the table of all units, and what they hold of each."""


def page() -> None:
    """Draw the page."""
    revision = connection.newest_revision()
    unit, person = urls.parameter("unit"), urls.parameter("person")
    kind, id = ("unit", unit) if unit else ("person", person)
    known = search_index.named(revision, kind, id) if id else None
    question(
        lambda: search_box(
            revision,
            "place",
            "A unit, or a person's place",
            _choose,
            kinds=("unit", "person"),
            shown=title(known) if known else id,
            placeholder="a name or an id; team: office: segment: person: narrow it down",
        )
    )
    date = urls.as_of()
    answer, statements = answers.structure(revision, date)
    try:
        if unit:
            one, more = answers.unit(revision, unit, date)
            _unit(revision, answer, one, statements + more)
        elif person:
            who, more = answers.person(revision, person, date)
            _person(revision, answer, who, statements + more)
        else:
            _all(revision, answer, statements)
    except UnknownEntity as error:
        page_shell.refuse(revision, date, error)


def _choose(kind: str, id: str) -> None:
    urls.write(unit=id if kind == "unit" else "", page="", **({"person": id} if kind == "person" else {}))


def _all(revision: Revision, answer: StructureAnswer, statements: Statements) -> None:
    pending = answers.seen_by(revision, answer.as_of)
    counted = pending.ready(background.SMALL_SECONDS if connection.is_small() else 0.0)
    answer_bar.draw(
        revision, "structure", answer.as_of, {}, statements, "all units with counts", lambda: _table(answer, pending)
    )
    kinds = Counter(u.kind for u in answer.units.values())
    blocks.show(tiles.heading("unit", f"{len(answer.units):,} units", (f"{len(answer.roots):,} at the top",)))
    blocks.show(
        tiles.tiles(
            Tile(count, org_tree.ICONS.get(kind, "account_tree"), _plural(kind, count))
            for kind, count in kinds.most_common(8)
        )
    )
    opened = {root for root in answer.roots if len(answer.units[root].children) <= MOST}
    if not answer.units:
        blocks.show(blocks.section("All units", "<p>There is no unit on this day.</p>"))
    if answer.roots:
        blocks.show(_tree_card(answer, answer.roots, opened, pending.answer() if counted else None))
        root = max(answer.roots, key=lambda unit_id: sum(1 for _ in answer.below(unit_id)))
        drawn = org_tree.around(answer, root)
        note = f"{answer.units[root].name}, {len(drawn)} units. Select one; Enter or a double click opens it."
        _picture(revision, answer, org_tree.drawing(answer, drawn), note)
    own = answers.own_structure(revision, answer.as_of)
    if own:
        blocks.show(unit_cards.of_schemes(own))
    page_shell.footer(revision, ("Units", f"{len(answer.units):,}, all listed or counted"))
    if not counted:
        background.draw_again_when(pending.ready, '<p class="src" role="status">Counting who sees the cases …</p>')


def _table(answer: StructureAnswer, pending: PendingAnswer) -> pa.Table:
    """Every unit with all its counts, as files have them."""
    units, seen_by = answer.units.values(), pending.for_file("who sees the cases")
    columns = {name: [getattr(unit, field) for unit in units] for name, field in _EXPORTED.items()}
    return pa.table({**columns, "seen_by": [seen_by[unit.id] for unit in units]})


def _plural(kind: str, count: int) -> str:
    word = kind.replace("_", " ")
    if count == 1:
        return word
    return word[:-1] + "ies" if word.endswith("y") else word + ("es" if word.endswith("ch") else "s")


def _tree_card(
    answer: StructureAnswer, roots: Sequence[str], opened: set[str], seen_by: Mapping[str, int] | None
) -> str:
    return blocks.section(
        "All units",
        org_tree.folding(answer, roots, opened, seen_by),
        "people, cases, and how many people see one of these; with everything below, each counts once",
    )


def _unit(revision: Revision, answer: StructureAnswer, unit: UnitAnswer, statements: Statements) -> None:
    names = ("person_id", "name", "how", "leads", "since", "until", "source")
    rows = [(p.person, p.name, p.how, p.leads, p.origin.since, p.origin.until, p.origin.source) for p in unit.people]
    answer_bar.draw(
        revision,
        "structure",
        unit.as_of,
        {"unit": unit.id},
        statements,
        f"who belongs to unit {unit.id}",
        lambda: pa.table({name: [row[n] for row in rows] for n, name in enumerate(names)}),
    )
    if unit.id not in answer.units:
        thing = search_index.named(revision, "unit", unit.id)
        blocks.show(
            tiles.heading("unit", thing.name if thing else unit.id, (unit.id, "not in the organisation on this day"))
        )
        page_shell.footer(revision)
        return
    line = answer.units[unit.id]
    about = (line.id, org_tree.kind_text(line), f"code {line.code}" if line.code else "")
    blocks.show(tiles.heading("unit", line.name, about, chips("unit", unit.id)))
    blocks.show(unit_cards.way(answer, unit.id), key="way")
    below = sum(1 for _ in answer.below(unit.id)) - 1
    blocks.show(
        tiles.tiles(
            (
                Tile(line.people_at, "person", "people here"),
                Tile(line.people_below, "groups", "people here and below"),
                Tile(line.cases_at, "folder", "cases here"),
                Tile(line.cases_below, "folder_open", "cases here and below"),
                Tile(below, "account_tree", "units below"),
            )
        )
    )
    if line.parent or line.children:
        _picture(
            revision,
            answer,
            org_tree.drawing(answer, org_tree.around(answer, unit.id), marked=unit.id),
            "the units above, and below as far as they fit",
        )
    seers = st.container(key="seers")
    left, right = st.container(key="main").columns([7, 5], gap="medium")
    with left:
        if leaders := unit_cards.leaders(unit):
            blocks.show(leaders)
        words = ""
        if unit_cards.many(unit):
            with st.container(key="filters"):
                words = filters.text("Search in this list", f"people-{unit.id}", "name or id")
        blocks.show(unit_cards.people(unit, words, search_index.folded))
    with right:
        blocks.show(unit_cards.seats(unit) + unit_cards.cases(unit))
    page_shell.footer(
        revision, ("People", f"{line.people_at:,}, all counted"), ("Cases", f"{len(unit.cases):,}, all counted")
    )
    # Last, and in the background: for this everybody is decided.
    if line.cases_below:
        pending = answers.unit_access(revision, unit.id, unit.as_of)
        pending.ready(background.SMALL_SECONDS if connection.is_small() else 0.0)
        with seers:
            waiting = blocks.section("Who sees these cases", '<p class="src" role="status">Asking …</p>')
            background.draw_when_ready(
                pending, lambda found: blocks.show(unit_cards.seers(found, line.cases_below)), waiting
            )


def _person(revision: Revision, answer: StructureAnswer, who: PersonAnswer, statements: Statements) -> None:
    held = org_tree.places(answer, who)
    rows = pa.table(
        {"unit_id": [p.unit for p, _ in held], "how": [p.how for p, _ in held], "source": [s for _, s in held]}
    )
    answer_bar.draw(
        revision,
        "structure",
        who.as_of,
        {"person": who.person},
        statements,
        f"the units of {who.person}",
        lambda: rows,
    )
    managed = f"managed by {who.managers[0].name}" if who.managers else ""
    state = "active" if who.active else "not active on this day"
    mark = chips("person", who.person)
    blocks.show(tiles.heading("person", who.name, (who.person, who.job_title, state, managed), mark))
    units = org_tree.of_person(answer, [place for place, _ in held])
    if units:
        drawn = org_tree.drawing(answer, units, person=(who.person, who.name), places=[place for place, _ in held])
        _picture(revision, answer, drawn, "thick lines: where this person belongs, and how")
    left, right = st.container(key="main").columns([7, 5], gap="medium")
    with left:
        table = links.table(
            ("Unit", "Kind", "How", "Row"),
            (
                (
                    links.unit(p.unit, answer.units[p.unit].name),
                    escape(org_tree.kind_text(answer.units[p.unit])),
                    escape(p.how),
                    links.source(row),
                )
                for p, row in held
            ),
            noun="places",
        )
        blocks.show(blocks.section("Units", table if held else "<p>No unit on this day.</p>", f"{len(held):,}"))
    with right:
        blocks.show(unit_cards.managers(who) + unit_cards.anywhere(who) + unit_cards.of_schemes(who.own))
    page_shell.footer(revision, ("Units of this person", f"{len(held):,}, all listed"))


def _picture(revision: Revision, answer: StructureAnswer, drawn: Drawing, note: str) -> None:
    nodes = drawn.network.nodes
    spoken = "; ".join(f"{node['word']} {node['name']}, {node['sub']}" for node in nodes)
    picture_card(
        drawn,
        Caption("Picture", note, "Units", f"{drawn.size} boxes: {spoken}"),
        lambda selected: _selected(revision, answer, selected or drawn.first),
        key="\n".join((answer.as_of, drawn.first, *(node["id"] for node in nodes))),
        most=MOST + 1,
        instead="the lists below say the same.",
        tall=1100,
        name=f"structure-{drawn.first.partition(':')[2]}-{answer.as_of}",
        open_=_opened,
    )


def _opened(card: str) -> None:
    """A card was double-clicked, or Enter pressed on it."""
    kind, _, id = card.partition(":")
    _choose(kind, id)


def _selected(revision: Revision, answer: StructureAnswer, selected: str) -> str:
    kind, _, id = selected.partition(":")
    if kind == "unit" and id in answer.units:
        line = answer.units[id]
        items = [
            org_tree.kind_text(line).capitalize(),
            f"{tiles.people(line.people_at)} here, {line.people_below:,} with all below",
            f"{tiles.cases(line.cases_at)} here, {line.cases_below:,} with all below",
            f"{len(line.children)} directly below" if line.children else "nothing below",
        ]
        shown = id == urls.parameter("unit")
        body = "".join(f"<li>{escape(item)}</li>" for item in items)
        return (
            f'<div class="panel"><h3>{escape(line.name)}</h3><ul>{body}</ul>'
            f"{'' if shown else '<p>' + navigation.to('Open this unit', 'structure', unit=id) + '</p>'}</div>"
        )
    if kind == "person" and (thing := search_index.named(revision, "person", id)):
        what = navigation.to("What can they see", "what", person=id)
        about = f'<p class="src">{escape(thing.about)}</p>'
        return f'<div class="panel"><h3>{escape(thing.name)}</h3>{about}<p>{what}</p></div>'
    return f'<div class="panel"><p class="src">{KINDS["unit"].word.capitalize()}s and their counts.</p></div>'


page()
