"""The reader of query files, the lint of the shared dialect, and the composition: each rule with a near miss."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from seewhy.cypher.catalogue import book, columns_of
from seewhy.cypher.halves import condition
from seewhy.cypher.header import RUNG_KEYS, Block, QueryFileError, dated, read
from seewhy.cypher.ladder import INACTIVE, NO_CASE, value_of
from seewhy.cypher.ladder_files import read_ladder
from seewhy.cypher.ladders import gate, ladders
from seewhy.cypher.lint import check_block, faults

if TYPE_CHECKING:
    from pathlib import Path


def rung(text: str):
    return read("schemes/x/1_own.cypher", text, RUNG_KEYS)


def test_a_file_is_head_prose_and_halves_and_a_later_head_overrides() -> None:
    file = rung(
        "// step: own\n// evidence: a\n//\n// Why it is so.\n// variant: first\n// person:\nMATCH (p)-[a:X]->(k)\n"
        "// case:\nMATCH (c)-[b:X]->(k)\n// variant: second\n// evidence: b\n// person:\nMATCH (p)-[b:Y]->(k)\n"
        "WHERE b.k = 1\n// case:\nMATCH (c)-[d:Y]->(k)\n// unless:\n// match: e.k = c.k\n// person:\n"
        "MATCH (p)-[e:Z]->()\n// case:\nMATCH (c)\n"
    )
    assert file.doc == "Why it is so."
    assert [block.head["evidence"] for block in file.blocks] == ["a", "b"]
    assert [block.head["variant"] for block in file.blocks] == ["first", "second"]
    first, second = file.blocks
    assert (first.person, first.case, first.unless) == ("MATCH (p)-[a:X]->(k)", "MATCH (c)-[b:X]->(k)", None)
    assert second.person == "MATCH (p)-[b:Y]->(k)\nWHERE b.k = 1"
    assert second.line == 12
    assert second.unless
    assert (second.unless.head, second.unless.line) == ({"match": "e.k = c.k"}, 17)
    assert (second.unless.person, second.unless.case) == ("MATCH (p)-[e:Z]->()", "MATCH (c)")


def test_on_day_is_written_out_in_bodies_and_in_header_values_and_kept_in_halves() -> None:
    file = rung(
        "// step: own\n// now: EXISTS { MATCH (p)-[x:X]->() WHERE ON_DAY(x) }\n// person:\nMATCH (p)-[a:X]->(c)\n"
        "WHERE ON_DAY(a)\n// case:\nMATCH (c)\n"
    )
    assert "x.since <= $as_of AND $as_of < x.until" in file.head["now"]
    assert "a.since <= $as_of AND $as_of < a.until" in file.blocks[0].body
    assert file.blocks[0].person.endswith("WHERE ON_DAY(a)")
    assert dated("WHERE ON_DAY(a) AND ON_DAY(b)", ["a"]) == "WHERE true AND b.since <= $as_of AND $as_of < b.until"


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("// stpe: own\nMATCH (p)", 1, "`stpe` is no header key; expected one of candidates, "),
        ("// step:\nMATCH (p)", 1, "`step` needs a value"),
        ("// step: a\n// step: b\nMATCH (p)", 2, "header key `step` stands twice"),
        ("// step: a\nMATCH (p)\n// value: m\n", 3, "header line `value` stands after the body began"),
        ("// step: a\n// valid: m\nMATCH (p)", 2, "`valid` is no header key; expected one of "),
        ("// step: a\n// person: p\nMATCH (p)", 2, "`person` has no value"),
        ("// step: a\n// person:\nMATCH (p)\n// person:\nMATCH (p)", 4, "the person half stands twice"),
        ("// step: a\n// person:\nMATCH (p)\n// unless:\n", 4, "`unless` stands once, behind a person half and"),
        (
            "// step: a\n// person:\nMATCH (p)\n// case:\nMATCH (f)\n// unless:\nMATCH (p)",
            7,
            "a line of a rung stands in a half",
        ),
    ],
)
def test_a_wrong_header_names_file_line_and_what_was_expected(text: str, line: int, expected: str) -> None:
    with pytest.raises(QueryFileError) as caught:
        rung(text)
    assert (caught.value.file, caught.value.line) == ("schemes/x/1_own.cypher", line)
    assert caught.value.expected.startswith(expected)


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        ("MATCH (a)-[:X*]->(b)", "MATCH (a)-[:X*1..3]->(b)"),
        ("RETURN COLLECT { MATCH (a) RETURN a }", "RETURN collect(a)"),
        ("/* why */ MATCH (a)", "// why\nMATCH (a)"),
        ("MATCH (a) WHERE 1 < a.x < 3", "MATCH (a) WHERE 1 < a.x AND a.x < 3"),
        ("MATCH (a:!Person)", "MATCH (a:Person)"),
        ("MATCH (p:Person WHERE p.x)-[:X]->(q)", "MATCH (p:Person)-[:X]->(q) WHERE p.x"),
        ("MATCH (p) WITH count(*) AS c RETURN c", "MATCH (p) WITH count(*) AS n RETURN n"),
        ("MATCH (case:CaseFile)", "MATCH (c:CaseFile)"),
        ("RETURN p.title", "RETURN p.caption"),
        ("MATCH (p {name: 'x'})", "MATCH (p {id: 'x'})"),
        ("RETURN properties(p)", "RETURN p.id"),
        ("LOAD CSV FROM 'x' AS r", "MATCH (r)"),
        ("CALL db.labels()", "CALL (p) { MATCH (p)-[:X]->(q) }"),
        ("MATCH (p) SET p.x = 1", "MATCH (p) WHERE p.x = 'SET'"),
        ("MATCH (p) WHERE EXISTS { MATCH (p)-[:X]->(q) RETURN q }", "MATCH (p) WHERE EXISTS { MATCH (p)-[:X]->(q) }"),
        ("MATCH (p)-[r:X]->(q) WHERE ON_DAY(r.x)", "MATCH (p)-[r:X]->(q) WHERE r.since <= $as_of"),
    ],
)
def test_the_dialect_refuses_what_the_engines_answer_differently(bad: str, good: str) -> None:
    assert faults(bad), bad
    assert faults(good) == (), good


def test_a_header_may_name_only_relationships_of_its_body() -> None:
    with pytest.raises(QueryFileError, match="header names `m`, but no relationship of the body is called so"):
        check_block("x.cypher", Block({"evidence": "m"}, "MATCH (p)-[n:X]->(q)", 3))
    check_block("x.cypher", Block({"evidence": "n"}, "MATCH (p)-[n:X]->(q)", 3))


def test_columns_are_read_off_the_last_return() -> None:
    assert columns_of("MATCH (p) RETURN p.id AS id, collect([p.a, p.b]) AS both, n ORDER BY id") == ("id", "both", "n")


def test_ranks_come_from_place_and_strength_and_tell_their_value() -> None:
    for ladder in ladders().values():
        seen: dict[int, str] = {}
        for one in ladder.rungs:
            for word, rank in one.ranks.items():
                assert value_of(rank) == word
                assert ladder.step_of(rank) == one.step
                assert seen.setdefault(rank, one.step) == one.step
                assert rank < NO_CASE < INACTIVE
        places = [
            max(r.rank for r in ladder.rungs if r.step == step)
            for step in ladder.steps
            if any(r.step == step for r in ladder.rungs)
        ]
        assert places == sorted(places, reverse=True)
    assert [word for word in ladders()["memberships"].rungs[3].ranks] == ["none", "edit", "view"]


def test_lists_do_not_enumerate_guards_and_check_does() -> None:
    texts = book()
    check = texts["check/memberships"].text
    assert "WHERE f.limited AND f.limit_blocks_view_all\n  MATCH (p:Person)\n  RETURN 8800 AS rank" in check
    who = texts["who/memberships"].text
    assert "RETURN p, 8800 AS rank" not in who
    assert "(f.limited AND f.limit_blocks_view_all)) THEN 8800 END AS guard_rank" in who


def test_the_text_of_the_gate_is_what_runs_and_a_rank_is_decoded_beside_its_rung() -> None:
    for scheme, ladder in ladders().items():
        check = book()[f"check/{scheme}"].text
        assert f"WITH p WHERE {condition(gate()['inactive'].block.body)} RETURN {INACTIVE} AS rank" in check
        assert f"WITH c WHERE {condition(gate()['no_case'].block.body)} RETURN {NO_CASE} AS rank" in check
        for one in ladder.rungs:
            for word, rank in one.ranks.items():
                assert re.search(rf"// {one.step}:.* {rank} {word}\b", check), (scheme, rank)


def test_the_active_position_is_said_once_and_an_unknown_definition_is_refused(tmp_path: Path) -> None:
    now = [one.block.head["now"] for one in ladders()["positions"].rungs]
    assert all("h.active OR (h.kind = 'primary'" in text for text in now)
    (tmp_path / "1_own.cypher").write_text(
        "// step: own\n// on: profile\n// says: edit\n// now: {nowhere}\n// match: everything\n// otherwise: none\n"
        "// person:\nMATCH (p:Person)\n// case:\nMATCH (f:AccessProfile)\n"
    )
    with pytest.raises(QueryFileError, match="no file of the scheme says `define: nowhere`"):
        read_ladder("positions", tmp_path)
