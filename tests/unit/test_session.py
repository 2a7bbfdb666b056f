"""A session is asked from several threads while loads arrive, and a question has so many seconds in all."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest

from seewhy.graph.errors import LimitReached
from seewhy.graph.loads import MODEL, Load
from seewhy.graph.session import Session, within


class TwoLoads:
    """An engine whose newest load is, per thread, the one that the thread says."""

    target = "nowhere"

    def __init__(self) -> None:
        self.here = threading.local()
        self.timeouts: list[float | None] = []

    def loads(self) -> tuple[Load, ...]:
        return (Load(self.here.load, "2026-01-01", "", "", "", 0, MODEL, ""),)

    def read(self, text: str, parameters: Any, *, timeout: float | None = None) -> list[dict[str, Any]]:
        self.timeouts.append(timeout)
        return []


def test_a_question_remembers_what_its_own_load_says() -> None:
    engine = TwoLoads()
    session = Session(cast("Any", engine))
    turns = [threading.Event() for _ in range(3)]

    def old() -> list[str]:
        engine.here.load = "load-1"
        session.newest()
        turns[0].set()
        turns[1].wait(10)
        first = session.remembered("people", lambda: "of load-1")
        turns[2].set()
        session.newest()
        return [first, session.remembered("people", lambda: "asked again")]

    def new() -> list[str]:
        engine.here.load = "load-2"
        turns[0].wait(10)
        session.newest()
        turns[1].set()
        turns[2].wait(10)
        session.newest()
        return [session.remembered("people", lambda: "of load-2"), session.remembered("people", lambda: "asked again")]

    with ThreadPoolExecutor(2) as threads:
        answers = [threads.submit(old), threads.submit(new)]
        assert [one.result() for one in answers] == [["of load-1"] * 2, ["of load-2"] * 2]
    engine.here.load = "load-2"
    session.newest()
    assert session.remembered("people", lambda: "asked again") == "of load-2"


def test_queries_inside_a_limit_share_its_seconds() -> None:
    engine = TwoLoads()
    session = Session(cast("Any", engine))
    session.run("organisation/people")
    with within(0.2):
        session.run("organisation/people")
        time.sleep(0.25)
        with pytest.raises(LimitReached, match=r"after 0\.2 s"):
            session.run("organisation/people")
    session.run("organisation/people")
    free, limited, free_again = engine.timeouts
    assert (free, free_again) == (None, None)
    assert limited is not None
    assert 0 < limited <= 0.2
