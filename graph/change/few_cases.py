"""A changed graph with few cases: enough to say what rows of some people would do to everything they see.

    the day's groups ──► one case of each, and the cases that name these people ──► derived, asked as ever

Rungs look at a person, a case and structure, so of equivalent cases one stands for all as long as nothing names the
person on it. What the cases of the small graph are grouped as is compared with the day's groups; where something else
than rows of people changed, or a rung looks beyond the pair, there is no such graph (`after_rows_of_people`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from seewhy.graph.change.changed_rows import changed_rows
from seewhy.graph.change.in_memory import in_memory
from seewhy.graph.change.snapshot import Snapshot
from seewhy.graph.inputs.files import FILES, files_about
from seewhy.graph.matrix.case_index import CaseIndex
from seewhy.graph.schemes.hops import decides_for_others, every_hops, looking_elsewhere

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from seewhy.graph.change.changed_rows import ChangedRow
    from seewhy.graph.matrix.claims import Outcome, Pair
    from seewhy.graph.schemes.hops import Hops

    History = Mapping[str, pl.DataFrame]

FEW_PEOPLE = 200
"""People up to whose cases a small graph is made."""


class FewCases(Snapshot):
    """A snapshot whose graph lacks most cases; `standing_in` names the one that stands for a case that it lacks."""

    def __init__(
        self, snapshot: Snapshot, history: History, people: set[str], cases: set[str], of_group: Mapping[int, str]
    ) -> None:
        """`snapshot` has the groups of all cases, `people` are those whose rows changed."""
        super().__init__(in_memory(history, snapshot.day), snapshot.day, index=snapshot.index)
        self.only, self._cases, self._of_group = frozenset(people), cases, of_group

    def checked(self, pairs: Iterable[Pair], scheme: str) -> dict[Pair, Outcome]:
        """Some pairs, asked pair by pair."""
        asked = {pair: (pair[0], self._standing_in(pair[1])) for pair in set(pairs)}
        told = super().checked(asked.values(), scheme)
        return {pair: told[instead] for pair, instead in asked.items()}

    def _standing_in(self, case: str) -> str:
        at = None if case in self._cases else self.index.at(case)
        return case if at is None else self._of_group[int(self.index.group_of[at])]


def after_rows_of_people(before: Snapshot, history: History, changed_history: History) -> Snapshot | None:
    """The changed graph on the day of `before`, which `history` is of; None where it has to be made as a whole."""
    changed = changed_rows(history, before.day, changed_history, before.day, every=True)
    people = {row["person_id"] for one in changed for row in one.rows if "person_id" in row}
    if not changed or len(people) > FEW_PEOPLE or looking_elsewhere() or not all(map(_of_one_person, changed)):
        return None
    if not all(_names_somebody(hops) for own in every_hops().values() for rung, hops in own if rung.about == "case"):
        return None
    if any(
        column.references == "cases"
        for stem, spec in FILES.items()
        if spec.about != "case" and stem != "access_rules"
        for column in spec.columns
    ):
        return None
    index = before.index
    naming = _naming(people, history) | _naming(people, changed_history)
    named = np.zeros(len(index), np.bool_)
    places = index.places(sorted(naming), absent=True)
    named[places[places >= 0]] = True
    plain = np.flatnonzero(~named)
    groups, first = np.unique(index.group_of[plain], return_index=True)
    of_group = {
        int(group): str(index.ids[int(at)]) for group, at in zip(groups.tolist(), plain[first].tolist(), strict=True)
    }
    cases = naming | set(of_group.values())
    found = FewCases(before, _of_cases(changed_history, cases), people, cases, of_group)
    return found if _grouped_alike(found, index) else None


def _of_one_person(row: ChangedRow) -> bool:
    return FILES[row.stem].about == "person" and not any(decides_for_others(row.stem, cells) for cells in row.rows)


def _names_somebody(hops: Hops) -> bool:
    """Whether a rung about single cases is met only where `_naming` looks."""
    kinds = frozenset().union(*(hop.types for hop in hops.all))
    linked = any({hop.start, hop.end} == {"c", "p"} or hop.types == {"TARGETS"} for hop in hops.all)
    return linked or {"OPEN_ON", "HOLDS_POSITION"} <= kinds


def _naming(people: Iterable[str], history: History) -> set[str]:
    """The cases that a row names together with one of some people, or that lie on a position that one of them ever
    had, or that a rule is about."""
    wanted = pl.Series(sorted(people), dtype=pl.String).implode()
    rules = history["access_rules"]
    found = set(rules.filter(pl.col("target_kind") == "case")["target_id"])
    positions = history["holdings"].filter(pl.col("person_id").is_in(wanted))["position_id"].implode()
    found |= set(history["work"].filter(pl.col("position_id").is_in(positions))["case_id"])
    for stem in files_about("case"):
        names = [c.name for c in FILES[stem].columns if c.references == "people" and c.name != "granted_by"]
        if names:
            mine = pl.any_horizontal(pl.col(name).is_in(wanted) for name in names)
            found |= set(history[stem].filter(mine)["case_id"])
    return found - {""}


def _of_cases(history: History, cases: set[str]) -> History:
    """The history with the rows of some cases only."""
    kept = pl.Series(sorted(cases), dtype=pl.String).implode()
    less = {stem: history[stem].filter(pl.col("case_id").is_in(kept)) for stem in files_about("case")}
    rules = history["access_rules"]
    less["access_rules"] = rules.filter((pl.col("target_kind") != "case") | pl.col("target_id").is_in(kept))
    return {**history, **less}


def _grouped_alike(found: Snapshot, index: CaseIndex) -> bool:
    """Whether the cases of the small graph are in the groups of the day."""
    small = CaseIndex.of_day(found.session, found.day)
    if not small.group.keys() <= index.group.keys():
        return False
    places = index.places(small.cases, absent=True)
    group = np.array([index.group[one] for one in small.groups], np.int64)
    return bool((places >= 0).all() and (index.group_of[places] == group[small.group_of]).all())
