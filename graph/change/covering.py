"""Covering: of every line of differing pairs the changed rows whose impact covers it.

Lines that the same rows cover are found without a set for each: a row stamps a number of its own on its lines, and
lines with one sum have one set of rows. Blind spot: two of 128 bits that are equal by chance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seewhy.graph.change.by_number import ByNumber
from seewhy.graph.change.impact import WATCHED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import numpy.typing as npt

    from seewhy.graph.change.differing import Lines
    from seewhy.graph.change.impact import Impact
    from seewhy.graph.change.pair_diff import PairDiff

    Places = npt.NDArray[np.int64]


class Covering:
    """Lines by person, group and case, to be found by the impacts of changed rows."""

    def __init__(
        self,
        impacts: Sequence[Impact],
        compared: PairDiff,
        lines: Lines,
        watch: Callable[[str], None] = lambda words: None,
    ) -> None:
        self._compared, self._lines, self._watch = compared, lines, watch
        self._by_row: dict[int, list[Impact]] = {}
        for impact in impacts:
            self._by_row.setdefault(impact.row, []).append(impact)
        about = compared.joint.about
        self._schemes = np.array([*(one.scheme for one in about), ""])
        self._groups = [ByNumber(lines.group_before), ByNumber(lines.group_after)]
        self._people, self._cases = ByNumber(lines.person), ByNumber(lines.case)
        self._numbers: dict[frozenset[str], list[int]] = {}
        self._seen = np.zeros(len(lines), np.int64)
        # ABSENT and WHOLE are the last place of these, which is never marked.
        self._of_group, self._of_case, self._of_person = (
            np.zeros(size + 1, np.bool_) for size in (len(about), len(compared.joint.ids), len(compared.everybody))
        )

    def sets(self) -> tuple[Places, list[frozenset[int]]]:
        """Per line the number of its set, and the sets: places of changed rows. Sets are numbered as their first lines
        stand, whatever other rows there are: what is asked first is then what is shown first."""
        stamps = [np.zeros(len(self._lines), np.uint64) for _ in range(2)]
        draw = np.random.default_rng(0)
        covered: dict[int, Places] = {}
        for n, (row, own) in enumerate(self._by_row.items()):
            if n % WATCHED == 0:
                self._watch(f"which pairs row {n + 1:,} of {len(self._by_row):,} can have changed")
            parts = [self._covered(impact) for impact in own]
            covered[row] = self._once(np.concatenate(parts)) if len(parts) > 1 else parts[0]
            for stamp, own_number in zip(stamps, draw.integers(0, 2**64, 2, np.uint64), strict=True):
                stamp[covered[row]] ^= own_number
        order = np.argsort(stamps[0])
        begins = np.diff(stamps[0][order], prepend=~stamps[0][order[:1]]) != 0
        if ((np.diff(stamps[1][order], prepend=0) != 0) & ~begins).any():  # equal by one number only
            order = np.lexsort(stamps)
            begins = np.concatenate([[True], np.any([np.diff(stamp[order]) != 0 for stamp in stamps], axis=0)])
        first = np.minimum.reduceat(order, np.flatnonzero(begins)) if len(order) else order
        number = np.empty(len(order), np.int64)
        number[order] = np.argsort(np.argsort(first))[np.cumsum(begins) - 1]
        first = np.sort(first)
        place = {int(line): n for n, line in enumerate(first)}
        found: list[set[int]] = [set() for _ in first]
        is_first = np.zeros(len(order), np.bool_)
        is_first[first] = True
        for row, some in covered.items():
            for line in some[is_first[some]].tolist():
                found[place[line]].add(row)
        return number, [frozenset(one) for one in found]

    def _covered(self, impact: Impact) -> Places:
        """The lines that an impact covers."""
        lines, joint = self._lines, self._compared.joint
        if impact.people is None and impact.groups is None:
            some = np.arange(len(lines))
        elif impact.groups is None:
            some = self._of_people(impact.people or ())
        else:
            if (groups := self._numbers.get(impact.groups)) is None:
                groups = [joint.number[name] for name in impact.groups if name in joint.number]
                self._numbers[impact.groups] = groups
            cases = [at for case in impact.cases if (at := joint.at(case)) is not None]
            if impact.people is None or len(impact.people) > len(groups) + len(cases):
                parts = [side.equal_to(groups) for side in self._groups]
                some = self._once(np.concatenate([*parts, self._cases.equal_to(cases)]))
                if impact.people is not None:
                    people = self._compared.places(impact.people)
                    some = some[_among(lines.person[some], people, self._of_person)]
            else:
                some = self._of_people(impact.people)
                one, two = (
                    _among(side[some], groups, self._of_group) for side in (lines.group_before, lines.group_after)
                )
                some = some[one | two | _among(lines.case[some], cases, self._of_case)]
        one, two = (self._schemes[groups[some]] == impact.scheme for groups in (lines.group_before, lines.group_after))
        found: Places = some[one | two]
        return found

    def _once(self, some: Places) -> Places:
        """Each of some lines once."""
        turn = np.arange(len(some))
        self._seen[some] = turn
        found: Places = some[self._seen[some] == turn]
        return found

    def _of_people(self, people: Iterable[str]) -> Places:
        return self._people.equal_to(self._compared.places(people))


def _among(
    numbers: npt.NDArray[np.int32], wanted: Sequence[int], marks: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Which of some numbers are wanted; `marks` has a place for each, none of them set before or after."""
    marks[wanted] = True
    found: npt.NDArray[np.bool_] = marks[numbers]
    marks[wanted] = False
    return found
