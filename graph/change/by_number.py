"""Where whole numbers stand: their order, and the places of all that are equal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from seewhy.graph.change.joint_cases import ABSENT
from seewhy.graph.matrix.case_index import ranges

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Places = npt.NDArray[np.int64]


_BITS = 16
"""Of a number that are sorted at once: so many are counted, which is quicker than comparing."""


def order_of(*columns: npt.NDArray[Any]) -> Places:
    """The places of rows by some columns of one length with numbers from `ABSENT` on, the first of them counting most;
    equal rows stay in their order."""
    order: Places = np.arange(len(columns[0]))
    for column in reversed(columns):
        numbers = column.astype(np.int64) - ABSENT
        for shift in range(0, max(1, int(numbers.max(initial=0)).bit_length()), _BITS):
            digits = (numbers >> shift).astype(np.uint16)
            order = order[np.argsort(digits[order], kind="stable")]
    return order


class ByNumber:
    """Numbers from `ABSENT` on in order, to find where some stand."""

    def __init__(self, numbers: npt.NDArray[Any]) -> None:
        self._order = order_of(numbers)
        self._begin = np.cumsum(np.bincount(numbers - ABSENT, minlength=1))

    def equal_to(self, wanted: Sequence[int]) -> Places:
        """The places of the numbers that are one of these, each of them named once; ABSENT is none of them."""
        chosen = np.array(wanted, np.int64)
        chosen = chosen[chosen < len(self._begin) - 1]
        begin, end = self._begin[chosen], self._begin[chosen + 1]
        found: Places = self._order[ranges(begin, end - begin)]
        return found

    def of(self, number: int) -> Places:
        """The places of one number, which is not ABSENT."""
        begin, end = self._begin[number : number + 2] if number + 1 < len(self._begin) else (0, 0)
        found: Places = self._order[begin:end]
        return found
