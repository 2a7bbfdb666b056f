"""The generated worlds are dense: every step occurs often, and a ladder that is wrong shows in some of them."""

from __future__ import annotations

import functools
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from tests import definition
from tests.definition import World, decide, found, memberships, portal, positions, privileges
from tests.definition import world as reading
from tests.definition.decide import SCHEMES
from tests.support import examples
from tests.worlds.builder import DAY, OTHER_PERIODS
from tests.worlds.histories import seeded_history
from tests.worlds.organisation import organisation
from tests.worlds.strategies import seeded_world
from tests.worlds.tables import COLUMNS, DATED, KEYS, Rows, references

STEPS = {
    "positions": positions.STEPS,
    "memberships": memberships.STEPS,
    "portal": portal.STEPS,
    "privileges": privileges.STEPS,
}
COMMON = ("inactive", "no_case")


def answers(rows: Rows) -> dict[tuple[str, str], object]:
    world = World(rows)
    return {
        (person, case): (decide(world, person, case, DAY), found(world, person, case, DAY))
        for person in world.people
        for case in world.cases
    }


@functools.cache
def expected(scheme: str) -> list[tuple[Rows, dict[tuple[str, str], object]]]:
    sample = [seeded_world(scheme, seed) for seed in range(200)]
    return [(rows, answers(rows)) for rows in sample]


@pytest.mark.parametrize("scheme", STEPS)
def test_every_step_occurs_often(scheme: str) -> None:
    steps: Counter[str] = Counter()
    for seed in range(200):
        world = World(seeded_world(scheme, seed))
        steps.update(decide(world, person, case, DAY).step for person in world.people for case in world.cases)
    shares = {step: steps[step] / steps.total() for step in (*STEPS[scheme], *COMMON)}
    print(scheme, steps.total(), {step: f"{share:.1%}" for step, share in shares.items()})  # noqa: T201
    assert set(steps) == set(shares)
    assert min(shares.values()) > 0.015
    assert max(shares.values()) < 0.6


def problems(rows: Rows) -> list[object]:
    """What a load would call a problem; names of columns and values are not looked at."""
    ids = {stem: {row[KEYS[stem][0]] for row in table} for stem, table in rows.items()}
    system_of = {row["case_id"]: row["system_id"] for row in rows["cases"]} | {
        row["position_id"]: row["system_id"] for row in rows["positions"]
    }
    wrong: list[object] = []
    for stem, table in rows.items():
        seen: dict[tuple[str, ...], list[tuple[str, str]]] = {}
        for row in table:
            key = tuple(row.get(column) or {"slot": "1", "placement": "team"}.get(column, "") for column in KEYS[stem])
            now = period(row)
            others = seen.setdefault(key, [])
            if (
                not set(row) <= set(COLUMNS[stem])
                or any(text != text.strip() for text in row.values())
                or now[0] >= now[1]
                or any(overlap(now, other) for other in others)
                or (stem not in DATED and others)
                or any(row[column] not in ids[to] for column, to in references(stem, row).items())
            ):
                wrong.append((stem, row))
            others.append(now)
    wrong += [row for row in rows["work"] if bool(row.get("position_id")) == bool(row.get("hopper_unit_id"))]
    wrong += [
        row
        for row in rows["work"]
        if row.get("position_id") and system_of[row["position_id"]] != system_of[row["case_id"]]
    ]
    for one in rows["holdings"]:
        for other in rows["holdings"]:
            same = one["person_id"] == other["person_id"] and one is not other and overlap(period(one), period(other))
            if same and system_of[one["position_id"]] == system_of[other["position_id"]]:
                if one["kind"] == other["kind"] == "primary":
                    wrong.append((one, other))
                if {one.get("active", "")[:1].lower(), other.get("active", "")[:1].lower()} <= set("ty1"):
                    wrong.append((one, other))
    return wrong


def period(row: dict[str, str]) -> tuple[str, str]:
    return row.get("since") or "0000-01-01", row.get("until") or "open"


def overlap(one: tuple[str, str], other: tuple[str, str]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


@pytest.mark.parametrize("scheme", [*STEPS, "mixed"])
def test_worlds_and_histories_are_valid(scheme: str) -> None:
    wrong = []
    for seed in range(examples.worlds(40)):
        loads = seeded_history(scheme, seed)
        for rows in (seeded_world(scheme, seed), *(rows for _, rows in loads)):
            wrong += [(seed, problem) for problem in problems(rows)]
        wrong += [(seed, day) for day, _ in loads] if loads != sorted(loads, key=lambda load: load[0]) else []
    assert not wrong


def test_an_organisation_is_valid() -> None:
    assert problems(organisation(5, 80, 400)) == []


# a ladder, what it says, what it says when wrong
MUTANTS: list[tuple[ModuleType, str, str]] = [
    (reading, '<= day < (row["until"] or OPEN)', '<= day <= (row["until"] or OPEN)'),
    (reading, '(row["since"] or ALWAYS) <= day <', '(row["since"] or ALWAYS) < day <'),
    (reading, 'if row["active"]}', "}"),
    (positions, 'if row["status"] == "open":', "if True:"),
    (positions, '["system_id"] == system]', '["system_id"]]'),
    (positions, "return active or {", "return active | {"),
    (positions, 'if row["kind"] == "primary"}', "}"),
    (positions, 'if row["active"]}', "}"),
    (positions, "segment in self.day.units.above(self.unit_of(place))", "segment == self.unit_of(place)"),
    (
        positions,
        'self.of(position)["unit_id"] if position else hopper',
        'self.of(position)["unit_id"] if position else ""',
    ),
    (positions, 'return "view"\n', 'return "edit"\n'),
    (memberships, ' - {"no"}', ' - {"no", "deny"}'),
    (memberships, '"none" if self.day.on(case["system_id"], "deny_blocks_view_all") else ""', '"none"'),
    (memberships, 'and self.day.on(case["system_id"], "limit_blocks_view_all")', ""),
    (memberships, 'if not case["limited"] and (said', "if (said"),
    (memberships, "{own[unit] for unit", '{own[unit].replace("no", "none") for unit'),
    (memberships, ', case["category_id"]} - {""}', '} - {""}'),
    (memberships, ' and "deny" not in effects', ""),
    (memberships, 'better(row["access"] for row in links["other_staff"])', '"edit"'),
    (memberships, 'if row["permission"] == "can_view_all_cases"', ""),
    (portal, '1 <= int(row["slot"] or 1) <= 4', "True"),
    (portal, 'int(row["slot"] or 1)', 'int(row["slot"] or 0)'),
    (portal, 'firm != "" and firm ==', "firm =="),
    (portal, 'self.units.nearest(unit, "firm")', "unit"),
    (portal, 'for row in day.begun("portal_roles"):', 'for row in day.table("portal_roles"):'),
    (portal, 'for row in day.begun("portal_roles"):', 'for row in day.world.rows["portal_roles"]:'),
    (portal, 'if row["role"] == "fee_earner":', 'if row["role"].startswith("fee_earner"):'),
    (portal, "return supervisor and self.by_fee_earner(case)", "return supervisor"),
    (portal, 'return own != "" and own in', "return own in"),
    (portal, " and self.units.nearest(unit, part) == unit", ""),
    (portal, 'earner = name in ("fee_earner", "fee_earner_supervisor")', 'earner = name == "fee_earner"'),
    (portal, 'if row["system_id"] == case["system_id"]]', "]"),
    (portal, "{self.units.nearest(unit, whole) for unit in parties}", "parties"),
    (privileges, 'self.types.above(case["case_type_id"])\n\n    # rules', '(case["case_type_id"],)\n\n    # rules'),
    (privileges, "if cascading else", "if False else"),
    (privileges, "if cascading else", "if True else"),
    (privileges, 'update(self.units.above(row["unit_id"]))', 'add(row["unit_id"])'),
    (privileges, 'return bool(self.held(person, "View cases"))', "return True"),
    (
        privileges,
        'return rule["target_id"] in self.types.above(case["case_type_id"])',
        'return rule["target_id"] == case["case_type_id"]',
    ),
    (privileges, 'for at in self.held(person, "View cases"))', "for at in self.assignments[person])"),
    (privileges, 'self.day.on(case["system_id"], "case_access_enabled")', "True"),
    (privileges, 'if rule["action"] == action and', "if"),
    (
        privileges,
        '"none" if "cannot" in effects else "view" if effects',
        '"view" if "can" in effects else "none" if effects',
    ),
    (privileges, 'if said != "none" and "drafter" in links:', 'if "drafter" in links:'),
    (privileges, 'return "edit"\n        return said or', 'return "view"\n        return said or'),
    (privileges, 'case["sensitive"] or bool(self.attached.get(case["case_id"]))', 'case["sensitive"]'),
    (privileges, 'by_itself = case["sensitive"] or', "by_itself ="),
    (privileges, "(has_type or not by_type) and (has_unit or not by_unit)", "has_type or has_unit"),
    (privileges, "cleared = has_type or has_unit", "cleared = has_type and has_unit"),
    (privileges, "cleared = has_type or has_unit", "cleared = bool(covering)"),
    (privileges, "if self.covers(at, case, cascading=True)]", "if self.covers(at, case)]"),
    (privileges, 'if at.unit == case["queue_unit_id"] and', 'if at.unit in ("", case["queue_unit_id"]) and'),
    (
        privileges,
        'if at.unit == case["queue_unit_id"] and self.covers_type(at, case):',
        'if at.unit == case["queue_unit_id"]:',
    ),
    (privileges, 'if case["status"] == "open" and any', "if any"),
    (privileges, 'if case["status"] == "draft" and', "if"),
    (privileges, 'if first != "view":', "if True:"),
    (privileges, 'if lifted or self.held(person, "Edit any case")', "if lifted"),
    (privileges, 'if value != "view"), "none") == "edit"', 'if value == "edit"), "none") == "edit"'),
    (privileges, 'if not self.held(person, "Search for cases"):', "if False:"),
    (privileges, "            or self.sensitivity(person, case)\n", ""),
    (privileges, '            or self.rules_say("global", person, case, "search")\n', ""),
    (privileges, '"closed") == "open"', '"closed") == ""'),
    *((privileges, f'"{name}": {{"', f'"{name}": {{"No ') for name in privileges.QUEUES),
]


@pytest.mark.parametrize(("module", "right", "wrong"), MUTANTS, ids=range(len(MUTANTS)))
def test_a_wrong_ladder_shows(module: ModuleType, right: str, wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = Path(str(module.__file__)).read_text(encoding="utf-8")
    assert text.count(right) == 1, (right, text.count(right))
    mutant = ModuleType(module.__name__)
    sys.modules[mutant.__name__], kept = mutant, sys.modules[module.__name__]
    try:
        exec(compile(text.replace(right, wrong), "mutant", "exec"), mutant.__dict__)
    finally:
        sys.modules[mutant.__name__] = kept
    scheme = module.__name__.rpartition(".")[2]
    sample = expected(scheme if scheme in STEPS else "mixed")
    if module is reading:
        monkeypatch.setattr(reading, "holds", mutant.holds)
        monkeypatch.setattr(reading.Day, "__init__", mutant.Day.__init__)
    else:
        monkeypatch.setitem(SCHEMES, scheme, getattr(mutant, scheme.capitalize()))
    noticed = sum(answers(rows) != before for rows, before in sample)
    assert noticed >= 2, f"{noticed} of 200 worlds notice"


def test_periods_that_do_not_hold_do_not() -> None:
    assert not any((since or "0000") <= DAY < (until or "open") for since, until in OTHER_PERIODS)


def test_the_definition_imports_nothing_of_the_product() -> None:
    for file in Path(str(definition.__file__)).parent.glob("[a-z]*.py"):
        text = file.read_text(encoding="utf-8")
        assert not [
            name
            for name in ("seewhy", "graph", "loaders", "cypher", "explorer")
            if f"from {name}" in text or f"import {name}" in text
        ]
