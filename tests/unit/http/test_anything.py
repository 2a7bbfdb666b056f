"""Whatever is sent: a status of the page, one string for what is refused, nothing of the inside, the id unchanged."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from hypothesis import given, settings
from hypothesis import strategies as st

import seewhy
from tests.support.examples import worlds
from tests.unit.http.conftest import BASE, Client

EVALUATION = "/access/v1/evaluation"
ACCESS = (EVALUATION, "/access/v1/evaluations", *(f"/access/v1/search/{x}" for x in ("subject", "resource", "action")))
OWN_GET = ("check", "why", "who", "what", "person", "row", "diff", "findings", "timeline", "evidence")
OWN_POST = ("whatif", "eligible", "test")
STATUSES = {200, 400, 404, 405, 413}
_INSIDE = ("Traceback", 'File "', ".py", "seewhy.", "object at 0x", "NoneType", "kglite", "cypher", "argument")

NAMES = (
    *("subject", "action", "resource", "context", "type", "id", "name", "properties", "page", "token", "limit"),
    *("evaluations", "options", "evaluations_semantic", "as_of", "reasons", "kind", "changes", "assertions", "add"),
    *("end", "set", "memberships", "person", "case", "system", "self", "session", "position", "unit_id", "person_id"),
)
WORDS = st.sampled_from(
    [
        "sam",
        "ana",
        "c-101",
        "person",
        "case",
        "case:cm",
        "view",
        "edit",
        "search",
        "assign",
        "2026-11-25",
        "execute_all",
    ]
)
LEAF = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | WORDS | st.text()
ANY = st.recursive(
    LEAF,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES) | st.text(), inner, max_size=6),
    max_leaves=20,
)
GOOD: dict[str, Any] = {
    "subject": {"type": "person", "id": "sam", "properties": {"role": "x"}},
    "action": {"name": "view", "properties": {"soft": True}},
    "resource": {"type": "case", "id": "c-101", "properties": {"status": None}},
    "context": {"as_of": "2026-11-25"},
    "page": {"limit": 2},
    "options": {"evaluations_semantic": "execute_all", "reasons": True},
    "evaluations": [{"resource": {"id": "c-102"}}],
}
PLACES = [
    *((name,) for name in GOOD),
    *((name, inner) for name, some in GOOD.items() if isinstance(some, dict) for inner in some),
    *(("page", "token"), ("evaluations", 0), ("evaluations", 0, "resource"), ("evaluations", 0, "resource", "id")),
]
HEADER = st.text(st.characters(min_codepoint=33, max_codepoint=255, exclude_characters="\x7f"), min_size=1, max_size=40)


def sent(graph: seewhy.Graph, method: str, path: str, **what: Any) -> Any:
    """The JSON of the answer to a request with an id, after everything that holds for each answer."""
    headers = {b"x-request-id": b"one \xe9"} | what.pop("headers", {})
    told = Client(graph).send(method, path, headers=list(headers.items()), **what)
    assert told.status_code in STATUSES, told.text
    assert [value for name, value in told.headers.raw if name == b"x-request-id"] == [b"one \xe9"]
    if told.headers["content-type"] == "application/zip" or method == "HEAD":
        return told.content
    assert told.headers["content-type"] == "application/json"
    answer = json.loads(told.content)
    if told.status_code != 200:
        assert isinstance(answer, str)
        assert 0 < len(answer) < 4000
        # What was sent may come back; nothing else may look like code.
        quoted = answer.split("`")[::2]
        assert [word for word in _INSIDE for part in quoted if word in part] == [], answer
    return answer


JSON_KIND = {b"content-type": b"application/json"}


@settings(max_examples=worlds(50))
@given(path=st.sampled_from(ACCESS), body=ANY)
def test_any_json_as_the_body(sample_of_http: seewhy.Graph, path: str, body: Any) -> None:
    sent(sample_of_http, "POST", path, content=json.dumps(body).encode(), headers=JSON_KIND)


@settings(max_examples=worlds(100))
@given(path=st.sampled_from(ACCESS), place=st.sampled_from(PLACES), value=ANY)
def test_any_json_as_each_member(sample_of_http: seewhy.Graph, path: str, place: tuple[Any, ...], value: Any) -> None:
    body = json.loads(json.dumps(GOOD))
    part = body
    for step in place[:-1]:
        part = part[step]
    part[place[-1]] = value
    answer = sent(sample_of_http, "POST", path, content=json.dumps(body).encode(), headers=JSON_KIND)
    if isinstance(answer, str):
        return
    if path == EVALUATION:
        assert answer.keys() == {"decision", "context"}
        assert isinstance(answer["decision"], bool)
    elif "search" in path:
        assert answer.keys() in ({"results"}, {"page", "context", "results"})
    else:
        assert answer.keys() in ({"evaluations"}, {"decision", "context"})


@settings(max_examples=worlds(20))
@given(name=st.sampled_from(OWN_POST), body=st.dictionaries(st.sampled_from(NAMES) | st.text(), ANY, max_size=5))
def test_any_members_of_our_own_questions(sample_of_http: seewhy.Graph, name: str, body: Any) -> None:
    sent(sample_of_http, "POST", f"/v1/{name}", content=json.dumps(body).encode(), headers=JSON_KIND)


@settings(max_examples=worlds(20))
@given(name=st.sampled_from(OWN_GET), query=st.dictionaries(st.sampled_from(NAMES), WORDS | st.text(), max_size=4))
def test_any_parameters_of_our_own_questions(sample_of_http: seewhy.Graph, name: str, query: dict[str, str]) -> None:
    text = "&".join(f"{key}={quote(value, errors='surrogatepass')}" for key, value in query.items())
    sent(sample_of_http, "GET", f"/v1/{name}?{text}")


@settings(max_examples=worlds(50))
@given(
    path=st.sampled_from((*ACCESS, "/v1/whatif")),
    body=st.binary(max_size=200),
    kind=st.sampled_from(["application/json", "application/json; charset=utf-8", "text/plain", ""]) | HEADER,
    coding=st.none() | st.sampled_from(["gzip", "identity", "br"]) | HEADER,
)
def test_any_bytes_of_any_type(
    sample_of_http: seewhy.Graph, path: str, body: bytes, kind: str, coding: str | None
) -> None:
    headers = {b"content-type": kind.encode("latin-1")}
    if coding is not None:
        headers[b"content-encoding"] = coding.encode("latin-1")
    answer = sent(sample_of_http, "POST", path, content=body, headers=headers)
    assert isinstance(answer, str)


@settings(max_examples=worlds(50))
@given(
    method=st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE", "get"]),
    path=st.sampled_from((*ACCESS, "/v1/check", "/livez", "/.well-known/authzen-configuration")) | st.text(),
    tail=st.sampled_from(["", "/", "?x=1", "/..", "//", "%00", ";a", "/%2e%2e/x"]),
)
def test_any_path_and_method(sample_of_http: seewhy.Graph, method: str, path: str, tail: str) -> None:
    place = "/" + quote(path.lstrip("/"), safe="/", errors="surrogatepass")
    sent(sample_of_http, method, BASE + place + tail)
