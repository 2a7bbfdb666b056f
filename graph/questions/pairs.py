"""Every pair of the organisation, person by person, without ever holding all of them.

The graph decides per person and group of look-alike cases; the groups are spread over cases here, as arrays: one byte
per case and person (8 MB of index per million cases). Everybody is decided from halves of rungs (`everybody.py`); a few
people that are named are asked about with the whole composition. Bound: the largest single step is one person's row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from graph.questions.access import decided_cases
from graph.questions.everybody import Codebook, Everybody, Row
from graph.questions.spread import Sight, Spread
from graph.session import Session, day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

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
        if self._named:
            rows = asked(self.session, self.people, self.schemes, self.as_of, self._spread, self._book)
            sights: Iterator[Sight] = (self._spread.sight(*row) for row in rows)
        else:
            everybody = Everybody(self.session, self.as_of, self.schemes, self._spread, self._book)
            sights = everybody.sights(self.people)
        return (sight for sight in sights if len(sight.cases))

    def counts(self) -> dict[str, dict[str, int]]:
        """Per person the number of cases by value (none left out)."""
        out: dict[str, dict[str, int]] = {}
        for sight in self:
            tally: dict[str, int] = {}
            for code, count in enumerate(np.bincount(sight.codes)):
                if count:
                    value = self.decisions[code].value
                    tally[value] = tally.get(value, 0) + int(count)
            out[sight.person] = tally
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
