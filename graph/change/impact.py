"""Impact analysis: an upper bound of the pairs that a changed row can affect, per row and scheme.

An impact is people times cases. It may be too large, and must never be too small (`tests/laws/test_diff.py` compares
with every pair): outside all impacts nothing is asked again. A rung that begins to read more needs its line here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seewhy.cypher.ladders import SCHEMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from seewhy.graph.change.changed_rows import ChangedRow
    from seewhy.graph.change.fact_index import FactIndex

NOBODY: frozenset[str] = frozenset()


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


def impacts(changed: list[ChangedRow], index: FactIndex) -> list[Impact]:
    """The impacts of all changed rows, in their order."""
    found: dict[Impact, None] = {}
    for place, row in enumerate(changed):
        for cells in row.rows:
            for scheme, people, groups, cases in _OF[row.stem](cells, index):
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


Cells = dict[str, Any]
Bounds = tuple[str, set[str] | None, set[str] | None, set[str]]
"""Scheme, people, groups, cases, as in `Impact`."""


def _people(row: Cells, index: FactIndex) -> Iterator[Bounds]:
    for scheme in SCHEMES:
        yield scheme, {row["person_id"]}, None, set()


def _memberships(row: Cells, index: FactIndex) -> Iterator[Bounds]:
    yield "memberships", {row["person_id"]}, index.unit_groups.get(row["unit_id"], set()), set()
    if row["unit_id"] in index.ruled_units:
        yield "privileges", {row["person_id"]}, None, set()


def _group_members(row: Cells, index: FactIndex) -> Iterator[Bounds]:
    if row["group_id"] in index.viewing_groups:
        yield "memberships", {row["person_id"]}, None, set()


def _group_permissions(row: Cells, index: FactIndex) -> Iterator[Bounds]:
    if row["permission"] == "can_view_all_cases":
        yield "memberships", index.members.get(row["group_id"], set()), None, set()


def _holdings(row: Cells, index: FactIndex) -> Iterator[Bounds]:
    position = row["position_id"]
    units = index.below("units", index.position_units.get(position, ()))
    groups = set().union(*(index.unit_groups.get(unit, ()) for unit in units))
    yield "positions", {row["person_id"]}, groups, index.position_cases.get(position, set())


def _positions(row: Cells, index: FactIndex) -> Iterator[Bounds]:
    yield "positions", index.holders.get(row["position_id"], set()), None, set()
    yield "positions", None, set(), index.position_cases.get(row["position_id"], set())


def _work(row: Cells, index: FactIndex) -> Iterator[Bounds]:
    yield "positions", None, set(), {row["case_id"]}


def _portal_roles(row: Cells, index: FactIndex) -> Iterator[Bounds]:
    person, unit = row["person_id"], row["unit_id"]
    groups = set().union(*(index.unit_groups.get(one, ()) for one in index.around(unit))) if unit else set()
    yield "portal", {person}, groups, index.portal_links(person)
    if row["role"] == "fee_earner":
        yield from _supervisors([person], index)


def _supervisors(creators: Iterable[str], index: FactIndex) -> Iterator[Bounds]:
    """A creator's role decides for the supervisors of the case, each on that case only."""
    for case in index.supervised(creators):
        yield "portal", index.supervisors(case), set(), {case}


def _units(row: Cells, index: FactIndex) -> Iterator[Bounds]:
    units = index.below("units", [row["unit_id"]])
    groups = set().union(*(index.unit_groups.get(unit, ()) for unit in units))
    for scheme in ("positions", "portal", "privileges"):
        yield scheme, None, groups, set()
    acting = set().union(*(index.portal_people.get(unit, ()) for unit in units))
    yield "portal", acting, None, set()
    yield from _supervisors(acting, index)
    if index.ruled_units:
        yield "privileges", set().union(*(index.unit_members.get(unit, ()) for unit in units)), None, set()


def _case_types(row: Cells, index: FactIndex) -> Iterator[Bounds]:
    types = index.below("case_types", [row["case_type_id"]])
    yield "privileges", None, set().union(*(index.type_groups.get(one, ()) for one in types)), set()


def _cases(row: Cells, index: FactIndex) -> Iterator[Bounds]:
    for scheme in index.schemes_of(row["case_id"]):
        yield scheme, None, set(), {row["case_id"]}


def _case_people(row: Cells, index: FactIndex) -> Iterator[Bounds]:
    """The creator of a case decides for its supervisors, too."""
    people = {row["person_id"]} | (index.supervisors(row["case_id"]) if row["link"] == "created_by" else set())
    for scheme in index.schemes_of(row["case_id"]):
        yield scheme, people, set(), {row["case_id"]}


def _case_parties(row: Cells, index: FactIndex) -> Iterator[Bounds]:
    yield "portal", None, set(), {row["case_id"]}


def _role_privileges(row: Cells, index: FactIndex) -> Iterator[Bounds]:
    yield "privileges", index.role_holders.get(row["role_id"], set()), None, set()


def _of_person(row: Cells, index: FactIndex) -> Iterator[Bounds]:
    yield "privileges", {row["person_id"]}, None, set()


def _access_rules(row: Cells, index: FactIndex) -> Iterator[Bounds]:
    if row["action"] != "view":
        # A named rule makes its cases sensitive whatever its action.
        yield "privileges", None, set(), index.attached.get(row["rule_id"], set())
        return
    people = index.subjects(row["subject_kind"], row["subject_id"])
    kind = row["target_kind"]
    if kind == "case":
        yield "privileges", people, set(), {row["target_id"]}
    elif kind == "attached":
        yield "privileges", None, set(), index.attached.get(row["rule_id"], set())
        yield "privileges", people, index.groups_of(index.attached.get(row["rule_id"], ())), set()
    elif kind == "case_type":
        types = index.below("case_types", [row["target_id"]])
        yield "privileges", people, set().union(*(index.type_groups.get(one, ()) for one in types)), set()
    else:
        yield "privileges", people, index.system_groups.get(row["system_id"], set()), set()


def _case_rules(row: Cells, index: FactIndex) -> Iterator[Bounds]:
    yield "privileges", None, set(), {row["case_id"]}


def _of_system(row: Cells, index: FactIndex) -> Iterator[Bounds]:
    for scheme in SCHEMES:
        yield scheme, None, index.system_groups.get(row["system_id"], set()), set()


_OF: dict[str, Callable[[Cells, FactIndex], Iterator[Bounds]]] = {
    "systems": _of_system,
    "policies": _of_system,
    "people": _people,
    "units": _units,
    "case_types": _case_types,
    "cases": _cases,
    "case_people": _case_people,
    "case_parties": _case_parties,
    "memberships": _memberships,
    "group_members": _group_members,
    "group_permissions": _group_permissions,
    "positions": _positions,
    "holdings": _holdings,
    "work": _work,
    "portal_roles": _portal_roles,
    "role_privileges": _role_privileges,
    "role_assignments": _of_person,
    "privilege_grants": _of_person,
    "access_rules": _access_rules,
    "case_rules": _case_rules,
}
