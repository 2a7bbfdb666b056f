"""What all ladders share: periods, inactive people, missing cases, trees, and every pair at once."""

from __future__ import annotations

import random

import pytest

from tests.definition import World, all_pairs, claims, decide, found
from tests.definition.tables_in_text import DAY, step, table, world
from tests.support.examples import worlds
from tests.worlds.organisation import organisation
from tests.worlds.strategies import seeded_world


@pytest.mark.parametrize(
    ("since", "until", "counts"),
    [
        ("", "", True),
        ("2026-06-15", "", True),  # since is inclusive
        ("2026-06-16", "", False),
        ("", "2026-06-16", True),
        ("", "2026-06-15", False),  # until is exclusive
        ("2026-06-15", "2026-06-16", True),
        ("2020-01-01", "2026-06-14", False),
    ],
)
def test_a_period_is_half_open(since: str, until: str, counts: bool) -> None:
    period = {"since": since, "until": until}
    person, case, link = {"person_id": "ana"}, {"case_id": "c", "system_id": "cm"}, {"link": "assigned_to"}
    rows = {"systems": [{"system_id": "cm", "scheme": "memberships"}], "people": [person], "cases": [case]}
    linked = {**rows, "case_people": [{**case, **person, **link, **period}]}
    assert step(World(linked), "ana")[0] == ("assigned_to" if counts else "no_rule")
    assert step(World({**rows, "people": [{**person, **period}]}), "ana")[0] == ("no_rule" if counts else "inactive")
    assert step(World({**rows, "cases": [{**case, **period}]}), "ana")[0] == ("no_rule" if counts else "no_case")


def test_inactive_comes_before_no_case() -> None:
    nowhere = world(
        systems="system_id scheme\ncm memberships",
        people="person_id name active\nana Ana No\nbo Bo -",
        cases="case_id system_id until\nc cm 2020-01-01",
    )
    assert step(nowhere, "ana") == ("inactive", "none")
    assert step(nowhere, "bo") == ("no_case", "none")
    assert claims(nowhere, "ana", "c", DAY) == [("inactive", "none")]
    assert claims(nowhere, "bo", "c", DAY) == [("no_case", "none")]
    assert not found(nowhere, "bo", "c", DAY)


def test_a_person_with_several_periods_is_active_in_the_active_ones() -> None:
    people = """
        person_id active since until
        ana true - 2026-01-01
        ana false 2026-01-01 2026-06-15
        ana 1 2026-06-15 2026-09-01
    """
    rows = {
        "systems": table("system_id scheme\ncm memberships"),
        "people": table(people),
        "cases": table("case_id system_id\nc cm"),
    }
    days = {
        "2025-12-31": "no_rule",
        "2026-01-01": "inactive",
        "2026-06-14": "inactive",
        DAY: "no_rule",
        "2026-09-01": "inactive",
    }
    assert {day: step(World(rows), "ana", day=day)[0] for day in days} == days


def test_a_case_that_moved_is_judged_where_it_is_on_the_day() -> None:
    moved = world(
        systems="system_id scheme\ncm memberships",
        people="person_id\nana",
        memberships="person_id unit_id access\nana north view\nana south edit",
        cases="case_id system_id office_id since until\nc cm north - 2026-06-15\nc cm south 2026-06-15 -",
    )
    assert step(moved, "ana", day="2026-06-14") == ("memberships", "view")
    assert step(moved, "ana", day="2026-06-15") == ("memberships", "edit")


def test_words_and_booleans_are_read_without_regard_to_case_and_ids_are_not() -> None:
    mixed = world(
        systems="system_id scheme\ncm Memberships",
        people="person_id active\nana TRUE\nAna YES",
        case_people="case_id person_id link access\nc ana Other_Staff VIEW",
        cases="case_id system_id limited\nc cm Yes",
    )
    assert step(mixed, "ana") == ("other_staff", "view")
    assert step(mixed, "Ana") == ("limited", "none")


@pytest.mark.parametrize("scheme", ["positions", "memberships", "portal", "privileges", "mixed"])
def test_every_pair_at_once_is_every_pair_one_by_one(scheme: str) -> None:
    wrong = []
    for seed in range(worlds(20)):
        rows = World(seeded_world(scheme, seed))
        for day in (DAY, "2026-06-14", "2024-01-01", "2028-01-01"):
            each = [(person, case, decide(rows, person, case, day)) for person in rows.people for case in rows.cases]
            wrong += [(seed, day)] if list(all_pairs(rows, day)) != each else []
    assert not wrong


def test_every_pair_at_once_in_an_organisation() -> None:
    rows = organisation(3, 60, 400)
    whole = World(rows)
    sample = random.Random(1).sample(list(all_pairs(whole, DAY)), 3000)
    assert all(
        decision == decide(World(rows) if n == 0 else whole, person, case, DAY)
        for n, (person, case, decision) in enumerate(sample)
    )


@pytest.mark.parametrize("scheme", ["positions", "memberships", "portal", "privileges"])
def test_the_first_claim_is_the_deciding_step(scheme: str) -> None:
    for seed in range(worlds(20)):
        rows = World(seeded_world(scheme, seed))
        for person in rows.people:
            for case in rows.cases:
                decision, met = decide(rows, person, case, DAY), claims(rows, person, case, DAY)
                told = (seed, person, case)
                assert decision.step == met[0][0], told
                assert decision.value == met[0][1] or (met[0][1], decision.value) == ("view", "edit"), told
                assert len({step for step, _ in met}) == len(met), told
