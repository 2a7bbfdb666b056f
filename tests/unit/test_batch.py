"""A batch is what `who` says of each case, for the people that are asked about; wrong ids are named all at once."""

from __future__ import annotations

import pytest

from seewhy.graph.errors import ConfigurationError, LoadRejected
from seewhy.graph.questions.batch import MOST_PAIRS, batch, given, ids_in, lines_of
from tests.support.scoped import within
from tests.support.world_graphs import embedded
from tests.worlds.builder import DAY
from tests.worlds.organisation import organisation


def test_a_batch_is_what_who_says() -> None:
    graph = embedded(organisation(7, 40, 90), DAY)
    people = [row["id"] for row in graph.session.run("organisation/people")]
    cases = [row["id"] for row in graph.session.run("organisation/cases")]
    answer = batch(graph.session, people, [*cases, cases[0]], DAY)
    assert len(answer.cells) == len(people) * len(cases) == answer.as_dict()["count"]
    for case in cases:
        who = graph.who(case, DAY)
        seen = {row.person: (row.value, row.value_now, row.step) for row in who.people}
        for person in people:
            cell = answer.cells[person, case]
            assert (cell.value, cell.value_now, cell.step) == seen.get(person, ("none", cell.value_now, cell.step))
            assert cell.step == graph.check(person, case, DAY).step if person == people[0] else True
        blocked = {row.person for row in who.blocked}
        assert {person for person in people if answer.cells[person, case].blocked} == blocked
    assert sum(answer.counts.values()) == len(answer.cells)
    # Within a scope: who is outside is unknown, and pairs of two parts are not told.
    parts = (set(people[:3]), set(cases[:3])), (set(people[3:6]), set(cases[3:6]))
    scoped = within(graph, *parts)
    told = batch(scoped.session, people[:6], cases[:6], DAY)
    assert set(told.cells) == {(p, c) for inside, of in parts for p in inside for c in of}
    assert all(told.cells[pair] == answer.cells[pair] for pair in told.cells)
    with pytest.raises(LoadRejected) as caught:
        batch(scoped.session, [people[0], people[7]], [cases[8]], DAY)
    assert [problem.message for problem in caught.value.problems] == [
        f"unknown person `{people[7]}`", f"unknown case `{cases[8]}`"
    ]  # fmt: skip
    assert people[7] not in str([problem.hint for problem in caught.value.problems])


def test_what_is_wrong_with_a_batch_is_said_at_once() -> None:
    graph = embedded({"systems": [{"system_id": "s", "scheme": "memberships"}],
                      "people": [{"person_id": "rosa", "name": "Rosa"}, {"person_id": "sam", "name": "Sam"}],
                      "cases": [{"case_id": "c-1", "system_id": "s", "title": "One"}]}, DAY)  # fmt: skip
    with pytest.raises(LoadRejected) as caught:
        batch(graph.session, ["rosa", "rossa", "nobody"], ["c-1", "c-2"], DAY)
    assert "3 of these ids are unknown" in caught.value.message
    assert [(one.file, one.row) for one in caught.value.problems] == [("people", 2), ("people", 3), ("cases", 2)]
    assert "`rosa`" in caught.value.problems[0].hint
    for people, cases, says in (([], ["c-1"], "no people"), (["rosa"], [], "no cases")):
        with pytest.raises(ConfigurationError, match=says):
            batch(graph.session, people, cases, DAY)
    with pytest.raises(ConfigurationError, match=f"at most {MOST_PAIRS:,} pairs"):
        batch(graph.session, [str(n) for n in range(101)], [str(n) for n in range(100)], DAY)


@pytest.mark.parametrize(
    ("text", "kind", "ids"),
    [
        ("rosa\n\n  sam \r\nrosa\n", "person", ["rosa", "sam"]),
        ("\ufeffname,person_id\nRosa,rosa\nSam,sam\n", "person", ["rosa", "sam"]),
        ('case_id,title\n"c,1",One\nc-2,"Two\nlines"\n', "case", ["c,1", "c-2"]),
        ("c-1,One\nc-2,Two", "case", ["c-1", "c-2"]),
        (" \n", "case", []),
    ],
)
def test_ids_are_read_from_lines_and_from_csv(text: str, kind: str, ids: list[str]) -> None:
    assert ids_in(text, kind) == ids


def test_each_id_has_the_line_that_it_begins_in() -> None:
    assert lines_of("rosa\n\n  sam \r\nrosa\n", "person") == {"rosa": 1, "sam": 3}
    assert lines_of('case_id,title\nc-1,"Two\nlines"\n\n"c,2",One\n', "case") == {"c-1": 2, "c,2": 5}
    assert given("rosa\n\n  sam \r\nrosa\n", "person") == [("rosa", 1), ("sam", 3), ("rosa", 4)]
