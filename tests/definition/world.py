"""Rows of the input files, read as text, and what of them holds on one day.

A row is a mapping of column to text; a missing column is blank. `World` keeps all rows, `World.on(day)` the rows that
hold then, `[since, until)`. Everything about dates happens here, so the four ladders speak about one day only. Nothing
is checked: rows are taken to be valid.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Mapping[str, str]]]
T = TypeVar("T")

ALWAYS, OPEN = "0000-01-01", "open"
VALUES = ("none", "view", "edit")

DATED = frozenset(
    {"people", "cases", "case_people", "case_parties", "memberships", "group_members", "holdings", "work"}
    | {"portal_roles", "role_assignments", "privilege_grants", "access_rules", "case_rules"}
)
FLAGS = {
    "people": {"active": True, "cleared": False},
    "units": {"sensitive": False},
    "case_types": {"sensitive": False},
    "cases": {"limited": False, "sensitive": False},
    "memberships": {"manager": False, "admin_support": False},
    "holdings": {"active": False, "emergency": False},
}
WORDS = {
    "systems": {"scheme": ""},
    "policies": {"policy": "", "value": ""},
    "units": {"kind": ""},
    "cases": {"status": "open", "queue": ""},
    "case_people": {"link": "", "access": "edit"},
    "case_parties": {"role": ""},
    "memberships": {"access": "no"},
    "group_permissions": {"effect": ""},
    "positions": {"level": ""},
    "holdings": {"kind": ""},
    "work": {"kind": "service_request", "status": "open"},
    "portal_roles": {"role": ""},
    "role_assignments": {"placement": "team"},
    "access_rules": {"level": "", "effect": "", "action": "view", "subject_kind": "", "target_kind": ""},
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person may do with a case, and the step that said so."""

    value: str
    value_now: str
    step: str


Claim = tuple[str, str]  # a step that is met, and the value it says


def better(values: Iterable[str]) -> str:
    """The strongest of the values; none of no values."""
    return max(values, key=VALUES.index, default="none")


def normal(stem: str, row: Mapping[str, str]) -> dict[str, Any]:
    """The row trimmed, defaults filled in, enumerations in lower case, booleans as booleans."""
    out: dict[str, Any] = defaultdict(str, {column: (text or "").strip() for column, text in row.items()})
    for column, default in FLAGS.get(stem, {}).items():
        out[column] = out[column].lower() in ("true", "yes", "1") if out[column] else default
    for column, word in WORDS.get(stem, {}).items():
        out[column] = out[column].lower() or word
    return out


def holds(row: Row, day: str) -> bool:
    """Whether the row's period contains the day; blank = always, blank = open."""
    return (row["since"] or ALWAYS) <= day < (row["until"] or OPEN)


class World:
    """All rows of an organisation. `since` and `until` bound any row, of an undated file too (histories have them)."""

    def __init__(self, rows: Rows) -> None:
        self.rows = {stem: [normal(stem, row) for row in table] for stem, table in rows.items()}
        self._days: dict[str, Day] = {}

    def on(self, day: str) -> Day:
        if day not in self._days:
            self._days[day] = Day(self, day)
        return self._days[day]

    @property
    def people(self) -> list[str]:
        """Every person with a row, valid or not, sorted by code point."""
        return sorted({row["person_id"] for row in self.rows.get("people", ())})

    @property
    def cases(self) -> list[str]:
        """Every case with a row, valid or not, sorted by code point."""
        return sorted({row["case_id"] for row in self.rows.get("cases", ())})


class Day:
    """The rows that hold on one day, with the look-ups that all ladders share."""

    def __init__(self, world: World, day: str) -> None:
        self.world, self.day = world, day
        self.active = {row["person_id"] for row in self.table("people") if row["active"]}
        self.case = {row["case_id"]: row for row in self.table("cases")}
        # a system's scheme never changes, so it is no matter of the day
        self.scheme = {row["system_id"]: row["scheme"] for row in world.rows.get("systems", ())}
        self._policy = {(row["system_id"], row["policy"]): row["value"] for row in self.table("policies")}
        self.units = Tree((row["unit_id"], row) for row in self.table("units"))
        self.types = Tree((row["case_type_id"], row) for row in self.table("case_types"))
        self.links: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
        for row in self.table("case_people"):
            self.links[row["case_id"]][row["person_id"]].append(row)
        self._ladders: dict[Any, Any] = {}

    def table(self, stem: str) -> Iterator[Row]:
        return (row for row in self.world.rows.get(stem, ()) if holds(row, self.day))

    def begun(self, stem: str) -> Iterator[Row]:
        """Rows that hold on the day or held before it."""
        return (row for row in self.world.rows.get(stem, ()) if (row["since"] or ALWAYS) <= self.day)

    def group(self, stem: str, column: str) -> dict[str, list[Row]]:
        groups: dict[str, list[Row]] = defaultdict(list)
        for row in self.table(stem):
            groups[row[column]].append(row)
        return groups

    def policy(self, system: str, name: str, default: str) -> str:
        return self._policy.get((system, name), default)

    def on(self, system: str, policy: str) -> bool:
        """A policy that is true unless the organisation says otherwise."""
        return self.policy(system, policy, "true") in ("true", "yes", "1")

    def linked(self, person: str, case: str) -> dict[str, list[Row]]:
        """The person's links to the case: link -> rows."""
        links: dict[str, list[Row]] = {}
        for row in self.links[case][person] if case in self.links and person in self.links[case] else ():
            links.setdefault(row["link"], []).append(row)
        return links

    def ladder(self, make: Callable[[Day], T]) -> T:
        """The scheme's ladder for this day, made once."""
        if make not in self._ladders:
            self._ladders[make] = make(self)
        return self._ladders[make]  # type: ignore[no-any-return]


class Tree:
    """Units or case types: a forest by `parent_id`."""

    def __init__(self, nodes: Iterable[tuple[str, Row]]) -> None:
        self.node = dict(nodes)
        self._above: dict[str, tuple[str, ...]] = {"": ()}

    def above(self, node: str) -> tuple[str, ...]:
        """The node itself, its parent, and so on to the root; nothing for a blank."""
        if node not in self._above:
            parent: str = self.node[node]["parent_id"] if node in self.node else ""
            self._above[node] = (node, *self.above(parent))
        return self._above[node]

    def nearest(self, node: str, kind: str) -> str:
        """The node itself or the nearest above it of the kind; blank when there is none."""
        of_kind = (each for each in self.above(node) if each in self.node and self.node[each]["kind"] == kind)
        return str(next(of_kind, ""))

    def sensitive(self, node: str) -> bool:
        """Whether the node or one above it is sensitive."""
        return any(each in self.node and self.node[each]["sensitive"] for each in self.above(node))
