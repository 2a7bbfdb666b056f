"""Attempts to learn of somebody outside of a scope: by ids, hints, counts, reasons, files, findings and changes.

The organisation is asked twice: as it is, and without Eve. What may not be asked about has to look the same.
"""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

import seewhy
from seewhy.graph.change.changeset import changes_from
from seewhy.graph.counterfactual.whatif import whatif
from seewhy.graph.errors import NotAllowed, SeeWhyError, UnknownEntity
from seewhy.graph.inputs.files import FILES
from seewhy.graph.matrix.steps import decided_by_step
from seewhy.graph.questions.compare import compare
from seewhy.graph.questions.findings import findings
from seewhy.graph.questions.structure import structure, unit
from seewhy.graph.questions.timeline import timeline
from seewhy.graph.scope.pairs import visible_pairs
from seewhy.graph.scope.reach import Fixed, Part, Selected
from seewhy.http.evaluation import evaluate, read_question
from seewhy.http.search import Found, resources, subjects
from seewhy.reports import export_report
from tests.support.scoped import EVERY_KIND, within
from tests.support.world_graphs import graph_of, loaded

if TYPE_CHECKING:
    from pathlib import Path

    from seewhy.api import Graph

DAY, BEFORE = "2026-06-01", "2026-03-01"
SECRET = re.compile(r"\beve\b|Eve Hidden|hidden-note|\bx1\b|Secret title|eve@", re.IGNORECASE)
"""Whatever tells of Eve or of the case x1."""

TABLES = {
    "systems": "system_id,scheme\nptl,portal\ncm,memberships\npos,positions",
    "people": """person_id,name,email,manager_id,note
pat,Pat Inside,pat@example.org,eve,hidden-note of pat
kim,Kim Inside,kim@example.org,pat,
eve,Eve Hidden,eve@example.org,,hidden-note
lou,Lou Outside,lou@example.org,,""",
    "units": """unit_id,kind,name,parent_id
firm,firm,The firm,
north,office,North,
south,office,South,
team,team,Team,north
seg,segment,Segment,
seat,team,Seat,seg""",
    "cases": """case_id,system_id,title,firm_id,office_id,team_id
p1,ptl,Plain one,firm,,
x1,ptl,Secret title,firm,,
m1,cm,Moving,,north,team
x2,cm,Secret title,,north,
w1,pos,Work,,,""",
    "case_people": """case_id,person_id,link,since
p1,pat,supervisor,
p1,eve,created_by,2026-05-01
x1,pat,supervisor,
x1,eve,created_by,
m1,eve,assigned_to,
m1,lou,other_staff,""",
    "portal_roles": """person_id,system_id,role,unit_id,since
pat,ptl,fee_earner_supervisor,firm,
eve,ptl,fee_earner,firm,""",
    "memberships": """person_id,unit_id,access,manager,note,granted_by
pat,north,edit,yes,hidden-note,eve
kim,north,view,,,eve
eve,north,deny,,hidden-note,
lou,south,view,,,""",
    "positions": "position_id,system_id,unit_id,level\nlead,pos,seat,team_leader\nclerk,pos,seat,caseworker",
    "holdings": """person_id,position_id,kind,covers_person_id,authorised_by
eve,lead,primary,,
pat,clerk,primary,,
kim,lead,absence,eve,eve""",
    "work": "work_id,case_id,position_id\nwork-1,w1,clerk\nwork-x,w1,lead",
}  # fmt: skip


def rows_of(with_eve: bool) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for stem, text in TABLES.items():
        head, *lines = [line.split(",") for line in text.splitlines()]
        rows = [dict(zip(head, line, strict=True)) for line in lines]
        if not with_eve:
            rows = [row for row in rows if "eve" not in (row.get("person_id"), row.get("covers_person_id"))]
            rows = [{key: "" if cell == "eve" else cell for key, cell in row.items()} for row in rows]
            rows = [row for row in rows if row.get("case_id") not in ("x1", "x2")]
        found[stem] = rows
    return found


@cache
def organisation(with_eve: bool = True) -> Graph:
    history = loaded([("2026-01-01", rows_of(with_eve))])
    graph = graph_of(history, "2026-01-01")
    graph.session.engine.history = lambda: history
    return graph


INSIDE = Fixed(Part(frozenset({"pat", "kim"}), frozenset({"p1", "m1", "w1"})), "inside")


def scoped(with_eve: bool = True, *reaches: Any) -> Graph:
    return within(organisation(with_eve), *(reaches or (INSIDE,)))


def test_what_is_outside_is_as_unknown_as_what_never_was() -> None:
    asks = {
        "check a person": lambda g: g.check("eve", "p1", DAY),
        "check a case": lambda g: g.check("pat", "x1", DAY),
        "check both": lambda g: g.check("eve", "x1", DAY),
        "why": lambda g: g.why("pat", "x1", DAY),
        "who": lambda g: g.who("x1", DAY),
        "what": lambda g: g.what("eve", DAY),
        "what, searching": lambda g: g.what("eve", DAY, action="search"),
        "person": lambda g: g.person("eve", DAY),
        "compare": lambda g: compare(g.session, "pat", "eve", DAY),
        "timeline of a person": lambda g: timeline(g.session, "eve", "p1"),
        "timeline of a case": lambda g: timeline(g.session, "pat", "x1"),
        "diff": lambda g: g.diff(BEFORE, DAY, person="eve"),
        "diff of a case": lambda g: g.diff(BEFORE, DAY, case="x1"),
        "whatif of a row": lambda g: g.whatif(
            {"end": {"memberships": [{"person_id": "eve", "unit_id": "north"}]}}, DAY
        ),
        "whatif of a new person": lambda g: g.whatif({"add": {"people": [{"person_id": "eve", "name": "E"}]}}, DAY),
        "whatif, narrowed": lambda g: g.whatif(
            {"end": {"memberships": [{"person_id": "pat", "unit_id": "north"}]}}, DAY, case="x1"
        ),
        "eligible": lambda g: g.eligible("assign", DAY, case="x2"),
        "eligible person": lambda g: g.eligible("removal", DAY, person="eve", position="lead"),
        "evidence": lambda g: g.evidence("pat", "x1", "never.zip", DAY),
        "near": lambda g: g.check("pat", "x", DAY),
    }
    wrong = []
    for name, ask in asks.items():
        said = []
        for with_eve in (True, False):
            with pytest.raises(SeeWhyError) as caught:
                ask(scoped(with_eve))
            said.append((type(caught.value), caught.value.message, caught.value.hint))
        if said[0] != said[1] or said[0][0] is not UnknownEntity or SECRET.search(said[0][2]):
            wrong.append(f"{name}: {said}")
    assert not wrong, "\n".join(wrong)


def _row(graph: Graph, stem: str, number: int) -> Any:
    try:
        return graph.row(stem, number, DAY).as_dict()
    except UnknownEntity as error:
        return error.message, error.hint


def answers(graph: Graph, folder: Path) -> dict[str, Any]:
    """Whatever can be asked, as text that leaves."""
    session = graph.session
    found: dict[str, Any] = {
        "why": graph.why("pat", "p1", DAY, changes=True).as_dict(),
        "why not": graph.why("kim", "m1", DAY, changes=True).as_dict(),
        "why not work": graph.why("kim", "w1", DAY, changes=True).as_dict(),
        "who": graph.who("p1", DAY).as_dict(),
        "who is blocked": asdict(graph.who("m1", DAY))["blocked"],
        "what": graph.what("pat", DAY).as_dict(),
        "person": graph.person("pat", DAY).as_dict(),
        "person covering": graph.person("kim", DAY).as_dict(),
        "compare": asdict(compare(session, "pat", "kim", DAY)),
        "timeline": asdict(timeline(session, "pat", "p1")),
        "diff": graph.diff(BEFORE, DAY).as_dict(),
        "whatif": graph.whatif({"end": {"memberships": [{"person_id": "pat", "unit_id": "north"}]}}, DAY).as_dict(),
        "rows": [_row(graph, stem, number) for stem in FILES for number in range(2, 9)],
        "findings": graph.findings(DAY).as_dict(),
        "structure": str(structure(session, DAY)),
        "unit": [asdict(unit(session, one, DAY)) for one in ("north", "firm", "seat")],
        "assign": graph.eligible("assign", DAY, case="m1").as_dict(),
        "removal": graph.eligible("removal", DAY, person="kim", position="lead").as_dict(),
        "secondary access": graph.eligible(
            "secondary-access", DAY, person="pat", position="lead", access="absence"
        ).as_dict(),
        "names": [session.run(f"organisation/{name}") for name in ("people", "cases", "case_names")],
    }
    made = graph.evidence("pat", "p1", folder / "e.zip", DAY, notes=True, overwrite=True)
    found["evidence said"] = [made.as_dict(), made.answer.as_dict()]
    with zipfile.ZipFile(folder / "e.zip") as file:
        found["evidence"] = {name: file.read(name).decode() for name in file.namelist()}
    for report in ("access", "people", "cases", "findings", "secondary_access", "privileges"):
        export_report(graph, report, folder / f"{report}.csv", DAY, overwrite=True)
        found[f"report {report}"] = (folder / f"{report}.csv").read_text()
    return found


def test_no_answer_and_no_file_names_who_is_outside(tmp_path: Path) -> None:
    leaks = {
        name: found
        for name, told in answers(scoped(), tmp_path).items()
        if (found := SECRET.findall(json.dumps(told, default=str)))
    }
    assert not leaks
    # Without a scope Eve stands in nearly all of them: the test above looks for something that is there.
    whole = answers(organisation(), tmp_path)
    open_ = {name for name, told in whole.items() if SECRET.search(json.dumps(told, default=str))}
    assert len(open_) >= 18, sorted(open_)


def test_a_reason_over_somebody_outside_says_that_there_is_one() -> None:
    answer = scoped().why("pat", "p1", DAY)
    assert (answer.check.value, answer.check.step) == ("edit", "supervisor")
    (reason,) = [one for one in answer.reasons if one.decides]
    hidden = [step for step in reason.path if step.relationship == "OUTSIDE"]
    assert hidden
    assert {(step.source, step.load, step.since, step.until, step.note) for step in hidden} == {("",) * 5}
    assert "a row about somebody or something outside what you may ask about" in reason.sentence
    assert all(reason.sentence in rung.because for rung in answer.ladder if rung.step == "supervisor")
    near = {rung.step: rung.because for rung in scoped().why("kim", "m1", DAY).ladder}
    assert "somebody outside what you may ask about" in near["assigned_to"]


def test_an_evidence_file_within_a_scope_can_be_decided_again(tmp_path: Path) -> None:
    made = scoped().evidence("pat", "p1", tmp_path / "e.zip", DAY)
    found = seewhy.verify(tmp_path / "e.zip", organisation())
    assert (found.holds, found.as_dict()["graph"]) == (True, "not asked")
    assert made.answer.check.provenance.hidden.as_dict() == {"people": 2, "cases": 2}
    with zipfile.ZipFile(tmp_path / "e.zip") as file:
        assert b"2 people and 2 cases are outside" in file.read("page.html")
        assert b"outside-person-1" in file.read("rows/case_people.csv")


def test_counts_are_those_of_what_is_inside(tmp_path: Path) -> None:
    graph = scoped()
    lines = structure(graph.session, DAY).units
    assert (lines["north"].people_at, lines["north"].cases_below, lines["seat"].people_at) == (2, 1, 2)
    reports = ("people", "cases")
    rows = {report: export_report(graph, report, tmp_path / f"{report}.csv", DAY)["rows"] for report in reports}
    assert rows == {"people": 2, "cases": 3}
    cases = (tmp_path / "cases.csv").read_text()
    assert '"m1","Moving","cm",2,1,1' in cases  # Lou and Eve see it, too
    steps = decided_by_step(graph.session, DAY, pairs=visible_pairs(graph.session, DAY))
    assert sum(sum(values.values()) for values in steps.values()) == 5
    counted = {row["kind"]: row["number"] for row in graph.session.run("organisation/counts_of_day", as_of=DAY)}
    assert (counted["person"], counted["case"]) == (2, 3)
    health = graph.session.engine.health()
    assert set(health.nodes) <= {"Person", "CaseFile"}
    assert not health.relationships
    for entry in graph.why("kim", "m1", DAY, changes=True).would_change:
        assert all(person in ("pat", "kim") and case in ("p1", "m1", "w1") for person, case, *_ in entry.also_affects)
        assert entry.others <= 5


def test_rows_that_did_it_are_left_out_when_they_are_about_somebody_outside() -> None:
    answer, whole = scoped().diff(BEFORE, DAY), organisation().diff(BEFORE, DAY)
    assert [(p.person, p.case, p.after, p.because) for p in answer.pairs()] == [("pat", "p1", "edit", ())]
    assert not answer.facts
    assert whole.facts
    assert next(whole.pairs()).because


def test_work_of_a_case_outside_is_no_work() -> None:
    graph = scoped(True, Fixed(Part(frozenset({"pat", "kim"}), frozenset({"p1", "m1"})), "without w1"))
    verdict = graph.eligible("removal", DAY, person="kim", position="lead")
    assert verdict.work == ("work outside what you may ask about",)
    with pytest.raises(UnknownEntity, match="unknown work item `work-1`"):
        graph.eligible("reassign", DAY, work="work-1", person="pat")
    change = {"set": {"work": [{"work_id": "work-1", "status": "closed"}]}}
    with pytest.raises(UnknownEntity, match="unknown work item `work-1`"):
        graph.whatif(change, DAY)


def test_programs_are_told_no_about_whoever_is_outside() -> None:
    def asked(graph: Graph, person: str, case: str) -> dict[str, Any]:
        question = {
            "subject": {"type": "user", "id": person}, "action": {"name": "view"},
            "resource": {"type": "case", "id": case}, "context": {"as_of": DAY},
        }  # fmt: skip
        return evaluate(graph.session, read_question(graph.session, question), reasons=True)

    graph = scoped()
    assert asked(graph, "pat", "p1")["decision"]
    assert not SECRET.search(json.dumps(asked(graph, "pat", "p1")))
    assert asked(organisation(), "pat", "x1")["decision"]
    assert asked(graph, "pat", "x1") == asked(graph, "pat", "never")
    assert asked(graph, "eve", "p1") == asked(graph, "never", "p1")
    search = {"subject": {"type": "user"}, "action": {"name": "view"}, "resource": {"type": "case", "id": "p1"}}
    found, kept = Found(), {"context": {"as_of": DAY}}
    # The whole list first: what is kept of it is for those who may ask about everything.
    assert {"id": "eve", "type": "user"} in subjects(organisation().session, search | kept, found)["results"]
    assert subjects(graph.session, search | kept, found)["results"] == [{"type": "user", "id": "pat"}]
    search = {"subject": {"type": "user", "id": "eve"}, "action": {"name": "view"}, "resource": {"type": "case"}}
    assert resources(graph.session, search | kept, found)["results"] == []
    search["subject"] = {"type": "user", "id": "pat"}
    listed = [one["id"] for one in resources(graph.session, search | kept, found)["results"]]
    assert listed == ["m1", "p1", "w1"]


def test_two_reaches_are_no_larger_one() -> None:
    """Pat with p1, and Kim with m1: nothing about Pat on m1."""
    graph = scoped(True, *(Fixed(Part(frozenset({p}), frozenset({c})), p) for p, c in (("pat", "p1"), ("kim", "m1"))))
    assert [graph.check(*pair, DAY).value for pair in (("pat", "p1"), ("kim", "m1"))] == ["edit", "view"]
    with pytest.raises(UnknownEntity, match="unknown case `m1`"):
        graph.check("pat", "m1", DAY)
    assert [one.person for one in graph.who("m1", DAY).people] == ["kim"]
    assert [one.case for one in graph.what("pat", DAY).cases] == ["p1"]
    pairs = graph.pairs(DAY)
    assert [(s.person, [pairs.cases[n] for n in s.cases]) for s in pairs] == [("kim", ["m1"]), ("pat", ["p1"])]
    assert [one.person for one in graph.eligible("assign", DAY, case="m1").people] == ["kim"]


def test_a_selection_goes_by_the_day_that_is_asked_about() -> None:
    graph = scoped(True, Selected.of({"unit": "north"}, {"unit": "north"}))
    assert [one.person for one in graph.who("m1", DAY).people] == ["eve", "kim", "pat"]  # no Lou, who is of the south
    assert graph.who("m1", DAY).provenance.hidden.as_dict() == {"people": 1, "cases": 3}
    with pytest.raises(UnknownEntity):
        graph.what("lou", DAY)


def test_a_kind_that_may_not_be_asked_is_refused_whoever_it_names() -> None:
    graph = within(organisation(), INSIDE, kinds=frozenset({"what", "check"}))
    asks = {
        "why": lambda g: g.why("eve", "x1", DAY), "who": lambda g: g.who("p1", DAY),
        "findings": lambda g: g.findings(DAY), "diff": lambda g: g.diff(BEFORE, DAY),
        "person": lambda g: g.person("pat", DAY),
        "structure": lambda g: structure(g.session, DAY), "timeline": lambda g: timeline(g.session, "pat", "p1"),
        "eligible": lambda g: g.eligible("assign", DAY, case="m1"), "export": lambda g: g.pairs(DAY),
        "whatif": lambda g: g.whatif({"end": {}}, DAY), "evidence": lambda g: g.evidence("pat", "p1", "never.zip", DAY),
        "compare": lambda g: compare(g.session, "pat", "kim", DAY), "row": lambda g: g.row("units", 2, DAY),
        "paths": lambda g: g.paths("person:eve", "case:x1", DAY),
    }  # fmt: skip
    assert asks.keys() | {"what", "check", "test", "who"} >= EVERY_KIND
    for kind, ask in asks.items():
        with pytest.raises(NotAllowed, match=f"`{kind}`"):
            ask(graph)
    assert graph.check("pat", "p1", DAY).value == "edit"
    assert graph.what("pat", DAY).cases


def test_what_is_told_while_a_question_goes_on_is_cut_as_its_answer_is() -> None:
    graph = scoped()
    found: list[str] = []
    answer = findings(graph.session, DAY, ready=lambda kind, some: found.extend(one.id for one in some))
    assert sorted(found) == sorted(one.id for one in answer.findings)
    assert len(found) < len(organisation().findings(DAY).findings)
    so_far: list[Any] = []
    changes = changes_from({"set": {"people": [{"person_id": "pat", "active": "false"}]}})
    tried = whatif(graph.session, changes, DAY, ready=so_far.append)
    assert [one.counts for one in so_far] == [tried.counts] * len(so_far) != []
    assert {one.id for part in so_far for one in part.appeared} <= {one.id for one in tried.appeared}


def test_a_graph_within_a_scope_gives_nothing_of_its_engine() -> None:
    engine = scoped().session.engine
    for name in ("read", "history", "publish", "loading"):
        with pytest.raises(NotAllowed):
            getattr(engine, name)
    with pytest.raises(NotAllowed, match="`check/portal`"):
        scoped().session.run("check/portal", person="eve", case="x1", as_of=DAY, action="view")
