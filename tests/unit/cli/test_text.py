"""What a person at a terminal reads: answers as sentences, counts first, nothing cut in silence; help; files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import typer.main

from seewhy.cli import questions as questions_module
from seewhy.cli.app import Commands, app
from seewhy.cli.commands import MODULES, SECTIONS
from seewhy.graph.answers.as_json import Provenance
from seewhy.graph.answers.check import CheckAnswer, WhyAnswer
from seewhy.graph.answers.lists import Seer, WhoAnswer
from seewhy.graph.answers.reasons import End, PathStep, Reason, Tried
from tests.unit.cli.conftest import DAY, LOADED, SAMPLE, Run

ORIGIN = Provenance("embedded kglite 0.21.2", "load-0001")


def test_check_is_a_sentence(ask: Run) -> None:
    ran = ask("check", "sam", "c-102", "--as-of", DAY)
    assert (ran.code, ran.out, ran.err) == (
        1,
        "No. sam cannot see case c-102: none, decided by memberships MEM-20 MEM-34 MEM-39.\n"
        "  decided in cypher/schemes/memberships/4_memberships.cypher\n"
        "as of 2026-11-25 · embedded kglite 0.21.2 · load-0001\n",
        "",
    )
    ran = ask("check", "ana", "m-101", "--as-of", DAY)
    assert ran.code == 0
    assert ran.out.startswith(
        "Yes. ana can change case m-101 (now: view it only): edit, decided by own_work CMS-35 CMS-36 CMS-37.\n"
    )
    assert ask("check", "ana", "e-201", "--action", "search").out.splitlines()[0].endswith(". Search does not find it.")


def test_why_tells_each_reason_once(ask: Run) -> None:
    told = ask("why", "sam", "c-102", "--as-of", DAY).out
    lines = told.splitlines()
    assert lines[0] == "No. Sam O'Neill cannot see case c-102: blocked, because a membership denies it."
    assert lines[2] == "  decided in cypher/schemes/memberships/4_memberships.cypher"
    assert "  ● memberships: decided, reason 1 above, over reason 2" in lines
    row = "memberships.csv:5 · since 2026-01-05 · “his brother is under investigation”"
    assert f"     └ Sam O'Neill is a member of Fraud, with the setting deny  {row}" in lines
    assert lines[-1] == "complete: all reasons are shown · embedded kglite 0.21.2 · load-0001"
    ladder = told[told.index("Ladder") :]
    assert "is a member of Fraud" not in ladder
    assert ladder.count("\n  ") >= 6


def test_the_access_of_the_moment_has_its_reason(ask: Run) -> None:
    said = "Only View now, because Judicial review caseworker 2 is in use since 1 Sep 2026 (holdings.csv, row 3)."
    assert ask("why", "ana", "m-101", "--as-of", DAY).out.splitlines()[1] == said
    assert ask("why", "ana", "m-101", "--as-of", DAY, "--json").json()["sentence"].endswith(f" {said}")
    told = ask("why", "ana", "m-105", "--as-of", DAY)
    assert "Only" not in told.out


def test_nothing_stands_where_there_is_no_rule(ask: Run) -> None:
    told = ask("why", "mateo", "m-101", "--as-of", DAY).out
    assert "  none, decided by inactive" in told
    assert "\n  decided in cypher/schemes/common/inactive.cypher\n" in told
    assert " ," not in told
    lines = ask("check", "mateo", "m-101").out.splitlines()
    assert not [line for line in lines if " ." in line or "  " in line.lstrip()]


def test_a_search_tells_both_numbers(ask: Run) -> None:
    told = ask("what", "imani", "--as-of", DAY, "--action", "search")
    answer = ask("what", "imani", "--as-of", DAY, "--action", "search", "--json").json()["cases"]
    seen = [row for row in answer if row["value"] != "none"]
    found = [row for row in answer if row["found"]]
    only = len(answer) - len(seen)
    assert 0 < only < len(found)
    ending = f", {only} of which cannot be seen."
    lines = told.out.splitlines()
    assert lines[0] == f"Imani Otieno can see {len(seen)} cases on {DAY}. A search finds {len(found)} cases{ending}"
    assert any(line.split() == ["system", "case", "title", "value", "found", "step"] for line in lines)
    told = ask("who", "e-203", "--as-of", DAY, "--action", "search")
    assert told.out.splitlines()[0].endswith(f" on {DAY}. A search by 1 person finds it.")
    assert any(
        line.split() == ["imani", "Imani", "Otieno", "view", "yes", "global_rule"] for line in told.out.splitlines()
    )


def test_an_empty_list_says_when_there_was_no_row(ask: Run) -> None:
    told = ask("who", "e-203", "--as-of", "2026-01-01")
    note = "case `e-203` has no row on 2026-01-01; the rows are from 2026-10-05"
    assert told.out.splitlines()[1] == f"{note[0].upper()}{note[1:]}."
    assert ask("who", "e-203", "--as-of", "2026-01-01", "--json").json()["note"] == note
    told = ask("what", "mateo", "--as-of", DAY)
    assert told.out.splitlines()[1] == f"Person `mateo` is listed as not active on {DAY} (people.csv:16)."
    told = ask("what", "ana", "--as-of", "1999-01-01")
    assert told.out.splitlines()[1] == "Person `ana` has no row on 1999-01-01; the rows are from 2024-01-08."
    assert "note" not in ask("what", "suki", "--as-of", DAY, "--json").json()


def reasons(count: int) -> WhyAnswer:
    check = CheckAnswer("p", "c", DAY, "s", "positions", "edit", "edit", "team_lead", ("CMS-35",), ORIGIN)
    step = PathStep(End("person", "p", "P"), "LEADS", End("unit", "u", "U"), "a.csv:2", "load-0001", "", "", "p leads")
    found = tuple(Reason("team_lead", "edit", f"way {n}", ("CMS-35",), (step,), "", True) for n in range(count))
    return WhyAnswer(check, "P", "C", "Yes.", False, found, (Tried("team_lead", "decided", "way 0", "", ()),))


def test_many_reasons_are_numbered_not_copied(capsys: pytest.CaptureFixture[str]) -> None:
    questions_module.print_why(reasons(21))
    told = capsys.readouterr().out.splitlines()
    assert "  … and 1 more with --all or --json" in told
    assert "  ● team_lead: decided, reasons 1 to 21 above" in told
    assert told[-1].startswith("20 of 21 reasons are shown")
    questions_module.print_why(reasons(21), 21)
    assert "  21. way 20  [team_lead: edit]" in capsys.readouterr().out.splitlines()


def test_lists_say_what_they_leave_out(ask: Run) -> None:
    told = ask("what", "ana", "--as-of", DAY, "--limit", 2).out
    assert told.startswith("Ana Ferreira can see 7 cases on 2026-11-25.\n")
    assert told.splitlines()[-1].startswith("2 of 7 cases shown, 5 more with --all or --json · ")
    assert ask("what", "ana", "--all").out.splitlines()[-1].startswith("complete: 7 of 7 cases shown · ")
    told = ask("who", "e-210", "--as-of", DAY, "--limit", 3).out.splitlines()
    assert told[0] == "29 people can see case e-210 (Subject access request of a witness) on 2026-11-25."
    assert told[-1].startswith("3 of 29 people shown, 26 more with --all or --json · ")
    assert ask("what", "suki").out.startswith("Suki Watanabe can see 0 cases on ")
    assert ask("who", "m-107").out.startswith("0 people can see case m-107")


def test_ten_thousand_rows_stay_usable(ask: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    people = tuple(Seer(f"p{n:05}", "Name", "view", "view", "view_all") for n in range(10_000))
    answer = WhoAnswer("c", "c", DAY, "cm", "memberships", people, people, ORIGIN)
    monkeypatch.setattr("seewhy.api.Graph.who", lambda *_, **__: answer)
    told = ask("who", "c").out.splitlines()
    assert told[0] == f"10,000 people can see case c on {DAY}."
    assert told[2].split() == ["view_all", "view", "10,000"]
    assert len(told) < 70
    assert len(ask("who", "c", "--all").out.splitlines()) > 10_000


def test_a_table_has_one_line_per_row_and_no_trailing_blanks(ask: Run) -> None:
    for words in (("what", "ana"), ("rules",), ("queries",), ("privileges",), ("doctor",), ("person", "ana")):
        told = ask(*words).out.splitlines()
        assert [line for line in told if line != line.rstrip()] == []
    ids = [line.split()[0] for line in ask("rules").out.splitlines()[1:] if line.strip()]
    assert len(ids) == len(set(ids)) == ask("rules", "--json").json()["count"]


def test_a_load_tells_what_it_did_and_how_long_it_took(run: Run) -> None:
    ran = run("load", SAMPLE, "--graph", "g", "--as-of", LOADED, "--dry-run")
    told = ran.out.splitlines()
    assert (ran.code, ran.err) == (0, "")
    assert told[-2].startswith("would write load-0001 as of 2026-11-20: 471 nodes, ")
    assert told[-1].split(" · ")[0].endswith(" s")
    assert told[-1].split(" · ")[1] == "embedded kglite 0.21.2"
    assert run("what", "ana", "--graph", "g").code == 2
    assert (
        run("load", SAMPLE, "--graph", "g", "--as-of", LOADED).out.splitlines()[-2].startswith("wrote load-0001 as of ")
    )
    told = run("load", SAMPLE, "--graph", "g", "--as-of", LOADED).out.splitlines()
    assert told[-2].startswith("nothing changed since load-0001 as of ")


def test_absent_files_come_first(run: Run, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("person_id,name\nana,Ana\n", "utf-8")
    told = run("load", tmp_path, "--graph", tmp_path / "graph-of-one").out
    assert told.startswith("absent files count as empty: systems, policies, units, ")


def test_assertions_close_with_engine_and_counts(ask: Run, tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(
        f"as_of: {DAY}\ntests:\n"
        "  - check: {person: ana, case: m-101}\n    expect: {value: none, value_now: view}\n"
        "  - check: {person: anna, case: m-101}\n    expect: {value: none}\n"
        "  - who: {case: e-203}\n    expect: {edit: [alma], view: [huda, imani]}\n"
        "  - what: {person: suki}\n    expect: []\n",
        "utf-8",
    )
    ran = ask("test", "s.yaml", "--junit", "j.xml")
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.splitlines() == [
        "s.yaml test 1: check person: ana, case: m-101: "
        "expected value none, value_now view, got value edit, value_now view",
        "s.yaml test 2: check person: anna, case: m-101: expected value none, got the error: unknown person `anna`",
        "s.yaml test 3: who case: e-203: "
        "expected edit [alma], view [huda, imani], got edit [alma, bilal], view [huda, imani]",
        "1 passed, 3 failed (embedded kglite 0.21.2)",
    ]
    assert (tmp_path / "j.xml").read_text("utf-8").count("<failure ") == 3


def test_demo_asks_the_three_questions_and_may_run_again(run: Run) -> None:
    for _ in range(2):
        ran = run("demo", "--no-serve")
        assert (ran.code, ran.err) == (
            0,
            "stopped before the explorer; open it with: seewhy serve --graph seewhy-graph\n",
        )
        asked = [line for line in ran.out.splitlines() if line.startswith("$ ")]
        assert asked == [
            "$ seewhy load sample --graph seewhy-graph",
            "$ seewhy why sam c-102",
            "$ seewhy who e-203",
            "$ seewhy what ana",
        ]


def test_version(run: Run) -> None:
    ran = run("--version")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("seewhy ")


def test_help_names_every_command_with_its_whole_sentence(run: Run) -> None:
    ran = run("--help")
    assert (ran.code, ran.err) == (0, "")
    assert "..." not in ran.out.replace("[ARGS]...", "")
    told = " ".join(ran.out.split())
    for heading, commands in SECTIONS.items():
        assert f" {heading}: " in told
        for name, (_, sentence) in commands.items():
            assert f" {name} {sentence}" in told
            assert len(sentence) <= 72


def test_the_list_of_commands_is_complete() -> None:
    group = typer.main.get_group(app)
    assert isinstance(group, Commands)
    for name in MODULES:
        assert group.get_command(None, name) is not None, name
    assert set(typer.main.get_group(app).commands) == set(MODULES)


def all_commands() -> list[tuple[str, ...]]:
    group = typer.main.get_group(app)
    found: list[tuple[str, ...]] = []
    for name in MODULES:
        command = group.get_command(None, name)
        found += [(name, kind) for kind in command.commands] if hasattr(command, "commands") else [(name,)]
    return found


@pytest.mark.parametrize("words", all_commands(), ids=" ".join)
def test_every_command_explains_itself_and_its_options(run: Run, words: tuple[str, ...]) -> None:
    ran = run(*words, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"Usage: seewhy {' '.join(words)} ")
    assert not set("╭│╰┌└") & set(ran.out)
    command: Callable[..., None] = typer.main.get_group(app).get_command(None, words[0])
    for word in words[1:]:
        command = command.commands[word]
    assert (command.help or "").split(".")[0].strip()
    options = [one for one in command.params if one.param_type_name == "option" and one.name != "help"]
    assert [one.name for one in options if not one.help] == []
