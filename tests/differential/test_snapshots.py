"""Several loads one after another: every pair on every day, as the definition of what is remembered says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from seewhy.api import Graph
from seewhy.graph.derivation.derive import derive
from seewhy.graph.engines.embedded import EmbeddedEngine
from seewhy.graph.inputs.checks import check
from seewhy.graph.inputs.given import tables_from_given
from seewhy.loaders.ledger import merge
from tests.definition import decide
from tests.definition.history import history as remembered
from tests.support.world_graphs import by_lists, load_record, one_by_one
from tests.worlds.histories import DAYS, seeded_history

if TYPE_CHECKING:
    import polars as pl

SCHEMES = ("positions", "memberships", "portal", "privileges", "mixed")


def after(loads: list[tuple[str, Any]]) -> Graph:
    """The embedded graph after all loads."""
    history: dict[str, pl.DataFrame] = {}
    for number, (as_of, rows) in enumerate(loads, 1):
        checked = check(tables_from_given(rows))
        assert not checked.problems, checked.problems[:3]
        history = merge(history, checked.frames, as_of, f"load-{number:04}").history
    tables = derive(history, loads[-1][0])
    return Graph(EmbeddedEngine.scratch(tables, loads=(load_record(loads[-1][0]),)))


@pytest.mark.parametrize("seed", range(14))
@pytest.mark.parametrize("scheme", SCHEMES)
def test_earlier_days_keep_their_answers(scheme: str, seed: int) -> None:
    loads = seeded_history(scheme, seed)
    graph, world = after(loads), remembered(loads)
    people = sorted({row["person_id"].strip() for _, rows in loads for row in rows.get("people", [])})
    cases = sorted({row["case_id"].strip() for _, rows in loads for row in rows.get("cases", [])})
    for day in DAYS:
        wanted = {(p, c): decide(world, p, c, day) for p in people for c in cases}
        expected = {pair: (d.value, d.value_now, d.step) for pair, d in wanted.items()}
        got = one_by_one(graph, people, cases, day)
        wrong = {pair: (got[pair], expected[pair]) for pair in expected if got[pair] != expected[pair]}
        assert not wrong, (day, [as_of for as_of, _ in loads], dict(list(wrong.items())[:3]))
        assert by_lists(graph, day) == {pair: a for pair, a in expected.items() if a[0] != "none"}
