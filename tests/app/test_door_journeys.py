"""The door in a real browser: the one-time address, pages under their content security policy, what comes a moment
after the answer."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from docs.pictures import SHOTS
from seewhy.explorer.door.home import outside
from seewhy.explorer.page_list import PAGES
from seewhy.serving import command
from tests.app.conftest import DAY, ROOT
from tests.app.test_journeys import WAIT, drawn, opened
from tests.servers.explorer import free_port, running
from tests.support import bar


def test_the_address_opens_one_browser_and_stays_out_of_its_address(
    sample_graph: Path, browser: Browser, tmp_path: Path
) -> None:
    port = free_port()
    environment = {**outside(os.environ), "SEEWHY_GRAPH": str(sample_graph), "PYTHONPATH": str(ROOT)}
    with running(command(port), port, environment, tmp_path) as started:
        one, two = browser.new_context().new_page(), browser.new_context().new_page()
        sent: list[str] = []
        one.on("request", lambda request: sent.append(str(request.headers.get("referer"))))
        opened(one, started.link(0))
        assert one.url == f"{started.address}/"
        assert set(sent) <= {"None", ""}
        assert one.evaluate("document.cookie").find("seewhy") == -1, "no script reads the cookie"
        bar.go(one, "Rules")
        expect(one).to_have_url(re.compile("/rules"), timeout=WAIT)
        one.reload()
        drawn(one)
        two.goto(started.link(0))
        expect(two.locator("body")).to_contain_text("The token in this address was used already", timeout=WAIT)
        two.goto(f"{started.address}/why?person=sam&case=c-102&asof={DAY}")
        expect(two.locator("body")).to_contain_text("shows in its terminal", timeout=WAIT)
        two.goto(started.link(1).replace("/?", f"/why?person=sam&case=c-102&asof={DAY}&"))
        drawn(two)
        assert two.url == f"{started.address}/why?person=sam&case=c-102&asof={DAY}"
        for page in (one, two):
            page.context.close()


def test_every_page_works_under_its_content_security_policy(explorer: str, page: Page) -> None:
    """The picture, the search box and the tables are drawn, and nothing is blocked or fetched from elsewhere."""
    assert len(SHOTS) == len(PAGES)
    page.add_init_script(
        "window.blocked = []; document.addEventListener('securitypolicyviolation',"
        " e => window.blocked.push(`${e.effectiveDirective} ${e.blockedURI} ${e.sample}`))"
    )
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if "Security" in message.text else None)
    for name, query in SHOTS.items():
        outside_ = opened(page, f"{explorer}/{query}")
        if name == "why":
            expect(page.locator(".picture canvas").first).to_be_visible(timeout=WAIT)
        if name in ("ask", "why", "who"):
            expect(page.get_by_role("combobox").first).to_be_visible(timeout=WAIT)
        if name in ("who", "what", "compare"):
            expect(page.locator(".rowgrid tbody tr").first).to_be_visible(timeout=WAIT)
        assert (name, page.evaluate("window.blocked"), outside_, said) == (name, [], [], [])
    page.evaluate("fetch('http://127.0.0.1:9/').catch(() => null)")
    page.wait_for_function("window.blocked.length === 1")


BESIDE = 60_000
CHANGES = (
    # person, case, heading, something that would change the answer, in each of the four schemes
    ("ana", "m-101", "What would change this", "End the primary holding of Ana Ferreira"),
    ("sam", "c-102", "What would give access", "Assign case c-102 to Sam O'Neill"),
    ("rosa", "c-101", "What would change this", "could not see case c-101 any more"),
    ("hana", "i-101", "What would change this", "End Hana Kim as supervisor of case i-101"),
    ("sam", "i-101", "What would give access", "Sam O'Neill could view case i-101"),
    ("imani", "e-203", "What would change this", "End the role Case viewer of Imani Otieno"),
    ("sam", "e-203", "What would give access", "Sam O'Neill could"),
)


def test_what_would_change_the_answer_comes_a_moment_after_it(explorer: str, page: Page) -> None:
    for person, case, heading, words in CHANGES:
        outside_ = opened(page, f"{explorer}/why?person={person}&case={case}&asof={DAY}")
        changes = page.locator(".st-key-changes")
        expect(changes.get_by_role("heading")).to_have_text(heading, timeout=WAIT)
        expect(changes).to_contain_text(words, timeout=BESIDE)
        assert outside_ == []
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="JSON").click()
    answer = json.loads(Path(download.value.path()).read_text("utf-8"))
    assert answer["would_change"], "the file has what the page shows"
