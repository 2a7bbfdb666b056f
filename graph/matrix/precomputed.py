"""What makes large answers quick in a long session: everybody's halves and the list of cases, kept for one day.

Made beforehand by the explorer, or by a session that has listed very many cases; seconds for a million cases, and gone
with the next load. Every later `what` of that day comes from it, in milliseconds.
"""

from __future__ import annotations

from collections import Counter
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from seewhy.graph.matrix.access_matrix import Codebook, Everybody
from seewhy.graph.matrix.case_index import Spread
from seewhy.graph.matrix.case_table import Listed

if TYPE_CHECKING:
    import numpy.typing as npt

    from seewhy.graph.session import Session

_MAKING = Lock()
"""Two people who ask at once wait for one and the same."""
ENOUGH = 500_000
"""Cases listed one answer after another, some two seconds of work, after which the next answer makes this."""


class Standing:
    """Everybody's decisions on a day, with what their cases are called."""

    def __init__(self, session: Session, date: str) -> None:
        schemes = sorted({row["scheme"] for row in session.run("organisation/systems")})
        self.spread = Spread(session, date, titles=True)
        self.book = Codebook(blocked=True)
        self._everybody = Everybody(session, date, schemes, self.spread, self.book)
        self.systems = sorted(set(self.spread.systems.values()))
        place = {system: n for n, system in enumerate(self.systems)}
        # One person is worked on at a time: the halves share their working space.
        self._one = Lock()
        self.system_of = np.array([place[self.spread.systems[one]] for one in self.spread.groups], np.int32)

    def cases(self, person: str) -> tuple[Listed, Listed]:
        """What a person sees, and what is blocked although something matches."""
        with self._one:
            (sight,) = self._everybody.sights([person])
        seen = np.array([decision.value != "none" for decision in self.book.decisions])[sight.codes]
        return (
            _Cases(self, sight.cases[seen], sight.codes[seen]),
            _Cases(self, sight.cases[~seen], sight.codes[~seen]),
        )


def standing(session: Session, date: str, *, make: bool) -> Standing | None:
    """The one of this day, made when there is none and `make` is said; one day is kept."""
    held: dict[str, Standing] = session.remembered("standing", dict)
    if date not in held and make:
        with _MAKING:
            if date not in held:
                found = Standing(session, date)
                held.clear()
                held[date] = found
    return held.get(date)


class _Cases(Listed):
    """A person's cases by id as places and codes: columns are made of the part that is looked at."""

    def __init__(self, whole: Standing, places: npt.NDArray[np.int64], codes: npt.NDArray[np.uint8]) -> None:
        self._whole, self._places, self._codes, self._decisions = whole, places, codes, whole.book.decisions

    def __len__(self) -> int:
        return len(self._places)

    def counts(self) -> dict[tuple[str, str, str], int]:
        """Number of cases by (system, step, value)."""
        decisions, systems = self._whole.book.decisions, self._whole.systems
        both = self._whole.system_of[self._whole.spread.group_of[self._places]] * len(decisions) + self._codes
        counted: Counter[tuple[str, str, str]] = Counter()
        for n, count in enumerate(np.bincount(both).tolist()):
            if count:
                decision = decisions[n % len(decisions)]
                counted[systems[n // len(decisions)], decision.step, decision.value] += count
        return dict(counted)

    def _part(self, part: slice) -> pl.DataFrame:
        spread, places = self._whole.spread, self._places[part]
        systems = self._whole.system_of[spread.group_of[places]]
        return pl.DataFrame(
            {
                "case": spread.ids.gather(places),
                "title": spread.titles.gather(places),
                "system": pl.Series(self._whole.systems, dtype=pl.String).gather(systems),
                "code": self._codes[part],
            }
        )
