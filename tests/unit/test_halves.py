"""Rungs cut at their joint: what may be cut, and that both ways of asking decide every pair alike."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from seewhy.cypher.halves import cut, cut_rungs
from seewhy.cypher.header import RUNG_KEYS, QueryFileError, read
from seewhy.cypher.ladders import SCHEMES, Rung, ladders
from seewhy.graph.matrix.hash_join import pack, unpack
from seewhy.graph.matrix.precomputed import standing
from seewhy.graph.questions import what as what_module
from tests.support.world_graphs import embedded, ids
from tests.worlds.organisation import organisation

if TYPE_CHECKING:
    from tests.worlds.tables import Rows

DAY = "2026-11-22"


def rung(joint: str, body: str) -> Rung:
    text = f"// step: own\n// on: profile\n// says: view\n// joint: {joint}\n// valid: m\n{body}\n"
    (block,) = read("schemes/x/1_own.cypher", text, RUNG_KEYS).blocks
    return Rung("memberships", "own", block, {"view": 28_901}, "schemes/x/1_own.cypher", "")


def test_each_side_keeps_its_own_conditions_and_an_equality_over_both_becomes_a_key() -> None:
    half = cut(
        rung(
            "u",
            "MATCH (p:Person)-[m:MEMBER_OF]->(u:Unit)<-[i:IN_TEAM]-(f:AccessProfile)\n"
            "WHERE m.access = 'view' AND NOT f.limited AND m.system = f.system",
        )
    ).half
    assert half.width == 2
    assert "m.access = 'view'" in half.people
    assert "f." not in half.people
    assert "NOT f.limited" in half.profiles
    assert "m." not in half.profiles
    assert "m.system AS with1" in half.people
    assert "f.system AS with1" in half.profiles
    assert "$as_of < m.until" in half.people
    assert "28901 AS rank" in half.people


@pytest.mark.parametrize(
    ("joint", "body", "expected"),
    [
        ("everything", "MATCH (p:Person)-[m:MEMBER_OF]->(u:Unit)<-[i:IN_TEAM]-(f:AccessProfile)", "does not divide"),
        ("u", "MATCH (p:Person)-[m:MEMBER_OF]->(u)<-[i:IN_TEAM]-(f:AccessProfile)", "needs one label"),
        ("u", "MATCH (p:Person)-[m:MEMBER_OF]->(u:Unit)<-[i:MEMBER_OF]-(f:AccessProfile)", "serve on both sides"),
        (
            "u",
            "MATCH (p:Person)-[m:MEMBER_OF]->(u:Unit)<-[i:IN_TEAM]-(f:AccessProfile)\nWHERE m.rank < f.rank",
            "is about both sides",
        ),
    ],
)
def test_a_rung_that_cannot_be_cut_says_why(joint: str, body: str, expected: str) -> None:
    with pytest.raises(QueryFileError, match=expected):
        cut(rung(joint, body))


def test_every_profile_rung_of_the_ladders_is_cut() -> None:
    for scheme in SCHEMES:
        wanted = [one for one in ladders()[scheme].rungs if one.about == "profile" and one.guard != "implied"]
        assert [one.rung for one in cut_rungs(scheme)] == wanted


def test_a_packed_claim_comes_back_whole() -> None:
    import numpy as np

    claims = np.array([[48_901, 0, 3], [48_512, 0, 2], [0, 48_600, 0], [2, 0, 1]], np.int64)
    first, second, third = (unpack(int(n), True) for n in pack(claims))
    assert (first.rank, first.edit_rank, first.none_rank, first.now) == (48_901, 48_512, None, 2)
    assert (second.rank, second.edit_rank, second.none_rank, second.now) == (None, None, 48_600, 0)
    assert (third.rank, third.edit_rank, third.now, third.lifted) == (3, 2, 1, True)


def _with_policies(rows: Rows, **policies: tuple[str, str]) -> Rows:
    rows["policies"] = [
        {"system_id": f"{scheme}-system", "policy": policy, "value": value}
        for policy, (scheme, value) in policies.items()
    ]
    return rows


POLICIES = (
    {},
    {"deny_blocks_view_all": ("memberships", "false"), "default_policy": ("privileges", "open")},
    {"limit_blocks_view_all": ("memberships", "false"), "case_access_enabled": ("privileges", "false")},
)


@pytest.mark.parametrize("number", range(len(POLICIES)))
def test_halves_and_whole_compositions_decide_every_pair_alike(number: int) -> None:
    graph = embedded(_with_policies(organisation(number, 120, 1_500), **POLICIES[number]), DAY)
    for day in (DAY, "2021-01-01", "2027-05-01"):
        every = graph.pairs(day)
        halves = {sight.person: (sight.cases.tolist(), [every.decisions[n] for n in sight.codes]) for sight in every}
        whole = {}
        for begin in range(0, len(every.people), 60):
            some = graph.pairs(day, every.people[begin : begin + 60])
            whole |= {one.person: (one.cases.tolist(), [some.decisions[n] for n in one.codes]) for one in some}
        assert len(halves) > 60
        assert halves == whole
        told = {person: Counter(decision.value for decision in seen) for person, (_, seen) in halves.items()}
        assert every.counts() == told


def test_what_is_the_same_from_a_standing_organisation() -> None:
    rows = _with_policies(organisation(5, 80, 1_000), **POLICIES[1])
    graph = embedded(rows, DAY)
    people, _ = ids(rows)
    plain = {person: graph.what(person, DAY) for person in people}
    assert standing(graph.session, DAY, make=True)
    assert any(answer.blocked for answer in plain.values())
    for person, answer in plain.items():
        quick = graph.what(person, DAY)
        assert type(quick.cases) is not type(answer.cases)
        assert quick.cases == answer.cases
        assert quick.blocked == answer.blocked
        assert list(quick.counts.items()) == list(answer.counts.items())
        assert quick.as_dict() == answer.as_dict()
        assert quick.cases[:3] == answer.cases[:3]
        assert quick.cases[5:2] == ()
        shown = [(c.case, c.title, c.system, c.value, c.value_now, c.step) for c in answer.cases]
        assert quick.cases.frame().rows() == shown  # type: ignore[attr-defined]


def test_a_session_that_lists_very_many_cases_makes_the_organisation_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = embedded(organisation(3, 40, 2_000), DAY)
    seen = {sight.person: len(sight.cases) for sight in graph.pairs(DAY)}
    one, two, *_ = sorted(seen, key=lambda person: -seen[person])
    monkeypatch.setattr(what_module, "ENOUGH", 100)
    first = graph.what(one, DAY)
    assert standing(graph.session, DAY, make=False) is None, "one answer is listed sooner"
    graph.what(two, DAY)
    assert standing(graph.session, DAY, make=False)
    assert graph.what(one, DAY) == first


def test_two_who_ask_a_standing_organisation_at_once_get_their_own_answers() -> None:
    graph = embedded(organisation(3, 40, 2_000), DAY)
    graph.session.newest()
    people = [row["id"] for row in graph.session.run("organisation/people")]
    expected = {person: list(graph.what(person, DAY).cases) for person in people}
    assert standing(graph.session, DAY, make=True)
    with ThreadPoolExecutor(4) as pool:
        for _ in range(5):
            told = pool.map(lambda person: list(graph.what(person, DAY).cases), people)
            assert dict(zip(people, told, strict=True)) == expected
