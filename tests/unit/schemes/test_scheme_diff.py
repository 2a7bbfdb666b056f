"""`seewhy scheme diff` says what a comparison by hand of both versions' whole access says."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.scheme_folders import changed, departments
from tests.unit.cli.conftest import Run

DAY = "2026-03-01"
STRICTER = ("2_department_manager.cypher", "says:  edit", "says:  view")
LOOSER = ("4_manager.cypher", "z.role = 'manager'", "z.role <> ''")
GONE = ("1_owner.cypher", "WHERE ON_DAY(l)", "WHERE ON_DAY(l) AND false")
SAME = ("rules.toml", "statement = ", "statement =  ")
Pair = Outcome = tuple[str, str]
Pairs = dict[Pair, Outcome]
Moves = dict[tuple[Outcome, Outcome], list[Pair]]


def version(folder: Path, root: Path, *edits: tuple[str, str, str]) -> Path:
    """A copy of the folder, changed."""
    copy = root / "departments"
    shutil.copytree(folder, copy)
    for edit in edits:
        changed(copy, *edit)
    return copy


@pytest.fixture
def old(run: Run, tmp_path: Path) -> Path:
    """The scheme, and `in` with the organisation of its story, loaded into `graph`."""
    folder = departments(tmp_path)
    story = yaml.safe_load((folder / "stories" / "who_gets_in.yaml").read_text("utf-8"))
    (tmp_path / "in").mkdir()
    for stem, rows in story["given"].items():
        (tmp_path / "in" / f"{stem}.csv").write_text(rows, "utf-8")
    assert run("load", "in", "--as-of", DAY, "--graph", "graph", "--schemes", folder).code == 0
    return folder


def access(run: Run, folder: Path, root: Path) -> Pairs:
    """Everybody's access by a version: loaded anew, exported, and what is not written is nothing."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    assert run("load", "in", "--as-of", DAY, "--graph", root / "graph", "--schemes", folder).code == 0
    words = ("--as-of", DAY, "--graph", root / "graph", "--schemes", folder)
    assert run("export", "access", "-o", root / "access.csv", *words).code == 0
    with (root / "access.csv").open(encoding="utf-8") as file:
        return {(row["person_id"], row["case_id"]): (row["value"], row["step"]) for row in csv.DictReader(file)}


VERSIONS: dict[str, tuple[tuple[tuple[str, str, str], ...], bool, bool]] = {
    "same": ((SAME,), False, False),
    "stricter": ((STRICTER, GONE), False, True),
    "looser": ((LOOSER,), True, False),
    "both": ((STRICTER, LOOSER), True, True),
}
"""What is changed, whether that is looser, and whether it is stricter."""


def by_hand(before: Pairs, after: Pairs) -> Moves:
    """The pairs that change, by value and step before and after; of a pair without access the step is not known."""
    moved: Moves = {}
    for pair in sorted(before.keys() | after.keys()):
        was, now = (side.get(pair, ("none", "")) for side in (before, after))
        if was != now:
            moved.setdefault((was, now), []).append(pair)
    return moved


def told_of(told: dict[str, Any]) -> Moves:
    """The same of the answer, which names every pair of so small an organisation."""
    found: Moves = {}
    for move in told["moves"]:
        was, now = (
            (one["value"], one["step"] if one["value"] != "none" else "") for one in (move["before"], move["after"])
        )
        assert move["pairs"] == len(move["first"])
        found.setdefault((was, now), []).extend((person, case) for person, case in move["first"])
    return {key: sorted(pairs) for key, pairs in found.items()}


def test_a_diff_is_the_comparison_of_both_versions(run: Run, tmp_path: Path, old: Path) -> None:
    before, wrong = access(run, old, tmp_path / "old"), []
    for name, (edits, looser, stricter) in VERSIONS.items():
        new = version(old, tmp_path / name, *edits)
        words = ("scheme", "diff", old, new, "--as-of", DAY, "--graph", "graph", "--schemes", old, "--json")
        ran = run(*words, "--fail-on", "looser")
        told = ran.json()
        if told_of(told) != by_hand(before, access(run, new, tmp_path / f"{name} loaded")):
            wrong.append((name, told["moves"]))
        said = told["pairs"], told["looser"], told["stricter"], ran.code, run(*words, "--fail-on", "stricter").code
        if said != (21, looser, stricter, int(looser), int(stricter)):
            wrong.append((name, said))
        if {one["verdict"] for one in told["steps"]} - {"equal", "looser", "stricter", "both"}:
            wrong.append((name, told["steps"]))
    assert wrong == []


def test_fail_on_any(run: Run, tmp_path: Path, old: Path) -> None:
    same, new = version(old, tmp_path / "same", SAME), version(old, tmp_path / "new", STRICTER)
    words = ("--as-of", DAY, "--graph", "graph", "--schemes", old)
    codes = [run("scheme", "diff", old, other, *words, "--fail-on", "any").code for other in (same, new)]
    assert codes == [0, 1]
    assert run("scheme", "diff", old, new, *words).code == 0, "without --fail-on a difference is no failure"


def test_a_diff_in_words(run: Run, tmp_path: Path, old: Path) -> None:
    new = version(old, tmp_path / "new", STRICTER)
    ran = run("scheme", "diff", old, new, "--as-of", DAY, "--graph", "graph", "--schemes", old)
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == "2 pairs of 21 would be decided otherwise on 2026-03-01."
    assert "  edit by department_manager becomes view by department_manager: 2 pairs, such as cy r-1, dee r-2" in lines


def test_what_a_diff_cannot_do(run: Run, tmp_path: Path, old: Path) -> None:
    words = ("--graph", "graph", "--schemes", old)
    told = {
        "word": run("scheme", "diff", old, old, *words, "--fail-on", "loser"),
        "gone": run("scheme", "diff", old, "departmnts", *words),
        "none": run("scheme", "diff", "portal", "portal", *words),
    }
    assert {how: (ran.code, ran.out) for how, ran in told.items()} == dict.fromkeys(told, (2, ""))
    firsts = {how: ran.err.splitlines() for how, ran in told.items()}
    assert firsts["word"] == ["seewhy: `loser` is no value of `--fail-on`", "hint: did you mean `looser`?"]
    assert firsts["gone"][0] == "seewhy: there is no scheme `departmnts`, in use or as a folder"
    assert firsts["none"][0] == "seewhy: no system of the graph `graph` goes by `portal`"
