"""What people do, in a real browser: search, links, Back and reload, mouse, keyboard and printer."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app import hostile
from tests.app.conftest import DAY, served
from tests.support import bar

WHY = f"/why?person=ana&case=m-101&asof={DAY}"
WAIT = 60_000
"""Milliseconds that anything awaited may take: a bound for a busy machine, not a measure."""


def opened(page: Page, address: str) -> list[str]:
    """Go there and wait until it is drawn; returns the requests that leave the explorer, as they happen."""
    base = re.match(r"https?://[^/]+", address)
    assert base
    outside: list[str] = []
    home = (base[0], base[0].replace("http", "ws", 1), "data:", "blob:")
    page.on("request", lambda request: None if request.url.startswith(home) else outside.append(request.url))
    page.on("pageerror", lambda error: outside.append(f"error: {error}"))
    page.goto(address)
    drawn(page)
    return outside


def drawn(page: Page) -> None:
    expect(page.locator(".st-key-footer")).to_be_visible(timeout=WAIT)
    settled(page)


def settled(page: Page) -> None:
    """Nothing is being drawn: what is typed while a field is drawn anew would be lost."""
    expect(page.locator("[data-test-script-state=notRunning]").first).to_be_attached(timeout=WAIT)


def verdict(page: Page) -> str:
    return page.locator("[role=status] h1").inner_text()


def card(page: Page, id: str) -> dict[str, float]:
    """Where a card stands on the page's picture."""
    found: dict[str, float] = page.locator(".picture").evaluate(
        "(box, id) => box.__net.canvasToDOM(box.__net.getPosition(id))", id
    )
    return found


def test_from_the_search_to_the_answer_in_three_actions(explorer: str, page: Page) -> None:
    outside = opened(page, explorer)
    search = page.get_by_role("combobox").first
    search.press_sequentially("imani", delay=20)
    page.get_by_role("option", name=re.compile("Imani Otieno")).click()  # 1
    expect(page).to_have_url(re.compile(r"person=imani"), timeout=WAIT)
    search.press_sequentially("case: e-203", delay=20)
    expect(page.get_by_role("option")).to_have_count(1, timeout=WAIT)
    search.press("Enter")  # 2
    expect(page).to_have_url(re.compile(r"case=e-203"), timeout=WAIT)
    page.get_by_text("Open the answer").click()  # 3
    expect(page).to_have_url(re.compile(r"/why\?person=imani&case=e-203"), timeout=WAIT)
    expect(page.locator("[role=status] h1")).to_contain_text("Imani Otieno can see case e-203", timeout=WAIT)
    assert outside == []


def test_search_says_how_many_there_are(explorer: str, page: Page) -> None:
    opened(page, explorer)
    search = page.get_by_role("combobox").first
    search.press_sequentially("a", delay=20)
    expect(page.get_by_role("option")).to_have_count(20, timeout=WAIT)
    expect(page.locator(".count")).to_contain_text(re.compile(r"20 of \d+ shown"))
    search.fill("nobody is called this")
    expect(page.locator(".count")).to_contain_text("nothing is called that", timeout=WAIT)
    search.press("Escape")
    expect(page.locator(".drop")).to_be_hidden()


def test_link_back_and_reload_restore_the_answer(explorer: str, page: Page) -> None:
    opened(page, explorer + WHY)
    first = verdict(page)
    assert first.startswith("Yes. Ana Ferreira")
    person = page.get_by_label("Why can this person")
    expect(person).to_have_value("Ana Ferreira · ana")
    person.fill("bo")
    page.get_by_role("option", name=re.compile(r"· bo\b")).click()
    expect(page).to_have_url(re.compile("person=bo"), timeout=WAIT)
    expect(page.locator("[role=status] h1")).not_to_contain_text("Ana", timeout=WAIT)
    page.go_back()
    expect(page).to_have_url(explorer + WHY, timeout=WAIT)
    expect(page.locator("[role=status] h1")).to_have_text(first, timeout=WAIT)
    expect(person).to_have_value("Ana Ferreira · ana")
    page.reload()
    drawn(page)
    assert page.url == explorer + WHY
    assert verdict(page) == first


def test_the_day_is_part_of_the_link(explorer: str, page: Page) -> None:
    opened(page, f"{explorer}/why?person=farid&case=m-101&asof=2026-02-28")
    expect(page.get_by_text("Not today:")).to_be_visible()
    page.get_by_text("Back to today").click()
    expect(page).to_have_url(f"{explorer}/why?person=farid&case=m-101", timeout=WAIT)
    expect(page.get_by_text("Not today:")).to_have_count(0)
    page.go_back()
    expect(page.get_by_text("Not today:")).to_be_visible(timeout=WAIT)


def test_a_click_and_the_arrow_keys_select_in_the_picture(explorer: str, page: Page) -> None:
    outside = opened(page, f"{explorer}/why?person=sam&case=c-102&asof={DAY}")
    picture, panel = page.locator(".picture"), page.locator(".panel h3")
    expect(panel).to_have_text("Fraud", timeout=WAIT)
    expect(picture.locator("canvas")).to_be_visible(timeout=WAIT)
    at = card(page, "unit:north")
    picture.click(position={"x": at["x"], "y": at["y"]})
    expect(panel).to_have_text("North office", timeout=WAIT)
    expect(page.locator(".panel")).to_contain_text("memberships.csv, row 4")
    picture.press("ArrowRight")
    expect(panel).not_to_have_text("North office", timeout=WAIT)
    assert re.search(r"\(\d of \d\)", page.locator(".spoken").inner_text())
    assert picture.evaluate("box => box.getRootNode().activeElement === box")
    # A line stands for its own fact.
    one, two = card(page, "unit:fraud"), card(page, "case:c-102")
    scale = picture.evaluate("box => box.__net.getScale()")
    picture.click(position={"x": one["x"] + 89 * scale + 6, "y": one["y"]})
    expect(page.locator(".panel")).to_contain_text("is in the category: Fraud", timeout=WAIT)
    expect(page.locator(".panel li")).to_have_count(1)
    assert two["x"] > one["x"]
    assert outside == []


def test_leaving_and_coming_back_draws_again(explorer: str, page: Page) -> None:
    outside = opened(page, explorer + WHY)
    bar.go(page, "Ask")
    expect(page).to_have_url(re.compile(r"/\?person=ana&case=m-101"), timeout=WAIT)
    bar.go(page, "Why")
    expect(page.locator(".picture canvas")).to_be_visible(timeout=WAIT)
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(700)
    assert outside == []


@pytest.mark.parametrize("where", ["/", f"/why?person={quote(hostile.PERSON_ID)}&case={quote(hostile.CASE_ID)}"])
def test_hostile_names_stay_names(hostile_explorer: str, page: Page, where: str) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    outside = opened(page, hostile_explorer + where)
    search = page.get_by_role("combobox").first
    search.fill("bold")
    expect(page.get_by_role("option")).to_contain_text(hostile.PERSON, timeout=WAIT)
    if where != "/":
        # In sentences a name is cut at 80 characters.
        expect(page.locator("[role=status] h1")).to_contain_text(hostile.PERSON[:79])
        expect(page.locator(".panel")).to_contain_text(hostile.UNIT)
        page.get_by_role("button", name="Export").click()
        page.get_by_text("Show query").click()
        expect(page.get_by_text("reading queries, exactly as they were sent")).to_be_visible(timeout=WAIT)
    assert page.locator("img[src=x], u, em").count() == 0
    assert dialogs == []
    assert outside == []


def test_paper_holds_the_path_and_every_sentence(explorer: str, page: Page) -> None:
    opened(page, f"{explorer}/why?person=kasia&case=e-212&asof={DAY}")
    expect(page.locator(".picture canvas")).to_be_visible(timeout=WAIT)
    page.emulate_media(media="print")
    paper = page.locator("img.paper")
    expect(paper).to_be_visible()
    expect(page.locator(".picture")).to_be_hidden()
    inked = paper.evaluate(
        """async img => {
          await img.decode();
          const c = document.createElement('canvas'); c.width = img.naturalWidth; c.height = img.naturalHeight;
          const x = c.getContext('2d'); x.drawImage(img, 0, 0);
          const p = x.getImageData(0, 0, c.width, c.height).data; let n = 0;
          for (let i = 0; i < p.length; i += 4) if (p[i + 3] > 128 && p[i] + p[i + 1] + p[i + 2] < 600) n += 1;
          return n; }"""
    )
    assert inked > 2000
    assert "is a member of Contractors" in (paper.get_attribute("alt") or "")
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_the_page_to_hand_on_opens_without_a_server(
    explorer: str, page: Page, browser: Browser, tmp_path: Path
) -> None:
    opened(page, f"{explorer}/why?person=sam&case=c-102&asof={DAY}")
    # What comes a moment after the answer makes the file anew: one that is being fetched then would be gone.
    expect(page.locator(".st-key-changes").get_by_role("heading")).to_have_text("What would give access", timeout=WAIT)
    settled(page)
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_text("Download page").click()
    file = tmp_path / "why.html"
    download.value.save_as(file)
    assert download.value.suggested_filename == "why-sam-c_102.html"
    context = browser.new_context(offline=True, java_script_enabled=False)
    alone = context.new_page()
    alone.goto(file.as_uri())
    expect(alone.locator("h1")).to_have_text("Can Sam O'Neill see case c-102, and why?")
    expect(alone.locator("svg")).to_be_visible()
    expect(alone.locator("body")).to_contain_text("memberships.csv, row 5")
    context.close()


def test_a_narrow_window_never_scrolls_sideways(explorer: str, page: Page) -> None:
    page.set_viewport_size({"width": 640, "height": 900})
    for where in ("/", f"/why?person=kasia&case=e-212&asof={DAY}"):
        opened(page, explorer + where)
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth <= 640")
        assert page.locator("[data-testid=stMain]").evaluate("m => m.scrollWidth <= m.clientWidth")


def test_two_people_ask_at_once_about_different_days(explorer: str, browser: Browser) -> None:
    one, two = browser.new_context().new_page(), browser.new_context().new_page()
    for _ in range(2):
        opened(one, f"{explorer}/why?person=farid&case=m-101&asof=2026-02-28")
        opened(two, f"{explorer}/why?person=farid&case=m-101&asof=2026-05-01")
        expect(one.locator(".standing")).to_contain_text("28 Feb 2026")
        expect(two.locator(".standing")).to_contain_text("1 May 2026")
    one.context.close()
    two.context.close()


def test_a_person_sees_why_there_is_no_answer(browser: Browser, tmp_path: Path) -> None:
    with served(tmp_path / "no-graph-here") as address:
        page = browser.new_context().new_page()
        page.goto(address + WHY)
        expect(page.get_by_role("alert")).to_contain_text("There is no graph in", timeout=WAIT)
        expect(page.get_by_text("Try again")).to_be_visible()
        assert page.get_by_text("Traceback").count() == 0
        page.context.close()
