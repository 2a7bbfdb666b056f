"""Many visitors at once: they are all answered to the end, and the explorer says all the while that it is alive."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import pytest
import streamlit as st

from seewhy.explorer import warm_up
from seewhy.explorer.data import connection, findings, search_index
from seewhy.explorer.data.background import PendingAnswer
from seewhy.graph.engines.embedded import EmbeddedEngine
from seewhy.graph.errors import LimitReached, SeeWhyError
from tests.app.conftest import DAY
from tests.servers.explorer import served
from tests.servers.visitors import HUNG, crowd, together, visitor

PEOPLE, PAGES, FIRST = 50, 2, 12
SECONDS = float(os.environ.get("SEEWHY_SOAK", "10"))
FLAT = 100_000_000
"""Bytes by which memory may grow once everybody has seen a page; a page that is never let go has a tenth of a MB."""


@pytest.mark.soak
def test_fifty_people_are_answered_health_all_the_while_and_memory_stays_flat(explorer: str) -> None:
    met = crowd(explorer, PEOPLE, SECONDS, least=PAGES)
    assert not met.wrong
    assert set(met.healthy) == {200}
    assert max(met.memory) - met.memory[0] < FLAT, [one // 1_000_000 for one in met.memory]


def test_twelve_first_visits_at_once_all_have_their_page(sample_graph: Path) -> None:
    async def first(address: str) -> str:
        async with visitor(address) as one, asyncio.timeout(HUNG):
            drawn = await one.ask("", "")
            assert drawn.whole
            return drawn.html

    async def everybody(address: str) -> list[str]:
        return await asyncio.gather(*(first(address) for _ in range(FIRST)))

    with served(sample_graph) as address:
        pages = together(everybody(address))
    assert len(pages) == FIRST
    assert all("Who can see a case, and why?" in page and "What was loaded" in page for page in pages)


def test_what_all_visitors_need_is_made_once(sample_graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists of things, counts, findings: twelve at once cost as many queries as one alone."""
    monkeypatch.setenv("SEEWHY_GRAPH", str(sample_graph))
    made: Counter[str] = Counter()
    run, found = connection.RecordingSession.run, findings.ask_findings

    def counted(session: connection.RecordingSession, name: str, **parameters: Any) -> list[dict[str, Any]]:
        made[name] += 1
        return run(session, name, **parameters)

    def looked(*given: Any, **named: Any) -> Any:
        made["findings"] += 1
        return found(*given, **named)

    monkeypatch.setattr(connection.RecordingSession, "run", counted)
    monkeypatch.setattr(findings, "ask_findings", looked)

    def visit(begin: Barrier) -> int:
        begin.wait(HUNG)
        warm_up.code()
        warm_up.graph()
        found = findings.of_start(connection.newest_revision(), DAY, 0)
        assert found is not None
        assert found.looked == found.kinds
        return len(found.answer.findings)

    def visits(number: int) -> tuple[set[int], dict[str, int]]:
        st.cache_resource.clear()
        st.cache_data.clear()
        made.clear()
        begin = Barrier(number)
        with ThreadPoolExecutor(number) as pool:
            return {*pool.map(visit, [begin] * number)}, dict(made)

    alone = visits(1)
    assert alone[1]["findings"] == 1
    assert visits(FIRST) == alone
    st.cache_resource.clear()
    st.cache_data.clear()


def test_what_is_asked_beside_a_page_is_asked_once_and_tells_its_error() -> None:
    asked_for: list[int] = []
    pending = PendingAnswer(lambda: asked_for.append(1) or "answer")
    assert pending.ready(30)
    assert (pending.ready(), pending.answer(), asked_for) == (True, "answer", [1])

    def fails() -> None:
        raise SeeWhyError("no")

    failed = PendingAnswer(fails)
    assert failed.ready(30)
    with pytest.raises(SeeWhyError, match="no"):
        failed.answer()


def test_a_file_waits_for_the_whole_answer_and_says_when_it_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    from seewhy.explorer.data import background

    go_on = Event()
    pending = PendingAnswer(lambda: go_on.wait(30) and "answer")
    monkeypatch.setattr(background, "FILE_SECONDS", 0.01)
    with pytest.raises(LimitReached, match=r"who sees the cases was not found within 0\.01 s"):
        pending.for_file("who sees the cases")
    go_on.set()
    monkeypatch.undo()
    assert pending.for_file("who sees the cases") == "answer"


def test_what_was_left_is_not_begun_and_is_asked_again_when_it_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    from seewhy.explorer.data import background

    waiting: list[object] = []

    class Pool:
        def submit(self, run: Callable[..., object], work: object) -> None:
            waiting.append(partial(run, work))

    now = [0.0]
    monkeypatch.setattr(background, "_POOL", Pool())
    monkeypatch.setattr(background.time, "monotonic", lambda: now[0])
    pending = PendingAnswer(lambda: "answer")
    assert not pending.ready()
    now[0] = 60.0
    waiting.pop()()  # type: ignore[operator]
    assert not pending._ended.is_set()
    assert not pending.ready()
    waiting.pop()()  # type: ignore[operator]
    assert pending.answer() == "answer"
    assert not waiting


def test_the_newest_load_is_known_and_cases_are_listed_before_the_graph_is_open(
    sample_graph: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEEWHY_GRAPH", str(sample_graph))
    st.cache_resource.clear()

    def unopened(*_: Any) -> Any:
        raise AssertionError("the graph was opened")

    with monkeypatch.context() as closed:
        closed.setattr(EmbeddedEngine, "_load_file", unopened)
        revision = connection.newest_revision()
        assert connection.loads()[0].id == revision.load == "load-0001"
        listed = search_index.table(revision, "case").select("id", "name", "about").rows()
    rows = connection.shared_session().engine.read("MATCH (c:CaseFile) RETURN c.id AS a, c.caption AS b, c.system AS c")
    assert listed == sorted((row["a"], row["b"], row["c"]) for row in rows)
    assert search_index.named(revision, "case", "m-101") == search_index.Thing("case", *listed[_place(listed, "m-101")])
    assert search_index.named(revision, "case", "m-1") is None
    st.cache_resource.clear()


def _place(listed: list[tuple[str, ...]], case: str) -> int:
    return next(place for place, row in enumerate(listed) if row[0] == case)
