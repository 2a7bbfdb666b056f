"""Case index: the group of equivalent cases of each case on a day, as arrays, and a person's groups as cases."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from seewhy.graph.matrix.claim_table import ClaimTable

if TYPE_CHECKING:
    import numpy.typing as npt

    from seewhy.graph.session import Session

    Codes = npt.NDArray[np.uint8]
    Places = npt.NDArray[np.int64]

_SPARSE = 32
"""Below one case in so many, a person's cases are gathered group by group; above, all cases are looked at."""


@dataclass(frozen=True, slots=True)
class VisibleCases:
    """What one person sees: places in the list of cases, ascending, and per case the place in the list of decisions."""

    person: str
    cases: npt.NDArray[np.int64]
    codes: npt.NDArray[np.uint8]


class CaseIndex:
    """`group_of[n]` is the place in `groups` of case `cases[n]`; `groups` lists the profiles scheme by scheme.

    Four bytes per case for the groups, four for the way back, and the ids themselves (and `titles` when wanted).
    """

    def __init__(self, session: Session, date: str, *, titles: bool = False) -> None:
        rows = session.run("organisation/profiles")
        about = {row["id"]: row["scheme"] for row in rows}
        self.systems = {row["id"]: row["system"] for row in rows}
        rows = session.run("organisation/case_titles" if titles else "organisation/case_profiles", as_of=date)
        self.groups = sorted(about, key=lambda group: (about[group], group))
        self.group = {one: n for n, one in enumerate(self.groups)}
        self._schemes: dict[str, range] = {}
        for n, one in enumerate(self.groups):
            known = self._schemes.get(about[one])
            self._schemes[about[one]] = range(known.start if known else n, n + 1)
        flat = _flat(rows, "cases")
        sizes = [len(row["cases"]) for row in rows]
        owner = np.repeat(np.array([self.group[row["profile_id"]] for row in rows], np.int32), sizes)
        order = flat.arg_sort()
        self.titles = _flat(rows, "titles").gather(order) if titles else pl.Series("titles", [], pl.String)
        del rows
        self.ids = flat.gather(order)
        self.cases: list[str] = self.ids.to_list()
        self.group_of: npt.NDArray[np.int32] = owner[order.to_numpy()]
        self.place = dict(zip(self.cases, range(len(self.cases)), strict=True))
        self._members = np.argsort(self.group_of, kind="stable").astype(np.int32)
        self.sizes: Places = np.bincount(self.group_of, minlength=len(self.groups))
        self._start = np.concatenate([[0], np.cumsum(self.sizes)])[:-1]

    def of_scheme(self, scheme: str) -> range:
        """The places in `groups` of one scheme, also of a ladder of an action (`departments:delete`)."""
        return self._schemes.get(scheme.partition(":")[0], range(0))

    def own_claims(self, own: list[tuple[int, int, list[str]]]) -> tuple[Places, ClaimTable]:
        """Claims on single cases (rank, value with the active position, case ids): places, ascending, once each, and
        the claims on them."""
        at_case = list(map(self.place.__getitem__, chain.from_iterable(cases for _, _, cases in own)))
        sizes = [len(cases) for _, _, cases in own]
        rank, now = (np.repeat(np.array([claim[n] for claim in own], np.int64), sizes) for n in (0, 1))
        found, at = np.unique(np.array(at_case, np.int64), return_inverse=True)
        claims = ClaimTable.empty(len(found))
        claims.add_each(at, rank, now)
        return found, claims

    def size(self, groups: Places) -> int:
        """How many cases some groups have."""
        return int(self.sizes[groups].sum())

    def members(self, groups: Places) -> Places:
        """The places of the cases of some groups, group by group."""
        sizes = self.sizes[groups]
        shift = np.repeat(self._start[groups] - np.cumsum(sizes) + sizes, sizes)
        found: Places = self._members[shift + np.arange(int(sizes.sum()))].astype(np.int64)
        return found

    def visible_cases(self, person: str, table: Codes, places: Places, codes: Codes) -> VisibleCases:
        """One person's row from the code of each group (0: nothing), and the codes of single cases, which go first."""
        groups = np.flatnonzero(table != 0)
        if self.size(groups) * _SPARSE > len(self.cases):
            row = table[self.group_of]
            row[places] = codes
            seen = np.flatnonzero(row != 0)
            return VisibleCases(person, seen, row[seen])
        members = self.members(groups)
        # Case and code in one number: sorted together, and a case's own code (marked 0 here) stands before its group's.
        both = members << 9 | 256 | np.repeat(table[groups], self.sizes[groups])
        if len(places):
            both = np.concatenate([both, places << 9 | codes])
            both.sort()
            case = both >> 9
            first = np.concatenate([[True], case[1:] != case[:-1]])
            both = both[first & ((both & 255) != 0)]
        else:
            both.sort()
        return VisibleCases(person, both >> 9, (both & 255).astype(np.uint8))


def _flat(rows: list[dict[str, Any]], column: str) -> pl.Series:
    return pl.Series(column, list(chain.from_iterable(row[column] for row in rows)), dtype=pl.String)
