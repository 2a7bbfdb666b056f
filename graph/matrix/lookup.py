"""Lookup of decisions: what findings ask about pairs, from the composed questions.

Up to a batch of people are decided by the texts of `what`, more by the access matrix; what is decided is kept for all
findings of one question. Bound: a byte per person and group of equivalent cases, and nine per claim on a single case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seewhy.graph.matrix.pairs import PEOPLE_PER_QUESTION, decided_rows
from seewhy.graph.matrix.row_decider import DecisionCodes, Row, RowDecider

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from seewhy.graph.matrix.case_index import CaseIndex, Codes, Places
    from seewhy.graph.matrix.decision import Decision
    from seewhy.graph.session import Session


class DecisionLookup:
    """Decisions of some people in one scheme; who is not active sees nothing, with whatever claim."""

    def __init__(self, session: Session, scheme: str, date: str, index: CaseIndex) -> None:
        self._session, self._schemes, self._date, self._index = session, [scheme], date, index
        self._book = DecisionCodes(blocked=True)
        self._visible = np.zeros(1, np.bool_)
        self._decider: RowDecider | None = None
        self._rows: dict[str, Row] = {}

    def of(self, people: Iterable[str]) -> DecisionLookup:
        """The same, knowing these people as well."""
        wanted = sorted(set(people) - self._rows.keys())
        if not wanted:
            return self
        if len(wanted) > PEOPLE_PER_QUESTION and self._decider is None:
            self._decider = RowDecider(self._session, self._date, self._schemes, self._index, self._book)
        if self._decider is not None:
            rows = self._decider.rows(wanted)
        else:
            rows = decided_rows(self._session, wanted, self._schemes, self._date, self._index, self._book)
        self._rows |= {row.person: row for row in rows}
        self._visible = np.array([decision.value != "none" for decision in self._book.decisions])
        return self

    def decision(self, person: str, case: str) -> Decision:
        """What decides about one case that is there on the day."""
        place = self._index.place[case]
        row = self._rows[person]
        at = int(np.searchsorted(row.places, place))
        own = at < len(row.places) and row.places[at] == place
        code = int(row.codes[at] if own else row.table[self._index.group_of[place]])
        return self._book.decisions[code]

    def hidden(self, person: str, profiles: Iterable[str]) -> list[str]:
        """The cases of some groups that the person cannot see, by case id."""
        groups = np.array([self._index.group[profile] for profile in profiles], np.int64)
        places = np.sort(self._index.members(groups))
        hidden = places[~self._seen(self._rows[person], places)]
        return [self._index.cases[place] for place in hidden.tolist()]

    def shown(self, person: str, profile: str) -> dict[str, str]:
        """The cases of one group that the person sees, with the value."""
        places = self._index.members(np.array([self._index.group[profile]], np.int64))
        row = self._rows[person]
        codes = self._codes(row, places)
        seen = self._visible[codes]
        return {
            self._index.cases[place]: self._book.decisions[code].value
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
        if self._index.size(groups) > len(row.places) or self._visible[row.codes].any():
            return True
        return bool(self._seen(row, np.sort(self._index.members(groups))).any())

    def viewers(self, cases: Iterable[str]) -> dict[str, int]:
        """How many of the people known here see each of some cases."""
        wanted = sorted(set(cases))
        places = np.array([self._index.place[case] for case in wanted], np.int64)
        counted = np.zeros(len(places), np.int64)
        for row in self._rows.values():
            counted += self._seen(row, places)
        return dict(zip(wanted, counted.tolist(), strict=True))

    def _seen(self, row: Row, places: Places) -> npt.NDArray[np.bool_]:
        """Which of some places the person sees."""
        return self._visible[self._codes(row, places)]

    def _codes(self, row: Row, places: Places) -> Codes:
        """The decisions about some different places."""
        codes = row.table[self._index.group_of[places]]
        _, at, here = np.intersect1d(row.places, places, assume_unique=True, return_indices=True)
        codes[here] = row.codes[at]
        return codes
