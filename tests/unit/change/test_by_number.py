"""Numbers in order, and where they stand."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from seewhy.graph.change.by_number import ByNumber, order_of

NUMBERS = st.integers(-1, 5) | st.sampled_from([65_534, 65_535, 65_536, 2**31 - 2])


@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), max_size=30))
def test_rows_are_put_in_order_as_by_comparing(rows: list[tuple[int, int, int]]) -> None:
    columns = [np.array(column, np.int32) for column in zip(*rows, strict=True)] or [np.zeros(0, np.int32)] * 3
    assert order_of(*columns).tolist() == np.lexsort(columns[::-1]).tolist()
    assert order_of(columns[0].astype(np.int64)).tolist() == np.argsort(columns[0], kind="stable").tolist()


@given(st.lists(st.integers(-1, 6), max_size=20), st.lists(st.integers(0, 9), max_size=5, unique=True))
def test_numbers_are_found_where_they_stand(numbers: list[int], wanted: list[int]) -> None:
    found = ByNumber(np.array(numbers, np.int32))
    assert found.equal_to(wanted).tolist() == [n for one in wanted for n, it in enumerate(numbers) if it == one]
    for one in wanted:
        assert found.of(one).tolist() == [n for n, it in enumerate(numbers) if it == one]
