"""Lookup of decisions: what findings ask about pairs.

They come from the access matrix of the day where it is at hand; else up to a batch of people are decided by the texts
of `what`, more by halves of rungs, and what is decided is kept for all findings of one question. Bound: a byte per
person and group of equivalent cases, and nine per claim on a single case.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from seewhy.graph.matrix.pairs import PEOPLE_PER_QUESTION, decided_rows
from seewhy.graph.matrix.row_decider import DecisionCodes, PerTable, Row, RowDecider

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from seewhy.graph.matrix.access_matrix import AccessMatrix
    from seewhy.graph.matrix.case_index import CaseIndex, Codes, Places
    from seewhy.graph.session import Session


class CasesOfGroups(NamedTuple):
    """The cases of some groups by place, ascending, which is by case id; and what was told of them, by which groups."""

    groups: npt.NDArray[np.int64]
    places: Places
    told: dict[tuple[str, bytes], tuple[str, ...]]


class DecisionLookup:
    """Decisions of some people in one scheme; who is not active sees nothing, with whatever claim."""

    def __init__(
        self, session: Session, scheme: str, date: str, index: CaseIndex, matrix: AccessMatrix | None = None
    ) -> None:
        """`index` is that of the matrix, where there is one."""
        self._session, self._schemes, self._date, self._index = session, [scheme], date, index
        self._matrix, self._book = matrix, DecisionCodes(blocked=True)
        self._decisions = matrix.decisions if matrix else self._book.decisions
        self._decider: RowDecider | None = None
        self._rows: dict[str, Row] = {}
        self._know(())

    def of(self, people: Iterable[str]) -> DecisionLookup:
        """The same, knowing these people as well."""
        wanted = sorted(set(people) - self._rows.keys())
        if not wanted:
            return self
        if len(wanted) > PEOPLE_PER_QUESTION and self._decider is None and self._matrix is None:
            self._decider = RowDecider(self._session, self._date, self._schemes, self._index, self._book)
        if self._matrix is not None:
            rows = self._matrix.rows(wanted)
        elif self._decider is not None:
            rows = self._decider.rows(self._decider.alike(wanted))
        else:
            rows = decided_rows(self._session, wanted, self._schemes, self._date, self._index, self._book)
        self._know(rows)
        return self

    def _know(self, rows: Iterable[Row]) -> None:
        self._rows |= {row.person: row for row in rows}
        self._visible = visible = np.array([decision.value != "none" for decision in self._decisions])
        self._by_group = PerTable(lambda table: self._index.size(visible[table]), lambda _: 0)

    def unseen(self, pairs: Sequence[tuple[str, str]]) -> list[bool]:
        """Which of some pairs (person, case) are not seen, in their order; the cases are there on the day."""
        return [value == "none" for value in self.values(pairs)]

    def values(self, pairs: Sequence[tuple[str, str]]) -> list[str]:
        """The value of some pairs (person, case), in their order; the cases are there on the day."""
        values = [decision.value for decision in self._decisions]
        of_person: dict[str, list[int]] = {}
        for n, (person, _) in enumerate(pairs):
            of_person.setdefault(person, []).append(n)
        places = self._index.places([case for _, case in pairs])
        codes = np.zeros(len(pairs), np.uint8)
        for person, these in of_person.items():
            codes[these] = self._codes(self._rows[person], places[these])
        return [values[code] for code in codes.tolist()]

    def cases_of(self, profiles: Iterable[str]) -> CasesOfGroups:
        """The cases of some groups."""
        groups = np.array([self._index.group[one] for one in profiles], np.int64)
        return CasesOfGroups(groups, np.sort(self._index.members(groups)), {})

    def hidden(self, person: str, cases: CasesOfGroups, *, step: str = "") -> tuple[str, ...]:
        """The ids of those of some cases that the person cannot see, or about which this step says so."""
        hidden, row = ~self._visible if not step else self._none_by(step), self._rows[person]
        if len(row.places) and len(cases.places):
            at = np.minimum(np.searchsorted(cases.places, row.places), len(cases.places) - 1)
            if (cases.places[at] == row.places).any():
                return self._named(cases.places[hidden[self._codes(row, cases.places)]])
        # Without a claim of one's own on one of them the groups decide: many people are told of the same cases.
        key = step, hidden[row.table[cases.groups]].tobytes()
        if (found := cases.told.get(key)) is None:
            codes = row.table[self._index.group_of[cases.places]]
            found = cases.told[key] = self._named(cases.places[hidden[codes]])
        return found

    def _named(self, places: Places) -> tuple[str, ...]:
        return tuple(self._ids[places].tolist())

    def shown(self, person: str, profile: str) -> dict[str, str]:
        """The cases of one group that the person sees, with the value."""
        places = self._index.members(np.array([self._index.group[profile]], np.int64))
        codes = self._codes(self._rows[person], places)
        seen = self._visible[codes]
        return {
            case: self._decisions[code].value
            for case, code in zip(self._ids[places[seen]].tolist(), codes[seen].tolist(), strict=True)
        }

    def sees_any(self, person: str) -> bool:
        """Whether the person sees some case at all."""
        row = self._rows[person]
        # Single cases go before their groups: more cases than these, and one is seen by its group.
        if self._by_group.of(row.table) > len(row.places) or self._visible[row.codes].any():
            return True
        groups = np.flatnonzero(self._visible[row.table])
        return bool(self._seen(row, np.sort(self._index.members(groups))).any())

    def viewers(self, cases: Iterable[str]) -> dict[str, int]:
        """How many of the people known here see each of some cases."""
        wanted = sorted(set(cases))
        places = self._index.places(wanted)
        in_group = np.zeros(len(self._index.groups), np.int64)
        for row in self._rows.values():
            in_group += self._visible[row.table]
        counted = in_group[self._index.group_of]
        for row in self._rows.values():  # single cases go before their groups
            by_group = self._visible[row.table[self._index.group_of[row.places]]]
            counted[row.places] += self._visible[row.codes].astype(np.int64) - by_group
        return dict(zip(wanted, counted[places].tolist(), strict=True))

    def _seen(self, row: Row, places: Places) -> npt.NDArray[np.bool_]:
        """Which of some places the person sees."""
        return self._visible[self._codes(row, places)]

    def _codes(self, row: Row, places: Places) -> Codes:
        """The decisions about some places."""
        codes = row.table[self._index.group_of[places]]
        if len(row.places):
            at = np.minimum(np.searchsorted(row.places, places), len(row.places) - 1)
            codes = np.where(row.places[at] == places, row.codes[at], codes)
        return codes

    def _none_by(self, step: str) -> npt.NDArray[np.bool_]:
        """Of each decision, whether this step says none."""
        return np.array([one.value == "none" and one.step == step for one in self._decisions])

    @cached_property
    def _ids(self) -> npt.NDArray[np.object_]:
        """The ids of all cases, to be taken by place."""
        return np.array(self._index.cases, np.object_)
