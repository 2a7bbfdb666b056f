"""Promises: broken ones are counted and explained, wrongly written ones make a wrong file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as Xml

import pytest
import yaml
from typer.testing import CliRunner

from seewhy import ConfigurationError
from seewhy.assertions.format import Outcome, read_story, run_story
from seewhy.assertions.invariants import keep
from seewhy.assertions.run import TestResult
from seewhy.cli import main
from seewhy.cli.app import app
from seewhy.graph.scope.selection import governing
from tests.support.world_graphs import by_lists, embedded, history_of, ids, on_neo4j
from tests.worlds.builder import DAY
from tests.worlds.strategies import seeded_world
from tests.worlds.tables import write_folder

if TYPE_CHECKING:
    from pathlib import Path

    from seewhy.graph.session import Session
    from tests.servers.neo4j import Neo4jServer
    from tests.worlds.tables import Rows

ROWS: Rows = {
    "systems": [{"system_id": "cm", "scheme": "memberships"}, {"system_id": "ec", "scheme": "privileges"}],
    "people": [{"person_id": f"p{n}", "name": f"Person {n}"} for n in range(8)],
    "units": [
        {"unit_id": "north", "kind": "office", "name": "North"},
        {"unit_id": "desk", "kind": "team", "name": "Desk", "parent_id": "north"},
        {"unit_id": "south", "kind": "office", "name": "South"},
    ],
    "case_types": [{"case_type_id": "letter", "name": "Letter"}],
    "roles": [{"role_id": "reader", "name": "Reader"}],
    "role_assignments": [{"person_id": "p7", "role_id": "reader", "unit_id": "south", "case_type_id": "letter"}],
    "memberships": [{"person_id": f"p{n}", "unit_id": "north", "access": "view"} for n in range(6)]
    + [{"person_id": "p6", "unit_id": "desk", "access": "edit"}],
    "cases": [
        {"case_id": "n1", "system_id": "cm", "office_id": "north", "team_id": "desk"},
        {"case_id": "s1", "system_id": "cm", "office_id": "south"},
        {"case_id": "e1", "system_id": "ec", "team_id": "south", "case_type_id": "letter"},
    ],
}
_OF_SYSTEM = "organisation/select_people_of_system"


def outcomes(tmp_path: Path, *tests: dict[str, Any], rows: Rows = ROWS) -> list[Outcome]:
    path = tmp_path / "promise.yaml"
    path.write_text(yaml.safe_dump({"as_of": DAY, "given": rows, "tests": list(tests)}), "utf-8")
    return run_story(read_story(path))


def test_a_broken_never_tells_the_first_pairs_counts_all_and_says_why(tmp_path: Path) -> None:
    (one,) = outcomes(tmp_path, {"never": {"people": {"unit": "north"}, "cases": {"unit": "desk"}}})
    assert one.question == "never people: unit north, cases: unit desk, value: view"
    assert one.wrong.startswith("expected nobody, got 7 pairs: p0 on n1 (view, by memberships); p1 on n1")
    assert one.wrong.endswith("; and 2 more")
    lines = one.why.splitlines()
    assert len(lines) == 6
    assert lines[0].startswith(
        "p0 on n1 (view, by memberships): Yes. Person 0 can see case n1, and cannot change it. Person 0 is a member of"
    )
    assert (one.short, lines[5]) == ("expected nobody, got 7 pairs", "and 2 more")


def test_a_broken_only_tells_who_else(tmp_path: Path) -> None:
    kept, broken, edit = outcomes(
        tmp_path,
        {"only": {"people": {"unit": "north"}, "cases": {"system": "cm"}}},
        {"only": {"people": {"ids": ["p0", "p1", "p2", "p3", "p4", "p6"]}, "cases": {"ids": "n1"}}},
        {"only": {"people": {"ids": ["p0"]}, "cases": {"ids": "n1"}, "value": "edit"}},
    )
    assert (kept.wrong, kept.why) == ("", "")
    assert broken.wrong == "expected nobody else, got 1 pair: p5 on n1 (view, by memberships)"
    assert edit.wrong == "expected nobody else, got 1 pair: p6 on n1 (edit, by memberships)"


def test_both_ways_of_asking_break_the_same_promises() -> None:
    """Case by case, and person by person; against every pair of the world, taken one selector at a time."""
    for scheme in ("positions", "memberships", "portal", "privileges", "mixed"):
        rows = seeded_world(scheme, 5)
        graph, (people, cases) = embedded(rows, DAY), ids(rows)
        seen = by_lists(graph, DAY)
        for part in (people[:1], people[::2], people):
            for few in (cases[:1], cases):
                for value in ("view", "edit"):
                    asked = {"people": {"ids": part}, "cases": {"ids": few}, "value": value}
                    wanted = ("edit",) if value == "edit" else ("view", "edit")
                    found = {pair for pair, a in seen.items() if pair[1] in few and a[0] in wanted}
                    of_never = {pair for pair in found if pair[0] in part}
                    of_only = found - of_never
                    for kind, expected in (("never", of_never), ("only", of_only)):
                        kept = keep(graph.session, kind, asked, DAY)
                        assert kept.broken == len(expected)
                        assert [(one.person, one.case) for one in kept.first] == sorted(expected)[:5]


@pytest.mark.parametrize(
    ("promise", "expected"),
    [
        ({"never": {"poeple": {}}}, "unknown key `poeple` (did you mean `people`?)"),
        ({"never": {"people": {"unti": "north"}}}, "unknown selector `unti` (did you mean `unit`?) of people"),
        ({"only": {"people": {"case_type": "letter"}}}, "unknown selector `case_type`"),
        ({"only": {"cases": {"role": "reader"}}}, "unknown selector `role`"),
        ({"never": {"people": ["p1"]}}, "`people` of `never` is a mapping with ids, unit, role, system"),
        ({"never": {"people": {"ids": []}}}, "`ids` of `people` is one id or a list of ids"),
        ({"never": {"people": {"ids": [["p1"]]}}}, "`ids` of `people` is one id or a list of ids"),
        ({"only": {"cases": {"unit": [None]}}}, "`unit` of `cases` is one id or a list of ids"),
        ({"never": {"cases": {"ids": [{"a": 1}]}}}, "`ids` of `cases` is one id or a list of ids"),
        ({"never": {"value": "see"}}, "`never` has the value `see`; a value is view or edit"),
        ({"never": {"as_of": "yesterday"}}, "`yesterday` is not a date"),
        ({"never": "p1"}, "`never` takes a mapping"),
    ],
)
def test_a_wrongly_written_promise_is_a_wrong_file(tmp_path: Path, promise: dict[str, Any], expected: str) -> None:
    path = tmp_path / "promise.yaml"
    path.write_text(yaml.safe_dump({"tests": [promise]}), "utf-8")
    with pytest.raises(ConfigurationError) as caught:
        read_story(path)
    assert expected in caught.value.message


@pytest.mark.parametrize(
    ("promise", "expected", "hint"),
    [
        ({"people": {"ids": ["p0", "Person 3"]}}, "unknown person `Person 3`", "did you mean `p3`"),
        ({"people": {"unit": "nort"}}, "unknown unit `nort`", "`north`"),
        ({"people": {"role": "raeder"}}, "unknown role `raeder`", "`reader`"),
        ({"people": {"role": "custommer"}}, "unknown role `custommer`", "`customer`"),
        ({"people": {"system": "cn"}}, "unknown system `cn`", ""),
        ({"cases": {"ids": "n9"}}, "unknown case `n9`", ""),
        ({"cases": {"case_type": "leter"}}, "unknown case type `leter`", "`letter`"),
        ({"cases": {"unit": ""}}, "unknown unit ``", ""),
    ],
)
def test_an_unknown_id_is_a_wrong_file(tmp_path: Path, promise: dict[str, Any], expected: str, hint: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        outcomes(tmp_path, {"never": promise})
    assert expected in caught.value.message
    assert "promise.yaml` is wrong: " in caught.value.message
    assert hint in caught.value.hint


COLUMNS = ("office_id", "team_id", "category_id", "firm_id", "queue_unit_id")
SCHEMES = ("positions", "memberships", "portal", "privileges")


def every_column() -> Rows:
    """Per scheme a system with a case per column that names a unit of its own, each with one member; a sixth unit that
    only a case of yesterday names; a seventh that no case names."""
    places = [(scheme, column) for scheme in SCHEMES for column in (*COLUMNS, "gone", "none")]
    rows: Rows = {
        "systems": [{"system_id": scheme, "scheme": scheme} for scheme in SCHEMES],
        "people": [{"person_id": f"{scheme}-{column}", "name": column} for scheme, column in places],
        "units": [{"unit_id": f"u-{scheme}-{column}", "kind": "team", "name": column} for scheme, column in places],
        "memberships": [
            {"person_id": f"{scheme}-{column}", "unit_id": f"u-{scheme}-{column}", "access": "no"}
            for scheme, column in places
        ],
        "case_types": [{"case_type_id": "letter", "name": "Letter"}, {"case_type_id": "memo", "name": "Memo"}],
        "cases": [
            {"case_id": f"c-{scheme}-{column}", "system_id": scheme, column: f"u-{scheme}-{column}"}
            for scheme, column in places
            if column in COLUMNS
        ],
    }
    for scheme in SCHEMES:
        gone = {"case_id": f"c-{scheme}-gone", "system_id": scheme, "team_id": f"u-{scheme}-gone", "until": DAY}
        rows["cases"] += [gone, {"case_id": f"c-{scheme}-typed", "system_id": scheme, "case_type_id": "letter"}]
    return rows


def selected(session: Session) -> dict[str, set[str]]:
    """What the selectors choose in that world."""

    def ask(name: str, **asked: list[str]) -> set[str]:
        return {row["id"] for row in session.run(f"organisation/{name}", as_of=DAY, **asked)}

    return {
        **{f"people of {one}": ask("select_people_of_system", systems=[one], **governing()) for one in SCHEMES},
        **{
            f"cases of u-{one}-{column}": ask("select_cases_of_unit", units=[f"u-{one}-{column}"])
            for one in SCHEMES
            for column in (*COLUMNS, "gone", "none")
        },
        "cases of letter": ask("select_cases_of_type", types=["letter"]),
        "cases of memo": ask("select_cases_of_type", types=["memo"]),
    }


def test_a_selector_goes_by_every_column_that_a_case_names_on_both_engines(neo4j_server: Neo4jServer) -> None:
    rows = every_column()
    wanted = {
        **{f"people of {one}": {f"{one}-{column}" for column in COLUMNS} for one in SCHEMES},
        **{f"cases of u-{one}-{column}": {f"c-{one}-{column}"} for one in SCHEMES for column in COLUMNS},
        **{f"cases of u-{one}-{column}": set() for one in SCHEMES for column in ("gone", "none")},
        "cases of letter": {f"c-{one}-typed" for one in SCHEMES},
        "cases of memo": set(),
    }
    assert selected(embedded(rows, DAY).session) == wanted
    with on_neo4j(neo4j_server, history_of(rows, DAY), DAY) as graph:
        assert selected(graph.session) == wanted


def test_what_is_not_given_per_system_is_of_every_system_of_its_scheme() -> None:
    """Roles and grants are eCase's, groups with a permission Case Manager's; a group that permits nothing is not."""
    people = ("grouped", "idle", "roled", "granted", "ruled", "nobody")
    rows: Rows = {
        "systems": [{"system_id": one, "scheme": one} for one in SCHEMES],
        "people": [{"person_id": one, "name": one} for one in people],
        "group_members": [{"person_id": "grouped", "group_id": "g"}, {"person_id": "idle", "group_id": "h"}],
        "group_permissions": [{"group_id": "g", "permission": "can_view_all_cases", "effect": "allow"}],
        "roles": [{"role_id": "reader", "name": "Reader"}],
        "role_assignments": [{"person_id": "roled", "role_id": "reader"}],
        "privilege_grants": [{"person_id": "granted", "privilege": "View cases"}],
        "access_rules": [
            {
                "rule_id": "r",
                "system_id": "privileges",
                "level": "global",
                "effect": "cannot",
                "subject_kind": "person",
                "subject_id": "ruled",
                "target_kind": "all_cases",
            }
        ],
        "cases": [{"case_id": "c", "system_id": "memberships"}],
    }
    session = embedded(rows, DAY).session
    found = {
        one: {row["id"] for row in session.run(_OF_SYSTEM, systems=[one], as_of=DAY, **governing())} for one in SCHEMES
    }
    assert found == {
        "positions": set(), "portal": set(),
        "memberships": {"grouped"}, "privileges": {"roled", "granted", "ruled"},
    }  # fmt: skip


def test_a_selector_that_chooses_nobody_is_told(tmp_path: Path) -> None:
    never, cases, only, fine = outcomes(
        tmp_path,
        {"never": {"people": {"role": "customer"}}},
        {"never": {"cases": {"case_type": "letter", "ids": "n1"}}},
        {"only": {"people": {"role": "customer"}, "cases": {"ids": "s1"}}},
        {"never": {"people": {"unit": "south"}, "cases": {"system": "ec"}}},
    )
    assert (never.wrong, never.note) == ("", f"`people` selects nobody on {DAY}, so nothing was asked")
    assert (cases.wrong, cases.note) == ("", f"`cases` selects no case on {DAY}, so nothing was asked")
    assert (only.wrong, only.note) == ("", f"`people` selects nobody on {DAY}, so nobody at all may")
    assert fine.note == never.note


def test_a_broken_promise_is_one_line_and_then_the_pairs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, folder = tmp_path / "p.yaml", str(tmp_path / "graph")
    ids_ = [f"p{n}" for n in range(4)]
    tests = [
        {"only": {"people": {"ids": ids_}, "cases": {"ids": "n1"}}},
        {"never": {"people": {"role": "customer"}}},
        {"never": {"people": {"ids": ids_ * 5}, "cases": {"ids": "s1"}}},
    ]
    file.write_text(yaml.safe_dump({"as_of": DAY, "given": ROWS, "tests": tests}, sort_keys=False), "utf-8")
    with pytest.raises(SystemExit) as left:
        main(["test", str(file), "--graph", folder])
    lines = capsys.readouterr().out.splitlines()
    assert left.value.code == 1
    assert lines[0] == (
        f"{file} test 1: only people: ids p0, p1, p2, p3, cases: ids n1, value: view: expected nobody else, got 3 pairs"
    )
    assert [line[: line.index(":")] for line in lines[1:4]] == [
        "  p4 on n1 (view, by memberships)",
        "  p5 on n1 (view, by memberships)",
        "  p6 on n1 (edit, by memberships)",
    ]
    assert lines[4].endswith(f"value: view: `people` selects nobody on {DAY}, so nothing was asked")
    assert lines[5].startswith("2 passed, 1 failed (embedded ")
    assert len(lines) == 6


def test_junit_says_why_of_every_question(tmp_path: Path) -> None:
    path, junit = tmp_path / "s.yaml", tmp_path / "j.xml"
    tests: list[dict[str, Any]] = [
        {"check": {"person": "p0", "case": "n1"}, "expect": {"value": "none"}},
        {"check": {"person": "p0", "case": "s1"}, "expect": {"value": "edit"}},
        {"why": {"person": "p6", "case": "n1"}, "expect": {"value": "view"}},
        {"who": {"case": "n1"}, "expect": {"edit": ["p5"], "view": ["p0", "p1", "p2", "p3", "p4", "ghost"]}},
        {"what": {"person": "p0"}, "expect": ["s1"]},
        {"eligible": {"kind": "assign", "case": "n1"}, "expect": []},
        {"findings": {}, "expect": []},
    ]
    path.write_text(yaml.safe_dump({"as_of": DAY, "given": ROWS, "tests": tests}), "utf-8")
    TestResult("embedded", tuple(run_story(read_story(path)))).write_junit(junit)
    texts = [failure.text or "" for failure in Xml.parse(junit).getroot().iter("failure")]
    assert len(texts) == len(tests)
    assert texts[0].startswith("Yes. Person 0 can see case n1, and cannot change it. Person 0 is a member of North")
    assert texts[1].startswith("No. Person 0 cannot see case s1")
    assert texts[2].startswith("Yes. Person 6 can see case n1, and can change it. Person 6 is a member of Desk")
    who = texts[3].splitlines()
    assert who[0] == "ghost on n1: unknown person `ghost`"
    assert [line.split(" on ")[0] for line in who] == ["ghost", "p5", "p6"]
    assert [line.split(":")[0] for line in texts[4].splitlines()] == ["p0 on n1", "p0 on s1"]
    assert texts[5].startswith("p0: ")
    assert texts[6]


def test_on_a_live_graph_with_exit_codes_and_junit(tmp_path: Path) -> None:
    run, folder = CliRunner(), str(tmp_path / "graph")
    organisation = write_folder(ROWS, tmp_path / "organisation")
    assert run.invoke(app, ["load", str(organisation), "--graph", folder, "--as-of", DAY]).exit_code == 0
    file, junit = tmp_path / "p.yaml", tmp_path / "j.xml"
    promises: list[dict[str, Any]] = [
        {"never": {"people": {"unit": "south"}}},
        {"never": {"people": {"role": "reader"}, "cases": {"case_type": "letter"}}},
    ]

    def ask(*more: dict[str, Any]) -> Any:
        file.write_text(yaml.safe_dump({"as_of": DAY, "tests": [*promises, *more]}), "utf-8")
        return run.invoke(app, ["test", str(file), "--graph", folder, "--junit", str(junit), "--json"])

    assert ask().exit_code == 0
    assert Xml.parse(junit).getroot().attrib == {"name": "seewhy", "tests": "2", "failures": "0", "errors": "0"}
    broken = ask({"only": {"people": {"unit": "desk"}, "cases": {"ids": "n1"}}})
    assert (broken.exit_code, json.loads(broken.output)["failed"]) == (1, 1)
    (failure,) = Xml.parse(junit).getroot().iter("failure")
    assert "got 6 pairs" in failure.attrib["message"]
    assert "Person 0 can see case n1" in (failure.text or "")
    unknown = ask({"never": {"people": {"unit": "nort"}}})
    assert isinstance(unknown.exception, ConfigurationError), "the command line makes exit code 2 of it"


def test_junit_holds_whatever_an_id_holds(tmp_path: Path) -> None:
    outcome = Outcome("a.yaml", 1, "check person: \x01<&>\x1b", "expected \ud83d? no, \x00", "")
    TestResult("embedded", (outcome,)).write_junit(tmp_path / "j.xml")
    (case,) = Xml.parse(tmp_path / "j.xml").getroot().iter("testcase")
    assert case.attrib["name"] == "1 check person: \ufffd<&>\ufffd"
    with pytest.raises(ConfigurationError, match="there is no folder"):
        TestResult("embedded", ()).write_junit(tmp_path / "none" / "j.xml")
