"""Every page by axe-core, from disk: wide and narrow, light and dark; and the order in which a page is read."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, expect

from docs.pictures import SHOTS
from seewhy.explorer.page_list import PAGES
from tests.app.test_journeys import WAIT, drawn
from tests.servers.explorer import served

LOOKS: tuple[tuple[str, int, Literal["light", "dark"], dict[str, object]], ...] = (
    # Colours are all that the dark changes, and nothing of them changes with the width.
    ("wide and light", 1440, "light", {}),
    ("wide and dark", 1440, "dark", {"runOnly": {"type": "rule", "values": ["color-contrast"]}}),
    ("narrow and light", 390, "light", {"rules": {"color-contrast": {"enabled": False}}}),
)
_RUN = """async options => {
  const { violations } = await axe.run(document, { resultTypes: ['violations'], ...options });
  const said = (rule, node) => `${rule}: ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`;
  return violations.flatMap(one => one.nodes.map(node => said(one.id, node)));
}"""
_ORDER = """() => {
  const main = document.querySelector('[data-testid=stMain]');
  const levels = [...main.querySelectorAll('h1, h2, h3, h4')].map(one => Number(one.tagName[1]));
  const verdict = main.querySelector('[role=status] h1'), picture = main.querySelector('.st-key-pathcard');
  const wrong = [];
  if (levels.lastIndexOf(1) > 0 || levels[0] !== 1) wrong.push(`not one h1, and that first: ${levels}`);
  levels.slice(1).forEach((level, n) => { if (level > levels[n] + 1) wrong.push(`h${level} after h${levels[n]}`); });
  if (picture && !(verdict?.compareDocumentPosition(picture) & Node.DOCUMENT_POSITION_FOLLOWING)) {
    wrong.push('the picture is read before the verdict');
  }
  return wrong;
}"""


def test_no_page_breaks_a_rule_of_accessibility(
    explorer: str, browser: Browser, sample_graph: Path, tmp_path: Path
) -> None:
    axe = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    without_log = {entry.address or "ask" for entry in PAGES if not entry.needs}
    page = browser.new_page(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    wrong = []

    def looked_at(name: str, address: str) -> None:
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(address)
        drawn(page)
        expect(page.get_by_role("button", name="Search", exact=True)).to_be_visible(timeout=WAIT)
        page.evaluate("document.fonts.ready.then(() => true)")
        page.wait_for_timeout(500)  # pictures and fields come beside the page
        page.evaluate(axe)
        wrong.extend(f"{name}: {one}" for one in page.evaluate(_ORDER))
        for look, width, scheme, options in LOOKS:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_timeout(250)
            wrong.extend(f"{name}, {look}: {one}" for one in page.evaluate(_RUN, options))

    with served(sample_graph, SEEWHY_LOG=str(tmp_path / "log")) as logged:
        page.goto(f"{logged}/who?case=c-101")
        drawn(page)
        looked_at("activity", f"{logged}/activity")
        expect(page.locator(".rowgrid tbody tr")).not_to_have_count(0)
    for name, where in SHOTS.items():
        if name in without_log:
            looked_at(name, f"{explorer}/{where}")
    # What opens over a page.
    page.set_viewport_size({"width": 1440, "height": 900})
    page.locator(".st-key-bar summary").click()
    wrong += [f"the menu: {one}" for one in page.evaluate(_RUN, {})]
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("rosa c-101")
    expect(page.get_by_role("option").first).to_be_visible(timeout=WAIT)
    wrong += [f"the search: {one}" for one in page.evaluate(_RUN, {})]
    page.close()
    assert not wrong
