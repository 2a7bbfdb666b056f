"""A client of the interface to the sample organisation, in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from json import dumps
from typing import Any

import anyio
import httpx
import pytest

import seewhy
from seewhy.http.application import application
from seewhy.loaders.load import load_folder
from tests.app.conftest import DAY

KIND = {"content-type": "application/json"}
BASE = "http://127.0.0.1:8600"
AS_OF = {"as_of": DAY}


class Client:
    """Sends requests to an application without a socket; every answer is read whole."""

    def __init__(self, graph: seewhy.Graph) -> None:
        self.graph = graph
        self.app = application(graph)

    def send(self, method: str, path: str, **what: Any) -> httpx.Response:
        return self.together([(method, path, what)])[0]

    def together(self, requests: list[tuple[str, str, dict[str, Any]]]) -> list[httpx.Response]:
        """The answers to requests that are all sent at once."""

        async def sent() -> list[httpx.Response]:
            transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=BASE, timeout=60) as client:
                return await asyncio.gather(*(client.request(how, path, **what) for how, path, what in requests))

        # In a thread of its own: a worker that has a browser open has an event loop in this one.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(anyio.run, sent).result()

    def post(self, path: str, body: Any) -> Any:
        """The JSON of a POST that has to succeed."""
        response = self.send("POST", path, content=dumps(body), headers=KIND)
        assert response.status_code == 200, response.text
        return response.json()

    def refused(self, path: str, body: Any, status: int = 400) -> str:
        """The sentence of a POST that has to be refused."""
        response = self.send("POST", path, json=body)
        assert (response.status_code, type(response.json())) == (status, str), response.text
        return str(response.json())


@pytest.fixture(scope="session")
def sample_of_http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[seewhy.Graph]:
    from importlib.resources import as_file, files

    with (
        seewhy.connect(tmp_path_factory.mktemp("http") / "graph", write=True) as graph,
        as_file(files("seewhy.loaders") / "sample") as folder,
    ):
        load_folder(graph.session.engine, folder, as_of=DAY)
        yield graph


@pytest.fixture
def client(sample_of_http: seewhy.Graph) -> Client:
    return Client(sample_of_http)


@pytest.fixture
def part() -> int:
    """One person and one case in so many are asked about."""
    return 1
