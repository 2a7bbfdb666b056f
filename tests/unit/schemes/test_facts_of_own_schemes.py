"""Facts that no built-in rung reads, read by an organisation's own: changes count, answers and files tell them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from seewhy.api import verify
from seewhy.cypher.folders import shipped, using
from seewhy.graph.change.snapshot import Snapshot
from seewhy.graph.counterfactual.would_change import would_change
from seewhy.graph.questions.diff import differences
from seewhy.graph.rules.texts import texts
from seewhy.graph.schemes.places import folders_at
from seewhy.reports import export_report
from tests.support.world_graphs import embedded, graph_of, history_of
from tests.worlds.builder import DAY

if TYPE_CHECKING:
    from pathlib import Path

    from seewhy.cypher.folders import Folder

MEMBER = """// on: profile
// rules: OWN-one
// evidence: m, i
// person:
MATCH (p:Person)-[m:MEMBER_OF]->(u:Unit)
WHERE ON_DAY(m)
// case:
MATCH (f:AccessProfile)-[i:IN_TEAM]->(u:Unit)
"""
BY_FLAG = "// says: edit, view\n// value: CASE WHEN m.manager THEN 'edit' ELSE 'view' END\n"
REPORT = """// on: case
// says: view
// rules: OWN-one
// evidence: g, l
// person:
MATCH (p:Person)<-[g:MANAGED_BY]-(q:Person)
WHERE ON_DAY(g)
// case:
MATCH (c:CaseFile)-[l:ASSIGNED_TO]->(q:Person)
WHERE ON_DAY(l)
"""
COVER = """// on: profile
// says: view
// rules: OWN-one
// evidence: h, t, i
// person:
MATCH (p:Person)-[h:HOLDS_POSITION]->(:Position)-[t:POSITION_AT]->(u:Unit)
WHERE h.covers <> '' AND ON_DAY(h) AND ON_DAY(t)
// case:
MATCH (f:AccessProfile)-[i:IN_TEAM]->(u:Unit)
"""
LIFTS = (
    "// upgrade: view to edit\n// rules: OWN-lift\n//\n// Managers.\n"
    "MATCH (p:Person)-[m:MEMBER_OF]->(:Unit)\nWHERE m.manager AND ON_DAY(m)\n"
)
GUARD = """// on: profile
// says: none
// guard: yes
// match: everything
// rules: OWN-one
// person:
MATCH (p:Person)
// case:
MATCH (f:AccessProfile)
WHERE NOT f.FLAG
"""
PEOPLE = [{"person_id": "ana", "name": "Ana"}, {"person_id": "bo", "name": "Bo"}]
MEMBERSHIP = {"person_id": "ana", "unit_id": "u", "access": "view"}
HOLDING = {"person_id": "ana", "position_id": "q", "kind": "absence"}
ROWS = {
    "systems": [{"system_id": "s", "scheme": "own"}],
    "people": PEOPLE,
    "units": [{"unit_id": "u", "kind": "team", "name": "U"}],
    "positions": [{"position_id": "q", "system_id": "s", "unit_id": "u", "level": "caseworker"}],
    "cases": [{"case_id": "c", "system_id": "s", "team_id": "u"}],
    "case_people": [{"case_id": "c", "person_id": "bo", "link": "assigned_to"}],
}


def own(place: Path, one: str, *, lifts: bool = False, profile: tuple[str, ...] = ("team_id",)) -> Folder:
    """A scheme of one rung, perhaps with what makes an edit of a view."""
    folder = place / "own"
    folder.mkdir()
    steps = ("one", "last")
    files = {
        "1_one.cypher": f"// step: one\n{one}",
        "2_last.cypher": "// step: last\n// rules: OWN-last\n// otherwise: none\n",
        "words.toml": "".join(f'[{step}]\nquestion = "Is it {step}?"\nmet = "it is"\n' for step in steps),
        "rules.toml": "".join(
            f'[[rule]]\nid = "OWN-{x}"\nstatement = "It is."\n' for x in (*steps, *(["lift"] if lifts else []))
        ),
        "scheme.toml": 'name = "own"\ntitle = "Own"\nproduct = "Own"\nversion = "1"\nlinks = ["assigned_to"]\n'
        f"profile = {json.dumps(profile)}\n",
        **({"3_lift.cypher": LIFTS} if lifts else {}),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    (found,) = folders_at(folder)
    return found


@pytest.mark.parametrize(
    ("rung", "lifts", "before", "after", "values"),
    [
        (REPORT, False, {}, {"people": [PEOPLE[0], {**PEOPLE[1], "manager_id": "ana"}]}, ("none", "view")),
        (COVER, False, {"holdings": [HOLDING]},
         {"holdings": [{**HOLDING, "covers_person_id": "bo"}]}, ("none", "view")),
        (BY_FLAG + MEMBER, False, {"memberships": [MEMBERSHIP]},
         {"memberships": [{**MEMBERSHIP, "manager": "true"}]}, ("view", "edit")),
        ("// says: view\n" + MEMBER, True, {"memberships": [MEMBERSHIP]},
         {"memberships": [{**MEMBERSHIP, "manager": "true"}]}, ("view", "edit")),
    ],
    ids=["a manager", "whom a holding covers", "a flag in `value`", "a flag in an upgrade"],
)  # fmt: skip
def test_a_diff_sees_columns_that_no_built_in_rung_reads(rung, lifts, before, after, values, tmp_path: Path) -> None:
    """Between two snapshots that differ in that column alone."""
    with using([*shipped().values(), own(tmp_path, rung, lifts=lifts)]):
        histories = [history_of({**ROWS, **more}, DAY) for more in (before, after)]
        graphs = [graph_of(history, DAY) for history in histories]
        assert tuple(graph.check("ana", "c", DAY).value for graph in graphs) == values
        told = differences(*(Snapshot(graph.session, DAY) for graph in graphs), *histories, ("one", "two"))
        assert [(p.person, p.case, p.before, p.after) for p in told.pairs()] == [("ana", "c", *values)]


def test_an_export_names_steps_of_schemes_that_came_into_use_later(tmp_path: Path) -> None:
    """The report was imported long before the scheme was in use."""
    with using([*shipped().values(), own(tmp_path, "// says: view\n" + MEMBER)]):
        export_report(embedded({**ROWS, "memberships": [MEMBERSHIP]}, DAY), "access", tmp_path / "access.csv", DAY)
    assert '"ana","c","view","view","one"' in (tmp_path / "access.csv").read_text("utf-8")


@pytest.mark.parametrize(("flag", "column"), [("own_sensitive", "sensitive"), ("limited", "limited")])
def test_a_guard_cites_the_row_of_the_case_and_what_it_says(flag: str, column: str, tmp_path: Path) -> None:
    """What is not limited is not said to be; rules attached to a case are no reason in a scheme that reads none."""
    rule = {"rule_id": "r", "system_id": "s", "level": "named", "effect": "can", "subject_kind": "everyone"}
    rows = {
        **ROWS,
        "access_rules": [{**rule, "target_kind": "attached"}],
        "case_rules": [{"case_id": "c", "rule_id": "r"}],
    }
    with using([*shipped().values(), own(tmp_path, GUARD.replace("FLAG", flag), profile=(column,))]):
        told = embedded(rows, DAY).why("ana", "c", DAY)
    assert [reason.sentence for reason in told.reasons] == [f"The row of case c says so: {column}."]


def test_the_rule_of_an_upgrade_is_carried(tmp_path: Path) -> None:
    """A rule that only an upgrade names: evidence is made and verifies, and the rule's texts can be asked for."""
    from seewhy.graph.rules.catalogue import rule

    with using([*shipped().values(), own(tmp_path, "// says: view\n" + MEMBER, lifts=True)]):
        history = history_of({**ROWS, "memberships": [{**MEMBERSHIP, "manager": "true"}]}, DAY)
        graph = graph_of(history, DAY)
        graph.session.newest()
        graph.session.remembered("history", lambda: history)
        graph.evidence("ana", "c", tmp_path / "e.zip", DAY)
        assert verify(tmp_path / "e.zip").holds
        assert rule("OWN-lift").carried_by == ("answer:value",)
        assert texts(rule("OWN-lift")) == ()


def test_what_would_change_is_told_beside_a_case_that_is_not_there(tmp_path: Path) -> None:
    """A rung that looks at other people takes every row of the day; a link of a case that ended hangs in the air."""
    rows = {
        **ROWS,
        "cases": [*ROWS["cases"], {"case_id": "gone", "system_id": "s", "team_id": "u", "until": "2025-01-01"}],
        "case_people": [{"case_id": case, "person_id": "cy", "link": "assigned_to"} for case in ("c", "gone")],
        "people": [*PEOPLE, {"person_id": "cy", "name": "Cy", "manager_id": "bo"}],
    }
    with using([*shipped().values(), own(tmp_path, REPORT)]):
        history, graph = history_of(rows, DAY), embedded(rows, DAY)
        graph.session.newest()
        graph.session.remembered("history", lambda: history)
        entries = would_change(graph.session, graph.why("bo", "c", DAY))
    ends = {(change.do, change.file) for entry in entries for change in entry.change}
    assert ("end", "case_people") in ends, entries
