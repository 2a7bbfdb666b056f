"""A person's cases as an access matrix has them: places and codes; columns are made of the part that is looked at."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pyarrow as pa

from seewhy.graph.matrix.case_table import CaseTable
from seewhy.graph.matrix.inside import KEPT
from seewhy.graph.session import hold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from collections.abc import Set as AbstractSet

    import numpy.typing as npt

    from seewhy.graph.matrix.access_matrix import AccessMatrix
    from seewhy.graph.matrix.case_index import Codes, Places
    from seewhy.graph.session import Session

TITLES = 10_000
"""Titles that are asked for in one question."""


def matrix_cases(session: Session, matrix: AccessMatrix, person: str) -> tuple[CaseTable, CaseTable]:
    """What a person sees, and what is blocked although something matches, by case id."""
    (row,) = matrix.visible_cases([person])
    seen = matrix.visible[row.codes]
    return (
        MatrixCases(session, matrix, row.cases[seen], row.codes[seen]),
        MatrixCases(session, matrix, row.cases[~seen], row.codes[~seen]),
    )


class MatrixCases(CaseTable):
    """Some cases with their decisions. Titles are asked for when they are looked at, of the load that was asked."""

    def __init__(self, session: Session, matrix: AccessMatrix, places: Places, codes: Codes) -> None:
        self._session, self._matrix, self._places, self._codes = session, matrix, places, codes
        self._decisions, self._held = matrix.decisions, session.held()

    def __len__(self) -> int:
        return len(self._places)

    def counts(self) -> dict[tuple[str, str, str], int]:
        """Number of cases by (system, step, value)."""
        systems, size = self._matrix.systems, len(self._decisions)
        counted: Counter[tuple[str, str, str]] = Counter()
        for n, count in enumerate(np.bincount(self._system(self._places) * size + self._codes).tolist()):
            if count:
                decision = self._decisions[n % size]
                counted[systems[n // size], decision.step, decision.value] += count
        return dict(counted)

    def narrowed(self, systems: AbstractSet[str], wanted: Callable[[str], bool]) -> MatrixCases:
        """Those of some systems (none named: any) whose value is wanted."""
        kept = np.isin(self._codes, self._wanted(wanted))
        if systems:
            kept &= np.isin(self._system(self._places), [n for n, s in enumerate(self._matrix.systems) if s in systems])
        return MatrixCases(self._session, self._matrix, self._places[kept], self._codes[kept])

    def within(self, inside: Iterable[str] | None, untitled: Iterable[str]) -> CaseTable:
        """Those whose ids are inside (None: all), without the titles of `untitled`."""
        if inside is None or untitled:
            return super().within(inside, untitled)
        kept = self._inside(frozenset(inside))[self._places]
        return MatrixCases(self._session, self._matrix, self._places[kept], self._codes[kept])

    def _inside(self, inside: frozenset[str]) -> npt.NDArray[np.bool_]:
        """Of each case of the matrix, whether it is inside; kept for a load."""
        kept: dict[tuple[int, frozenset[str]], Any] = self._session.remembered("places inside", dict)
        # With the matrix itself, so that its number is that of no other one meanwhile.
        key = id(self._matrix), inside
        if (known := kept.get(key)) is None:
            ids = pl.Series(self._matrix.index.ids, dtype=pl.String)
            known = self._matrix, ids.is_in(pl.Series(list(inside), dtype=pl.String).implode()).to_numpy()
        found: npt.NDArray[np.bool_] = hold(kept, key, known, KEPT)[1]
        return found

    def _system(self, places: Places) -> npt.NDArray[np.int64]:
        return self._matrix.system_of[self._matrix.index.group_of[places]]

    def _part(self, part: slice) -> pl.DataFrame:
        places = self._places[part]
        ids = self._matrix.index.ids.take(pa.array(places))
        return pl.DataFrame(
            {
                "case": pl.Series(ids, dtype=pl.String),
                "title": pl.Series(self._titles(ids.to_pylist()), dtype=pl.String),
                "system": pl.Series(self._matrix.systems, dtype=pl.String).gather(self._system(places)),
                "code": self._codes[part],
            }
        )

    def _titles(self, cases: list[str]) -> list[str]:
        titles: dict[str, str] = {}
        with self._held():
            for begin in range(0, len(cases), TITLES):
                rows = self._session.run("organisation/cases_named", cases=cases[begin : begin + TITLES])
                titles |= {row["id"]: row["caption"] or "" for row in rows}
        return [titles.get(case, "") for case in cases]
