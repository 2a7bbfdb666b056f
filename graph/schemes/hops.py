"""The hops of a ladder's rungs: which relationships each half goes over, between which variables.

Read from the texts, never used to write one. Impact analysis and what would complete a rung rest on it; conditions are
left out, but for equalities of a relationship's property with a word, so what is found is an upper bound.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seewhy.cypher.folders import per_set
from seewhy.cypher.ladders import every_ladder
from seewhy.graph.schemes.in_use import input_files, relationships, schemes
from seewhy.graph.vocabulary import LINKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seewhy.cypher.ladder import Ladder
    from seewhy.cypher.rungs import Rung

_NODE = r"\((\w*)(?::(\w+))?[^()]*\)"
_REL = r"(<?)-\[(\w*):([A-Z0-9_|]+)\]-(>?)"
_STEP = re.compile(rf"{_REL}\s*{_NODE}")
_FIRST = re.compile(_NODE)
_PATTERN = re.compile(r"\bMATCH\s+(.*?)(?=\bWHERE\b|\bMATCH\b|\bWITH\b|\bRETURN\b|\}|\Z)", re.S)
_EQUAL = re.compile(r"\b(\w+)\.(\w+)\s*=\s*'([^']*)'")


@dataclass(frozen=True, slots=True)
class Hop:
    """One relationship of a half, in its own direction; variables without a name get one of their own."""

    start: str
    types: frozenset[str]
    end: str
    words: Mapping[str, str] = field(default_factory=dict, hash=False, compare=False)
    """Property to the word that it equals, where a condition says so."""


@dataclass(frozen=True, slots=True)
class Hops:
    """All hops of one rung, with those of its `unless`; `labels` by variable, `ids` where a condition names one."""

    person: tuple[Hop, ...]
    case: tuple[Hop, ...]
    labels: Mapping[str, str]
    ids: Mapping[str, str]

    @property
    def all(self) -> tuple[Hop, ...]:
        """Those of both halves."""
        return (*self.person, *self.case)

    def naming(self, types: frozenset[str]) -> Iterator[Hop]:
        """The hops over one of some types."""
        return (hop for hop in self.all if hop.types & types)


def _hops(text: str, number: Iterator[int], labels: dict[str, str]) -> list[Hop]:
    words: dict[str, dict[str, str]] = {}
    for variable, name, word in _EQUAL.findall(text):
        words.setdefault(variable, {})[name] = word
    found = []
    for pattern in _PATTERN.findall(text):
        for part in re.split(r",(?![^(\[]*[)\]])", pattern):
            first = _FIRST.search(part)
            if not first:
                continue
            at, place = first[1] or f"_{next(number)}", first.end()
            if first[2]:
                labels[at] = first[2]
            while step := _STEP.match(part, place):
                back, name, types, _, variable, label = step.groups()
                to = variable or f"_{next(number)}"
                if label:
                    labels[to] = label
                ends = (to, at) if back else (at, to)
                found.append(Hop(ends[0], frozenset(types.split("|")), ends[1], words.get(name, {})))
                at, place = to, step.end()
    return found


def hops_of(rung: Rung) -> Hops:
    """The hops of a rung of a ladder."""
    number, labels = itertools.count(), dict[str, str]()
    halves: dict[str, list[Hop]] = {"person": [], "case": []}
    text = ""
    for block in (rung.block, rung.block.unless):
        for side in halves if block else ():
            half = getattr(block, side)
            text += f"\n{half}"
            halves[side] += _hops(half, number, labels)
    ids = {variable: word for variable, name, word in _EQUAL.findall(text) if name == "id"}
    return Hops(tuple(halves["person"]), tuple(halves["case"]), labels, ids)


@per_set
def every_hops() -> dict[str, tuple[tuple[Rung, Hops], ...]]:
    """The rungs of every ladder with their hops, by the ladder's name."""
    return {ladder.name: tuple((rung, hops_of(rung)) for rung in _rungs(ladder)) for ladder in every_ladder()}


def _rungs(ladder: Ladder) -> list[Rung]:
    return [rung for rung in ladder.rungs if rung.halves]


@per_set
def upgrades_read() -> dict[str, frozenset[str]]:
    """The types that a ladder's upgrades (a privilege that makes an edit of a view) name, by the ladder's name."""
    types = re.compile(r"\[\w*:([A-Z0-9_|]+)\]")
    return {
        ladder.name: frozenset(
            one for name, up in ladder.upgrades.items() if name != "search"
            for some in types.findall(up.block.body) for one in some.split("|")
        )
        for ladder in every_ladder()
    }  # fmt: skip


@per_set
def links_of_others() -> dict[str, frozenset[str]]:
    """By ladder: the personal links of a case whose person a rung looks at beside the one asked about, as `created_by`
    of ICONviews, whose creator decides for the supervisor."""
    return {
        name: frozenset(
            kind.lower() for _, hops in rungs for hop in hops.all for kind in hop.types & set(LINKS) if hop.end != "p"
        )
        for name, rungs in every_hops().items()
    }


@per_set
def looking_elsewhere() -> frozenset[str]:
    """The ladders with a rung that looks at people, or at cases, whom neither the question nor a link of the case
    names: what decides a pair is not to be found around the pair then."""
    return frozenset(name for name, rungs in every_hops().items() if any(map(_elsewhere, (h for _, h in rungs))))


def _elsewhere(hops: Hops) -> bool:
    linked = {hop.end for hop in hops.all if hop.types & set(LINKS) and hop.start == "c"}
    known = relationships()
    for hop in hops.all:
        for kind in hop.types:
            starts, ends = zip(*known[kind].arrows, strict=True) if kind in known else ((), ())
            for variable, labels in ((hop.start, starts), (hop.end, ends)):
                label = {hops.labels[variable]} if variable in hops.labels else set(labels)
                if label == {"Person"} and variable != "p" and variable not in linked:
                    return True
                if label <= {"CaseFile", "AccessProfile"} and label and variable not in ("c", "f"):
                    return True
    return "MANAGED_BY" in {kind for hop in hops.all for kind in hop.types}


def schemes_reading(stem: str) -> tuple[str, ...]:
    """The schemes whose texts name a relationship that rows of a file make; all of them for the gate's own file."""
    if stem == "people":
        return tuple(schemes())
    made = set(input_files()[stem].makes)
    return tuple(name for name, scheme in schemes().items() if made & scheme.reads)


def decides_for_others(stem: str, row: Mapping[str, str]) -> bool:
    """Whether a row of a person's own may decide for somebody else: a rung goes over what it makes from another
    person, or a ladder looks elsewhere."""
    made = frozenset(input_files()[stem].makes)
    for name, rungs in every_hops().items():
        if name in looking_elsewhere() and made & {kind for _, hops in rungs for hop in hops.all for kind in hop.types}:
            return True
        for _, hops in rungs:
            for hop in hops.naming(made):
                if (
                    hop.start != "p"
                    and _is_person(hop, hops)
                    and all(row.get(word, value) == value for word, value in hop.words.items())
                ):
                    return True
    return False


def _is_person(hop: Hop, hops: Hops) -> bool:
    known = relationships()
    starts = {start for kind in hop.types if kind in known for start, _ in known[kind].arrows}
    return hops.labels.get(hop.start, "Person" if "Person" in starts else "") == "Person"


def permissions_named(ladder: str) -> frozenset[str]:
    """The permissions of groups that the rungs of a ladder name by id; none where they take any."""
    return frozenset(
        hops.ids[hop.end]
        for _, hops in every_hops()[ladder]
        for hop in hops.naming(frozenset({"ALLOWS", "DENIES"}))
        if hop.end in hops.ids
    )
