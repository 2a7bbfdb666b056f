"""The access matrix of today is made beside the answers, once per load and day."""

from __future__ import annotations

from threading import Thread

import pytest

import seewhy
from seewhy.graph.change.kept_matrix import begin
from seewhy.graph.days import day
from seewhy.graph.matrix.precomputed import precomputed
from seewhy.http import prepared
from tests.unit.http.conftest import Client


def test_the_matrix_of_today_is_made_beside_the_answers(
    sample_of_http: seewhy.Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Thread] = []
    monkeypatch.setattr(prepared, "LARGE", 1)
    monkeypatch.setattr(prepared, "begin", lambda *about: begun.append(begin(*about)))
    client, today = Client(seewhy.Graph(sample_of_http.session.engine)), day(None)
    told = [client.send("GET", "/v1/what", params={"person": "rosa"}).json() for _ in range(2)]
    assert len(begun) == 1
    begun[0].join()
    assert precomputed(client.graph.session, today, make=False) is not None
    assert [client.send("GET", "/v1/what", params={"person": "rosa"}).json(), told[1]] == told
