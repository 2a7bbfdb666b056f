"""The scheme `memberships`: Case Manager, access through the case itself, then memberships, then a permission."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable

from tests.definition.world import Claim, Day, Row, better

STEPS = ("assigned_to", "other_staff", "limited", "memberships", "view_all", "no_rule")


class Memberships:
    def __init__(self, day: Day) -> None:
        self.day = day
        self.access: dict[str, dict[str, str]] = defaultdict(dict)
        for row in day.table("memberships"):
            self.access[row["person_id"]][row["unit_id"]] = row["access"]
        self.groups: dict[str, set[str]] = defaultdict(set)
        for row in day.table("group_members"):
            self.groups[row["person_id"]].add(row["group_id"])
        self.view_all = {
            row["group_id"]: row["effect"]
            for row in day.table("group_permissions")
            if row["permission"] == "can_view_all_cases"
        }

    def from_memberships(self, person: str, case: Row) -> str:
        """What the memberships in the case's office, team and category say together; blank = nothing, go on."""
        units = {case["office_id"], case["team_id"], case["category_id"]} - {""}
        own = self.access.get(person, {})
        said = {own[unit] for unit in units if unit in own} - {"no"}
        if "deny" in said:
            return "none" if self.day.on(case["system_id"], "deny_blocks_view_all") else ""
        return better(said) if said else ""

    def may_view_all(self, person: str) -> bool:
        effects = {self.view_all[group] for group in self.groups.get(person, ()) if group in self.view_all}
        return "allow" in effects and "deny" not in effects

    def claims(self, person: str, case: Row) -> list[Claim]:
        links = self.day.linked(person, case["case_id"])
        met: list[Claim] = []
        if "assigned_to" in links:
            met.append(("assigned_to", "edit"))
        if "other_staff" in links:
            met.append(("other_staff", better(row["access"] for row in links["other_staff"])))
        if case["limited"] and self.day.on(case["system_id"], "limit_blocks_view_all"):
            met.append(("limited", "none"))
        if not case["limited"] and (said := self.from_memberships(person, case)):
            met.append(("memberships", said))
        if self.may_view_all(person):
            met.append(("view_all", "view"))
        return met or [("no_rule", "none")]

    def value(self, person: str, case: Row) -> str:
        return self.claims(person, case)[0][1]

    def alike(self, case: Row) -> Hashable:
        """Cases with the same key are decided alike for everyone who has no link to them."""
        return case["system_id"], case["limited"], case["office_id"], case["team_id"], case["category_id"]
