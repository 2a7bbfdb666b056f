"""Who sees most, and what is seen by most, from an access matrix: groups of cases first, then cases that go before
theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from seewhy.graph.matrix.row_decider import PerTable

if TYPE_CHECKING:
    from seewhy.graph.matrix.access_matrix import AccessMatrix


class Most(NamedTuple):
    """The people who see the most cases and the cases that the most people see, ids with counts, the largest first; and
    how many pairs of person and case there are that see."""

    people: tuple[tuple[str, int], ...]
    cases: tuple[tuple[str, int], ...]
    pairs: int


def most(matrix: AccessMatrix, number: int) -> Most:
    """So many of each at the most; whoever sees nothing, and what nobody sees, is left out. Equal counts by id."""
    index, visible = matrix.index, matrix.visible
    tables = PerTable(lambda table: (lets := visible[table], int(index.sizes[lets].sum())), lambda one: one[0].nbytes)
    by_case, by_group = np.zeros(len(index), np.int64), np.zeros(len(index.groups), np.int64)
    seen: list[tuple[str, int]] = []
    for row in matrix.rows(matrix.people):
        lets, count = tables.of(row.table)
        by_group += lets
        if len(row.places):
            more = visible[row.codes].astype(np.int64) - lets[index.group_of[row.places]]
            by_case[row.places] += more
            count += int(more.sum())
        seen.append((row.person, count))
    by_case += by_group[index.group_of]
    first = np.argsort(-by_case, kind="stable")[:number]  # ids ascend
    cases = tuple((str(index.ids[int(at)]), int(by_case[at])) for at in first if by_case[at] > 0)
    people = sorted((one for one in seen if one[1]), key=lambda one: (-one[1], one[0]))
    return Most(tuple(people[:number]), cases, int(by_case.sum()))
