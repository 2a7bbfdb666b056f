"""The access matrix: what is decided about everybody and every case on a day, as sets of whole numbers.

A cell is a person and a group of equivalent cases; a row has, for every decision that somebody meets, the set of groups
that it is about (Roaring bitmaps). Equal rows are kept once. Cases on which a person has a claim of their own are
exceptions and go before their group. The same cells are kept column by column, for `who`.

It is one Arrow record whose columns are lists (`packing.py`), so that a file of it is used where it lies: a row becomes
a set when somebody asks for it.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from seewhy.graph.matrix.case_index import CaseIndex, Group
from seewhy.graph.matrix.decision import Decision
from seewhy.graph.matrix.row_decider import HELD, Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy.typing as npt

    from seewhy.graph.matrix.case_index import Places, VisibleCases


class AccessMatrix:
    """All pairs of a day. Places of cases and groups are those of `index`, codes those of `decisions` (0: none)."""

    def __init__(self, record: pa.RecordBatch) -> None:
        self.record = record
        about = [self._list(f"group_{name}").to_pylist() for name in ("id", "scheme", "system")]
        self.index = CaseIndex(
            [Group(*one) for one in zip(*about, strict=True)], self._list("case_id"), self._numbers("case_group")
        )
        self.decisions = [Decision(*one.values()) for one in self._list("decision").to_pylist()]
        self._row_of = self._numbers("person_row")
        self._first_cell, self._cell_code = self._numbers("row_begin"), self._numbers("cell_code")
        self._cell_groups = self._list("cell_groups")
        self._first_seen, self._seen_code = self._numbers("group_begin"), self._numbers("seen_code")
        self._seen_by, self._ranked = self._list("seen_by"), self._numbers("ranked_person")
        self._first_own = self._numbers("own_begin")
        self._own_case, self._own_code = self._numbers("own_case"), self._numbers("own_code")

    def _list(self, column: str) -> Any:
        return self.record.column(column)[0].values

    def _numbers(self, column: str) -> npt.NDArray[Any]:
        found: npt.NDArray[Any] = self._list(column).to_numpy()
        return found

    @cached_property
    def people(self) -> list[str]:
        """Everybody that the graph knows, by id."""
        listed: list[str] = self._list("person_id").to_pylist()
        return listed

    @cached_property
    def names(self) -> list[str]:
        """Their names."""
        listed: list[str] = self._list("person_name").to_pylist()
        return listed

    @cached_property
    def place(self) -> dict[str, int]:
        """The place of each person."""
        return {person: n for n, person in enumerate(self.people)}

    @cached_property
    def visible(self) -> npt.NDArray[np.bool_]:
        """Of each decision, whether it lets somebody see."""
        return np.array([decision.value != "none" for decision in self.decisions])

    @cached_property
    def systems(self) -> list[str]:
        """The systems that have groups, by id."""
        return sorted({one.system for one in self.index.about})

    @cached_property
    def system_of(self) -> npt.NDArray[np.int64]:
        """Of each group the place of its system."""
        place = {system: n for n, system in enumerate(self.systems)}
        return np.array([place[one.system] for one in self.index.about], np.int64)

    def rows(self, people: Iterable[str]) -> Iterator[Row]:
        """One Row per person, in the order given; somebody whom the graph does not know has an empty one."""
        none = np.zeros(len(self.index.groups), np.uint8)
        held: dict[int, npt.NDArray[np.uint8]] = {}
        for person in people:
            if (place := self.place.get(person)) is None:
                yield Row(person, none, np.zeros(0, np.int64), np.zeros(0, np.uint8))
                continue
            if (row := int(self._row_of[place])) not in held:
                if len(held) * len(none) > HELD:
                    held.clear()
                held[row] = self._table(row)
            yield Row(person, held[row], *self._own(place))

    def totals(self) -> npt.NDArray[np.int64]:
        """By decision how many pairs it decides, of everybody together."""
        found = np.bincount(self._own_code, minlength=256)
        order = np.argsort(self._row_of, kind="stable")
        for people in np.split(order, np.flatnonzero(np.diff(self._row_of[order])) + 1):
            if len(people):
                table = self._table(int(self._row_of[people[0]]))
                own = np.concatenate([self._own(int(place))[0] for place in people])
                cases = np.bincount(table, weights=self.index.sizes, minlength=256).astype(np.int64)
                found = found + len(people) * cases - np.bincount(table[self.index.group_of[own]], minlength=256)
        return found

    def row(self, person: str) -> Row:
        """The Row of one person."""
        return next(self.rows([person]))

    def visible_cases(self, people: Iterable[str]) -> Iterator[VisibleCases]:
        """One VisibleCases per person, in the order given; what is decided as `none` with a claim is among them."""
        return (self.index.visible_cases(*row) for row in self.rows(people))

    def decision(self, person: str, case: int) -> Decision:
        """What is decided about a person and the case at a place; `none` without a step where there is no claim."""
        row = self.row(person)
        at = int(np.searchsorted(row.places, case))
        own = at < len(row.places) and row.places[at] == case
        return self.decisions[int(row.codes[at] if own else row.table[self.index.group_of[case]])]

    def people_with_own(self, groups: Sequence[int]) -> set[str]:
        """The people who have a claim of their own on a case of some groups."""
        own = np.flatnonzero(np.isin(self.index.group_of[self._own_case], groups))
        return {self.people[n] for n in np.unique(np.searchsorted(self._first_own, own, side="right") - 1).tolist()}

    def _table(self, row: int) -> npt.NDArray[np.uint8]:
        table = np.zeros(len(self.index.groups), np.uint8)
        for cell in range(self._first_cell[row], self._first_cell[row + 1]):
            table[_members(self._cell_groups[cell])] = self._cell_code[cell]
        return table

    def _own(self, place: int) -> tuple[Places, npt.NDArray[np.uint8]]:
        mine = slice(self._first_own[place], self._first_own[place + 1])
        return self._own_case[mine].astype(np.int64), self._own_code[mine]

    def column(self, group: int, numbers: npt.NDArray[Any] | None = None) -> npt.NDArray[Any]:
        """The code of everybody on the group at a place, by place of the person, or the number that stands for it."""
        codes = np.zeros(len(self.people), np.uint8 if numbers is None else numbers.dtype)
        for cell in range(self._first_seen[group], self._first_seen[group + 1]):
            code = self._seen_code[cell]
            codes[self._ranked[_members(self._seen_by[cell])]] = code if numbers is None else numbers[code]
        return codes

    def own(self) -> tuple[Places, Places, npt.NDArray[np.uint8]]:
        """The claims on single cases of everybody: places of person and case, and codes."""
        people = np.repeat(np.arange(len(self.people)), np.diff(self._first_own))
        return people, self._own_case.astype(np.int64), self._own_code

    def seers(self, case: str) -> list[tuple[int, Decision]]:
        """The places of everybody about whom something is decided on a case, ascending, with the decision."""
        at = self.index.at(case)
        if at is None:
            return []
        codes = self.column(int(self.index.group_of[at]))
        order = self._numbers("own_by_case")
        cases = self._own_case
        first, last = (_search(cases, order, at + more) for more in (0, 1))
        own = order[first:last]
        codes[np.searchsorted(self._first_own, own, side="right") - 1] = self._own_code[own]
        return [(int(n), self.decisions[codes[n]]) for n in np.flatnonzero(codes)]


def _members(packed: Any) -> npt.NDArray[np.uint32]:
    return np.frombuffer(BitMap.deserialize(packed.as_py()).to_array(), np.uint32)


def _search(values: npt.NDArray[Any], order: npt.NDArray[Any], wanted: int) -> int:
    """Where `wanted` would stand among the values in that order; nothing of the mapped file is read but what is met."""
    low, high = 0, len(order)
    while low < high:
        middle = (low + high) // 2
        if values[order[middle]] < wanted:
            low = middle + 1
        else:
            high = middle
    return low
