"""The Neo4j engine on a real server: what is written comes back, deltas, refusals, loads that run or died."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from seewhy.graph.derivation.tables import GraphTables
from seewhy.graph.engines import Engine, open_engine
from seewhy.graph.engines.doctor import diagnose
from seewhy.graph.engines.embedded import EmbeddedEngine
from seewhy.graph.engines.lease import Lease
from seewhy.graph.engines.neo4j import Neo4jEngine
from seewhy.graph.engines.texts import text
from seewhy.graph.errors import EngineUnavailable, LimitReached, QueryContractError, UnknownEntity
from seewhy.graph.settings import Settings, read_settings
from tests.support import small_graph as small

if TYPE_CHECKING:
    from tests.servers.neo4j import Neo4jServer

ALL = "MATCH (n) WHERE NOT n:Ledger RETURN labels(n) AS l, n.id AS id ORDER BY l, id"


@pytest.fixture
def filled(writer: Neo4jEngine) -> Neo4jEngine:
    writer.publish(small.load(1), small.history("ana"), small.tables(), before=None, fresh=False)
    return writer


def content(engine: Engine) -> tuple[list[dict[str, Any]], ...]:
    """Everything a small graph holds, in a fixed order."""
    return (
        engine.read(
            "MATCH (n) WHERE NOT n:Load AND NOT n:Ledger AND NOT n:LedgerFile "
            "RETURN labels(n)[0] AS l, n.id AS id, n.name AS name, n.email AS email, n.kind AS kind, n.rank AS rank "
            "ORDER BY l, id"
        ),
        engine.read(
            "MATCH (a)-[r]->(b) RETURN type(r) AS t, a.id AS a, b.id AS b, r.since AS since, r.until AS until, "
            "r.access AS access, r.manager AS manager, r.position AS position, r.source AS source "
            "ORDER BY t, a, b, since, source"
        ),
    )


def test_what_goes_in_comes_out_with_its_type(filled: Neo4jEngine, server: Neo4jServer) -> None:
    reader = open_engine(server.uri.replace("bolt://", "neo4j://"))
    people = reader.read("MATCH (p:Person) RETURN p.id AS id, p.name AS name, p.email AS email ORDER BY id")
    assert people == sorted(small.tables().nodes["Person"].to_dicts(), key=lambda row: row["id"])
    ana = [row for row in reader.read(small.MEMBERS) if row["person"] == "ana"]
    assert ana == [
        {"person": "ana", "unit": "7", "since": "0000-01-01", "access": "view", "manager": True, "position": 1},
        {"person": "ana", "unit": "7", "since": "2020-01-01", "access": "edit", "manager": False, "position": None},
    ]
    nodes, edges = content(reader)
    assert (len(nodes), len(edges)) == small.tables().size
    assert reader.loads() == (small.load(1),)
    assert reader.history()["people"].equals(small.history("ana")["people"])
    assert reader.history()["work"].schema == small.history()["work"].schema
    assert isinstance(reader, Engine)
    assert diagnose(reader).problems == ()
    assert diagnose(reader).nodes == {"Everyone": 1, "Person": len(small.IDS) + 1, "Unit": 2}
    reader.close()


def test_both_engines_hold_the_same(filled: Neo4jEngine) -> None:
    def key(row: dict[str, Any]) -> str:
        return repr(row)

    scratch = EmbeddedEngine.scratch(small.tables())
    for ours, theirs in zip(content(scratch), content(filled), strict=True):
        assert sorted(ours, key=key) == sorted(theirs, key=key)


def test_a_delta_leaves_what_a_fresh_load_would(filled: Neo4jEngine) -> None:
    after = small.tables(
        kind="office", extra=({"from": "x", "to": "7", "since": "2021-01-01"},), without=("007", "true")
    )
    filled.publish(small.load(2), small.history("ana", "bo"), after, before=small.tables(), fresh=False)
    by_delta = content(filled)
    assert filled.loads() == (small.load(1), small.load(2))
    assert len(filled.history()["people"]) == 2
    assert filled.read("MATCH (u:Unit {id: '7'}) RETURN labels(u) AS l") == [{"l": ["Unit", "Office"]}]
    filled.publish(small.load(3), small.history("bo"), after, before=after, fresh=True)
    assert content(filled) == by_delta
    assert filled.loads() == (small.load(3),)
    assert tuple(map(len, by_delta)) == after.size


def test_an_unchanged_history_is_not_written_again(filled: Neo4jEngine, server: Neo4jServer) -> None:
    def pieces() -> list[dict[str, Any]]:
        return server.rows("MATCH (h:LedgerFile) RETURN h.id AS id, elementId(h) AS e ORDER BY id")

    before = pieces()
    tables = small.tables()
    filled.publish(small.load(2), small.history("ana"), tables, before=tables, fresh=False)
    assert pieces() == before
    filled.publish(small.load(3), small.history("bo"), tables, before=tables, fresh=False)
    assert [row["id"] for row in pieces()] == ["people#0", "work#0"]
    assert pieces()[0] != before[0]


def test_history_larger_than_a_piece(writer: Neo4jEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seewhy.graph.engines.writing.PIECE", 100)
    history = small.history(*(f"person-{n}" for n in range(500)))
    writer.publish(small.load(1), history, small.tables(), before=None, fresh=False)
    assert writer.history()["people"].equals(history["people"])


def test_many_batches(writer: Neo4jEngine, server: Neo4jServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seewhy.graph.engines.writing.BATCH", 500)
    n = 2_345
    cases = pl.DataFrame({"id": [f"c{i}" for i in range(n)], "name": "a case"})
    profiles = pl.DataFrame({"id": ["f0", "f1", "f2"], "name": "a profile"})
    edges = pl.DataFrame({"from": cases["id"], "to": [f"f{i % 3}" for i in range(n)], **small.DAYS})
    tables = GraphTables(
        {"CaseFile": cases, "AccessProfile": profiles}, {("HAS_PROFILE", "CaseFile", "AccessProfile"): edges}
    )
    seen: list[tuple[str, int, int]] = []
    writer.publish(small.load(1), {}, tables, before=None, fresh=False, progress=lambda *step: seen.append(step))
    assert writer.health().nodes == {"AccessProfile": 3, "CaseFile": n}
    assert writer.health().relationships == {"HAS_PROFILE": n}
    assert seen[-1] == ("HAS_PROFILE", 2 * n + 3, 2 * n + 3)
    assert [done for _, done, _ in seen] == sorted(done for _, done, _ in seen)


def test_an_end_that_is_no_node_leaves_the_graph_as_it_was(filled: Neo4jEngine) -> None:
    before = content(filled)
    wrong = small.tables(extra=({"from": "ghost", "to": "7"},))
    with pytest.raises(EngineUnavailable, match="1 `MEMBER_OF` relationships begin or end at nothing"):
        filled.publish(small.load(2), {}, wrong, before=small.tables(), fresh=False)
    assert content(filled) == before
    assert filled.loads() == (small.load(1),)
    assert filled.history().keys() == {"people", "work"}


def test_a_first_load_that_fails_leaves_an_empty_graph_and_says_so(writer: Neo4jEngine, server: Neo4jServer) -> None:
    wrong = small.tables(extra=({"from": "ghost", "to": "7"},))
    with pytest.raises(EngineUnavailable, match="begin or end at nothing"):
        writer.publish(small.load(1), {}, wrong, before=None, fresh=False)
    assert server.rows("MATCH (n) WHERE NOT n:Ledger RETURN count(n) AS n") == [{"n": 0}]
    with pytest.raises(EngineUnavailable, match="is empty: the load was interrupted"):
        open_engine(server.uri)
    writer.publish(small.load(1), {}, small.tables(), before=None, fresh=False)
    assert writer.loads() == (small.load(1),)
    open_engine(server.uri).close()


def test_an_empty_database_and_a_load_that_was_never_published(server: Neo4jServer, writer: Neo4jEngine) -> None:
    with pytest.raises(EngineUnavailable, match="there is no graph at") as caught:
        open_engine(server.uri)
    assert "seewhy load" in caught.value.hint
    assert (writer.loads(), writer.history()) == ((), {})
    with writer.loading():
        pass
    assert server.rows("MATCH (n) RETURN count(n) AS n") == [{"n": 0}]
    assert diagnose(writer).problems == (f"the graph `{server.uri}` is empty",)


def test_foreign_data_is_refused_and_untouched(server: Neo4jServer, writer: Neo4jEngine) -> None:
    server.rows("CREATE (:Movie {id: 'm'})-[:LIKES]->(:Person {id: 'p'})")
    message = r"the database `neo4j` at `.*` holds data that SeeWhy did not load, for example `(Movie|Person)`"
    with pytest.raises(EngineUnavailable, match=message):
        open_engine(server.uri)
    for fresh in (False, True):
        with pytest.raises(EngineUnavailable, match=message):
            writer.publish(small.load(1), {}, small.tables(), before=None, fresh=fresh)
    assert len(server.rows("MATCH (n) RETURN n.id AS id")) == 2


def test_foreign_data_beside_a_graph_is_refused(server: Neo4jServer, filled: Neo4jEngine) -> None:
    server.rows("CREATE (:Movie {id: 'm'})")
    with pytest.raises(EngineUnavailable, match="for example `Movie`"):
        filled.publish(small.load(2), {}, small.tables(), before=None, fresh=True)
    assert any("Movie" in problem for problem in diagnose(filled).problems)
    assert len(filled.read(small.MEMBERS)) > 0


def test_a_question_cannot_write(filled: Neo4jEngine, server: Neo4jServer) -> None:
    with pytest.raises(QueryContractError, match="cannot run a query of SeeWhy"):
        filled.read("CREATE (p:Person {id: 'new'}) RETURN p.id AS id")
    reader = open_engine(server.uri)
    with pytest.raises(EngineUnavailable, match="opened for reading only"):
        reader.publish(small.load(2), {}, small.tables(), before=None, fresh=False)
    reader.close()


def test_a_question_stops_at_its_time_limit(filled: Neo4jEngine) -> None:
    slow = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b WITH a, b WHERE a * b < 0 RETURN count(*) AS n"
    with pytest.raises(LimitReached, match=r"stopped after 0\.3 s"):
        filled.read(slow, timeout=0.3)


def test_two_loads_at_once(filled: Neo4jEngine, server: Neo4jServer) -> None:
    other = open_engine(server.uri, write=True)
    with filled.loading():
        with (
            pytest.raises(EngineUnavailable, match=r"another load of this graph is running \(since 20"),
            other.loading(),
        ):
            pytest.fail("two loads held the same graph")
        assert len(other.read(small.MEMBERS)) > 0, "a question is answered while a load is checking"
    with other.loading():
        pass
    other.close()


def test_questions_beside_a_first_load(filled: Neo4jEngine, server: Neo4jServer) -> None:
    reader = open_engine(server.uri)
    said: list[str] = []

    def ask(what: str, done: int, total: int) -> None:
        for question in (lambda: reader.read(small.MEMBERS), reader.loads, lambda: open_engine(server.uri)):
            with pytest.raises(EngineUnavailable) as caught:
                question()
            said.append(caught.value.message[:28])

    filled.publish(small.load(2), {}, small.tables(), before=None, fresh=True, progress=ask)
    assert set(said) == {"a load has been running since"[:28]}
    assert len(reader.read(small.MEMBERS)) > 0
    reader.close()


def test_questions_beside_a_delta_see_before_or_after(filled: Neo4jEngine, server: Neo4jServer) -> None:
    reader = open_engine(server.uri)
    before, after = small.tables(), small.tables(extra=({"from": "x", "to": ""}, {"from": "0", "to": ""}))
    sizes: set[int] = set()
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            sizes.add(len(reader.read(small.MEMBERS)))

    thread = threading.Thread(target=ask)
    thread.start()
    for number in range(2, 12):
        filled.publish(small.load(number), {}, after, before=before, fresh=False)
        before, after = after, before
    stop.set()
    thread.join()
    assert sizes <= {len(small.IDS) + 2, len(small.IDS) + 4}
    reader.close()


def test_a_snapshot_notices_a_load(filled: Neo4jEngine, server: Neo4jServer) -> None:
    reader = open_engine(server.uri)
    with reader.snapshot():
        reader.read(small.MEMBERS)
    with pytest.raises(EngineUnavailable, match="a load was published while"), reader.snapshot():
        filled.publish(small.load(2), {}, small.tables(), before=small.tables(), fresh=False)
    # What half a load looks like to a question must not be told as an answer: an unknown id, a missing row.
    def ask(*, loaded: bool) -> None:
        if loaded:
            filled.publish(small.load(3), {}, small.tables(), before=small.tables(), fresh=False)
        raise UnknownEntity("unknown person `ana`")

    with pytest.raises(EngineUnavailable, match="a load was published while"), reader.snapshot():
        ask(loaded=True)
    with pytest.raises(UnknownEntity), reader.snapshot():
        ask(loaded=False)
    reader.close()


def test_a_snapshot_does_not_answer_from_half_a_fresh_load(filled: Neo4jEngine, server: Neo4jServer) -> None:
    reader = open_engine(server.uri)
    lease = Lease(filled._server.write, 60)

    def ask() -> None:
        assert lease.begin()
        lease.enter("batches")
        reader.read(small.MEMBERS)

    with pytest.raises(EngineUnavailable, match="a load has been running since"), reader.snapshot():
        ask()
    lease.enter("checking")
    lease.release()
    with reader.snapshot():
        assert len(reader.read(small.MEMBERS)) == len(small.IDS) + 2
    reader.close()


def _dead(engine: Neo4jEngine, server: Neo4jServer, phase: str) -> None:
    """What a killed load leaves: its node, past `alive_until`."""
    lease = Lease(engine._server.write, 60)
    assert lease.begin()
    lease.enter(phase)
    lease._stop.set()
    server.rows("MATCH (l:Load {id: 'running'}) SET l.alive_until = timestamp() - 1")


@pytest.mark.parametrize("phase", ["checking", "committing"])
def test_a_load_that_died_beside_a_whole_graph_is_cleared_away(
    filled: Neo4jEngine, server: Neo4jServer, phase: str
) -> None:
    _dead(filled, server, phase)
    reader = open_engine(server.uri)
    assert len(reader.read(small.MEMBERS)) == len(small.IDS) + 2
    assert server.rows("MATCH (l:Load {id: 'running'}) RETURN l.id AS id") == []
    reader.close()


def test_a_first_load_that_died_is_undone_by_the_next_question(filled: Neo4jEngine, server: Neo4jServer) -> None:
    reader = open_engine(server.uri)
    _dead(filled, server, "batches")
    assert "was interrupted" in diagnose(filled).problems[0]
    for _ in range(2):
        with pytest.raises(EngineUnavailable, match=r"is empty: the load that began at 20.* was interrupted"):
            reader.read(small.MEMBERS)
    assert server.rows(ALL) == []
    with filled.loading():
        assert (filled.loads(), filled.history()) == ((), {})
        filled.publish(small.load(1), {}, small.tables(), before=None, fresh=False)
    assert len(reader.read(small.MEMBERS)) > 0
    reader.close()


def test_a_load_that_is_taken_over_stops(filled: Neo4jEngine, server: Neo4jServer) -> None:
    before = content(filled)
    with filled.loading():
        server.rows("MATCH (l:Load {id: 'running'}) SET l.owner = 'somebody else'")
        for fresh in (False, True):
            with pytest.raises(EngineUnavailable, match="given up by another command"):
                filled.publish(small.load(2), {}, small.tables(), before=small.tables(), fresh=fresh)
    server.rows("MATCH (l:Load {id: 'running'}) DELETE l")
    assert content(filled) == before


def test_a_heartbeat_keeps_a_load_alive(filled: Neo4jEngine, server: Neo4jServer) -> None:
    short = Neo4jEngine.open(server.uri, Settings(seewhy_load_alive_seconds=1))
    writer = Neo4jEngine.open(server.uri, Settings(seewhy_load_alive_seconds=1), write=True)
    with writer.loading():
        first = server.rows("MATCH (l:Load {id: 'running'}) RETURN l.alive_until AS t")[0]["t"]
        threading.Event().wait(1.6)
        row = server.rows("MATCH (l:Load {id: 'running'}) RETURN l.alive_until AS t, timestamp() AS now")[0]
        assert first < row["now"] < row["t"]
        short.read(small.MEMBERS)
    short.close()
    writer.close()


def test_another_model(filled: Neo4jEngine, server: Neo4jServer) -> None:
    server.rows("MATCH (s:Ledger {id: 'state'}) SET s.model = 99")
    with pytest.raises(EngineUnavailable, match="has graph model 99, this SeeWhy reads model") as caught:
        open_engine(server.uri)
    assert caught.value.hint == "use the newer SeeWhy that wrote it"


def test_a_driver_that_is_already_open(filled: Neo4jEngine, server: Neo4jServer) -> None:
    with server.driver() as driver:
        engine = open_engine(driver)
        assert len(engine.read(small.MEMBERS)) > 0
        assert engine.version.startswith("5.")
        engine.close()
        driver.verify_connectivity()


def test_logins_and_addresses_that_fail(server: Neo4jServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        free = listener.getsockname()[1]
    for address in (f"bolt://127.0.0.1:{free}", f"neo4j://127.0.0.1:{free}"):
        with pytest.raises(EngineUnavailable, match=f"^no Neo4j server answers at `{address}`$"):
            open_engine(address, Settings(seewhy_retry_seconds=0))
    with pytest.raises(EngineUnavailable, match="is not known by that name"):
        open_engine("bolt://no-such-host.invalid:7687", Settings(seewhy_retry_seconds=0))
    monkeypatch.setenv("NEO4J_DATABASE", "nowhere")
    with pytest.raises(EngineUnavailable, match="has no database `nowhere`"):
        open_engine(server.uri)
    monkeypatch.delenv("NEO4J_DATABASE")
    monkeypatch.setenv("NEO4J_PASSWORD", "wrong-password")
    with pytest.raises(EngineUnavailable, match="refuses the login of `neo4j`: wrong user or password") as caught:
        open_engine(server.uri)
    assert "wrong-password" not in caught.value.message + caught.value.hint
    monkeypatch.delenv("NEO4J_PASSWORD")
    monkeypatch.delenv("NEO4J_USERNAME")
    with pytest.raises(EngineUnavailable, match="asks for a login"):
        open_engine(server.uri)


def test_something_that_is_no_neo4j() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(100)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        address = f"bolt://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(EngineUnavailable, match="is not Neo4j's Bolt protocol"):
            open_engine(address, read_settings())
        thread.join()


def test_reading_texts_of_the_engine_give_no_warning(filled: Neo4jEngine, server: Neo4jServer) -> None:
    with server.driver() as driver:
        for name in ("load/state", "load/finished_loads", "load/history", "load/history_digests"):
            summary = driver.execute_query("EXPLAIN " + text(name), database_=server.database).summary
            raised = [status for status in summary.gql_status_objects if status.is_notification]
            assert raised == []
