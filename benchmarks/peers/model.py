"""The small model of the comparison: people in units, units in a tree, cases in units.

A person sees the cases of their own unit and of every unit below it. 5,000 people, 300 units on three levels (one at the
top), 20,000 cases. For SeeWhy it is a `positions` system: everybody holds a segment manager's position at their unit,
every case has open work in a hopper there.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from benchmarks.organisations import Frames

PEOPLE, UNITS, CASES, MIDDLE = 5_000, 300, 20_000, 14


def small_model(seed: int = 1) -> dict[str, Any]:
    """The model as plain lists: parent of each unit (-1: none), unit of each person and case, and the questions."""
    draw = random.Random(seed)
    parent = [-1, *[0] * MIDDLE, *(1 + n % MIDDLE for n in range(UNITS - 1 - MIDDLE))]
    leaves = range(1 + MIDDLE, UNITS)
    person = [
        0,
        *(draw.randrange(1, 1 + MIDDLE) if draw.random() < 0.015 else draw.choice(leaves) for _ in range(PEOPLE - 1)),
    ]
    cases = [draw.choice(leaves) for _ in range(CASES)]
    below = [{n} for n in range(UNITS)]
    for unit in reversed(range(1, UNITS)):
        below[parent[unit]] |= below[unit]
    in_unit: dict[int, list[int]] = {}
    for case, unit in enumerate(cases):
        in_unit.setdefault(unit, []).append(case)
    size = [sum(len(in_unit.get(one, ())) for one in below[unit]) for unit in range(UNITS)]
    checks = []
    for _ in range(100):
        who = draw.randrange(PEOPLE)
        seen = [case for unit in below[person[who]] for case in in_unit.get(unit, ())]
        checks += [(who, draw.choice(seen)), (who, draw.randrange(CASES))]
    return {
        "parent": parent, "person": person, "case": cases, "top": 0,
        "checks": list(dict.fromkeys(checks)), "who": draw.sample(range(CASES), 20),
        "some": draw.sample(range(1, PEOPLE), 20), "pairs": sum(size[unit] for unit in person),
    }  # fmt: skip


def frames(model: dict[str, Any]) -> Frames:
    """The model as SeeWhy's input files."""
    units, people, cases = len(model["parent"]), len(model["person"]), len(model["case"])
    where = {
        "unit_id": [f"u{n}" for n in range(units)],
        "kind": ["segment"] * units,
        "name": [f"Unit {n}" for n in range(units)],
        "parent_id": [f"u{p}" if p >= 0 else "" for p in model["parent"]],
    }
    return {
        "systems": pl.DataFrame({"system_id": ["s"], "name": ["Cases"], "scheme": ["positions"]}),
        "units": pl.DataFrame(where),
        "people": pl.DataFrame(
            {"person_id": [f"p{n}" for n in range(people)], "name": [f"Person {n}" for n in range(people)]}
        ),
        "positions": pl.DataFrame(
            {
                "position_id": [f"m{n}" for n in range(units)],
                "system_id": ["s"] * units,
                "unit_id": where["unit_id"],
                "level": ["segment_manager"] * units,
            }
        ),
        "holdings": pl.DataFrame(
            {
                "person_id": [f"p{n}" for n in range(people)],
                "position_id": [f"m{u}" for u in model["person"]],
                "kind": ["primary"] * people,
            }
        ),
        "cases": pl.DataFrame({"case_id": [f"c{n}" for n in range(cases)], "system_id": ["s"] * cases}),
        "work": pl.DataFrame(
            {
                "work_id": [f"w{n}" for n in range(cases)],
                "case_id": [f"c{n}" for n in range(cases)],
                "hopper_unit_id": [f"u{u}" for u in model["case"]],
            }
        ),
    }
