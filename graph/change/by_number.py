"""Where numbers stand: the places of all that are equal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seewhy.graph.change.joint_cases import ABSENT

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Places = npt.NDArray[np.int64]


class ByNumber:
    """Numbers in order, to find where some stand."""

    def __init__(self, numbers: npt.NDArray[np.integer]) -> None:
        self._order = np.argsort(numbers, kind="stable")
        self._begin = np.searchsorted(numbers[self._order], np.arange(int(numbers.max(initial=ABSENT)) + 2))

    def equal_to(self, wanted: Sequence[int]) -> Places:
        """The places of the numbers that are one of these, each of them named once; ABSENT is none of them."""
        chosen = np.array(wanted, np.int64)
        chosen = chosen[chosen < len(self._begin) - 1]
        begin = self._begin[chosen]
        sizes = self._begin[chosen + 1] - begin
        shift = np.repeat(begin - np.cumsum(sizes) + sizes, sizes)
        found: Places = self._order[shift + np.arange(int(sizes.sum()))]
        return found

    def of(self, number: int) -> Places:
        """The places of one number, which is not ABSENT."""
        begin, end = self._begin[number : number + 2] if number + 1 < len(self._begin) else (0, 0)
        found: Places = self._order[begin:end]
        return found
