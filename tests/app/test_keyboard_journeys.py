"""Journeys of an admin and an auditor by keyboard alone: Tab leads everywhere, and what has the focus shows it."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.app.conftest import DAY
from tests.app.test_journeys import WAIT, drawn, opened

MOST_TABS = 90
HELD = (
    "el => { const root = el.getRootNode(); return root.activeElement === el && (root === document || "
    "root.host.matches(':focus-within')) }"
)
LOOK = (
    "el => { const box = el.closest('label') ?? el; return [el, box, ...box.querySelectorAll('*')].map(one => { "
    "const style = getComputedStyle(one); return [style.outline, style.boxShadow, style.borderColor] }).join() }"
)

TOLD = "el => el.addEventListener('click', event => { el.dataset.asked = event.type; event.preventDefault() })"


def tab_to(page: Page, place: Locator) -> None:
    """Press Tab until the place has the focus; it says so to whoever looks."""
    expect(place).to_be_attached(timeout=WAIT)
    drawn(page)
    assert not place.evaluate(HELD)
    without = place.evaluate(LOOK)
    for _ in range(MOST_TABS):
        if place.evaluate(HELD):
            break
        page.keyboard.press("Tab")
    else:
        raise AssertionError(f"no Tab leads to {place}")
    assert place.evaluate(LOOK) != without, f"nothing shows that {place} has the focus"


def test_from_a_name_to_what_would_take_it_away(explorer: str, page: Page) -> None:
    outside = opened(page, f"{explorer}/?asof={DAY}")
    expect(page.get_by_role("button", name="Search", exact=True)).to_be_visible(timeout=WAIT)
    search = page.get_by_role("dialog", name="Search")
    page.keyboard.press("Control+k")
    with suppress(AssertionError):  # the button is there a moment before it listens
        expect(search).to_be_visible(timeout=3_000)
    if not search.is_visible():
        page.keyboard.press("Control+k")
    expect(search).to_be_visible()
    page.keyboard.type("rosa c-101", delay=20)
    expect(search.get_by_role("option").first).to_contain_text("Why", timeout=WAIT)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/why\?person=rosa&case=c-101"), timeout=WAIT)
    tab_to(page, page.get_by_role("link", name="What would take it away"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("checkbox", name="Set 1"))
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Try these")).to_be_enabled(timeout=WAIT)
    tab_to(page, page.get_by_role("button", name="Try these"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/whatif\?"), timeout=WAIT)
    expect(page.locator(".subject h1")).to_contain_text("would lose", timeout=WAIT)
    assert outside == []


def test_a_row_a_request_and_what_changed(explorer: str, page: Page) -> None:
    outside = opened(page, f"{explorer}/why?person=sam&case=c-101&asof={DAY}")
    tab_to(page, page.locator("ol.why a.go", has_text="memberships.csv, row 4").first)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Sam O'Neill would lose 5 cases")).to_be_visible(timeout=WAIT)
    page.goto(f"{explorer}/why?person=bo&case=m-105&asof={DAY}")
    tab_to(page, page.get_by_role("link", name="hierarchical access to Judicial review caseworker 2"))
    page.keyboard.press("Enter")
    expect(page.locator(".p30 h1")).to_have_text("Request for secondary access", timeout=WAIT)
    tab_to(page, page.get_by_role("button", name="Download form"))
    with page.expect_download(timeout=WAIT):
        page.keyboard.press("Enter")
    page.goto(f"{explorer}/changes?from=2026-01-01&to={DAY}")
    tab_to(page, page.get_by_role("combobox", name=re.compile("of this case", re.IGNORECASE)))
    page.keyboard.type("c-106", delay=20)
    expect(page.get_by_role("option", name=re.compile("c-106"))).to_be_visible(timeout=WAIT)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("case=c-106"), timeout=WAIT)
    assert outside == []


def test_a_workbook_is_saved_and_evidence_checked(explorer: str, page: Page, tmp_path: Path) -> None:
    outside = opened(page, f"{explorer}/who?case=c-101&show=edit&asof={DAY}")
    tab_to(page, page.get_by_role("button", name="Export these 3"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="Excel file"))
    with page.expect_download(timeout=WAIT) as download:
        page.keyboard.press("Enter")
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    page.goto(f"{explorer}/verify")
    upload = page.get_by_test_id("stFileUploader")
    tab_to(page, upload.locator("button"))
    # The click that opens the system's dialog; Playwright's own event of it is lost now and then.
    upload.locator("input").evaluate(TOLD)
    page.keyboard.press("Enter")
    expect(upload.locator("input")).to_have_attribute("data-asked", "click", timeout=WAIT)
    upload.locator("input").set_input_files(file)
    expect(page.locator("[role=status] h1, [role=alert] h1").first).to_be_visible(timeout=WAIT)
    assert outside == []


def test_evidence_is_kept_and_a_finding_is_opened(explorer: str, page: Page) -> None:
    outside = opened(page, f"{explorer}/why?person=sam&case=c-102&asof={DAY}")
    tab_to(page, page.get_by_role("button", name="Keep as evidence"))
    with page.expect_download(timeout=WAIT) as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.endswith(".zip")
    expect(page.get_by_role("dialog")).to_be_visible(timeout=WAIT)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0, timeout=WAIT)
    page.goto(f"{explorer}/findings?severity=high&asof={DAY}")
    rows = page.locator(".rowgrid tbody tr")
    expect(rows.first).to_be_visible(timeout=WAIT)
    tab_to(page, rows.first)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(page.locator(".st-key-preview-one")).to_be_visible(timeout=WAIT)
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("/findings"), timeout=WAIT)
    assert outside == []
