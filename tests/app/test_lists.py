"""Who, What and Compare without a browser: every scheme, counts, filters, pages, exports, every way to have none."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

import seewhy
from seewhy.explorer import answer_bar
from seewhy.explorer.components.tiles import reason
from seewhy.explorer.widgets import filters
from seewhy.graph.questions.compare import OTHER_REASON, compare, compare_days
from seewhy.graph.questions.what import what
from tests.app import hostile
from tests.app.conftest import DAY, html, listed

App = Callable[..., AppTest]
WHO, WHAT, COMPARE = "../pages/who.py", "../pages/what.py", "../pages/compare.py"


def refused(test: AppTest) -> None:
    """Nothing that formats Markdown holds a name, and there is no trace."""
    for kind in ("markdown", "caption", "error", "info", "warning", "success"):
        assert not test.get(kind)
    assert "Traceback" not in html(test)


@pytest.mark.parametrize("case", ["m-101", "c-102", "i-101", "e-204", "e-210", "c-103", "m-107"])
def test_who_counts_first_and_lists_everybody(app: App, sample_graph: Path, case: str) -> None:
    with seewhy.connect(sample_graph) as graph:
        answer = graph.who(case, DAY)
    test = app(sample_graph, WHO, case=case, asof=DAY)
    shown = html(test)
    for (step, value), count in answer.counts.items():
        # The bar leads to the rows that it counts.
        asked = escape(f"who?case={case}&asof={DAY}&show={value}&by={step}")
        label = f'<a class="go" href="{asked}" target="_self">{escape(reason(step, value))}</a></span>'
        assert label in shown
        assert f'<span class="number">{count:,}</span>' in shown.partition(label)[2][:200]
    if answer.people:
        rows = listed(test)
        assert rows["person"].to_list() == [row.person for row in answer.people]
        assert [cell.lower() for cell in rows["value"]] == [row.value for row in answer.people]
        assert ("value_now" in rows.columns) == (answer.scheme == "positions")
        assert rows.columns[1].startswith("value")
        assert rows["opens"][0] == f"why?person={rows['person'][0]}&case={case}&asof={DAY}"
        # A job title that the name says already is not said again.
        said = zip(rows["name"].str.to_lowercase(), rows["about"].str.to_lowercase(), strict=True)
        assert not any(title and title in name for name, title in said)
    else:
        assert "Nobody can see case m-107" in shown
    assert shown.index("By deciding reason") > shown.index(f"can see case {case}")
    refused(test)


@pytest.mark.parametrize("person", ["ana", "sam", "imani", "kasia", "rosa", "mateo", "hana"])
def test_what_counts_by_system_and_reason_and_lists_every_case(app: App, sample_graph: Path, person: str) -> None:
    with seewhy.connect(sample_graph) as graph:
        answer = graph.what(person, DAY)
    test = app(sample_graph, WHAT, person=person, asof=DAY)
    shown = html(test)
    for system, step, value in answer.counts:
        assert escape(reason(step, value)) in shown
        assert dict(answer.systems)[system] in shown
    if answer.cases:
        rows = listed(test)
        assert rows["case"].to_list() == [row.case for row in answer.cases]
        # Now and after switching stand side by side where they differ for any case.
        listed_now = [*answer.cases, *answer.blocked]
        assert ("value_now" in rows.columns) == any(row.value != row.value_now for row in listed_now)
    else:
        assert "can see no case" in shown
    refused(test)


def test_the_selected_row_says_why(app: App, sample_graph: Path) -> None:
    test = app(sample_graph, WHO, case="c-101", asof=DAY)
    assert "Open full explanation" not in {link.proto.label for link in test.get("page_link")}
    first = listed(test)["person"][1]
    test = app(sample_graph, WHO, case="c-101", asof=DAY, row=first)
    with seewhy.connect(sample_graph) as graph:
        why = graph.why(first, "c-101", DAY)
    assert escape(next(r for r in why.reasons if r.decides).sentence) in html(test)
    link = next(link.proto for link in test.get("page_link") if link.proto.label == "Open full explanation")
    assert (link.page, link.query_string) == ("why", f"person={first}&case=c-101&asof={DAY}")


def test_blocked_although_something_matches(app: App, sample_graph: Path) -> None:
    test = app(sample_graph, WHO, case="c-102", asof=DAY, show="blocked", row="sam")
    assert listed(test)["person"].to_list() == ["sam", "xenia"]
    assert set(listed(test)["value"]) == {"Blocked"}
    assert "Sam O&#x27;Neill is a member of Fraud, with the setting deny" in html(test)


@pytest.mark.parametrize(
    ("parameters", "people"),
    [
        ({"show": "edit"}, {"rosa", "sam", "tariq"}),
        ({"by": "other_staff"}, {"ana"}),
        ({"list": "responsible"}, {"ana", "rosa"}),
        ({"list": "team"}, {"rosa", "tariq"}),
        ({"list": "responsible,office"}, {"ana", "rosa", "sam"}),
        ({"show": "view", "list": "office"}, set()),
        ({"show": "nonsense", "by": "nonsense", "list": "nonsense", "part": "nonsense"}, None),
    ],
)
def test_filters_of_who_stand_in_the_link(
    app: App, sample_graph: Path, parameters: dict[str, str], people: set[str] | None
) -> None:
    with seewhy.connect(sample_graph) as graph:
        everybody = {row.person for row in graph.who("c-101", DAY).people}
    test = app(sample_graph, WHO, case="c-101", asof=DAY, **parameters)
    if people:
        assert set(listed(test)["person"]) == people & everybody
    elif people is None:
        assert set(listed(test)["person"]) == everybody
    else:
        assert "fits the filters" in html(test)
        assert listed(test).is_empty()


def test_cases_that_a_person_is_responsible_for_together_with_those_of_a_team(app: App, sample_graph: Path) -> None:
    # MEM-43's example: one filter shows somebody's own cases together with those of a team.
    own = set(listed(app(sample_graph, WHAT, person="rosa", asof=DAY, list="responsible"))["case"])
    team = set(listed(app(sample_graph, WHAT, person="rosa", asof=DAY, list="team"))["case"])
    both = set(listed(app(sample_graph, WHAT, person="rosa", asof=DAY, list="responsible,team"))["case"])
    assert own == {"c-101"}
    assert both == own | team
    with seewhy.connect(sample_graph) as graph:
        assert both < {row.case for row in graph.what("rosa", DAY).cases}


def test_words_are_found_without_accents_and_stay_out_of_the_link(app: App, sample_graph: Path) -> None:
    test = app(sample_graph, WHO, case="e-204", asof=DAY)
    some = next(row for row in listed(test).iter_rows(named=True) if not row["name"].isascii())
    test.text_input[0].input(some["person"]).run()
    assert some["person"] in listed(test)["person"].to_list()
    assert len(listed(test)) < 5
    assert set(test.query_params) == {"case", "asof"}


def test_folding() -> None:
    rows = pl.DataFrame({"name": ["Tomás Ó Briain", "Thomas"], "id": ["a", "b"]})
    assert filters.holding(rows, "TOMAS briain", ("name", "id"))["id"].to_list() == ["a"]
    assert filters.holding(rows, "[", ("name", "id")).is_empty()


def test_long_lists_are_turned_page_by_page(app: App, sample_graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from seewhy.explorer.widgets import data_table

    monkeypatch.setattr(data_table, "PAGE", 10)
    with seewhy.connect(sample_graph) as graph:
        people = [row.person for row in graph.who("e-204", DAY).people]
    test = app(sample_graph, WHO, case="e-204", asof=DAY)
    assert "<b>1 to 10</b> of <b>29</b> people" in html(test)
    seen = listed(test)["person"].to_list()
    while not (later := next(b for b in test.button if b.label == "Next")).disabled:
        later.click().run()
        seen += listed(test)["person"].to_list()
    assert seen == people
    assert test.query_params["part"] == "3"
    assert "<b>21 to 29</b> of <b>29</b> people" in html(test)


def test_sorting_is_of_the_whole_list(app: App, sample_graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from seewhy.explorer.widgets import data_table

    monkeypatch.setattr(data_table, "PAGE", 10)
    with seewhy.connect(sample_graph) as graph:
        answer = graph.who("e-204", DAY)
    for by, key in (("name", lambda row: row.name), ("value", lambda row: row.value)):
        wanted = sorted(map(key, answer.people))
        for sign in ("", "-"):
            seen = listed(app(sample_graph, WHO, case="e-204", asof=DAY, sort=sign + by))
            assert [cell.lower() for cell in seen[by]] == [one.lower() for one in wanted[:10]], sign + by
            wanted.reverse()
    # What is selected stays so on whatever page of the list it is.
    last = max(answer.people, key=lambda row: row.name)
    test = app(sample_graph, WHO, case="e-204", asof=DAY, sort="name", row=last.person)
    assert last.person not in listed(test)["person"].to_list()
    assert escape(last.name) in html(test)


def test_an_export_holds_every_row_and_is_built_on_demand(app: App, sample_graph: Path) -> None:
    made = []
    build = answer_bar.built
    answer_bar.built = lambda *a: made.append(a) or build(*a)  # type: ignore[assignment,func-returns-value]
    try:
        test = app(sample_graph, WHO, case="e-204", asof=DAY, show="edit")
    finally:
        answer_bar.built = build
    assert [button.proto.label for button in test.get("download_button")] == ["Excel file", "Manifest"] * 2
    said = [text.value for text in test.text]
    assert any(text.startswith("All 29 rows, without the filters") for text in said), said
    assert any(text.startswith("These 2 of 29 rows, with the filters") for text in said), said
    assert not made


@pytest.mark.parametrize("ending", sorted(answer_bar.FORMATS))
def test_the_manifest_fits_the_file_that_is_made_apart(sample_graph: Path, ending: str) -> None:
    import hashlib

    with seewhy.connect(sample_graph) as graph:
        rows = pl.from_pandas(graph.what("rosa", DAY).to_pandas()).to_arrow(compat_level=pl.CompatLevel.oldest())
        load = graph.session.newest()
    one, two = (answer_bar.built(rows, f"what{ending}", "what can rosa see", DAY, "kglite", load) for _ in range(2))
    manifest = json.loads(two[1])
    assert manifest["sha256"] == hashlib.sha256(one[0]).hexdigest()
    assert (manifest["rows"], manifest["load"], manifest["complete"]) == (rows.num_rows, load.id, True)


def test_compare_holds_only_what_differs(sample_graph: Path) -> None:
    with seewhy.connect(sample_graph) as graph:
        people = [row["id"] for row in graph.session.run("organisation/people")]
        for one, two in zip(people, people[7:], strict=False):
            a, b = (what(graph.session, person, DAY) for person in (one, two))
            left, right = ({r.case: (r.value, r.value_now, r.step) for r in answer.cases} for answer in (a, b))
            found = compare(graph.session, one, two, DAY)
            differ = {case for case in left.keys() | right.keys() if left.get(case) != right.get(case)}
            assert [d.case for d in found.differences] == sorted(differ)
            assert found.same == len(left.keys() & right.keys()) - len(differ & left.keys() & right.keys())
            assert sum(found.groups.values()) == sum(found.counts.values()) == len(differ)
            for d in found.differences:
                if d.kind == OTHER_REASON:
                    assert d.first == d.second != "none"
                    assert d.first_step != d.second_step
        days = compare_days(graph.session, "farid", "2026-02-28", DAY)
        assert [(d.case, d.kind) for d in days.differences] == [("m-115", "only_second")]


def test_compare_groups_by_reason(app: App, sample_graph: Path) -> None:
    test = app(sample_graph, COMPARE, a="rosa", b="sam", asof=DAY)
    shown = html(test)
    assert "Rosa Delgado and Sam O&#x27;Neill differ in 5 cases" in shown
    assert "<h3>Same access, different reason<span>1</span></h3>" in shown
    assert "Assigned to: Edit → Memberships: Edit" in shown
    assert listed(test)["case"].to_list() == ["c-101", "c-102", "c-108", "c-111", "e-208"]
    only = app(sample_graph, COMPARE, a="rosa", b="sam", asof=DAY, show="other_reason")
    assert listed(only)["case"].to_list() == ["c-101"]
    refused(test)


def test_compare_one_person_on_two_days(app: App, sample_graph: Path) -> None:
    test = app(sample_graph, COMPARE, a="farid", t1="2026-02-28", t2=DAY, row="m-115")
    assert "Farid Rahimi sees 1 case differently on these days" in html(test)
    assert listed(test)["case"].to_list() == ["m-115"]
    links = {link.proto.query_string for link in test.get("page_link") if link.proto.label == "Open full explanation"}
    assert links == {"person=farid&case=m-115&asof=2026-02-28", f"person=farid&case=m-115&asof={DAY}"}


def test_compare_shows_the_value_of_the_moment_where_it_differs(app: App, sample_graph: Path) -> None:
    """The position in use changed on 1 September: with any position the access is the same."""
    test = app(sample_graph, COMPARE, a="ana", t1="2026-08-01", t2=DAY, show="other_value")
    assert "Own work: Edit → Own work: View now, Edit after switching" in html(test)
    rows = listed(test)
    assert rows["case"].to_list() == ["m-101"]
    told = {name: rows[name].to_list() for name in ("first_now", "first", "second_now", "second")}
    assert told == {"first_now": ["Edit"], "first": ["Edit"], "second_now": ["View"], "second": ["Edit"]}
    assert "first_now" not in listed(app(sample_graph, COMPARE, a="rosa", b="sam", asof=DAY)).columns


@pytest.mark.parametrize(
    ("page", "parameters", "says"),
    [
        (WHO, {"case": "e-203", "asof": "2026-01-01"}, "Case `e-203` has no row on 2026-01-01"),
        (WHAT, {"person": "mateo"}, "Person `mateo` is listed as not active"),
        (WHO, {"case": "c-1011"}, "Unknown case <code>c-1011</code>."),
        (WHO, {}, "Choose a case"),
        (WHO, {"case": "c-101", "asof": "soon"}, "<code>soon</code> is not a date"),
        (WHAT, {"person": "anna"}, "Unknown person <code>anna</code>."),
        (WHAT, {}, "Choose a person"),
        (COMPARE, {"a": "ana"}, "Choose two people"),
        (COMPARE, {"a": "ana", "b": "ana"}, "<code>ana</code> is on both sides"),
        (COMPARE, {"a": "ana", "b": "anna"}, "Unknown person <code>anna</code>."),
        (COMPARE, {"a": "ana", "t1": "soon", "t2": DAY}, "<code>soon</code> is not a date"),
        (COMPARE, {"t1": DAY}, "Choose a person and two days"),
        (COMPARE, {"a": "ana", "b": "rosa", "asof": "2020-01-01"}, "Not today"),
    ],
)
def test_what_cannot_be_answered_is_one_sentence(
    app: App, sample_graph: Path, page: str, parameters: dict[str, str], says: str
) -> None:
    test = app(sample_graph, page, **parameters)
    assert says in html(test)
    refused(test)


def test_names_are_never_markup(app: App, hostile_graph: Path) -> None:
    for page, parameters in (
        (WHO, {"case": hostile.CASE_ID, "row": hostile.PERSON_ID}),
        (WHAT, {"person": hostile.PERSON_ID}),
        (COMPARE, {"a": hostile.PERSON_ID, "b": "p2"}),
        (COMPARE, {"a": hostile.PERSON_ID, "t1": "1999-01-01", "t2": DAY}),
    ):
        test = app(hostile_graph, page, asof=DAY, **parameters)
        shown = html(test)
        assert escape(hostile.PERSON) in shown
        for raw in ("<img src=x", "<script>", "<b>case", "<em>clerk", "<u>System"):
            assert raw not in shown
        refused(test)
        for kind in ("button", "page_link", "button_group"):
            assert "bold" not in str([one.proto for one in test.get(kind)])
