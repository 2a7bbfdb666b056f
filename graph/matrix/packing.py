"""Rows of decisions packed into the record of an access matrix: bitmaps by row and by column.

The same organisation gives the same bytes, however its rows came about. People, cases and decisions are numbered in
code point order. Groups that the same people see, and people who see the same groups, are numbered side by side, so
that sets are runs of numbers: that makes a record of a million cases three times smaller.
"""

from __future__ import annotations

from array import array
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from pyroaring import BitMap

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from seewhy.graph.matrix.case_index import CaseIndex, Codes
    from seewhy.graph.matrix.decision import Decision
    from seewhy.graph.matrix.row_decider import Row

    Numbers = npt.NDArray[np.int32]

_SAMPLE = 512
"""Cells of a row or a column by which neighbours are chosen."""


def packed(
    index: CaseIndex, people: Sequence[tuple[str, str]], rows: Iterable[Row], decisions: Sequence[Decision]
) -> pa.RecordBatch:
    """The record of an AccessMatrix. `people`: id and name, by id; one of `rows` for each of them, in any order.

    About a group that has no case on the day nothing is kept: no pair is decided by it, and what would be decided is
    not followed from day to day.
    """
    kept = _DifferentRows(len(people), index.sizes > 0)
    place = {person: n for n, (person, _) in enumerate(people)}
    for row in rows:
        kept.add(place[row.person], row)
    row_of, tables = kept.in_order()
    own_case, own_code = (_joined([one[n] for one in kept.own], kind) for n, kind in ((0, np.int32), (1, np.uint8)))
    met, recoded = _recoded(decisions, [own_code, *(codes for _, codes in tables)])
    tables = [(groups, recoded[codes]) for groups, codes in tables]
    groups = _side_by_side(tables, index)
    number = np.empty(len(groups), np.int32)
    number[groups] = np.arange(len(groups), dtype=np.int32)
    tables = [_renumbered(old, codes, number) for old, codes in tables]
    cells = _Sets()
    for table in tables:
        cells.add(*table)
    ranked, seen = _columns(row_of, tables, len(groups))
    about = [index.about[n] for n in groups]
    return _record(
        {
            "person_id": pa.array([one for one, _ in people], pa.string()),
            "person_name": pa.array([name for _, name in people], pa.string()),
            "person_row": row_of,
            "row_begin": cells.begin,
            "cell_code": cells.codes,
            "cell_groups": cells.sets,
            "own_begin": np.cumsum([0, *(len(cases) for cases, _ in kept.own)]).astype(np.int64),
            "own_case": own_case,
            "own_code": recoded[own_code],
            "own_by_case": np.argsort(own_case, kind="stable").astype(np.int32),
            "group_id": pa.array([one.id for one in about], pa.string()),
            "group_scheme": pa.array([one.scheme for one in about], pa.string()),
            "group_system": pa.array([one.system for one in about], pa.string()),
            "group_begin": seen.begin,
            "seen_code": seen.codes,
            "seen_by": seen.sets,
            "ranked_person": ranked,
            "case_id": index.ids,
            "case_group": number[index.group_of],
            "decision": pa.array(
                [{"value": one.value, "value_now": one.value_now, "step": one.step} for one in met]
            ),
        }
    )  # fmt: skip


class _DifferentRows:
    """Rows as they come, each different one once, and everybody's own cases."""

    def __init__(self, people: int, with_cases: npt.NDArray[np.bool_]) -> None:
        """`with_cases`: the groups that have cases."""
        self._with_cases = with_cases
        self._row_of = np.zeros(people, np.int32)
        self._known: dict[bytes, int] = {}
        self._tables: list[tuple[Numbers, Codes]] = []
        self._last: tuple[Any, int] = None, -1
        self.own: list[tuple[Numbers, Codes]] = [(np.zeros(0, np.int32), np.zeros(0, np.uint8))] * people

    def add(self, place: int, row: Row) -> None:
        if row.table is not self._last[0]:
            groups = np.flatnonzero((row.table != 0) & self._with_cases).astype(np.int32)
            codes = row.table[groups]
            key = groups.tobytes() + codes.tobytes()
            if key not in self._known:
                self._known[key] = len(self._tables)
                self._tables.append((groups, codes))
            self._last = row.table, self._known[key]
        self._row_of[place] = self._last[1]
        order = np.argsort(row.places)
        self.own[place] = row.places[order].astype(np.int32), row.codes[order]

    def in_order(self) -> tuple[Numbers, list[tuple[Numbers, Codes]]]:
        """The row of each person, and the rows in the order of the first person who has each."""
        used, first, row_of = np.unique(self._row_of, return_index=True, return_inverse=True)
        order = np.argsort(first)
        rank = np.argsort(order).astype(np.int32)
        return rank[row_of], [self._tables[used[n]] for n in order]


class _Sets:
    """Bitmaps by owner and code, in the order in which they are added."""

    def __init__(self) -> None:
        self._begin, self._codes, self._sets = [0], list[int](), list[bytes]()

    def add(self, members: Numbers, codes: Codes) -> None:
        """The cells of the next owner; members ascend."""
        for code in np.flatnonzero(np.bincount(codes)).tolist():
            self._codes.append(code)
            self._sets.append(_bitmap(members[codes == code]))
        self._begin.append(len(self._codes))

    @property
    def begin(self) -> npt.NDArray[np.int64]:
        """Where the sets of each owner begin."""
        return np.array(self._begin, np.int64)

    @property
    def codes(self) -> Codes:
        """The code of each set."""
        return np.array(self._codes, np.uint8)

    @property
    def sets(self) -> pa.Array:
        """The sets."""
        return pa.array(self._sets, pa.binary())


def _renumbered(groups: Numbers, codes: Codes, number: Numbers) -> tuple[Numbers, Codes]:
    order = np.argsort(number[groups])
    return number[groups][order], codes[order]


def _columns(row_of: Numbers, tables: Sequence[tuple[Numbers, Codes]], size: int) -> tuple[Numbers, _Sets]:
    """People in the order in which the columns number them, and the sets of these numbers by group, of `size`."""
    sample = np.zeros(size, np.bool_)
    sample[:: max(1, size // _SAMPLE)] = True
    keys = [(groups[chosen := sample[groups]].tobytes(), codes[chosen].tobytes()) for groups, codes in tables]
    order = np.array(sorted(range(len(tables)), key=lambda n: (keys[n], n)), np.int64)
    rank = np.argsort(order)
    ranked = np.argsort(rank[row_of], kind="stable").astype(np.int32)
    many = np.bincount(rank[row_of], minlength=len(tables)).astype(np.int32)
    start = np.cumsum(many, dtype=np.int32) - many
    row = np.repeat(np.arange(len(tables), dtype=np.int32), [len(tables[n][0]) for n in order])
    group = _joined([tables[n][0] for n in order], np.uint16 if size < 1 << 16 else np.int32)  # sorted by two bytes
    by_group = np.argsort(group, kind="stable")
    row, code = row[by_group], _joined([tables[n][1] for n in order], np.uint8)[by_group]
    each = many[row]
    begin = np.concatenate([[0], np.cumsum(each)])
    people = np.repeat(start[row] - begin[:-1], each) + np.arange(begin[-1])
    people, code = people.astype(np.int32), np.repeat(code, each)
    cells = np.concatenate([[0], np.cumsum(np.bincount(group, minlength=size))])
    found = _Sets()
    for one, two in pairwise(begin[cells].tolist()):
        found.add(people[one:two], code[one:two])
    return ranked, found


def _side_by_side(tables: Sequence[tuple[Numbers, Codes]], index: CaseIndex) -> list[int]:
    """The places of the groups in their new order: by scheme, then those side by side that the same people see."""
    some = tables[:: max(1, len(tables) // _SAMPLE)]
    sample = np.zeros((len(index.about), len(some)), np.uint8)
    for n, (groups, codes) in enumerate(some):
        sample[groups, n] = codes
    about = index.about
    return sorted(range(len(about)), key=lambda n: (about[n].scheme, sample[n].tobytes(), about[n].id))


def _recoded(decisions: Sequence[Decision], used: Iterable[Codes]) -> tuple[list[Decision], Codes]:
    """The decisions that somebody meets, `none` without a claim first, and what becomes of each code."""
    met = sorted(set().union(*(np.unique(codes).tolist() for codes in used)) - {0})
    met.sort(key=lambda code: (decisions[code].step, decisions[code].value, decisions[code].value_now))
    recoded = np.zeros(256, np.uint8)
    recoded[met] = np.arange(1, len(met) + 1)
    return [decisions[0], *(decisions[code] for code in met)], recoded


def _record(columns: dict[str, Any]) -> pa.RecordBatch:
    """One row whose columns are these lists."""
    lists = {}
    for name, given in columns.items():
        values = given if isinstance(given, pa.Array) else pa.array(given)
        lists[name] = pa.ListArray.from_arrays(pa.array([0, len(values)], pa.int32()), values)
    return pa.RecordBatch.from_pydict(lists)


def _joined(parts: Sequence[npt.NDArray[Any]], kind: type) -> npt.NDArray[Any]:
    return np.concatenate([np.zeros(0, kind), *parts]).astype(kind, copy=False)


def _bitmap(members: npt.NDArray[Any]) -> bytes:
    made = BitMap(array("I", members.astype(np.uint32).tobytes()))
    made.run_optimize()
    content: bytes = made.serialize()
    return content
