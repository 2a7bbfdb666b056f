"""The composed decisions for pairs that findings ask about.

A few people are asked about with the same texts as `what`; more than a batch from halves of rungs (`everybody.py`),
kept for all findings of one question. Bound: a byte per person and group of look-alike cases, and nine per claim on a
single case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seewhy.graph.matrix.access_matrix import Codebook, Everybody, Row
from seewhy.graph.matrix.pairs import BATCH, asked

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from seewhy.graph.matrix.case_index import Codes, Places, Spread
    from seewhy.graph.matrix.decision import Decision
    from seewhy.graph.session import Session


class Sight:
    """Decisions of some people in one scheme; who is not active sees nothing, with whatever claim."""

    def __init__(self, session: Session, scheme: str, date: str, spread: Spread) -> None:
        self._session, self._schemes, self._date, self._spread = session, [scheme], date, spread
        self._book = Codebook(blocked=True)
        self._visible = np.zeros(1, np.bool_)
        self._everybody: Everybody | None = None
        self._rows: dict[str, Row] = {}

    def of(self, people: Iterable[str]) -> Sight:
        """The same, knowing these people as well."""
        wanted = sorted(set(people) - self._rows.keys())
        if not wanted:
            return self
        if len(wanted) > BATCH and self._everybody is None:
            self._everybody = Everybody(self._session, self._date, self._schemes, self._spread, self._book)
        if self._everybody is not None:
            rows = self._everybody.rows(wanted)
        else:
            rows = asked(self._session, wanted, self._schemes, self._date, self._spread, self._book)
        self._rows |= {row.person: row for row in rows}
        self._visible = np.array([decision.value != "none" for decision in self._book.decisions])
        return self

    def decision(self, person: str, case: str) -> Decision:
        """What decides about one case that is there on the day."""
        place = self._spread.place[case]
        row = self._rows[person]
        at = int(np.searchsorted(row.places, place))
        own = at < len(row.places) and row.places[at] == place
        code = int(row.codes[at] if own else row.table[self._spread.group_of[place]])
        return self._book.decisions[code]

    def hidden(self, person: str, profiles: Iterable[str]) -> list[str]:
        """The cases of some groups that the person cannot see, by case id."""
        groups = np.array([self._spread.group[profile] for profile in profiles], np.int64)
        places = np.sort(self._spread.members(groups))
        hidden = places[~self._seen(self._rows[person], places)]
        return [self._spread.cases[place] for place in hidden.tolist()]

    def shown(self, person: str, profile: str) -> dict[str, str]:
        """The cases of one group that the person sees, with the value."""
        places = self._spread.members(np.array([self._spread.group[profile]], np.int64))
        row = self._rows[person]
        codes = self._codes(row, places)
        seen = self._visible[codes]
        return {
            self._spread.cases[place]: self._book.decisions[code].value
            for place, code in zip(places[seen].tolist(), codes[seen].tolist(), strict=True)
        }

    def stopped(self, person: str, profiles: Iterable[str], step: str) -> list[str]:
        """The cases of some groups about which a step decides that the person does not see them, by case id."""
        return [case for case in self.hidden(person, profiles) if self.decision(person, case).step == step]

    def sees_any(self, person: str) -> bool:
        """Whether the person sees some case at all."""
        row = self._rows[person]
        groups = np.flatnonzero(self._visible[row.table])
        # Single cases go before their groups: more cases than these, and one is seen by its group.
        if self._spread.size(groups) > len(row.places) or self._visible[row.codes].any():
            return True
        return bool(self._seen(row, np.sort(self._spread.members(groups))).any())

    def viewers(self, cases: Iterable[str]) -> dict[str, int]:
        """How many of the people known here see each of some cases."""
        wanted = sorted(set(cases))
        places = np.array([self._spread.place[case] for case in wanted], np.int64)
        counted = np.zeros(len(places), np.int64)
        for row in self._rows.values():
            counted += self._seen(row, places)
        return dict(zip(wanted, counted.tolist(), strict=True))

    def _seen(self, row: Row, places: Places) -> npt.NDArray[np.bool_]:
        """Which of some places the person sees."""
        return self._visible[self._codes(row, places)]

    def _codes(self, row: Row, places: Places) -> Codes:
        """The decisions about some different places."""
        codes = row.table[self._spread.group_of[places]]
        _, at, here = np.intersect1d(row.places, places, assume_unique=True, return_indices=True)
        codes[here] = row.codes[at]
        return codes
