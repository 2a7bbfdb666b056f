"""Every pair of the organisation, person by person, without ever holding all of them.

The graph decides per person and group of equivalent cases; the groups become cases here, as arrays: one byte per case
and person (8 MB of index per million cases). Everybody comes from the access matrix, which is made for it where there
is none; a few that are named by the composed questions of `what`. Bound: the largest single step is one person's row.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from seewhy.graph.matrix.case_index import CaseIndex
from seewhy.graph.matrix.claims import decided_cases
from seewhy.graph.matrix.group_parts import GroupParts
from seewhy.graph.matrix.precomputed import precomputed, schemes_in
from seewhy.graph.matrix.row_decider import DecisionCodes, PerTable, Row, RowDecider
from seewhy.graph.record import Asked, stepwise
from seewhy.graph.session import Session, day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import numpy.typing as npt

    from seewhy.graph.matrix.case_index import VisibleCases

PEOPLE_PER_QUESTION = 100
"""Enough to hide round trips, and far from any time limit."""


class Pairs:
    """Every visible pair on a day: iterate for one VisibleCases per person. `cases`, `people`: in code point order.

    With `ladders` (their names, such as `departments:delete`) and `enough` (of a ladder and a value), those pairs that
    these ladders decide and whose value is enough.
    """

    def __init__(
        self,
        session: Session,
        as_of: str | dt.date | None = None,
        people: Sequence[str] | None = None,
        *,
        ladders: Sequence[str] | None = None,
        enough: Callable[[str, str], bool] | None = None,
    ) -> None:
        self.session, self.as_of = session, day(as_of)
        self.provenance = session.provenance()
        self._named = people is not None and len(people) <= PEOPLE_PER_QUESTION
        known = sorted(row["id"] for row in session.run("organisation/people")) if people is None else people
        self.people = sorted(known)
        self.schemes = schemes_in(session)
        self._ladders = self.schemes if ladders is None else ladders
        whole = ladders is None and enough is None and not self._named
        self._matrix = precomputed(session, self.as_of, make=people is None) if whole else None
        self.index = self._matrix.index if self._matrix else CaseIndex.of_day(session, self.as_of)
        self.cases = self.index.cases
        self._book = DecisionCodes(enough=enough)
        self.decisions = self._matrix.decisions if self._matrix else self._book.decisions

    def __iter__(self) -> Iterator[VisibleCases]:
        """One VisibleCases per person with at least one visible case, in order of person id."""
        asked = Asked("pairs", as_of=self.as_of, options={"people": self.people} if self._named else {})
        return stepwise(self.session, asked, self._sights())

    def _sights(self) -> Iterator[VisibleCases]:
        none = np.zeros(0, np.int64), np.zeros(0, np.uint8)
        alike = PerTable(
            lambda table: self.index.visible_cases("", table, *none), lambda one: one.cases.nbytes + one.codes.nbytes
        )
        for row in self._rows():
            own = len(row.places) > 0
            found = self.index.visible_cases(*row) if own else replace(alike.of(row.table), person=row.person)
            if len(found.cases):
                yield found

    def _rows(self) -> Iterator[Row]:
        if self._matrix:
            return _visible_only(self._matrix.rows(self.people), self._matrix.visible)
        if self._named:
            return decided_rows(self.session, self.people, self._ladders, self.as_of, self.index, self._book)
        return RowDecider(self.session, self.as_of, self._ladders, self.index, self._book).rows(self.people)

    def counts(self) -> dict[str, dict[str, int]]:
        """Per person with at least one visible case the number of cases by value (none left out), from the sizes of the
        groups: no case is looked at but those that go before their group."""
        out: dict[str, dict[str, int]] = {}
        for person, counts in counted(self.index, self._rows()):
            tally: dict[str, int] = {}
            for code in np.flatnonzero(counts[1:]) + 1:
                value = self.decisions[code].value
                tally[value] = tally.get(value, 0) + int(counts[code])
            if tally:
                out[person] = tally
        return out

    def counts_in(self, parts: Sequence[Iterable[str]]) -> Iterator[tuple[str, npt.NDArray[np.int64]]]:
        """Per person how many of the visible cases are in each of some parts: groups of equivalent cases by id, and a
        group may be in several. As with `counts`, only the cases that go before their group are looked at."""
        index, within = self.index, GroupParts(self.index, parts)

        def of_table(table: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
            seen = np.flatnonzero(table > 0)
            return within.sums(seen, index.sizes[seen])

        tables = PerTable(of_table, lambda one: one.nbytes)
        for row in self._rows():
            counts = tables.of(row.table)
            if len(row.places):
                groups = index.group_of[row.places]
                counts = counts + within.sums(groups, (row.codes > 0).astype(np.int64) - (row.table[groups] > 0))
            yield row.person, counts


def _visible_only(rows: Iterable[Row], visible: npt.NDArray[np.bool_]) -> Iterator[Row]:
    """The rows with code 0 where a decision lets nobody see; equal rows in turn keep one table."""
    kept = np.where(visible, np.arange(len(visible)), 0).astype(np.uint8)
    tables = PerTable(lambda table: kept.take(table), lambda table: table.nbytes)
    for row in rows:
        yield Row(row.person, tables.of(row.table), row.places, kept[row.codes])


def counted(index: CaseIndex, rows: Iterable[Row]) -> Iterator[tuple[str, npt.NDArray[np.int64]]]:
    """Per person the number of cases by code; rows with the same table are counted once."""
    tables = PerTable(
        lambda table: np.bincount(table, weights=index.sizes, minlength=256).astype(np.int64), lambda one: one.nbytes
    )
    for row in rows:
        counts = tables.of(row.table)
        if len(row.places):
            replaced = np.bincount(row.table[index.group_of[row.places]], minlength=256)
            counts = counts - replaced + np.bincount(row.codes, minlength=256)
        yield row.person, counts


def decided_rows(
    session: Session, people: Sequence[str], schemes: Sequence[str], date: str, index: CaseIndex, book: DecisionCodes
) -> Iterator[Row]:
    """The rows of a few people (up to PEOPLE_PER_QUESTION in one question), by the composed questions."""
    claims: dict[str, dict[str, Any]] = {s: decided_cases(session, list(people), s, date) for s in schemes}
    for person in people:
        table = np.zeros(len(index.groups), np.uint8)
        own: list[str] = []
        codes: list[int] = []
        for scheme, decided in claims.items():
            profiles, cases = decided.get(person, ({}, {}))
            for profile, claim in profiles.items():
                table[index.group[profile]] = book.code(scheme, claim)
            own += cases
            codes += [book.code(scheme, claim) for _, claim in cases.values()]
        places = index.places(own)
        order = np.argsort(places)
        yield Row(person, table, places[order], np.array(codes, np.uint8)[order])
