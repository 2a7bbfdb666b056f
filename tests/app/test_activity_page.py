"""The Activity page, and that what pages ask is in the log, once per visit, whoever worked the answer out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from seewhy.auth.log import recorder
from seewhy.auth.log.reader import Reader
from seewhy.auth.log.search import questions
from seewhy.auth.log.verify import verify
from seewhy.explorer.page_list import PAGES, shown
from tests.app.conftest import DAY, html

App = Callable[..., AppTest]


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a log that the pages write."""
    monkeypatch.setenv("SEEWHY_LOG", str(tmp_path / "log"))
    yield tmp_path / "log"
    recorder.close_log()


def asked(log: Path) -> list[tuple[str, str, str]]:
    """Kind, person, case of every question, oldest first."""
    return [(one.kind, one.person, one.case) for one in questions(Reader(log))][::-1]


def test_the_page_is_there_only_with_a_log(app: App, sample_graph: Path) -> None:
    assert "activity" not in {entry.address for entry in shown()}
    assert "Activity" not in str([link.proto for link in app(sample_graph).get("page_link")])


def test_what_pages_ask_is_entered_and_shown(app: App, sample_graph: Path, log: Path) -> None:
    pair = {"person": "sam", "case": "c-102", "asof": DAY}
    test = app(sample_graph, "../pages/why.py", **pair)
    first = asked(log)
    assert ("why", "sam", "c-102") in first
    test.run()  # the same visit
    assert asked(log) == first
    app(sample_graph, "../pages/why.py", **pair)  # somebody else, from the cache
    assert asked(log).count(("why", "sam", "c-102")) == 2
    app(sample_graph, "../pages/who.py", case="e-203", asof=DAY)

    test = app(sample_graph, "../pages/activity.py", person="sam", asof=DAY)
    page = html(test)
    assert "c-102" in page
    assert "e-203" not in page
    assert f"why?person=sam&amp;case=c-102&amp;asof={DAY}" in page
    assert asked(log)[-1] == ("log show", "sam", "")
    test.text_input(key="activity-person").set_value("nobody at all").run()
    assert "1 question" in html(test)  # that somebody looks for them is about them, too
    assert "c-102" not in html(test)
    test = app(sample_graph, "../pages/activity.py", on="no day")
    assert "no day" in html(test)
    recorder.close_log()
    assert verify(log).faults == []


def test_no_page_asks_unrecorded(app: App, sample_graph: Path, log: Path) -> None:
    pair = {"person": "sam", "case": "c-104", "asof": DAY, "a": "rosa", "b": "sam", "do": "leave", "kind": "assign"}
    pair |= {"file": "memberships.csv", "row": "4"}
    heard: dict[str, set[str]] = {}
    test = app(sample_graph)
    for entry in PAGES[1:]:
        before = len(asked(log))
        test.switch_page(entry.file)
        for name, value in pair.items():
            test.query_params[name] = "" if entry.needs and name == "kind" else value
        test.run()
        assert not test.exception
        heard[entry.address] = {kind for kind, _, _ in asked(log)[before:]}
    wanted = {
        "why": "why", "who": "who", "what": "what", "compare": "compare", "structure": "person", "findings": "findings",
        "eligible": "eligible", "time": "timeline", "whatif": "whatif", "reports": "count",
        "activity": "log show", "row": "row", "changes": "diff",
    }  # fmt: skip
    assert heard.keys() == wanted.keys() | {"rules"}  # without a rule that finds something it asks about nobody
    assert {address: kind for address, kind in wanted.items() if kind not in heard[address]} == {}, heard
