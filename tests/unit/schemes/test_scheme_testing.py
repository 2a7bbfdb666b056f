"""`seewhy scheme test`: stories that fail, a definition that disagrees, changes that nothing notices."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.support.scheme_folders import added, begun, changed
from tests.unit.cli.conftest import Run

DEFINITION = """WITH said AS (
  SELECT person_id, case_id,
    CASE WHEN person_id NOT IN (SELECT person_id FROM people WHERE active) THEN 'inactive'
         WHEN case_id NOT IN (SELECT case_id FROM cases) THEN 'no_case'
         WHEN EXISTS (SELECT 1 FROM case_people l WHERE l.link = 'owner' AND l.person_id = pairs.person_id
                      AND l.case_id = pairs.case_id) THEN 'owner'
         ELSE 'no_rule' END AS step
  FROM pairs
)
SELECT person_id, case_id, CASE step WHEN 'owner' THEN 'edit' ELSE 'none' END AS value, step FROM said
"""


def test_a_story_that_fails_is_named(run: Run, tmp_path: Path) -> None:
    folder = begun(tmp_path)
    changed(folder, "stories/owner.yaml", "{value: none, step: no_rule}", "{value: view, step: no_rule}")
    ran = run("scheme", "test", folder)
    assert (ran.code, ran.err) == (1, "")
    lines = ran.out.splitlines()
    assert lines[0] == "stories: 2 passed, 1 failed"
    assert "stories/owner.yaml, test 2: check person: bo, case: c-1: " in lines[1]
    assert "none" in lines[1]
    told = run("scheme", "test", folder, "--json").json()
    (wrong,) = told["stories"][0]["wrong"]
    assert (told["failed"], wrong["test"]) == (True, 2)


def test_a_definition_that_disagrees_becomes_a_story(run: Run, tmp_path: Path) -> None:
    folder = begun(tmp_path)
    added(folder, "definition.sql", DEFINITION)
    agreed = run("scheme", "test", folder, "--pairs", 100, "--json")
    assert (agreed.code, agreed.json()["definition"]["wrong"]) == (0, 0)
    changed(folder, "1_owner.cypher", "\nWHERE ON_DAY(l)", "\nWHERE true")
    ran = run("scheme", "test", folder, "--pairs", 100, "--stories", "found", "--json")
    told = ran.json()
    assert ran.code == 1
    assert told["stories"][0]["failed"] == 0, "no story of the folder notices"
    assert told["definition"]["wrong"] > 0
    written = sorted((tmp_path / "found").iterdir())
    assert [one["file"] for one in told["definition"]["disagreements"]] == [f"found/{one.name}" for one in written]
    for one in written:
        shutil.copy(one, folder / "stories" / one.name)
    (folder / "definition.sql").unlink()
    ran = run("scheme", "test", folder, "--json")
    assert (ran.code, ran.json()["stories"][0]["failed"]) == (1, len(written)), "with the rung as it is"
    changed(folder, "1_owner.cypher", "\nWHERE true", "\nWHERE ON_DAY(l)")
    ran = run("scheme", "test", folder, "--json")
    assert (ran.code, ran.json()["stories"][0]["failed"]) == (0, 0), "with the rung as the definition has it"


def test_mutants_that_survive_are_named(run: Run, tmp_path: Path) -> None:
    ran = run("scheme", "test", begun(tmp_path), "--mutate", "--json")
    told = ran.json()["mutants"]
    assert ran.code == 1
    assert told["mutants"] == told["killed"] + len(told["survived"]) + len(told["equivalent"])
    assert told["killed"] > 0
    assert [one for one in told["survived"] if one.startswith("1_owner.cypher:13 `[l:OWNER]` is widened to ")]
    assert [one for one in told["survived"] if one.startswith("1_owner.cypher:14 ")], "no story has a link that ended"
