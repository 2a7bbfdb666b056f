"""Row, Changes, and What if by ticking: what they say, and that every place that names a row leads to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

import seewhy
from seewhy.graph.counterfactual.named_changes import named_changes, row_text
from seewhy.graph.errors import SeeWhyError
from tests.app import hostile
from tests.app.conftest import DAY, html
from tests.app.test_journeys import WAIT, opened
from tests.support.actions import Actions

App = Callable[..., AppTest]
ROW, CHANGES, WHATIF, WHY = "../pages/row.py", "../pages/changes.py", "../pages/whatif.py", "../pages/why.py"
SOURCE = re.compile(r"(?<![\w/.-])[\w.-]+\.csv, row \d+")
"""A row that was loaded; those of changes stand in `set/people.csv`."""
LINKED = re.compile(r"<a [^>]*>.*?</a>|<title>.*?</title>|<svg.*?</svg>|aria-label=\"[^\"]*\"", re.S)


def settled(test: AppTest, says: str) -> str:
    """What the page says once what is found beside it is there."""
    for _ in range(60):
        if says in (text := unescape(html(test))):
            return text
        test.run()
    raise AssertionError(f"{says!r} never came: {html(test)[-2000:]}")


@pytest.fixture(scope="module")
def two_loads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, and a week later without Sam's membership of the north office, which stood in row 4."""
    folder = tmp_path_factory.mktemp("two")
    with seewhy.connect(folder / "graph", write=True) as graph, as_file(files("seewhy.loaders") / "sample") as sample:
        for file in sample.iterdir():
            (folder / "in").mkdir(exist_ok=True)
            (folder / "in" / file.name).write_bytes(file.read_bytes())
        graph.load(folder / "in", as_of=DAY)
        rows = (folder / "in" / "memberships.csv").read_text("utf-8").splitlines(keepends=True)
        assert rows[3].startswith("sam,north")
        (folder / "in" / "memberships.csv").write_text("".join(rows[:3] + rows[4:]), "utf-8")
        graph.load(folder / "in", as_of="2026-12-02")
    return folder / "graph"


def test_every_place_that_names_a_row_leads_to_it(app: App, sample_graph: Path) -> None:
    with seewhy.connect(sample_graph) as graph:
        finding = graph.findings(DAY).findings[0].id
    pages = {
        WHY: {"person": "rosa", "case": "c-101"},
        "../pages/structure.py": {"person": "rosa"},
        "../pages/findings.py": {"row": finding},
        "../pages/timeline.py": {"person": "sam", "case": "c-104"},
        "../pages/eligible.py": {"kind": "secondary-access", "person": "bo", "position": "jr-a1", "access": "absence"},
        WHATIF: {"do": "leave", "person": "rosa"},
        ROW: {"file": "memberships.csv", "row": "4"},
    }
    wrong = []
    for page, given in pages.items():
        text = html(app(sample_graph, page, **given, asof=DAY))
        without = LINKED.sub("", text)
        links = [one for one in re.findall(r'href="row\?([^"]*)"', text) if "asof=" in one]
        # The page of a row says which one it is.
        if not links or (page != ROW and SOURCE.search(without)):
            wrong.append((page, len(links), SOURCE.findall(without)[:3]))
    assert not wrong


def test_a_row_says_what_it_gives_and_what_hangs_on_it_alone(app: App, sample_graph: Path) -> None:
    test = app(sample_graph, ROW, file="memberships.csv", row="4", asof=DAY)
    text = settled(test, "would lose")
    with seewhy.connect(sample_graph) as graph:
        answer = graph.row("memberships.csv", 4, DAY)
    assert "The membership of Sam O'Neill in North office with access edit" in text
    assert "<b>5</b> pairs of person and case" in text
    assert len(answer.gives) == 5
    for pair in answer.gives:
        assert f'href="why?person=sam&case={pair.case}&asof={DAY}"' in text
    assert "Sam O'Neill would lose 5 cases" in text
    assert 'href="whatif?end=memberships.csv%3A4&asof=' in text
    assert "Beside it: Sam O'Neill (sam)" in text
    assert "group_members.csv, row 7" in text


def test_a_row_that_others_need_cannot_end_by_itself(app: App, sample_graph: Path) -> None:
    with seewhy.connect(sample_graph) as graph:
        beside = graph.row("memberships.csv", 4, DAY).neighbours
        (source,) = (one.source for near in beside for one in near.rows if one.source.startswith("units.csv"))
    file, _, number = source.partition(":")
    text = settled(app(sample_graph, ROW, file=file, row=number, asof=DAY), "It cannot end by itself")
    assert "unknown unit <code>north</code>" in text


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"file": "memberships.csv", "row": "99"}, "<code>memberships.csv</code> has no row 99"),
        ({"file": "membership.csv", "row": "4"}, "Unknown file <code>membership.csv</code>"),
        ({"file": "memberships.csv", "row": "four"}, "<code>four</code> is no number of a row"),
        ({"file": "memberships.csv", "row": "4", "load": "load-0009"}, "began no row 4"),
        ({}, "Choose a file and the number of a row"),
    ],
)
def test_a_row_that_is_not_there_is_a_sentence(app: App, sample_graph: Path, given: dict[str, str], says: str) -> None:
    assert says in html(app(sample_graph, ROW, **given, asof=DAY))


def test_a_row_of_an_older_load_is_found_by_its_load(app: App, two_loads: Path) -> None:
    """Row 4 of the second load is another one: the link from a reason of the first names the load."""
    later = "2026-12-02"
    why = html(app(two_loads, WHY, person="sam", case="c-101", asof=DAY))
    assert f'href="row?file=memberships.csv&amp;row=4&amp;load=load-0001&amp;asof={DAY}"' in why
    text = unescape(html(app(two_loads, ROW, file="memberships.csv", row="4", load="load-0001", asof=later)))
    assert "does not hold any more on 2 Dec 2026" in text
    assert "ended by load-0002" in text


def test_changes_says_who_lost_what_by_which_row(app: App, two_loads: Path) -> None:
    text = settled(app(two_loads, CHANGES), "Sam O'Neill lost")
    assert "Sam O'Neill lost 5 cases" in text
    assert "between 25 Nov 2026 and 2 Dec 2026" in text, "the day of the load before, and that of the newest"
    assert f'href="why?person=sam&case=c-101&asof={DAY}"' in text
    assert 'href="why?person=sam&case=c-101&asof=2026-12-02"' in text
    assert "The membership of Sam O'Neill in North office with access edit ended. <b>5 lost</b>" in text
    assert 'href="row?file=memberships.csv&row=4' in text
    assert "memberships.csv: 1 row ended" in text
    assert 'data-head="Person"' not in text, "whom all pairs have in common is in the heading"
    days = {"from": DAY, "to": "2026-12-02"}
    one = settled(app(two_loads, CHANGES, **days, case="c-101"), "Sam O'Neill lost")
    assert "Sam O'Neill lost 1 case" in one
    none = settled(app(two_loads, CHANGES, **days, group="people ended"), "Sam O'Neill lost 5 cases")
    assert "done by rows of people.csv that ended" in none
    assert ">before<" not in none
    settled(app(two_loads, CHANGES, **days, person="rosa"), "Nobody's access changed")
    pair = app(two_loads, CHANGES, **days, person="sam", case="c-101")
    settled(pair, "Sam O'Neill lost")
    assert [pair.button(key=f"keep-{when}").label for when in ("before", "after")] == [
        "Keep the answer of 25 Nov 2026 as evidence", "Keep the answer of 2 Dec 2026 as evidence"
    ]  # fmt: skip
    assert "comes first" in html(app(two_loads, CHANGES, **{"from": "2026-12-02", "to": DAY}))
    assert "<code>soon</code>" in html(app(two_loads, CHANGES, **{"from": "soon"}))


def test_what_if_by_ticking_is_in_the_address(app: App, sample_graph: Path) -> None:
    test = app(sample_graph, WHATIF, do="pick", person="sam", asof=DAY)
    assert "The membership of Sam O&#x27;Neill in North office" in html(test)
    labels = [text for text in html(test).splitlines() if "with access" in text or "group consultants" in text]
    assert labels
    place = next(n for n, one in enumerate(_rows(test)) if "memberships.csv, row 4" in one)
    test.checkbox[place].check().run()
    assert test.query_params["end"] in ("memberships.csv:4", ["memberships.csv:4"])
    text = unescape(html(test))
    assert "Sam O'Neill would lose 5 cases" in text
    assert f'href="why?person=sam&case=c-101&asof={DAY}&end=memberships.csv%3A4"' in text
    test.checkbox[place].uncheck().run()
    assert "end" not in test.query_params


def _rows(test: AppTest) -> list[str]:
    return [one for one in html(test).splitlines() if re.search(r'^<div class="sw"><p>.*row\?file=', one)]


def test_a_row_is_added_by_its_fields(app: App, sample_graph: Path) -> None:
    line = row_text("memberships", {"person_id": "sam", "unit_id": "south", "access": "view", "note": "a, b=c 100%"})
    assert line == "memberships:person_id=sam,unit_id=south,access=view,note=a%2C b%3Dc 100%25"
    with seewhy.connect(sample_graph) as graph:
        data = named_changes(graph.session, add=[line], as_of=DAY)
        assert data["add"]["memberships"][0]["note"] == "a, b=c 100%"
        for wrong in ("x", "memberships:who=sam", "memberships:person_id", "nothing:a=b"):
            with pytest.raises(SeeWhyError):
                named_changes(graph.session, add=[wrong], as_of=DAY)
    text = unescape(html(app(sample_graph, WHATIF, add=line, asof=DAY)))
    assert re.search(r"Sam O'Neill would (gain|get)", text)


def test_why_under_a_change_says_so_loudly(app: App, sample_graph: Path) -> None:
    text = unescape(html(app(sample_graph, WHY, person="sam", case="c-101", end="memberships.csv:4", asof=DAY)))
    assert "Under a change that nobody made:" in text
    assert "<b>No.</b> Sam O'Neill cannot see case c-101" in text
    assert "Yes. Sam O'Neill can see case c-101" in text.split("Without the change")[1]
    wrong = html(app(sample_graph, WHY, person="sam", case="c-101", end="memberships.csv:99", asof=DAY))
    assert "has no row 99" in wrong


@pytest.mark.parametrize(
    ("page", "given"),
    [
        (ROW, {"file": "memberships.csv", "row": "2"}),
        (CHANGES, {"from": "2020-01-01", "to": DAY}),
        (WHATIF, {"do": "pick", "person": hostile.PERSON_ID}),
    ],
)
def test_names_are_never_markup_here(app: App, hostile_graph: Path, page: str, given: dict[str, str]) -> None:
    test = app(hostile_graph, page, **given, asof=DAY)
    for _ in range(4):
        test.run()
    assert "<img" not in html(test).replace("<img class", "")
    assert "<script" not in html(test)
    for box in test.checkbox:
        assert "<" not in box.label
        assert "*" not in box.label


def test_who_hangs_on_this_row_is_one_click_from_the_reason(explorer: str, page: Page) -> None:
    outside = opened(page, f"{explorer}/why?person=sam&case=c-101&asof={DAY}")
    actions = Actions(page)
    actions.click(page.locator("ol.why a.go", has_text="memberships.csv, row 4").first)
    expect(page.get_by_text("Sam O'Neill would lose 5 cases")).to_be_visible(timeout=WAIT)
    assert actions.taken == 1
    assert "row?" in page.url
    page.go_back()
    expect(page.locator("section.v h1")).to_contain_text("can see case c-101", timeout=WAIT)
    assert not outside


def test_what_changed_for_a_case_is_two_actions(explorer: str, page: Page) -> None:
    """The address says between which days; a name is typed and chosen."""
    outside = opened(page, f"{explorer}/changes?from=2026-01-01&to={DAY}")
    actions = Actions(page)
    box = page.get_by_role("combobox", name=re.compile("of this case", re.I))
    box.focus()
    actions.type("c-106")
    actions.click(page.get_by_role("option", name=re.compile("c-106")))
    expect(page).to_have_url(re.compile("case=c-106"), timeout=WAIT)
    expect(page.locator(".subject h1").first).to_contain_text("case", timeout=WAIT)
    assert actions.taken == 2
    assert not outside


def test_a_row_is_ended_in_what_if_by_one_tick(explorer: str, page: Page) -> None:
    outside = opened(page, f"{explorer}/whatif?do=pick&person=sam&asof={DAY}")
    actions = Actions(page)
    row = page.locator("[class*=st-key-endrow-]").filter(has_text="memberships.csv, row 4")
    actions.click(row.locator("[data-testid=stCheckbox] label").first)
    expect(page.get_by_text("Sam O'Neill would lose 5 cases")).to_be_visible(timeout=WAIT)
    assert "end=memberships.csv" in page.url
    actions.click(page.get_by_role("link", name="then").first)
    expect(page.get_by_text("Under a change that nobody made:")).to_be_visible(timeout=WAIT)
    assert actions.taken == 2
    assert not outside


def test_a_file_of_changes_is_one_action(explorer: str, page: Page, tmp_path: Path) -> None:
    """What *Changes as a file* hands on is read as it is; a file that is too large is refused where it is chosen."""
    outside = opened(page, f"{explorer}/whatif?do=rows&asof={DAY}")
    large, changes = tmp_path / "large.yaml", tmp_path / "changes.yaml"
    large.write_text("# \n" * 70_000, "utf-8")
    changes.write_text("end:\n  memberships:\n    - {person_id: sam, unit_id: north}\n", "utf-8")
    place = page.locator("input[type=file]")
    expect(place).to_have_count(1, timeout=WAIT)
    place.set_input_files(large)
    expect(page.get_by_text("large.yaml is larger than 200,000 bytes")).to_be_visible(timeout=WAIT)
    actions = Actions(page)
    actions.drop(place, changes)
    expect(page.get_by_text("Sam O'Neill would lose 5 cases")).to_be_visible(timeout=WAIT)
    assert actions.taken == 1
    assert not outside
