"""A new load while requests run, on Neo4j: each answer is of one load, or says that the graph cannot be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.http.test_loads import *  # noqa: F403  they run once more here

if TYPE_CHECKING:
    from tests.servers.neo4j import Neo4jServer


@pytest.fixture
def target(clean_neo4j: Neo4jServer, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.delenv("SEEWHY_GRAPH", raising=False)
    for name, value in clean_neo4j.environment().items():
        monkeypatch.setenv(name, value)
    return clean_neo4j.uri
