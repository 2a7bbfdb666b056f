"""The pages with a scheme of one's own: every one shows its words and its rows, and the served explorer uses it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import seewhy
from seewhy.explorer.data import evidence
from tests.app.conftest import ROOT, html, listed
from tests.app.test_served import drawn
from tests.servers.explorer import free_port, running
from tests.support.example_schemes import DAY, EXAMPLES, given_of, use, write_organisation

App = Callable[..., AppTest]
LATER = "2026-06-01"


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with two snapshots: Ana becomes a manager."""
    place = tmp_path_factory.mktemp("records")
    use("departments")
    people = given_of("departments")["people"].replace("ana,Ana,employee,sales", "ana,Ana,manager,sales")
    with seewhy.connect(place / "graph", write=True) as graph:
        graph.load(write_organisation("departments", place / "first"), as_of=DAY)
        graph.load(write_organisation("departments", place / "second", people=people), as_of=LATER)
    use()
    return place / "graph"


PAGES = {
    "why yes": (
        "why", {"person": "cy", "case": "r-1"},
        [
            "Does Cy own the record?", "Is Cy a manager of the record's department?", "DEP-02",
            "Cy works in the department Sales",
        ],
    ),
    "why no": (
        "why", {"person": "nowhere", "case": "r-1"},
        [
            "Nowhere cannot see case r-1", "Nowhere is no manager of the record's department",
            "Does Nowhere own the record?",
        ],
    ),
    "who": ("who", {"case": "r-1"}, ["can see case r-1", "By deciding reason"]),
    "what": ("what", {"person": "bo"}, ["Bo"]),
    "rules": ("rules", {"id": "DEP-05"}, ["Only the owner may delete a record."]),
    "rule of the ladder": ("rules", {"id": "DEP-02"}, ["A manager may edit the records of their own department."]),
    "structure": ("structure", {}, ["Sales", "Legal"]),
    "person": ("structure", {"person": "cy"}, ["Cy", "manager", "people.csv, row 4"]),
    "ask": ("ask", {"person": "cy", "case": "r-1"}, ["Cy"]),
    "findings": ("findings", {}, []),
    "time": ("timeline", {"person": "ana", "case": "r-2"}, ["Ana", "r-2", "2026-06-01"]),
    "what if": ("whatif", {"person": "ana", "case": "r-2"}, []),
    "reports": ("reports", {}, []),
    "compare": ("compare", {"person": "ana", "other": "bo"}, []),
}  # fmt: skip
"""Page, what it is asked, and words that it shows."""


def text_of(test: AppTest) -> str:
    return unescape(html(test)).replace("\u2019", "'")


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_shows_the_words_of_the_scheme(app: App, records: Path, name: str) -> None:
    use("departments")
    page, parameters, words = PAGES[name]
    shown = text_of(app(records, f"../pages/{page}.py", asof=LATER, **parameters))
    assert shown
    assert "Traceback" not in shown
    assert [word for word in words if word not in shown] == []


def test_who_and_what_list_what_the_graph_says(app: App, records: Path) -> None:
    use("departments")
    with seewhy.connect(records) as graph:
        people = [row.person for row in graph.who("r-1", LATER).people]
        cases = [row.case for row in graph.what("cy", LATER).cases]
    assert listed(app(records, "../pages/who.py", case="r-1", asof=LATER))["person"].to_list() == people
    assert listed(app(records, "../pages/what.py", person="cy", asof=LATER))["case"].to_list() == cases


def test_a_report_is_built(app: App, records: Path) -> None:
    use("departments")
    test = app(records, "../pages/reports.py", asof=LATER)
    test.button(key="build-access").click().run()
    assert not test.exception
    with seewhy.connect(records) as graph:
        visible = sum(len(sight.cases) for sight in graph.pairs(LATER))
    assert test.session_state["built-access"].manifest["rows"] == visible


def test_evidence_of_an_own_scheme_is_kept_and_holds(app: App, records: Path) -> None:
    """It brings its rules along, and they are those in use here."""
    use("departments")
    test = app(records, "../pages/verify.py")
    made = evidence.kept("cy", "r-1", LATER)
    test.file_uploader(key="dropped").set_value([("cy.zip", made.content, "application/zip")]).run()
    shown = text_of(test)
    assert "The evidence holds." in shown
    assert "the same as the scheme in use here" in shown


def test_without_the_scheme_a_page_says_so_in_one_sentence(app: App, records: Path) -> None:
    shown = text_of(app(records, "../pages/why.py", person="cy", case="r-1", asof=LATER))
    assert "which is not in use" in shown
    assert "Traceback" not in shown


def test_the_served_explorer_uses_the_schemes(records: Path, tmp_path: Path) -> None:
    """`seewhy serve --schemes FOLDER` as a process."""
    port = free_port()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    environment.pop("SEEWHY_SCHEMES", None)
    line = [sys.executable, "-c", "from seewhy.cli import main; main()", "serve", "--graph", str(records)]
    line += ["--no-browser", "--no-token", "--port", str(port), "--schemes", str(EXAMPLES / "departments")]
    with running(line, port, environment, tmp_path) as started:
        page = drawn(started.address, "", "why", f"person=cy&case=r-1&asof={DAY}")
        shown = unescape(page.html).replace("\u2019", "'")
        assert "Is Cy a manager of the record's department?" in shown
        assert page.whole
