"""The definitions in SQL: each equals the definition in Python, and the rungs equal it on both engines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seewhy.graph.inputs.checks import check
from seewhy.graph.inputs.given import tables_from_given
from seewhy.schemes.definition import Said, said_by_definition
from seewhy.schemes.second_opinion import second_opinion
from seewhy.schemes.under_test import SchemeUnderTest
from tests.definition import World, decide, found
from tests.support import examples
from tests.support.world_graphs import ids, prefix_of, prefixed, side_by_side
from tests.worlds.builder import DAY
from tests.worlds.small import SCHEMES
from tests.worlds.strategies import seeded_world

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.neo4j import Neo4jServer


def test_sql_decides_as_python_does(record_property: Callable[[str, object], None]) -> None:
    """On the worlds of these tests, mixed ones included; value now and search are compared where a scheme has them."""
    number = examples.worlds(20)
    worlds = [seeded_world(scheme, seed) for scheme in (*SCHEMES, "mixed") for seed in range(number)]
    rows = side_by_side(worlds)
    frames = check(tables_from_given(rows)).frames
    scheme_of_system = dict(frames["systems"].select("system_id", "scheme").iter_rows())
    scheme_of = {case: scheme_of_system[of] for case, of in frames["cases"].select("case_id", "system_id").iter_rows()}
    pairs = [
        (person, case)
        for number, world in enumerate(worlds)
        for people, cases in [ids(prefixed(world, prefix_of(number)))]
        for person in people
        for case in cases
    ]
    python = World(rows)
    wrong = []
    for name in SCHEMES:
        scheme = SchemeUnderTest.read(name)
        own = [pair for pair in pairs if scheme_of[pair[1]] == name]
        sql = said_by_definition(scheme, frames, own, DAY)
        for pair in own:
            decision = decide(python, *pair, DAY)
            now = decision.value_now if scheme.value_now else None
            expected = Said(decision.value, decision.step, now, found(python, *pair, DAY) if scheme.search else None)
            wrong += [(pair, f"SQL: {sql[pair]}, Python: {expected}")] if sql[pair] != expected else []
        assert len(own) > 20 * number
    assert not wrong
    record_property("compared", f"definitions in SQL and Python: {len(worlds)} worlds, {len(pairs)} pairs")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_rungs_decide_as_sql_does(scheme: str, record_property: Callable[[str, object], None]) -> None:
    answer = second_opinion(SchemeUnderTest.read(scheme), pairs=50 * examples.worlds(20))
    assert not answer.wrong, "\n".join(map(str, answer.disagreements))
    assert set(answer.never) <= {"supervisor"}, answer.decided  # by chance it takes some thousand pairs
    record_property("compared", f"{scheme}, rungs and SQL: {answer.organisations} organisations, {answer.pairs} pairs")


def test_rungs_on_neo4j_decide_as_sql_does(
    clean_neo4j: Neo4jServer, monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    for name, value in clean_neo4j.environment().items():
        monkeypatch.setenv(name, value)
    for scheme in SCHEMES:
        answer = second_opinion(SchemeUnderTest.read(scheme), pairs=300, seed=1000, target=clean_neo4j.uri)
        assert answer.engines == ("embedded", "neo4j")
        assert not answer.wrong, "\n".join(map(str, answer.disagreements))
        record_property("compared", f"{scheme}, rungs on neo4j and SQL: {answer.pairs} pairs")
