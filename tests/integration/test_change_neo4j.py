"""Change on Neo4j: `diff`, `whatif` and `would_change` answer as on the embedded engine, and write nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seewhy.api import Graph
from seewhy.graph.derivation.derive import derive
from seewhy.graph.engines import open_engine
from tests.laws.test_diff import found
from tests.support.world_graphs import graph_of, ids, load_record, loaded
from tests.worlds.histories import seeded_history

if TYPE_CHECKING:
    from tests.servers.neo4j import Neo4jServer

DATES = ("2024-06-01", "2026-06-20")


def everything(engine):
    """Every node and relationship of the database, with its properties."""
    nodes = engine.read("MATCH (n) RETURN labels(n) AS labels, properties(n) AS cells")
    edges = engine.read("MATCH (a)-[r]->(b) RETURN a.id AS a, type(r) AS kind, b.id AS b, properties(r) AS cells")
    return sorted(map(repr, nodes)), sorted(map(repr, edges))


@pytest.mark.parametrize("scheme", ["memberships", "privileges"])
def test_both_engines_say_the_same_and_nothing_is_written(
    clean_neo4j: Neo4jServer, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    for name, value in clean_neo4j.environment().items():
        monkeypatch.setenv(name, value)
    loads = seeded_history(scheme, 300, hostile=False)[-1:]
    history, day = loaded(loads), loads[-1][0]
    engine = open_engine(clean_neo4j.uri, write=True)
    try:
        with engine.loading():
            engine.publish(load_record(day), history, derive(history, day), before=None, fresh=True)
    finally:
        engine.close()
    reader = open_engine(clean_neo4j.uri)
    try:
        one, two = Graph(reader), graph_of(history, day)
        two.session.newest()
        two.session.remembered("history", lambda: history)
        before = everything(reader)
        assert found(one.diff(DATES[0], DATES[1])) == found(two.diff(DATES[0], DATES[1]))
        people, cases = ids(loads[-1][1])
        changes = {"set": {"people": [{"person_id": people[-1], "active": "false"}]}}
        told = [g.whatif(changes, day) for g in (one, two)]
        assert found(told[0].diff) == found(told[1].diff)
        assert [f.id for f in told[0].appeared] == [f.id for f in told[1].appeared]
        for case in cases[:3]:
            asked = [g.why(people[-1], case, day, changes=True).would_change for g in (one, two)]
            assert asked[0] == asked[1]
        assert everything(reader) == before
    finally:
        reader.close()
