"""What somebody deletes or changes by hand in the database is said by the questions that need it, and by `doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seewhy.graph.derivation.periods import as_stored_before
from seewhy.graph.derivation.tables import GraphTables
from seewhy.graph.engines import open_engine
from seewhy.graph.engines.doctor import diagnose
from seewhy.graph.engines.neo4j import Neo4jEngine
from seewhy.graph.engines.repair import repair
from seewhy.graph.errors import EngineUnavailable
from tests.support import small_graph as small

if TYPE_CHECKING:
    from tests.servers.neo4j import Neo4jServer


@pytest.fixture
def twice(writer: Neo4jEngine) -> Neo4jEngine:
    """A graph of two loads."""
    writer.publish(small.load(1), small.history("ana"), small.tables(), before=None, fresh=False)
    writer.publish(small.load(2), small.history("ana", "bo"), small.tables(), before=small.tables(), fresh=False)
    return writer


def test_history_and_loads_by_hand(twice: Neo4jEngine, server: Neo4jServer) -> None:
    assert diagnose(twice).problems == ()
    assert repair(server.uri).fault == ""
    damages = [
        ("MATCH (h:LedgerFile {stem: 'work'}) DELETE h", "the history of `work` is missing", "history"),
        ("MATCH (h:LedgerFile {stem: 'people'}) SET h.bytes = null", "the history of `people` is not as it", "history"),
        ("MATCH (h:LedgerFile {stem: 'people'}) SET h.stem = 'work'", "the history of `work` is not as", "history"),
        ("MATCH (l:Load {id: 'load-0001'}) DELETE l", "the record of `load-0001` is missing", "loads"),
        ("MATCH (l:Load {id: 'load-0002'}) SET l.as_of = '2020-01-01'", "the record of `load-0002` is not as", "loads"),
        ("MATCH (l:Load {id: 'load-0001'}) SET l.id = 'load-0003'", "the record of `load-0001` is missing", "loads"),
        ("CREATE (:Load {id: 'load-0003', finished: 'noon'})", "the record of `load-0003` was not written", "loads"),
    ]
    for query, told, asked in damages:
        server.rows(query)
        reader = open_engine(server.uri)
        with pytest.raises(EngineUnavailable, match=told) as caught:
            getattr(reader, asked)()
        assert "load the source folder again with `--fresh`" in caught.value.hint
        with pytest.raises(EngineUnavailable, match=told), reader.snapshot():
            getattr(reader, asked)()
        reader.close()
        if asked == "history":
            assert any(told in problem for problem in diagnose(twice).problems)
        with pytest.raises(EngineUnavailable, match=told):
            repair(server.uri)
        tables = small.tables()
        twice.publish(small.load(1), small.history("ana"), tables, before=None, fresh=True)
        twice.publish(small.load(2), small.history("ana", "bo"), tables, before=tables, fresh=False)
    assert diagnose(twice).problems == ()


def test_nodes_and_the_state_by_hand(twice: Neo4jEngine, server: Neo4jServer) -> None:
    server.rows("MATCH (p:Person {id: 'ana'}) DETACH DELETE p")
    people, members = small.tables().size
    (problem,) = diagnose(twice).problems
    assert f"the graph holds {people - 1} nodes and" in problem
    assert f"its load wrote {people} and {members}" in problem
    with pytest.raises(EngineUnavailable, match="its load wrote"):
        repair(server.uri)
    server.rows("MATCH (s:Ledger) DETACH DELETE s")
    with pytest.raises(EngineUnavailable, match="is damaged: its state"):
        open_engine(server.uri)
    with pytest.raises(EngineUnavailable, match="is damaged: its state"), twice.loading():
        pass


def test_a_graph_made_before_digests(twice: Neo4jEngine, server: Neo4jServer) -> None:
    """The last day of the calendar stood for an open end there, and the state kept no account."""
    server.rows("MATCH ()-[r]->() WHERE r.until = 'open' SET r.until = '9999-12-31'")
    server.rows("MATCH (s:Ledger) SET s.loads = null, s.history = null, s.size = null")
    reader = open_engine(server.uri)
    assert [load.id for load in reader.loads()] == ["load-0001", "load-0002"]
    assert len(reader.history()["people"]) == 2
    assert diagnose(twice).problems == ()
    assert "made before its history had digests" in diagnose(twice).notes[0]
    tables = small.tables()
    assert isinstance(tables, GraphTables)
    assert as_stored_before(tables.relationships["MEMBER_OF", "Person", "Unit"])["until"].max() == "9999-12-31"
    twice.publish(small.load(3), small.history("ana", "bo"), tables, before=tables, fresh=False)
    assert reader.read("MATCH ()-[r]->() WHERE r.until = '9999-12-31' RETURN count(r) AS n") == [{"n": 0}]
    assert [load.id for load in reader.loads()] == ["load-0001", "load-0002", "load-0003"]
    assert diagnose(twice).notes == ()
    reader.close()
