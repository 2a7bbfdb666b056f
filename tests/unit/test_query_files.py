"""The reader of query files, the lint of the shared dialect, and the composition: each rule with a near miss."""

from __future__ import annotations

import pytest

from seewhy.cypher import compose
from seewhy.cypher.catalogue import book, columns_of
from seewhy.cypher.header import RUNG_KEYS, Block, QueryFileError, read
from seewhy.cypher.ladders import INACTIVE, NO_CASE, ladders, value_of
from seewhy.cypher.lint import check_block, faults


def rung(text: str):
    return read("schemes/x/1_own.cypher", text, RUNG_KEYS)


def test_a_file_is_head_prose_and_bodies_and_a_later_head_overrides() -> None:
    file = rung(
        "// step: own\n// valid: a\n//\n// Why it is so.\n// or: first\nMATCH (p)-[a:X]->(c)\n"
        "// or: second\n// valid: b\nMATCH (p)-[b:Y]->(c)\nWHERE b.k = 1\n"
    )
    assert file.doc == "Why it is so."
    assert [block.head["valid"] for block in file.blocks] == ["a", "b"]
    assert [block.head["or"] for block in file.blocks] == ["first", "second"]
    assert file.blocks[1].body == "MATCH (p)-[b:Y]->(c)\nWHERE b.k = 1"
    assert file.blocks[1].line == 9


def test_on_day_is_written_out_in_bodies_and_in_header_values() -> None:
    file = rung(
        "// step: own\n// now: EXISTS { MATCH (p)-[x:X]->() WHERE ON_DAY(x) }\nMATCH (p)-[a:X]->(c) WHERE ON_DAY(a)\n"
    )
    assert "x.since <= $as_of AND $as_of < x.until" in file.head["now"]
    assert "a.since <= $as_of AND $as_of < a.until" in file.blocks[0].body


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("// stpe: own\nMATCH (p)", 1, "`stpe` is no header key; expected one of evidence, "),
        ("// step:\nMATCH (p)", 1, "`step` needs a value"),
        ("// step: a\n// step: b\nMATCH (p)", 2, "header key `step` stands twice"),
        ("// step: a\nMATCH (p)\n// valid: m\n", 3, "header line `valid` stands after the body began"),
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
    assert faults(good) == [], good


def test_a_header_may_name_only_relationships_of_its_body() -> None:
    with pytest.raises(QueryFileError, match="header names `m`, but no relationship of the body is called so"):
        check_block("x.cypher", Block({"valid": "m"}, "MATCH (p)-[n:X]->(q)", 3))
    check_block("x.cypher", Block({"valid": "n"}, "MATCH (p)-[n:X]->(q)", 3))


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


def test_conditions_stand_at_the_match_that_binds_their_variable() -> None:
    ladder = ladders()["portal"]
    text = compose.body(ladder.rungs[0], ("p",))
    first, second = text.split("MATCH (k)")
    assert "r.since <= $as_of" in first
    assert "n.since <= $as_of" in first
    assert "b.since <= $as_of" in second
    assert "f.scheme = 'portal'" in second


def test_lists_do_not_enumerate_guards_and_check_does() -> None:
    texts = book()
    assert "f.limited AND f.limit_blocks_view_all\n  RETURN 28800 AS rank" in texts["check/memberships"].text
    who = texts["who/memberships"].text
    assert "RETURN p, 28800 AS rank" not in who
    assert "(f.limited AND f.limit_blocks_view_all)) THEN 28800 END AS guard_rank" in who
