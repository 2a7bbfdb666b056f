"""What one visitor may take: windows, rows of a what-if, seconds of a question; each refusal is a sentence."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from threading import BoundedSemaphore

import pytest
from streamlit.testing.v1 import AppTest
from websockets.exceptions import InvalidStatus

from seewhy.explorer.data import connection, trials
from seewhy.explorer.data.run import page_seconds
from seewhy.explorer.door.home import outside
from seewhy.explorer.door.windows import IN_ALL, OF_ONE, REFUSED, SPARE, Windows, check
from seewhy.graph.errors import LimitReached
from seewhy.serving import command
from tests.app.conftest import DAY
from tests.servers.explorer import ROOT, free_port, running
from tests.servers.visitors import together, visitor


def test_windows_are_counted_in_all_and_for_each_person(monkeypatch: pytest.MonkeyPatch) -> None:
    windows = Windows(most=3, most_of_one=2)

    def open_with(*who: str) -> list[str]:
        """What each of them is told, opened one after the other and closed together."""
        if not who:
            return []
        with windows.opened(who[0]) as told:
            return [told, *open_with(*who[1:])]

    assert open_with("ann", "ann", "ann", "bob") == ["", "", OF_ONE, IN_ALL]
    assert open_with("ann", "bob", "ann") == ["", "", ""]
    # Where nobody signs in all are everybody's.
    assert open_with("", "", "", "") == ["", "", "", IN_ALL]
    assert open_with(*["ann"] * (2 + SPARE + 1))[-2:] == [OF_ONE, REFUSED]
    assert open_with(*map(str, range(3 + SPARE + 1)))[-2:] == [IN_ALL, REFUSED]
    monkeypatch.setenv("SEEWHY_MOST_WINDOWS_EACH", "2")
    check([])
    for said, sentence in (([OF_ONE], "you have `2` windows of SeeWhy open"), ([IN_ALL], "open in `200` windows")):
        with pytest.raises(LimitReached, match=sentence):
            check(said)


def test_a_window_too_many_is_told_so_and_the_others_are_answered(sample_graph: Path) -> None:
    port = free_port()
    environment = {**outside(os.environ), "SEEWHY_GRAPH": str(sample_graph), "PYTHONPATH": str(ROOT)}
    environment |= {"SEEWHY_MOST_WINDOWS": "2"}
    asked = ("why", f"person=ana&case=m-101&asof={DAY}")
    with running(command(port, token=False), port, environment, sample_graph.parent) as started:

        async def opened() -> list[str]:
            async with AsyncExitStack() as stack:
                drawn = []
                for _ in range(3):
                    page = await stack.enter_async_context(visitor(started.address))
                    drawn.append((await page.ask(*asked)).html)
                for _ in range(SPARE - 1):
                    await stack.enter_async_context(visitor(started.address))
                with pytest.raises(InvalidStatus) as refused:
                    await stack.enter_async_context(visitor(started.address))
                said = refused.value.response
                assert (said.status_code, b"as many windows" in bytes(said.body)) == (503, True)
            async with visitor(started.address) as page:
                return [*drawn, (await page.ask(*asked)).html]

        first, second, third, afterwards = together(opened())
    for drawn in (first, second, afterwards):
        assert "Ana Ferreira can view case m-101 now" in drawn
    assert "SeeWhy is open in <code>2</code> windows, as many as it serves" in third
    assert "Open this page again" in third
    assert "Ana" not in third


def test_rows_of_a_what_if_and_seconds_of_a_question(
    app: Callable[..., AppTest], sample_graph: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page_seconds.cache_clear()
    monkeypatch.setenv("SEEWHY_MOST_WHATIF_ROWS", "1")
    page = app(sample_graph, "../pages/whatif.py", do="leave", person="sam", asof=DAY)
    assert "would change" in _text(page)
    people = '{"set": {"people": [{"person_id": "sam", "active": "false"}, {"person_id": "ana", "active": "false"}]}}'
    revision = connection.newest_revision()
    with pytest.raises(LimitReached) as raised:
        trials.whatif(revision, DAY, people)
    assert raised.value.message == "these are `2` rows, and a page tries 1 at the most"
    monkeypatch.setenv("SEEWHY_MOST_WHATIF_ROWS", "2")
    monkeypatch.setattr(trials, "_AT_ONCE", busy := BoundedSemaphore(1))
    monkeypatch.setattr(trials, "_TURN_SECONDS", 0.0)
    with busy, pytest.raises(LimitReached, match="others are trying changes"):
        trials.whatif(revision, DAY, people)
    assert trials.whatif(revision, DAY, people)
    monkeypatch.setenv("SEEWHY_PAGE_SECONDS", "0.001")
    page_seconds.cache_clear()
    page = app(sample_graph, "../pages/why.py", person="sam", case="c-102", asof=DAY)
    assert "The question was stopped after 0.001 s" in _text(page)
    page_seconds.cache_clear()


def _text(page: AppTest) -> str:
    return "\n".join(str(block.proto.body) for block in page.get("html"))
