"""Handing an answer on: a link that is copied, a page that is printed, and headings that say what one has to know."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

from seewhy.explorer.components import blocks
from seewhy.graph.answers.reasons import Reason
from tests.app.conftest import DAY, html
from tests.app.test_journeys import WAIT, opened
from tests.support.actions import Actions

App = Callable[..., AppTest]


def test_copy_link_copies_and_says_the_address_where_it_may_not(explorer: str, page: Page) -> None:
    address = f"{explorer}/why?person=ana&case=m-101&asof={DAY}"
    outside = opened(page, address)
    done, button = Actions(page), page.locator(".st-key-copylink button")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=explorer)
    done.click(button)
    expect(button).to_have_text("linkCopied", timeout=WAIT)
    assert (page.evaluate("navigator.clipboard.readText()"), done.taken) == (address, 1)
    expect(button).to_have_text("linkCopy link", timeout=WAIT)
    assert page.get_by_role("dialog").count() == 0
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')); }")
    button.press("Enter")
    expect(page.get_by_role("dialog").get_by_text(address)).to_be_visible(timeout=WAIT)
    assert outside == []


def test_print_page_prints_and_download_page_downloads(explorer: str, page: Page) -> None:
    opened(page, f"{explorer}/why?person=ana&case=m-101&asof={DAY}")
    page.evaluate("() => { window.printed = 0; window.print = () => { window.printed += 1; }; }")
    page.get_by_role("button", name="Print page").click()
    assert page.evaluate("window.printed") == 1
    page.get_by_role("button", name="Export").click()
    with page.expect_download(timeout=WAIT) as download:
        page.get_by_role("button", name="Download page").click()
    assert download.value.suggested_filename == "why-ana-m_101.html"


def test_fields_of_a_row_share_a_baseline(explorer: str, page: Page) -> None:
    """Label and box of each field, on every page with a row of fields."""
    find = """() => [...document.querySelectorAll('.st-key-ask, .st-key-arguments')].map(row => {
      const boxes = [...row.querySelectorAll('[data-testid=stSelectbox] [role=group], [data-testid=stDateInput]')];
      for (const host of row.querySelectorAll('*'))
        if (host.shadowRoot?.querySelector('input[role=combobox]')) boxes.push(host.shadowRoot.querySelector('input'));
      return [...new Set(boxes.map(e => Math.round(e.getBoundingClientRect().bottom)))]; })"""
    wrong = {}
    for asked in ("who?case=c-101", "compare?a=ana&b=bo"):
        opened(page, f"{explorer}/{asked}&asof={DAY}")
        # The bar has a search of its own, so it is the fields of the row that are waited for.
        for field in ("input[role=combobox]", "[data-testid=stDateInput]"):
            expect(page.locator(f".st-key-ask {field}").first).to_be_visible(timeout=WAIT)
        rows = page.evaluate(find)
        assert any(rows), asked
        if any(len(bottoms) > 1 and max(bottoms) - min(bottoms) > 1 for bottoms in rows):
            wrong[asked] = rows
    assert wrong == {}


def test_headings_say_sensitive_and_which_position_is_in_use(app: App, sample_graph: Path) -> None:
    mark = 'class="mark-of sensitive">sensitive</span>'
    pages = {
        "../pages/why.py": {"person": "imani"},
        "../pages/who.py": {},
        "../pages/timeline.py": {"person": "imani"},
        "../pages/eligible.py": {"kind": "advise"},
    }
    for case, so in (("e-203", True), ("e-201", False)):
        for name, more in pages.items():
            shown = html(app(sample_graph, name, case=case, asof=DAY, **more))
            assert (mark in shown) is so, (name, case)
    shown = html(app(sample_graph, "../pages/why.py", person="ana", case="m-101", asof=DAY))
    assert "View now: Judicial review caseworker 2 is in use since 1 Sep 2026" in shown
    assert "Edit after switching since 2 Feb 2026" in shown
    assert "Decided at step <b>1 of 4</b>" in shown
    shown = html(app(sample_graph, "../pages/what.py", person="ana", asof=DAY))
    assert "Judicial review caseworker 2 is in use since 1 Sep 2026 (holdings.csv, row 3)" in shown
    shown = html(app(sample_graph, "../pages/compare.py", a="ana", b="bo", asof=DAY))
    assert ", Enforcement A caseworker 2 is in use since 1 Mar 2026" in shown.split("Bo Lindqvist: ")[1]


def test_who_is_kept_out_is_said_in_words(app: App, sample_graph: Path) -> None:
    shown = html(app(sample_graph, "../pages/who.py", case="c-102", asof=DAY))
    assert "kept out although a rule would let them in" in shown
    shown = html(app(sample_graph, "../pages/what.py", person="sam", asof=DAY))
    assert "kept out of, although a rule would let" in shown


def test_many_reasons_are_folded_and_all_there() -> None:
    answer = SimpleNamespace(
        check=SimpleNamespace(can_see=True),
        blocked=False,
        ladder=(),
        reasons=[Reason(f"s{n}", "edit", f"Because {n}.", (), (), "", n == 0) for n in range(301)],
    )
    shown = blocks.reasons(answer)  # type: ignore[arg-type]
    assert shown.count('<div class="reason">') == 301
    assert shown[: shown.index("<details")].count('<div class="reason">') == blocks.OPEN_REASONS
    assert "and 291 more reasons" in shown
