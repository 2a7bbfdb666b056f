"""Case index: the group of equivalent cases of each case on a day, as arrays, and a person's groups as cases."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pyarrow as pa

from seewhy.graph.matrix.claim_table import ClaimTable
from seewhy.graph.session import hold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from seewhy.graph.session import Session

    Codes = npt.NDArray[np.uint8]
    Places = npt.NDArray[np.int64]

DAYS = 2
"""Days whose cases are kept at hand, some 40 MB each for a million."""
_SPARSE = 32
"""Below one case in so many, a person's cases are gathered group by group; above, all cases are looked at."""


@dataclass(frozen=True, slots=True)
class VisibleCases:
    """What one person sees: places in the list of cases, ascending, and per case the place in the list of decisions."""

    person: str
    cases: npt.NDArray[np.int64]
    codes: npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Group:
    """A group of equivalent cases with the scheme and the system that they are of."""

    id: str
    scheme: str
    system: str


class CaseIndex:
    """`group_of[n]` is the place in `groups` of the case `ids[n]`; ids ascend, `groups` stand scheme by scheme.

    Four bytes per case for the groups, and the ids themselves; the ways back are made when they are needed.
    """

    def __init__(self, about: Sequence[Group], ids: pa.StringArray, group_of: npt.NDArray[np.int32]) -> None:
        self.about, self.ids, self.group_of = about, ids, group_of
        self.groups = [one.id for one in about]
        self.group = {one: n for n, one in enumerate(self.groups)}
        self._schemes: dict[str, range] = {}
        for n, one in enumerate(about):
            known = self._schemes.get(one.scheme)
            self._schemes[one.scheme] = range(known.start if known else n, n + 1)

    @classmethod
    def of_day(cls, session: Session, date: str) -> CaseIndex:
        """The cases that are there on a day."""
        about = sorted(
            (Group(row["id"], row["scheme"], row["system"]) for row in session.run("organisation/profiles")),
            key=lambda one: (one.scheme, one.id),
        )
        place = {one.id: n for n, one in enumerate(about)}
        rows = session.run("organisation/case_profiles", as_of=date)
        flat = pl.Series(list(chain.from_iterable(row["cases"] for row in rows)), dtype=pl.String)
        sizes = [len(row["cases"]) for row in rows]
        owner = np.repeat(np.array([place[row["profile_id"]] for row in rows], np.int32), sizes)
        order = flat.arg_sort()
        return cls(about, strings(flat.gather(order)), owner[order.to_numpy()])

    @classmethod
    def at_hand(cls, session: Session, date: str) -> CaseIndex:
        """The same, read once for all who ask about one of a few days."""
        session.newest()
        held: dict[str, CaseIndex] = session.remembered("cases of days", dict)
        return held.get(date) or hold(held, date, cls.of_day(session, date), DAYS)

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def cases(self) -> list[str]:
        """The ids of all cases, ascending."""
        listed: list[str] = self.ids.to_pylist()
        return listed

    def at(self, case: str) -> int | None:
        """The place of one case, without a list of all; None where it is not there."""
        found = bisect_left(range(len(self.ids)), case, key=lambda n: str(self.ids[n]))
        return found if found < len(self.ids) and str(self.ids[found]) == case else None

    @cached_property
    def _sorted(self) -> pl.Series:
        return pl.Series(self.ids, dtype=pl.String)

    def places(self, cases: Sequence[str], *, absent: bool = False) -> Places:
        """The places of some cases. One that is not there raises KeyError, or with `absent` has the place -1."""
        asked = pl.Series(cases, dtype=pl.String)
        at = self._sorted.search_sorted(asked).clip(upper_bound=max(0, len(self.ids) - 1))
        there = self._sorted.gather(at) == asked if len(self.ids) else pl.repeat(False, len(asked), eager=True)
        if not absent and not there.all():
            raise KeyError(asked.filter(~there)[0])
        return np.where(there.to_numpy(), at.to_numpy().astype(np.int64), -1)

    @cached_property
    def sizes(self) -> Places:
        """How many cases each group has."""
        return np.bincount(self.group_of, minlength=len(self.groups))

    @cached_property
    def _members(self) -> tuple[npt.NDArray[np.int32], Places]:
        """Cases group by group, and where each group begins."""
        start = np.concatenate([[0], np.cumsum(self.sizes)])[:-1]
        return np.argsort(self.group_of, kind="stable").astype(np.int32), start

    def of_scheme(self, scheme: str) -> range:
        """The places in `groups` of one scheme, also of a ladder of an action (`departments:delete`)."""
        return self._schemes.get(scheme.partition(":")[0], range(0))

    def own_claims(self, own: Mapping[str, list[tuple[int, int, list[str]]]]) -> dict[str, tuple[Places, ClaimTable]]:
        """By person claims on single cases (rank, value with the active position, case ids): places, ascending, once
        each, and the claims on them."""
        said = [(n, *claim) for n, claims in enumerate(own.values()) for claim in claims]
        sizes = [len(cases) for *_, cases in said]
        owner, rank, now = (np.repeat(np.array([claim[n] for claim in said], np.int64), sizes) for n in range(3))
        at_case = self.places(list(chain.from_iterable(cases for *_, cases in said)))
        # Person and case in one number: those of one person stand together.
        size = max(1, len(self.ids))
        found, at = np.unique(owner * size + at_case, return_inverse=True)
        claims = ClaimTable.empty(len(found))
        claims.add_each(at, rank, now)
        bounds = np.searchsorted(found, np.arange(len(own) + 1) * size).tolist()
        parts = (slice(begin, end) for begin, end in pairwise(bounds))
        return {
            person: (found[part] - n * size, ClaimTable(claims.cells[:, part]))
            for n, (person, part) in enumerate(zip(own, parts, strict=True))
        }

    def size(self, groups: Places) -> int:
        """How many cases some groups have."""
        return int(self.sizes[groups].sum())

    def members(self, groups: Places) -> Places:
        """The places of the cases of some groups, group by group."""
        by_group, start = self._members
        found: Places = by_group[ranges(start[groups], self.sizes[groups])].astype(np.int64)
        return found

    def visible_cases(self, person: str, table: Codes, places: Places, codes: Codes) -> VisibleCases:
        """One person's row from the code of each group (0: nothing), and the codes of single cases, which go first."""
        groups = np.flatnonzero(table != 0)
        if self.size(groups) * _SPARSE > len(self.ids):
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


def strings(column: pl.Series) -> pa.StringArray:
    """A column of text as Arrow has it, with offsets, as it lies in a mapped file."""
    return column.to_arrow().cast(pa.string())


def ranges(begin: Places, sizes: Places) -> Places:
    """So many numbers from each beginning on, one after another."""
    return np.repeat(begin - np.cumsum(sizes) + sizes, sizes) + np.arange(int(sizes.sum()))
