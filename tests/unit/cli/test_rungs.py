"""`seewhy rungs`: every file that can decide is listed, and one is printed as it stands in the repository."""

from __future__ import annotations

import pytest

from seewhy.cypher.ladder import value_of
from seewhy.cypher.ladders import gate, ladders
from tests.unit.cli.conftest import DAY, ROOT, Run


def test_every_file_that_can_decide_is_listed_in_the_order_of_the_ladders(run: Run) -> None:
    got = run("rungs", "--json").json()
    assert [one["step"] for one in got["rungs"]] == [*gate(), *(s for one in ladders().values() for s in one.steps)]
    assert got["count"] == len(got["rungs"])
    folder = ROOT / "cypher" / "schemes"
    not_rungs = {"9_edit_any_case", "search_for_cases", "active_position"}
    files = {path.relative_to(ROOT).as_posix() for path in folder.glob("*/*.cypher") if path.stem not in not_rungs}
    assert {one["file"] for one in got["rungs"]} == files
    for one in got["rungs"]:
        assert one["text"] == (ROOT / one["file"]).read_text("utf-8")
        assert " ".join(one["doc"].split()[:3]) in one["text"]
        assert all(value_of(rank) == value for value, rank in one["ranks"].items())


def test_a_ladder_is_a_line_per_rung(run: Run) -> None:
    lines = run("rungs", "memberships").out.splitlines()
    assert lines[0].split() == ["scheme", "place", "step", "says", "file"]
    assert lines[1].split()[:3] == ["memberships", "1", "assigned_to"]
    assert lines[4].split() == [
        *("memberships", "4", "memberships", "none,", "edit,", "view"),
        "cypher/schemes/memberships/4_memberships.cypher",
    ]
    assert lines[6].split()[2:5] == ["no_rule", "otherwise", "none"]
    assert len(run("rungs").out.splitlines()) == len(run("rungs", "--json").json()["rungs"]) + 3


def test_one_rung_is_its_file_with_its_place_and_ranks(run: Run) -> None:
    text = (ROOT / "cypher/schemes/memberships/4_memberships.cypher").read_text("utf-8")
    assert run("rungs", "memberships/memberships").out == (
        "memberships: rung 4 of 6 of memberships\n"
        "  file: cypher/schemes/memberships/4_memberships.cypher\n"
        "  says: none (8720), edit (8712), view (8701)\n"
        "  rules: MEM-20, MEM-34, MEM-39\n\n" + text
    )
    assert run("rungs", "common/inactive").out.startswith("inactive: before every ladder\n")
    assert "  says: view (8301), otherwise none\n" in run("rungs", "privileges/default_policy").out


def test_the_file_that_an_answer_names_is_the_file_of_its_rung(ask: Run) -> None:
    got = ask("check", "sam", "c-102", "--as-of", DAY, "--json").json()
    [rung] = ask("rungs", f"{got['scheme']}/{got['step']}", "--json").json()["rungs"]
    assert rung["file"] == got["file"]


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("membership", "unknown scheme `membership`", "did you mean `memberships`?"),
        ("memberships/view", "unknown rung `memberships/view`", "did you mean `memberships/view_all`"),
        ("view_all", "unknown rung `view_all`", "did you mean `memberships/view_all`?"),
        ("xyz", "unknown scheme `xyz`", "the nearest known one is `"),
    ],
)
def test_an_unknown_name_gets_the_nearest(run: Run, name: str, message: str, hint: str) -> None:
    ran = run("rungs", name)
    assert (ran.code, ran.out) == (2, "")
    said, hinted = ran.err.splitlines()
    assert said == f"seewhy: {message}"
    assert hinted.startswith(f"hint: {hint}")
