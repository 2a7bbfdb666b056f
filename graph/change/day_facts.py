"""The facts of one day as frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from seewhy.graph.change.changed_rows import PAST_COUNTS, held
from seewhy.graph.inputs.files import FILES
from seewhy.graph.schemes.columns import as_cell
from seewhy.graph.vocabulary import ALWAYS, OPEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from seewhy.graph.answers.counterfactual import FactChange

Row = dict[str, Any]
Rows = dict[str, list[Row]]
UNTIL_FURTHER_NOTICE = {"since": ALWAYS, "until": OPEN}
_NAMED = ("people", "case_types", "positions", "roles", "access_rules")
"""SeeWhy's files whose rows facts refer to: those that do not hold on the day stay, with their dates. So do those of a
scheme's own tables with an id."""


@dataclass(frozen=True, slots=True)
class DayFacts:
    """The facts of one day: `frames` with their dates flattened, and the columns of each file."""

    date: str
    frames: Mapping[str, pl.DataFrame]
    attached: frozenset[str] = frozenset()
    """Rules that a row of the newest snapshot attaches to a case, on whatever day."""

    @classmethod
    def of(cls, history: Mapping[str, pl.DataFrame], date: str) -> DayFacts:
        """What holds on the day; portal roles and units also what held before."""
        frames = {}
        for stem, spec in FILES.items():
            if stem not in history:
                continue
            frame = history[stem]
            if stem in PAST_COUNTS:
                frames[stem] = frame.filter((pl.col("since") <= date) & (pl.col("since") < pl.col("until")))
            else:
                now = held(frame, date).with_columns(**{k: pl.lit(v) for k, v in UNTIL_FURTHER_NOTICE.items()})
                frames[stem] = (
                    pl.concat([now, frame.join(now, on=FILES[stem].id, how="anti")])
                    if stem in _NAMED or (spec.scheme and spec.id)
                    else now
                )
        rules = history["case_rules"].filter("present")["rule_id"].to_list()
        return cls(date, frames, frozenset(rules))

    def ended(self, change: FactChange) -> Row:
        """The row that a change ends."""
        for name, cell in change.row[:1]:
            for row in self.rows(change.file, name, [cell]):
                if self.ends(row, change):
                    return row
        return dict(change.row)

    def ends(self, row: Mapping[str, Any], change: FactChange) -> bool:
        """Whether a change ends the row: it holds on the day, and all cells of the change are the row's."""
        return row["since"] <= self.date < row["until"] and all(as_cell(row.get(n)) == cell for n, cell in change.row)

    def rows(self, stem: str, column: str, values: Iterable[str]) -> list[Row]:
        """Rows of a file with one of some values in a column."""
        wanted = sorted(set(values))
        return self.frames[stem].filter(pl.col(column).is_in(wanted)).to_dicts() if wanted else []

    def all(self, stem: str) -> list[Row]:
        """All rows of a file."""
        return self.frames[stem].to_dicts()

    def above(self, stem: str, ones: Iterable[str]) -> list[Row]:
        """Units (or case types) with everything above them."""
        key = FILES[stem].id
        found: dict[str, list[Row]] = {}
        waiting = {one for one in ones if one}
        while waiting:
            rows = self.rows(stem, key, waiting)
            for row in rows:
                found.setdefault(row[key], []).append(row)
            waiting = {row["parent_id"] for row in rows if row["parent_id"]} - found.keys()
        return [row for rows in found.values() for row in rows]


def framed(rows: Rows, facts: DayFacts) -> dict[str, pl.DataFrame]:
    """Rows as history frames."""
    return {stem: pl.DataFrame(own, schema=facts.frames[stem].schema, orient="row") for stem, own in rows.items()}
