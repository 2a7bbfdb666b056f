"""An access matrix kept when something changes: made of the one before, decided again where a changed row may decide.

    changed rows ──► impacts (impact.py) ──► rows and columns of the new graph, asked again ──► the others taken over

What is made is what would be made from nothing, bit for bit (`tests/laws/test_matrix.py`).
"""

from __future__ import annotations

import datetime as dt
import logging
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from seewhy.cypher.ladders import ladder_named
from seewhy.graph.change.changed_rows import changed_rows
from seewhy.graph.change.fact_index import FactIndex
from seewhy.graph.change.impact import impacts
from seewhy.graph.change.in_memory import history_of
from seewhy.graph.change.joint_cases import JointCases
from seewhy.graph.change.pair_diff import OF_ALL, plan_of
from seewhy.graph.change.snapshot import Snapshot
from seewhy.graph.errors import SeeWhyError
from seewhy.graph.inputs.files import FILES
from seewhy.graph.matrix.access_matrix import AccessMatrix
from seewhy.graph.matrix.packing import packed
from seewhy.graph.matrix.precomputed import precomputed
from seewhy.graph.matrix.row_decider import PerTable, Row
from seewhy.graph.record import preparing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy.typing as npt

    from seewhy.graph.change.changed_rows import ChangedRow
    from seewhy.graph.change.pair_diff import Plan
    from seewhy.graph.matrix.case_index import CaseIndex, Codes
    from seewhy.graph.matrix.decision import Claim
    from seewhy.graph.session import Session


_log = logging.getLogger("seewhy.matrix")


@dataclass(frozen=True, slots=True)
class MatrixBefore:
    """A matrix with what it was made from."""

    matrix: AccessMatrix
    day: str
    history: Mapping[str, pl.DataFrame]


def day_matrix(session: Session, date: str, *, unlike: str | None = None) -> AccessMatrix | None:
    """The matrix of a day, made of that of another day or of the load before where one is at hand; else as
    `precomputed` makes it. `unlike`: a day that differs too much to begin with."""

    def keep(held: Mapping[str, AccessMatrix]) -> AccessMatrix | None:
        if not (history := history_of(session)):
            return None
        if (same := _of_the_same_rows(held, date, history)) is not None:
            return same
        # What is known of the load before is what somebody asked for.
        old: Mapping[str, Any] = session.before() if not held else {"access matrices": held, "history": history}
        days: Mapping[str, AccessMatrix] = old.get("access matrices", {})
        if not days or "history" not in old:
            return None
        asked = dt.date.fromisoformat(date)
        near = min(days, key=lambda one: (abs(dt.date.fromisoformat(one) - asked), one))
        if near == unlike and days is held:
            return None
        return kept_matrix(MatrixBefore(days[near], near, old["history"]), session, date, history)

    return precomputed(session, date, make=True, keep=keep)


def at_hand(session: Session, date: str) -> AccessMatrix | None:
    """The matrix of a day where it need not be made: held, stored, or that of a day on which the same rows hold."""

    def same(held: Mapping[str, AccessMatrix]) -> AccessMatrix | None:
        return _of_the_same_rows(held, date, history_of(session))

    return precomputed(session, date, make=False, keep=same)


def _of_the_same_rows(
    held: Mapping[str, AccessMatrix], date: str, history: Mapping[str, pl.DataFrame]
) -> AccessMatrix | None:
    """The matrix of a day since which, or until which, no row began or ended."""
    for day, matrix in held.items():
        low, high = sorted((day, date))
        moved = [(pl.col(name) > low) & (pl.col(name) <= high) for name in ("since", "until")]
        if history and not any(frame.select(pl.any_horizontal(*moved).any()).item() for frame in history.values()):
            return matrix
    return None


def begin(session: Session, date: str) -> Thread:
    """Make the matrix of a day beside what is asked. An engine that does not answer says so to the next question."""

    def made() -> None:
        try:
            with suppress(SeeWhyError), preparing(), session.engine.snapshot():
                day_matrix(session, date)
        except Exception:
            _log.exception("the access matrix of %s could not be made", date)

    beside = Thread(target=made, daemon=True)
    beside.start()
    return beside


def kept_matrix(
    before: MatrixBefore, session: Session, date: str, history: Mapping[str, pl.DataFrame]
) -> AccessMatrix | None:
    """The matrix of a day of the graph in `session`, which holds `history`; None where so much has changed that it is
    cheaper made from nothing."""
    changed = changed_rows(before.history, before.day, history, date, every=True)
    after = Snapshot(session, date)
    everybody = {row["id"]: row["name"] or "" for row in session.run("organisation/people")}
    joint = JointCases(before.matrix.index, after.index)
    histories = [history] if history is before.history else [before.history, history]
    plan = plan_of(impacts(changed, FactIndex(histories, joint.frame())), joint, everybody)
    # Of a new group the matrix before says nothing, and neither of one that had no case.
    plan.groups |= _with_cases(after.index) - _with_cases(before.matrix.index)
    again = _decided_again(plan, changed, before.matrix, after, everybody)
    if again is None or plan.cost + len(again) > len(everybody) * OF_ALL:
        return None
    taken_over = _TakenOver(before.matrix, after, joint, plan)
    rows = _rows(taken_over, after, sorted(everybody), again)
    return AccessMatrix(packed(after.index, sorted(everybody.items()), list(rows), after.codes.decisions))


def _with_cases(index: CaseIndex) -> set[str]:
    """The groups that have a case on the day."""
    return {one for one, size in zip(index.groups, index.sizes.tolist(), strict=True) if size}


def _decided_again(
    plan: Plan, changed: list[ChangedRow], matrix: AccessMatrix, after: Snapshot, people: Mapping[str, str]
) -> set[str] | None:
    """The people whose whole row is asked for; None for everybody.

    Which position is in use depends on all positions that somebody holds: where a scheme asks for it, every change of
    a row of a person is about all of that person's cases, and a change of structure about everybody's.
    """
    found = set(plan.people) | {person for person, _ in plan.pairs} | (people.keys() - matrix.place.keys())
    if plan.everybody:
        return None
    if any(ladder_named(scheme).has_value_now for scheme in after.schemes):
        if any(FILES[row.stem].about == "structure" for row in changed):
            return None
        found |= {str(cells["person_id"]) for row in changed for cells in row.rows if cells.get("person_id")}
    # A claim on a single case is kept together with that on its group.
    groups = [matrix.index.group[name] for name in plan.groups if name in matrix.index.group]
    own = matrix.people_with_own(groups)
    return {person for person in (*found, *own) if person in people}


class _TakenOver:
    """Rows of the matrix before, renumbered, with the columns that were asked again."""

    def __init__(self, matrix: AccessMatrix, after: Snapshot, joint: JointCases, plan: Plan) -> None:
        self._matrix, self._index = matrix, after.index
        self._codes = after.codes.known(matrix.decisions)
        self._renumbers = bool((self._codes != np.arange(len(self._codes))).any())
        old = matrix.index.group
        self._group = np.array([old.get(name, len(old)) for name in after.index.groups], np.int64)
        place = np.full(len(joint.ids), -1, np.int64)
        place[joint.places[1]] = np.arange(len(after.index))
        self._place = place[joint.places[0]]
        again = [at for case in plan.cases if (at := after.index.at(case)) is not None]
        self._asked = np.array(sorted(again), np.int64)
        self._columns: dict[str, dict[int, int]] = {}
        self._cases: dict[str, dict[int, int]] = {}
        self._groups = [n for n, name in enumerate(after.index.groups) if name in plan.groups]
        self._tables = PerTable(self._table, lambda table: table.nbytes)
        for scheme in after.schemes:
            self._ask(after, scheme)

    def _ask(self, after: Snapshot, scheme: str) -> None:
        index, within = self._index, self._index.of_scheme(scheme)
        cases = {str(index.ids[int(at)]): int(at) for at in self._asked if int(index.group_of[at]) in within}
        wanted = {index.groups[n] for n in self._groups if n in within}
        claims = after.columns(wanted | {index.groups[index.group_of[at]] for at in cases.values()}, "profiles", scheme)
        for name in wanted:
            for person, claim in claims.get(name, {}).items():
                self._columns.setdefault(person, {})[index.group[name]] = after.codes.code(scheme, claim)
        for case, own in after.columns(cases, "cases", scheme).items():
            low: dict[str, Claim] = claims.get(index.groups[index.group_of[cases[case]]], {})
            for person, claim in own.items():
                code = after.codes.code(scheme, claim.merged(low.get(person)))
                self._cases.setdefault(person, {})[cases[case]] = code

    def rows(self, people: Sequence[str]) -> Iterator[Row]:
        """The rows of some people as they are in the new graph."""
        return (self._row(row.person, row) for row in self._matrix.rows(people))

    def _table(self, table: Codes) -> Codes:
        """By the groups of the new graph, those blank that were asked again."""
        found: Codes = np.append(table, np.uint8(0))[self._group]
        if self._renumbers:
            found = self._codes[found]
        found[self._groups] = 0
        return found

    def _row(self, person: str, row: Row) -> Row:
        table = self._tables.of(row.table)
        if asked := self._columns.get(person):
            table = table.copy()
            table[list(asked)] = list(asked.values())
        places = self._place[row.places]
        stays = (places >= 0) & ~np.isin(places, self._asked)
        own = dict(zip(places[stays].tolist(), self._codes[row.codes[stays]].tolist(), strict=True))
        own |= self._cases.get(person, {})
        at: npt.NDArray[np.int64] = np.array(sorted(own), np.int64)
        return Row(person, table, at, np.array([own[n] for n in at.tolist()], np.uint8))


def _rows(taken_over: _TakenOver, after: Snapshot, people: list[str], again: set[str]) -> Iterator[Row]:
    yield from after.decided_rows(sorted(again))
    yield from taken_over.rows([person for person in people if person not in again])
