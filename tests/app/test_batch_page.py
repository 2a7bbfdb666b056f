"""The batch page: the matrix of values, wrong ids all at once, files that are read in the browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from pathlib import Path

import openpyxl
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

import seewhy
from seewhy.graph.questions.batch import MOST_PAIRS
from seewhy.graph.reports.verify import verify_export
from tests.app import hostile
from tests.app.conftest import DAY, html
from tests.app.test_journeys import WAIT, drawn, opened, settled
from tests.support.actions import Actions

App = Callable[..., AppTest]
BATCH = "../pages/batch.py"


def cells(shown: str) -> dict[tuple[str, str], str]:
    """The values of the matrix by person and case."""
    link = r'why\?person=([^&]+)&amp;case=([^&]+)&amp;asof=[^"]+"[^>]*><span class="tag \w+"[^>]*>(\w+)'
    found = re.findall(link, shown)
    return {(person, case): word for person, case, word in found}


def test_every_pair_has_its_value(app: App, sample_graph: Path) -> None:
    people, cases = ("rosa", "sam", "mateo"), ("c-101", "c-102", "m-101", "e-203")
    shown = html(app(sample_graph, BATCH, people="\n".join(people), cases="\n".join(cases), asof=DAY))
    with seewhy.connect(sample_graph) as graph:
        blocked = {(row.person, case) for case in cases for row in graph.who(case, DAY).blocked}
        wanted = {
            (person, case): "Blocked"
            if (person, case) in blocked
            else graph.check(person, case, DAY).value.capitalize()
            for person in people
            for case in cases
        }
    assert ("sam", "c-102") in blocked
    assert cells(shown) == wanted
    people, cases = ("ana", "rosa"), ("c-101", "e-203")
    asked = {"people": "\n".join(people), "cases": "\n".join(cases), "seen": "true", "asof": DAY}
    seen = cells(html(app(sample_graph, BATCH, **asked)))
    with seewhy.connect(sample_graph) as graph:
        every = {(person, case): graph.check(person, case, DAY).value for person in people for case in cases}
    kept = [{pair[place] for pair, value in every.items() if value != "none"} for place in (0, 1)]
    assert set(seen) == {pair for pair in every if pair[0] in kept[0] and pair[1] in kept[1]} != set(every)


def test_what_is_given_more_than_once_is_asked_once_and_said(app: App, sample_graph: Path) -> None:
    test = app(sample_graph, BATCH, people="sam", cases="c-101", asof=DAY)
    assert "Given more than once" not in html(test)
    test.text_area(key="batch-people").set_value("rosa\n sam\nrosa\nana\nrosa\n").run()
    assert test.text_area(key="batch-people").value == "rosa\nsam\nana"
    assert "Given more than once, and asked once: <code>rosa</code>.</p>" in html(test)
    test.text_area(key="batch-people").set_value("rosa\nsam").run()
    assert "Given more than once" not in html(test)


def test_what_cannot_be_asked_is_said_at_once(app: App, sample_graph: Path) -> None:
    test = app(sample_graph, BATCH, people="sam\nrossa\nsm", cases="c-101\nc-999", asof=DAY)
    shown = html(test)
    for says in ("3 of these ids are unknown", "unknown person <code>rossa</code>", "people, line 2",
                 "unknown person <code>sm</code>", "unknown case <code>c-999</code>", "cases, line 2"):  # fmt: skip
        assert says in shown, says
    assert not cells(shown)
    # Lines of what was typed are no rows of a load; a known id that may be meant takes the place of the wrong one.
    assert "row?file=" not in shown
    assert re.search(r'batch\?people=sam%0Arosa%0Asm&amp;cases=c-101%0Ac-999[^"]*"[^>]*><code>rosa</code></a> ', shown)
    next(button for button in test.button if button.label == "Leave these 3 out, and ask").click().run()
    assert cells(html(test)) == {("sam", "c-101"): "Edit"}
    assert f"At most {MOST_PAIRS:,} pairs" in html(app(sample_graph, BATCH, people="rosa", asof=DAY))
    many = "\n".join(map(str, range(200)))
    assert f"a batch has at most {MOST_PAIRS:,} pairs".capitalize() in html(
        app(sample_graph, BATCH, people=many, cases=many, asof=DAY)
    )


def test_names_in_a_batch_are_never_markup(app: App, hostile_graph: Path) -> None:
    shown = html(app(hostile_graph, BATCH, people=hostile.PERSON_ID, cases=hostile.CASE_ID, asof=DAY))
    assert escape(hostile.PERSON) in shown
    assert "<img src=x" not in shown


def test_a_batch_from_files_to_a_workbook(explorer: str, page: Page, tmp_path: Path) -> None:
    outside = opened(page, f"{explorer}/batch?asof={DAY}")
    (tmp_path / "people.csv").write_text("name,person_id\nRosa,rosa\nSam,sam\n", "utf-8")
    (tmp_path / "cases.txt").write_text("c-101\nc-102\n", "utf-8")
    actions, matrix = Actions(page), page.locator(".matrix")
    fields = page.locator(".filetext input")
    expect(fields).to_have_count(2, timeout=WAIT)
    actions.drop(fields.nth(0), tmp_path / "people.csv")
    expect(page).to_have_url(re.compile("people=rosa%0Asam"), timeout=WAIT)
    settled(page)
    actions.drop(fields.nth(1), tmp_path / "cases.txt")
    expect(matrix.get_by_role("link")).to_have_text(["Edit", "Edit", "Edit", "Blocked"], timeout=WAIT)
    settled(page)
    actions.click(page.get_by_role("button", name="Export all"))
    with page.expect_download() as download:
        actions.click(page.get_by_role("button", name="Excel file"))
    assert actions.taken == 4
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    with page.expect_download() as download:
        page.get_by_role("button", name="Manifest").click()
    download.value.save_as(tmp_path / download.value.suggested_filename)
    assert verify_export(file).holds
    data = openpyxl.load_workbook(file)["Data"]
    assert [[cell.value for cell in row][:6:2] for row in data.iter_rows(min_row=2)][:2] == [
        ["rosa", "c-101", "cm"], ["rosa", "c-102", "cm"]
    ]  # fmt: skip
    page.keyboard.press("Escape")
    matrix.get_by_role("link").last.click()
    expect(page).to_have_url(re.compile(r"/why\?person=sam&case=c-102"), timeout=WAIT)
    page.go_back()
    drawn(page)
    expect(matrix.get_by_role("link")).to_have_count(4, timeout=WAIT)
    assert outside == []
