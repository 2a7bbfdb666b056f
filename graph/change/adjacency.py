"""Adjacency: what lies at the other end of a relationship, over the facts of all days, and what a row makes.

`Adjacency.reached` follows the hops of a rung from one that is bound to a row. Every step is an upper bound: dates and
conditions are not looked at, and a relationship that cannot be followed leads to everything (None).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from seewhy.graph.schemes.in_use import own_arrows, schemes
from seewhy.graph.vocabulary import LINKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from seewhy.graph.change.fact_index import FactIndex
    from seewhy.graph.schemes.hops import Hop, Hops

Some = set[str] | None
"""Ids, None for all."""
TABLES = {
    "MEMBER_OF": ("memberships", "person_id", "unit_id"),
    "IN_GROUP": ("group_members", "person_id", "group_id"),
    "ALLOWS": ("group_permissions", "group_id", "permission"),
    "DENIES": ("group_permissions", "group_id", "permission"),
    "HOLDS_POSITION": ("holdings", "person_id", "position_id"),
    "LEADS": ("positions", "position_id", "unit_id"),
    "MANAGES": ("positions", "position_id", "unit_id"),
    "POSITION_AT": ("positions", "position_id", "unit_id"),
    "ACTS_AT": ("portal_roles", "person_id", "unit_id"),
    "HAS_ROLE": ("role_assignments", "person_id", "role_id"),
    "GIVES": ("role_privileges", "role_id", "privilege"),
    "GRANTED": ("privilege_grants", "person_id", "privilege"),
    "OPEN_ON": ("work", "work_id", "position_id"),
    "IN_HOPPER": ("work", "work_id", "hopper_unit_id"),
    "FOR_CASE": ("work", "work_id", "case_id"),
    "ATTACHED": ("case_rules", "case_id", "rule_id"),
    "PARTY": ("case_parties", "case_id", "unit_id"),
    "MANAGED_BY": ("people", "person_id", "manager_id"),
    "FOR_SUBJECT": ("access_rules", "rule_id", "subject_id"),
}
"""Relationships that join two columns of one file: (file, start, end)."""
UPWARDS = frozenset({"WITHIN", "PART_OF", "IN_FIRM", "IN_REFERRER", "IN_ESTATE_AGENT"})
_AT_UNITS = frozenset(
    {"IN_OFFICE", "IN_TEAM", "IN_CATEGORY", "FOR_FIRM", "WORK_IN", "REFERRED_BY", "SOLD_BY", "FOR_CLIENT"}
)


@dataclass(slots=True)
class Reached:
    """Whether a variable is joined to the bound hop, and the ids that it can have."""

    found: bool
    ids: Some


class Adjacency:
    """Follows relationships in both directions."""

    def __init__(self, index: FactIndex) -> None:
        self.index = index
        self._own = {arrow.type: arrow for arrow in own_arrows() if not arrow.on_profile}
        self._on_profile = {arrow.type: arrow for arrow in own_arrows() if arrow.on_profile}

    def reached(self, bound: Mapping[str, Some], hop: Hop, hops: Hops, target: str) -> Reached:
        """The ids of a variable, starting from the two ends of a hop."""
        if target in bound:
            return Reached(True, bound[target])
        known: dict[str, Some] = dict(bound)
        left, grown = [one for one in hops.all if one is not hop], True
        while grown:
            grown = False
            for one in list(left):
                for near, far, ends in ((one.start, one.end, 0), (one.end, one.start, 1)):
                    if near in known and far not in known:
                        known[far] = self.across(one, ends, known[near])
                        left.remove(one)
                        grown = True
                        break
                if target in known:
                    return Reached(True, known[target])
        return Reached(False, None)

    def across(self, hop: Hop, backwards: int, ids: Some) -> Some:
        """What lies on the other side of a hop from some ids."""
        if ids is None:
            return None
        found: set[str] = set()
        for kind in hop.types:
            some = self._one(kind, backwards, ids)
            if some is None:
                return None
            found |= some
        return found

    def _one(self, kind: str, backwards: int, ids: set[str]) -> Some:
        index = self.index
        if kind in UPWARDS:
            return index.below_any(ids) if backwards else index.above_any(ids)
        if kind in TABLES or kind in self._own:
            arrow = self._own.get(kind)
            table, *columns = (arrow.table, arrow.start, arrow.end) if arrow else TABLES[kind]
            return index.joined(table, columns[backwards], columns[1 - backwards], ids)
        if kind in LINKS:
            columns = ["case_id", "person_id"]
            return index.joined("case_people", columns[backwards], columns[1 - backwards], ids, link=kind.lower())
        if kind == "HAS_PROFILE":
            return None if backwards else index.groups_of(ids)
        if backwards:
            return self._backwards(kind, ids)
        return index.targets(ids) if kind == "TARGETS" else None

    def _backwards(self, kind: str, ids: set[str]) -> Some:
        index = self.index
        to_groups: dict[str, Callable[[str], set[str]]] = {
            **dict.fromkeys(_AT_UNITS, lambda one: index.unit_groups.get(one, set())),
            "OF_TYPE": lambda one: index.type_groups.get(one, set()),
            "IN_SYSTEM": lambda one: index.system_groups.get(one, set()),
            "CARRIES": lambda one: index.groups_of(index.attached.get(one, ())),
        }
        if kind in to_groups:
            return set().union(*map(to_groups[kind], ids))
        if kind in self._on_profile:
            arrow = self._on_profile[kind]
            return index.groups_of(index.joined(arrow.table, arrow.end, "case_id", ids))
        return index.counting_as(ids) if kind == "COUNTS_AS" else None


@dataclass(frozen=True, slots=True)
class Ends:
    """One kind of relationship that a row makes: its types, the ids at both ends (None: any), and its properties.

    With `groups` or `cases` it is no relationship but something that cases have in common, for schemes that read one of
    `types`, or list `listed` in their profile.
    """

    types: frozenset[str]
    starts: Some = None
    ends: Some = None
    words: Mapping[str, str] = field(default_factory=dict)
    groups: Some = None
    cases: frozenset[str] = frozenset()
    listed: str = ""

    @property
    def of_profiles(self) -> bool:
        """Whether it is about what cases have in common."""
        return self.groups is not None


def ends_of(stem: str, row: Mapping[str, Any], index: FactIndex) -> Iterator[Ends]:
    """What a row of a file makes."""
    if stem in _MADE:
        yield from _MADE[stem](row, index)
        return
    for arrow in own_arrows():
        if arrow.table == stem and not arrow.on_profile:
            words = {name: str(row[name]) for name in arrow.properties}
            yield Ends(frozenset({arrow.type}), {row[arrow.start]}, {row[arrow.end]}, words)
    if any(node.table == stem and node.tree for scheme in schemes().values() for node in scheme.graph.nodes):
        yield Ends(UPWARDS, index.below_any({row[index.id_of(stem)]}))


def _ends(types: str, starts: Some, ends: Some, **words: str) -> Ends:
    return Ends(frozenset(types.split()), starts, ends, words)


def _people(row: Mapping[str, Any], index: FactIndex) -> Iterator[Ends]:
    one = {row["person_id"]}
    yield _ends("ACTIVE_IN LISTED_IN COUNTS_AS", one, None)
    yield _ends("MANAGED_BY", one, {row["manager_id"]})
    for arrow in own_arrows():
        if arrow.table == "people":
            yield Ends(frozenset({arrow.type}), one, {row[arrow.end]})


def _memberships(row: Mapping[str, Any], index: FactIndex) -> Iterator[Ends]:
    yield _ends("MEMBER_OF", {row["person_id"]}, {row["unit_id"]})
    if row["unit_id"] in index.ruled_units:
        yield _ends("COUNTS_AS", {row["person_id"]}, index.above_any({row["unit_id"]}))


def _positions(row: Mapping[str, Any], index: FactIndex) -> Iterator[Ends]:
    one = row["position_id"]
    yield _ends("LEADS MANAGES POSITION_AT", {one}, {row["unit_id"]})
    yield _ends("HOLDS_POSITION", index.holders.get(one, set()), {one})
    yield Ends(frozenset({"WORK_IN"}), groups=set(), cases=frozenset(index.position_cases.get(one, ())))


def _units(row: Mapping[str, Any], index: FactIndex) -> Iterator[Ends]:
    units = index.below("units", [row["unit_id"]])
    groups = set().union(*(index.unit_groups.get(unit, ()) for unit in units))
    yield Ends(UPWARDS, units)
    yield _ends("ACTS_AT", index.joined("portal_roles", "unit_id", "person_id", units), units)
    if index.ruled_units:
        yield _ends("COUNTS_AS", set().union(*(index.unit_members.get(unit, ()) for unit in units)), None)
    yield Ends(frozenset({"COVERS"}), groups=groups)
    yield Ends(frozenset(), groups=groups, listed="sensitive")


def _case_types(row: Mapping[str, Any], index: FactIndex) -> Iterator[Ends]:
    types = index.below("case_types", [row["case_type_id"]])
    groups = set().union(*(index.type_groups.get(one, ()) for one in types))
    yield Ends(UPWARDS, types)
    yield Ends(frozenset({"COVERS"}), groups=groups)
    yield Ends(frozenset(), groups=groups, listed="sensitive")


def _role_privileges(row: Mapping[str, Any], index: FactIndex) -> Iterator[Ends]:
    holders = index.role_holders.get(row["role_id"], set())
    yield _ends("GIVES", {row["role_id"]}, {row["privilege"]})
    yield _ends("HOLDS", holders, None)
    yield _ends("COUNTS_AS", holders, {row["privilege"]})


def _role_assignments(row: Mapping[str, Any], index: FactIndex) -> Iterator[Ends]:
    yield _ends("HAS_ROLE", {row["person_id"]}, {row["role_id"]})
    yield _ends("HAS_ASSIGNMENT HOLDS COUNTS_AS", {row["person_id"]}, None)


def _privilege_grants(row: Mapping[str, Any], index: FactIndex) -> Iterator[Ends]:
    yield _ends("GRANTED", {row["person_id"]}, {row["privilege"]})
    yield _ends("HOLDS COUNTS_AS", {row["person_id"]}, None)


def _access_rules(row: Mapping[str, Any], index: FactIndex) -> Iterator[Ends]:
    attached = frozenset(index.attached.get(row["rule_id"], ()))
    # A named rule makes its cases sensitive whatever its action.
    yield Ends(frozenset({"CARRIES"}), groups=set(), cases=attached)
    if row["action"] == "view":
        subject = {"everyone": "everyone", "view_cases_privilege": "View cases"}
        target = {"all_cases": row["system_id"]}
        words = {name: row[name] for name in ("level", "effect", "action")}
        yield _ends(
            "FOR_SUBJECT", {row["rule_id"]}, {subject.get(row["subject_kind"], row["subject_id"])},
            target=row["target_kind"], **words,
        )  # fmt: skip
        yield _ends("TARGETS", {row["rule_id"]}, {target.get(row["target_kind"], row["target_id"])})


_MADE: dict[str, Callable[[Mapping[str, Any], FactIndex], Iterator[Ends]]] = {
    "people": _people,
    "units": _units,
    "case_types": _case_types,
    "memberships": _memberships,
    "group_members": lambda row, _: iter([_ends("IN_GROUP", {row["person_id"]}, {row["group_id"]})]),
    "group_permissions": lambda row, _: iter([_ends("ALLOWS DENIES", {row["group_id"]}, {row["permission"]})]),
    "positions": _positions,
    "holdings": lambda row, _: iter([_ends("HOLDS_POSITION", {row["person_id"]}, {row["position_id"]})]),
    "portal_roles": lambda row, _: iter([_ends("ACTS_AT", {row["person_id"]}, {row["unit_id"]}, role=row["role"])]),
    "role_privileges": _role_privileges,
    "role_assignments": _role_assignments,
    "privilege_grants": _privilege_grants,
    "access_rules": _access_rules,
}
