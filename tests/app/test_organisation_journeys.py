"""The organisation's pages in a real browser: links, Back and reload, the picture, narrow windows, hostile names."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.app import hostile
from tests.app.conftest import DAY
from tests.app.test_journeys import WAIT, card, drawn, opened, settled
from tests.support import bar
from tests.support.actions import Actions

PAGES = (
    f"/structure?asof={DAY}",
    f"/structure?unit=enf-a&asof={DAY}",
    f"/structure?person=ana&asof={DAY}",
    f"/findings?asof={DAY}",
    f"/findings?rule=MEM-53&severity=medium&asof={DAY}",
    f"/eligible?kind=secondary-access&person=bo&position=jr-a1&position=app-a1&access=hierarchical&asof={DAY}",
    f"/eligible?kind=qa&case=e-203&type=Team+Lead&asof={DAY}",
    f"/time?person=chidi&case=m-104&asof={DAY}",
    f"/whatif?do=policy&policy=cm%7Climit_blocks_view_all%7Cfalse&asof={DAY}",
    f"/rules?id=MEM-20&asof={DAY}",
    f"/rules?scheme=portal&asof={DAY}",
)


@pytest.fixture(autouse=True)
def warm(request: pytest.FixtureRequest, visited: BrowserContext, started: set[str]) -> None:
    """The first page of a server waits for its imports; on a busy machine that is longer than any answer takes."""
    for name in {"explorer", "hostile_explorer"} & set(request.fixturenames):
        address = request.getfixturevalue(name)
        if address not in started:
            started.add(address)
            page = visited.new_page()
            page.goto(address)
            expect(page.locator(".st-key-footer")).to_be_visible(timeout=90_000)
            page.close()


@pytest.fixture(scope="module")
def started() -> set[str]:
    """Addresses that have answered."""
    return set()


def said(page: Page) -> str:
    """What the page says, without its list, which is drawn a moment later, and its bar, which folds where there is no
    room for it."""
    blocks = page.locator(".sw:not(:has(style)):not(.rowgrid):not(:has(nav))").all_inner_texts()
    # A narrow axis has every other mark.
    return re.sub(r"(?m)^(?:Jan|Jul) \d{4}\n?", "", "\n".join(sorted(text for text in blocks if text)))


def at_rest(page: Page) -> str:
    """What the page says, when it has come to rest."""
    before = ""
    for _ in range(150):
        now = said(page)
        if now == before and "Hidden from you" in now:
            return now
        before = now
        page.wait_for_timeout(250)
    raise AssertionError("the page never came to rest")


def says_again(page: Page, first: str) -> None:
    """Wait until the page says what it said."""
    for _ in range(600):
        if said(page) == first:
            return
        page.wait_for_timeout(100)
    assert said(page) == first


@pytest.mark.parametrize("where", PAGES)
def test_link_reload_and_back_restore_the_page_and_a_narrow_one_never_scrolls_sideways(
    explorer: str, page: Page, where: str
) -> None:
    outside = opened(page, explorer + where)
    first = at_rest(page)
    page.set_viewport_size({"width": 640, "height": 900})
    page.reload()
    drawn(page)
    assert page.url == explorer + where
    says_again(page, first)
    assert page.evaluate("document.documentElement.scrollWidth <= 640")
    assert page.locator("[data-testid=stMain]").evaluate("m => m.scrollWidth <= m.clientWidth")
    page.set_viewport_size({"width": 1440, "height": 900})
    bar.go(page, "Ask")
    expect(page.locator("h1")).to_have_text("Who can see a case, and why?", timeout=WAIT)
    page.go_back()
    expect(page).to_have_url(explorer + where, timeout=WAIT)
    expect(page.locator(".st-key-footer")).to_be_visible(timeout=WAIT)
    says_again(page, first)
    assert outside == []


def test_a_link_in_the_text_opens_without_loading_anew(explorer: str, page: Page) -> None:
    opened(page, f"{explorer}/why?person=sam&case=c-102&asof={DAY}")
    expect(page.locator("html[data-links=followed]")).to_be_attached(timeout=WAIT)
    page.evaluate("window.stayed = true")
    page.get_by_role("link", name="MEM-39").first.click()
    expect(page).to_have_url(re.compile(rf"/rules\?id=MEM-39&asof={DAY}"), timeout=WAIT)
    expect(page.locator("h1")).to_have_text("MEM-39", timeout=WAIT)
    assert page.evaluate("window.stayed") is True
    page.go_back()
    expect(page.locator("[role=status] h1")).to_contain_text("Sam O'Neill", timeout=WAIT)


def test_from_a_finding_to_the_answer(explorer: str, page: Page) -> None:
    outside = opened(page, f"{explorer}/findings?asof={DAY}")
    actions = Actions(page)
    finding = page.locator(".rowgrid tbody tr").filter(has_text="Xenia Papadopoulos has direct access")
    actions.click(finding.locator("td").first)
    preview = page.locator(".st-key-preview-one")
    expect(preview).to_contain_text("Case c-108 is assigned to Xenia Papadopoulos", timeout=WAIT)
    actions.press("Enter")
    assert actions.taken == 2
    expect(page).to_have_url(re.compile(r"/why\?person=xenia&case=c-108"), timeout=WAIT)
    expect(page.locator("[role=status] h1")).to_contain_text("Xenia Papadopoulos can see case c-108", timeout=WAIT)
    assert outside == []


def test_a_phone_shows_thirty_findings_at_a_time_as_cards(explorer: str, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, f"{explorer}/findings?asof={DAY}")
    cards = page.locator(".rowgrid tbody tr:visible")
    expect(cards).to_have_count(30, timeout=WAIT)
    actions, preview = Actions(page), page.locator(".st-key-preview-one")
    actions.click(page.get_by_role("button", name="Show 24 more of 54"))
    expect(cards).to_have_count(54)
    actions.click(cards.nth(40).locator("td").first)
    expect(preview).to_be_in_viewport(timeout=WAIT)
    expect(cards).to_have_count(54)
    settled(page)
    actions.click(preview.get_by_role("button", name="Close"))
    expect(preview).to_have_count(0, timeout=WAIT)
    assert actions.taken == 3
    assert page.evaluate("document.documentElement.scrollWidth <= 390")


def test_units_are_opened_from_list_and_picture(explorer: str, page: Page) -> None:
    opened(page, f"{explorer}/structure?unit=enf&asof={DAY}")
    expect(page.locator(".picture canvas")).to_be_visible(timeout=WAIT)
    at = card(page, "unit:enf-b")
    page.locator(".picture").click(position={"x": at["x"], "y": at["y"]})
    expect(page.locator(".panel h3")).to_have_text("Enforcement B", timeout=WAIT)
    page.locator(".picture").press("Enter")
    expect(page).to_have_url(re.compile("unit=enf-b"), timeout=WAIT)
    expect(page.locator("h1")).to_have_text("Enforcement B", timeout=WAIT)
    page.go_back()
    expect(page.locator("h1")).to_have_text("Enforcement", timeout=WAIT)
    opened(page, f"{explorer}/structure?asof={DAY}")
    policy = page.locator("summary", has=page.get_by_role("link", name="Policy", exact=True))
    expect(page.get_by_role("link", name="Rail policy")).to_be_hidden()
    policy.locator(".n").first.click()
    page.get_by_role("link", name="Rail policy").click()
    expect(page.locator("h1")).to_have_text("Rail policy", timeout=WAIT)


def test_positions_are_chosen_and_taken_away(explorer: str, page: Page) -> None:
    opened(page, f"{explorer}/eligible?kind=secondary-access&person=bo&access=hierarchical&asof={DAY}")
    page.get_by_label("Positions asked for on one form").fill("jr-a1")
    page.get_by_role("option", name=re.compile("jr-a1")).click()
    expect(page.locator("[role=status] h1")).to_contain_text("Allowed.", timeout=WAIT)
    settled(page)
    page.get_by_label("Positions asked for on one form").fill("app-a1")
    page.get_by_role("option", name=re.compile("app-a1")).click()
    expect(page.locator("[role=status] h1")).to_contain_text("Refused.", timeout=WAIT)
    expect(page).to_have_url(re.compile("position=jr-a1&position=app-a1"))
    settled(page)
    page.get_by_role("link", name="remove").last.click()
    expect(page.locator("[role=status] h1")).to_contain_text("Allowed.", timeout=WAIT)


@pytest.mark.parametrize(
    "where",
    [
        "/structure",
        f"/structure?person={quote(hostile.PERSON_ID)}",
        "/structure?unit=u%3C1%3E",
        "/findings",
        f"/eligible?kind=assign&case={quote(hostile.CASE_ID)}",
        f"/time?person={quote(hostile.PERSON_ID)}&case={quote(hostile.CASE_ID)}",
        f"/whatif?person={quote(hostile.PERSON_ID)}",
    ],
)
def test_hostile_names_stay_names(hostile_explorer: str, page: Page, where: str) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    outside = opened(page, hostile_explorer + where)
    page.wait_for_timeout(250)
    assert page.locator("img[src=x], u, em, .sw script").count() == 0
    assert dialogs == []
    assert outside == []
