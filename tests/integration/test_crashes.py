"""kill -9 at random moments of a load: afterwards every row is from before or from after, never a mixture.

The moments are drawn anew in every run. On Neo4j a killed first or fresh load may leave an empty graph, and says so.
"""

from __future__ import annotations

import os
import random
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from seewhy.graph.derivation.tables import GraphTables
from seewhy.graph.engines import Engine, open_engine, writing
from seewhy.graph.errors import EngineUnavailable
from tests.support import small_graph as small

if TYPE_CHECKING:
    from tests.servers.neo4j import Neo4jServer

EMBEDDED_KILLS, NEO4J_KILLS = (int(os.environ.get("SEEWHY_KILLS", few)) for few in (8, 4))

ROWS, BATCH = 1_500, 500
"""Rows of a load on Neo4j, and rows of one of its transactions: a first or fresh load takes several for each kind."""

LOAD = """
import sys
from seewhy.graph.engines import open_engine, writing
from tests.integration.test_crashes import crowd, publish
target, number, fresh, size = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "fresh", int(sys.argv[4])
writing.BATCH = int(sys.argv[5])
before, after = crowd(number - 1, size), crowd(number, size)
engine = open_engine(target, write=True)
print("ready", flush=True)
publish(engine, number, after, None if fresh else before, fresh)
print("done", flush=True)
"""


def crowd(number: int, size: int) -> GraphTables:
    """In load `number` everybody has access `number` and everybody's row says so."""
    ids = [f"p{place}" for place in range(size)]
    people = pl.DataFrame({"id": ids, "name": f"load {number}"})
    rows = pl.DataFrame({"from": ids, "to": "u", **small.DAYS, "access": str(number)})
    units = pl.DataFrame({"id": ["u"], "name": ["U"], "kind": ["team"]})
    return GraphTables({"Person": people, "Unit": units}, {("MEMBER_OF", "Person", "Unit"): rows})


def publish(engine: Engine, number: int, after: GraphTables, before: GraphTables | None, fresh: bool) -> None:
    history = small.history(*(f"{number}" for _ in range(2000)))
    engine.publish(small.load(number), history, after, before=before, fresh=fresh)


def seen(engine: Engine, size: int) -> int:
    """The load that the graph holds, whole, by its rows, its nodes, its loads and its history."""
    rows = engine.read(
        "MATCH (p:Person)-[m:MEMBER_OF]->(u:Unit) "
        "RETURN m.access AS access, p.name AS name, count(m) AS n ORDER BY access"
    )
    assert len(rows) == 1, f"a mixture: {rows}"
    number = int(rows[0]["access"])
    assert rows == [{"access": str(number), "name": f"load {number}", "n": size}]
    assert engine.read("MATCH (p:Person) RETURN count(p) AS n") == [{"n": size}]
    assert engine.loads()[-1] == small.load(number)
    assert engine.history()["people"]["person_id"].unique().to_list() == [str(number)]
    return number


def killed(target: str, number: int, kind: str, size: int, moment: float) -> bool:
    """Start a load in another process and kill it `moment` seconds after its beginning; True when it was killed."""
    process = small.python(LOAD, target, str(number), kind, str(size), str(writing.BATCH))
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        if process.stdout.readline() != "ready\n":
            pytest.fail(process.stderr.read())
        time.sleep(moment)
        process.kill()
        return "done" not in process.stdout.read()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


def test_embedded(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    size = 30_000
    base = tmp_path / "base"
    engine = open_engine(str(base), write=True)
    publish(engine, 1, crowd(1, size), None, False)
    started = time.monotonic()
    publish(open_engine(str(shutil.copytree(base, tmp_path / "timed")), write=True), 2, crowd(2, size), None, False)
    length = time.monotonic() - started
    found: list[int] = []
    kills = 0
    for attempt in range(EMBEDDED_KILLS):
        folder = shutil.copytree(base, tmp_path / f"graph{attempt}")
        reader = open_engine(str(folder))
        moment = random.uniform(0, length)
        kills += killed(str(folder), 2, "fresh" if attempt % 4 == 0 else "delta", size, moment)
        fresh = open_engine(str(folder))
        number = seen(fresh, size)
        assert seen(reader, size) == number, "an open reader and a new one differ"
        found.append(number)
        again = open_engine(str(folder), write=True)
        publish(again, 3, crowd(3, size), None, False)
        assert seen(reader, size) == 3
        assert list(folder.glob("building-*")) == []
        shutil.rmtree(folder)
    assert kills > EMBEDDED_KILLS // 4, f"most loads were over before they were killed: {found}"
    assert set(found) <= {1, 2}
    outcomes = f"{found.count(1)} times the load before, {found.count(2)} times the load after, never a mixture"
    record_property("compared", f"kills, embedded: {EMBEDDED_KILLS}, {kills} of them during a load; {outcomes}")


def answered(target: str, size: int) -> str:
    """The load that a new reader sees, or `empty` when it is told that a load was interrupted."""
    try:
        reader = open_engine(target)
    except EngineUnavailable as error:
        if "is empty: the load that began at" not in error.message:
            raise
        return "empty"
    try:
        return str(seen(reader, size))
    finally:
        reader.close()


@pytest.fixture
def target(clean_neo4j: Neo4jServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.delenv("SEEWHY_GRAPH", raising=False)
    monkeypatch.setenv("SEEWHY_LOAD_ALIVE_SECONDS", "1.5")
    for name, value in clean_neo4j.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(writing, "BATCH", BATCH)
    clean_neo4j.empty()  # plans that were made for a few rows would not do
    yield clean_neo4j.uri
    clean_neo4j.empty()


def test_neo4j(target: str, record_property: Callable[[str, object], None]) -> None:
    size = ROWS
    writer = open_engine(target, write=True)
    publish(writer, 1, crowd(1, size), None, True)
    found: list[str] = []
    kills = 0
    for attempt in range(NEO4J_KILLS):
        kind = ("delta", "fresh")[attempt % 2]
        started = time.monotonic()
        publish(writer, 1, crowd(1, size), None, True)
        length = time.monotonic() - started
        kills += killed(target, 2, kind, size, random.uniform(0, length))
        time.sleep(1.7)
        outcome = answered(target, size)
        found.append(f"{kind} {outcome}")
        if outcome == "empty":
            assert kind == "fresh"
            assert writer.read("MATCH (p:Person) RETURN count(p) AS n") == [{"n": 0}]
    writer.close()
    assert kills >= NEO4J_KILLS // 3, f"most loads were over before they were killed: {found}"
    outcomes = ", ".join(f"{count} times {outcome}" for outcome, count in sorted(Counter(found).items()))
    told = f"{outcomes} (1 is the load before, 2 the load after), never a mixture"
    record_property("compared", f"kills, neo4j: {NEO4J_KILLS}, {kills} of them during a load; {told}")
