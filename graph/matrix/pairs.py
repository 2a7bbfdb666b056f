"""Every pair of the organisation, person by person, without ever holding all of them.

The graph decides per person and group of look-alike cases; the groups are spread over cases here, as arrays: one byte
per case and person (8 MB of index per million cases). Everybody is decided from halves of rungs (`everybody.py`); a few
people that are named are asked about with the whole composition. Bound: the largest single step is one person's row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from seewhy.graph.matrix.access_matrix import Codebook, Everybody, Row
from seewhy.graph.matrix.case_index import Spread
from seewhy.graph.matrix.claims import decided_cases
from seewhy.graph.session import Session, day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from seewhy.graph.matrix.case_index import Sight

BATCH = 100
"""People per question with the whole composition: large enough to hide round trips, far from any time limit."""


class Pairs:
    """Every visible pair on a day. `cases` and `people` are in code point order; iterate for one Sight per person."""

    def __init__(
        self, session: Session, as_of: str | dt.date | None = None, people: Sequence[str] | None = None
    ) -> None:
        self.session, self.as_of = session, day(as_of)
        self.provenance = session.provenance()
        self._named = people is not None and len(people) <= BATCH
        known = sorted(row["id"] for row in session.run("organisation/people")) if people is None else people
        self.people = sorted(known)
        self.schemes = sorted({row["scheme"] for row in session.run("organisation/systems")})
        self._spread = Spread(session, self.as_of)
        self.cases = self._spread.cases
        self._book = Codebook()
        self.decisions = self._book.decisions

    def __iter__(self) -> Iterator[Sight]:
        """One Sight per person with at least one visible case, in order of person id."""
        sights = (self._spread.sight(*row) for row in self._rows())
        return (sight for sight in sights if len(sight.cases))

    def _rows(self) -> Iterator[Row]:
        if self._named:
            return asked(self.session, self.people, self.schemes, self.as_of, self._spread, self._book)
        return Everybody(self.session, self.as_of, self.schemes, self._spread, self._book).rows(self.people)

    def counts(self) -> dict[str, dict[str, int]]:
        """Per person with at least one visible case the number of cases by value (none left out), from the sizes of the
        groups: no case is looked at but those that go before their group."""
        out: dict[str, dict[str, int]] = {}
        for row in self._rows():
            counts = np.bincount(row.table, weights=self._spread.sizes, minlength=256)
            counts -= np.bincount(row.table[self._spread.group_of[row.places]], minlength=256)
            counts += np.bincount(row.codes, minlength=256)
            tally: dict[str, int] = {}
            for code in np.flatnonzero(counts[1:]) + 1:
                value = self.decisions[code].value
                tally[value] = tally.get(value, 0) + int(counts[code])
            if tally:
                out[row.person] = tally
        return out


def asked(
    session: Session, people: Sequence[str], schemes: Sequence[str], date: str, spread: Spread, book: Codebook
) -> Iterator[Row]:
    """The rows of a few people (up to BATCH in one question), by the whole composition."""
    halves: dict[str, dict[str, Any]] = {s: decided_cases(session, list(people), s, date) for s in schemes}
    for person in people:
        table = np.zeros(len(spread.groups), np.uint8)
        own: list[tuple[int, int]] = []
        for scheme, decided in halves.items():
            profiles, cases = decided.get(person, ({}, {}))
            for profile, claim in profiles.items():
                table[spread.group[profile]] = book.code(scheme, claim)
            own += [(spread.place[case], book.code(scheme, claim)) for case, (_, claim) in cases.items()]
        places, codes = np.array(sorted(own), np.int64).reshape(-1, 2).T
        yield Row(person, table, places, codes.astype(np.uint8))
