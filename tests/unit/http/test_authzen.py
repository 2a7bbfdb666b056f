"""AuthZEN 1.0: each sentence of the interface with its answer, and each wrong request with its status."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.http.conftest import AS_OF, BASE, Client

EVALUATION, BATCH = "/access/v1/evaluation", "/access/v1/evaluations"
SUBJECT, RESOURCE, ACTION = (f"/access/v1/search/{kind}" for kind in ("subject", "resource", "action"))


def asked(person: str, case: str, action: str = "view", **more: Any) -> dict[str, Any]:
    return {
        "subject": {"type": "person", "id": person},
        "action": {"name": action},
        "resource": {"type": "case", "id": case},
        "context": AS_OF,
        **more,
    }


def test_a_no_has_its_reason_and_its_rows(client: Client) -> None:
    answer = client.post(EVALUATION, asked("sam", "c-102"))
    assert answer["decision"] is False
    told = answer["context"]
    assert (told["step"], told["value"], told["load"], told["as_of"]) == (
        "memberships",
        "none",
        "load-0001",
        "2026-11-25",
    )
    assert told["reason_user"] == {"403": "You have no access to this case."}
    assert "denies" in told["reason_admin"]["403"]
    assert told["sources"] == ["memberships.csv:5", "cases.csv:19"]


def test_what_is_unknown_is_no_and_gives_nothing_away(client: Client) -> None:
    answers = [
        client.post(EVALUATION, request)
        for request in (
            asked("nobody", "c-102"),
            asked("sam", "nothing"),
            asked("sam", "c-101", "fly"),
            asked("sam", "c-101") | {"subject": {"type": "robot", "id": "sam"}},
            asked("sam", "c-101") | {"resource": {"type": "record", "id": "c-101"}},
            asked("sam", "c-101") | {"resource": {"type": "case:ecase", "id": "c-101"}},
            asked("sam", "c-101") | {"resource": {"type": "case:", "id": "c-101"}},
            asked("\ud800", "c-101"),
        )
    ]
    assert {json.dumps(answer) for answer in answers} == {json.dumps(answers[0])}
    assert answers[0]["decision"] is False
    assert answers[0]["context"].keys() == {"value", "reason_user", "load", "as_of"}


def test_types_that_mean_the_same(client: Client) -> None:
    for kind in ("person", "user", "identity"):
        for resource in ("case", "case:cm"):
            request = asked("sam", "c-101") | {
                "subject": {"type": kind, "id": "sam"}, "resource": {"type": resource, "id": "c-101"}
            }  # fmt: skip
            assert client.post(EVALUATION, request)["decision"] is True


def test_actions_ask_for_more(client: Client) -> None:
    can = {
        (person, case): {
            a for a in ("view", "edit", "search") if client.post(EVALUATION, asked(person, case, a))["decision"]
        }
        for person, case in (("rosa", "c-101"), ("imani", "e-203"), ("sam", "c-102"))
    }
    assert can == {("rosa", "c-101"): {"view", "edit"}, ("imani", "e-203"): {"view", "search"}, ("sam", "c-102"): set()}


def test_the_day_of_the_context_counts(client: Client) -> None:
    early = asked("sam", "c-101") | {"context": {"as_of": "2019-01-01", "time": "2026-11-25T10:00:00Z"}}
    assert client.post(EVALUATION, early)["decision"] is False
    assert client.post(EVALUATION, early)["context"]["as_of"] == "2019-01-01"


WRONG: dict[str, Any] = {
    "no subject": {k: v for k, v in asked("a", "b").items() if k != "subject"},
    "no action": {k: v for k, v in asked("a", "b").items() if k != "action"},
    "no resource": {k: v for k, v in asked("a", "b").items() if k != "resource"},
    "subject text": asked("a", "b") | {"subject": "sam"},
    "subject null": asked("a", "b") | {"subject": None},
    "no type": asked("a", "b") | {"subject": {"id": "sam"}},
    "no id": asked("a", "b") | {"resource": {"type": "case"}},
    "id number": asked("a", "b") | {"resource": {"type": "case", "id": 7}},
    "id null": asked("a", "b") | {"resource": {"type": "case", "id": None}},
    "name list": asked("a", "b") | {"action": {"name": ["view"]}},
    "properties text": asked("a", "b") | {"action": {"name": "view", "properties": "x"}},
    "context text": asked("a", "b") | {"context": "now"},
    "day number": asked("a", "b") | {"context": {"as_of": 2026}},
    "no day": asked("a", "b") | {"context": {"as_of": "2026-02-30"}},
    "array": [asked("a", "b")],
    "text": "hello",
    "null": None,
}


def test_wrong_requests_are_refused_with_a_sentence(client: Client) -> None:
    told = {name: client.send("POST", EVALUATION, json=body) for name, body in WRONG.items()}
    assert {name: r.status_code for name, r in told.items()} == dict.fromkeys(WRONG, 400)
    assert [name for name, r in told.items() if not isinstance(r.json(), str)] == []


WRONG_BODIES: list[tuple[bytes, dict[str, str], int]] = [
    (b"", {"content-type": "application/json"}, 400),
    (b"  ", {"content-type": "application/json"}, 400),
    (b"{", {"content-type": "application/json"}, 400),
    (b'{"a": NaN}', {"content-type": "application/json"}, 400),
    (b'{"a": 1, "a": 2}', {"content-type": "application/json"}, 400),
    (b'{"a": "\xff"}', {"content-type": "application/json"}, 400),
    (b"\xef\xbb\xbf{}", {"content-type": "application/json"}, 400),
    (b"[" * 100_000, {"content-type": "application/json"}, 400),
    (b'{"a": ' + b"9" * 5000 + b"}", {"content-type": "application/json"}, 400),
    (b"{}", {"content-type": "text/plain"}, 400),
    (b"{}", {}, 400),
    (b"{}", {"content-type": "application/json; charset=latin-1"}, 400),
    (b"{}", {"content-type": "application/json", "content-encoding": "gzip"}, 400),
    (b'"' + b"x" * 1_000_001 + b'"', {"content-type": "application/json"}, 413),
]


def test_wrong_bodies(client: Client) -> None:
    told = [client.send("POST", EVALUATION, content=body, headers=kind) for body, kind, _ in WRONG_BODIES]
    assert [answer.status_code for answer in told] == [status for _, _, status in WRONG_BODIES]
    assert all(isinstance(answer.json(), str) for answer in told)


def test_a_charset_and_unknown_members_pass(client: Client) -> None:
    body = json.dumps(asked("sam", "c-101") | {"more": [1]}).encode()
    for kind in (
        "application/json", "application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"',
        "application/json;charset=utf8", "application/json; version=1",
    ):  # fmt: skip
        assert client.send("POST", EVALUATION, content=body, headers={"content-type": kind}).json()["decision"] is True


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", EVALUATION, 405), ("PUT", EVALUATION, 405), ("DELETE", SUBJECT, 405), ("GET", "/access", 404),
        ("POST", EVALUATION + "/", 404), ("POST", "/access/v2/evaluation", 404), ("POST", "/v1/check", 405),
        ("POST", "//access/v1/evaluation", 404), ("GET", "/", 404),
    ],
)  # fmt: skip
def test_paths_and_methods(client: Client, method: str, path: str, status: int) -> None:
    sent = "id 1/é".encode()
    response = client.send(method, path, headers={"x-request-id": sent})
    assert (response.status_code, type(response.json())) == (status, str)
    assert [value for name, value in response.headers.raw if name == b"x-request-id"] == [sent]


def test_a_foreign_host_is_refused(client: Client) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example:8600", ""):
        assert client.send("GET", "/livez", headers={"host": host}).status_code == 400
    assert client.send("GET", "/livez", headers={"host": "localhost:9"}).json() == "alive"


# --- many at once


def test_a_batch_fills_in_what_is_missing(client: Client) -> None:
    request = asked("sam", "c-102") | {
        "evaluations": [
            {},
            {"resource": {"id": "c-101"}},
            {"resource": {"type": "case", "id": "c-101"}, "subject": {"id": "rosa"}},
            {"action": {"name": "edit"}, "resource": {"id": "c-101"}, "subject": {"type": "user", "id": "rosa"}},
        ]
    }
    assert client.post(BATCH, request) == {
        "evaluations": [{"decision": False}, {"decision": True}, {"decision": True}, {"decision": True}]
    }


def test_without_items_a_batch_is_one_question(client: Client) -> None:
    one = client.post(EVALUATION, asked("sam", "c-102"))
    assert client.post(BATCH, asked("sam", "c-102")) == one
    assert client.post(BATCH, asked("sam", "c-102", evaluations=[])) == one


@pytest.mark.parametrize(
    ("semantic", "expected"),
    [
        ("execute_all", [True, False, True, False]),
        ("deny_on_first_deny", [True, False]),
        ("permit_on_first_permit", [True]),
    ],
)
def test_semantics(client: Client, semantic: str, expected: list[bool]) -> None:
    items = [{"resource": {"id": case}} for case in ("c-101", "c-102", "c-101", "c-102")]
    request = asked("sam", "c-101", evaluations=items, options={"evaluations_semantic": semantic})
    assert [one["decision"] for one in client.post(BATCH, request)["evaluations"]] == expected


def test_a_broken_item_is_a_no_of_its_own(client: Client) -> None:
    items: list[Any] = [{"resource": {"type": "case", "id": 7}}, 5, {"context": {"as_of": "never"}}, {}]
    answers = client.post(BATCH, asked("sam", "c-101", evaluations=items))["evaluations"]
    assert [one["decision"] for one in answers] == [False, False, False, True]
    assert [one["context"]["error"]["status"] for one in answers[:3]] == [400, 400, 400]
    alone = client.post(BATCH, {"evaluations": [{}]})["evaluations"]
    assert alone[0]["context"]["error"]["status"] == 400


def test_reasons_of_a_batch_are_those_of_the_single_question(client: Client) -> None:
    request = asked("sam", "c-102", evaluations=[{}], options={"reasons": True})
    assert client.post(BATCH, request)["evaluations"] == [client.post(EVALUATION, asked("sam", "c-102"))]


def test_wrong_batches_are_refused(client: Client) -> None:
    assert "evaluations_semantic" in client.refused(BATCH, asked("a", "b", options={"evaluations_semantic": "some"}))
    assert "at most 1,000" in client.refused(BATCH, asked("a", "b", evaluations=[{}] * 1001))
    client.refused(BATCH, asked("a", "b", evaluations={}))
    client.refused(BATCH, asked("a", "b", options=[]))
    for semantic in ("", "EXECUTE_ALL", 1, ["execute_all"]):
        client.refused(BATCH, asked("a", "b", evaluations=[{}], options={"evaluations_semantic": semantic}))


def test_null_is_as_if_what_may_be_missing_was_not_sent(client: Client) -> None:
    request = asked("sam", "c-101", evaluations=[{}, {"context": None}])
    for more in ({"options": None}, {"options": {"evaluations_semantic": None, "reasons": None}}):
        assert client.post(BATCH, request | more) == {"evaluations": [{"decision": True}] * 2}
    one = client.post(EVALUATION, asked("sam", "c-101"))
    plain = {name: {**asked("sam", "c-101")[name], "properties": None} for name in ("subject", "action", "resource")}
    assert client.post(BATCH, asked("sam", "c-101", evaluations=None, options=None) | plain) == one
    assert client.post(EVALUATION, asked("sam", "c-101") | {"context": AS_OF | {"time": None}}) == one
    search = asked("sam", "x") | {"resource": {"type": "case"}}
    assert client.post(RESOURCE, search | {"page": None}) == client.post(RESOURCE, search)
    whole = client.post(RESOURCE, search | {"page": {"limit": None, "token": None}})
    assert whole == client.post(RESOURCE, search | {"page": {}})


# --- searches


def test_what_a_search_finds(client: Client) -> None:
    found = client.post(SUBJECT, asked("x", "c-101") | {"subject": {"type": "user", "id": "ignored"}})
    people = [one.person for one in client.graph.who("c-101", AS_OF["as_of"]).people]
    assert len(people) == 6
    assert found == {"results": [{"type": "user", "id": person} for person in people]}
    assert list(found["results"][0]) == ["type", "id"]
    edited = client.post(RESOURCE, asked("ana", "x", "edit") | {"resource": {"type": "case:cms"}})
    assert edited == {"results": [{"type": "case:cms", "id": one} for one in ("m-101", "m-105", "m-112")]}
    for odd in ({"id": 7}, {"id": None, "properties": [1]}, {"properties": "x"}):
        assert client.post(SUBJECT, asked("x", "c-101") | {"subject": {"type": "user", **odd}}) == found
    named = client.post(ACTION, asked("rosa", "c-101") | {"action": {"name": "ignored"}})
    assert named == {"results": [{"name": "view"}, {"name": "edit"}]}


def test_a_search_for_what_is_unknown_finds_nothing(client: Client) -> None:
    nothing = {"results": []}
    assert client.post(SUBJECT, asked("x", "nothing")) == nothing
    assert client.post(SUBJECT, asked("x", "c-101", "fly")) == nothing
    assert client.post(SUBJECT, asked("x", "c-101") | {"subject": {"type": "robot"}}) == nothing
    assert client.post(RESOURCE, asked("nobody", "x")) == nothing
    assert client.post(RESOURCE, asked("ana", "x") | {"resource": {"type": "record"}}) == nothing
    assert client.post(ACTION, asked("nobody", "c-101")) == nothing


def everything(client: Client, path: str, request: dict[str, Any], limit: int) -> list[Any]:
    """All results, page by page; only the first request says how large a page is."""
    found: list[Any] = []
    page: dict[str, Any] = {"limit": limit}
    while True:
        answer = client.post(path, request | {"page": page})
        assert next(iter(answer)) == "page"
        assert answer["page"]["count"] == len(answer["results"]) <= limit
        assert answer["context"] == {"complete": True}
        found += answer["results"]
        assert answer["page"]["total"] >= len(found)
        if not answer["page"]["next_token"]:
            return found
        page = {"token": answer["page"]["next_token"]}


def test_every_result_is_true_and_pages_join_to_the_whole(client: Client, part: int) -> None:
    graph = client.graph
    people = sorted(row["id"] for row in graph.session.run("organisation/people"))
    cases = sorted(row["id"] for row in graph.session.run("organisation/cases"))
    some_people, some_cases = people[::part], cases[::part]
    pairs = [(p, c) for p in people for c in cases if p in some_people or c in some_cases]
    for action in ("view", "edit", "search"):
        decided: dict[tuple[str, str], bool] = {}
        for begin in range(0, len(pairs), 1000):
            some = pairs[begin : begin + 1000]
            items = [{"subject": {"id": p}, "resource": {"id": c}} for p, c in some]
            answers = client.post(BATCH, asked("x", "y", action, evaluations=items))["evaluations"]
            decided.update(zip(some, [one["decision"] for one in answers], strict=True))
        for person in some_people:
            request = asked(person, "x", action) | {"resource": {"type": "case"}}
            found = client.post(RESOURCE, request)["results"]
            assert [one["id"] for one in found] == [case for case in cases if decided[person, case]]
            assert everything(client, RESOURCE, request, 3) == found
        for case in some_cases:
            request = asked("x", case, action) | {"subject": {"type": "person"}}
            found = client.post(SUBJECT, request)["results"]
            assert [one["id"] for one in found] == [person for person in people if decided[person, case]]
        if action != "search":
            for person in some_people[::4]:
                for case in some_cases[::3]:
                    value = graph.check(person, case, AS_OF["as_of"]).value
                    assert decided[person, case] == (value in (("edit",) if action == "edit" else ("view", "edit")))


def test_tokens_belong_to_one_search_one_limit_one_load(client: Client) -> None:
    request = asked("ana", "x") | {"resource": {"type": "case"}, "page": {"limit": 2}}
    token = client.post(RESOURCE, request)["page"]["next_token"]
    ours = {"token": token}
    assert client.post(RESOURCE, request | {"page": {"token": token, "limit": 2}})["page"]["count"] == 2
    assert "limit" in client.refused(RESOURCE, request | {"page": {"token": token, "limit": 3}})
    for other in (
        {"subject": {"type": "person", "id": "sam"}}, {"action": {"name": "edit"}}, {"context": {}},
        {"resource": {"type": "case:cm"}}, {"subject": {"type": "user", "id": "ana"}},
    ):  # fmt: skip
        assert "another search" in client.refused(RESOURCE, request | {"page": ours} | other)
    head, _, tail = token.partition(".")
    for forged in (
        head,
        f"{head}.",
        f"{head[:-1]}A.{tail}",
        f"{head}.{tail[:-1]}",
        token + "=",
        "x",
        "é",
        f"{head}.{tail}.x",
    ):
        assert "not a token" in client.refused(RESOURCE, request | {"page": {"token": forged}})
    for page in ({"limit": 0}, {"limit": -1}, {"limit": True}, {"limit": "2"}, {"limit": 1.5}, {"token": 1}, [], "x"):
        client.refused(RESOURCE, request | {"page": page})


def test_equal_requests_have_equal_answers(client: Client) -> None:
    request = asked("ana", "x") | {"resource": {"type": "case"}, "page": {"limit": 2}}
    for path, body in ((EVALUATION, asked("sam", "c-102")), (RESOURCE, request)):
        assert len({client.send("POST", path, json=body).content for _ in range(3)}) == 1


def test_discovery(client: Client) -> None:
    told = client.send("GET", "/.well-known/authzen-configuration")
    assert told.headers["content-type"] == "application/json"
    assert told.json() == {
        "policy_decision_point": BASE,
        "access_evaluation_endpoint": BASE + EVALUATION,
        "access_evaluations_endpoint": BASE + BATCH,
        "search_subject_endpoint": BASE + SUBJECT,
        "search_resource_endpoint": BASE + RESOURCE,
        "search_action_endpoint": BASE + ACTION,
    }


def test_many_ask_at_once(client: Client) -> None:
    expected = client.post(EVALUATION, asked("sam", "c-102"))
    responses = client.together([("POST", EVALUATION, {"json": asked("sam", "c-102")})] * 40)
    assert [response.json() for response in responses] == [expected] * 40
