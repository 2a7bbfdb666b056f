"""Eligibility of privileges: who is offered for a case, and who can do what.

A list is a set of person ids. Written from the contract alone.
"""

from __future__ import annotations

from tests.definition.eligibility import gate
from tests.definition.privileges import IDS, Holding, Privileges
from tests.definition.world import Day, Row

ORGANISATION_WIDE = (
    *("Central FOI", "Director General", "FOI Appeals Manager", "FOI Request Handling Manager", "Head of FOI"),
    *("Ministerial Briefing Team", "Permanent Secretary", "Permanent Secretary's Office", "Press Office"),
    *("Senior Manager", "SPADs"),
)
CASCADING = (
    *("Deputy Director", "Director", "Head of Unit", "Information Rights Unit", "Ministerial Correspondence Unit"),
    "Policy Correspondence Unit",
)
AT_TEAM = ("Policy Official", "Senior Civil Servant", "Team Lead")
IN_OFFICE = ("Private Secretary", "Assistant Private Secretary")
ELSEWHERE = ("Peer Review", "PO Facilitator")
QA_TYPES = (*ORGANISATION_WIDE, *CASCADING, *AT_TEAM, *IN_OFFICE, *ELSEWHERE)

VIEW, EDIT_ROLES, TEAM, CREATE = (
    *("View the Organisation Structure", "Edit any person's roles", "Manage the team", "Create people"),
)
RULE = {
    VIEW: "ECASE-203",
    EDIT_ROLES: "ECASE-119",
    TEAM: "ECASE-159",
    CREATE: "ECASE-115",
    "Edit Roles": "ECASE-126",
    "Maintain Organisation Structure": "ECASE-137",
    "Anonymise Correspondent Details": "ECASE-102",
    "View the Dashboard": "ECASE-202",
    "Search for cases": "ECASE-196",
    "Manage Scanning": "ECASE-156",
}
CAPABILITIES = {
    "change-role": ["Edit Roles"],
    "assign-role": [VIEW, EDIT_ROLES],
    "add-unregistered-user": [VIEW, EDIT_ROLES, CREATE],
    "edit-organogram": [VIEW, "Maintain Organisation Structure"],
    "edit-private-office-team": [VIEW, EDIT_ROLES],
    "manage-team-on-organogram": [VIEW, TEAM],
    "anonymise-case": ["Anonymise Correspondent Details"],
    "search-from-dashboard": ["View the Dashboard", "Search for cases"],
    "print-any-scan-sheet": ["Manage Scanning"],
}
IN_ONE_TEAM = {"assign-role": [TEAM], "add-unregistered-user": [TEAM, CREATE]}
NAMES = {**IDS, "ECASE-116": "Draft responses", "ECASE-185": "Receive Press Office QAs", "ECASE-159": TEAM}
"""A row may give the rule id instead of the name."""


class Offers:
    """Who holds what, with the placement of each holding; a grant has the placement `grant`."""

    def __init__(self, day: Day) -> None:
        self.day, self.ladder = day, Privileges(day)
        self.held: dict[str, dict[str, set[tuple[Holding, str]]]] = {}
        of_role: dict[str, set[str]] = {}
        for row in day.table("role_privileges"):
            of_role.setdefault(row["role_id"], set()).add(NAMES.get(row["privilege"], row["privilege"]))
        for row in day.table("role_assignments"):
            at = Holding(row["unit_id"], row["case_type_id"])
            for privilege in of_role.get(row["role_id"], ()):
                self.add(row["person_id"], privilege, at, row["placement"])
        for row in day.table("privilege_grants"):
            self.add(row["person_id"], NAMES.get(row["privilege"], row["privilege"]), Holding("", ""), "grant")

    def add(self, person: str, privilege: str, at: Holding, placement: str) -> None:
        self.held.setdefault(person, {}).setdefault(privilege, set()).add((at, placement))

    def of(self, person: str, privilege: str) -> set[tuple[Holding, str]]:
        return self.held.get(person, {}).get(privilege, set())

    def covering(self, case: str, privilege: str, *, cascading: bool = False) -> set[str]:
        row = self.day.case.get(case)
        return {
            person
            for person in self.day.active
            if row and any(self.ladder.covers(at, row, cascading=cascading) for at, _ in self.of(person, privilege))
        }

    def draft(self, case: str, *, reopened: bool = False) -> set[str]:
        drafters = self.covering(case, "Draft responses", cascading=True)
        return drafters & self.covering(case, "Work on reopened cases") if reopened else drafters

    def contribute(self, case: str) -> set[str]:
        return self.covering(case, "Receive Contributions", cascading=True)

    def advise(self, case: str) -> set[str]:
        return self.covering(case, "Advise on cases")

    def cc(self, case: str) -> set[str]:
        return self.covering(case, "Receive Contribution CCs")

    def qa(self, case: str, kind: str) -> set[str]:
        privilege = "Manage cases at Private Office" if kind == "Assistant Private Secretary" else f"Receive {kind} QAs"
        row = self.day.case.get(case)
        return {
            person
            for person in self.day.active
            if row and any(self.sits(kind, at, placement, row) for at, placement in self.of(person, privilege))
        }

    def sits(self, kind: str, at: Holding, placement: str, case: Row) -> bool:
        if not self.ladder.covers_type(at, case):
            return False
        if kind in ORGANISATION_WIDE:
            return placement in ("organisation_wide", "grant")
        if kind in IN_OFFICE:
            return placement == "private_office"
        if kind in AT_TEAM:
            return at.unit != "" and at.unit == case["team_id"]
        return self.ladder.covers(at, case, cascading=kind in CASCADING)

    def capability(self, person: str, name: str, unit: str = "") -> tuple[str, list[str], list[str]]:
        """With the privileges missing on the way with the fewest."""
        ways = [CAPABILITIES[name]] + ([IN_ONE_TEAM[name]] if unit and name in IN_ONE_TEAM else [])
        missing = min(([need for need in way if not self.has(person, need, unit)] for way in ways), key=len)
        rules = gate(self.day, person) + [RULE[need] for need in missing]
        return "refused" if rules else "allowed", rules, missing

    def has(self, person: str, privilege: str, unit: str) -> bool:
        return any(privilege != TEAM or at.unit == unit for at, _ in self.of(person, privilege))
