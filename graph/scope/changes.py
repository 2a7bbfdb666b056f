"""Answers about change, cut to what may be told, and the changes that may be tried."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from seewhy.graph.answers.change import KINDS, Reasons
from seewhy.graph.change.in_memory import history_of
from seewhy.graph.errors import UnknownEntity
from seewhy.graph.inputs.files import FILES
from seewhy.graph.scope.answers import told_occurrences
from seewhy.graph.scope.view import named

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from seewhy.graph.answers.change import ChangedFact, DiffAnswer, WhatifAnswer
    from seewhy.graph.change.changeset import Changes
    from seewhy.graph.scope.view import View


@dataclass(frozen=True, slots=True)
class PartOfPairs:
    """Some of the pairs of an answer, as `answers.change.PairTable` has them."""

    table: pl.DataFrame
    reasons: Reasons

    @property
    def without_reasons(self) -> pl.DataFrame:
        """The columns of `table` but `because`."""
        return self.table.drop("because")

    def first(self, most: int) -> pl.DataFrame:
        """The first rows of `table`, at most so many."""
        return self.table.head(most)

    @property
    def counts(self) -> dict[str, int]:
        """Number of pairs by kind, in the order of `KINDS`."""
        found = dict(self.table.group_by("kind").len().iter_rows())
        return {kind: found.get(kind, 0) for kind in KINDS}

    def number_because(self, places: Collection[int]) -> int:
        """How many pairs have one of these places in `because`."""
        return len(self.table.filter(pl.col("because").is_in(sorted(places))))


def told_diff(view: View, answer: DiffAnswer) -> DiffAnswer:
    """The pairs that may be told of, and of the rows that did it those that name nobody and nothing outside; each
    counted by what is left."""
    inside = pl.lit(False)
    for part in view.parts:
        both = pl.lit(True)
        for column, side in (("person", part.people), ("case", part.cases)):
            if side is not None:
                both &= pl.col(column).is_in(pl.Series(list(side), dtype=pl.String).implode())
        inside |= both
    table = answer.table.filter(inside)
    outside = view.rows_outside(source for because in answer.becauses for source in because)
    becauses = tuple(tuple(one for one in because if one not in outside) for because in answer.becauses)
    facts = _recounted(view, answer, table, outside)
    return replace(
        answer,
        differing=PartOfPairs(table, Reasons(becauses, facts, answer.unverified)),
        provenance=view.provenance(answer.provenance),
        names={person: name for person, name in answer.names.items() if view.person(person)},
    )


def _recounted(
    view: View, answer: DiffAnswer, table: pl.DataFrame, outside: Iterable[str]
) -> tuple[ChangedFact, ...]:
    """The rows that may be told and explain some of the pairs that are left."""
    explained: dict[int, list[int]] = defaultdict(lambda: [0] * len(KINDS))
    for place, kind, count in table.group_by("because", "kind").len().iter_rows():
        explained[place][KINDS.index(kind)] += count
    with_source: dict[str, set[int]] = defaultdict(set)
    for place in explained:
        for source in answer.becauses[place]:
            with_source[source].add(place)
    found = []
    for fact in answer.facts:
        if not fact.sources or not set(fact.sources).isdisjoint(outside):
            continue
        places = set.intersection(*(with_source[source] for source in fact.sources))
        counts = [sum(explained[place][kind] for place in places) for kind in range(len(KINDS))]
        if any(counts):
            granted = fact.granted_by if view.person(fact.granted_by) else ""
            a, b, c, d = counts
            found.append(replace(fact, counts=(a, b, c, d), granted_by=granted, note=""))
    return tuple(sorted(found, key=lambda fact: (-fact.total, fact.sentence)))


def told_whatif(view: View, answer: WhatifAnswer) -> WhatifAnswer:
    """The pairs, the rows and the findings that may be told."""
    return replace(
        answer,
        diff=told_diff(view, answer.diff),
        appeared=told_occurrences(view, answer.appeared),
        vanished=told_occurrences(view, answer.vanished),
    )


def require_inside(view: View, changes: Changes) -> None:
    """Raises UnknownEntity when changed rows name a person, a case or work that may not be told of, be it a new person
    or case: whether such an id is free is not told either."""
    history = history_of(view.whole)
    for tables in changes.tables.values():
        for stem, table in tables.items():
            for row in table.frame.iter_rows(named=True) if stem in FILES else ():
                cells = {name: str(cell or "").strip() for name, cell in row.items()}
                people, cases = named(stem, cells)
                view.require([*people, cells.get("granted_by", "")], cases)
                if stem == "work" and _outside(view, history["work"], cells.get("work_id", "")):
                    raise UnknownEntity(f"unknown work item `{cells['work_id']}`")


def _outside(view: View, work: pl.DataFrame, id: str) -> bool:
    rows = work.filter(pl.col("work_id") == id).iter_rows(named=True)
    return any(view.names_outside("work", row) for row in rows)
