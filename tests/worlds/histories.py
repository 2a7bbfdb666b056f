"""Sequences of snapshots `(as_of, rows)` of one small organisation: rows come, go, change and are corrected.

A load would take every snapshot. Left out, because no rule says what they mean: another `since` for
one of several periods of a key, and one period that becomes several with its own `since` before the load.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import polars as pl

from seewhy.graph.inputs.files import files_about
from tests.worlds.builder import HOLDING_PERIODS, OTHER_PERIODS, Builder, Seeded, Source
from tests.worlds.small import SCHEMES, Mixed, Small
from tests.worlds.tables import COLUMNS, DATED, Rows, closed

AS_OF = ("2026-03-01", "2026-06-15", "2026-06-15", "2026-06-20")
DAYS = ("2024-06-01", "2026-02-28", "2026-03-01", "2026-06-14", "2026-06-15", "2026-06-16", "2026-06-20", "2027-04-01")

CHANGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "people": ("active", ("false", "true")),
    "units": ("sensitive", ("true", "")),
    "case_types": ("sensitive", ("true", "")),
    "cases": ("status", ("closed", "open", "draft")),
    "memberships": ("access", ("deny", "edit", "view", "no")),
    "group_permissions": ("effect", ("deny", "allow")),
    "work": ("status", ("closed", "open")),
    "access_rules": ("effect", ("cannot", "can")),
    "holdings": ("kind", ("absence", "hierarchical")),
    "case_people": ("access", ("view", "edit")),
    "case_parties": ("slot", ("5", "2")),
}
OTHER_CHANGES: dict[str, Callable[[dict[str, str]], dict[str, str]]] = {
    "units": lambda row: {**row, "parent_id": ""},
    "case_types": lambda row: {**row, "parent_id": ""},
    "cases": lambda row: {**row, "limited": "yes", "sensitive": "1", "team_id": ""},
    "memberships": lambda row: {**row, "note": "looked at again"},
    "policies": lambda row: {**row, "value": {"open": "closed", "closed": "open"}.get(row["value"].lower(), "true")},
}


class Histories(Builder):
    """Snapshots drawn from one world."""

    def snapshots(self, whole: Rows) -> list[tuple[str, Rows]]:
        days = sorted(self.some(AS_OF, 2, 3))
        present = {stem: self.part(stem, whole[stem]) for stem in COLUMNS}
        loads = [(days[0], closed(present))]
        for day in days[1:]:
            present = {stem: self.next(stem, present[stem], whole[stem]) for stem in COLUMNS}
            loads.append((day, closed(present)))
        return loads

    def part(self, stem: str, table: list[dict[str, str]]) -> list[dict[str, str]]:
        """Some rows are still to come; all rows of a key come together."""
        kept = {key: stem == "systems" or not self.chance(1, 8) for key in {self.key(stem, row): None for row in table}}
        return [row for row in table if kept[self.key(stem, row)]]

    def key(self, stem: str, row: dict[str, str]) -> tuple[str, ...]:
        return tuple(self._key(stem, row))

    def next(self, stem: str, now: list[dict[str, str]], whole: list[dict[str, str]]) -> list[dict[str, str]]:
        """The table at the next load."""
        if stem == "systems":
            return now
        if now and self.chance(1, 40):
            return []  # the file is absent
        keys = {self.key(stem, row): None for row in [*now, *whole]}
        table: list[dict[str, str]] = []
        for key in keys:
            rows = [row for row in now if self.key(stem, row) == key]
            if not rows:
                rows = [row for row in whole if self.key(stem, row) == key] if self.chance(1, 2) else []
            elif self.chance(1, 10):
                rows = []
            elif self.chance(1, 6):
                rows = [self.changed(stem, row) for row in rows]
            elif len(rows) == 1 and stem in DATED and stem != "holdings" and self.chance(1, 6):
                rows = [self.corrected(rows[0])]
            table += rows
        return table

    def changed(self, stem: str, row: dict[str, str]) -> dict[str, str]:
        """Other values; blank ones of a column that the stem does not fill stay out."""
        if stem == "holdings" and row["kind"] == "primary":
            return row  # a second primary holding might be there
        if stem in OTHER_CHANGES and (stem == "policies" or self.chance(1, 2)):
            return OTHER_CHANGES[stem](row)
        if stem not in CHANGES or (stem == "case_people" and row["link"] != "other_staff"):
            return row
        column, values = CHANGES[stem]
        if stem == "case_parties" and row["role"] != "client":
            return row
        return {**row, column: self.pick(values)}

    def corrected(self, row: dict[str, str]) -> dict[str, str]:
        since, until = self.pick((*HOLDING_PERIODS, *OTHER_PERIODS))
        return {**row, "since": since, "until": until}


def history(source: Source, scheme: str, *, hostile: bool = True) -> list[tuple[str, Rows]]:
    """Two or three loads of a small world; `mixed` for all four schemes."""
    builder = Mixed(source, hostile=hostile) if scheme == "mixed" else Small(source, hostile=hostile)
    whole = builder.make(SCHEMES if scheme == "mixed" else (scheme,))
    return Histories(source).snapshots(whole)


def seeded_history(scheme: str, seed: int, *, hostile: bool = True) -> list[tuple[str, Rows]]:
    return history(Seeded(seed), scheme, hostile=hostile)


def with_rows_ended(history: dict[str, pl.DataFrame], day: str, draw: random.Random) -> dict[str, pl.DataFrame]:
    """The history with up to three rows of people ended on the day, as a what-if would end them."""
    after = dict(history)
    holds = (pl.col("since") <= day) & (pl.col("until") > day)
    stems = [one for one in files_about("person") if one != "people"]
    rows = [(stem, n) for stem in stems for n in history[stem].select(holds.arg_true()).to_series().to_list()]
    for stem, n in draw.sample(rows, min(len(rows), draw.randint(1, 3))):
        until = [day if at == n else cell for at, cell in enumerate(after[stem]["until"])]
        after[stem] = after[stem].with_columns(until=pl.Series(until, dtype=pl.String))
    return after
