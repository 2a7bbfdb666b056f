"""Units as a picture (cards, root left) and as a list that folds: the same tree, the same counts."""

from __future__ import annotations

import textwrap
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from pyvis.network import Network

from seewhy.explorer import navigation
from seewhy.explorer.components.blocks import icon
from seewhy.explorer.components.tiles import cases, people
from seewhy.explorer.palette import KINDS
from seewhy.explorer.picture.layout import WIDTH, curve
from seewhy.explorer.picture.model import MOST, Drawing, line_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
_STEP, _ROW = WIDTH + 62, 62
_OPTIONS = {"physics": {"enabled": False}, "interaction": {"hover": True, "dragNodes": False, "zoomView": False}}


class Place(NamedTuple):
    """A person's place in a unit, for the picture: the unit, and how in a few words."""

    unit: str
    how: str


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
    at: dict[str, tuple[float, float]] = {}
    row = 0.0

    def placed(unit: str, depth: int) -> float:
        nonlocal row
        below = [placed(child, depth + 1) for child in children[unit]]
        if not below:
            below = [row]
            row += _ROW
        at[unit] = (float(depth * _STEP), round((below[0] + below[-1]) / 2, 1))
        return at[unit][1]

    for root in roots:
        placed(root, 0)
    net = Network(directed=True, cdn_resources="in_line")
    net.options = _OPTIONS
    way = {*answer.above(marked), marked} if marked else {place.unit for place in places}
    for unit in units:
        line = answer.units[unit]
        x, y = at[unit]
        net.add_node(
            f"unit:{unit}",
            x=x,
            y=y,
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
            _line(net, f"unit:{unit}", f"unit:{child}", at[unit], at[child], "decides" if strong else "grants")
    if person is not None:
        _person(net, person, [place for place in places if place.unit in drawn], at)
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
        steps=1 + max((int(x) for x, _ in at.values()), default=0) // _STEP,
    )


def _person(net: Network, person: tuple[str, str], places: Sequence[Place], at: dict[str, tuple[float, float]]) -> None:
    id, name = person
    x = max((at[place.unit][0] for place in places), default=0.0) + _STEP + 120
    y = sum(at[place.unit][1] for place in places) / len(places) if places else 0.0
    look = KINDS["person"]
    net.add_node(
        f"person:{id}", x=x, y=y, name=name, sub=id, colour=look.colour, icon=look.icon, word=look.word, dim=False
    )
    for place in {place.unit: place for place in places}.values():
        _line(net, f"unit:{place.unit}", f"person:{id}", at[place.unit], (x, y), "decides", place.how)


def _line(
    net: Network, start: str, end: str, a: tuple[float, float], b: tuple[float, float], strength: str, label: str = ""
) -> None:
    bent = curve(a, b, 0.36)
    words = textwrap.fill(label, 18, max_lines=2, placeholder=" …") if label else ""
    net.add_edge(start, end, id=line_id(start, end), strength=strength, label=words, curve=bent.points, at=bent.label)


def folding(answer: StructureAnswer, roots: Sequence[str], opened: Iterable[str], marked: str = "") -> str:
    """The tree as a list in which every unit with units below can be unfolded; `opened` are unfolded to begin with."""
    unfolded = set(opened)
    left = LISTED

    def item(unit: str) -> str:
        nonlocal left
        left -= 1
        line = answer.units[unit]
        here = ' aria-current="true"' if unit == marked else ""
        head = (
            f'<span class="u{" here" if unit == marked else ""}"{here}>{icon(ICONS.get(line.kind, "account_tree"))}'
            f"{navigation.to(line.name, 'structure', unit=unit)} "
            f'<span class="src">{escape(kind_text(line))}</span></span>'
            f'<span class="n">{line.people_below:,}</span><span class="n">{line.cases_below:,}</span>'
        )
        if not line.children:
            return f'<li><div class="row">{head}</div></li>'
        inside = "".join(item(child) for child in line.children if left > 0)
        mark = " open" if unit in unfolded else ""
        return f'<li><details{mark}><summary class="row">{head}</summary><ul>{inside}</ul></details></li>'

    body = "".join(item(root) for root in roots if left > 0)
    more = "" if left > 0 else f'<p class="src more">{LISTED} units listed; open one to see what is below it.</p>'
    numbers = '<span class="n">People</span><span class="n">Cases</span>'
    head = f'<div class="row head"><span class="u">Unit</span>{numbers}</div>'
    return f'<div class="units">{head}<ul>{body}</ul></div>{more}'
