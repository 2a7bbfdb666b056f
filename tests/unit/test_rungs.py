"""Rungs in halves: how they are put together, what is wrong, and that both ways of asking decide every pair alike."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from seewhy.api import Graph
from seewhy.cypher.catalogue import book
from seewhy.cypher.compose import check, people, who
from seewhy.cypher.header import RUNG_KEYS, QueryFileError, read
from seewhy.cypher.ladders import ladders, schemes
from seewhy.cypher.rungs import Rung, rung_of
from seewhy.graph.change.kept_matrix import begin
from seewhy.graph.derivation import profiles
from seewhy.graph.matrix import profile_cases
from seewhy.graph.matrix.claim_table import ClaimTable, unpacked
from seewhy.graph.matrix.precomputed import precomputed
from seewhy.graph.questions import what as what_module
from tests.support.world_graphs import embedded, ids
from tests.worlds.organisation import organisation

if TYPE_CHECKING:
    from tests.worlds.tables import Rows

DAY = "2026-11-22"


PERSON = "MATCH (p:Person)-[m:MEMBER_OF]->(u:Unit)\nWHERE m.access = 'view' AND ON_DAY(m)"
CASE = "MATCH (f:AccessProfile)-[i:IN_TEAM]->(u:Unit)\nWHERE NOT f.limited"
DATES = "m.since <= $as_of AND $as_of < m.until"


def rung(person: str = PERSON, case: str = CASE, head: str = "", unless: str = "", about: str = "profile") -> Rung:
    halves = "".join(f"// {side}:\n{text}\n" for side, text in (("person", person), ("case", case)) if text)
    text = f"// step: own\n// on: {about}\n// says: view\n{head}{halves}{unless}"
    (block,) = read("schemes/x/1_own.cypher", text, RUNG_KEYS).blocks
    return rung_of("schemes/x/1_own.cypher", block, "memberships", "own", {"view": 28_901}, "", 0)


def test_the_case_half_goes_first_where_the_case_is_given_and_last_where_the_person_is() -> None:
    own = rung(head="// match: m.system = f.system\n// evidence: m, i\n")
    person = f"MATCH (p:Person)-[m:MEMBER_OF]->(u:Unit)\nWHERE m.access = 'view' AND {DATES}"
    assert own.met(case_given=True) == f"{CASE}\n{person}\n  AND m.system = f.system"
    assert own.met(case_given=False) == (f"{person}\n{CASE}\n  AND m.system = f.system AND f.scheme = 'memberships'")
    assert "'view' AND true\n" in own.met(case_given=True, timed=False)


def test_each_half_alone_returns_what_it_is_joined_by() -> None:
    half = dict(rung(head="// match: f.system = m.system\n").alone())
    assert half["person"] == (
        f"// own: 28901 view\nMATCH (p:Person)-[m:MEMBER_OF]->(u:Unit)\nWHERE m.access = 'view' AND {DATES}\n"
        "RETURN u.id AS join_key, m.system AS match1, 28901 AS rank, collect(p.id) AS members"
    )
    assert half["case"] == (
        f"{CASE}\n  AND f.scheme = 'memberships'\nRETURN u.id AS join_key, f.system AS match1, collect(f.id) AS members"
    )


TWO_HOPS = (
    "MATCH (f:AccessProfile)-[i:IN_TEAM]->(u:Unit)\nMATCH (f)-[:OF_TYPE]->(y:CaseType)\nWHERE y.open AND NOT f.limited"
)
TURNED = "MATCH (u:Unit)<-[i:IN_TEAM]-(f:AccessProfile)-[:OF_TYPE]->(y:CaseType)\nWHERE NOT f.limited AND y.open"


def test_a_case_half_may_have_another_order_from_the_shared_node() -> None:
    own = rung(case=TWO_HOPS, unless=f"// from_join:\n{TURNED}")
    assert own.met(case_given=True).startswith(TWO_HOPS)
    assert f"{TURNED}\n  AND f.scheme" in own.met(case_given=False)
    assert dict(own.alone())["case"].startswith(TURNED)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("<-[i:IN_TEAM]-", "-[i:IN_TEAM]->"),
        (":OF_TYPE", ":WITHIN"),
        (" AND y.open", ""),
        ("-[:OF_TYPE]->(y:CaseType)", ""),
    ],
)
def test_another_order_says_the_same(right: str, wrong: str) -> None:
    with pytest.raises(QueryFileError, match="the same hops and conditions"):
        rung(case=TWO_HOPS, unless=f"// from_join:\n{TURNED.replace(right, wrong)}")


def test_the_half_that_says_the_value_says_the_rank() -> None:
    half = dict(rung(head="// value: i.access\n").alone())
    assert "rank" not in half["person"]
    assert "28901 AS rank" in half["case"]


LINK = "MATCH (c:CaseFile)-[l:OWNER]->(p:Person)\nWHERE ON_DAY(l)"
PROFILE = "MATCH (c)-[j:HAS_PROFILE]->(f:AccessProfile)\nWHERE j.since <= $as_of AND $as_of < j.until"


def test_a_link_of_a_case_gets_its_profile_joined_where_only_the_person_is_given() -> None:
    own = rung("MATCH (p:Person)", LINK, about="case")
    assert own.personal
    assert own.met(case_given=False).endswith(f"< l.until\n{PROFILE}\n  AND f.scheme = 'memberships'")
    assert "HAS_PROFILE" not in own.met(case_given=True)
    firm = rung("MATCH (p:Person)", f"{LINK}\nMATCH (c)-[y:HAS_PROFILE]->(f:AccessProfile)", about="case")
    assert firm.met(case_given=False).count("HAS_PROFILE") == 1


UNLESS = (
    "// unless:\n// match: d.system = f.system\n// person:\nMATCH (p:Person)-[d:MEMBER_OF]->(e:Unit)\n"
    "WHERE d.access = 'deny' AND ON_DAY(d)\n// case:\nMATCH (f:AccessProfile)-[:IN_TEAM]->(e:Unit)\n"
)


def test_what_must_not_be_there_is_one_not_exists_or_two_halves() -> None:
    own = rung(unless=UNLESS)
    dates = DATES.replace("m.", "d.")
    assert own.met(case_given=True).endswith(
        "\n  AND NOT EXISTS { MATCH (f:AccessProfile)-[:IN_TEAM]->(e:Unit) MATCH (p:Person)-[d:MEMBER_OF]->(e:Unit) "
        f"WHERE d.access = 'deny' AND {dates} AND d.system = f.system }}"
    )
    assert dates in own.met(case_given=True, timed=False), "only the evidence is untimed"
    half = dict(own.alone())
    assert half["unless/person"].endswith("RETURN e.id AS join_key, d.system AS match1, collect(p.id) AS members")
    assert half["unless/case"].endswith("RETURN e.id AS join_key, f.system AS match1, collect(f.id) AS members")


def test_a_condition_is_added_to_the_last_clause_whatever_that_is() -> None:
    linked = rung(case="MATCH (f:AccessProfile)-[i:IN_TEAM]->(u:Unit)\nWITH *, 1 AS linked")
    assert linked.met(case_given=False).endswith("WITH *, 1 AS linked\nWHERE f.scheme = 'memberships'")
    open_ended = rung(case="MATCH (f:AccessProfile)-[i:IN_TEAM]->(u:Unit)")
    assert open_ended.met(case_given=False).endswith("->(u:Unit)\nWHERE f.scheme = 'memberships'")


WRONG = {
    "the person half is missing": {"person": ""},
    "the case half is missing": {"case": ""},
    "the person half begins with MATCH": {"person": "WITH p\n" + PERSON},
    "the person half binds `p`": {"person": "MATCH (q:Person)-[m:MEMBER_OF]->(u:Unit)"},
    "the case half binds `f`": {"case": "MATCH (g:AccessProfile)-[i:IN_TEAM]->(u:Unit)"},
    "the case half binds `c`": {"about": "case"},
    "the halves share no node; if everything meets, say `match: everything`": {
        "case": "MATCH (f:AccessProfile)-[i:IN_TEAM]->(v:Unit)"
    },
    "the halves share one node; these share `u`, `v`": {
        "person": "MATCH (p:Person)-[m:MEMBER_OF]->(u:Unit)-[:PART_OF]->(v:Unit)",
        "case": "MATCH (f:AccessProfile)-[i:IN_TEAM]->(u:Unit)-[:PART_OF]->(v)",
    },
    "`match: everything` is for halves that share no node; these share `u`": {"head": "// match: everything\n"},
    "the node `u` that the halves share needs a label": {
        "person": PERSON.replace("u:Unit", "u"),
        "case": CASE.replace("u:Unit", "u"),
    },
    "the relationship `m` stands in both halves": {"case": "MATCH (f:AccessProfile)-[m:IN_TEAM]->(u:Unit)"},
    "the case half uses `m`, which it does not bind; an equality with the person half is a `match`": {
        "case": CASE + " AND m.rank < f.rank"
    },
    "the person half uses `y`, which it does not bind": {"person": PERSON + " AND y.open"},
    "`match` is an equality of two properties, `r.system = f.system`; got `m.rank < f.rank`": {
        "head": "// match: m.rank < f.rank\n"
    },
    "`match` is about one property of each half; `i.system = f.system` is not": {
        "head": "// match: i.system = f.system\n"
    },
    "an OR of the person half stands in brackets": {"person": PERSON + " OR m.access = 'edit'"},
    "`now` binds `i`, a name of the halves": {"head": "// now: EXISTS { MATCH (p)-[i:HOLDS]->() }\n"},
    "a guard is a condition of one MATCH on `f`": {"head": "// guard: yes\n"},
    "a half of `unless` is one MATCH with one WHERE": {
        "unless": UNLESS.replace("->(e:Unit)\nWHERE", "->(e:Unit)\nMATCH (e)-[:PART_OF]->(:Unit)\nWHERE")
    },
    "`from_join` says what the case half says in another order": {
        "unless": "// from_join:\n" + CASE.replace("NOT f.limited", "f.limited")
    },
    "the case half is missing ": {"unless": UNLESS.partition("// case:")[0]},
    "`value` speaks of both halves": {"head": "// value: CASE m.access WHEN i.access THEN 'view' END\n"},
}


@pytest.mark.parametrize("expected", WRONG)
def test_a_wrong_rung_says_file_line_and_what_was_expected(expected: str) -> None:
    with pytest.raises(QueryFileError) as caught:
        rung(**WRONG[expected])
    assert caught.value.file == "schemes/x/1_own.cypher"
    assert 4 <= caught.value.line <= 12
    assert expected.strip() in caught.value.expected


def test_every_rung_that_lists_need_can_be_asked_in_halves() -> None:
    for scheme in schemes():
        for number, one in enumerate(ladders()[scheme].rungs):
            sides = {name for name in book() if name.startswith(f"halves/{scheme}/{number}/")}
            assert bool(sides) == (one.guard != "implied"), (scheme, number)


def test_a_ladder_without_a_rung_about_cases_composes_texts_without_rows() -> None:
    whole = ladders()["memberships"]
    ladder = replace(whole, rungs=tuple(one for one in whole.rungs if one.about == "profile"))
    assert "UNWIND [] AS nothing\n  RETURN nothing AS c, nothing AS f, nothing AS rank" in people(ladder, "case")
    graph = embedded(organisation(1, 10, 40), DAY)
    asked = {"as_of": DAY, "action": "view", "people": ["person-00001"], "case": "case-1", "person": "person-00001"}
    for text in (people(ladder, "case"), who(ladder), check(replace(ladder, rungs=()))):
        graph.session.engine.read(text, asked)
    assert graph.session.engine.read(people(ladder, "case"), asked) == []


def test_a_packed_claim_comes_back_whole() -> None:
    import numpy as np

    claims = np.array([[48_901, 0, 3], [48_512, 0, 2], [0, 48_600, 0], [2, 0, 1]], np.int64)
    first, second, third = (unpacked(int(n), True) for n in ClaimTable(claims).packed(np.zeros(3, np.int64)))
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
        for first in range(0, len(every.people), 60):
            some = graph.pairs(day, every.people[first : first + 60])
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
    assert precomputed(graph.session, DAY, make=True)
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
        for systems in (frozenset[str](), frozenset(["privileges-system", "portal-system"])):
            wanted = (systems, lambda value: value == "edit")
            assert quick.cases.narrowed(*wanted) == answer.cases.narrowed(*wanted)  # type: ignore[attr-defined]


def test_a_session_that_lists_very_many_cases_makes_the_organisation_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = organisation(3, 40, 2_000)
    graph = embedded(rows, DAY)
    seen = {sight.person: len(sight.cases) for sight in embedded(rows, DAY).pairs(DAY)}
    one, two, *_ = sorted(seen, key=lambda person: -seen[person])
    monkeypatch.setattr(what_module, "ENOUGH", 100)
    begun: list[Thread] = []
    monkeypatch.setattr(what_module, "begin", lambda *about: begun.append(begin(*about)))
    first = graph.what(one, DAY)
    assert len(list(first.cases)) == seen[one] > 100
    assert precomputed(graph.session, DAY, make=False) is None, "one answer is listed sooner"
    graph.what(two, DAY)
    begun.pop().join()
    assert precomputed(graph.session, DAY, make=False)
    assert graph.what(one, DAY) == first


def test_the_pages_of_a_list_are_the_list_and_need_no_whole_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the day whose sizes of groups the load knows and on others; with few of their cases named, and with all."""
    draw, unread = random.Random(4), Counter[str]()
    monkeypatch.setattr(profile_cases, "SMALL", 0)
    monkeypatch.setattr(profile_cases, "HEAD", 90)
    for named in (1, 100):
        monkeypatch.setattr(profiles, "_FIRST", named)
        graph = embedded(_with_policies(organisation(named, 40, 800), **POLICIES[1]), DAY)
        for day in (DAY, "2021-01-01", "2027-05-01"):
            every = Graph(graph.session.engine).pairs(day)  # which has a matrix at hand then
            shown = {
                one.person: [(every.cases[n], every.decisions[c]) for n, c in zip(one.cases, one.codes, strict=True)]
                for one in every
            }
            for person in draw.sample(every.people, 7):
                limit, expected = draw.choice([1, 9, 30]), shown.get(person, [])
                answer, joined = graph.what(person, day), []
                if len(answer.cases) > 2 * limit and answer.cases[:limit] and answer.cases[limit : 2 * limit]:
                    unread[day] += answer.cases._whole is None  # type: ignore[attr-defined]
                counts = Counter((one.system, one.step, one.value) for one in graph.what(person, day).cases)
                assert answer.counts == counts, (person, day)
                while page := answer.cases[len(joined) : len(joined) + limit]:
                    joined += page
                told = [(one.case, one.value, one.value_now, one.step) for one in joined]
                assert told == [(c, d.value, d.value_now, d.step) for c, d in expected], (named, person, day)
                assert joined == list(graph.what(person, day).cases)
                assert len(answer.cases) == len(expected)
                blocked = graph.what(person, day).blocked
                assert [*blocked[:limit], *blocked[limit:]] == list(answer.blocked)
                assert all(one.value == "none" for one in blocked)
                edit = graph.what(person, day, action="edit").cases
                assert [*edit[:limit], *edit[limit:]] == [one for one in joined if one.value == "edit"]
                systems = frozenset(f"{one}-system" for one in draw.sample(list(schemes()), 2))
                narrowed = answer.cases.narrowed(systems, lambda value: value == "view")  # type: ignore[attr-defined]
                wanted = [one for one in joined if one.value == "view" and one.system in systems]
                assert [*narrowed[:limit], *narrowed[limit:]] == wanted
    assert min(unread[DAY], unread["2027-05-01"]) > 2, unread


def test_two_who_ask_a_standing_organisation_at_once_get_their_own_answers() -> None:
    graph = embedded(organisation(3, 40, 2_000), DAY)
    graph.session.newest()
    people = [row["id"] for row in graph.session.run("organisation/people")]
    expected = {person: list(graph.what(person, DAY).cases) for person in people}
    assert precomputed(graph.session, DAY, make=True)
    with ThreadPoolExecutor(4) as pool:
        for _ in range(5):
            told = pool.map(lambda person: list(graph.what(person, DAY).cases), people)
            assert dict(zip(people, told, strict=True)) == expected
