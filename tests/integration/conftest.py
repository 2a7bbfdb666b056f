"""A Neo4j without data that the settings name, and an engine that writes to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from seewhy.graph.engines import open_engine
from seewhy.graph.engines.neo4j import Neo4jEngine

if TYPE_CHECKING:
    from tests.servers.neo4j import Neo4jServer


@pytest.fixture
def server(clean_neo4j: Neo4jServer, monkeypatch: pytest.MonkeyPatch) -> Neo4jServer:
    monkeypatch.delenv("SEEWHY_GRAPH", raising=False)
    for name, value in clean_neo4j.environment().items():
        monkeypatch.setenv(name, value)
    return clean_neo4j


@pytest.fixture
def writer(server: Neo4jServer) -> Iterator[Neo4jEngine]:
    engine = open_engine(server.uri, write=True)
    assert isinstance(engine, Neo4jEngine)
    yield engine
    engine.close()
