"""Profile cases: a person's list of cases of which nothing is read but how many there are, before somebody looks.

A profile, a group of equivalent cases, knows how many cases it has and names the first of them. So counts need no case,
and the first of the list are among those that as many profiles name as cases are wanted, those that begin lowest; a
profile that names too few of its cases is read. What lies further down reads the whole list, once. Later reading is of
the load that was asked; on Neo4j it raises EngineUnavailable when that load is gone.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from seewhy.graph.errors import EngineUnavailable
from seewhy.graph.matrix.case_table import CaseTable
from seewhy.graph.matrix.inside import LONG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
    from collections.abc import Set as AbstractSet

    from seewhy.graph.matrix.decision import Decision
    from seewhy.graph.matrix.inside import Inside

HEAD = 1_000
"""So many cases are looked up ahead of the whole list at most."""
SMALL = 2_000
"""A list of fewer cases is read at once, in milliseconds."""
SCHEMA = {"case": pl.String, "title": pl.String, "system": pl.String, "code": pl.UInt32}


@dataclass(frozen=True, slots=True)
class SeenProfile:
    """A profile of the list: how many cases it has, how many of them have claims of their own (they go before these),
    the first of its cases by id, on lines, and the place of what decides."""

    id: str
    system: str
    cases: int
    elsewhere: int
    first: str
    code: int

    @property
    def lowest(self) -> str:
        """No case has a lower id."""
        return self.first.partition("\n")[0]

    def may_have_before(self, case: str | None) -> bool:
        """Whether a case that is not among the first may come before another one (None: before any end)."""
        *_, last = named = self.first.split("\n")
        return len(named) < self.cases and (case is None or last < case)


@dataclass(frozen=True, slots=True)
class ProfileReader:
    """Reads one load on one day. `cases` gives a row (profile_id, cases, titles) for each of some profiles, `titles`
    one (id, caption) for each of some cases; `elsewhere` are the cases with claims of their own, each with its
    profile."""

    cases: Callable[[Sequence[str]], Iterable[Mapping[str, Any]]]
    titles: Callable[[Sequence[str]], Iterable[Mapping[str, Any]]]
    elsewhere: Mapping[str, str]
    begun: MutableMapping[int, ProfileCases]
    """Where its lists are found for as long as somebody has them, by `id`."""
    inside: Callable[[frozenset[str], bool], Mapping[str, Inside] | None]
    """What of each profile is among some cases; the truth value says whether to find that out where nobody has."""
    only: frozenset[str] | None = None
    """The cases that may be read, None: all."""

    def cells(self, profiles: Iterable[SeenProfile]) -> pl.DataFrame:
        """The cases of some profiles, in no order."""
        about = {one.id: one for one in profiles}
        columns: dict[str, list[Any]] = {name: [] for name in SCHEMA}
        for row in self.cases(sorted(about)) if about else ():
            profile, count = about[row["profile_id"]], len(row["cases"])
            columns["case"] += row["cases"]
            columns["title"] += row["titles"]
            columns["system"] += [profile.system] * count
            columns["code"] += [profile.code] * count
        cells = pl.DataFrame(columns, SCHEMA)
        if self.only is not None:
            cells = cells.filter(pl.Series([case in self.only for case in columns["case"]], dtype=pl.Boolean))
        return cells.filter(~pl.col("case").is_in(list(self.elsewhere))) if self.elsewhere else cells


class ProfileCases(CaseTable):
    """Cases by id: those of `cells`, which are read already, and those of `profiles`."""

    def __init__(
        self,
        cells: pl.DataFrame,
        profiles: Iterable[SeenProfile],
        reader: ProfileReader,
        decisions: Sequence[Decision],
    ) -> None:
        self._begun, self._reader = cells, reader
        self._profiles = sorted((one for one in profiles if one.cases > one.elsewhere), key=lambda one: one.lowest)
        self._decisions = decisions
        self._lock = threading.Lock()
        self._whole: pl.DataFrame | None = None
        self._head = cells.clear()
        self._count = len(cells) + sum(one.cases - one.elsewhere for one in self._profiles)
        if self._profiles:
            reader.begun[id(self)] = self

    def __len__(self) -> int:
        return self._count

    def counts(self) -> dict[tuple[str, str, str], int]:
        """Number of cases by (system, step, value)."""
        counted: Counter[tuple[str, int]] = Counter()
        for system, code, count in self._begun.group_by("system", "code").len().iter_rows():
            counted[system, code] += count
        for one in self._profiles:
            counted[one.system, one.code] += one.cases - one.elsewhere
        found: Counter[tuple[str, str, str]] = Counter()
        for (system, code), count in counted.items():
            found[system, self._decisions[code].step, self._decisions[code].value] += count
        return dict(found)

    def narrowed(self, systems: AbstractSet[str], wanted: Callable[[str], bool]) -> CaseTable:
        """Those of some systems (none named: any) whose value is wanted, as little read as here."""
        return self.decided_by(self._wanted(wanted), systems)

    def decided_by(self, codes: Iterable[int], systems: AbstractSet[str] = frozenset()) -> ProfileCases:
        """Those of some decisions, by their place, and of some systems (none named: any)."""
        kept = sorted(codes)
        cells = (self._begun if self._whole is None else self._whole).filter(self._kept(systems, kept))
        profiles = () if self._whole is not None else self._profiles
        return ProfileCases(
            cells,
            (one for one in profiles if one.code in kept and (not systems or one.system in systems)),
            self._reader,
            self.decisions,
        )

    def within(self, inside: Iterable[str] | None, untitled: Iterable[str]) -> CaseTable:
        """Those whose ids are inside (None: all), without the titles of `untitled`, as little read as here where the
        list is long."""
        if inside is None or untitled or self._whole is not None or not self._profiles:
            return super().within(inside, untitled)
        only = frozenset(inside) if self._reader.only is None else self._reader.only & frozenset(inside)
        found = self._reader.inside(only, self._count > LONG)
        if found is None:
            return super().within(inside, untitled)
        taken = Counter(profile for case, profile in self._reader.elsewhere.items() if case in only)
        profiles = (
            replace(one, cases=found[one.id].cases, first=found[one.id].first, elsewhere=taken[one.id])
            for one in self._profiles
            if one.id in found
        )
        begun = self._begun.filter(pl.Series([case in only for case in self._begun["case"]], dtype=pl.Boolean))
        return ProfileCases(begun, profiles, replace(self._reader, only=only), self.decisions)

    @property
    def decisions(self) -> Sequence[Decision]:
        """What decides, in the order of the codes."""
        return self._decisions

    def whole(self) -> pl.DataFrame:
        """All cells by case id, read once."""
        with self._lock:
            if self._whole is None:
                read = self._reader.cells(self._profiles)
                self._whole = pl.concat([self._begun, read]).sort("case")
                if len(self._whole) != self._count:
                    counted, held = self._count, len(self._whole)
                    self._whole = None
                    raise EngineUnavailable(
                        f"the graph counts {counted:,} cases where it holds {held:,}",
                        "load the folder again with --fresh",
                    )
            return self._whole

    def _part(self, part: slice) -> pl.DataFrame:
        begin, end, step = part.indices(self._count)
        if self._whole is None and step == 1 and end <= HEAD and self._count > SMALL:
            with self._lock:
                if len(self._head) < end:
                    self._head = self._first(end)
                return self._head[begin:end]
        return self.whole()[part]

    def _first(self, count: int) -> pl.DataFrame:
        """The first cases."""
        few, whole, known = self._profiles[:count], set[str](), self._begun
        while True:
            named = [
                (case, None, one.system, one.code)
                for one in few
                if one.id not in whole
                for case in one.first.split("\n")
                if case not in self._reader.elsewhere
            ]
            found = pl.concat([known, pl.DataFrame(named, SCHEMA, orient="row")]).sort("case").head(count)
            last = found["case"][-1] if len(found) == count else None
            rest = self._profiles[len(few) : len(few) + 1]
            if rest and (last is None or rest[0].lowest < last):
                few = self._profiles[: 2 * len(few)]
                continue
            if not (more := [one for one in few if one.id not in whole and one.may_have_before(last)]):
                break
            known = pl.concat([known, self._reader.cells(more)])
            whole |= {one.id for one in more}
        if untitled := found.filter(pl.col("title").is_null())["case"].to_list():
            titles = {row["id"]: row["caption"] or "" for row in self._reader.titles(untitled)}
            found = found.with_columns(pl.col("title").fill_null(pl.col("case").replace_strict(titles, default="")))
        return found
