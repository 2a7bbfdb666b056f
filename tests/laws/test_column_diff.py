"""Law: whether everybody is compared column by column or row by row, the lines are the same, in the same order."""

from __future__ import annotations

from dataclasses import fields
from itertools import pairwise

import numpy as np
import pytest

from seewhy.api import Graph
from seewhy.graph.change.differing import WHOLE
from seewhy.graph.change.pair_diff import PairDiff, Plan
from seewhy.graph.change.snapshot import Snapshot
from seewhy.graph.matrix.access_matrix import AccessMatrix
from seewhy.graph.matrix.precomputed import from_nothing
from tests.laws.test_diff import DATES, SCHEMES, SEEDS, first_and_last, remembered


def side(session, day):
    return Snapshot(session, day, AccessMatrix(from_nothing(session, day)))


def compare(before, after):
    """The lines both ways; those found row by row with the numbers that the others have for outcomes."""
    by_column, by_row = PairDiff(before, after), PairDiff(before, after)
    columns, rows = by_column.lines(Plan(everybody=True)), by_row.lines(Plan(people=set(by_row.everybody)))
    number = np.array([by_column.outcomes.number(outcome) for outcome in by_row.outcomes.known])
    for column in fields(columns):
        one, two = getattr(columns, column.name), getattr(rows, column.name)
        two = number[two] if column.name in ("before", "after") else two
        assert one.tolist() == two.tolist(), column.name
        assert one.dtype == getattr(rows, column.name).dtype
    alone = [{person: cases.tolist() for person, cases in found.alone.of.items()} for found in (by_column, by_row)]
    assert alone[0] == alone[1]
    return columns, by_column


@pytest.mark.parametrize("scheme", SCHEMES)
def test_columns_and_rows_give_the_same_lines(scheme: str) -> None:
    """Between days, and between two graphs with other people, cases and groups."""
    met = np.zeros(4, np.int64)
    for seed in SEEDS:
        session = Graph(remembered(scheme, seed)[1]).session
        days = [side(session, day) for day in DATES]
        _, engines, last = first_and_last(scheme, seed)
        other = [side(Graph(engine).session, last) for engine in engines]
        for one, two in (*pairwise(days), (days[0], days[-1]), (days[-1], days[0]), other, other[::-1]):
            lines, compared = compare(one, two)
            groups = np.count_nonzero(lines.case == WHOLE)
            met += [groups, len(lines) - groups, len(compared.joint.moved), len(compared.alone.of)]
    assert met.all(), "some kind of line never came"
