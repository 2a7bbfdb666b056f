"""Differing pairs as columns of numbers: a pair, or all cases of a group that stay in it, one line each.

A million pairs are a few thousand lines; they become a table of names when somebody looks at them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from seewhy.graph.answers.change import KINDS
from seewhy.graph.change.by_number import order_of
from seewhy.graph.change.joint_cases import ABSENT
from seewhy.graph.garbage_collection import garbage_collection_paused
from seewhy.graph.matrix.case_index import ranges

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    import numpy.typing as npt

    from seewhy.graph.answers.change import Reasons
    from seewhy.graph.change.joint_cases import JointCases
    from seewhy.graph.matrix.claims import Outcome

    Places = npt.NDArray[np.int64]

WHOLE = -1
"""In the place of a case: all cases of the group that stay in it, but those that have a line of their own."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Columns of one length: place of the person, of the case (or `WHOLE`), number of the group on either side,
    number of the outcome on either side, and how many pairs it is."""

    person: npt.NDArray[np.int32]
    case: npt.NDArray[np.int32]
    group_before: npt.NDArray[np.int32]
    group_after: npt.NDArray[np.int32]
    before: npt.NDArray[np.uint16]
    after: npt.NDArray[np.uint16]
    pairs: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.person)

    def at(self, places: npt.NDArray[Any] | slice) -> Lines:
        """Some of the lines, by place, by mask or from one to another."""
        return Lines(*(getattr(self, one.name)[places] for one in fields(self)))

    @classmethod
    def joined(cls, parts: Sequence[Lines]) -> Lines:
        """All lines of some parts."""
        kinds = (np.int32, np.int32, np.int32, np.int32, np.uint16, np.uint16, np.int64)
        return cls(
            *(
                np.concatenate([np.zeros(0, kind), *(getattr(part, one.name) for part in parts)]).astype(kind)
                for one, kind in zip(fields(cls), kinds, strict=True)
            )
        )

    def in_order(self) -> Lines:
        """The lines by person, group before and case."""
        return self.at(order_of(self.person, self.group_before, self.case))

    @property
    def group(self) -> npt.NDArray[np.int32]:
        """The group on the later side, on the earlier one where the case is not there later."""
        return np.where(self.group_after != ABSENT, self.group_after, self.group_before)

    def side(self, side: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint16]]:
        """Groups and outcomes of one side."""
        return (self.group_after, self.after) if side else (self.group_before, self.before)


class Alone:
    """The cases that are not in the whole groups of anybody (`everyone`, by place), and those that are not in one
    person's (`of`, by the place of the person)."""

    def __init__(self, joint: JointCases, everyone: npt.NDArray[np.bool_] | None = None) -> None:
        self._joint = joint
        self.of: dict[int, Places] = {}
        self.everyone = np.zeros(len(joint.ids), np.bool_) if everyone is None else everyone

    def add(self, person: int, cases: Places) -> None:
        """Some cases of one person."""
        self.of[person] = np.union1d(self.of[person], cases) if person in self.of else cases

    def within(self, person: int, cases: Places) -> npt.NDArray[np.bool_]:
        """Which of some cases are in the whole groups of a person."""
        return ~self.everyone[cases] & ~np.isin(cases, self.of.get(person, ()))

    def free(self, person: npt.NDArray[Any], case: Places) -> npt.NDArray[np.bool_]:
        """The same for pairs, column by column."""
        size = np.int64(len(self._joint.ids))
        own = np.sort(np.concatenate([[-1], *(person * size + cases for person, cases in self.of.items())]))
        pair = person * size + case
        found: npt.NDArray[np.bool_] = ~self.everyone[case] & (own[np.searchsorted(own, pair, "right") - 1] != pair)
        return found

    def apart(self, lines: Lines, everyone: Places, of: Mapping[int, Places]) -> tuple[Lines, Alone]:
        """The lines with some cases of everybody, and some of one person, on lines of their own; by person, group and
        case."""
        joint = self._joint
        after = Alone(joint, self.everyone.copy())
        after.of = dict(self.of)
        everyone = everyone[joint.stays[everyone]]
        after.everyone[everyone] = True
        whole = np.flatnonzero(lines.case == WHOLE)
        whole = whole[order_of(lines.group_before[whole])]
        groups, wanted = lines.group_before[whole], joint.groups[0][everyone]
        begin, end = (np.searchsorted(groups, wanted, side) for side in ("left", "right"))
        line, case = whole[ranges(begin, end - begin)], np.repeat(everyone, end - begin)
        free = self.free(lines.person[line], case)
        parts = [(line[free], case[free])]
        if of:
            size = np.int64(len(joint.about) + 1)
            person = np.repeat(np.fromiter(of, np.int64, len(of)), [len(cases) for cases in of.values()])
            case = np.concatenate(list(of.values()))
            free = joint.stays[case] & after.free(person, case)
            person, case = person[free], case[free]
            for one in np.unique(person).tolist():
                after.add(one, case[person == one])
            key = lines.person[whole] * size + lines.group_before[whole]
            order = np.argsort(key)
            asked = person * size + joint.groups[0][case]
            at = np.minimum(np.searchsorted(key[order], asked), max(0, len(order) - 1))
            differs = key[order][at] == asked if len(order) else np.zeros(len(asked), np.bool_)
            parts.append((whole[order[at[differs]]] if len(order) else at[:0], case[differs]))
        line, case = (np.concatenate([part[n] for part in parts]) for n in (0, 1))
        left = lines.pairs - np.bincount(line, minlength=len(lines))
        single = replace(lines.at(line), case=case.astype(np.int32), pairs=np.ones(len(line), np.int64))
        return Lines.joined([replace(lines, pairs=left).at(left > 0), single]).in_order(), after


@dataclass(frozen=True, slots=True)
class Explained:
    """Lines with what did it: `because` is by line a place in `reasons.becauses`."""

    lines: Lines
    alone: Alone
    because: npt.NDArray[np.int32]
    reasons: Reasons


@dataclass(frozen=True, eq=False)
class DifferingPairs:
    """Lines with what they mean: `people` and `outcomes` by place. Which rows did it is looked for, by `explain`, when
    somebody asks; it reads no graph."""

    lines: Lines
    alone: Alone
    people: Sequence[str]
    outcomes: Sequence[Outcome]
    joint: JointCases
    explain: Callable[[], Explained]

    @cached_property
    def counts(self) -> dict[str, int]:
        """Number of pairs by kind, in the order of `KINDS`."""
        counted = np.bincount(kinds(self.lines, self.outcomes), weights=self.lines.pairs, minlength=len(KINDS))
        return {kind: int(counted[n]) for n, kind in enumerate(KINDS)}

    @cached_property
    def _explained(self) -> Explained:
        with garbage_collection_paused():
            return self.explain()

    @property
    def reasons(self) -> Reasons:
        """Which rows did it."""
        return self._explained.reasons

    def number_because(self, places: Collection[int]) -> int:
        """How many pairs have one of these places in `because`."""
        found = self._explained
        return int(found.lines.pairs[np.isin(found.because, sorted(places))].sum())

    @cached_property
    def without_reasons(self) -> pl.DataFrame:
        """The columns of `table` but `because`; no reason is looked for."""
        return self._named(self.lines, self.alone)

    @cached_property
    def table(self) -> pl.DataFrame:
        """Columns person, case, kind, before, before_step, after, after_step, because; by person, then case."""
        found = self._explained
        return self._named(found.lines, found.alone, found.because)

    def first(self, most: int) -> pl.DataFrame:
        """The first rows of `table`, at most so many; the others are not made."""
        found = self._explained
        enough = int(np.searchsorted(np.cumsum(found.lines.pairs), most))
        last = found.lines.person[enough : enough + 1]
        some = slice(0, int(np.searchsorted(found.lines.person, last[0], "right")) if len(last) else None)
        return self._named(found.lines.at(some), found.alone, found.because[some]).head(most)

    def _named(self, lines: Lines, alone: Alone, because: npt.NDArray[np.int32] | None = None) -> pl.DataFrame:
        line, case = self._spread(lines, alone)
        values, steps = (pl.Series([one[n] for one in self.outcomes], dtype=pl.String) for n in (0, 1))
        before, after = lines.before[line], lines.after[line]
        columns = {
            "person": pl.Series(self.people, dtype=pl.String).gather(lines.person[line]),
            "case": pl.Series(self.joint.ids, dtype=pl.String).gather(case),
            "kind": pl.Series(KINDS, dtype=pl.String).gather(kinds(lines, self.outcomes)[line]),
            "before": values.gather(before),
            "before_step": steps.gather(before),
            "after": values.gather(after),
            "after_step": steps.gather(after),
        }
        if because is not None:
            columns["because"] = pl.Series(because[line].astype(np.int64))
        return pl.DataFrame(columns)

    def _spread(self, lines: Lines, alone: Alone) -> tuple[Places, Places]:
        """Every pair as the place of its line and of its case, by person, then case."""
        single, whole = np.flatnonzero(lines.case != WHOLE), np.flatnonzero(lines.case == WHOLE)
        line = np.repeat(whole, self.joint.staying[lines.group_before[whole]])
        case = self.joint.members(lines.group_before[whole])
        free = alone.free(lines.person[line], case)
        line, case = np.concatenate([single, line[free]]), np.concatenate([lines.case[single], case[free]])
        order = np.argsort(lines.person[line] * np.int64(len(self.joint.ids)) + case)
        return line[order], case[order]


def kinds(lines: Lines, outcomes: Sequence[Outcome]) -> npt.NDArray[np.int8]:
    """The place in `KINDS` of each line."""
    size = len(outcomes)
    of = np.array([[_kind(one, two) for two in outcomes] for one in outcomes], np.int8)
    found: npt.NDArray[np.int8] = of.reshape(size, size)[lines.before, lines.after]
    return found


def counted_by(lines: Lines, because: npt.NDArray[np.int32], places: int, outcomes: Sequence[Outcome]) -> Any:
    """Pairs by the place in `because` (of `places`) and kind."""
    at = because.astype(np.int64) * len(KINDS) + kinds(lines, outcomes)
    counted = np.bincount(at, weights=lines.pairs, minlength=places * len(KINDS))
    return counted.astype(np.int64).reshape(places, len(KINDS))


def _kind(before: Outcome, after: Outcome) -> int:
    if before[0] == "none":
        return 0
    if after[0] == "none":
        return 1
    return 2 if before[0] != after[0] else 3
