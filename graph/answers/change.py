"""Answers about change: who gained or lost between two days, or by changes nobody made yet, and which rows did it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import polars as pl

from seewhy.graph.answers.as_json import grant_cells

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import pandas as pd

    from seewhy.graph.answers.as_json import Provenance
    from seewhy.graph.answers.findings import Occurrence

KINDS = ("gained", "lost", "changed", "other_reason")
"""What can happen to a pair: none before, none after, another value, the same value by another step."""


@dataclass(frozen=True, slots=True)
class ChangedFact:
    """One row that began, ended, or was replaced by other values: `sources` are the rows that say so.

    `sentence` names it in words; `counts` are the pairs (gained, lost, changed, other_reason) that it explains.
    """

    stem: str
    did: str
    sentence: str
    sources: tuple[str, ...]
    counts: tuple[int, int, int, int] = (0, 0, 0, 0)
    granted_by: str = ""
    note: str = ""

    @property
    def total(self) -> int:
        """All pairs that the fact explains, alone or with others."""
        return sum(self.counts)

    def as_dict(self) -> dict[str, Any]:
        """Keys file, did, sentence, sources, counts; granted_by and note where the row has them."""
        return {
            "file": self.stem,
            "did": self.did,
            "sentence": self.sentence,
            "sources": list(self.sources),
            "counts": dict(zip(KINDS, self.counts, strict=True)),
            **grant_cells(self.granted_by, self.note),
        }


@dataclass(frozen=True, slots=True)
class ChangedPair:
    """One pair that differs, with value and step before and after, and the rows that did it."""

    person: str
    case: str
    before: str
    before_step: str
    after: str
    after_step: str
    because: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Keys person, case, before, after, because."""
        return {
            "person": self.person,
            "case": self.case,
            "before": {"value": self.before, "step": self.before_step},
            "after": {"value": self.after, "step": self.after_step},
            "because": list(self.because),
        }


@dataclass(frozen=True, slots=True)
class Reasons:
    """Which rows did it. `because` in a table of pairs is a place in `becauses`; `facts` are the rows that changed and
    explain pairs, most pairs first."""

    becauses: tuple[tuple[str, ...], ...]
    facts: tuple[ChangedFact, ...]
    unverified: frozenset[int] = frozenset()
    """Places in `becauses` that were taken over from pairs like these and not asked again."""


class PairTable(Protocol):
    """Differing pairs that are counted at once and become a table when somebody looks at them."""

    @property
    def table(self) -> pl.DataFrame:
        """Columns person, case, kind, before, before_step, after, after_step, because; by person, then case."""

    @property
    def without_reasons(self) -> pl.DataFrame:
        """The columns of `table` but `because`; no reason is looked for."""

    def first(self, most: int) -> pl.DataFrame:
        """The first rows of `table`, at most so many; the others are not made."""

    @property
    def counts(self) -> dict[str, int]:
        """Number of pairs by kind, in the order of `KINDS`."""

    @property
    def reasons(self) -> Reasons:
        """Which rows did it; looked for when somebody asks."""

    def number_because(self, places: Collection[int]) -> int:
        """How many pairs have one of these places in `because`."""


@dataclass(frozen=True, slots=True, eq=False)
class DiffAnswer:
    """All pairs that differ, complete, by person, then case, in code point order.

    They are counted at once. Which rows did it (`becauses`, `facts`, and `because` in `table`, a place in `becauses`)
    is looked for when somebody asks, among the rows that the answer was made of; a list of a million pairs stays a
    table.
    """

    start: str
    end: str
    differing: PairTable
    provenance: Provenance
    names: dict[str, str] = field(default_factory=dict)
    """Names of people by id, as far as known."""
    complete: bool = True

    @property
    def becauses(self) -> tuple[tuple[str, ...], ...]:
        """The rows that did it, by the places that `because` names; see `Reasons`."""
        return self.differing.reasons.becauses

    @property
    def facts(self) -> tuple[ChangedFact, ...]:
        """The rows that changed and explain pairs, most pairs first."""
        return self.differing.reasons.facts

    @property
    def unverified(self) -> frozenset[int]:
        """Places in `becauses` that were taken over from pairs like these and not asked again."""
        return self.differing.reasons.unverified

    @property
    def not_verified(self) -> int:
        """How many pairs have rows that were not asked again."""
        return self.differing.number_because(self.unverified)

    @property
    def table(self) -> pl.DataFrame:
        """All pairs as columns; see `PairTable.table`."""
        return self.differing.table

    @property
    def counts(self) -> dict[str, int]:
        """Number of pairs by kind, in the order of `KINDS`."""
        return self.differing.counts

    @property
    def by_file(self) -> dict[tuple[str, str], tuple[int, tuple[int, int, int, int]]]:
        """By file and what happened (began, ended, changed): how many rows, and the pairs that they explain; most pairs
        first. A pair that several rows explain counts at each."""
        found: dict[tuple[str, str], tuple[int, tuple[int, int, int, int]]] = {}
        for fact in self.facts:
            rows, (a, b, c, d) = found.get((fact.stem, fact.did), (0, (0, 0, 0, 0)))
            one, two, three, four = fact.counts
            found[fact.stem, fact.did] = rows + 1, (a + one, b + two, c + three, d + four)
        return dict(sorted(found.items(), key=lambda item: (-sum(item[1][1]), item[0])))

    @property
    def total(self) -> int:
        """Number of pairs."""
        return sum(self.counts.values())

    def pairs(self, limit: int | None = None) -> Iterator[ChangedPair]:
        """The pairs in order, at most `limit`."""
        for row in (self.table if limit is None else self.differing.first(limit)).iter_rows():
            person, case, _, before, before_step, after, after_step, because = row
            yield ChangedPair(person, case, before, before_step, after, after_step, self.becauses[because])

    def to_pandas(self) -> pd.DataFrame:
        """Columns person, case, kind, before, before_step, after, after_step, because (sources, comma separated)."""
        sources = pl.Series([", ".join(because) for because in self.becauses] or [""], dtype=pl.String)
        return self.table.with_columns(because=sources.gather(self.table["because"])).to_pandas()

    def as_dict(self) -> dict[str, Any]:
        """The JSON of `diff`."""
        return {
            "from": self.start,
            "to": self.end,
            "counts": self.counts,
            "facts": [fact.as_dict() for fact in self.facts],
            "pairs": [pair.as_dict() for pair in self.pairs()],
            "complete": self.complete,
            **({"not_verified": self.not_verified} if self.unverified else {}),
            **self.provenance.as_dict(),
        }


@dataclass(frozen=True, slots=True, eq=False)
class WhatifAnswer:
    """What changes would do on a day; nothing is written. `from` and `to` are the day before and after the changes."""

    diff: DiffAnswer
    appeared: tuple[Occurrence, ...] = ()
    vanished: tuple[Occurrence, ...] = ()
    broken: tuple[str, ...] = ()
    """Assertions that hold now and would not hold any more: one sentence each."""

    @property
    def counts(self) -> dict[str, int]:
        """Number of pairs by kind."""
        return self.diff.counts

    def as_dict(self) -> dict[str, Any]:
        """The JSON of `whatif`: that of `diff`, with findings and assertions."""
        day = self.diff.start
        return {
            **self.diff.as_dict(),
            "findings": {
                "appear": [finding.as_dict(day) for finding in self.appeared],
                "vanish": [finding.as_dict(day) for finding in self.vanished],
            },
            "assertions": list(self.broken),
        }
