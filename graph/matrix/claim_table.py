"""The highest claims of one person on many groups or cases: four rows of whole numbers, the columns of `Claim`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from seewhy.graph.matrix.decision import Claim

if TYPE_CHECKING:
    import numpy.typing as npt

    Numbers = npt.NDArray[np.int64]

N = TypeVar("N", int, "Numbers")


@dataclass(frozen=True, slots=True)
class ClaimTable:
    """`cells` has the rows rank, edit rank, none rank, and value with the active position; 0 stands for no claim."""

    cells: Numbers

    @classmethod
    def empty(cls, size: int) -> ClaimTable:
        """No claim on any of `size` places."""
        return cls(np.zeros((4, size), np.int64))

    def clear(self, places: Numbers) -> None:
        """No claim on some places."""
        self.cells[:, places] = 0

    def add(self, places: npt.NDArray[np.integer] | slice, rank: int, now: int) -> None:
        """One claim on some places, each named once."""
        for row, value in enumerate(_rows(rank, now)):
            if value:
                self.cells[row, places] = np.maximum(self.cells[row, places], value)

    def add_each(self, places: Numbers, ranks: Numbers, now: Numbers) -> None:
        """A claim of its own on each place; places may be named more than once."""
        for row, numbers in enumerate(_rows(ranks, now)):
            np.maximum.at(self.cells[row], places, numbers)

    def claimed(self) -> Numbers:
        """The places with a claim, ascending."""
        return np.flatnonzero(self.cells[0] != 0)

    def at(self, places: Numbers) -> ClaimTable:
        """A copy of some places."""
        return ClaimTable(self.cells[:, places])

    def merged(self, other: ClaimTable) -> ClaimTable:
        """The claims of two tables of one size, together."""
        return ClaimTable(np.maximum(self.cells, other.cells))

    def packed(self, guard_ranks: Numbers) -> Numbers:
        """One number per place; equal numbers decide equally. A guard (0: none) is a claim `none` like any other."""
        rank, none = (np.maximum(self.cells[row], guard_ranks) for row in (0, 2))
        numbers: Numbers = ((rank * 100_000 + self.cells[1]) * 100_000 + none) * 4 + self.cells[3]
        return numbers


def _rows(rank: N, now: N) -> tuple[N, N, N, N]:
    """What a claim says in each row of `cells`, or many claims at once; the last digit of a rank is its value."""
    return rank, rank * (rank % 10 == 2), rank * (rank % 10 == 0), now


def unpacked(number: int, lifted: bool) -> Claim:
    """The claim that `ClaimTable.packed` made a number of."""
    number, now = divmod(number, 4)
    number, none = divmod(number, 100_000)
    rank, edit = divmod(number, 100_000)
    return Claim(rank or None, edit or None, none or None, now, lifted)
