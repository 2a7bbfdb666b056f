"""What a person is, over all systems of the sample, and the registers that are made of the same facts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from seewhy.api import Graph
from seewhy.cli import person as person_command  # noqa: F401  registers the command
from seewhy.cli.app import app
from seewhy.graph.errors import UnknownEntity
from seewhy.graph.reports.registers import SCHEMAS
from seewhy.graph.reports.tables import REPORTS, report_tables

DAY = "2026-11-22"


def test_memberships_stand_in_the_order_of_the_person_and_the_topmost_are_defaults(graph: Graph) -> None:
    rosa = graph.person("rosa", DAY)
    assert [(m.unit, m.kind, m.access, m.place) for m in rosa.memberships] == [
        ("north", "office", "edit", 1),
        ("er", "team", "view", 2),
    ]
    assert (rosa.default_office, rosa.default_team, rosa.primary_affiliation) == ("north", "er", "north")
    aiko = graph.person("aiko", DAY)
    assert (aiko.default_office, aiko.default_team, aiko.primary_affiliation) == ("", "wb", "wb")
    sam = graph.person("sam", DAY)
    assert (sam.default_office, sam.default_team) == ("north", "")
    assert [m.origin.source for m in sam.memberships] == ["memberships.csv:4", "memberships.csv:5"]
    assert [m.unit for m in graph.person("sam", "2026-01-04").memberships] == ["north"]


def test_positions_say_which_is_in_use_and_when_a_review_is_due(graph: Graph) -> None:
    ines = {p.position: p for p in graph.person("ines", DAY).positions}
    assert [p.in_use for p in ines.values()] == [True, False, False]
    assert (ines["esc-a-tl"].review_due, ines["esc-a-tl"].overdue) == ("2026-07-15", True)
    assert (ines["nc-a-tl"].review_due, ines["nc-a-tl"].overdue) == ("2027-04-05", False)
    assert (ines["app-a-tl"].kind, ines["app-a-tl"].review_due) == ("primary", "")
    assert ines["esc-a-tl"].covers == "omar"
    ana = {p.position: p for p in graph.person("ana", DAY).positions}
    assert {name: (p.kind, p.in_use, p.lending_by) for name, p in ana.items()} == {
        "enf-a1": ("primary", False, ""),
        "jr-a2": ("hierarchical", True, "chidi"),
    }
    assert [p.in_use for p in graph.person("bo", DAY).positions] == [True]


def test_privileges_say_through_what_and_how_far(graph: Graph) -> None:
    chen = graph.person("chen", DAY)
    assert [(p.privilege, p.role, p.reach) for p in chen.privileges] == [
        ("Bulk reassign cases", "hub", "at Policy"),
        ("Manage a hub", "hub", "at Policy and the teams below"),
    ]
    imani = {(p.privilege, p.reach) for p in graph.person("imani", DAY).privileges}
    assert ("Draft responses", "at Human Resources and the teams below, for Data protection request") in imani
    assert ("Search for cases", "every case") in imani
    (grant, role) = graph.person("pedro", DAY).privileges
    assert (grant.role, grant.reach, grant.origin.source, grant.via) == ("", "everywhere", "privilege_grants.csv:4", "")
    assert (role.role, role.case_type, role.via) == ("triage", "corr", "role_privileges.csv:11")
    assert [(r.role, r.case_type, r.placement) for r in graph.person("pedro", DAY).roles] == [
        ("triage", "corr", "organisation_wide")
    ]


def test_groups_portal_roles_managers_and_the_roster(graph: Graph) -> None:
    viktor = graph.person("viktor", DAY)
    assert [(g.group, g.effect, g.permission) for g in viktor.groups] == [
        ("directors", "allow", "can_view_all_cases"),
        ("trainees", "deny", "can_view_all_cases"),
    ]
    assert [m.manager for m in viktor.managers] == ["uma", "viktor"]
    assert [m.manager for m in graph.person("bo", DAY).managers] == ["chidi", "elif", "priya"]
    jade = graph.person("jade", DAY).portal_roles
    assert [(r.system, r.role, r.unit) for r in jade] == [("icon", "fee_earner", "hart")]
    assert [(r.unit, r.name) for r in graph.person("rui", DAY).portal_roles] == [("", "")]
    mateo = graph.person("mateo", DAY)
    assert not mateo.active
    assert [(r.active, r.origin.source) for r in mateo.roster] == [(True, "people.csv:15"), (False, "people.csv:16")]
    assert graph.person("mateo", "2026-06-30").active
    assert graph.person("nadia", DAY).active is False


def test_an_unknown_person_names_the_nearest(graph: Graph) -> None:
    with pytest.raises(UnknownEntity) as caught:
        graph.person("roza", DAY)
    assert caught.value.message == "unknown person `roza`"
    assert "`rosa`" in caught.value.hint


def test_the_command_prints_every_line_with_its_source(folder: Path) -> None:
    run = CliRunner().invoke(app, ["person", "ana", "--graph", str(folder), "--as-of", DAY])
    assert run.exit_code == 0
    for source in ("people.csv:3", "memberships.csv:21", "holdings.csv:3", "role_assignments.csv:2"):
        assert source in "".join(run.stdout.split())
    told = CliRunner().invoke(app, ["person", "ana", "--graph", str(folder), "--as-of", DAY, "--json"])
    plain = json.loads(told.stdout)
    assert plain["positions"][1]["source"] == "holdings.csv:3"
    assert plain["default_office"] == "hq"
    assert {"engine", "load", "roster", "managers", "privileges"} <= plain.keys()


def test_the_registers_as_reports(graph: Graph) -> None:
    assert set(SCHEMAS) <= set(REPORTS)
    rows = {n: [row for t in report_tables(graph.session, n, DAY)[1] for row in t.to_pylist()] for n in SCHEMAS}
    assert len(rows["findings"]) == len(graph.findings(DAY).findings)
    assert rows["findings"][0].keys() == {
        *("rule", "severity", "person", "position", "case", "unit", "message", "sources"),
    }
    (late,) = [row for row in rows["secondary_access"] if row["overdue"]]
    assert (late["person"], late["position"], late["review_due"]) == ("ines", "esc-a-tl", "2026-07-15")
    assert (late["covers"], late["form_received_on"], late["emergency"]) == ("omar", "2025-08-25", False)
    lent = [row for row in rows["secondary_access"] if row["person"] == "ana"]
    assert [(row["kind"], row["lending_by"], row["review_due"]) for row in lent] == [("hierarchical", "chidi", "")]
    held = [row for row in rows["privileges"] if row["id"] == "pedro"]
    assert [(r["privilege"], r["through"], r["case_type"], r["source"]) for r in held] == [
        ("Triage cases", "grant", "", "privilege_grants.csv:4"),
        ("Triage cases", "triage", "corr", "role_assignments.csv:21"),
    ]
    assert [r["privilege"] for r in rows["privileges"] if r["holder"] == "role" and r["id"] == "dpo"] == [
        "Advise on cases",
        "Draft responses",
    ]


def test_ids_in_questions_are_trimmed_as_ids_in_files_are(graph: Graph) -> None:
    plain, copied = ("ana", "c-101"), ("\u200bana\u00a0", "\ufeffc-101\u202c")
    assert graph.check(*copied, DAY) == graph.check(*plain, DAY)
    assert graph.why(person=copied[0], case=copied[1], as_of=DAY) == graph.why(*plain, DAY)
    assert graph.who(copied[1], DAY).as_dict() == graph.who(plain[1], DAY).as_dict()
    assert graph.what(copied[0], DAY).as_dict() == graph.what(plain[0], DAY).as_dict()
    assert graph.person(copied[0], DAY) == graph.person(plain[0], DAY)
    assert graph.eligible("assign", DAY, case=copied[1]) == graph.eligible("assign", DAY, case=plain[1])
    with pytest.raises(UnknownEntity) as unknown:
        graph.check("an\u00ada", "c-101", DAY)
    assert unknown.value.hint.startswith("did you mean `ana` (without U+00AD soft hyphen)")
    with pytest.raises(UnknownEntity) as unknown:
        graph.who("\u0441-101", DAY)
    assert unknown.value.hint.startswith("did you mean `c-101` (c, not U+0441 cyrillic small letter es)")
