"""Assertion files and changes on the command line: read as written, or refused with file, test and line."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Run

CASES = Path(__file__).resolve().parents[2] / "field_cases"


def test_field_case_03_stays_as_it_is(run: Run) -> None:
    ran = run("test", CASES / "03-yaml-controls" / "controls.yaml")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("4 passed, 0 failed (embedded ")


def test_field_case_04_is_refused_whole(run: Run) -> None:
    here = CASES / "04-what-if-with-a-key-twice"
    assert run("load", here / "input", "--graph", "g", "--as-of", "2026-11-28").code == 0
    ran = run("whatif", here / "twice.yaml", "--graph", "g")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"seewhy: `{here / 'twice.yaml'}` cannot be read as changes: the key `end` stands twice ")
    assert "(line 1), the second time in line 3" in ran.err


def test_an_id_is_the_characters_that_stand_there(run: Run, tmp_path: Path) -> None:
    """Changes name one of two people whose ids are one number to YAML; tests ask about that one."""
    folder = tmp_path / "in"
    folder.mkdir()
    twins = [("012345", "5349"), ("2026.10", "2026.1"), ("12:30", "750"), ("1_000", "1000"), ("NO", "false")]
    people = [one for pair in twins for one in pair]
    (folder / "systems.csv").write_text("system_id,scheme\ncm,memberships\n", "utf-8")
    (folder / "people.csv").write_text("person_id,name\n" + "".join(f"{one},{one}\n" for one in people), "utf-8")
    (folder / "units.csv").write_text("unit_id,kind,name\n0x1F,office,A\n31,office,B\n", "utf-8")
    (folder / "memberships.csv").write_text(
        "person_id,unit_id,access\n" + "".join(f"{one},{unit},view\n" for one in people for unit in ("0x1F", "31")),
        "utf-8",
    )
    (folder / "cases.csv").write_text("case_id,system_id,office_id\n1e3,cm,0x1F\n1000.0,cm,31\n", "utf-8")
    assert run("load", folder, "--graph", "g", "--as-of", "2026-06-15").code == 0
    rows = "\n".join(f"    - {{person_id: {one}, unit_id: 0x1F}}" for one, _ in twins)
    (tmp_path / "end.yaml").write_text(f"end:\n  memberships:\n{rows}\n", "utf-8")
    told = run("whatif", "end.yaml", "--graph", "g", "--as-of", "2026-06-15", "--json").json()
    assert [(pair["person"], pair["case"]) for pair in told["pairs"]] == sorted((one, "1e3") for one, _ in twins)
    tests = "\n".join(
        f"  - check: {{person: {one}, case: 1e3}}\n    expect: {{value: view, person: {one}, case: 1e3}}"
        for one in people
    )
    (tmp_path / "t.yaml").write_text(
        f"as_of: 2026-06-15\ntests:\n{tests}\n  - only: {{people: {{ids: [{', '.join(people)}]}}}}\n", "utf-8"
    )
    assert run("test", "t.yaml", "--graph", "g").out.startswith("11 passed, 0 failed")


WRONG = [
    ("as_of: 2026-02-30\ntests: [{load: {}, expect: []}]", "`2026-02-30` is not a date (YYYY-MM-DD)"),
    ("as_of: [2026-01-01]\ntests: [{load: {}, expect: []}]", "is not a date (YYYY-MM-DD)"),
    ("as_of: 2026-W48-6\ntests: [{load: {}, expect: []}]", "`2026-W48-6` is not a date (YYYY-MM-DD)"),
    ("name: {}\ntests: [{load: {}, expect: []}]", "`name` is one sentence"),
    ("1: x\ntests: [{load: {}, expect: []}]", "unknown key `1`"),
    ("given: {people: {a: b}}\ntests: [{who: {case: c}, expect: []}]", "given: `people` is neither a list of rows"),
    ("given: {people: [{person_id: [a]}]}\ntests: [{who: {case: c}, expect: []}]",
     "given: `people` has a cell of `person_id` that is no single value"),
    ("tests: [{who: {case: c}, expect: [{person: a, step: x}, {person: b}]}]",
     "test 1: `who` expects the list of person ids, or a mapping with edit, view, none …"),
    ("tests: [{what: {person: a}, expect: [[c]]}]", "test 1: `what` expects the list of case ids"),
    ("tests: [{what: {person: a}, expect: [null]}]", "test 1: `what` expects the list of case ids"),
    ("tests: [{who: {case: c}, expect: {edit: [{person: a}]}}]", "test 1: `edit` is a list of ids"),
    ("tests: [{who: {case: c}, expect: {1: [a]}}]", "test 1: nothing has the key `1`"),
    ("tests: [{who: {case: c}, expect: a}]", "test 1: `who` expects a mapping with edit, view, none, found"),
    ("tests: [{check: {person: a, case: c}, expect: [view]}]", "test 1: `check` expects a mapping with person, case"),
    ("tests: [{check: {person: a, case: c}, expect: {value: [view]}}]", "test 1: `value` is one value"),
    ("tests: [{check: {person: a, case: c}, expect: {rules: MEM-1}}]", "test 1: `rules` is a list of ids"),
    ("tests: [{why: {person: a, case: c}, expect: {reasons: [x]}}]", "test 1: `reasons` is a list of mappings"),
    ("tests: [{why: {person: a, case: c}, expect: {ladder: {step: x}}}]", "test 1: `ladder` is a list of mappings"),
    ("tests: [{eligible: {kind: assign, case: c}, expect: [[a]]}]", "test 1: the list is a list of person ids, or"),
    ("tests: [{eligible: {kind: assign, case: c}, expect: {people: a}}]", "test 1: `people` is a list of person ids"),
    ("tests: [{eligible: {kind: removal, person: a, position: b}, expect: {people: [a]}}]",
     "test 1: `people` is a mapping with ask, agree, authorise"),
    ("tests: [{eligible: {kind: removal, person: a, position: b}, expect: {people: {asks: [a]}}}]",
     "test 1: nothing has the key `asks`"),
    ("tests: [{eligible: {kind: removal, person: a, position: b}, expect: {conditions: [CMS-11]}}]",
     "test 1: `conditions` is a list of mappings"),
    ("tests: [{eligible: {kind: secondary-access, person: a, position: [[b]], access: absence}, expect: {}}]",
     "test 1: `position` of `eligible` is one value"),
    ("tests: [{findings: {}, expect: [MEM-23]}]", "test 1: expected is a list with one mapping for each finding"),
    ("tests: [{findings: {}, expect: [{rules: x}]}]", "test 1: nothing has the key `rules`"),
    ("tests: [{findings: {rule: [a]}, expect: []}]", "test 1: `rule` of `findings` is one value"),
    ("tests: [{load: {}, expect: x}]", "test 1: expected is a list with one mapping for each problem"),
    ("tests: [{load: {}, expect: {problems: {code: x}}}]", "test 1: expected is a list with one mapping"),
    ("tests: [{load: {}, expect: []}, {never: {people: {ids: [[a]]}}}]", "test 2: `ids` of `people` is one id or"),
    ("tests: [{check: {person: a, case: c, as_of: 20261125}, expect: {}}]", "test 1: `20261125` is not a date"),
    ("tests:\n- {load: {}, expect: &x []}\n- {load: {}, expect: *x}", "the anchor `&x` is not read here (line 2)"),
    ("tests:\n- {load: {}, expect: []}\ntests: []", "the key `tests` stands twice (line 1), the second time in line 3"),
    (f"tests: {'[' * 999}", "it is nested too deeply: at most 32 levels are read (line 1)"),
    ("tests: !!python/object/new:os.system [true]", "the tag `!!python/object/new:os.system` is not read here"),
]  # fmt: skip


def test_every_wrong_file_is_a_sentence_and_all_are_told_at_once(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "tests"
    folder.mkdir()
    for number, (text, _) in enumerate(WRONG):
        (folder / f"{number:02}.yaml").write_text(text, "utf-8")
    (folder / "99.YML").write_bytes("name: é\n".encode("latin-1"))
    ran = run("test", folder)
    assert (ran.code, ran.out) == (2, "")
    told = [line.removeprefix("seewhy: `") for line in ran.err.splitlines()]
    assert len(told) == len(WRONG) + 1
    files = {one.split("`")[0].rsplit("/", 1)[-1]: one for one in told}
    for number, (text, says) in enumerate(WRONG):
        assert says in files[f"{number:02}.yaml"], text
    assert "it is not UTF-8: the byte 0xE9 is none (line 1)" in files["99.YML"]


CHANGES = [
    ("", "holds no changes"),
    ("- add", "holds no changes"),
    ("ad: {}", "`ad` is none of add, end, set"),
    ("1: {}", "`1` is none of add, end, set"),
    ("add: x", "`add` is no mapping of file stems to rows"),
    ("add: {memberships: {person_id: ana}}", "add: `memberships` is neither a list of rows nor CSV text"),
    ("add: {memberships: [{person_id: {a: b}}]}", "`memberships` has a cell of `person_id` that is no single value"),
    ("add: {memberships: [ana]}", "add: `memberships` is neither a list of rows"),
    ("end: {5: [{a: b}]}", "`5` is no input file"),
    ("set: {people: [{person_id: ana, active: 2026-02-30}]}", "`2026-02-30` is not true or false"),
    ("set: {people: [{person_id: ana, until: 2026-02-30}]}", "`2026-02-30` is not a date (YYYY-MM-DD)"),
    ("set: {people: [{person_id: ana, until: 2026-W48-6}]}", "`2026-W48-6` is not a date (YYYY-MM-DD)"),
    ("add: {people: [{1: a, person_id: x, name: X}]}", "`1` is no column of people"),
    ("add: {people: &a [], memberships: *a}", "the anchor `&a` is not read here (line 1)"),
    ("end: {memberships: [{person_id: ana, person_id: bo}]}", "the key `person_id` stands twice (line 1)"),
]


def test_every_wrong_set_of_changes_is_a_sentence(ask: Run, tmp_path: Path) -> None:
    for text, says in CHANGES:
        (tmp_path / "c.yaml").write_text(text, "utf-8")
        ran = ask("whatif", "c.yaml")
        assert (ran.code, ran.out) == (2, ""), text
        assert says in ran.err, text
        assert "went wrong" not in ran.err
    ran = ask("whatif", "gone.yaml")
    assert (ran.code, ran.err.splitlines()[0]) == (2, "seewhy: there is no file or folder `gone.yaml`")


def test_expected_values_are_compared_by_what_the_answer_holds(ask: Run, tmp_path: Path) -> None:
    """`yes` is true where the answer is a truth value, and text where it is text; numbers and blanks likewise."""
    (tmp_path / "t.yaml").write_text(
        "as_of: 2026-11-25\ntests:\n"
        "- check: {person: ana, case: m-101, action: search}\n  expect: {found: no, as_of: 2026-11-25}\n"
        "- why: {person: sam, case: c-102}\n  expect: {blocked: TRUE, would_change: []}\n"
        "- eligible: {kind: task, case: c-102, role: office_manager}\n  expect: {count: 1}\n",
        "utf-8",
    )
    lines = ask("test", "t.yaml").out.splitlines()
    assert not any(" test 1: " in line for line in lines)
    assert "expected blocked TRUE, would_change [], got blocked True, would_change [{" in lines[0]


def test_a_named_pipe_and_a_folder_are_no_files(ask: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    assert "is a named pipe, not a file" in ask("whatif", "pipe.yaml").err
    assert "is a named pipe, not a file" in ask("test", "pipe.yaml").err
    (tmp_path / "x.yaml").mkdir()
    shutil.copy(CASES / "03-yaml-controls" / "controls.yaml", tmp_path / "x.yaml" / "a.YAML")
    assert ask("test", "x.yaml").code == 0


DATES = ("2026-W48-6", "2026W486", "20261125", "2026-330", "2026-11-25T00:00", "2026-11-25 00:00", " 2026-11-25",
         "2026-11-25 ", "2026 -11-25", "\uff12\uff10\uff12\uff16-11-25", "٢٠٢٦-11-25", "0000-01-01", "10000-01-01",
         "-001-01-01",
         "2026-02-30", "2026-2-3", "26-11-25", "25/11/2026", "2026\u221211\u221225", "today", "")  # fmt: skip


def test_a_date_is_year_month_day_and_nothing_else_in_every_option(ask: Run) -> None:
    for date in DATES:
        for command in (
            ("check", "ana", "m-101", "--as-of", date),
            ("diff", "--from", date),
            ("diff", "--from", "2026-11-20", "--to", date),
            ("export", "access", "-o", "a.csv", "--as-of", date),
        ):
            ran = ask(*command)
            assert (ran.code, ran.out) == (2, ""), command
            assert ("is not a date (YYYY-MM-DD)" if date else "is empty") in ran.err, command


def test_today_is_that_of_the_time_zone_and_is_named(ask: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = ask("check", "ana", "m-101")
    assert " · load-0001 · today is 20" in ran.out.splitlines()[-1]
    assert ran.out.splitlines()[-1].endswith(", the machine's time zone")
    assert "timezone" not in ask("check", "ana", "m-101", "--json").json()
    days = {}
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):  # 26 hours apart: never the same day
        monkeypatch.setenv("SEEWHY_TIMEZONE", zone)
        told = ask("check", "ana", "m-101", "--json").json()
        assert told["timezone"] == zone
        days[zone] = told["as_of"]
        for words in (("who", "e-203"), ("diff", "--from", "2026-11-20"), ("person", "ana"), ("findings",),
                      ("eligible", "assign", "c-102"), ("why", "ana", "m-101")):  # fmt: skip
            assert ask(*words).out.splitlines()[-1].endswith(f" · today is {days[zone]} in {zone}"), words
        dated = ask("check", "ana", "m-101", "--as-of", "2026-11-25")
        assert zone not in dated.out
    assert days["Pacific/Kiritimati"] > days["Etc/GMT+12"]
    monkeypatch.setenv("SEEWHY_TIMEZONE", "Europe/Londn")
    ran = ask("check", "ana", "m-101")
    assert (ran.code, ran.out) == (2, "")
    assert "the setting `SEEWHY_TIMEZONE` cannot be `Europe/Londn`: there is no such time zone" in ran.err
    assert "did you mean `Europe/London`" in ran.err


def test_a_file_without_a_day_names_today(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEWHY_TIMEZONE", "Asia/Tokyo")
    (tmp_path / "t.yaml").write_text("given: {}\ntests: [{load: {}, expect: []}]", "utf-8")
    assert run("test", "t.yaml").out.endswith(" in Asia/Tokyo)\n")
