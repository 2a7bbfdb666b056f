"""Fact index: who holds a role, which cases lie below a unit, whom a rule is about.

Every lookup answers for all days at once, so it may name too many and never too few. Cases are named by their groups of
equivalent cases where possible.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


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
    def members(self) -> dict[str, set[str]]:
        """People by group."""
        return self._sets("group_members", "group_id", "person_id")

    @cached_property
    def viewing_groups(self) -> set[str]:
        """Groups that allow or deny seeing all cases."""
        rows = self.frame("group_permissions", "group_id", "permission")
        return set(rows.filter(pl.col("permission") == "can_view_all_cases")["group_id"])

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
    def portal_people(self) -> dict[str, set[str]]:
        """People with a portal role, by its unit."""
        return self._sets("portal_roles", "unit_id", "person_id")

    @cached_property
    def position_units(self) -> dict[str, set[str]]:
        """Units by position."""
        return self._sets("positions", "position_id", "unit_id")

    @cached_property
    def position_cases(self) -> dict[str, set[str]]:
        """Cases with work, by position."""
        return self._sets("work", "position_id", "case_id")

    @cached_property
    def attached(self) -> dict[str, set[str]]:
        """Cases by the rule attached to them."""
        return self._sets("case_rules", "rule_id", "case_id")

    @cached_property
    def _case_schemes(self) -> dict[str, set[str]]:
        systems = self.frame("systems", "system_id", "scheme")
        return _collected(
            self.frame("cases", "system_id", "case_id").join(systems, on="system_id").select("case_id", "scheme").rows()
        )

    def schemes_of(self, case: str) -> set[str]:
        """The scheme of a case."""
        return self._case_schemes.get(case, set())

    @cached_property
    def system_groups(self) -> dict[str, set[str]]:
        """Groups of equivalent cases by system."""
        return self._grouped(self.frame("cases", "system_id", "case_id").rename({"system_id": "key"}))

    @cached_property
    def type_groups(self) -> dict[str, set[str]]:
        """Groups of equivalent cases by case type."""
        return self._grouped(self.frame("cases", "case_type_id", "case_id").rename({"case_type_id": "key"}))

    @cached_property
    def unit_groups(self) -> dict[str, set[str]]:
        """Groups of equivalent cases by every unit that their cases name, or in which their work lies."""
        parts = [
            self.frame("cases", column, "case_id").rename({column: "key"})
            for column in ("office_id", "team_id", "category_id", "firm_id", "queue_unit_id")
        ]
        parts.append(self.frame("case_parties", "unit_id", "case_id").rename({"unit_id": "key"}))
        work = self.frame("work", "position_id", "hopper_unit_id", "case_id")
        parts.append(work.select(key="hopper_unit_id", case_id="case_id"))
        at = self.frame("positions", "position_id", "unit_id")
        parts.append(work.join(at, on="position_id").select(key="unit_id", case_id="case_id"))
        return self._grouped(pl.concat(parts).filter(pl.col("key") != "").unique())

    def _grouped(self, cases: pl.DataFrame) -> dict[str, set[str]]:
        joined = cases.join(self._groups, left_on="case_id", right_on="case").select("key", "group").unique()
        return _collected(joined.rows())

    @cached_property
    def _case_groups(self) -> dict[str, set[str]]:
        return _collected(self._groups.select("case", "group").rows())

    def groups_of(self, cases: Iterable[str]) -> set[str]:
        """The groups of some cases on the two days."""
        return set().union(*(self._case_groups.get(case, ()) for case in cases))

    @cached_property
    def _trees(self) -> dict[str, tuple[dict[str, set[str]], dict[str, set[str]]]]:
        found = {}
        for stem, key in (("units", "unit_id"), ("case_types", "case_type_id")):
            rows = self.frame(stem, key, "parent_id").filter(pl.col("parent_id") != "").rows()
            found[stem] = _collected((parent, child) for child, parent in rows), _collected(rows)
        return found

    def below(self, stem: str, ones: Iterable[str]) -> set[str]:
        """The units (or case types) and everything that was ever below them."""
        return _reached(ones, self._trees[stem][0])

    def around(self, unit: str) -> set[str]:
        """Everything that was ever below or above the unit, or below what is above it."""
        return self.below("units", _reached([unit], self._trees["units"][1]))

    @cached_property
    def ruled_units(self) -> set[str]:
        """Units that a rule about a unit matches: the subject and all below."""
        rules = self.frame("access_rules", "subject_kind", "subject_id")
        return self.below("units", rules.filter(pl.col("subject_kind") == "unit")["subject_id"])

    def subjects(self, kind: str, subject: str) -> set[str] | None:
        """The people that a rule's subject may match; None for everybody."""
        if kind == "person":
            return {subject}
        if kind == "unit":
            return set().union(*(self.unit_members.get(unit, ()) for unit in self.below("units", [subject])))
        if kind == "role":
            return self.role_holders.get(subject, set())
        return self.viewers if kind == "view_cases_privilege" else None

    @cached_property
    def viewers(self) -> set[str]:
        """Everybody who ever held View cases."""
        roles = self.frame("role_privileges", "role_id", "privilege").filter(pl.col("privilege") == "View cases")[
            "role_id"
        ]
        granted = self.frame("privilege_grants", "person_id", "privilege").filter(pl.col("privilege") == "View cases")
        return set(granted["person_id"]).union(*(self.role_holders.get(role, ()) for role in roles))

    @cached_property
    def _links(self) -> dict[str, dict[str, set[str]]]:
        """Links that the portal combines with a role: cases by person, supervisors by case, cases by creator."""
        rows = self.frame("case_people", "link", "person_id", "case_id")
        linked = {kind: rows.filter(pl.col("link") == kind) for kind in ("client", "created_by", "supervisor")}
        supervisors = linked["supervisor"].select("case_id", "person_id").rows()
        supervised = linked["created_by"].join(linked["supervisor"], on="case_id", how="semi")
        return {
            "supervisors": _collected(supervisors),
            "created": _collected(supervised.select("person_id", "case_id").rows()),
            "own": _collected(pl.concat(linked.values()).select("person_id", "case_id").rows()),
        }

    def supervisors(self, case: str) -> set[str]:
        """People whom the case ever named as supervisor."""
        return self._links["supervisors"].get(case, set())

    def supervised(self, people: Iterable[str]) -> set[str]:
        """Cases with a supervisor that one of the people created."""
        return set().union(*(self._links["created"].get(person, ()) for person in people))

    def portal_links(self, person: str) -> set[str]:
        """Cases that name the person as client, creator or supervisor."""
        return self._links["own"].get(person, set())


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
