"""A `py2neo.Graph` that somebody's scripts already hold: it reads what SeeWhy wrote, and SeeWhy asks through it.

In a process of its own: py2neo is unmaintained, warns about Python itself, and leaves its sockets open.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from seewhy.graph.engines import open_engine
from seewhy.graph.engines.doctor import diagnose
from tests.support import small_graph as small

if TYPE_CHECKING:
    from tests.servers.neo4j import Neo4jServer

THROUGH_PY2NEO = """
import json, os, warnings
warnings.simplefilter("ignore")
import py2neo
from seewhy.graph.engines import open_engine
from seewhy.graph.engines.doctor import diagnose
from seewhy.graph.errors import SeeWhyError
from tests.support import small_graph as small
graph = py2neo.Graph(os.environ["NEO4J_URI"], auth=(os.environ["NEO4J_USERNAME"], os.environ["NEO4J_PASSWORD"]))
try:
    engine = open_engine(graph)
    answer = {
        "target": engine.target,
        "members": engine.read(small.MEMBERS),
        "echo": engine.read("RETURN $x AS x", {"x": small.IDS}),
        "doctor": diagnose(engine).as_dict(),
        "by py2neo": sorted(node["id"] for node in graph.nodes.match("Person")),
    }
    engine.loading()
except SeeWhyError as error:
    answer = {**locals().get("answer", {}), "refused": error.message}
print(json.dumps(answer))
"""


def through_py2neo() -> dict[str, Any]:
    process = small.python(THROUGH_PY2NEO)
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    answer: dict[str, Any] = json.loads(output)
    return answer


def test_py2neo(clean_neo4j: Neo4jServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in clean_neo4j.environment().items():
        monkeypatch.setenv(name, value)
    assert through_py2neo()["refused"].startswith("there is no graph at")
    writer = open_engine(clean_neo4j.uri, write=True)
    writer.publish(small.load(1), small.history("ana"), small.tables(), before=None, fresh=False)
    answer = through_py2neo()
    assert answer["target"] == clean_neo4j.uri
    assert answer["members"] == writer.read(small.MEMBERS)
    assert answer["echo"] == [{"x": small.IDS}]
    assert answer["doctor"] == json.loads(json.dumps(diagnose(writer).as_dict()))
    assert answer["by py2neo"] == sorted(["ana", *small.IDS])
    assert answer["refused"] == "a py2neo graph can be asked, not loaded"
    running = "CREATE (:Load {id: 'running', phase: 'batches', started: 'noon', alive_until: timestamp() + 60000})"
    clean_neo4j.rows(running)
    assert through_py2neo() == {"refused": "a load has been running since noon"}
    writer.close()
