"""Pair diff: every pair that differs between two snapshots, found by asking only where something changed.

    changed rows ──► impacts (impact.py) ──► people to ask for (rows), cases to ask for (columns), single pairs

Rows give all cases of a person; columns find the people who see a group or a case differently. Where so much is touched
that asking for everybody is cheaper, or everybody is decided already, everybody is compared: column by column where
there are access matrices (column_diff.py), else row by row. Cost: about a millisecond per person and ten per group of
equivalent cases, on either engine; never per pair.

Long because the ways of asking share what they find, and each pair must be in exactly one line.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from seewhy.graph.change.column_diff import ColumnDiff
from seewhy.graph.change.differing import WHOLE, Alone, Lines
from seewhy.graph.change.joint_cases import ABSENT, JointCases
from seewhy.graph.change.snapshot import MANY, Outcomes, decided
from seewhy.graph.change.without_claim import StepsWithoutClaim
from seewhy.graph.matrix.row_decider import HELD, PerTable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    import numpy.typing as npt

    from seewhy.graph.change.impact import Impact
    from seewhy.graph.change.snapshot import OutcomeRow, Snapshot
    from seewhy.graph.matrix.decision import Claim

    Codes = npt.NDArray[np.uint16]

T = TypeVar("T")
PER_ROW, PER_GROUP, PER_CASE, PER_CHECK, OF_ALL = 1.3, 11.0, 0.2, 1.0, 0.6
"""Milliseconds on either side, for choosing between ways only: a person's row, … and a row when everybody is asked."""
ASKED_AT_ONCE = 1_000
Claims = dict[str, dict[str, "Claim"]]
"""Claims by group or case, then by person."""


@dataclass(slots=True)
class Plan:
    """What has to be asked again."""

    people: set[str] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)
    cases: set[str] = field(default_factory=set)
    pairs: set[tuple[str, str]] = field(default_factory=set)
    everybody: bool = False
    cost: float = 0.0
    """Milliseconds, for choosing between ways only."""


class PairDiff:
    """All differing pairs of two sides, as lines."""

    def __init__(self, before: Snapshot, after: Snapshot) -> None:
        self.sides = before, after
        self.joint = JointCases(before.index, after.index)
        self.outcomes = Outcomes()
        self.everybody = sorted(before.people.keys() | after.people.keys())
        self.alone = Alone(self.joint)
        self._steps = StepsWithoutClaim(self.sides, self.joint, self.everybody, self.outcomes, self.pair)
        self._place = {person: n for n, person in enumerate(self.everybody)}
        self._lines: list[Lines] = []
        self._tables: list[PerTable[Codes]] = []
        self._between: dict[tuple[int, int], tuple[Codes, Codes, npt.NDArray[np.int32]]] = {}

    def scheme(self, case: int) -> str:
        """The scheme of the case at a place, on the later side where it is there."""
        one, two = (int(groups[case]) for groups in self.joint.groups)
        return self.joint.about[two if two != ABSENT else one].scheme

    def places(self, people: Iterable[str]) -> list[int]:
        """The places of some people; who is on neither side is left out."""
        return [self._place[person] for person in people if person in self._place]

    def pair(self, lines: Lines, line: int, alone: Alone | None = None) -> tuple[str, str]:
        """A pair that stands for a line. `alone` goes with lines that were taken apart."""
        person, case = int(lines.person[line]), int(lines.case[line])
        if case == WHOLE:
            members = self.joint.members(lines.group_before[line : line + 1])
            case = int(members[(alone or self.alone).within(person, members)][0])
        return self.everybody[person], str(self.joint.ids[case])

    def plan(self, impacts: Iterable[Impact]) -> Plan:
        """What to ask, given the impacts of the changed rows; everybody where that is cheaper."""
        plan = plan_of(impacts, self.joint, self._place)
        return Plan(everybody=True) if plan.everybody or plan.cost > len(self.everybody) * OF_ALL else plan

    @property
    def whole(self) -> bool:
        """Whether everybody is decided already, on both sides."""
        return all(side.whole for side in self.sides)

    def costed(self, plan: Plan) -> Plan:
        """The plan with its people and cases as far as they are on either side, and with its cost."""
        if plan.everybody:
            plan.cost = 0.0 if self.whole else len(self.everybody) * OF_ALL
            return plan
        plan.people &= self._place.keys()
        plan.cases = {case for case in plan.cases if self.joint.at(case) is not None}
        groups = {name for case in plan.cases for name in self._names(case)} | plan.groups
        plan.cost = len(plan.people) * PER_ROW + len(groups - {""}) * PER_GROUP + len(plan.cases) * PER_CASE
        return plan

    def part(self, lines: Lines, people: Iterable[str], cases: Iterable[str]) -> Lines:
        """The lines of some people or of some cases; of the whole groups of anybody else what is among these cases."""
        mine = np.isin(lines.person, self.places(people))
        places = np.array(sorted(at for case in cases if (at := self.joint.at(case)) is not None), np.int64)
        kept = [lines.at(mine | np.isin(lines.case, places))]
        for line in np.flatnonzero(~mine & (lines.case == WHOLE)).tolist():
            members = self.joint.members(lines.group_before[line : line + 1])
            some = np.intersect1d(members, places)
            some = some[self.alone.within(int(lines.person[line]), some)]
            if len(some):
                one = lines.at(np.full(len(some), line))
                kept.append(replace(one, case=some.astype(np.int32), pairs=np.ones(len(some), np.int64)))
        return Lines.joined(kept).in_order()

    def apart(self, lines: Lines, impacts: Iterable[Impact]) -> tuple[Lines, Alone]:
        """The lines with the cases that changed rows are about one by one on lines of their own."""
        found: dict[str, set[str]] = {}
        for impact in impacts:
            for person in ("",) if impact.people is None else impact.people if impact.cases else ():
                found.setdefault(person, set()).update(impact.cases)
        placed = {
            person: np.array(sorted(at for case in cases if (at := self.joint.at(case)) is not None), np.int64)
            for person, cases in found.items()
        }
        everyone = placed.pop("", np.zeros(0, np.int64))
        own = {self._place[person]: cases for person, cases in placed.items() if person in self._place}
        return self.alone.apart(lines, everyone, own)

    def _names(self, case: str) -> tuple[str, str]:
        at = self.joint.at(case)
        return ("", "") if at is None else self.joint.group_names(at)

    def lines(self, plan: Plan) -> Lines:
        """The differing pairs, each in exactly one line, with the numbers of all outcomes."""
        matrices = [side.matrix for side in self.sides if side.matrix]
        if plan.everybody and len(matrices) == len(self.sides):
            by_column = ColumnDiff(matrices, self.outcomes, self._place, self.joint)
            return self._steps.filled(by_column.lines(self.alone))
        people = set(self.everybody) if plan.everybody else set(plan.people)
        if not plan.everybody:
            claims = {
                scheme: self._both(lambda side, scheme=scheme: self._columns(side, plan, scheme))  # type: ignore[misc]
                for scheme in sorted({*self.sides[0].schemes, *self.sides[1].schemes})
            }
            for scheme, both in claims.items():
                people |= self._seeing_differently(plan.groups, both, scheme)
            for scheme, both in claims.items():
                self._of_single_cases(plan, both, scheme, people)
            self._of_pairs(plan, people)
        listed = sorted(people)
        self._tables = [PerTable(partial(_numbered, where), lambda table: table.nbytes) for where in self.joint.sides]
        for begin in range(0, len(listed), ASKED_AT_ONCE):
            batch = listed[begin : begin + ASKED_AT_ONCE]
            one, two = self._both(lambda side, batch=batch: self._rows(side, batch, len(listed)))  # type: ignore[misc]
            for person, *rows in zip(batch, one, two, strict=True):
                self._compare(self._place[person], rows)
        found = Lines.joined(self._lines)
        for held in (self._lines, self._tables, self._between):  # an answer outlives them
            held.clear()
        return self._steps.filled(found.in_order())

    def _rows(self, side: Snapshot, people: Sequence[str], asked: int) -> list[OutcomeRow]:
        return list(side.rows(people, self.outcomes, of_many=asked > MANY))

    def _compare(self, person: int, rows: Sequence[OutcomeRow]) -> None:
        """The differing pairs of one person, from what is decided on both sides."""
        joint, differ = self.joint, self._differ()
        tables = [known.of(row.table) for known, row in zip(self._tables, rows, strict=True)]
        own = [where[row.places] for row, where in zip(rows, joint.places, strict=True)]
        alone = np.union1d(*own)
        stay = alone[joint.stays[alone]]
        cases = np.concatenate([joint.moved, stay])
        outcomes = []
        for table, groups, mine, row in zip(tables, joint.groups, own, rows, strict=True):
            of_case = table[groups[cases]]
            moved = joint.place_in_moved[mine]
            of_case[np.where(moved < 0, len(joint.moved) + np.searchsorted(stay, mine), moved)] = row.codes
            outcomes.append(of_case)
        differing = differ[outcomes[0], outcomes[1]]
        self._add(person, cases[differing], outcomes[0][differing], outcomes[1][differing])
        whole = self._groups_between(*tables)
        size = joint.staying[whole]
        if len(stay):
            self.alone.add(person, stay)
            size = size - np.bincount(joint.groups[0][stay], minlength=len(joint.about))[whole]
        whole, size = whole[size > 0], size[size > 0]
        if len(whole):
            self._lines.append(
                Lines(
                    np.full(len(whole), person, np.int32), np.full(len(whole), WHOLE, np.int32), whole, whole,
                    tables[0][whole], tables[1][whole], size,
                )
            )  # fmt: skip

    def _groups_between(self, one: Codes, two: Codes) -> npt.NDArray[np.int32]:
        """The groups about which two tables differ, worked out once for all who share both."""
        key = id(one), id(two)
        if key not in self._between:
            if len(self._between) * (one.nbytes + two.nbytes) > HELD:
                self._between.clear()
            some = np.flatnonzero((one != two)[:-1])
            found: npt.NDArray[Any] = some[self._differ()[one[some], two[some]]].astype(np.int32)
            self._between[key] = one, two, found  # kept with it, or others might get their places in memory
        return self._between[key][2]

    def _add(self, person: Any, cases: Any, before: Any, after: Any) -> None:
        """Lines of single cases."""
        if len(cases):
            where = np.asarray(cases, np.int32)
            one, two = (groups[where] for groups in self.joint.groups)
            people = np.broadcast_to(np.asarray(person, np.int32), where.shape)
            was, now = (np.asarray(side, np.uint16) for side in (before, after))
            self._lines.append(Lines(people, where, one, two, was, now, np.ones(len(where), np.int64)))

    def _differ(self) -> npt.NDArray[np.bool_]:
        if len(self._differing) != len(self.outcomes.known):
            self._differing = self.outcomes.differ()
        return self._differing

    _differing: npt.NDArray[np.bool_] = np.zeros((0, 0), np.bool_)

    # asking where something changed

    def _columns(self, side: Snapshot, plan: Plan, scheme: str) -> tuple[Claims, Claims]:
        """Claims on the groups asked about and those of the cases asked about, and on these cases."""
        known = {name for name, (_, of) in side.about.items() if of == scheme}
        at = self.sides.index(side)
        of_case = {case: group for case in plan.cases if (group := self._names(case)[at]) in known}
        groups = (plan.groups & known) | set(of_case.values())
        return side.columns(groups, "profiles", scheme), side.columns(of_case, "cases", scheme)

    def _of_single_cases(
        self, plan: Plan, claims: Sequence[tuple[Claims, Claims]], scheme: str, done: set[str]
    ) -> None:
        for case in sorted(plan.cases):
            merged: list[dict[str, Claim]] = []
            for (profiles, own), group in zip(claims, self._names(case), strict=True):
                low, high = profiles.get(group, {}), own.get(case, {})
                merged.append(low | {person: claim.merged(low.get(person)) for person, claim in high.items()})
            for person in sorted((merged[0].keys() | merged[1].keys()) - done):
                self._pair(person, case, *(self._number(scheme, side.get(person)) for side in merged))

    def _seeing_differently(
        self, groups: Iterable[str], claims: Sequence[tuple[Claims, Claims]], scheme: str
    ) -> set[str]:
        found: set[str] = set()
        for group in groups:
            if not self.joint.staying[self.joint.number[group]]:
                continue
            one, two = (profiles.get(group, {}) for profiles, _ in claims)
            for person in one.keys() | two.keys():
                if self._number(scheme, one.get(person)) != self._number(scheme, two.get(person)):
                    found.add(person)
        return found

    def _of_pairs(self, plan: Plan, people: set[str]) -> None:
        by_scheme: dict[str, list[tuple[str, str]]] = {}
        for person, case in sorted(plan.pairs):
            if person not in people and person in self._place and (at := self.joint.at(case)) is not None:
                by_scheme.setdefault(self.scheme(at), []).append((person, case))
        for scheme, pairs in by_scheme.items():
            told = self._both(lambda side, pairs=pairs, scheme=scheme: side.checked(pairs, scheme))  # type: ignore[misc]
            for pair in pairs:
                self._pair(*pair, *(self.outcomes.number(side[pair]) for side in told))

    def _pair(self, person: str, case: str, before: int, after: int) -> None:
        at = self.joint.at(case)
        if at is not None and self._differ()[before, after]:
            self._add(self._place[person], [at], [before], [after])

    def _number(self, scheme: str, claim: Claim | None) -> int:
        return 0 if claim is None else self.outcomes.number(decided(scheme, claim))

    def _both(self, ask: Callable[[Snapshot], T]) -> list[T]:
        """Both sides asked at the same time, each in the load that is pinned here: an engine works outside this
        process, or without its lock."""
        with ThreadPoolExecutor(1) as other:
            after = other.submit(copy_context().run, ask, self.sides[1])
            return [ask(self.sides[0]), after.result()]


def _numbered(where: npt.NDArray[np.int64], table: Codes) -> Codes:
    """A table by the groups of both sides; the last place is for cases that are not there."""
    return np.append(np.append(table, np.uint16(0))[where], np.uint16(0))


def plan_of(impacts: Iterable[Impact], joint: JointCases, people: Collection[str]) -> Plan:
    """The parts that impacts name, of the cases of both sides and these people."""
    plan = Plan(cases={str(joint.ids[int(case)]) for case in joint.moved})
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
    plan.groups &= joint.number.keys()
    plan.cases = {case for case in plan.cases if joint.at(case) is not None}
    plan.people = {person for person in plan.people if person in people}
    plan.pairs = {pair for pair in plan.pairs if pair[0] not in plan.people and pair[1] not in plan.cases}
    if len(plan.pairs) * PER_CHECK > len({person for person, _ in plan.pairs}) * PER_ROW:
        plan.people |= {person for person, _ in plan.pairs if person in people}
        plan.pairs = set()
    of_cases = {name for case in plan.cases if (at := joint.at(case)) is not None for name in joint.group_names(at)}
    columns = len((plan.groups | of_cases) - {""})
    plan.cost = len(plan.people) * PER_ROW + columns * PER_GROUP + len(plan.cases) * PER_CASE
    return plan
