"""Impact analysis: an upper bound of the pairs that a changed row can affect, per row and scheme.

An impact is people times cases. It is derived, not written: each hop of a rung that goes over a relationship which the
row makes is bound to the row, and followed to the person on one side and to the case on the other, over the facts of
all days (`adjacency.py`). What cannot be followed is bounded by everybody, or by everything: an impact may be too
large, and must never be too small (`tests/laws/test_diff.py` compares with every pair).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seewhy.cypher.folders import per_set
from seewhy.graph.change.adjacency import Adjacency, Some, ends_of
from seewhy.graph.inputs.files import FILES
from seewhy.graph.schemes.hops import Hop, Hops, every_hops, upgrades_read
from seewhy.graph.schemes.in_use import schemes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from seewhy.graph.change.adjacency import Ends
    from seewhy.graph.change.changed_rows import ChangedRow
    from seewhy.graph.change.fact_index import FactIndex

NOBODY: frozenset[str] = frozenset()
Cells = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Impact:
    """The pairs that one changed row can affect in one scheme.

    `people` None: everybody. `groups` None: all cases; else those groups of equivalent cases and the single `cases`.
    """

    row: int
    scheme: str
    people: frozenset[str] | None
    groups: frozenset[str] | None
    cases: frozenset[str] = NOBODY

    def covers(self, person: str, case: str, groups: tuple[str, str]) -> bool:
        """Whether the row can affect the pair; `groups` are the case's on the two days."""
        if self.people is not None and person not in self.people:
            return False
        return self.groups is None or case in self.cases or groups[0] in self.groups or groups[1] in self.groups


WATCHED = 500
"""Rows after which whoever watches is told how far it is."""


def impacts(
    changed: list[ChangedRow],
    index: FactIndex,
    watch: Callable[[str], None] = lambda words: None,
    *,
    about: Collection[str] | None = None,
) -> list[Impact]:
    """The impacts of all changed rows, in their order. `watch` is told how far it is, and what it raises ends this.

    `about`: the people whose pairs differ; impacts that are on none of them, or of a scheme that governs no system, are
    left out then. What may differ at all is to be planned with all of them.
    """
    found: dict[Impact, None] = {}
    adjacency = Adjacency(index)
    wanted = None if about is None else frozenset(about)
    for place, row in enumerate(changed):
        if place % WATCHED == 0:
            watch(f"what row {place + 1:,} of {len(changed):,} can affect")
        for cells in row.rows:
            for scheme, people, groups, cases in _bounds(row.stem, cells, adjacency, wanted):
                impact = Impact(
                    place,
                    scheme,
                    None if people is None else frozenset(people),
                    None if groups is None else frozenset(groups),
                    frozenset(cases),
                )
                if impact.people != NOBODY and (impact.groups is None or impact.groups or impact.cases):
                    found[impact] = None
    return list(found)


Bounds = tuple[str, Some, Some, set[str]]
"""Scheme, people, groups, cases, as in `Impact`."""
Wanted = frozenset[str] | None
"""The people who are asked about; None for everybody."""


def _bounds(stem: str, row: Cells, adjacency: Adjacency, wanted: Wanted) -> Iterator[Bounds]:
    index = adjacency.index
    if stem in ("systems", "policies"):
        for scheme in index.schemes_of_system(row["system_id"]):
            yield scheme, None, index.system_groups.get(row["system_id"], set()), set()
        return
    if FILES[stem].about == "case":
        yield from _of_case(stem, row, index)
        return
    made = list(ends_of(stem, row, index))
    for name, known in schemes().items():
        if wanted is not None and name not in index.governing:
            continue
        if stem == "people" and _concerns({row["person_id"]}, wanted):  # the gate before every ladder
            yield name, {row["person_id"]}, None, set()
        for end in made:
            if not end.of_profiles:
                yield from _of_hops(name, end, adjacency, wanted)
            elif end.listed in known.profile or end.types & known.reads:
                yield name, None, end.groups, set(end.cases)
        if _shows(stem, name):
            yield name, None, None, set()


def _concerns(people: Some, wanted: Wanted) -> bool:
    """Whether somebody who is asked about may be among some people."""
    return wanted is None or people is None or not wanted.isdisjoint(people)


def _of_hops(scheme: str, end: Ends, adjacency: Adjacency, wanted: Wanted) -> Iterator[Bounds]:
    """Where a relationship that the row makes is a hop of a rung, or of what makes an edit of a view."""
    if end.types & upgrades_read()[scheme] and _concerns(end.starts, wanted):
        yield scheme, end.starts, None, set()
    for hop, hops in _hops_over()[scheme, end.types]:
        people = end.starts if hop.start == "p" else end.ends if hop.end == "p" else None
        if _concerns(people, wanted) and all(end.words.get(name, word) == word for name, word in hop.words.items()):
            found = _followed(hop, hops, end, adjacency)
            if found is not None:
                yield scheme, *found


class _HopsOver(dict[tuple[str, frozenset[str]], list[tuple[Hop, Hops]]]):
    """By scheme and types of relationships: the hops over one of them, each with those of its rung. Of a guard that
    lists need not ask nothing becomes visible or vanishes."""

    def __missing__(self, key: tuple[str, frozenset[str]]) -> list[tuple[Hop, Hops]]:
        scheme, types = key
        rungs = (hops for rung, hops in every_hops()[scheme] if rung.guard != "implied")
        found = self[key] = [(hop, hops) for hops in rungs for hop in hops.naming(types)]
        return found


@per_set
def _hops_over() -> _HopsOver:
    return _HopsOver()


def _shows(stem: str, scheme: str) -> bool:
    """Whether rungs name nodes of a table of an organisation's own: their properties are those of its newest row."""
    labels = {node.label for one in schemes().values() for node in one.graph.nodes if node.table == stem}
    return any(labels & set(hops.labels.values()) for _, hops in every_hops()[scheme]) if labels else False


def _of_case(stem: str, row: Cells, index: FactIndex) -> Iterator[Bounds]:
    """A row of a case decides about that case; of a personal link, for the person alone where no rung looks at it for
    somebody else. Where a rung looks at other cases than the one asked about, it may decide about every one."""
    for scheme, elsewhere, named, only in _read_of_case()[stem, row.get("link", "")]:
        if elsewhere:
            yield scheme, None, None, set()
        elif named and scheme in index.schemes_of(row["case_id"]):
            yield scheme, {row["person_id"]} if only else None, set(), {row["case_id"]}


class _ReadOfCase(dict[tuple[str, str], list[tuple[str, bool, bool, bool]]]):
    """By file and link: scheme, whether rungs look at other cases' rows, whether at rows of the case, whether only for
    the person named."""

    def __missing__(self, key: tuple[str, str]) -> list[tuple[str, bool, bool, bool]]:
        stem, link = key
        own = frozenset(FILES[stem].makes if stem != "case_people" else [link.upper()])
        found = self[key] = []
        for scheme in schemes():
            named = [hop for _, hops in every_hops()[scheme] for hop in hops.naming(own)]
            away = stem not in ("work", "cases") and any({"c", "f"}.isdisjoint((hop.start, hop.end)) for hop in named)
            only = stem == "case_people" and all(hop.end == "p" for hop in named)
            found.append((scheme, away, bool(named) or stem != "case_people", only))
        return found


@per_set
def _read_of_case() -> _ReadOfCase:
    return _ReadOfCase()


def _followed(hop: Hop, hops: Hops, end: Ends, adjacency: Adjacency) -> tuple[Some, Some, set[str]] | None:
    """People, groups and cases that a hop bound to a row leads to; None where a condition names another node."""
    bound = {hop.start: end.starts, hop.end: end.ends}
    if any(ids is not None and hops.ids.get(name, next(iter(ids), "")) not in ids for name, ids in bound.items()):
        return None
    people, groups, cases = (adjacency.reached(bound, hop, hops, name) for name in ("p", "f", "c"))
    who = people.ids if people.found else None
    if cases.found and cases.ids is not None:
        return who, set(), cases.ids
    if groups.found and groups.ids is not None:
        return who, groups.ids, set()
    return who, None, set()
