"""Parts of the cases, each some groups of equivalent cases, and how many of what is counted is in each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
        self._part = part[order]
        bounds = np.searchsorted(group[order], np.arange(len(index.groups) + 1))
        self._begin, self._size = bounds[:-1], np.diff(bounds)

    def sums(self, groups: npt.NDArray[Any], counts: Counts) -> Counts:
        """By part the sum of what is counted, of groups or of single cases whose groups are given."""
        sizes = self._size[groups]
        parts = self._part[ranges(self._begin[groups], sizes)]
        return np.bincount(parts, weights=np.repeat(counts, sizes), minlength=self._count).astype(np.int64)
