"""Pair diff: every pair that differs between two snapshots, found by asking only where something changed.

    changed rows ──► impacts (impact.py) ──► people to ask for (rows), cases to ask for (columns), single pairs

Rows give all cases of a person; columns find the people who see a group or a case differently. Where so much is touched
that asking for everybody is cheaper, everybody is asked. Cost: about a millisecond per person and scheme and ten per
group of equivalent cases, on either engine; never per pair.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from seewhy.graph.change.snapshot import MANY, same
from seewhy.graph.matrix.decision import Claim

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from seewhy.graph.change.impact import Impact
    from seewhy.graph.change.snapshot import PersonOutcomes, Snapshot
    from seewhy.graph.matrix.claims import Outcome

T = TypeVar("T")
PER_ROW, PER_GROUP, PER_CASE, PER_CHECK, OF_ALL = 1.3, 11.0, 0.2, 1.0, 0.6
"""Milliseconds on either side, for choosing between ways only: a person's row, … and a row when everybody is asked."""
ASKED_AT_ONCE = 100
NOTHING: PersonOutcomes = {}, {}
Columns = tuple[dict[str, dict[str, Claim]], dict[str, dict[str, Claim]]]
"""Claims by group and by case, then by person."""


@dataclass(frozen=True, slots=True)
class Block:
    """Pairs of one person that differ in the same way: `groups` are where the cases are on the two days."""

    person: str
    scheme: str
    before: Outcome | None
    after: Outcome | None
    cases: Sequence[str]
    groups: tuple[str, str]


@dataclass(slots=True)
class Plan:
    """What has to be asked again in one scheme."""

    people: set[str] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)
    cases: set[str] = field(default_factory=set)
    pairs: set[tuple[str, str]] = field(default_factory=set)
    everybody: bool = False


class PairDiff:
    """All differing pairs of two sides, as blocks."""

    def __init__(self, before: Snapshot, after: Snapshot) -> None:
        self.before, self.after = before, after
        one, two = before.group_of, after.group_of
        self.moved = {case for case in one.keys() | two.keys() if one.get(case) != two.get(case)}
        self.everybody = sorted(before.people.keys() | after.people.keys())
        self._stay: dict[str, list[str]] = {}
        self._moves: dict[tuple[str, str], list[str]] = {}
        for case in self.moved:
            self._moves.setdefault(self.groups(case), []).append(case)
        self._leaving: dict[str, list[tuple[str, str]]] = {}
        self._arriving: dict[str, list[tuple[str, str]]] = {}
        for groups in self._moves:
            self._leaving.setdefault(groups[0], []).append(groups)
            self._arriving.setdefault(groups[1], []).append(groups)

    def groups(self, case: str) -> tuple[str, str]:
        """Where a case is on the two days ("" where it is not)."""
        return self.before.group_of.get(case, ""), self.after.group_of.get(case, "")

    def staying(self, group: str) -> list[str]:
        """The cases that are in the group on both days."""
        if group not in self._stay:
            self._stay[group] = [case for case in self.before.groups.get(group, ()) if case not in self.moved]
        return self._stay[group]

    def scheme(self, case: str) -> str:
        """The scheme of a case that is there on one of the days."""
        one, two = self.groups(case)
        scheme: str = self.after.about[two][1] if two else self.before.about[one][1]
        return scheme

    def system(self, groups: tuple[str, str]) -> str:
        """The system of cases in these groups."""
        system: str = self.after.about[groups[1]][0] if groups[1] else self.before.about[groups[0]][0]
        return system

    def plan(self, impacts: Iterable[Impact], scheme: str) -> Plan:
        """What to ask in a scheme, given its impacts."""
        plan = Plan(cases={case for case in self.moved if self.scheme(case) == scheme})
        for impact in impacts:
            if impact.people is None and impact.groups is None:
                plan.everybody = True
            elif impact.people is None:
                plan.groups |= impact.groups or set()
                plan.cases |= impact.cases
            elif impact.groups is None or impact.groups:
                plan.people |= impact.people
            else:
                plan.pairs |= {(person, case) for person in impact.people for case in impact.cases}
        known = self.before.groups.keys() | self.after.groups.keys()
        plan.groups &= known
        plan.cases &= self.before.group_of.keys() | self.after.group_of.keys()
        plan.people &= set(self.everybody)
        plan.pairs = {pair for pair in plan.pairs if pair[0] not in plan.people and pair[1] not in plan.cases}
        if len(plan.pairs) * PER_CHECK > len({person for person, _ in plan.pairs}) * PER_ROW:
            plan.people |= {person for person, _ in plan.pairs}
            plan.pairs = set()
        columns = plan.groups | {group for case in plan.cases for group in self.groups(case) if group}
        cost = len(plan.people) * PER_ROW + len(columns) * PER_GROUP + len(plan.cases) * PER_CASE
        if plan.everybody or cost > len(self.everybody) * OF_ALL:
            return Plan(everybody=True)
        return plan

    def blocks(self, plan: Plan, scheme: str) -> Iterator[Block]:
        """The differing pairs of a scheme, each in exactly one block."""
        people = set(self.everybody) if plan.everybody else set(plan.people)
        if not plan.everybody:
            claims = self._both(lambda side: self._columns(side, plan, scheme))
            people |= self._seeing_differently(plan.groups, claims, scheme)
            yield from self._single_cases(plan, claims, people, scheme)
            pairs = sorted(pair for pair in plan.pairs if pair[0] not in people and pair[1] not in plan.cases)
            one, two = self._both(lambda side: side.checked(pairs, scheme))
            for person, case in pairs:
                if not same(one[person, case], two[person, case]):
                    yield Block(person, scheme, one[person, case], two[person, case], [case], self.groups(case))
        listed = sorted(people)
        for begin in range(0, len(listed), ASKED_AT_ONCE):
            batch = listed[begin : begin + ASKED_AT_ONCE]
            rows = self._both(partial(_rows, people=batch, scheme=scheme, of_many=len(listed) > MANY))
            for person in batch:
                yield from self.row(person, scheme, *(side.get(person, NOTHING) for side in rows))

    def know(self, blocks: Sequence[Block], scheme: str) -> None:
        """Fetch the steps of pairs without a claim (`Snapshot.outcome_without_claim`)."""
        before = [(block.person, block.cases[0]) for block in blocks if block.before is None]
        after = [(block.person, block.cases[0]) for block in blocks if block.after is None]
        self._both(lambda side: side.know(after if side is self.after else before, scheme))

    def _both(self, ask: Callable[[Snapshot], T]) -> list[T]:
        """Both sides asked at the same time, each in the load that is pinned here: an engine works outside this
        process, or without its lock."""
        with ThreadPoolExecutor(1) as other:
            after = other.submit(copy_context().run, ask, self.after)
            return [ask(self.before), after.result()]

    def _columns(self, side: Snapshot, plan: Plan, scheme: str) -> Columns:
        own = {side.group_of[case] for case in plan.cases if case in side.group_of}
        return side.columns(plan.groups | own, scheme, "profiles"), side.columns(plan.cases, scheme, "cases")

    def _seeing_differently(self, groups: Iterable[str], claims: Sequence[Columns], scheme: str) -> set[str]:
        found: set[str] = set()
        for group in groups:
            if not self.staying(group):
                continue
            one, two = (profiles.get(group, {}) for profiles, _ in claims)
            for person in one.keys() | two.keys():
                if self.before.outcome(scheme, one.get(person)) != self.after.outcome(scheme, two.get(person)):
                    found.add(person)
        return found

    def _single_cases(self, plan: Plan, claims: Sequence[Columns], done: set[str], scheme: str) -> Iterator[Block]:
        for case in sorted(plan.cases):
            groups = self.groups(case)
            merged: list[dict[str, Claim]] = []
            for (profiles, cases), group in zip(claims, groups, strict=True):
                low, high = profiles.get(group, {}), cases.get(case, {})
                merged.append(low | {person: claim.merged(low.get(person)) for person, claim in high.items()})
            for person in sorted(merged[0].keys() | merged[1].keys()):
                if person not in done:
                    one = self.before.outcome(scheme, merged[0].get(person))
                    two = self.after.outcome(scheme, merged[1].get(person))
                    if not same(one, two):
                        yield Block(person, scheme, one, two, [case], groups)

    def row(self, person: str, scheme: str, one: PersonOutcomes, two: PersonOutcomes) -> Iterator[Block]:
        """The differing pairs of one person, from what is decided on both sides."""
        (groups1, cases1), (groups2, cases2) = one, two
        single = cases1.keys() | cases2.keys()
        for group in groups1.keys() | groups2.keys():
            a, b = groups1.get(group), groups2.get(group)
            if not same(a, b):
                cases = [case for case in self.staying(group) if case not in single]
                if cases:
                    yield Block(person, scheme, a, b, cases, (group, group))
        seen = [self._leaving[group] for group in self._leaving.keys() & groups1.keys()]
        seen += [self._arriving[group] for group in self._arriving.keys() & groups2.keys()]
        for groups in sorted({groups for some in seen for groups in some}):
            a, b = groups1.get(groups[0]), groups2.get(groups[1])
            if not same(a, b):
                cases = [case for case in self._moves[groups] if case not in single]
                if cases:
                    yield Block(person, scheme, a, b, cases, groups)
        for case in single:
            groups = self.groups(case)
            a = cases1.get(case, groups1.get(groups[0]))
            b = cases2.get(case, groups2.get(groups[1]))
            if not same(a, b):
                yield Block(person, scheme, a, b, [case], groups)


def _rows(side: Snapshot, people: Sequence[str], scheme: str, of_many: bool) -> dict[str, PersonOutcomes]:
    return side.rows(people, scheme, of_many=of_many)
