"""What is answered about one row of the input: its cells, its history, what rests on it, what stands beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from seewhy.graph.answers.as_json import HIDDEN, Answer, grant_cells

if TYPE_CHECKING:
    from seewhy.graph.answers.as_json import Provenance


@dataclass(frozen=True, slots=True)
class RowPeriod(Answer):
    """One period of a row's key, or another row: `since` inclusive, `until` exclusive, ISO; `ended_load` is blank while
    it is a row of the newest snapshot. `became`: what a later period of the same key has otherwise."""

    source: str
    load: str
    since: str
    until: str
    ended_load: str
    sentence: str
    became: str = ""


class CitingPair(NamedTuple):
    """A pair with a reason that rests on the row; `decides`: that reason decides. `value` is that of the pair."""

    person: str
    case: str
    value: str
    decides: bool


@dataclass(frozen=True, slots=True)
class Neighbours(Answer):
    """Other rows that name the same person, case, unit …, on the day: how many by file, and the first of them."""

    kind: str
    """The stem of what is named: people, cases, units …"""
    id: str
    name: str
    counts: dict[str, int]
    rows: tuple[RowPeriod, ...]


@dataclass(frozen=True, slots=True)
class RowAnswer:
    """One row of the input and what rests on it on a day.

    `gives`: pairs that can see, with a reason that grants and rests on the row. `keeps_out`: pairs that cannot,
    because a reason that rests on it decides. Both by person, then case. Not `complete`: so many pairs were to be asked
    that only the first ones were.
    """

    file: str
    row: int
    as_of: str
    source: str
    load: str
    stem: str
    sentence: str
    since: str
    until: str
    holds: bool
    cells: dict[str, str]
    history: tuple[RowPeriod, ...]
    others: tuple[RowPeriod, ...]
    """Rows of other loads that had the same number."""
    gives: tuple[CitingPair, ...]
    keeps_out: tuple[CitingPair, ...]
    complete: bool
    neighbours: tuple[Neighbours, ...]
    provenance: Provenance
    granted_by: str = ""
    note: str = ""
    names: dict[str, str] = field(default_factory=dict, metadata=HIDDEN)
    """Names of people by id."""

    @property
    def deciding(self) -> int:
        """How many pairs see by a reason that rests on the row and decides."""
        return sum(pair.decides for pair in self.gives)

    def as_dict(self) -> dict[str, Any]:
        """The JSON of `row`."""
        return {
            "file": self.file,
            "row": self.row,
            "as_of": self.as_of,
            "source": self.source,
            "begun_by": self.load,
            "sentence": self.sentence,
            "since": self.since,
            "until": self.until,
            "holds": self.holds,
            "cells": self.cells,
            **grant_cells(self.granted_by, self.note),
            "history": [one.as_dict() for one in self.history],
            "other_rows_of_that_number": [one.as_dict() for one in self.others],
            "gives": [pair._asdict() for pair in self.gives],
            "keeps_out": [pair._asdict() for pair in self.keeps_out],
            "complete": self.complete,
            "neighbours": [one.as_dict() for one in self.neighbours],
            **self.provenance.as_dict(),
        }
