"""How much may be asked at once, for how long, with how much work: each refusal is a sentence with its status."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

import seewhy
from seewhy.http import asking, evaluation
from tests.unit.http.conftest import AS_OF, DAY, Client

EVALUATION, BATCH = "/access/v1/evaluation", "/access/v1/evaluations"
PAIR = {
    "subject": {"type": "person", "id": "sam"}, "action": {"name": "view"},
    "resource": {"type": "case", "id": "c-101"}, "context": AS_OF,
}  # fmt: skip
CHECK = ("GET", "/v1/check", {"params": {"person": "sam", "case": "c-101", "as_of": DAY}})


@contextmanager
def held(client: Client, requests: list[Any], begun: list[Any], end: threading.Event) -> Iterator[Any]:
    """Requests that are answered after the block, once as many have begun as can; yields their future."""
    with ThreadPoolExecutor(1) as beside:
        answers = beside.submit(client.together, requests)
        try:
            while len(begun) < min(len(requests), asking.AT_ONCE):
                assert not answers.done()
                time.sleep(0.01)
            yield answers
        finally:
            end.set()


def test_as_many_at_once_and_no_more(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Any] = []
    end = threading.Event()
    check = seewhy.Graph.check

    def slow(*given: Any, **named: Any) -> Any:
        begun.append(given)
        end.wait(60)
        return check(*given, **named)

    monkeypatch.setattr(seewhy.Graph, "check", slow)
    monkeypatch.setattr(asking, "WAITING", 6)
    with held(client, [CHECK] * 8, begun, end) as answers:
        # Questions that may take long take no place of evaluations, which come from another loop here.
        assert evaluation.evaluate(client.graph.session, question(client), reasons=False)["decision"] is True
    statuses = [told.status_code for told in answers.result()]
    assert sorted(statuses) == [200] * 6 + [503] * 2
    refused = next(told for told in answers.result() if told.status_code == 503)
    assert refused.json() == "too many requests at once: try again in a moment"
    assert refused.headers["retry-after"] == "1"
    assert [client.send(*CHECK[:2], **CHECK[2]).status_code for _ in range(2)] == [200, 200]


def question(client: Client) -> evaluation.Question:
    return evaluation.read_question(client.graph.session, PAIR)


def test_long_questions_hold_no_evaluation_up(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    end, released = threading.Event(), []
    check, evaluate = seewhy.Graph.check, evaluation.evaluate

    def slow(*given: Any, **named: Any) -> Any:
        released.append(end.wait(60))
        return check(*given, **named)

    def quick(*given: Any, **named: Any) -> Any:
        # All places for long questions are taken, and wait for this one.
        end.set()
        return evaluate(*given, **named)

    monkeypatch.setattr(seewhy.Graph, "check", slow)
    monkeypatch.setattr(evaluation, "evaluate", quick)
    answers = client.together([CHECK] * (2 * asking.AT_ONCE) + [("POST", EVALUATION, {"json": PAIR})])
    assert {told.status_code for told in answers} == {200}
    assert released == [True] * (2 * asking.AT_ONCE)


def test_all_queries_of_a_request_share_its_seconds(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEWHY_QUERY_TIMEOUT", "0.05")
    hurried = Client(client.graph)
    body = {**PAIR, "evaluations": [{}] * 1000, "options": {"reasons": True}}
    assert hurried.refused(BATCH, body, 503) == "the question was stopped by its limit of time or work"


def test_a_query_may_work_so_much(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit of the embedded engine: a server has its own, and answers."""
    monkeypatch.setenv("SEEWHY_WORK_LIMIT", "3")
    with seewhy.connect(str(client.graph.session.engine.target)) as graph:
        if "kglite" in client.graph.provenance.engine:
            told = Client(graph).refused("/access/v1/search/subject", PAIR, 503)
            assert told == "the question was stopped by its limit of time or work"
        else:
            assert Client(graph).post("/access/v1/search/subject", PAIR)["results"]


def test_the_largest_that_is_taken(client: Client) -> None:
    items = [{"resource": {"id": f"c-{number}"}} for number in range(999)] + [{}]
    answers = client.post(BATCH, {**PAIR, "evaluations": items})["evaluations"]
    assert (len(answers), answers[-1]) == (1000, {"decision": True})
    assert "at most 1,000" in client.refused(BATCH, {**PAIR, "evaluations": [*items, {}]})
    body = PAIR | {"more": "x" * 999_000}
    assert client.post(EVALUATION, body)["decision"] is True
    assert "1,000,000 bytes" in client.refused(EVALUATION, PAIR | {"more": "x" * 1_000_000}, 413)
