"""SeeWhy's own endpoints: the JSON of the Python interface, and what is wrong in one sentence."""

from __future__ import annotations

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import anyio
import pytest

import seewhy
from seewhy.graph.errors import EngineUnavailable, LimitReached
from seewhy.http import bodies
from seewhy.http.application import METADATA, application
from seewhy.http.metrics import Measures
from seewhy.http.questions import ENDPOINTS
from tests.unit.http.conftest import DAY, Client

ASKED: dict[str, dict[str, Any]] = {
    "check": {"person": "sam", "case": "c-102", "as_of": DAY, "action": "search"},
    "why": {"person": "sam", "case": "c-102", "as_of": DAY},
    "who": {"case": "c-101", "as_of": DAY},
    "what": {"person": "ana", "as_of": DAY},
    "person": {"person": "ana", "as_of": DAY},
    "row": {"file": "memberships.csv", "row": "4", "as_of": DAY},
    "diff": {"from": "2026-02-28", "to": "2026-03-02", "case": "m-104"},
    "findings": {"rule": "MEM-23", "as_of": DAY},
    "timeline": {"person": "farid", "case": "m-101"},
    "whatif": {"changes": {"end": {"memberships": [{"person_id": "sam", "unit_id": "fraud"}]}}, "as_of": DAY},
    "eligible": {"kind": "assign", "case": "c-101", "as_of": DAY},
    "test": {
        "assertions": f"name: x\nas_of: {DAY}\ntests:\n"
        "  - check: {person: sam, case: c-102}\n    expect: {value: none}\n"
    },
}


def answered(client: Client, name: str, told: dict[str, Any]) -> Any:
    post = next(one.post for one in ENDPOINTS if one.name == name)
    path = f"/v1/{name}"
    return client.send("POST", path, json=told) if post else client.send("GET", path, params=told)


def test_every_question_is_answered(client: Client) -> None:
    assert ASKED.keys() == {one.name for one in ENDPOINTS}
    told = {name: answered(client, name, request) for name, request in ASKED.items()}
    assert {name: r.status_code for name, r in told.items()} == dict.fromkeys(ASKED, 200)
    graph = client.graph
    assert told["check"].json() == graph.check("sam", "c-102", DAY, action="search").as_dict()
    assert told["why"].json() == graph.why("sam", "c-102", DAY, changes=True).as_dict()
    assert told["who"].json() == graph.who("c-101", DAY).as_dict()
    assert told["row"].json() == graph.row("memberships.csv", 4, DAY).as_dict()
    assert told["diff"].json() == graph.diff("2026-02-28", "2026-03-02", case="m-104").as_dict()
    assert told["findings"].json() == graph.findings(DAY, rule="MEM-23").as_dict()
    assert told["eligible"].json() == graph.eligible("assign", DAY, case="c-101").as_dict()
    assert told["whatif"].json()["counts"]["gained"] == 2
    assert told["timeline"].json()["periods"][0]["step"] in ("inactive", "no_case")
    assert (told["test"].json()["passed"], told["test"].json()["failed"]) == (1, 0)
    assert gettempdir() not in told["test"].text


@pytest.mark.parametrize(
    ("name", "told", "status", "says"),
    [
        ("check", {"person": "samm", "case": "c-102"}, 404, "did you mean `sam`"),
        ("check", {"person": "sam"}, 400, "`case` is missing"),
        ("check", {"person": "sam", "case": ""}, 400, "`case` is missing"),
        ("check", {"person": "sam", "case": "c-102", "asof": DAY}, 400, "`asof` is no parameter of check"),
        ("check", {"person": "sam", "case": "c-102", "as_of": "soon"}, 400, "`soon` is not a date"),
        ("check", {"person": "sam", "case": "c-102", "action": "fly"}, 400, "`fly` is no action"),
        ("check", {"person": ["sam", "ana"], "case": "c-102"}, 400, "stands twice"),
        ("findings", {"rule": "MEM-999"}, 404, "MEM-999"),
        ("eligible", {"kind": "flying"}, 400, "flying"),
        ("eligible", {"kind": "assign", "case": "c-101", "colour": "red"}, 400, "colour"),
        ("eligible", {"kind": 7}, 400, "`kind` has to be a string"),
        ("whatif", {"changes": []}, 400, "`changes` has to be an object"),
        ("whatif", {"changes": {"more": {}}}, 400, "more"),
        ("whatif", {"changes": {"add": {"memberships": [{"person_id": "sam"}]}}}, 400, "`unit_id` is required"),
        ("eligible", {"kind": "assign", "self": "x"}, 400, "takes no `self`"),
        ("eligible", {"kind": "assign", "case": 7}, 400, "`case` has to be a string"),
        ("eligible", {"kind": "secondary-access", "position": 7}, 400, "`position` has to be a string, several"),
        ("timeline", {}, 400, "counts through time are those of one person or of one case"),
        ("timeline", {"person": "samm"}, 404, "did you mean `sam`"),
        ("test", {"assertions": "name: ["}, 400, "`assertions` cannot be read"),
        ("test", {"assertions": 7}, 400, "the text of an assertion file"),
        ("test", {"assertions": "name: x\ngiven: {}\ntests: []"}, 400, ""),
    ],
)
def test_what_is_wrong_is_said(client: Client, name: str, told: dict[str, Any], status: int, says: str) -> None:
    response = answered(client, name, told)
    assert response.status_code == status, response.text
    assert isinstance(response.json(), str)
    assert says in response.json()
    assert gettempdir() not in response.text


def test_a_timeline_of_one_alone_counts(client: Client) -> None:
    told = answered(client, "timeline", {"case": "e-210"}).json()
    assert [one["date"] for one in told["moments"]] == ["2026-05-25", "2026-06-01"]
    assert told["moments"][1]["before"] == {"edit": 1, "view": 1}
    assert told["moments"][1]["after"] == {"edit": 1, "view": 28}
    assert told["load"]


def test_evidence_comes_as_a_file(client: Client) -> None:
    response = client.send("GET", "/v1/evidence", params={"person": "sam", "case": "c-102", "as_of": DAY})
    assert response.headers["content-type"] == "application/zip"
    assert "MANIFEST.json" in zipfile.ZipFile(io.BytesIO(response.content)).namelist()
    assert client.send("GET", "/v1/evidence", params={"person": "sam"}).status_code == 400


def test_it_describes_itself(client: Client) -> None:
    told = client.send("GET", "/openapi.json").json()
    assert told["openapi"].startswith("3.1")
    paths = {f"/v1/{one.name}" for one in ENDPOINTS} | {f"/access/v1/{name}" for name in METADATA}
    assert set(told["paths"]) == {*paths, "/v1/evidence"}
    assert "http" not in str(told)


def test_an_empty_graph_is_not_ready(tmp_path: Path) -> None:
    with seewhy.connect(tmp_path / "graph", write=True) as graph:
        client = Client(graph)
        told = client.send("GET", "/readyz")
        assert (told.status_code, told.headers["retry-after"], type(told.json())) == (503, "5", str)
        assert client.send("GET", "/livez").json() == "alive"


def test_how_it_is(client: Client) -> None:
    assert client.send("GET", "/livez").json() == "alive"
    ready = client.send("GET", "/readyz").json()
    assert (ready["load"], ready["as_of"]) == ("load-0001", DAY)
    assert ready["age_seconds"] >= 0


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (EngineUnavailable("the graph at /secret is gone"), 503),
        (LimitReached("stopped"), 503),
        (ValueError("secret"), 500),
    ],
)
def test_a_fault_inside_is_not_told(
    client: Client, monkeypatch: pytest.MonkeyPatch, fault: Exception, status: int
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr(client.graph.session, "run", broken)
    response = client.send("GET", "/v1/check", params={"person": "sam", "case": "c-102"})
    assert response.status_code == status
    assert "secret" not in response.text


def test_a_slow_body_is_let_go(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SECONDS", 0.05)
    sent: list[Any] = []

    async def never() -> Any:
        await anyio.sleep_forever()

    async def asked() -> None:
        scope = {
            "type": "http", "method": "POST", "path": "/access/v1/evaluation", "raw_path": b"", "query_string": b"",
            "headers": [(b"host", b"localhost"), (b"content-type", b"application/json")], "scheme": "http",
            "server": ("127.0.0.1", 8600), "client": ("127.0.0.1", 1), "root_path": "", "http_version": "1.1",
        }  # fmt: skip

        async def send(message: Any) -> None:
            sent.append(message)

        await client.app(scope, never, send)

    with ThreadPoolExecutor(1) as thread:
        thread.submit(anyio.run, asked).result()
    assert sent[0]["status"] == 408


def test_it_counts_without_names(sample_of_http: seewhy.Graph) -> None:
    from prometheus_client import generate_latest

    measures = Measures()
    client = Client(sample_of_http)
    client.app = application(sample_of_http, measures=measures)
    client.send("GET", "/v1/check", params={"person": "sam", "case": "c-102"})
    client.send("GET", "/v1/check", params={"person": "nobody at all", "case": "c-102"})
    told = generate_latest(measures.registry).decode()
    assert 'seewhy_requests_total{endpoint="check",status="200"} 1.0' in told
    assert 'seewhy_requests_total{endpoint="check",status="404"} 1.0' in told
    assert "sam" not in told
