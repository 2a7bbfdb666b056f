"""What earlier days answer after several loads."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.definition import World, decide
from tests.definition.history import history
from tests.definition.tables_in_text import step, table
from tests.support.examples import worlds
from tests.worlds.histories import DAYS, seeded_history
from tests.worlds.tables import KEYS, Rows

FIRST, SECOND, THIRD = "2026-03-01", "2026-06-15", "2026-07-01"
BASE = {
    "systems": table("system_id scheme\ncm memberships\npr privileges"),
    "people": table("person_id\nana\nbo"),
    "units": table("unit_id kind\nnorth office\nsouth office"),
    "cases": table("case_id system_id office_id\nc cm north"),
}


def loads(*memberships: str, first: str = FIRST) -> World:
    """A load per text, on three days; `-` alone is an absent file."""
    days = (first, SECOND, THIRD)
    texts = ["person_id" if text == "-" else f"person_id unit_id access since until\n{text}" for text in memberships]
    return history([(day, {**BASE, "memberships": table(text)}) for day, text in zip(days, texts, strict=False)])


def on(world: World, *days: str, person: str = "ana") -> list[str]:
    return [step(world, person, day=day)[1] for day in days]


def test_a_first_load_holds_always() -> None:
    assert on(loads("ana north edit - -"), "1990-01-01", "2026-02-28", "2030-01-01") == ["edit", "edit", "edit"]


def test_a_new_key_begins_at_its_own_since_or_that_day() -> None:
    blank = loads("bo north view - -", "bo north view - -\nana north edit - -")
    assert on(blank, "2026-06-14", "2026-06-15") == ["none", "edit"]
    since = loads("bo north view - -", "bo north view - -\nana north edit 2026-05-01 -")
    assert on(since, "2026-04-30", "2026-05-01") == ["none", "edit"]


def test_other_values_end_that_day_and_begin_anew_whatever_their_since() -> None:
    for since in ("-", "2020-01-01"):
        changed = loads("ana north edit - -", f"ana north view {since} -", f"ana north view {since} -")
        assert on(changed, "2019-01-01", "2026-06-14", "2026-06-15", "2026-08-01") == ["edit", "edit", "view", "view"]
    to_come = loads("ana north edit - -", "ana north view 2026-08-01 -")
    assert on(to_come, "2026-06-14", "2026-06-15", "2026-08-01") == ["edit", "view", "view"]
    corrected_later = loads("ana north edit - -", "ana north view - -", "ana north view 2020-01-01 -")
    assert on(corrected_later, "2026-06-14", "2026-06-15") == ["edit", "view"]


def test_other_dates_are_corrected_in_place() -> None:
    later = loads("ana north edit - -", "ana north edit 2026-04-01 2026-09-01")
    assert on(later, "2026-03-31", "2026-04-01", "2026-08-31", "2026-09-01") == ["none", "edit", "edit", "none"]
    taken_back = loads("ana north edit - 2026-04-01", "ana north edit - -")
    assert on(taken_back, "2026-03-31", "2026-04-01", "2026-12-01") == ["edit", "edit", "edit"]


def test_an_absent_key_and_an_absent_file_end_that_day() -> None:
    for second in ("bo north view - -", "-"):
        absent = loads("ana north edit - -\nbo north view - -", second)
        assert on(absent, "2026-06-14", "2026-06-15") == ["edit", "none"]
    assert on(loads("ana north edit - 2026-04-01", "-"), "2026-03-31", "2026-04-01", "2026-06-14") == [
        "edit",
        "none",
        "none",
    ]
    assert on(loads("ana north edit 2027-01-01 -", "-"), "2027-01-01") == ["none"]


def test_a_key_that_comes_back_begins_that_day() -> None:
    back = loads("ana north edit - -", "bo north view - -", "ana north edit 2020-01-01 -\nbo north view - -")
    assert on(back, "2026-06-14", "2026-06-15", "2026-06-30", "2026-07-01") == ["edit", "none", "none", "edit"]


def test_several_periods_of_a_key_are_known_by_since() -> None:
    two = "ana north view - 2026-05-01\nana north edit 2026-05-01 -"
    assert on(loads("ana north view - -", two), "2026-04-30", "2026-05-01") == ["view", "edit"]
    third = loads(two, "ana north view - 2026-05-01\nana north deny 2026-05-01 -")
    assert on(third, "2026-04-30", "2026-05-01", "2026-06-14", "2026-06-15") == ["view", "edit", "edit", "none"]


def test_loading_again_changes_nothing() -> None:
    once = loads("ana north edit 2026-05-01 -\nbo north view - 2026-05-01")
    again = loads(*["ana north edit 2026-05-01 -\nbo north view - 2026-05-01"] * 3)
    for day in DAYS:
        assert [on(once, day, person=who) for who in ("ana", "bo")] == [
            on(again, day, person=who) for who in ("ana", "bo")
        ]


def test_the_second_load_of_a_day_decides_the_day() -> None:
    same_day = loads("ana north edit - -", "ana north view - -", first=SECOND)
    assert on(same_day, "2026-06-14", "2026-06-15") == ["edit", "view"]


def test_files_without_periods_begin_and_end_with_their_loads() -> None:
    rows = {
        "people": BASE["people"],
        "systems": BASE["systems"],
        "units": table("unit_id kind parent_id sensitive\na team - -\nb team a -"),
        "case_types": table("case_type_id\nfoi"),
        "cases": table("case_id system_id team_id case_type_id\nc pr b foi"),
        "role_privileges": table("role_id privilege\nr Manage~a~hub"),
        "role_assignments": table("person_id role_id unit_id\nana r a"),
    }
    moved = {**rows, "units": table("unit_id kind parent_id sensitive\na team - -\nb team - -")}
    sensitive = {**rows, "case_types": table("case_type_id sensitive\nfoi yes")}
    emptied = {**rows, "role_privileges": []}
    for second, after in ((moved, "default_policy"), (sensitive, "sensitivity"), (emptied, "default_policy")):
        both = history([(FIRST, rows), (SECOND, second), (THIRD, rows)])
        days = {
            "2020-01-01": "queue",
            "2026-06-14": "queue",
            "2026-06-15": after,
            "2026-06-30": after,
            "2026-07-01": "queue",
        }
        assert {day: step(both, "ana", day=day)[0] for day in days} == days


def answers(world: World, day: str, cases: list[str], people: list[str]) -> list[object]:
    return [decide(world, person, case, day) for person in people for case in cases]


@pytest.mark.parametrize("scheme", ["positions", "memberships", "privileges"])
def test_from_the_newest_load_on_the_newest_snapshot_alone_decides(scheme: str) -> None:
    wrong = []
    for seed in range(worlds(20)):
        sequence = seeded_history(scheme, seed)
        whole, newest = history(sequence), World(sequence[-1][1])
        for day in (each for each in DAYS if each >= sequence[-1][0]):
            told = [answers(world, day, whole.cases, whole.people) for world in (whole, newest)]
            wrong += [(seed, day)] if told[0] != told[1] else []
    assert not wrong


def frozen(sequence: list[tuple[str, Rows]]) -> list[tuple[str, Rows]]:
    """Without what may change earlier days: new keys with a since of their own, and corrections of dates."""
    bare = ("since", "until")
    return [
        (day, {stem: [{k: v for k, v in row.items() if k not in bare} for row in rows] for stem, rows in of.items()})
        for day, of in sequence
    ]


@pytest.mark.parametrize("scheme", ["memberships", "privileges", "portal"])
def test_earlier_days_keep_their_answers(scheme: str) -> None:
    wrong = []
    for seed in range(worlds(20)):
        sequence = [(day, once(rows)) for day, rows in frozen(seeded_history(scheme, seed))]
        before, after = history(sequence[:-1]), history(sequence)
        for day in (each for each in DAYS if each < sequence[-1][0]):
            told = [answers(world, day, before.cases, before.people) for world in (before, after)]
            wrong += [(seed, day)] if told[0] != told[1] else []
    assert not wrong


def once(rows: Rows) -> Rows:
    """The first row of every key."""
    return {
        stem: list({tuple(row.get(column, "") for column in KEYS[stem]): row for row in reversed(table)}.values())
        for stem, table in rows.items()
    }


def test_histories_change_answers_often() -> None:
    changed: Counter[str] = Counter()
    for scheme in ("positions", "memberships", "portal", "privileges"):
        for seed in range(20):
            sequence = seeded_history(scheme, seed)
            whole, newest = history(sequence), World(sequence[-1][1])
            before = [day for day in DAYS if day < sequence[-1][0]]
            differs = any(
                answers(whole, day, whole.cases, whole.people) != answers(newest, day, whole.cases, whole.people)
                for day in before
            )
            changed[scheme] += differs
    assert min(changed.values()) > 10, changed
