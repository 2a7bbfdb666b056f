"""Fact index: who holds a role, which cases lie below a unit, whom a rule is about.

Every lookup answers for all days at once, so it may name too many and never too few. Cases are named by their groups of
equivalent cases where possible.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from seewhy.graph.inputs.files import FILES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


_UNITS = ("office_id", "team_id", "category_id", "firm_id", "queue_unit_id")
"""Columns of a case that name units."""


class FactIndex:
    """Lookups over one or two histories. `groups` has the columns case, group: where each case is on the two days."""

    def __init__(self, histories: Sequence[Mapping[str, pl.DataFrame]], groups: pl.DataFrame) -> None:
        self._histories = histories if len(histories) == 1 or histories[0] is not histories[1] else histories[:1]
        self._groups = groups

    def frame(self, stem: str, *columns: str) -> pl.DataFrame:
        """Distinct rows of some columns of a file, of all days."""
        return pl.concat([h[stem].select(columns) for h in self._histories]).unique()

    def _sets(self, stem: str, key: str, value: str) -> dict[str, set[str]]:
        return _collected(self.frame(stem, key, value).rows())

    @cached_property
    def holders(self) -> dict[str, set[str]]:
        """People by position."""
        return self._sets("holdings", "position_id", "person_id")

    @cached_property
    def role_holders(self) -> dict[str, set[str]]:
        """People by role."""
        return self._sets("role_assignments", "role_id", "person_id")

    @cached_property
    def unit_members(self) -> dict[str, set[str]]:
        """People with a membership, by unit."""
        return self._sets("memberships", "unit_id", "person_id")

    @cached_property
    def position_cases(self) -> dict[str, set[str]]:
        """Cases with work, by position."""
        return self._sets("work", "position_id", "case_id")

    @cached_property
    def attached(self) -> dict[str, set[str]]:
        """Cases by the rule attached to them."""
        return self._sets("case_rules", "rule_id", "case_id")

    @cached_property
    def _case_schemes(self) -> tuple[dict[str, str], dict[str, set[str]]]:
        """The scheme of every case, and the schemes of those that moved between systems."""
        systems = self.frame("systems", "system_id", "scheme")
        cases = self.frame("cases", "system_id", "case_id").join(systems, on="system_id").select("case_id", "scheme")
        several = cases.unique().filter(pl.col("case_id").is_duplicated())
        return dict(zip(cases["case_id"], cases["scheme"], strict=True)), _collected(several.rows())

    def schemes_of_system(self, system: str) -> set[str]:
        """The schemes that a system ever had."""
        return self._system_schemes.get(system, set())

    @cached_property
    def governing(self) -> set[str]:
        """The schemes that some system ever had."""
        return set().union(*self._system_schemes.values())

    @cached_property
    def _system_schemes(self) -> dict[str, set[str]]:
        return self._sets("systems", "system_id", "scheme")

    def schemes_of(self, case: str) -> set[str]:
        """The scheme of a case."""
        one, several = self._case_schemes
        return several[case] if case in several else {one[case]} if case in one else set()

    @cached_property
    def _said(self) -> pl.DataFrame:
        """What the cases of each group say of system, type and units: few rows, since such cases are alike. Each case
        is looked up once for all of it."""
        columns = ("system_id", "case_type_id", *_UNITS)
        groups = self._groups.select("case", pl.col("group").cast(pl.Categorical))
        parts = [
            h["cases"].select("case_id", *columns).join(groups, left_on="case_id", right_on="case").drop("case_id")
            for h in self._histories
        ]
        return pl.concat([part.unique() for part in parts]).with_columns(pl.col("group").cast(pl.String))

    @cached_property
    def system_groups(self) -> dict[str, set[str]]:
        """Groups of equivalent cases by system."""
        return _collected(self._said.select("system_id", "group").rows())

    @cached_property
    def type_groups(self) -> dict[str, set[str]]:
        """Groups of equivalent cases by case type."""
        return _collected(self._said.select("case_type_id", "group").rows())

    @cached_property
    def unit_groups(self) -> dict[str, set[str]]:
        """Groups of equivalent cases by every unit that their cases name, or in which their work lies."""
        parts = [self._said.select(pl.col(column).alias("key"), "group") for column in _UNITS]
        work = self.frame("work", "position_id", "hopper_unit_id", "case_id")
        at = self.frame("positions", "position_id", "unit_id")
        placed = [
            self.frame("case_parties", "unit_id", "case_id").rename({"unit_id": "key"}),
            work.select(key="hopper_unit_id", case_id="case_id"),
            work.join(at, on="position_id").select(key="unit_id", case_id="case_id"),
        ]
        parts += [
            some.join(self._groups, left_on="case_id", right_on="case").select("key", "group") for some in placed
        ]
        return _collected(pl.concat(parts).filter(pl.col("key") != "").unique().rows())

    @cached_property
    def _case_groups(self) -> dict[str, set[str]]:
        return _collected(self._groups.select("case", "group").rows())

    def groups_of(self, cases: Iterable[str]) -> set[str]:
        """The groups of some cases on the two days."""
        return set().union(*(self._case_groups.get(case, ()) for case in cases))

    @cached_property
    def _trees(self) -> dict[str, tuple[dict[str, set[str]], dict[str, set[str]]]]:
        found = {}
        for stem, key in ((spec.stem, spec.id) for spec in FILES.values() if "parent_id" in spec.names and spec.id):
            rows = self.frame(stem, key, "parent_id").filter(pl.col("parent_id") != "").rows()
            found[stem] = _collected((parent, child) for child, parent in rows), _collected(rows)
        return found

    def below(self, stem: str, ones: Iterable[str]) -> set[str]:
        """The units (or case types) and everything that was ever below them."""
        return _reached(ones, self._trees[stem][0])

    def below_any(self, ones: Iterable[str]) -> set[str]:
        """The nodes of any tree, and everything that was ever below them."""
        chosen = set(ones)
        return set().union(*(self.below(stem, chosen) for stem in self._trees))

    def above_any(self, ones: Iterable[str]) -> set[str]:
        """The nodes of any tree, and everything that was ever above them."""
        chosen = set(ones)
        return set().union(*(_reached(chosen, up) for _, up in self._trees.values()))

    @cached_property
    def ruled_units(self) -> set[str]:
        """Units that a rule about a unit matches: the subject and all below."""
        rules = self.frame("access_rules", "subject_kind", "subject_id")
        return self.below("units", rules.filter(pl.col("subject_kind") == "unit")["subject_id"])

    def counting_as(self, subjects: Iterable[str]) -> set[str] | None:
        """The people whom rules about some subjects may match; None for everybody."""
        found: set[str] = set()
        for one in subjects:
            if one == "everyone":
                return None
            found |= {one} | self.role_holders.get(one, set()) | (self.viewers if one == "View cases" else set())
            found |= set().union(*(self.unit_members.get(unit, ()) for unit in self.below("units", [one])))
        return found

    def targets(self, rules: Iterable[str]) -> set[str]:
        """What some rules are about: cases, case types, or for all cases the system."""
        found: set[str] = set()
        for rule in rules:
            found |= self._targets.get(rule, set())
        return found

    @cached_property
    def _targets(self) -> dict[str, set[str]]:
        rows = self.frame("access_rules", "rule_id", "target_kind", "target_id", "system_id").rows()
        return _collected((rule, system if kind == "all_cases" else target) for rule, kind, target, system in rows)

    def joined(self, stem: str, start: str, end: str, ids: Iterable[str], *, link: str = "") -> set[str]:
        """The cells of column `end` in rows of a file whose column `start` holds one of some ids."""
        key = stem, start, end, link
        if key not in self._joined:
            rows = self.frame(stem, start, end, *(["link"] if link else []))
            rows = rows.filter(pl.col("link") == link) if link else rows
            self._joined[key] = _collected(rows.select(start, end).rows())
        held = self._joined[key]
        return set().union(*(held.get(one, ()) for one in ids))

    @cached_property
    def _joined(self) -> dict[tuple[str, str, str, str], dict[str, set[str]]]:
        return {}

    @staticmethod
    def id_of(stem: str) -> str:
        """The id column of a file."""
        return FILES[stem].id

    @cached_property
    def viewers(self) -> set[str]:
        """Everybody who ever held View cases."""
        roles = self.frame("role_privileges", "role_id", "privilege").filter(pl.col("privilege") == "View cases")[
            "role_id"
        ]
        granted = self.frame("privilege_grants", "person_id", "privilege").filter(pl.col("privilege") == "View cases")
        return set(granted["person_id"]).union(*(self.role_holders.get(role, ()) for role in roles))


def _collected(rows: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for key, value in rows:
        found.setdefault(key, set()).add(value)
    return found


def _reached(ones: Iterable[str], step: Mapping[str, set[str]]) -> set[str]:
    found = {one for one in ones if one}
    waiting = list(found)
    while waiting:
        for more in step.get(waiting.pop(), ()):
            if more not in found:
                found.add(more)
                waiting.append(more)
    return found
