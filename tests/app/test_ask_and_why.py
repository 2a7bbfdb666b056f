"""Ask and Why without a browser: every scheme, every kind of answer, and every way to have none."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import seewhy
from seewhy.explorer import page_shell
from seewhy.explorer.components.source_rows import row_text
from seewhy.explorer.data import shown_load
from tests.app import hostile
from tests.app.conftest import DAY, html
from tests.support import bar

App = Callable[..., AppTest]
WHY = "../pages/why.py"


@pytest.mark.parametrize(
    ("person", "case", "tone", "says"),
    [
        ("ana", "m-101", "yes", "can view case m-101 now, and change it after switching position"),
        ("sam", "c-102", "blocked", "blocked, because a membership denies it"),
        ("rosa", "c-103", "blocked", "access is limited to the people named on the case"),
        ("uma", "c-101", "yes", "can see case c-101"),
        ("hana", "i-102", "yes", "can change it"),
        ("nia", "i-102", "no", "nothing grants it"),
        ("kasia", "e-212", "blocked", "an access rule forbids it"),
        ("imani", "e-203", "yes", "cannot change it"),
        ("pedro", "e-203", "blocked", "no role clears this person"),
        ("suki", "e-201", "no", "nothing grants it"),
        ("mateo", "m-101", "no", "is not active on this day"),
        ("ana", "m-114", "no", "does not exist on this day"),
    ],
)
def test_an_answer_says_everything(app: App, sample_graph: Path, person: str, case: str, tone: str, says: str) -> None:
    with seewhy.connect(sample_graph) as graph:
        answer = graph.why(person, case, DAY)
    shown = html(app(sample_graph, WHY, person=person, case=case, asof=DAY))
    assert escape(says) in shown
    assert f'<section class="v {tone}" role="status">' in shown
    assert f"by <b>{answer.file}</b>" in shown
    for reason in answer.reasons:
        for step in reason.path:
            assert escape(step.sentence[1:]) in shown
            assert escape(row_text(step.source)) in shown
    for rung in answer.ladder:
        assert rung.question.startswith("Otherwise") or escape(rung.question) in shown
        assert all(f">{rule}</abbr>" in shown for rule in rung.rules)
    assert shown.count('aria-current="step"') == 1
    assert "Limits hit" in shown


def test_positions_say_now_and_after_switching(app: App, sample_graph: Path) -> None:
    shown = html(app(sample_graph, WHY, person="ana", case="m-101", asof=DAY))
    assert re.search(r"View</div>.*?now</div>.*?Edit</div>.*?after switching</div>", shown, re.DOTALL)


def test_privileges_list_what_could_be_used(app: App, sample_graph: Path) -> None:
    shown = html(app(sample_graph, WHY, person="imani", case="e-203", asof=DAY))
    assert "Privileges that could be used on this case" in shown
    assert "ECASE-116" in shown


def test_what_was_beaten_is_called_so(app: App, sample_graph: Path) -> None:
    shown = html(app(sample_graph, WHY, person="sam", case="c-102", asof=DAY))
    assert "Matched but not used: Edit" in shown
    assert shown.index("Decides: no access") < shown.index("Matched but not used: Edit")


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"person": "anna", "case": "m-101"}, "Unknown person <code>anna</code>."),
        ({"person": "ana", "case": "m-1011"}, "Unknown case <code>m-1011</code>."),
        ({"person": "ana", "case": "m-101", "asof": "soon"}, "<code>soon</code> is not a date"),
        ({"person": "ana"}, "Choose a case"),
        ({}, "Choose a person and a case"),
    ],
)
def test_what_cannot_be_answered_is_one_sentence(
    app: App, sample_graph: Path, parameters: dict[str, str], says: str
) -> None:
    test = app(sample_graph, WHY, **parameters)
    assert says in html(test)
    assert "Traceback" not in html(test)


def test_an_unknown_id_names_the_nearest(app: App, sample_graph: Path) -> None:
    assert "<code>ana</code>" in html(app(sample_graph, WHY, person="anna", case="m-101", asof=DAY))


def test_another_day_is_said_aloud(app: App, sample_graph: Path) -> None:
    shown = html(app(sample_graph, WHY, person="farid", case="m-101", asof="2026-02-28"))
    assert "<b>Not today:</b> this page shows 28 Feb 2026." in shown


def test_the_start_page_counts_and_names_the_load(app: App, sample_graph: Path) -> None:
    shown = html(app(sample_graph, asof=DAY))
    assert "<b>67</b><span>" in shown
    assert "load-0001" in shown
    assert "Shows everything to whoever can reach this page." in shown
    assert "Case Manager (memberships)" in shown


def test_a_filled_question_opens_the_answer(app: App, sample_graph: Path) -> None:
    blank = app(sample_graph)
    assert "Open the answer" not in [link.proto.label for link in blank.get("page_link")]
    filled = app(sample_graph, person="ana", case="m-101")
    link = next(link.proto for link in filled.get("page_link") if link.proto.label == "Open the answer")
    assert (link.page, link.query_string) == ("why", "person=ana&case=m-101")


def test_a_rule_can_be_looked_up(app: App, sample_graph: Path) -> None:
    assert "MEM-20" in html(app(sample_graph, show="rule:MEM-20"))


def test_the_bar_keeps_the_question(app: App, sample_graph: Path) -> None:
    test = app(sample_graph, WHY, person="ana", case="m-101", asof=DAY)
    kept = {address.partition("?")[2] for address in bar.links(html(test)).values()}
    assert kept == {f"person=ana&case=m-101&asof={DAY}"}


def test_names_are_never_markup(app: App, hostile_graph: Path) -> None:
    for page, parameters in (
        ("../pages/ask.py", {"person": hostile.PERSON_ID, "case": hostile.CASE_ID, "show": "unit:u<1>"}),
        (WHY, {"person": hostile.PERSON_ID, "case": hostile.CASE_ID, "asof": DAY}),
    ):
        test = app(hostile_graph, page, **parameters)
        shown = html(test)
        # In sentences a name is cut at 80 characters.
        assert escape(hostile.PERSON[:79]) in shown
        for raw in ("<img src=x", "<script>", "<b>case", "<em>clerk", "<u>System"):
            assert raw not in shown
        # Nothing that formats Markdown ever holds a name.
        for kind in ("markdown", "caption", "error", "info", "warning", "success"):
            assert not test.get(kind)
        assert not any("bold" in link.proto.label for link in test.get("page_link"))


def test_a_graph_that_goes_away_and_comes_back(app: App, sample_graph: Path, tmp_path: Path) -> None:
    graph, away = tmp_path / "graph", tmp_path / "away"
    shutil.copytree(sample_graph, graph)
    question = {"person": "ana", "case": "m-101", "asof": DAY}
    test = app(graph, WHY, **question)
    assert "and change it" in html(test)
    graph.rename(away)
    test.run()
    assert not test.exception
    assert 'role="alert"' in html(test)
    assert "and change it" not in html(test)
    assert [button.label for button in test.button] == ["Try again"]
    away.rename(graph)
    test.button[0].click().run()
    assert "and change it" in html(test)


def test_a_defect_is_a_page_that_can_be_asked_again(
    app: App, sample_graph: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(*_: object) -> None:
        raise ZeroDivisionError("a secret of the inside")

    with monkeypatch.context() as broken:
        broken.setattr(page_shell, "basis", failing)
        test = app(sample_graph, WHY, person="ana", case="m-101", asof=DAY)
    assert "This page failed" in html(test)
    assert "a secret" not in html(test)
    assert "a secret of the inside" in caplog.text
    test.button[0].click().run()
    assert "and change it" in html(test)


def test_the_start_page_counts_what_there_is_on_the_day(app: App, sample_graph: Path) -> None:
    def tiles(day: str) -> dict[str, str]:
        shown = html(app(sample_graph, asof=day))
        return {word: number for number, word in re.findall(r"<b>([\d,]+)</b><span>.*?([a-z ]+)</span></", shown)}

    assert tiles(DAY) == {
        "people": "67",
        "cases": "46",
        "units": "46",
        "positions": "28",
        "roles in use": "13",
        "access rules": "12",
    }
    assert (tiles("2026-02-28")["people"], tiles("2026-02-28")["cases"]) == ("66", "10")
    assert "cases" not in tiles("2000-01-01")


def test_a_new_load_is_announced_and_shown_when_it_is_taken(
    app: App, sample_graph: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = tmp_path / "graph"
    shutil.copytree(sample_graph, graph)
    test = app(graph, WHY, person="sam", case="c-102", asof="2026-11-26")
    assert "cannot see case c-102" in html(test)
    folder = tmp_path / "input"
    from importlib.resources import as_file, files

    with as_file(files("seewhy.loaders") / "sample") as sample:
        shutil.copytree(sample, folder)
    rows = (folder / "memberships.csv").read_text("utf-8").splitlines()
    rows = [row for row in rows if not (row.startswith("sam,") and ",deny" in row)]
    (folder / "memberships.csv").write_text("\n".join(rows) + "\n", "utf-8")
    with seewhy.connect(graph, write=True) as opened:
        opened.load(folder, as_of="2026-11-26")
    other = app(graph, WHY, person="sam", case="c-102", asof="2026-11-26")
    assert "can see case c-102" in html(other), "a window that is opened now"
    for person in ("sam", "rosa", "sam"):
        test.query_params["person"] = person
        test.run()
        assert "<b>load-0002 has arrived</b>" in html(test)
        assert ">load-0001</b>" in html(test)
    # Also what was not asked before is answered from the load that is shown.
    assert "cannot see case c-102" in html(test)
    next(button for button in test.button if button.label == "Show it").click().run()
    assert "can see case c-102" in html(test)
    assert ("has arrived" in html(test), ">load-0002</b>" in html(test)) == (False, True)
    # An old graph is not held for ever: then the next page shows the newer load and says so.
    (folder / "memberships.csv").write_text("\n".join(rows[:-1]) + "\n", "utf-8")
    with seewhy.connect(graph, write=True) as opened:
        opened.load(folder, as_of="2026-11-27")
    monkeypatch.setattr(shown_load, "_HELD_SECONDS", 0.0)
    test.run()
    assert "<b>load-0003 has arrived</b> and is shown from here on; before it was load-0002." in html(test)
    test.run()
    assert "has arrived" not in html(test)
