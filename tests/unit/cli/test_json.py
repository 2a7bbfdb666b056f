"""`--json` of every command: the documented keys and no others, nothing else on standard output."""

from __future__ import annotations

import re

import pytest

from tests.unit.cli.conftest import DAY, ROOT, SAMPLE, Run

NAMED = {"engine", "load"}
CHECK = {"person", "case", "as_of", "system", "scheme", "value", "value_now", "step", "rules", "file"} | NAMED
WHY = CHECK | {"sentence", "blocked", "reasons", "ladder", "would_change"}
STEP = {"from", "relationship", "to", "source", "load", "since", "until", "sentence"}
OUTCOMES = {"decided", "not met", "met, not needed", "not reached"}
PAIRS = [("ana", "m-101"), ("sam", "c-102"), ("hana", "i-102"), ("noah", "e-208"), ("mateo", "m-101"), ("bo", "m-114")]


@pytest.mark.parametrize(("person", "case"), PAIRS)
def test_check(ask: Run, person: str, case: str) -> None:
    ran = ask("check", person, case, "--as-of", DAY, "--json")
    got = ran.json()
    assert set(got) == CHECK
    assert (got["person"], got["case"], got["as_of"], ran.err) == (person, case, DAY, "")
    assert ran.code == (1 if got["value"] == "none" else 0)
    assert got["engine"].startswith("embedded kglite ")
    assert got["load"] == "load-0001"
    place = "common/" if got["step"] in ("inactive", "no_case") else rf"{got['scheme']}/\d_"
    assert re.fullmatch(rf"cypher/schemes/{place}{got['step']}\.cypher", got["file"])
    assert (ROOT / got["file"]).is_file()


@pytest.mark.parametrize(("person", "case"), PAIRS)
def test_why(ask: Run, person: str, case: str) -> None:
    ran = ask("why", person, case, "--as-of", DAY, "--json")
    got = ran.json()
    extra = {"actions"} if got["scheme"] == "privileges" else set()
    assert (ran.code, ran.err, set(got)) == (0, "", WHY | extra)
    checked = ask("check", person, case, "--as-of", DAY, "--json").json()
    assert {key: got[key] for key in CHECK} == checked
    for reason in got["reasons"]:
        assert set(reason) == {"step", "value", "sentence", "rules", "path"}
        for step in reason["path"]:
            assert STEP <= set(step) <= STEP | {"granted_by", "note"}
            assert set(step["from"]) == set(step["to"]) == {"kind", "id", "name"}
            assert step["source"].count(":") == 1
            assert step["load"] == "load-0001"
    assert all(set(rung) == {"step", "outcome", "because"} for rung in got["ladder"])
    assert {rung["outcome"] for rung in got["ladder"]} <= OUTCOMES
    assert [rung["step"] for rung in got["ladder"] if rung["outcome"] == "decided"] == [got["step"]]
    for change in got["would_change"]:
        assert {"change", "value", "also_affects", "opened", "closed", "raised", "lowered"} <= set(change)
        assert all(set(one) == {"do", "file", "row"} and one["do"] in ("add", "end") for one in change["change"])
    for action in got.get("actions", ()):
        assert set(action) == {"privilege", "rule", "through", "unit", "case_type"}


def test_who(ask: Run) -> None:
    ran = ask("who", "e-203", "--as-of", DAY, "--json")
    got = ran.json()
    assert (ran.code, ran.err) == (0, "")
    assert set(got) == {"case", "as_of", "system", "scheme", "people", "complete", "count"} | NAMED
    assert all(set(row) == {"person", "name", "value", "value_now", "step"} for row in got["people"])
    assert (got["count"], got["complete"]) == (len(got["people"]), True)
    assert [row["person"] for row in got["people"]] == ["alma", "bilal", "huda", "imani"]


def test_what(ask: Run) -> None:
    ran = ask("what", "ana", "--as-of", DAY, "--json", "--limit", 1)
    got = ran.json()
    assert (ran.code, ran.err) == (0, "")
    assert {"person", "as_of", "cases", "complete", "count"} | NAMED <= set(got)
    assert all(set(row) == {"case", "title", "system", "value", "value_now", "step"} for row in got["cases"])
    assert [row["case"] for row in got["cases"]] == ["c-101", "e-201", "e-204", "e-210", "m-101", "m-105", "m-112"]
    assert (got["count"], got["complete"]) == (7, True)


def test_a_search_adds_found(ask: Run) -> None:
    assert set(ask("check", "ana", "e-201", "--action", "search", "--json").json()) == CHECK | {"found"}
    people = ask("who", "e-203", "--action", "search", "--json").json()["people"]
    assert all(set(row) == {"person", "name", "value", "value_now", "step", "found"} for row in people)


def test_load(run: Run) -> None:
    loaded = run("load", SAMPLE, "--graph", "g", "--as-of", DAY, "--json")
    got = loaded.json()
    assert (loaded.code, loaded.err, set(got), got["problems"]) == (0, "", {"problems", "load"}, [])
    assert set(got["load"]) == {
        *("id", "as_of", "started", "finished", "digest", "facts", "model", "product", "engine"),
        *("dry_run", "changed", "nodes", "relationships", "cases", "profiles", "files", "schemes"),
    }
    assert all(set(file) == {"file", "absent", "begin", "stay", "end"} for file in got["load"]["files"])
    again = run("load", SAMPLE, "--graph", "g", "--as-of", DAY, "--json").json()["load"]
    assert (again["id"], again["changed"]) == ("load-0001", False)
    assert all(file["begin"] == file["end"] == 0 for file in again["files"])


def test_load_with_problems(run: Run, tmp_path) -> None:
    (tmp_path / "people.csv").write_text("person_id,nmae\nana,Ana\n", "utf-8")
    ran = run("load", tmp_path, "--graph", "g", "--json")
    got = ran.json()
    assert (ran.code, set(got), got["load"]) == (2, {"problems", "load"}, None)
    assert all(set(one) == {"code", "file", "row", "column", "message", "hint"} for one in got["problems"])
    assert sorted((one["file"], one["row"], one["column"]) for one in got["problems"]) == [
        ("people.csv", 1, "name"),
        ("people.csv", 1, "nmae"),
    ]
    assert not (tmp_path / "g").exists()


def test_findings_and_eligible(ask: Run) -> None:
    found = ask("findings", "--as-of", DAY, "--json").json()
    assert {"findings", "count"} | NAMED <= set(found)
    known = {"rule", "severity", "person", "position", "case", "unit", "message", "facts"}
    assert all({"rule", "severity", "message", "facts"} <= set(one) for one in found["findings"])
    assert known <= {key for one in found["findings"] for key in one}
    verdict = ask(
        "eligible", "secondary-access", "bo", "jr-a1", "--access", "hierarchical", "--as-of", DAY, "--json"
    ).json()
    assert set(verdict) == {*("kind", "as_of", "verdict", "rules", "conditions", "work", "missing", "people"), *NAMED}
    assert set(verdict["people"]) == {"ask", "agree", "authorise"}
    assert all({"rule", "met", "because", "source", "would_meet"} == set(one) for one in verdict["conditions"])
    offered = ask("eligible", "assign", "c-101", "--as-of", DAY, "--json").json()
    assert {"kind", "case", "as_of", "people", "count"} | NAMED <= set(offered)
    assert all({"person", "name", "because"} <= set(one) for one in offered["people"])


def test_diff(ask: Run) -> None:
    ran = ask("diff", "--from", "2026-02-28", "--to", "2026-03-02", "--case", "m-104", "--json")
    got = ran.json()
    assert {"from", "to", "counts", "pairs", "complete"} | NAMED <= set(got)
    assert set(got["counts"]) == {"gained", "lost", "changed", "other_reason"}
    assert [(pair["person"], pair["case"]) for pair in got["pairs"]] == [("chidi", "m-104"), ("dana", "m-104")]
    for pair in got["pairs"]:
        assert {"person", "case", "before", "after", "because"} <= set(pair)
        assert set(pair["before"]) == set(pair["after"]) == {"value", "step"}


def test_the_books_have_one_order(run: Run) -> None:
    rules = run("rules", "--json").json()
    ids = [one["id"] for one in rules["rules"]]
    assert (set(rules), rules["count"], len(set(ids))) == ({"rules", "count"}, len(ids), len(ids))
    assert rules == run("rules", "--json").json()
    assert run("rules", "mem-23", "--json").json()["rules"] == [one for one in rules["rules"] if one["id"] == "MEM-23"]
    queries = run("queries", "--json").json()
    assert (set(queries), queries["count"]) == ({"queries", "count"}, len(queries["queries"]))
    assert all(set(one) == {"name", "doc", "parameters", "returns", "text"} for one in queries["queries"])
    privileges = run("privileges", "--json").json()
    assert {"privileges"} <= set(privileges)
    assert len(privileges["privileges"]) == 104
    assert all({"id", "name"} <= set(one) for one in privileges["privileges"])


def test_doctor(ask: Run) -> None:
    ran = ask("doctor", "--json")
    assert (ran.code, ran.err) == (0, "")
    got = ran.json()
    assert set(got) == {"engine", "version", "target", "nodes", "relationships", "loads", "problems", "notes"}
    assert (got["problems"], got["nodes"]["Person"], got["loads"][-1]["id"]) == ([], 68, "load-0001")


def test_export_and_test(ask: Run, tmp_path) -> None:
    manifest = ask("export", "access", "-o", "a.csv", "--as-of", DAY, "--json").json()
    assert manifest["columns"] == ["person_id", "case_id", "value", "value_now", "step"]
    lines = (tmp_path / "a.csv").read_text("utf-8").splitlines()
    assert lines[0].replace('"', "") == "person_id,case_id,value,value_now,step"
    assert manifest["rows"] == len(lines) - 1
    assert (tmp_path / "a.csv.manifest.json").exists()
    (tmp_path / "s.yaml").write_text(
        f"as_of: {DAY}\ntests:\n  - check: {{person: sam, case: c-102}}\n    expect: {{value: view}}\n", "utf-8"
    )
    ran = ask("test", "s.yaml", "--json")
    assert (ran.code, ran.err) == (1, "")
    assert {"engine", "passed", "failed", "wrong"} <= set(ran.json())
    assert ran.json()["wrong"][0]["wrong"] == "expected value view, got value none"


@pytest.mark.parametrize(
    "words",
    [
        ("check", "smm", "c-102"),
        ("why", "sam", "c-999"),
        ("who", "c-102", "--as-of", "soon"),
        ("what", "sam", "--graph", "nowhere"),
        ("rules", "MEM-999"),
        ("load", "nowhere"),
        ("chek", "a", "b"),
        ("check", "sam"),
        ("check", "sam", "c-102", "--asof", DAY),
        ("export", "access", "-o", "a.pdf"),
    ],
)
def test_an_error_is_json_too(ask: Run, words: tuple[str, ...]) -> None:
    ran = ask(*words, "--json")
    got = ran.json()
    assert (ran.code, set(got)) == (2, {"error", "hint"})
    assert ran.err == f"seewhy: {got['error']}\n" + (f"hint: {got['hint']}\n" if got["hint"] else "")
