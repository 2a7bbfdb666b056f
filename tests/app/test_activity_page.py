"""The Activity page, and that what pages ask is in the log, once per visit, whoever worked the answer out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree

import pytest
from streamlit.testing.v1 import AppTest

import seewhy
from seewhy.auth.log import recorder
from seewhy.auth.log.reader import Reader
from seewhy.auth.log.recorder import open_log
from seewhy.auth.log.search import questions
from seewhy.auth.log.verify import verify
from seewhy.explorer.data import evidence
from seewhy.explorer.entry_notice import day_of
from seewhy.explorer.page_list import PAGES, shown
from seewhy.graph.questions.seen_over_time import seen_over_time
from tests.app.conftest import DAY, html, listed
from tests.support import bar
from tests.support.later_sample import later_sample

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


def everything(log: Path) -> list[tuple[str, ...]]:
    """Kind and all that was given of every question, oldest first."""
    return [(one.kind, one.person, one.case, one.as_of, str(one.options)) for one in questions(Reader(log))][::-1]


def test_the_page_is_there_only_with_a_log(app: App, sample_graph: Path) -> None:
    assert "activity" not in {entry.address for entry in shown()}
    assert "Activity" not in bar.links(html(app(sample_graph)))


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
    rows = listed(test)
    assert set(rows["case"]) == {"c-102", ""}
    opens = [one for one in rows["opens"] if one.startswith(f"why?person=sam&case=c-102&asof={DAY}")]
    assert opens
    number = opens[0].partition("entry=")[2]
    chosen = html(app(sample_graph, "../pages/activity.py", person="sam", row=number, asof=DAY))
    assert f"entry {int(number):,} of the log" in chosen
    assert "e-203" not in chosen
    asked_of = listed(app(sample_graph, "../pages/activity.py", about="true", asof=DAY))
    assert {(one["person"], one["case"]) for one in asked_of.iter_rows(named=True)} >= {("sam", "c-102"), ("", "e-203")}
    assert ("", "") not in {(one["person"], one["case"]) for one in asked_of.iter_rows(named=True)}
    app(sample_graph, "../pages/batch.py", people="sam\nrosa", cases="c-101", asof=DAY)
    kinds = listed(app(sample_graph, "../pages/activity.py", kind="check", asof=DAY))
    assert kinds["opens"][0] == f"batch?people=sam%0Arosa&cases=c-101&asof={DAY}"
    assert ("log show", "sam", "") in asked(log)
    test.text_input(key="activity-person").set_value("nobody at all").run()
    assert "1 question" in html(test)  # that somebody looks for them is about them, too
    assert "c-102" not in html(test)
    test = app(sample_graph, "../pages/activity.py", on="no day")
    assert "no day" in html(test)
    recorder.close_log()
    assert verify(log).faults == []


def test_evidence_that_is_kept_and_a_file_that_is_checked_are_entered(
    app: App, sample_graph: Path, log: Path
) -> None:
    test = app(sample_graph, "../pages/why.py", person="sam", case="c-102", asof=DAY)
    before = asked(log)
    test.button(key="keep-one").click().run()
    assert asked(log)[len(before) :] == [("evidence", "sam", "c-102")]
    assert 'class="words"' in html(test)
    made = evidence.kept("sam", "c-102", DAY)
    test = app(sample_graph, "../pages/verify.py")
    before = asked(log)
    test.file_uploader(key="dropped").set_value([("sam.zip", made.content, "application/zip")]).run()
    assert asked(log)[len(before) :] == [("verify", "", "")]
    shown = html(test)
    assert "The evidence holds." in shown
    assert re.search(r">question</b></td><td[^>]*>.*?holds</span></td><td[^>]*>entry \d+ of the \d+ of a log", shown)


def test_no_page_asks_unrecorded(app: App, sample_graph: Path, log: Path) -> None:
    pair = {"person": "sam", "case": "c-104", "asof": DAY, "a": "rosa", "b": "sam", "do": "leave", "kind": "assign",
            "people": "sam", "cases": "c-104", "id": "MEM-23", "file": "memberships.csv", "row": "4"}  # fmt: skip
    own = {
        "paths": {"from": "person:sam", "to": "case:c-104"}, "changes": {"from": DAY, "to": DAY},
        "query": {"name": "organisation/person", "p.person": "sam"},
    }  # fmt: skip
    heard: dict[str, set[str]] = {}
    twice: list[tuple[str, object]] = []
    test = app(sample_graph)
    for entry in PAGES[1:]:
        before = len(asked(log))
        test.switch_page(entry.file)
        for name, value in (pair | own.get(entry.address, {})).items():
            test.query_params[name] = "" if entry.needs and name == "kind" else value
        test.run()
        assert not test.exception
        entries = everything(log)[before:]
        heard[entry.address] = {kind for kind, *_ in entries}
        twice += [(entry.address, one) for one in entries if entries.count(one) > 1]
        test.run()  # a click on the page
        twice += [(entry.address, one) for one in everything(log)[before + len(entries) :]]
    wanted = {
        "why": "why", "who": "who", "what": "what", "compare": "compare", "structure": "person", "findings": "findings",
        "eligible": "eligible", "time": "timeline", "whatif": "whatif", "reports": "count",
        "activity": "log show", "rules": "findings", "batch": "check", "row": "row", "changes": "diff",
        "paths": "paths", "query": "query",
    }  # fmt: skip
    # Without a file nothing is asked about anybody.
    assert heard.keys() == wanted.keys() | {"verify"}
    assert not twice, "one visit, one entry"
    found = next(one for one in questions(Reader(log)) if one.kind == "findings")
    assert (found.outcome, found.rows is not None) == ("answered", True)
    assert {address: kind for address, kind in wanted.items() if kind not in heard[address]} == {}, heard


def test_an_entry_opens_the_answer_and_says_whether_it_is_still_the_same(
    app: App, sample_graph: Path, log: Path, tmp_path: Path
) -> None:
    """Answered from the load of now and from the one before, from a page and by a command; a reader of the address
    who chose something else since is told nothing."""
    graph = copytree(sample_graph, tmp_path / "graph")
    day = {"as_of": DAY}
    with seewhy.connect(graph) as opened:
        open_log()
        opened.check("sam", "c-102", **day)
        opened.who("c-101", **day)
        opened.what("rosa", **day)
        opened.person("sam", **day)
        opened.findings(**day)
        opened.diff(DAY, DAY)
        seen_over_time(opened.session, person="rosa", as_of=DAY)
    for page, asks in {"why": {"person": "sam", "case": "c-102"}, "time": {"person": "sam", "case": "c-102"}}.items():
        file = next(entry.file for entry in PAGES if entry.address == page)
        app(graph, file, asof=DAY, **asks)
    found = {one.kind: one for one in reversed([*questions(Reader(log))])}
    wanted = {"check": "why", "who": "who", "what": "what", "person": "structure", "findings": "findings",
              "why": "why", "timeline": "time", "seen_over_time": "time"}  # fmt: skip

    def told(kind: str, **more: str) -> str:
        file = next(entry.file for entry in PAGES if entry.address == wanted[kind])
        one = found[kind]
        asks = {"person": one.person, "case": one.case, "asof": day_of(one), "entry": str(one.n), **more}
        return html(app(graph, file, **{name: value for name, value in asks.items() if value}))

    same = "This page answers from it; the answer is the same, word for word"
    assert {kind for kind in wanted if same not in told(kind)} == set()
    assert told("check").count("of the question log:</b>") == 1
    assert "of the question log" not in told("check", case="c-101")
    assert "of the question log" not in told("check", asof="2026-11-24")
    test = app(graph, "../pages/activity.py", asof=DAY)
    assert f"why?person=sam&case=c-102&asof={DAY}&entry={found['check'].n}" in set(listed(test)["opens"])
    recorder.close_log()
    with seewhy.connect(graph, write=True) as opened:
        opened.load(later_sample(tmp_path), as_of=DAY)
    newer = {kind: told(kind) for kind in ("check", "what", "timeline")}
    other = "answered from load-0001. This page answers from load-0002"
    assert {kind for kind, page in newer.items() if other not in page} == set()
    assert "the answer is the same, word for word" in newer["check"]
    assert "<b>the answer is not the same any more</b>" in newer["what"], "the memberships of rosa are gone"
    recorder.close_log()
    assert verify(log).faults == []
