"""The cases of two snapshots side by side: in which group of equivalent cases each is on either side."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from seewhy.graph.matrix.case_index import ranges, strings

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

    from seewhy.graph.matrix.case_index import CaseIndex

    Numbers = npt.NDArray[np.int32]

ABSENT = -1
"""The group of a case that is not there."""


class JointCases:
    """`groups[side][n]` is the number of the group of case `ids[n]` on a side, `ABSENT` where it is not there.

    Groups are numbered over both sides; `sides[side][g]` is the place of group `g` in that side's own index, one more
    than the last where it has no such group.
    """

    def __init__(self, one: CaseIndex, two: CaseIndex) -> None:
        both = (one, two)
        about = {group.id: group for index in both for group in index.about}
        self.about = [about[name] for name in sorted(about)]
        self.number = {group.id: n for n, group in enumerate(self.about)}
        self.sides = tuple(
            np.array([index.group.get(group.id, len(index.groups)) for group in self.about], np.int64)
            for index in both
        )
        self.ids, self.places = _joined(one.ids, two.ids)
        self.groups: list[Numbers] = []
        for index, places in zip(both, self.places, strict=True):
            numbers = np.array([self.number[name] for name in index.groups], np.int32)
            where = np.full(len(self.ids), ABSENT, np.int32)
            where[places] = numbers[index.group_of]
            self.groups.append(where)
        self.stays = self.groups[0] == self.groups[1]

    @cached_property
    def moved(self) -> npt.NDArray[np.int64]:
        """The cases that are in another group, or on one side only."""
        return np.flatnonzero(~self.stays)

    @cached_property
    def place_in_moved(self) -> Numbers:
        """Of each case its place in `moved`, -1 where it is not among them."""
        found = np.full(len(self.ids), -1, np.int32)
        found[self.moved] = np.arange(len(self.moved), dtype=np.int32)
        return found

    @cached_property
    def staying(self) -> npt.NDArray[np.int64]:
        """How many cases of each group are in it on both sides."""
        return np.bincount(self.groups[0][self.stays], minlength=len(self.about))

    @cached_property
    def _members(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        stay = np.flatnonzero(self.stays)
        by_group = stay[np.argsort(self.groups[0][stay], kind="stable")]
        return by_group, np.concatenate([[0], np.cumsum(self.staying)])

    def members(self, groups: Numbers) -> npt.NDArray[np.int64]:
        """The cases that stay in some groups, group by group, ascending in each."""
        cases, begin = self._members
        return cases[ranges(begin[groups], self.staying[groups])]

    def at(self, case: str) -> int | None:
        """The place of a case; None for one that is on neither side."""
        return self._place.get(case)

    @cached_property
    def _place(self) -> dict[str, int]:
        return {str(case): n for n, case in enumerate(self.ids.to_pylist())}

    def group_names(self, case: int) -> tuple[str, str]:
        """Where a case is on the two sides, "" where it is not."""
        one, two = (int(groups[case]) for groups in self.groups)
        return self.about[one].id if one >= 0 else "", self.about[two].id if two >= 0 else ""

    def frame(self) -> pl.DataFrame:
        """Columns case, group: every case with its groups on the two sides, each once."""
        names = pl.Series([group.id for group in self.about], dtype=pl.String)
        ids = pl.Series(self.ids, dtype=pl.String)
        parts = []
        for n, groups in enumerate(self.groups):
            there = np.flatnonzero(groups >= 0 if n == 0 else (groups >= 0) & ~self.stays)
            parts.append(pl.DataFrame({"case": ids.gather(there), "group": names.gather(groups[there])}))
        return pl.concat(parts)


def _joined(
    one: pa.StringArray, two: pa.StringArray
) -> tuple[pa.StringArray, tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """The ids of both sides, ascending, and the place of each side's ids among them."""
    if one is two or one.equals(two):
        same = np.arange(len(one))
        return one, (same, same)
    sides = [pl.Series("id", ids, dtype=pl.String) for ids in (one, two)]
    ids = pl.concat(sides).unique().sort()
    every = ids.to_frame().with_row_index("place")
    first, second = (
        side.to_frame().join(every, on="id", maintain_order="left")["place"].to_numpy().astype(np.int64)
        for side in sides
    )
    return strings(ids), (first, second)
