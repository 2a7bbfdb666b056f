"""From a verdict to the form: filled in when the request may be made, and whom to ask instead when it may not."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect
from streamlit.testing.v1 import AppTest

import seewhy
from tests.app import hostile
from tests.app.conftest import DAY, html
from tests.app.test_journeys import WAIT, opened
from tests.support.actions import Actions

App = Callable[..., AppTest]
ELIGIBLE, WHY = "../pages/eligible.py", "../pages/why.py"
ASKED = {"kind": "secondary-access", "person": "bo", "position": "jr-a1", "access": "hierarchical", "asof": DAY}


def test_the_form_has_the_names_the_reasons_and_the_rules(app: App, sample_graph: Path) -> None:
    shown = html(app(sample_graph, ELIGIBLE, **ASKED, form="true", case="m-105"))
    form = shown[shown.index('<article class="p30">') : shown.index("</article>")]
    with seewhy.connect(sample_graph) as graph:
        answer = graph.eligible("secondary-access", DAY, person="bo", position="jr-a1", access="hierarchical")
    people = (*answer.people.ask, *answer.people.agree)
    words = [word for one in answer.conditions for word in (one.rule, one.because)] + [one.name for one in people]
    assert [word for word in words if word[1:] not in form] == []
    for part in ("Bo Lindqvist (bo)", "Judicial review caseworker 1 (jr-a1)", "caseworker 2 (enf-a2)", "m-105"):
        assert part in form, part
    assert re.findall(r'aria-label="ticked">☒</span> *([a-z ]+)', form) == ["set up ", "hierarchical "]
    assert "It may be made: all conditions are met." in form
    test = app(sample_graph, ELIGIBLE, **ASKED, form="true")
    test.text_input(key="typed-reason").input("covers <b>leave</b>").run()
    assert "<td>covers &lt;b&gt;leave&lt;/b&gt;</td>" in html(test)


def test_an_absence_form_says_when_to_review_and_a_removal_is_one_too(app: App, sample_graph: Path) -> None:
    asked = {**ASKED, "person": "chidi", "position": "enf-b-tl", "access": "absence", "form": "true"}
    shown = html(app(sample_graph, ELIGIBLE, **asked))
    assert "within six months, CMS-12" in shown
    assert "telephoned to FLLS" in shown
    with seewhy.connect(sample_graph) as graph:
        held = [
            (who["id"], row["position_id"], row["kind"])
            for who in graph.session.run("organisation/people")
            for row in graph.session.run("organisation/person_positions", person=who["id"], as_of=DAY)
            if row["kind"] != "primary"
        ]
        removable = next(
            (p, at) for p, at, _ in held if graph.eligible("removal", DAY, person=p, position=at).verdict == "allowed"
        )
    asked = {"kind": "removal", "person": removable[0], "position": removable[1], "asof": DAY, "form": "true"}
    shown = html(app(sample_graph, ELIGIBLE, **asked))
    assert "Request to remove secondary access" in shown


def test_a_refusal_has_no_form_and_says_who_could_be_asked_instead(app: App, sample_graph: Path) -> None:
    shown = html(app(sample_graph, ELIGIBLE, **{**ASKED, "position": "enf-a1"}, case="m-101", form="true"))
    assert '<article class="p30">' not in shown
    instead = shown[shown.index("Who could be asked instead") :]
    for part in ("Who holds it now", "Ana Ferreira", "Who can change case m-101 already", "Chidi Okafor"):
        assert part in instead, part


def test_a_no_leads_to_requests_that_would_reach_the_case(app: App, sample_graph: Path, hostile_graph: Path) -> None:
    shown = html(app(sample_graph, WHY, person="bo", case="m-105", asof=DAY))
    assert shown.count("access to Judicial review") == 3
    assert "absence access" not in shown, "a caseworker never has it"
    shown = html(app(sample_graph, WHY, person="grace", case="m-101", asof=DAY))
    assert "absence access to Enforcement A team leader" in shown
    # Each says the verdict on it and the condition that decides; what is refused comes last.
    told = re.findall(r'access to Enforcement[^<]*</a><span class="src">: ([^<]*)</span>', shown)
    refused = "would be refused: Enforcement A caseworker 1 (enf-a1) lies in Enforcement (enf), none of the four"
    assert told[:2] == ["could be asked for"] * 2
    assert [one.startswith(refused) for one in told[2:]] == [True]
    assert "Ask for secondary access" not in html(app(sample_graph, WHY, person="nia", case="i-102", asof=DAY))
    shown = html(app(hostile_graph, WHY, person=hostile.PERSON_ID, case=hostile.CASE_ID, asof=DAY))
    assert "<img src=x" not in shown


def test_from_a_no_to_the_printed_form_in_two_actions(
    explorer: str, page: Page, browser: Browser, tmp_path: Path
) -> None:
    outside = opened(page, f"{explorer}/why?person=bo&case=m-105&asof={DAY}")
    done = Actions(page)
    done.click(page.get_by_role("link", name="hierarchical access to Judicial review caseworker 2"))
    expect(page.locator(".p30 h1")).to_have_text("Request for secondary access", timeout=WAIT)
    assert "form=true" in page.url
    with page.expect_download(timeout=WAIT) as download:
        done.click(page.get_by_role("button", name="Download form"))
    assert done.taken == 2
    page.emulate_media(media="print")
    expect(page.locator(".p30")).to_be_visible()
    for other in ("[role=status]", ".st-key-arguments", ".st-key-formbar", ".st-key-bar", ".st-key-standing"):
        expect(page.locator(other).first).to_be_hidden()
    file = tmp_path / "form.html"
    download.value.save_as(file)
    context = browser.new_context(offline=True, java_script_enabled=False)
    alone = context.new_page()
    alone.goto(file.as_uri())
    assert alone.locator(".p30").inner_text().startswith("Form CSUA P30")
    pages = len(re.findall(rb"/Type\s*/Page\b", alone.pdf(format="A4")))
    assert pages in (1, 2)
    context.close()
    assert outside == []
