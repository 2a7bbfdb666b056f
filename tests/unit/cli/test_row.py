"""`row`, and `whatif` by rows: text, JSON and what is refused."""

from __future__ import annotations

from tests.unit.cli.conftest import DAY, Run

KEYS = {
    *("file", "row", "as_of", "source", "begun_by", "sentence", "since", "until", "holds", "cells", "history"),
    *("other_rows_of_that_number", "gives", "keeps_out", "complete", "neighbours", "engine", "load"),
}


def test_a_row_with_what_hangs_on_it_alone(ask: Run) -> None:
    ran = ask("row", "memberships.csv", "4", "--as-of", DAY, "--alone", "--json")
    got = ran.json()
    assert (ran.code, ran.err, set(got)) == (0, "", KEYS | {"alone"})
    lost = {(pair["person"], pair["case"]) for pair in got["alone"]["pairs"] if pair["after"]["value"] == "none"}
    assert lost == {(pair["person"], pair["case"]) for pair in got["gives"]}
    assert len(lost) == got["alone"]["counts"]["lost"] == 5
    text = ask("row", "memberships.csv:4", "--as-of", DAY, "--alone").out
    assert "memberships.csv:4: the membership of Sam O'Neill in North office with access edit." in text
    assert "It gives 5 pairs of person and case; for 5 of them it decides" in text
    assert "Sam O'Neill would lose 5 cases" in text


def test_what_if_names_rows_as_sources_do(ask: Run) -> None:
    named = ask("whatif", "--end", "memberships.csv:4", "--add", "memberships:person_id=sam,unit_id=south,access=view",
                "--as-of", DAY, "--json").json()  # fmt: skip
    assert {pair["person"] for pair in named["pairs"]} == {"sam"}
    assert named["counts"]["lost"] > 0
    changed = ask("whatif", "--set", "memberships.csv:4,access=view", "--as-of", DAY, "--json").json()
    assert changed["counts"]["changed"] > 0


def test_what_is_no_row_is_refused(ask: Run) -> None:
    wrong = {
        ("row", "memberships.csv", "99"): "`memberships.csv` has no row 99",
        ("row", "membership", "4"): "unknown file `membership`",
        ("row", "memberships.csv", "x"): "`x` is no number of a row",
        ("row", "memberships"): "which row is not said",
        ("row", "memberships.csv", "4", "--load", "load-0009"): "`load-0009` began no row 4",
        ("whatif",): "no changes are named",
        ("whatif", "--end", "memberships.csv"): "`memberships.csv` names no row",
        ("whatif", "--add", "memberships:who=ana"): "`who` is no column of memberships",
        ("whatif", "rows.yaml", "--end", "memberships.csv:4"): "changes are named twice",
    }
    for words, says in wrong.items():
        ran = ask(*words)
        assert ran.code == 2, words
        assert says in ran.err, words
