"""What is remembered after several loads, so that earlier days keep their answers.

`history(loads)` turns a sequence of snapshots into one `World` whose rows carry the periods in which they really count:

- A fact is known by file and key; where a key has several periods in one of the two snapshots, also by `since`.
- A new one begins at its own `since`; blank = the day of the load, or always in an empty graph.
- A known one with other values ends that day and begins anew, whatever its `since`: never before that day.
- One that differs only in `since`, `until`, `note`, `granted_by` is corrected in place.
- An absent one ends that day. A file that is absent counts as empty.

Where the contract is silent, this is our reading: a changed fact that had not begun yet keeps its own `since`; a key
that comes back after an absence begins anew, too; names and titles, which decide nothing here, are no other values.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.definition.world import ALWAYS, OPEN, Rows, World, normal
from tests.worlds.tables import COLUMNS, KEYS

CORRECTIONS = ("since", "until", "note", "granted_by", "name", "title")
KEY_DEFAULTS = {"slot": "1", "placement": "team"}

Key = tuple[str, ...]


@dataclass(slots=True)
class Fact:
    """A row since the load that began it; it never counts before `floor` (`anew`: counts from it), and a blank since
    means `base`."""

    row: dict[str, Any]
    base: str
    floor: str
    anew: bool = False
    ended: str = OPEN

    def period(self) -> tuple[str, str]:
        since = self.floor if self.anew else max(self.row["since"] or self.base, self.floor)
        return since, min(self.row["until"] or OPEN, self.ended)


def history(loads: Iterable[tuple[str, Rows]]) -> World:
    """The world after the loads `(as_of, rows)`, oldest first: every row of any load, with its true period."""
    remembered: dict[str, dict[Key, list[Fact]]] = {stem: defaultdict(list) for stem in COLUMNS}
    current: dict[str, dict[Key, list[Fact]]] = {stem: {} for stem in COLUMNS}
    for number, (as_of, rows) in enumerate(loads):
        for stem in COLUMNS:
            current[stem] = next_snapshot(
                stem, rows.get(stem, ()), as_of, current[stem], remembered[stem], blank=as_of if number else ALWAYS
            )
    return World({stem: [dated(fact) for facts in of.values() for fact in facts] for stem, of in remembered.items()})


def dated(fact: Fact) -> dict[str, Any]:
    """The row as text with its true period; one that never counts has an empty one."""
    text = {column: str(value).lower() if isinstance(value, bool) else value for column, value in fact.row.items()}
    since, until = fact.period()
    return {**text, "since": since, "until": max(since, until)}


def next_snapshot(
    stem: str,
    table: Sequence[Mapping[str, str]],
    as_of: str,
    current: Mapping[Key, list[Fact]],
    remembered: dict[Key, list[Fact]],
    *,
    blank: str,
) -> dict[Key, list[Fact]]:
    """One file of one load: `current` are the facts of the snapshot before, `remembered` all facts there ever were."""
    given: dict[Key, list[dict[str, Any]]] = defaultdict(list)
    for row in table:
        new = normal(stem, row)
        given[tuple(new[column] or KEY_DEFAULTS.get(column, "") for column in KEYS[stem])].append(new)
    following: dict[Key, list[Fact]] = {}
    for key in {**current, **given}:
        old, new_rows = list(current.get(key, ())), given.get(key, [])
        several = len(old) > 1 or len(new_rows) > 1
        for row in new_rows:
            known = next((fact for fact in old if not several or fact.row["since"] == row["since"]), None)
            if known is not None and same_values(stem, known.row, row):
                old.remove(known)
                known.row = row
                following.setdefault(key, []).append(known)
                continue
            before = [fact for fact in remembered[key] if not several or fact.row["since"] == row["since"]]
            begun = known is not None and known.period()[0] < as_of
            fact = Fact(row, base=blank, floor=as_of if before else ALWAYS, anew=begun)
            remembered[key].append(fact)
            following.setdefault(key, []).append(fact)
        for fact in old:
            fact.ended = as_of
    return following


def same_values(stem: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(one[column] == other[column] for column in COLUMNS[stem] if column not in CORRECTIONS)
