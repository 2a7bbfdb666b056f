"""Differing pairs as columns of numbers: a pair, or all cases of a group that stay in it, one line each.

A million pairs are a few thousand lines; they become a table of names when somebody looks at them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from seewhy.graph.answers.change import KINDS
from seewhy.graph.change.joint_cases import ABSENT

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import numpy.typing as npt

    from seewhy.graph.change.joint_cases import JointCases
    from seewhy.graph.matrix.claims import Outcome

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

    def at(self, places: npt.NDArray[Any]) -> Lines:
        """Some of the lines, by place or by mask."""
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

    @property
    def group(self) -> npt.NDArray[np.int32]:
        """The group on the later side, on the earlier one where the case is not there later."""
        return np.where(self.group_after != ABSENT, self.group_after, self.group_before)

    def side(self, side: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint16]]:
        """Groups and outcomes of one side."""
        return (self.group_after, self.after) if side else (self.group_before, self.before)


@dataclass(frozen=True, eq=False)
class DifferingPairs:
    """Lines with what they mean: `people` and `outcomes` by place, `because` the place of the rows that did it.

    `alone` has, by the place of a person, the cases that are not in that person's whole groups.
    """

    lines: Lines
    people: Sequence[str]
    outcomes: Sequence[Outcome]
    joint: JointCases
    alone: Mapping[int, npt.NDArray[np.int64]]
    because: npt.NDArray[np.int32]

    @cached_property
    def kind(self) -> npt.NDArray[np.int8]:
        """The place in `KINDS` of each line."""
        size = len(self.outcomes)
        of = np.array([[_kind(one, two) for two in self.outcomes] for one in self.outcomes], np.int8)
        return of.reshape(size, size)[self.lines.before, self.lines.after]

    @cached_property
    def counts(self) -> dict[str, int]:
        """Number of pairs by kind, in the order of `KINDS`."""
        counted = np.bincount(self.kind, weights=self.lines.pairs, minlength=len(KINDS))
        return {kind: int(counted[n]) for n, kind in enumerate(KINDS)}

    def counted_by(self, places: int) -> npt.NDArray[np.int64]:
        """Pairs by the place in `because` (of `places`) and kind."""
        at = self.because.astype(np.int64) * len(KINDS) + self.kind
        counted = np.bincount(at, weights=self.lines.pairs, minlength=places * len(KINDS))
        return counted.astype(np.int64).reshape(places, len(KINDS))

    def number_because(self, places: Collection[int]) -> int:
        """How many pairs have one of these places in `because`."""
        return int(self.lines.pairs[np.isin(self.because, sorted(places))].sum())

    @cached_property
    def table(self) -> pl.DataFrame:
        """Columns person, case, kind, before, before_step, after, after_step, because; by person, then case."""
        line, case = self._spread()
        lines = self.lines
        values, steps = (pl.Series([one[n] for one in self.outcomes], dtype=pl.String) for n in (0, 1))
        before, after = lines.before[line], lines.after[line]
        return pl.DataFrame(
            {
                "person": pl.Series(self.people, dtype=pl.String).gather(lines.person[line]),
                "case": pl.Series(self.joint.ids, dtype=pl.String).gather(case),
                "kind": pl.Series(KINDS, dtype=pl.String).gather(self.kind[line]),
                "before": values.gather(before),
                "before_step": steps.gather(before),
                "after": values.gather(after),
                "after_step": steps.gather(after),
                "because": self.because[line].astype(np.int64),
            }
        )

    def _spread(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Every pair as the place of its line and of its case, by person, then case."""
        lines = self.lines
        single, whole = np.flatnonzero(lines.case != WHOLE), np.flatnonzero(lines.case == WHOLE)
        line = np.repeat(whole, self.joint.staying[lines.group_before[whole]])
        case = self.joint.members(lines.group_before[whole])
        if len(line) and self.alone:
            size = np.int64(len(self.joint.ids))
            apart = np.concatenate([person * size + cases for person, cases in self.alone.items()])
            free = ~np.isin(lines.person[line] * size + case, apart)
            line, case = line[free], case[free]
        line, case = np.concatenate([single, line]), np.concatenate([lines.case[single], case])
        order = np.lexsort((case, lines.person[line]))
        return line[order], case[order]


def _kind(before: Outcome, after: Outcome) -> int:
    if before[0] == "none":
        return 0
    if after[0] == "none":
        return 1
    return 2 if before[0] != after[0] else 3
