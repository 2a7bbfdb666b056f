"""Backup and restore from one engine to the other, upgrade and forget on a server: the answers of both are compared."""

from __future__ import annotations

import hashlib
import io
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

import seewhy
from seewhy.graph.derivation.derive import derive
from seewhy.graph.engines import open_engine
from seewhy.graph.engines.doctor import diagnose
from seewhy.graph.engines.stored_tables import stored_tables
from seewhy.graph.errors import ConfigurationError, EngineUnavailable
from seewhy.loaders.backup import back_up, open_backup, restore
from seewhy.loaders.forget import forget
from seewhy.loaders.upgrade import upgrade
from tests.support.later_sample import SAMPLE, later_sample
from tests.support.leaver import DAYS, ID, TRACES, answers, leaver_folders, load_both

if TYPE_CHECKING:
    from seewhy.graph.engines import Engine
    from tests.servers.neo4j import Neo4jServer

FIRST_VERSION = Path(__file__).parents[1] / "data" / "first_version.tar.gz"


def saved(target: object, file: Path) -> Path:
    content = io.BytesIO()
    engine = open_engine(target)
    back_up(engine, content)
    engine.close()
    file.write_bytes(content.getvalue())
    return file


def restored(file: Path, target: object, *, fresh: bool = False) -> None:
    engine = open_engine(target, write=True)
    try:
        with open_backup(file) as backup:
            restore(backup, engine, fresh=fresh)
    finally:
        engine.close()


def test_a_backup_goes_from_engine_to_engine_and_somebody_is_forgotten_there(
    server: Neo4jServer, tmp_path: Path
) -> None:
    graph = tmp_path / "graph"
    load_both(graph, leaver_folders(tmp_path))
    true = answers(graph, few=True)
    restored(saved(graph, tmp_path / "a.tar"), server.uri)
    assert answers(server.uri, few=True) == true
    with pytest.raises(ConfigurationError, match="holds load-0002 as of 2026-11-25 already"):
        restored(tmp_path / "a.tar", server.uri)
    restored(saved(server.uri, tmp_path / "b.tar"), tmp_path / "back")
    assert answers(tmp_path / "back", few=True) == true

    here, there = (open_engine(target, write=True) for target in (graph, server.uri))
    there.keep_derived("matrix", b"of " + TRACES[0])
    with pytest.raises(ConfigurationError, match="in the current snapshot"):
        forget(there, "ana")
    assert forget(there, ID).rows == forget(here, ID).rows
    assert diagnose(there).problems == ()
    tables = derive(here.history(), DAYS[1])
    frames = {**tables.nodes, **tables.relationships, **here.history()}
    assert content(there) == {name: rows(frame) for name, frame in frames.items()}
    held = server.rows("MATCH (n) RETURN properties(n) AS p UNION ALL MATCH ()-[r]->() RETURN properties(r) AS p")
    texts = [value for row in held for value in row["p"].values() if isinstance(value, str | bytes | bytearray)]
    stored = b"\n".join(one.encode() if isinstance(one, str) else bytes(one) for one in texts)
    assert not [trace for trace in TRACES if trace in stored]
    assert not any(TRACES[0] in str(frame.rows()).encode() for frame in there.history().values())
    there.close()


def content(engine: Engine) -> dict[object, list[tuple[object, ...]]]:
    """Every node and relationship, and the history."""
    tables = stored_tables(engine.read)
    frames = {**tables.nodes, **tables.relationships, **engine.history()}
    return {name: rows(frame) for name, frame in frames.items()}


def rows(frame: pl.DataFrame) -> list[tuple[object, ...]]:
    return sorted(frame.rows(), key=repr)


def test_a_graph_of_the_first_version_on_a_server_is_upgraded(server: Neo4jServer, tmp_path: Path) -> None:
    """The first version stored the same ledger, as it lies in the fixture, and kept no account of it."""
    load_both(server.uri, (SAMPLE, later_sample(tmp_path)))
    engine = open_engine(server.uri, write=True, older=True)
    true = content(engine)
    with tarfile.open(FIRST_VERSION) as tar:
        tar.extractall(tmp_path / "first", filter="data")
    server.rows("MATCH (s:Ledger) SET s.model = 1, s.loads = null, s.history = null, s.size = null")
    server.rows("MATCH (l:Load) SET l.model = 1, l.schemes = null")
    server.rows("MATCH (h:LedgerFile) DELETE h")
    server.rows("MATCH ()-[r]->() WHERE r.until = 'open' SET r.until = '9999-12-31'")
    server.rows("MATCH (p:Person {id: 'ana'})-[r:MEMBER_OF]->() DELETE r")
    server.rows("MATCH (p:Person {id: 'bo'}), (u:Unit {id: 'north'}) CREATE (p)-[:NO_LONGER_MADE]->(u)")
    ledger = sorted((tmp_path / "first/graph/generation-000002/history").iterdir())
    for file in ledger:
        given = {"id": f"{file.stem}#0", "stem": file.stem, "part": 0, "digest": "x", "bytes": file.read_bytes()}
        server.rows("CREATE (h:LedgerFile) SET h = $given", given=given)
    with pytest.raises(EngineUnavailable, match="has graph model 1") as refused:
        seewhy.connect(server.uri)
    assert f"run `seewhy upgrade --graph {server.uri}`" in refused.value.hint
    with pytest.raises(EngineUnavailable, match="the history of `access_rules` is not as it was stored"):
        upgrade(engine)
    digests = {file.stem: hashlib.sha256(file.read_bytes()).hexdigest() for file in ledger}
    server.rows("MATCH (h:LedgerFile) SET h.digest = $digests[h.stem]", digests=digests)
    assert upgrade(engine, dry_run=True).model == 1
    assert server.rows("MATCH (s:Ledger) RETURN s.model AS model") == [{"model": 1}]
    assert upgrade(engine).reasons == ("it has graph model 1, this SeeWhy writes model 2",)
    assert upgrade(engine).reasons == ()
    assert content(engine) == true
    assert diagnose(engine).problems == ()
    assert [(load.id, load.model) for load in engine.loads()] == [("load-0001", 2), ("load-0002", 2)]
    engine.close()
    assert server.rows("MATCH ()-[r:NO_LONGER_MADE]->() RETURN count(r) AS n") == [{"n": 0}]
