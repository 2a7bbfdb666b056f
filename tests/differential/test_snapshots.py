"""Several loads one after another: every pair on every day, as the definition of what is remembered says."""

from __future__ import annotations

import pytest

from tests.definition import decide
from tests.definition.history import history as remembered
from tests.support.examples import worlds
from tests.support.world_graphs import by_lists, graph_of, loaded, one_by_one
from tests.worlds.histories import DAYS, seeded_history

SCHEMES = ("positions", "memberships", "portal", "privileges", "mixed")


@pytest.mark.parametrize("seed", range(worlds(6)))
@pytest.mark.parametrize("scheme", SCHEMES)
def test_earlier_days_keep_their_answers(scheme: str, seed: int) -> None:
    loads = seeded_history(scheme, seed)
    graph, world = graph_of(loaded(loads), loads[-1][0]), remembered(loads)
    people = sorted({row["person_id"].strip() for _, rows in loads for row in rows.get("people", [])})
    cases = sorted({row["case_id"].strip() for _, rows in loads for row in rows.get("cases", [])})
    for day in DAYS:
        wanted = {(p, c): decide(world, p, c, day) for p in people for c in cases}
        expected = {pair: (d.value, d.value_now, d.step) for pair, d in wanted.items()}
        got = one_by_one(graph, people, cases, day)
        wrong = {pair: (got[pair], expected[pair]) for pair in expected if got[pair] != expected[pair]}
        assert not wrong, (day, [as_of for as_of, _ in loads], dict(list(wrong.items())[:3]))
        assert by_lists(graph, day) == {pair: a for pair, a in expected.items() if a[0] != "none"}
