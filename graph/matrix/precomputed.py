"""The access matrix of one day, precomputed and cached: it makes large lists quick in a long session.

Made ahead by the explorer, or by a session that has listed very many cases; seconds for a million cases, and gone
with the next load. Every later `what` of that day comes from it, in milliseconds.
"""

from __future__ import annotations

from collections import Counter
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from seewhy.graph.matrix.access_matrix import AccessMatrix, DecisionCodes
from seewhy.graph.matrix.case_index import CaseIndex
from seewhy.graph.matrix.case_table import CaseTable

if TYPE_CHECKING:
    import numpy.typing as npt

    from seewhy.graph.session import Session

_MAKING = Lock()
"""Two people who ask at once wait for one and the same."""
ENOUGH = 500_000
"""Cases listed one answer after another, some two seconds of work, after which the next answer makes this."""


class PrecomputedMatrix:
    """The access matrix of a day with the titles of its cases."""

    def __init__(self, session: Session, date: str) -> None:
        schemes = sorted({row["scheme"] for row in session.run("organisation/systems")})
        self.index = CaseIndex(session, date, titles=True)
        self.book = DecisionCodes(blocked=True)
        self._matrix = AccessMatrix(session, date, schemes, self.index, self.book)
        self.systems = sorted(set(self.index.systems.values()))
        place = {system: n for n, system in enumerate(self.systems)}
        # One person is worked on at a time: they share working space.
        self._one = Lock()
        self.system_of = np.array([place[self.index.systems[one]] for one in self.index.groups], np.int32)

    def cases(self, person: str) -> tuple[CaseTable, CaseTable]:
        """What a person sees, and what is blocked although something matches."""
        with self._one:
            (row,) = self._matrix.visible_cases([person])
        seen = np.array([decision.value != "none" for decision in self.book.decisions])[row.codes]
        return (
            _Cases(self, row.cases[seen], row.codes[seen]),
            _Cases(self, row.cases[~seen], row.codes[~seen]),
        )


def precomputed(session: Session, date: str, *, make: bool) -> PrecomputedMatrix | None:
    """The matrix of this day; with `make` it is made when there is none. One day is kept."""
    held: dict[str, PrecomputedMatrix] = session.remembered("matrix of one day", dict)
    if date not in held and make:
        with _MAKING:
            if date not in held:
                found = PrecomputedMatrix(session, date)
                held.clear()
                held[date] = found
    return held.get(date)


class _Cases(CaseTable):
    """A person's cases by id as places and codes: columns are made of the part that is looked at."""

    def __init__(self, whole: PrecomputedMatrix, places: npt.NDArray[np.int64], codes: npt.NDArray[np.uint8]) -> None:
        self._whole, self._places, self._codes, self._decisions = whole, places, codes, whole.book.decisions

    def __len__(self) -> int:
        return len(self._places)

    def counts(self) -> dict[tuple[str, str, str], int]:
        """Number of cases by (system, step, value)."""
        decisions, systems = self._whole.book.decisions, self._whole.systems
        both = self._whole.system_of[self._whole.index.group_of[self._places]] * len(decisions) + self._codes
        counted: Counter[tuple[str, str, str]] = Counter()
        for n, count in enumerate(np.bincount(both).tolist()):
            if count:
                decision = decisions[n % len(decisions)]
                counted[systems[n // len(decisions)], decision.step, decision.value] += count
        return dict(counted)

    def _part(self, part: slice) -> pl.DataFrame:
        index, places = self._whole.index, self._places[part]
        systems = self._whole.system_of[index.group_of[places]]
        return pl.DataFrame(
            {
                "case": index.ids.gather(places),
                "title": index.titles.gather(places),
                "system": pl.Series(self._whole.systems, dtype=pl.String).gather(systems),
                "code": self._codes[part],
            }
        )
