"""Who granted a row, and its note: in every fact that cites the row, in JSON and in text."""

from __future__ import annotations

import json

import pytest

import seewhy
from seewhy.cli import main
from seewhy.graph.evidence.make import members
from tests.support.world_graphs import embedded, history_of, on_neo4j
from tests.worlds.tables import COLUMNS, write_folder

DAY = "2026-06-15"
SAID = {"granted_by": "boss", "note": "covers a leave"}
PEOPLE = [{"person_id": "ana", "name": "Ana"}, {"person_id": "boss", "name": "Boss"}]
UNITS = [
    {"unit_id": "red", "kind": "team", "name": "Red"},
    {"unit_id": "f1", "kind": "firm", "name": "F1"},
    {"unit_id": "r1", "kind": "referrer", "name": "R1"},
]
WORLDS = {
    "memberships": {
        "memberships": [{"person_id": "ana", "unit_id": "red", "access": "edit", **SAID}],
        "group_members": [{"person_id": "ana", "group_id": "all", **SAID}],
        "group_permissions": [{"group_id": "all", "permission": "can_view_all_cases", "effect": "allow"}],
        "cases": [{"case_id": "c1", "system_id": "s", "team_id": "red", **SAID}],
        "case_people": [{"case_id": "c1", "person_id": "ana", "link": "assigned_to", **SAID}],
    },
    "positions": {
        "positions": [{"position_id": "q1", "system_id": "s", "unit_id": "red", "level": "team_leader"}],
        "holdings": [{"person_id": "ana", "position_id": "q1", "kind": "primary", **SAID}],
        "cases": [{"case_id": "c1", "system_id": "s", **SAID}],
        "work": [
            {"work_id": "w1", "case_id": "c1", "position_id": "q1", **SAID},
            {"work_id": "w2", "case_id": "c1", "hopper_unit_id": "red", **SAID},
        ],
    },
    "portal": {
        "portal_roles": [{"person_id": "ana", "system_id": "s", "role": "referrer_manager", "unit_id": "r1", **SAID}],
        "cases": [{"case_id": "c1", "system_id": "s", "firm_id": "f1", **SAID}],
        "case_parties": [{"case_id": "c1", "unit_id": "r1", "role": "referrer", **SAID}],
    },
    "privileges": {
        "roles": [{"role_id": "r", "name": "Reader"}],
        "role_privileges": [{"role_id": "r", "privilege": "View cases"}],
        "role_assignments": [{"person_id": "ana", "role_id": "r", "unit_id": "red", **SAID}],
        "privilege_grants": [{"person_id": "ana", "privilege": "Edit any case", **SAID}],
        "access_rules": [
            {
                "rule_id": "yes",
                "system_id": "s",
                "level": "named",
                "effect": "can",
                "action": "view",
                "subject_kind": "view_cases_privilege",
                "target_kind": "attached",
                **SAID,
            }
        ],
        "case_rules": [{"case_id": "c1", "rule_id": "yes", **SAID}],
        "cases": [{"case_id": "c1", "system_id": "s", "team_id": "red", **SAID}],
    },
}
MUTE = {"group_permissions", "positions", "roles", "role_privileges", "units", "policies", "systems"}
"""Files whose rows have neither column."""


def world(scheme):
    rows = {"systems": [{"system_id": "s", "scheme": scheme}], "people": PEOPLE, "units": UNITS, **WORLDS[scheme]}
    return {stem: rows.get(stem, []) for stem in COLUMNS}


def facts_of(answer):
    return [fact for reason in answer["reasons"] for fact in reason["path"]]


def assert_said(facts) -> None:
    assert facts
    for fact in facts:
        mute = fact["source"].split(".")[0] in MUTE
        assert {key: fact.get(key) for key in SAID} == (dict.fromkeys(SAID) if mute else SAID), fact


@pytest.mark.parametrize("scheme", WORLDS)
def test_every_fact_of_why_and_person_says_who_granted_it(scheme: str) -> None:
    graph = embedded(world(scheme), DAY)
    assert_said(facts_of(graph.why("ana", "c1", DAY).as_dict()))
    person = graph.person("ana", DAY).as_dict()
    said = [row for part in person.values() if isinstance(part, list) for row in part if isinstance(row, dict)]
    own = [row for row in said if row["source"].split(".")[0] != "people"]
    assert all({key: row.get(key) for key in SAID} == SAID for row in own)
    assert bool(own) == (scheme in ("memberships", "positions", "portal", "privileges"))
    assert not [row for row in said if row["source"].startswith("people") and set(SAID) & set(row)]


def test_evidence_names_who_granted_and_leaves_notes_out() -> None:
    rows = world("memberships")
    graph = embedded(rows, DAY)
    history = history_of(rows, DAY)
    graph.session.engine.history = lambda: history  # type: ignore[method-assign]
    made, _, _ = members(graph.session, "ana", "c1", DAY)
    facts = facts_of(json.loads(made["answer.json"]))
    assert all(fact["granted_by"] == "boss" for fact in facts if fact["source"].split(".")[0] not in MUTE)
    assert b"covers a leave" not in made["answer.json"]
    assert not [name for name, member in made.items() if b"covers a leave" in member]


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as left:
        main([str(one) for one in arguments])
    return left.value.code, capsys.readouterr().out


def test_the_terminal_tells_it_beside_since(tmp_path, capsys) -> None:
    rows = world("memberships")
    folder, target = tmp_path / "input", tmp_path / "graph"
    write_folder({stem: table for stem, table in rows.items() if stem != "memberships"}, folder)
    with seewhy.connect(target, write=True) as g:
        g.load(folder, "2026-06-01")
    write_folder(rows, folder)
    with seewhy.connect(target, write=True) as g:
        g.load(folder, DAY)
    _, said = run(capsys, "why", "ana", "c1", "--as-of", DAY, "--graph", target)
    assert f"memberships.csv:2 · since {DAY} · granted by boss · “covers a leave”" in " ".join(said.split())
    _, said = run(capsys, "person", "ana", "--as-of", DAY, "--graph", target)
    assert "granted by boss" in " ".join(said.split())
    with seewhy.connect(target) as g:
        facts = g.diff("2026-06-10", DAY).as_dict()["facts"]
    assert all({key: fact.get(key) for key in SAID} == SAID for fact in facts)


def test_neo4j_carries_it_as_well(neo4j_server) -> None:
    rows = world("privileges")
    with on_neo4j(neo4j_server, history_of(rows, DAY), DAY) as graph:
        assert_said(facts_of(graph.why("ana", "c1", DAY).as_dict()))
