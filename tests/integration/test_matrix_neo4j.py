"""The access matrix on Neo4j: made as on the embedded engine, stored in pieces beside the load, and gone with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import seewhy
from seewhy.graph.matrix import precomputed as stored
from seewhy.graph.matrix.precomputed import content, precomputed
from tests.support.later_sample import later_sample

if TYPE_CHECKING:
    from seewhy.api import Graph
    from tests.servers.neo4j import Neo4jServer

SAMPLE = Path(__file__).parents[2] / "loaders" / "sample"
DAY = "2026-11-25"


def made(graph: Graph) -> bytes:
    found = precomputed(graph.session, DAY, make=True)
    assert found is not None
    return content(found.record)


def pieces(server: Neo4jServer) -> int:
    with server.driver() as driver, driver.session(database=server.database) as session:
        return int(session.run("MATCH (d:Derived) RETURN count(d) AS n").data()[0]["n"])


def test_a_matrix_is_stored_with_the_load_and_goes_with_it(
    clean_neo4j: Neo4jServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with seewhy.connect(tmp_path / "graph", write=True) as graph:
        graph.load(SAMPLE, DAY)
        embedded = made(graph)
    monkeypatch.setattr(stored, "LARGE", 1)
    monkeypatch.setattr("seewhy.graph.engines.neo4j.PIECE", 10_000)
    for name, value in clean_neo4j.environment().items():
        monkeypatch.setenv(name, value)
    with seewhy.connect(clean_neo4j.uri, write=True) as graph:
        graph.load(SAMPLE, DAY)
        assert made(graph) == embedded, "both engines decide the same, bit for bit"
        assert pieces(clean_neo4j) > 1
        people = graph.who("c-101", DAY)
        with monkeypatch.context() as patch, seewhy.connect(clean_neo4j.uri) as reader:
            patch.setattr(stored, "from_nothing", lambda *_: pytest.fail("it was made again"))
            assert made(reader) == embedded
            assert reader.who("c-101", DAY).people == people.people
        assert not graph.session.engine.health().problems
        graph.load(later_sample(tmp_path), "2026-11-26")
        assert graph.session.engine.derived(stored._name(graph.session, DAY)) is None
        assert made(graph)
