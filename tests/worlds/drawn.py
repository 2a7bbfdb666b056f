"""Organisations for drawn schemes: a mixed world whose systems all go by one scheme, and whose cases have facts of
every kind, so that rungs over different facts meet on one case."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.worlds.builder import DAY, FUTURE, PAST, Seeded
from tests.worlds.histories import Histories
from tests.worlds.schemes import NAME
from tests.worlds.small import QUEUES, SCHEMES, Mixed

if TYPE_CHECKING:
    from tests.worlds.tables import Rows

_UNITS = {
    "office_id": ("office",), "team_id": ("team",), "category_id": ("category",), "firm_id": ("firm", "site"),
}  # fmt: skip
_FLAGS = {"limited": ("true", "", ""), "sensitive": ("true", "", "", ""), "status": ("open", "open", "closed", "draft")}
_FREQUENT = ("assigned_to", "other_staff", "created_by", "supervisor", "client", "owner", "adviser", "watcher")
_PERIODS = (("", ""), ("", ""), (PAST, ""), ("", FUTURE), (DAY, ""), ("", DAY))


def drawn_organisation(seed: int, scheme: str = NAME) -> Rows:
    """The rows of one organisation; `tests.worlds.builder.DAY` is the day in question."""
    draw = random.Random(f"organisation {seed}")
    rows = Mixed(Seeded(seed)).make(SCHEMES)
    rows["systems"] = [{**row, "scheme": scheme} for row in rows["systems"]]
    rows["policies"] = []
    units: dict[str, list[str]] = {}
    for row in rows["units"]:
        units.setdefault(row["kind"], []).append(row["unit_id"])
    rows["cases"] = [_filled(row, rows, units, draw) for row in rows["cases"]]
    people = sorted({row["person_id"] for row in rows["people"]})
    cases = sorted({row["case_id"] for row in rows["cases"]})
    _linked(rows, people, cases, draw)
    _members(rows, people, sorted({row["unit_id"] for row in rows["units"]}), draw)
    return rows


def drawn_history(seed: int, scheme: str = NAME) -> list[tuple[str, Rows]]:
    """Two or three loads `(as_of, rows)` of one organisation."""
    return Histories(Seeded(seed)).snapshots(drawn_organisation(seed, scheme))


def _filled(row: dict[str, str], rows: Rows, units: dict[str, list[str]], draw: random.Random) -> dict[str, str]:
    """The case with a unit of each kind, a type, flags and a queue, where it has none."""
    found = dict(row)
    for column, kinds in _UNITS.items():
        if not found.get(column) and draw.random() < 0.7:
            found[column] = draw.choice([one for kind in kinds for one in units.get(kind, ())] or [""])
    if not found.get("case_type_id") and rows["case_types"] and draw.random() < 0.7:
        found["case_type_id"] = draw.choice(rows["case_types"])["case_type_id"]
    for column, words in _FLAGS.items():
        if not found.get(column):
            found[column] = draw.choice(words)
    if not found.get("queue") and draw.random() < 0.5:
        found["queue"] = draw.choice(QUEUES)
    return found


def _linked(rows: Rows, people: list[str], cases: list[str], draw: random.Random) -> None:
    """More links on every case, where there is none yet between the two."""
    taken = {(row["case_id"], row["person_id"], row["link"]) for row in rows["case_people"]}
    for case in cases:
        for link in draw.sample(_FREQUENT, 3):
            person = draw.choice(people)
            if (case, person, link) not in taken:
                since, until = draw.choice(_PERIODS)
                access = {"access": draw.choice(("view", "edit", ""))} if link == "other_staff" else {}
                slot = {"slot": draw.choice(("1", "5"))} if link == "client" else {}
                link_row = {"case_id": case, "person_id": person, "link": link, "since": since, "until": until}
                rows["case_people"].append({**link_row, **access, **slot})


def _members(rows: Rows, people: list[str], units: list[str], draw: random.Random) -> None:
    """More memberships, of units of every kind."""
    taken = {(row["person_id"], row["unit_id"]) for row in rows["memberships"]}
    for person in people:
        for unit in draw.sample(units, min(2, len(units))):
            if (person, unit) not in taken:
                since, until = draw.choice(_PERIODS)
                rows["memberships"].append(
                    {
                        "person_id": person, "unit_id": unit, "access": draw.choice(("view", "edit", "deny", "no")),
                        "manager": draw.choice(("true", "", "")), "since": since, "until": until,
                    }
                )  # fmt: skip
