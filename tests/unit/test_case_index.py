"""Where cases stand in the index of a day."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from seewhy.graph.matrix.case_index import CaseIndex, Group, strings

IDS = ["A-1", "a-1", "a-10", "a-2", "é-1", "中-1"]


def index(ids: list[str]) -> CaseIndex:
    owner = np.zeros(len(ids), np.int32)
    return CaseIndex([Group("g", "memberships", "cm")], strings(pl.Series(ids, dtype=pl.String)), owner)


def test_places_are_those_that_each_case_has_alone() -> None:
    known = index(IDS)
    asked = ["中-1", "a-1", "a-10", "a-1"]
    assert known.places(asked).tolist() == [known.at(case) for case in asked] == [5, 1, 2, 1]


@pytest.mark.parametrize("gone", ["", "0", "a", "a-11", "zz", "龜"])
@pytest.mark.parametrize("ids", [IDS, []])
def test_a_case_that_is_not_there_is_told(ids: list[str], gone: str) -> None:
    known = index(ids)
    assert known.places([*ids, gone], absent=True).tolist() == [*range(len(ids)), -1]
    with pytest.raises(KeyError, match=repr(gone)):
        known.places([*ids, gone])
