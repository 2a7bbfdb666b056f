"""What is around every page, in a real browser: the search that every page has, the title of the tab, the keyboard."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.app.conftest import DAY
from tests.app.test_journeys import WAIT, drawn, opened, settled
from tests.support.actions import Actions


def test_why_can_rosa_see_c_101_in_three_actions(explorer: str, page: Page) -> None:
    outside = opened(page, f"{explorer}/findings?asof={DAY}")
    # The keys are heard from when the button is there.
    expect(page.get_by_role("button", name="Search", exact=True)).to_be_visible(timeout=WAIT)
    settled(page)
    does = Actions(page)
    does.press("Control+k")
    expect(page.get_by_role("dialog", name="Search")).to_be_visible(timeout=WAIT)
    does.type("rosa c-101")
    does.press("Enter")
    expect(page.locator("[role=status] h1")).to_contain_text("Rosa Delgado can see case c-101", timeout=WAIT)
    assert does.taken == 3
    expect(page).to_have_url(f"{explorer}/why?person=rosa&case=c-101&asof={DAY}")
    expect(page).to_have_title("Why: Rosa Delgado, c-101 – SeeWhy", timeout=WAIT)
    settled(page)
    # Nothing typed: what was asked before in this window; `/` opens it as well, and Escape closes it.
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option")).to_have_text(re.compile("Why: Rosa Delgado, c-101"), timeout=WAIT)
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    settled(page)
    page.keyboard.press("/")
    # Seen before Enter: what is typed while this page is drawn anew, with what would change it, can be lost.
    expect(page.get_by_role("dialog", name="Search")).to_be_visible(timeout=WAIT)
    page.keyboard.type("findings")
    expect(page.get_by_role("option").first).to_contain_text("Findings", timeout=WAIT)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{explorer}/findings?asof={DAY}", timeout=WAIT)
    expect(page).to_have_title("Findings – SeeWhy", timeout=WAIT)
    page.go_back()
    expect(page.locator("[role=status] h1")).to_contain_text("Rosa Delgado", timeout=WAIT)
    assert outside == []


def test_the_start_page_takes_two_names_as_well(explorer: str, page: Page) -> None:
    opened(page, explorer)
    page.get_by_role("combobox").first.click()
    page.keyboard.type("c101 delgado", delay=20)
    page.keyboard.press("Enter")
    expect(page.locator("[role=status] h1")).to_contain_text("Rosa Delgado can see case c-101", timeout=WAIT)


def test_the_bar_by_keyboard_alone(explorer: str, page: Page) -> None:
    opened(page, f"{explorer}/why?person=rosa&case=c-101&asof={DAY}")
    expect(page.get_by_role("button", name="Search")).to_be_visible(timeout=WAIT)
    page.wait_for_timeout(500)  # the listener comes with the page, beside it
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "H1"
    menu = page.locator(".st-key-bar summary")
    menu.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Rules", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    expect(page.get_by_role("link", name="Rules", exact=True)).to_be_hidden()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Rules", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/rules"), timeout=WAIT)
    drawn(page)
    expect(page.locator(".st-key-bar summary .here")).to_have_text("Rules")


def test_no_request_of_a_deep_link_fails_and_a_wrong_address_leads_on(explorer: str, page: Page) -> None:
    failed: list[str] = []
    page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
    outside = opened(page, f"{explorer}/why?person=rosa&case=c-101&asof={DAY}")
    expect(page.locator("[role=status] h1")).to_contain_text("Rosa Delgado", timeout=WAIT)
    assert failed == outside == []
    page.goto(f"{explorer}/wy?person=rosa&case=c-101&asof={DAY}")
    page.get_by_role("link", name="Why", exact=True).click()
    expect(page.locator("[role=status] h1")).to_contain_text("Rosa Delgado", timeout=WAIT)
