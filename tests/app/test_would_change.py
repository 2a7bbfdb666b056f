"""What would change an answer, on Why: sets to tick with who else they reach, and the way to What if."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

import seewhy
from seewhy.explorer.data import background
from seewhy.explorer.data.background import _ABANDONED_SECONDS, PendingAnswer, tell
from seewhy.explorer.widgets.changes_card import tried
from seewhy.graph.answers.counterfactual import FactChange
from seewhy.graph.counterfactual.candidates import Move
from seewhy.graph.counterfactual.would_change import MOST_SETS, _Search
from seewhy.graph.errors import SeeWhyError
from tests.app.conftest import DAY, html
from tests.app.test_journeys import WAIT, opened
from tests.support.actions import Actions

App = Callable[..., AppTest]
PAIRS = (("ana", "m-101"), ("rosa", "c-101"), ("sam", "i-101"), ("mateo", "m-101"))


def test_sets_do_in_what_if_what_they_say_and_their_addresses_hold_no_name(sample_graph: Path) -> None:
    dos = set()
    with seewhy.connect(sample_graph) as graph:
        names = [cell for r in graph.session.run("organisation/people") for cell in (r["name"], r["email"]) if cell]
        for person, case in PAIRS:
            for one in graph.why(person, case, DAY, changes=True).would_change[:2]:
                address = tried([one], DAY)["changes"]
                assert [name for name in names if name in address] == []
                changes = json.loads(address)
                found = graph.whatif(changes, DAY, person=person, case=case, with_findings=False)
                after = [row["after"] for row in found.diff.table.iter_rows(named=True)]
                assert after == [one.value], (person, case, one.sentence)
                dos |= {*changes}
    assert dos == {"add", "end", "set"}


def test_a_thousand_rows_are_combined_in_bounds() -> None:
    class Rows(_Search):
        def __init__(self) -> None:  # what is combined needs no graph
            self._no = False

        def _outcomes(self, sets: Sequence[Move]) -> list[tuple[str, str]]:
            assert len(sets) <= MOST_SETS
            return [("view", "own_work")] * len(sets)

    rows = [(FactChange("end", "work", (("work_id", f"w-{n}"),)),) for n in range(1000)]
    search = Rows()
    search._check = SimpleNamespace(scheme="positions")  # type: ignore[assignment]
    search._action = "view"
    assert search._found(rows, rows) == []


def test_a_search_that_nobody_waits_for_ends_and_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[int] = []
    pending: PendingAnswer

    def question() -> str:
        begun.append(1)
        tell("three rows")
        if len(begun) == 1:
            pending._looks[""] -= 2 * _ABANDONED_SECONDS
        tell("whom else they reach")
        return "found"

    pending = PendingAnswer(question)
    while not pending.ready(0.01) and len(begun) < 2:
        pass
    assert (pending.ready(WAIT / 1000), pending.answer(), len(begun)) == (True, "found", 2)
    assert pending.doing == "whom else they reach"


def test_what_a_visitor_left_ends_unless_the_next_page_looks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_000.0]
    monkeypatch.setattr(background, "time", SimpleNamespace(monotonic=lambda: now[0]))
    pending = PendingAnswer(lambda: None)
    pending._looks.update(one=now[0], two=now[0])
    pending.turned("one")
    now[0] += 5
    pending.tell("two still looks")
    pending.turned("two")
    pending.tell("a second is left")
    now[0] += 2
    with pytest.raises(SeeWhyError):
        pending.tell("nobody looks")
    pending._looks["one"] = now[0]
    pending.tell("looked for again")


def test_who_else_is_said_in_words(app: App, sample_graph: Path) -> None:
    test = app(sample_graph, "../pages/why.py", person="ana", case="m-101", asof=DAY)
    while "Looking for the smallest sets" in (shown := html(test)):
        test.run()
    assert "Nobody else is affected." in shown
    assert "3 other people would lose this case." in shown
    assert "Chidi" in shown.split("3 other people would lose this case.")[1]


def test_what_would_take_it_away_in_two_actions(explorer: str, page: Page) -> None:
    outside = opened(page, f"{explorer}/why?person=ana&case=m-101&asof={DAY}")
    done = Actions(page)
    card = page.locator(".st-key-changes")
    expect(card).to_contain_text("End work w-01", timeout=WAIT)
    done.click(card.locator("label").filter(has_text="Set 2"))
    expect(card.get_by_role("button", name="Try these")).to_be_enabled(timeout=WAIT)
    done.click(card.get_by_role("button", name="Try these"))
    expect(page.get_by_role("cell", name="Chidi", exact=False).first).to_be_visible(timeout=WAIT)
    # In words, not as text of a file.
    expect(page.locator(".st-key-chosen")).to_contain_text("Ends: Work item: work w-01")
    asked = parse_qs(urlsplit(page.url).query)
    assert json.loads(asked["changes"][0])["end"]["work"], page.url
    assert (done.taken, outside) == (2, [])
