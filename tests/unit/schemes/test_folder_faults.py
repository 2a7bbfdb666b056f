"""A scheme folder with faults is refused with all of them at once, each with file, line, what was expected and the
nearest known name; nothing is loaded from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from seewhy.graph.schemes.faults import Fault, SchemeRejected
from seewhy.graph.schemes.places import folders_at
from seewhy.graph.schemes.scheme import read_scheme
from tests.support.scheme_folders import added, begun, changed, departments
from tests.unit.cli.conftest import Run

STEPS = "owner, department_manager, same_department, manager, deletes_own, no_rule"
CONTENTS = (
    ("scheme.toml", 'version = "1"', 'version = "1"\nseewhy = ">=9"\nproduckt = "x"\nvalue_now = true'),
    ("scheme.toml", 'subject_types = ["user", "identity"]', "subject_types = 3"),
    ("scheme.toml", "blocks = []", 'blocks = ["ownr"]'),
    ("scheme.toml", 'delete = "delete"', 'delete = "delete"\nclose = "close"'),
    ("scheme.toml", 'kind = "bool"', 'kind = "boool"'),
    ("2_department_manager.cypher", "z.role", "z.rolle"),
    ("2_department_manager.cypher", "[w:WORKS_IN]", "[w:WORKS_INN]"),
    ("3_same_department.cypher", "(d:Department)", "(d:Departmnt)"),
    ("3_same_department.cypher", "(d:Department)", "(d:Departmnt)"),
    ("4_manager.cypher", "f.managers_view", "f.limitd"),
    ("words.toml", "[owner]", "[ownr]"),
    ("words.toml", '"Is {person} a manager?"', '"Is {persn} a manager?"'),
    ("words.toml", '"{person} is no manager"', '"{person is no manager"'),
    ("tables/departments.toml", 'type = "text"', 'type = "txt"'),
    ("tables/more_of_people.toml", 'default = "employee"', 'default = "employe"'),
    ("graph.toml", "{a} belongs", "{c} belongs"),
    ("rules.toml", 'id = "DEP-03"\nstatement', 'id = "DEP-03"\nstatment'),
    ("findings/case_without_department.cypher", "system, as_of", "system"),
)
TOLD = f"""
2_department_manager.cypher:10: `z.rolle` is no property of `LISTED_IN`; did you mean `role`?
2_department_manager.cypher:11: nothing makes the relationship `WORKS_INN`; did you mean `WORKS_IN`, `WORK_IN`?
3_same_department.cypher:9: there is no label `Departmnt`; did you mean `Department`?
4_manager.cypher:14: `f.limitd` is no property of cases, and no policy of this scheme; did you mean `limited`?
findings/case_without_department.cypher:1: `parameters` says ['system'], the body uses ['as_of', 'system']
findings/other.cypher:1: `findin` is no header key; did you mean `finding`?
graph.toml:10: `c` is no part of the sentence (known: a, b)
rules.toml:9: `statement` is missing
rules.toml:11: `statment` is no key of `[rule]`; did you mean `statement`?
scheme.toml:6: the scheme is made for SeeWhy >=9
scheme.toml:7: `produckt` is no key of this file; did you mean `product`?
scheme.toml:8: `value_now` is false, since no rung says `now`
scheme.toml:11: `ownr` is no step of this scheme (known: {STEPS}); did you mean `owner`?
scheme.toml:12: `subject_types` is a list of texts, such as `["one", "two"]`
scheme.toml:19: an action needs `view` or `edit`, or is granted by a rung that says `grants: close`
scheme.toml:22: `boool` is no kind of a policy (known: bool, int, choice); did you mean `bool`?
tables/departments.toml:4: `txt` is no type of the column `name` (known: id, text, bool, date, enum, int); did you mean `text`?
tables/desks.toml:1: `departmnts` is no table that `department_id` can refer to; did you mean `departments`?
tables/more_of_people.toml:2: `employe` is no word of `role` (known: employee, manager); did you mean `employee`?
words.toml:1: `ownr` is no step of this scheme (known: {STEPS}); did you mean `owner`?
words.toml:1: the step `owner` has no `question`
words.toml:15: `persn` is no word in braces (known: person, found); did you mean `person`?
words.toml:16: braces stand around `person` or `found` only, not as in `{{person is no manager`
"""  # noqa: E501
HEADERS = """
1_owner.cypher:8: `says` lists none, view, edit, strongest first; got `edits`
2_department_manager.cypher:3: `rulez` is no header key; did you mean `rules`?
3_owner.cypher:1: the step `owner` stands twice
4_manager.cypher:9: `on` is one of profile, case; got `people`
5_deletes_own.cypher:1: the file is no UTF-8
6_no_rule.cypher:1: `otherwise` is one of none, view, edit; got `nothing`
7_late.cypher:1: `no_rule` says `otherwise`, so no rung may stand below it
8_folder.cypher:1: the file cannot be read
rules.toml:1: the file is no UTF-8
tables/broken.toml:2: the file is no TOML
tables/more_of_cases.toml:1: `columns` is a list of columns, such as `[{ name = "team_id", type = "id" }]`
words.toml:1: the file is missing
"""


def faults(folder: Path) -> list[str]:
    """What is wrong with a folder, read as `--schemes` reads it; of a header key without the list of all keys."""
    (found,) = folders_at(folder)
    with pytest.raises(SchemeRejected) as caught:
        read_scheme(found)
    assert all(one.line >= 1 and one.expected for one in caught.value.faults)
    return [str(one) for one in caught.value.faults]


def missing(told: list[str], wanted: str) -> list[str]:
    """The lines of `wanted` that nobody told; a line may leave out the middle of what is told."""
    lines = [line.partition("; did you mean") for line in wanted.strip().splitlines()]
    return [
        before + hint + name
        for before, hint, name in lines
        if not any(one.startswith(before) and one.endswith(hint + name) for one in told)
    ]


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """A folder with a fault of every kind that leaves the rungs' own form alone."""
    folder = departments(tmp_path)
    for file, right, wrong in CONTENTS:
        changed(folder, file, right, wrong)
    added(folder, "findings/other.cypher", "// findin: x\n\nMATCH (p:Person)\nRETURN p.id AS person\n")
    added(folder, "tables/desks.toml", 'columns = [{ name = "department_id", references = "departmnts" }]\n')
    return folder


def test_every_fault_of_the_contents_is_told_in_one_go(faulty: Path) -> None:
    told = faults(faulty)
    assert missing(told, TOLD) == []


def test_every_fault_of_headers_and_of_the_files_themselves_is_told_in_one_go(tmp_path: Path) -> None:
    folder = departments(tmp_path)
    changed(folder, "1_owner.cypher", "// says:  edit", "// says:  edits")
    changed(folder, "2_department_manager.cypher", "// rules:", "// rulez:")
    changed(folder, "3_same_department.cypher", "step:  same_department", "step:  owner")
    (folder / "3_same_department.cypher").rename(folder / "3_owner.cypher")
    changed(folder, "4_manager.cypher", "on:    profile", "on:    people")
    (folder / "5_deletes_own.cypher").write_bytes(b"// step: \xff\xfe\n")
    changed(folder, "6_no_rule.cypher", "otherwise: none", "otherwise: nothing")
    late = (folder / "1_owner.cypher").read_text("utf-8").replace("step:  owner", "step:  late")
    added(folder, "7_late.cypher", late)
    (folder / "8_folder.cypher").mkdir()
    (folder / "rules.toml").write_bytes(b"\xff")
    (folder / "words.toml").unlink()
    added(folder, "tables/broken.toml", "noun = 'x'\ncolumns = [\n")
    (folder / "tables" / "broken.toml").write_text("noun = 'x'\n[columns\n", "utf-8")
    (folder / "tables" / "more_of_cases.toml").write_text('columns = 1\nextends = "cases"\n', "utf-8")
    told = faults(folder)
    assert missing(told, HEADERS) == []
    assert not [one for one in told if "grants: delete" in one], "the rungs cannot be read: nothing is said of actions"


@pytest.mark.parametrize(
    "line",
    [
        *("CREATE (:Person)", "create (:Person)", "SET c.id = 'x'", "Set c.id = 'x'", "MERGE (x:Person)", "DELETE c"),
        *("DETACH DELETE c", "REMOVE c.id", "DROP INDEX x", "FOREACH (x IN [1] | CREATE (:Person))"),
        *("CALL { CREATE (:Person) }", "LOAD CSV FROM 'x' AS row", "load  csv from 'x' as row"),
        *("CALL db.labels() YIELD label", "CALL apoc . load . json('x')", "call `apoc`.load.json('x')", "CALL one()"),
        *("MATCH (a:Person)-[:OWNER*]->(b:Person)", "RETURN p", "return p", "UNION MATCH (p:Person)"),
    ],
)
def test_a_rung_that_is_no_reading_half_is_refused(tmp_path: Path, line: str) -> None:
    folder = begun(tmp_path)
    added(folder, "1_owner.cypher", f"{line}\n")
    assert any(one.startswith("1_owner.cypher:10: ") for one in faults(folder))


@pytest.mark.parametrize(
    ("file", "right", "wrong", "told"),
    [
        ("1_owner.cypher", "step:  owner", "step:  ownr", "1_owner.cypher:1: the file is called PLACE_STEP"),
        ("scheme.toml", 'name = "desk"', 'name = "Desk one"', "scheme.toml:2: the name of a scheme is lower case"),
        ("scheme.toml", 'seewhy = ">=0.1.0"', 'seewhy = "new"', "scheme.toml:6: `seewhy` is a range of versions"),
        ("scheme.toml", "profile = []", 'profile = ["ofice_id"]', "did you mean `office_id`"),
        ("scheme.toml", 'links = ["owner"]', 'links = ["ownr"]', "did you mean `owner`"),
        ("scheme.toml", "[actions]", 'asks = ["case.x"]\n[actions]', "`case.x` is none of `subject.NAME`"),
        ("words.toml", 'question = "Otherwise"', "question = 3", "words.toml:9: `question` is a text, and not blank"),
        ("rules.toml", 'id = "OWN-02"', 'id = "OWN-01"', "the rule `OWN-01` stands twice"),
    ],
)
def test_single_faults(tmp_path: Path, file: str, right: str, wrong: str, told: str) -> None:
    folder = begun(tmp_path)
    changed(folder, file, right, wrong)
    found = faults(folder)
    assert any(told in one for one in found), found


def test_a_ladder_needs_a_last_rung(tmp_path: Path) -> None:
    folder = begun(tmp_path)
    (folder / "2_no_rule.cypher").unlink()
    assert any("the last rung needs `otherwise`" in one for one in faults(folder))


def test_check_tells_them_as_data(run: Run, faulty: Path) -> None:
    ran = run("scheme", "check", faulty, "--json")
    told = ran.json()
    assert (ran.code, ran.err) == (1, "")
    assert told["count"] == len(told["faults"])
    assert all(set(one) == {"file", "line", "expected", "hint"} for one in told["faults"])
    assert [str(Fault(**one)) for one in told["faults"]] == faults(faulty)
    ran = run("scheme", "check", faulty)
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.splitlines()[-1].startswith(f"{told['count']} faults in ")


def test_a_load_with_such_a_folder_writes_nothing(run: Run, faulty: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "systems.csv").write_text("system_id,scheme\nrecords,departments\n", "utf-8")
    before = sorted(tmp_path.rglob("*"))
    ran = run("load", "in", "--graph", "graph", "--schemes", faulty)
    assert (ran.code, ran.out) == (2, "")
    told = [line.removeprefix("seewhy: ").partition(": ")[0] for line in ran.err.splitlines()]
    assert told == [one.partition(": ")[0] for one in faults(faulty)], "every fault is a line of its own"
    assert sorted(tmp_path.rglob("*")) == before


def test_a_half_that_is_no_cypher_is_a_fault_with_its_file(run: Run, tmp_path: Path) -> None:
    folder = begun(tmp_path)
    changed(folder, "1_owner.cypher", "\nWHERE ON_DAY(l)", "\nWHERE ON_DAY(l) AND NOT")
    ran = run("scheme", "check", folder)
    assert ran.code == 1
    assert "1_owner.cypher:10: the case half cannot be asked: " in ran.out


def test_a_story_that_is_no_yaml_is_a_fault_with_its_line(run: Run, tmp_path: Path) -> None:
    folder = begun(tmp_path)
    added(folder, "stories/owner.yaml", "again: {\n")
    ran = run("scheme", "check", folder)
    assert ran.code == 1
    assert "stories/owner.yaml:27: the file is no story" in ran.out
