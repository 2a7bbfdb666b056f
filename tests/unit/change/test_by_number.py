"""Numbers in order, and sets of rows that two numbers tell apart."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seewhy.graph.change import covering
from seewhy.graph.change.by_number import ByNumber, order_of
from seewhy.graph.change.differing import Lines
from seewhy.graph.change.impact import Impact

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


@pytest.mark.parametrize("first_alike", [False, True])
def test_lines_have_the_rows_whose_impact_covers_them(first_alike: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the first of the two numbers of a row does not tell rows apart."""
    if first_alike:
        monkeypatch.setattr(covering.np.random, "default_rng", lambda seed: FirstAlike())
    people = ["ana", "ben", "cid", "dan"]
    about = [SimpleNamespace(scheme="portal")]
    joint = SimpleNamespace(about=about, ids=["c"], number={"g": 0}, at=lambda case: None)
    compared: Any = SimpleNamespace(
        joint=joint, everybody=people, places=lambda some: [people.index(one) for one in sorted(some)]
    )
    nothing, one = np.zeros(len(people), np.int32), np.ones(len(people), np.int64)
    outcomes = nothing.astype(np.uint16)
    lines = Lines(np.arange(len(people), dtype=np.int32), nothing - 1, nothing, nothing, outcomes, outcomes, one)
    covered = {7: {"ana", "cid"}, 8: {"ben"}, 9: {"ana", "cid", "dan"}}
    impacts = [Impact(row, "portal", frozenset(some), None) for row, some in covered.items()]
    number, found = covering.Covering(impacts, compared, lines).sets()
    assert [found[n] for n in number] == [{7, 9}, {8}, {7, 9}, {9}]
    assert len(found) == 3


class FirstAlike:
    """Draws pairs of numbers, the first of which are all one number."""

    def __init__(self) -> None:
        self._draw = np.random.Generator(np.random.PCG64(0))

    def integers(self, *args: Any) -> Any:
        drawn = self._draw.integers(*args)
        drawn[0] = 1
        return drawn
