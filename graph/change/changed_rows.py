"""Changed rows: which rows of the history differ between two days or two histories, as far as they can decide.

Only what holds on the two days counts, with one exception: a creator that ever had a portal role counts
(ICON-09), so roles and units that began by each day are compared as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from seewhy.cypher.ladders import ladders
from seewhy.graph.inputs.files import FILES
from seewhy.graph.schemes.hops import schemes_reading
from seewhy.graph.vocabulary import ALWAYS, OPEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

History = "Mapping[str, pl.DataFrame]"

PAST_COUNTS = ("portal_roles", "units")
"""Files of which what began by a day decides, not only what holds on it: a supervisor sees the case whose creator has,
or had, a portal role. Their rows keep their dates."""


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A key whose rows differ: those that held before only, and those that hold after only, as cells by column."""

    stem: str
    key: tuple[Any, ...]
    ended: tuple[dict[str, Any], ...]
    began: tuple[dict[str, Any], ...]

    @property
    def rows(self) -> tuple[dict[str, Any], ...]:
        """All rows on either side."""
        return (*self.ended, *self.began)

    @property
    def sources(self) -> tuple[str, ...]:
        """The rows of the input that say so, each once."""
        return tuple(dict.fromkeys(row["source"] for row in self.rows))

    @property
    def did(self) -> str:
        """began, ended, or changed (other values)."""
        return "changed" if self.ended and self.began else "began" if self.began else "ended"


def deciding(stem: str) -> list[str]:
    """The columns of a file that rungs read: those that the file table shows only, unless a text names one all the same
    as a property or relationship of what the file makes."""
    spec = FILES[stem]
    texts = [text for scheme in schemes_reading(stem) for text in _texts(scheme)]
    named = {
        name for name in spec.shown if any(re.search(_MADE.get((stem, name), rf"\.{name}\b"), text) for text in texts)
    }
    without = set(spec.shown) - named | {"since", "until"}
    return [column for column in spec.names if column not in without]


_PERIOD = ("since", "until", "note", "granted_by")
_MADE = {
    ("people", "manager_id"): r"\bMANAGED_BY\b",
    ("holdings", "covers_person_id"): r"\.covers\b",
    ("cases", "title"): r"\.(?:name|caption)\b",
}
"""What a text says where it reads a column that the graph calls otherwise."""


def _texts(scheme: str) -> Iterator[str]:
    """What a scheme reads: its rungs, the expressions in their heads, and what makes an edit of a view."""
    ladder = ladders()[scheme]
    for rung in (*ladder.rungs, *ladder.granting, *ladder.upgrades.values()):
        yield "\n".join((rung.block.body, rung.block.head.get("value", ""), rung.block.head.get("now", "")))


def held(frame: pl.DataFrame, day: str) -> pl.DataFrame:
    """The facts that hold on a day."""
    return frame.filter((pl.col("since") <= day) & (pl.col("until") > day))


def cuts(frames: Iterable[pl.DataFrame]) -> list[str]:
    """The days on which a row of some frames begins or ends, in order."""
    found: set[str] = set()
    for frame in frames:
        found |= {*frame["since"].to_list(), *frame["until"].to_list()}
    return sorted(found - {ALWAYS, OPEN})


def changed_rows(
    before: Mapping[str, pl.DataFrame], start: str, after: Mapping[str, pl.DataFrame], end: str, *, every: bool = False
) -> list[ChangedRow]:
    """Every key whose deciding rows on `start` (in `before`) and on `end` (in `after`) are not the same; with `every`
    column, also what only shows, or only tells which position is in use."""
    found: list[ChangedRow] = []
    for stem, spec in FILES.items():
        if stem == "roles" or stem not in before or stem not in after:
            continue
        one, two = before[stem], after[stem]
        if one is two and start == end:
            continue
        columns = [name for name in spec.names if name not in _PERIOD] if every else deciding(stem)
        gone, new = _differing(held(one, start), held(two, end), columns)
        if stem in PAST_COUNTS:
            begun = [
                f.filter((pl.col("since") <= day) & (pl.col("since") < pl.col("until")))
                for f, day in ((one, start), (two, end))
            ]
            more_gone, more_new = _differing(begun[0], begun[1], [*columns, "since", "until"])
            gone, new = (pl.concat(pair).unique(maintain_order=True) for pair in ((gone, more_gone), (new, more_new)))
        found += _by_key(stem, spec.key, gone, new)
    return found


def _differing(one: pl.DataFrame, two: pl.DataFrame, columns: list[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    gone = one.join(two, on=columns, how="anti", nulls_equal=True, maintain_order="left")
    return gone, two.join(one, on=columns, how="anti", nulls_equal=True, maintain_order="left")


def _by_key(stem: str, key: Iterable[str], gone: pl.DataFrame, new: pl.DataFrame) -> list[ChangedRow]:
    names = list(key)
    sides: dict[tuple[Any, ...], tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {}
    for place, frame in enumerate((gone, new)):
        for row in frame.iter_rows(named=True):
            sides.setdefault(tuple(row[name] for name in names), ([], []))[place].append(row)
    return [ChangedRow(stem, one, tuple(a), tuple(b)) for one, (a, b) in sides.items()]
