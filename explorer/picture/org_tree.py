"""Units as a picture (cards, root left) and as a list that folds: the same tree, the same counts."""

from __future__ import annotations

from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from pyvis.network import Network

from seewhy.explorer import navigation
from seewhy.explorer.components.blocks import icon
from seewhy.explorer.components.tiles import cases, people
from seewhy.explorer.palette import KINDS
from seewhy.explorer.picture.model import MOST, OPTIONS, Drawing, add_line
from seewhy.explorer.picture.tree_layout import indented, tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from seewhy.explorer.picture.layout import Box
    from seewhy.graph.answers.person import PersonAnswer
    from seewhy.graph.questions.structure import StructureAnswer, UnitLine

ICONS = {
    "organisation": "account_balance",
    "segment": "lan",
    "team": "groups",
    "office": "apartment",
    "category": "label",
    "firm": "business",
    "site": "location_on",
    "referrer": "handshake",
    "division": "call_split",
    "estate_agent": "real_estate_agent",
    "branch": "storefront",
    "private_office": "meeting_room",
}
LISTED = 400
"""Units that the folding list writes out."""


class Place(NamedTuple):
    """A person's place in a unit, for the picture: the unit, and how in a few words."""

    unit: str
    how: str


def places(answer: StructureAnswer, who: PersonAnswer) -> list[tuple[Place, str]]:
    """Where the person belongs, with the row that says so."""
    found = [
        (Place(m.unit, "member" if m.access == "no" else f"member, {m.access}"), m.origin.source)
        for m in who.memberships
    ]
    found += [
        (Place(p.unit, f"{p.level.replace('_', ' ')}, {p.kind}{', in use' if p.in_use else ''}"), p.origin.source)
        for p in who.positions
    ]
    found += [(Place(r.unit, r.role.replace("_", " ")), r.origin.source) for r in who.portal_roles if r.unit]
    found += [(Place(r.unit, f"role {r.name}"), r.origin.source) for r in who.roles if r.unit]
    return [(place, row) for place, row in found if place.unit in answer.units]


def kind_text(unit: UnitLine) -> str:
    """`segment, rank 40`."""
    word = unit.kind.replace("_", " ")
    return f"{word}, rank {unit.rank}" if unit.rank is not None else word


def around(answer: StructureAnswer, unit: str) -> list[str]:
    """The units drawn for one: those above, itself, and below it level by level as far as all of a level fits."""
    chosen = [*answer.above(unit), unit]
    level = list(answer.units[unit].children)
    while level and len(chosen) + len(level) <= MOST:
        chosen += level
        level = [child for parent in level for child in answer.units[parent].children]
    return chosen


def of_person(answer: StructureAnswer, places: Iterable[Place]) -> list[str]:
    """The units drawn for a person: where they have a place, and everything above."""
    found: dict[str, None] = {}
    for place in places:
        if place.unit in answer.units:
            found |= dict.fromkeys((*answer.above(place.unit), place.unit))
    return list(found)


def drawing(
    answer: StructureAnswer,
    units: Sequence[str],
    *,
    marked: str = "",
    person: tuple[str, str] | None = None,
    places: Sequence[Place] = (),
) -> Drawing:
    """The picture: `marked` is the unit that is asked about, `person` (id, name) is right of their units."""
    drawn = set(units)
    children = {unit: [c for c in answer.units[unit].children if c in drawn] for unit in units}
    roots = [unit for unit in units if answer.units[unit].parent not in drawn]
    placed = [place for place in places if place.unit in drawn]
    joined = list(dict.fromkeys(place.unit for place in placed)) if person else []
    end = f"person:{person[0]}" if person else ""
    wide, low = tree(children, roots, end, joined, 120), indented(children, roots, end, joined)
    net = Network(directed=True, cdn_resources="in_line")
    net.options = OPTIONS
    way = {*answer.above(marked), marked} if marked else {place.unit for place in places}
    for unit in units:
        line = answer.units[unit]
        net.add_node(
            f"unit:{unit}",
            **_place(wide.boxes[unit], low.boxes[unit]),
            name=line.name,
            sub=f"{people(line.people_below)}, {cases(line.cases_below)}",
            colour="rule" if unit == marked else "place",
            icon=ICONS.get(line.kind, KINDS["unit"].icon),
            word=kind_text(line),
            dim=False,
        )
    for unit in units:
        for child in children[unit]:
            strong = child in way and (unit in way or not marked)
            pair = unit, child
            both = wide.lines[pair], low.lines[pair]
            add_line(net, f"unit:{unit}", f"unit:{child}", both, "decides" if strong else "grants", "")
    if person is not None:
        look = KINDS["person"]
        net.add_node(
            end, **_place(wide.boxes[end], low.boxes[end]), name=person[1], sub=person[0], colour=look.colour,
            icon=look.icon, word=look.word, dim=False,
        )  # fmt: skip
        for place in {place.unit: place for place in placed}.values():
            pair = place.unit, end
            add_line(net, f"unit:{place.unit}", end, (wide.lines[pair], low.lines[pair]), "decides", place.how)
    ids = {(e["from"], e["to"]): e["id"] for e in net.edges}
    paths = []
    for unit in units:
        chain = [f"unit:{x}" for x in (*(a for a in answer.above(unit) if a in drawn), unit)]
        paths.append((*chain, *(ids[pair] for pair in pairwise(chain) if pair in ids)))
    titles = {f"unit:{unit}": answer.units[unit].name for unit in units}
    first = f"unit:{marked}" if marked else f"unit:{roots[0]}" if roots else ""
    return Drawing(
        net,
        titles=titles,
        paths=tuple(paths),
        first=first,
        steps=1 + max((len(answer.above(unit)) for unit in units), default=0),
    )


def _place(wide: Box, low: Box) -> dict[str, Any]:
    return {"x": round(wide.x, 1), "y": round(wide.y, 1), "wide": wide.width, "down": (low.x, low.y)}


def folding(
    answer: StructureAnswer, roots: Sequence[str], opened: Iterable[str], seen_by: Mapping[str, int] | None
) -> str:
    """The tree as a list in which every unit with units below can be unfolded; `opened` are unfolded to begin with.
    `seen_by`: how many people see a case of each unit; None while that is not known."""
    unfolded = set(opened)
    left = LISTED

    def item(unit: str) -> str:
        nonlocal left
        left -= 1
        line = answer.units[unit]
        head = (
            f'<span class="u">{icon(ICONS.get(line.kind, "account_tree"))}'
            f"{navigation.to(line.name, 'structure', unit=unit)} "
            f'<span class="src">{escape(kind_text(line))}</span></span>'
            f'<span class="n">{line.people_below:,}</span><span class="n">{line.cases_below:,}</span>'
            f'<span class="n">{"…" if seen_by is None else f"{seen_by.get(unit, 0):,}"}</span>'
        )
        if not line.children:
            return f'<li><div class="row">{head}</div></li>'
        inside = "".join(item(child) for child in line.children if left > 0)
        mark = " open" if unit in unfolded else ""
        return f'<li><details{mark}><summary class="row">{head}</summary><ul>{inside}</ul></details></li>'

    body = "".join(item(root) for root in roots if left > 0)
    more = "" if left > 0 else f'<p class="src more">{LISTED} units listed; open one to see what is below it.</p>'
    numbers = '<span class="n">People</span><span class="n">Cases</span><span class="n">Seen by</span>'
    head = f'<div class="row head"><span class="u">Unit</span>{numbers}</div>'
    return f'<div class="units">{head}<ul>{body}</ul></div>{more}'
