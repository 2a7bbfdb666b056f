"""Which changed rows cover a line of differing pairs."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from seewhy.graph.change import covering
from seewhy.graph.change.differing import Lines
from seewhy.graph.change.impact import Impact


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
