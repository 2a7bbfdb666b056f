"""Lists, comparisons and reports in a real browser: who to why, links, Back and reload, downloads, hostile names."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from urllib.parse import quote

import openpyxl
import pytest
from playwright.sync_api import Download, Page, expect

from seewhy.graph.reports.verify import verify_export
from tests.app import hostile
from tests.app.conftest import DAY
from tests.app.test_journeys import WAIT, drawn, opened, settled
from tests.support import bar
from tests.support.actions import Actions

WHO = f"/who?case=c-101&asof={DAY}"
WHAT = f"/what?person=rosa&asof={DAY}"
COMPARE = f"/compare?a=rosa&b=sam&asof={DAY}"
DAYS = f"/compare?a=farid&t1=2026-02-28&t2={DAY}"
REPORTS = f"/reports?asof={DAY}"
HEADING = ".subject h1"


def saved(download: Download, folder: Path) -> Path:
    file = folder / download.suggested_filename
    download.save_as(file)
    return file


def test_from_who_to_why(explorer: str, page: Page) -> None:
    """By mouse and by keys: a row is selected, sorted among all, opened, let go; the address holds it all."""
    outside = opened(page, explorer + WHO)
    expect(page.locator(HEADING)).to_have_text("6 people can see case c-101")
    actions, rows, preview = Actions(page), page.locator(".rowgrid tbody tr"), page.locator(".st-key-preview-one")
    expect(rows).to_have_count(6)
    expect(preview).to_have_count(0)
    actions.click(rows.nth(2).locator("td").nth(3))
    expect(preview).to_be_visible(timeout=WAIT)
    expect(page).to_have_url(re.compile("row=rosa"), timeout=WAIT)
    actions.press("ArrowDown")
    expect(preview.locator(".beside")).to_have_text("sam", timeout=WAIT)
    expect(page).to_have_url(re.compile("row=sam"), timeout=WAIT)
    expect(rows.nth(3)).to_have_attribute("aria-selected", "true")
    actions.press("Enter")
    expect(page).to_have_url(re.compile(rf"/why\?person=sam&case=c-101&asof={DAY}"), timeout=WAIT)
    expect(page.locator("[role=status] h1")).to_contain_text("can see case c-101, and", timeout=WAIT)
    assert actions.taken == 3
    page.go_back()  # the rows that were looked at are no steps of the history
    expect(preview.locator(".beside")).to_have_text("sam", timeout=WAIT)
    settled(page)
    actions.click(page.get_by_role("columnheader", name="Access").get_by_role("button"))
    expect(page).to_have_url(re.compile("sort=value"), timeout=WAIT)
    expect(rows.first).to_contain_text("Edit", timeout=WAIT)
    settled(page)
    page.reload()
    drawn(page)
    expect(page.get_by_role("columnheader", name="Access")).to_have_attribute("aria-sort", "ascending", timeout=WAIT)
    expect(preview.locator(".beside")).to_have_text("sam", timeout=WAIT)
    actions.press("Escape")
    expect(preview).to_have_count(0, timeout=WAIT)
    expect(page).not_to_have_url(re.compile("row="), timeout=WAIT)
    settled(page)
    actions.click(rows.nth(1).locator("td").nth(3), count=2)
    expect(page).to_have_url(re.compile(r"/why\?person=\w+&case=c-101"), timeout=WAIT)
    # Back while the page is still being drawn can end in Streamlit's "Cached ForwardMsg MISS".
    expect(page.locator("[role=status] h1")).to_contain_text("can see case c-101, and", timeout=WAIT)
    settled(page)
    page.go_back()
    expect(page.locator(HEADING)).to_have_text("6 people can see case c-101", timeout=WAIT)
    expect(preview).to_be_visible(timeout=WAIT)
    settled(page)
    actions.click(rows.nth(0).get_by_role("link").first)
    expect(page).to_have_url(re.compile(r"/why\?person=\w+&case=c-101"), timeout=WAIT)
    assert actions.taken == 7
    assert outside == []


def test_nothing_is_told_after_a_step(explorer: str, page: Page) -> None:
    """A row is told a moment after it was selected, which would draw the list anew in place of the page of the link."""
    told: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: told.append(str(frame))))
    # Where the page does not listen at that very moment the browser follows the link itself, which tells nothing.
    for _ in range(3):
        told.clear()
        opened(page, explorer + WHO)
        row = page.locator(".rowgrid tbody tr").nth(1)
        expect(row).to_be_visible(timeout=WAIT)
        settled(page)
        row.evaluate("row => { row.cells[3].click(); row.querySelector('a').click(); }")
        expect(page).to_have_url(re.compile(r"/why\?"), timeout=WAIT)
        expect(page.locator("[role=status] h1")).to_contain_text("see case c-101, and", timeout=WAIT)
        settled(page)
        if said := [name for name in ("gone", "picked") if any(f'"{name}"' in frame for frame in told)]:
            break
    assert said == ["gone"]


def test_the_bar_takes_the_question_along(explorer: str, page: Page) -> None:
    opened(page, f"{explorer}/why?person=rosa&case=c-101&asof={DAY}")
    bar.go(page, "Who can see")
    expect(page.locator(HEADING)).to_have_text("6 people can see case c-101", timeout=WAIT)
    bar.go(page, "What can they see")
    expect(page.locator(HEADING)).to_have_text("Rosa Delgado can see 9 cases", timeout=WAIT)
    bar.go(page, "Compare")
    expect(page.get_by_label("This person", exact=True)).to_have_value("Rosa Delgado · rosa", timeout=WAIT)


@pytest.mark.parametrize(
    ("where", "field", "typed", "id"),
    [
        (WHO, "Who can see this case?", "c-102", "case=c-102"),
        (WHAT, "What can this person see?", "sam", "person=sam"),
        (COMPARE, "and this person", "xenia", "b=xenia"),
        (DAYS, "This person", "ana", "a=ana"),
    ],
)
def test_link_back_and_reload_restore_the_answer(
    explorer: str, page: Page, where: str, field: str, typed: str, id: str
) -> None:
    opened(page, explorer + where)
    expect(page.locator(HEADING)).to_be_visible(timeout=WAIT)
    first = page.locator(HEADING).inner_text()
    page.get_by_label(field, exact=True).fill(typed)
    page.get_by_role("option").first.click()
    expect(page).to_have_url(re.compile(id), timeout=WAIT)
    expect(page.locator(HEADING)).not_to_have_text(first, timeout=WAIT)
    page.go_back()
    expect(page.locator(HEADING)).to_have_text(first, timeout=WAIT)
    expect(page).to_have_url(explorer + where, timeout=WAIT)
    page.reload()
    drawn(page)
    expect(page.locator(HEADING)).to_have_text(first, timeout=WAIT)
    assert page.url == explorer + where


def test_a_filter_is_part_of_the_link_and_back_takes_it_away(explorer: str, page: Page) -> None:
    outside = opened(page, explorer + WHO)
    pager = page.locator(".st-key-pager")
    expect(pager).to_contain_text("6 people")
    page.get_by_role("radio", name="Edit").or_(page.get_by_role("button", name="Edit")).first.click()
    expect(page).to_have_url(re.compile("show=edit"), timeout=WAIT)
    expect(pager).to_contain_text("3 people, filtered from 6", timeout=WAIT)
    link = page.url
    page.go_back()
    expect(pager).not_to_contain_text("filtered", timeout=WAIT)
    page.goto(link)
    drawn(page)
    expect(pager).to_contain_text("3 people, filtered from 6", timeout=WAIT)
    assert outside == []


def test_comparing_two_days_starts_from_the_person(explorer: str, page: Page) -> None:
    opened(page, f"{explorer}/compare?a=farid&b=ana&asof={DAY}")
    page.get_by_text("One person, two days").click()
    expect(page).to_have_url(re.compile("differ=days"), timeout=WAIT)
    settled(page)
    assert "b=" not in page.url
    # The other day is that of the newest load; Enter takes a typed one.
    page.get_by_role("group", name="on this day", exact=True).get_by_role("spinbutton").first.click()
    page.keyboard.type("20260228")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("t1=2026-02-28"), timeout=WAIT)
    expect(page.locator(HEADING)).to_contain_text("Farid Rahimi sees", timeout=WAIT)


def test_an_export_is_whole_or_of_these_and_its_manifest_fits(explorer: str, page: Page, tmp_path: Path) -> None:
    opened(page, f"{explorer}{WHO}&show=edit")
    actions = Actions(page)
    actions.click(page.get_by_role("button", name="Export these 3"))
    with page.expect_download() as download:
        actions.click(page.get_by_role("button", name="Excel file"))
    assert actions.taken == 2
    file = saved(download.value, tmp_path)
    assert file.name == f"who-c-101-{DAY}-these-3.xlsx"
    with page.expect_download() as download:
        page.get_by_role("button", name="Manifest").click()
    saved(download.value, tmp_path)
    assert verify_export(file).holds
    data = openpyxl.load_workbook(file)["Data"]
    assert [cell.value for cell in data["A"]] == ["person", "rosa", "sam", "tariq"]
    assert data["A2"].hyperlink.target == f"{explorer}/why?person=rosa&case=c-101&asof={DAY}"
    page.keyboard.press("Escape")
    page.get_by_text("Export all").click()
    page.get_by_text("CSV", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV file").click(timeout=WAIT)
    file = saved(download.value, tmp_path)
    assert file.name == f"who-c-101-{DAY}.csv"
    assert len(file.read_text("utf-8").splitlines()) == 1 + 6
    with page.expect_download() as download:
        page.get_by_role("button", name="Manifest").click()
    manifest = json.loads(saved(download.value, tmp_path).read_text("utf-8"))
    assert manifest["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (manifest["rows"], manifest["question"]) == (6, "who can see case c-101")


def test_a_report_is_built_and_downloaded(explorer: str, page: Page, tmp_path: Path) -> None:
    outside = opened(page, explorer + REPORTS)
    card = page.locator(".st-key-report-people").first
    expect(page.get_by_role("button", name="Download")).to_have_count(0)
    card.get_by_role("button", name="Build").click()
    expect(card).to_contain_text("68 rows", timeout=WAIT)
    with page.expect_download() as download:
        card.get_by_role("button", name="Download").click(timeout=WAIT)
    file = saved(download.value, tmp_path)
    with page.expect_download() as download:
        card.get_by_role("button", name="Manifest").click()
    manifest = json.loads(saved(download.value, tmp_path).read_text("utf-8"))
    assert manifest["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert manifest["file"] == file.name == f"people-{DAY}.xlsx"
    assert outside == []


@pytest.mark.parametrize(
    "where",
    [
        f"/who?case={quote(hostile.CASE_ID)}",
        f"/what?person={quote(hostile.PERSON_ID)}",
        f"/compare?a={quote(hostile.PERSON_ID)}&b=p2",
        f"/compare?a={quote(hostile.PERSON_ID)}&t1=1999-01-01&t2={DAY}",
    ],
)
def test_hostile_names_stay_names(hostile_explorer: str, page: Page, where: str) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    outside = opened(page, hostile_explorer + where)
    expect(page.locator("[data-testid=stMain]")).to_contain_text(hostile.PERSON, timeout=WAIT)
    for label in ("System", "Show"):
        for choice in page.get_by_role("combobox", name=label, exact=True).all():
            choice.click()
            expect(page.get_by_role("option").first).to_be_visible(timeout=WAIT)
            page.keyboard.press("Escape")
    page.get_by_text("Show query").click()
    expect(page.get_by_text("reading queries, as they were sent")).to_be_visible(timeout=WAIT)
    assert page.locator("img[src=x], u, em").count() == 0
    assert dialogs == []
    assert outside == []


def test_a_narrow_window_never_scrolls_sideways(explorer: str, page: Page) -> None:
    page.set_viewport_size({"width": 640, "height": 900})
    for where in (WHO, WHAT, COMPARE, DAYS, REPORTS, f"/who?case=m-112&asof={DAY}", "/who", "/what", "/compare"):
        assert opened(page, explorer + where) == []
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth <= 640"), where
        assert page.locator("[data-testid=stMain]").evaluate("m => m.scrollWidth <= m.clientWidth"), where


def test_counts_stand_before_the_list_in_a_narrow_window(explorer: str, page: Page) -> None:
    page.set_viewport_size({"width": 800, "height": 1400})
    opened(page, f"{explorer}{WHO}&row=rosa")
    places = [page.locator(one).bounding_box() for one in (".st-key-reasons", ".st-key-listed", ".st-key-preview-one")]
    tops = [place["y"] for place in places if place]
    assert len(tops) == 3
    assert tops == sorted(tops)
