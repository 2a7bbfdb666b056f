"""The tests of the HTTP interface, on Neo4j: one graph with all schemes, loaded once."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

import pytest

import seewhy
from seewhy.loaders.load import load_folder
from tests.unit.http.conftest import DAY, Client
from tests.unit.http.test_anything import *  # noqa: F403
from tests.unit.http.test_authzen import *  # noqa: F403  they run once more here
from tests.unit.http.test_limits import *  # noqa: F403
from tests.unit.http.test_page import *  # noqa: F403
from tests.unit.http.test_questions import *  # noqa: F403

if TYPE_CHECKING:
    from tests.servers.neo4j import Neo4jServer


@pytest.fixture(scope="module")
def sample_of_http(neo4j_server: Neo4jServer) -> Iterator[seewhy.Graph]:
    neo4j_server.empty(plans=False)
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("SEEWHY_GRAPH", raising=False)
        for name, value in neo4j_server.environment().items():
            environment.setenv(name, value)
        with (
            seewhy.connect(neo4j_server.uri, write=True) as graph,
            as_file(files("seewhy.loaders") / "sample") as folder,
        ):
            load_folder(graph.session.engine, folder, as_of=DAY)
            yield graph


@pytest.fixture
def client(sample_of_http: seewhy.Graph) -> Client:
    return Client(sample_of_http)


@pytest.fixture
def part() -> int:
    """One person and one case in so many are asked about: a question takes ten times as long here."""
    return 6
