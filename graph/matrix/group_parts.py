"""Parts of the cases, each some groups of equivalent cases, and how many of what is counted is in each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seewhy.graph.matrix.case_index import ranges

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from seewhy.graph.matrix.case_index import CaseIndex

    Counts = npt.NDArray[np.int64]


class GroupParts:
    """Which groups of an index are in which parts; a group may be in several, and in each it counts once."""

    def __init__(self, index: CaseIndex, parts: Sequence[Iterable[str]]) -> None:
        self._count = len(parts)
        known = [sorted({index.group[one] for one in part if one in index.group}) for part in parts]
        part = np.repeat(np.arange(len(parts)), [len(groups) for groups in known])
        group = np.array([one for groups in known for one in groups], np.int64)
        order = np.argsort(group, kind="stable")
        self._part, self._group = part[order], group[order]
        bounds = np.searchsorted(self._group, np.arange(len(index.groups) + 1))
        self._begin, self._size = bounds[:-1], np.diff(bounds)

    def of_groups(self, counts: Counts) -> Counts:
        """By part the sum of what is counted by group."""
        return self._summed(self._part, counts[self._group])

    def of_cases(self, groups: npt.NDArray[np.int32], counts: Counts) -> Counts:
        """By part the sum of what is counted of single cases, whose groups are given."""
        some = np.flatnonzero(counts)
        groups = groups[some]
        sizes = self._size[groups]
        return self._summed(self._part[ranges(self._begin[groups], sizes)], np.repeat(counts[some], sizes))

    def _summed(self, parts: Counts, counts: Counts) -> Counts:
        return np.bincount(parts, weights=counts, minlength=self._count).astype(np.int64)
