"""Structure, Findings, Eligibility, Time, What if and Rules without a browser: what they say and never do."""

from __future__ import annotations

import re
import tracemalloc
from collections.abc import Callable
from html import escape
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import seewhy
from seewhy.auth.log import recorder
from seewhy.auth.log.reader import Reader
from seewhy.auth.log.search import questions
from seewhy.explorer.components.source_rows import row_text
from seewhy.explorer.page_list import shown
from seewhy.graph.questions.structure import structure, unit
from seewhy.graph.questions.timeline import timeline
from seewhy.graph.rules.catalogue import rule, rules
from seewhy.graph.rules.texts import texts
from tests.app import hostile
from tests.app.conftest import DAY, html, listed
from tests.support.later_sample import later_sample

App = Callable[..., AppTest]
STRUCTURE, FINDINGS, ELIGIBLE = "../pages/structure.py", "../pages/findings.py", "../pages/eligible.py"
TIME, WHATIF, RULES = "../pages/timeline.py", "../pages/whatif.py", "../pages/rules.py"


def test_the_tree_counts_everybody_once(sample_graph: Path) -> None:
    with seewhy.connect(sample_graph) as graph:
        answer = structure(graph.session, DAY)
        rows = graph.session.run("organisation/structure_people", as_of=DAY)
    at = {row["unit"]: set(row["people"]) for row in rows}
    assert [one for root in answer.roots for _, line in answer.below(root) for one in [line.id]] == list(
        dict.fromkeys(line.id for root in answer.roots for _, line in answer.below(root))
    )
    assert {line.id for root in answer.roots for _, line in answer.below(root)} == set(answer.units)
    for id in answer.units:
        below = [line.id for _, line in answer.below(id)]
        assert answer.units[id].people_below == len(set().union(*(at.get(one, set()) for one in below)))
        assert answer.units[id].people_at == len(at.get(id, set()))
    segments = [u.rank for u in (answer.units[c] for c in answer.units["dept"].children) if u.kind == "segment"]
    assert segments == [50, 40, 30, 20, 15, 10]
    assert answer.above("tolls") == ("dept", "policy", "road")


def test_counts_of_cases_are_those_of_the_rows(sample_graph: Path) -> None:
    with seewhy.connect(sample_graph) as graph:
        answer = structure(graph.session, DAY)
        for id in answer.units:
            assert answer.units[id].cases_at == len(unit(graph.session, id, DAY).cases)
    assert answer.units["north"].cases_at == 6


def test_a_unit_says_who_leads_it(app: App, sample_graph: Path) -> None:
    shown = html(app(sample_graph, STRUCTURE, unit="enf-a", asof=DAY))
    assert "Who leads or manages" in shown
    assert "leads it, primary position enf-a-tl" in shown
    assert "holdings.csv, row 5" in shown
    assert shown.index("Chidi Okafor") < shown.index("Bo Lindqvist")


def test_a_unit_of_another_day_has_that_days_people(app: App, sample_graph: Path) -> None:
    assert ">Farid Rahimi</a>" in html(app(sample_graph, STRUCTURE, unit="enf-a", asof="2026-02-01"))
    assert ">Farid Rahimi</a>" not in html(app(sample_graph, STRUCTURE, unit="enf-a", asof=DAY))


def test_a_person_has_a_place(app: App, sample_graph: Path) -> None:
    shown = html(app(sample_graph, STRUCTURE, person="ana", asof=DAY))
    for name in ("Head office", "Enforcement A", "Judicial review team", "Rail policy"):
        assert escape(name) in shown
    assert "the nearest first" in shown


@pytest.mark.parametrize(
    ("page", "parameters", "says"),
    [
        (STRUCTURE, {"unit": "enff"}, "Unknown unit <code>enff</code>."),
        (RULES, {"id": "MEM-999"}, "No rule is called <code>MEM-999</code>."),
        (TIME, {"person": "anna", "case": "m-101"}, "Unknown person <code>anna</code>."),
        (TIME, {"person": "ana"}, "Choose a case"),
        (ELIGIBLE, {"kind": "assign"}, "Choose a case."),
        (ELIGIBLE, {"kind": "assign", "case": "m-101"}, "m-101"),
        (WHATIF, {}, "Choose what would happen"),
        (WHATIF, {"do": "move", "unit": "dept", "under": "rail"}, "nothing was asked"),
    ],
)
def test_what_cannot_be_answered_is_one_sentence(
    app: App, sample_graph: Path, page: str, parameters: dict[str, str], says: str
) -> None:
    shown = html(app(sample_graph, page, **parameters, asof=DAY))
    assert says in shown
    assert "Traceback" not in shown


def test_every_finding_is_on_the_page(app: App, sample_graph: Path) -> None:
    with seewhy.connect(sample_graph) as graph:
        answer = graph.findings(DAY)
    test = app(sample_graph, FINDINGS, asof=DAY)
    assert f"{len(answer.findings)} findings" in html(test)
    rows = listed(test)
    assert rows["message"].to_list() == [one.message for one in answer.findings]
    for one, opens in zip(answer.findings, rows["opens"], strict=True):
        pair = one.person and one.case
        assert opens.startswith("why?" if pair else "who?" if one.case else "structure?" if one.person else ""), one
    for one in (answer.findings[0], answer.findings[-1]):
        shown = html(app(sample_graph, FINDINGS, asof=DAY, row=one.id))
        assert all(escape(row_text(fact.source)) in shown for fact in one.facts)
        assert not (one.person and one.case) or f"why?person={one.person}&amp;case={one.case}" in shown


def test_findings_are_narrowed_by_what_is_in_the_address(app: App, sample_graph: Path) -> None:
    with seewhy.connect(sample_graph) as graph:
        answer = graph.findings(DAY)
    some = answer.findings
    wanted = {
        "rule": "MEM-53", "severity": "low", "person": some[0].person,
        "unit": next(one.unit for one in some if one.unit), "system": next(one.system for one in some if one.system),
    }  # fmt: skip
    every = html(app(sample_graph, FINDINGS, asof=DAY))
    absent = re.findall(r">(\d+) kinds were looked for and not found", every)[0]
    for name, value in wanted.items():
        test = app(sample_graph, FINDINGS, asof=DAY, **{name: value})
        assert set(listed(test)["row"]) == {one.id for one in some if getattr(one, name) == value}, name
        assert f"filtered from {len(some)}" in html(test), name
        # What is filtered was found all the same.
        out = len({one.name for one in some}) - len({one.name for one in some if getattr(one, name) == value})
        left_out = f"{out} more kind{' is' if out == 1 else 's are'} left out by the filters; " if out else ""
        assert f">{left_out}{absent} kinds were looked for and not found." in html(test), name
    both = listed(app(sample_graph, FINDINGS, asof=DAY, severity="low", system=wanted["system"]))
    assert set(both["row"]) == {one.id for one in some if (one.severity, one.system) == ("low", wanted["system"])}


def test_findings_that_are_new_since_the_load_before_are_marked(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nobody asked about, the day before, is in no log: one visit is one question."""
    first, later = "2026-11-25", "2026-11-26"
    with seewhy.connect(tmp_path / "graph", write=True) as graph, as_file(files("seewhy.loaders") / "sample") as folder:
        graph.load(folder, as_of=first)
        graph.load(later_sample(tmp_path), as_of=later)
        old, now = ({one.id for one in graph.findings(day).findings} for day in (first, later))
    assert now - old
    monkeypatch.setenv("SEEWHY_LOG", str(tmp_path / "log"))
    try:
        test = app(tmp_path / "graph", FINDINGS, asof=later)
        rows = listed(test)
        assert {id for id, new in rows.select("row", "new").iter_rows() if new} == now - old
        assert set(listed(app(tmp_path / "graph", FINDINGS, asof=later, new="true"))["row"]) == now - old
        asked = [one.as_of for one in questions(Reader(tmp_path / "log")) if one.kind == "findings"]
        assert set(asked) == {later}
    finally:
        recorder.close_log()
    assert "new" not in listed(app(tmp_path / "graph", FINDINGS, asof=first)).columns


def test_a_refused_request_marks_what_decides(app: App, sample_graph: Path) -> None:
    test = app(sample_graph, ELIGIBLE, kind="secondary-access", person="omar", position="app-a-tl", asof=DAY)
    shown = html(test)
    with seewhy.connect(sample_graph) as graph:
        answer = graph.eligible("secondary-access", DAY, person="omar", position="app-a-tl", access="absence")
    assert answer.verdict == "refused"
    assert "<b>Refused.</b>" in shown
    assert shown.count('aria-current="step"') == 1
    assert shown.index("not met, decides") > shown.index('aria-current="step"')
    for one in answer.conditions:
        assert escape(one.because[1:]) in shown
    for person in (*answer.people.ask, *answer.people.agree, *answer.people.authorise):
        assert escape(person.name) in shown


def test_an_allowed_request_and_a_list(app: App, sample_graph: Path) -> None:
    asked = {"kind": "secondary-access", "person": "bo", "position": "jr-a1", "access": "hierarchical", "asof": DAY}
    shown = html(app(sample_graph, ELIGIBLE, **asked))
    assert "<b>Allowed.</b>" in shown
    assert 'aria-current="step"' not in shown
    listed = html(app(sample_graph, ELIGIBLE, kind="assign", case="c-101", asof=DAY))
    assert "<b>2 people.</b>" in listed
    assert "member of North office" in listed


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"kind": "removal", "person": "farid", "position": "app-a2"}, "Refused."),
        ({"kind": "reassign", "work": "w-01", "person": "bo"}, "Allowed."),
        ({"kind": "task", "case": "c-101", "role": "office_member"}, "people."),
        ({"kind": "qa", "case": "e-203", "type": "Team Lead"}, "1 person."),
        ({"kind": "capability", "person": "isaac", "name": "assign-role", "unit": "er"}, "Allowed."),
        ({"kind": "draft", "case": "e-203"}, "offered as drafter"),
    ],
)
def test_every_kind_is_answered(app: App, sample_graph: Path, arguments: dict[str, str], says: str) -> None:
    assert says in html(app(sample_graph, ELIGIBLE, **arguments, asof=DAY))


@pytest.mark.parametrize(
    ("person", "case"),
    [("chidi", "m-104"), ("viktor", "c-110"), ("jade", "i-102"), ("kasia", "e-212"), ("ana", "m-101")],
)
def test_between_two_cuts_nothing_changes(sample_graph: Path, person: str, case: str) -> None:
    with seewhy.connect(sample_graph) as graph:
        answer = timeline(graph.session, person, case)
        assert answer.periods[0].since == "0000-01-01"
        assert answer.periods[-1].until == "open"
        assert all(a.until == b.since for a, b in zip(answer.periods, answer.periods[1:], strict=False))
        for month in (f"{year}-{month:02}-15" for year in (2023, 2024, 2025, 2026, 2027) for month in range(1, 13)):
            (at,) = [p for p in answer.periods if p.since <= month < p.until]
            check = graph.check(person, case, month)
            assert (at.value, at.value_now, at.step) == (check.value, check.value_now, check.step), month
    assert all(change.causes for change in answer.changes)


def test_each_flip_names_what_did_it(app: App, sample_graph: Path) -> None:
    shown = html(app(sample_graph, TIME, person="chidi", case="m-104", asof=DAY))
    lost = shown[shown.index("1 Mar 2026") :]
    assert lost.index("Edit → None") < lost.index("became work w-04") < lost.index("work.csv, row 6")
    gained = lost[lost.index("8 Jun 2026") :]
    assert "None → None now, Edit after switching" in gained
    assert "The absence holding of Chidi Okafor" in gained
    assert "asof=2026-06-08" in gained
    assert "After switching" in shown


def test_one_of_the_two_alone_is_counted_through_time(app: App, sample_graph: Path) -> None:
    shown = html(app(sample_graph, TIME, person="chen", asof=DAY))
    assert "Chen Wei can see 8 cases" in shown
    moved = shown[shown.index("19 Oct 2026") :]
    assert moved.index("7 (6 edit) → 8 (7 edit)") < moved.index("Chen Wei as owner of case e-212 began")
    assert "changes?person=chen&amp;from=2026-10-18&amp;to=2026-10-19" in moved
    assert "By rows that do not name this person." in shown
    shown = html(app(sample_graph, TIME, case="e-210", asof=DAY))
    assert "can be seen by 29 people" in shown
    assert shown.index("2 (1 edit) → 29 (1 edit)") < shown.index("Open to the whole house")
    assert "Unknown person" in html(app(sample_graph, TIME, person="nobody", asof=DAY))


def test_units_say_who_sees_their_cases(app: App, sample_graph: Path) -> None:
    shown = html(app(sample_graph, STRUCTURE, asof=DAY))
    north = shown[shown.index(">North office</a>") :]
    assert re.findall(r'<span class="n">([^<]*)</span>', north)[:3] == ["3", "6", "9"]
    shown = html(app(sample_graph, STRUCTURE, unit="north", asof=DAY))
    seers = shown[shown.index("Who sees these cases") :]
    assert "7 people who do not belong here or below" in seers
    outside, inside = seers.split("2 people who belong here or below")
    assert "Tariq Mahmood" in outside
    assert "Rosa Delgado" in inside
    assert "of 6" in inside


def test_times_are_counted_as_their_words_say(app: App, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for stem, text in {
        "systems": "system_id,scheme\ncm,memberships\n",
        "people": "person_id,name,since\nana,Ana,2026-02-01\n",
        "units": "unit_id,kind,name\nnorth,office,North\n",
        "cases": "case_id,system_id,office_id,since\nc1,cm,north,2026-03-01\n",
        "memberships": "person_id,unit_id,access,since\nana,north,edit,2026-04-01\n",
        "case_people": "case_id,person_id,link,since\nc1,ana,assigned_to,2026-05-01\n",
    }.items():
        (folder / f"{stem}.csv").write_text(text, "utf-8")
    with seewhy.connect(tmp_path / "g", write=True) as graph:
        graph.load(folder, as_of=DAY)
    shown = html(app(tmp_path / "g", TIME, person="ana", case="c1", asof=DAY))
    for words in ("not active → no case", "no case → None", "None → Edit", "Edit, other reasons"):
        assert words in shown
    tiles = re.findall(r'<b class="">(\d+)</b>.*?([a-z ]+)</span></div>', shown)
    found = {words: int(number) for number, words in tiles}
    assert found["time the access changed"] == 1
    assert found["times only account or case came or went"] == 2
    assert found["time only the reason changed"] == 1


def test_a_rule_shows_what_carries_it(app: App, sample_graph: Path) -> None:
    test = app(sample_graph, RULES, id="MEM-20", asof=DAY)
    shown = html(test)
    assert "The access of a membership has four values" in shown
    assert "schemes/memberships/4_memberships.cypher" in shown
    assert [code.value for code in test.code] == [text.cypher for text in texts(rule("MEM-20"))]
    next(button for button in test.button if button.label == "Count them").click()
    test.run()
    with seewhy.connect(sample_graph) as graph:
        pairs = graph.pairs(DAY)
        seen = sum(sum(pairs.decisions[c].step == "memberships" for c in sight.codes) for sight in pairs)
    counted = html(test)
    assert sum(int(part.split("<")[0]) for part in counted.split('<span class="number">')[1:]) == seen


def test_every_rule_has_a_page_and_texts() -> None:
    for one in rules():
        carried = {what.partition(":")[0] for what in one.carried_by}
        if carried & {"rung", "gate", "finding"}:
            assert texts(one), one.id
        for text in texts(one):
            left_over = text.name.endswith(("_no_position", "_no_rule"))
            assert bool(text.cypher) != left_over, (one.id, text.name)


def test_rule_chips_lead_to_the_rule(app: App, sample_graph: Path) -> None:
    shown = html(app(sample_graph, "../pages/why.py", person="sam", case="c-102", asof=DAY))
    assert f'href="rules?id=MEM-39&amp;asof={DAY}"' in shown


def test_the_start_page_has_the_top_findings(app: App, sample_graph: Path) -> None:
    shown = html(app(sample_graph, asof=DAY, show="unit:enf"))
    with seewhy.connect(sample_graph) as graph:
        answer = graph.findings(DAY)
    first = list({one.name: one for one in reversed(answer.findings)}.values())[::-1]
    severities = ["high", "medium", "low"]
    for one in sorted(first, key=lambda one: severities.index(one.severity))[:5]:
        assert escape(one.message) in shown
    second = next(one for one in answer.findings if one not in first)
    assert escape(second.message) not in shown
    assert f'href="structure?unit=enf&amp;asof={DAY}"' in shown


def test_what_if_says_that_nothing_is_applied(app: App, sample_graph: Path) -> None:
    before = sorted((p, p.stat().st_mtime_ns, p.stat().st_size) for p in sample_graph.rglob("*") if p.is_file())
    asked = {"do": "policy", "policy": "cm|limit_blocks_view_all|false"}
    shown = html(app(sample_graph, WHATIF, **asked, asof=DAY))
    assert "<b>Nothing here is applied.</b>" in shown
    assert "limit_blocks_view_all" in shown.split("Grouped by fact")[1]
    assert "uma" in shown
    left = html(app(sample_graph, WHATIF, person="rosa", asof=DAY))
    assert "would change" in left
    assert "Rosa Delgado" in left
    assert before == sorted((p, p.stat().st_mtime_ns, p.stat().st_size) for p in sample_graph.rglob("*") if p.is_file())


def test_pasted_rows_are_checked(app: App, sample_graph: Path) -> None:
    """Whatever is pasted ends in a sentence, and costs nothing: what stands for a billion words stands for none."""
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)
    )
    test = app(sample_graph, WHATIF, do="rows", asof=DAY)
    tracemalloc.start()
    for text, says in (
        ("add: [", "The rows are no YAML"),
        ("just words", "The rows hold no changes"),
        ("add:\n  memberships:\n    - {person_id: nobody, unit_id: north}", "unknown person <code>nobody</code>"),
        ("!!python/object/apply:os.system ['true']", "The rows are no YAML"),
        (bomb, "the anchor <code>&amp;a0</code> is not read here (line 1)"),
        ("end: {people: []}\nend: {}", "the key <code>end</code> stands twice (line 1), the second time in line 2"),
        ("[" * 2000, "it is nested too deeply"),
        ("1: {people: []}", "<code>1</code> is none of add, end, set"),
        ("add: {people: [{1: x, person_id: p, name: P}]}", "<code>1</code> is no column of people"),
        ("add: {people: [{person_id: p, name: P, since: 2026-02-30}]}", "<code>2026-02-30</code> is not a date"),
        ("set: {people: [{person_id: ana, until: 2026-W48-6}]}", "<code>2026-W48-6</code> is not a date"),
        ("add: {people: [[a]]}", "is neither a list of rows nor CSV text"),
        ("add: {people: [{person_id: {a: b}}]}", "that is no single value"),
        ("? [a]\n: b", "a list or mapping stands where a key should"),
        ("add: {people: [{person_id: 012345, name: NO, active: no}]}", "No access would change"),
    ):
        test.text_area[0].set_value(text)
        next(button for button in test.button if button.label == "Work it out").click().run()
        assert not test.exception, text
        assert says in html(test), text
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 150_000_000


def test_a_wrong_day_in_an_address_is_a_sentence_on_every_page(app: App, sample_graph: Path) -> None:
    test = app(sample_graph, asof="20261125")
    for entry in shown():
        test.switch_page(entry.file)
        for date in ("20261125", "2026-W48-3"):
            test.query_params["asof"] = date
            test.run()
            assert not test.exception, entry.file
            assert f"<code>{date}</code> is not a date" in html(test), entry.file


def test_today_is_that_of_the_time_zone(app: App, sample_graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = {}
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
        monkeypatch.setenv("SEEWHY_TIMEZONE", zone)
        shown[zone] = html(app(sample_graph, STRUCTURE))
        assert f"title='today in {zone}'>today" in shown[zone]
        assert "Not today" not in shown[zone]
    assert len({text.split("As of <b>")[1].split("</b>")[0] for text in shown.values()}) == 2


@pytest.mark.parametrize(
    ("page", "parameters"),
    [
        (STRUCTURE, {}),
        (STRUCTURE, {"unit": "u<1>"}),
        (STRUCTURE, {"person": hostile.PERSON_ID}),
        (FINDINGS, {}),
        (ELIGIBLE, {"kind": "assign", "case": hostile.CASE_ID}),
        (TIME, {"person": hostile.PERSON_ID, "case": hostile.CASE_ID}),
        (WHATIF, {"person": hostile.PERSON_ID}),
        (RULES, {"id": "<b>MEM-20"}),
    ],
)
def test_names_are_never_markup(app: App, hostile_graph: Path, page: str, parameters: dict[str, str]) -> None:
    test = app(hostile_graph, page, **parameters, asof=DAY)
    shown = html(test)
    for raw in ("<img src=x", "<script>", "<b>case", "<em>clerk", "<u>System", "<i>1", "<1>", "<b>MEM"):
        assert raw not in shown
    for kind in ("markdown", "caption", "error", "info", "warning", "success"):
        assert not test.get(kind)
    assert not any("bold" in link.proto.label for link in test.get("page_link"))
