"""The scheme `privileges`: eCase, access through privileges, queues and rules at three levels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from typing import NamedTuple

from tests.definition.world import VALUES, Claim, Day, Row, better

STEPS = (
    *("owner", "ignore_access_rules", "case_rule", "named_rule", "sensitivity", "queue"),
    *("global_rule", "default_policy"),
)

# the privileges that decide who sees a case; all others are matters of eligibility
IDS = {
    "ECASE-106": "Check cases centrally",
    "ECASE-110": "Close Fast Track cases",
    "ECASE-111": "Coordinate Transfer In cases",
    "ECASE-112": "Coordinate Transfer Out cases",
    "ECASE-118": "Edit any case",
    "ECASE-128": "Ignore all Access Rules",
    "ECASE-144": "Manage a hub",
    "ECASE-148": "Manage cases at Private Office",
    "ECASE-149": "Manage cases Awaiting Allocation",
    "ECASE-150": "Manage cases Awaiting External Input",
    "ECASE-151": "Manage cases requiring clarification",
    "ECASE-152": "Manage cases with the SPADs Office",
    "ECASE-154": "Manage Parliamentary Responses",
    "ECASE-160": "Manage webform submissions",
    "ECASE-161": "Monitor draft cases",
    "ECASE-163": "Prepare and close cases",
    "ECASE-196": "Search for cases",
    "ECASE-200": "Triage cases",
    "ECASE-201": "View cases",
}
# queue -> privilege -> value, for the queues where the holding covers team and type
QUEUES = {
    "correspondence_unit": {"Check cases centrally": "edit"},
    "private_office": {"Check cases centrally": "view", "Manage Parliamentary Responses": "view"},
    "spads_office": {"Manage cases with the SPADs Office": "edit", "Manage Parliamentary Responses": "view"},
    "parliamentary_team": {"Manage Parliamentary Responses": "edit"},
    "transfer_in": {"Coordinate Transfer In cases": "edit"},
    "transfer_out": {"Coordinate Transfer Out cases": "edit"},
    "triage": {"Triage cases": "edit"},
    "fast_track": {"Close Fast Track cases": "edit"},
    "webform": {"Manage webform submissions": "edit"},
    "awaiting_allocation": {"Manage cases Awaiting Allocation": "edit"},
    "awaiting_external_input": {"Manage cases Awaiting External Input": "edit"},
    "awaiting_clarification": {"Manage cases requiring clarification": "edit"},
    "print_prepare": {"Prepare and close cases": "edit"},
}
ALLOCATIONS = ("drafter", "adviser", "contributor", "qa_recipient", "task_holder")


def named(row: Row) -> str:
    """The privilege of the row by its own name; a row may give the rule id instead."""
    privilege = str(row["privilege"])
    return IDS.get(privilege, privilege)


class Holding(NamedTuple):
    """Where a privilege or an assignment counts: blank = everywhere, all."""

    unit: str
    type: str


class Privileges:
    def __init__(self, day: Day) -> None:
        self.day, self.units, self.types = day, day.units, day.types
        of_role: dict[str, set[str]] = defaultdict(set)
        for row in day.table("role_privileges"):
            of_role[row["role_id"]].add(named(row))
        self.holdings: dict[str, dict[str, set[Holding]]] = defaultdict(lambda: defaultdict(set))
        self.assignments: dict[str, set[Holding]] = defaultdict(set)
        self.roles: dict[str, set[str]] = defaultdict(set)
        for row in day.table("role_assignments"):
            person, at = row["person_id"], Holding(row["unit_id"], row["case_type_id"])
            self.assignments[person].add(at)
            self.roles[person].add(row["role_id"])
            for privilege in of_role[row["role_id"]]:
                self.holdings[person][privilege].add(at)
        for row in day.table("privilege_grants"):
            self.holdings[row["person_id"]][named(row)].add(Holding("", ""))
        self.member_at_or_below: dict[str, set[str]] = defaultdict(set)
        for row in day.table("memberships"):
            self.member_at_or_below[row["person_id"]].update(self.units.above(row["unit_id"]))
        rules = {row["rule_id"]: row for row in day.table("access_rules")}
        self.global_rules = [row for row in rules.values() if row["level"] == "global"]
        self.case_rules: dict[str, list[Row]] = defaultdict(list)
        for row in rules.values():
            if row["level"] == "case":
                self.case_rules[row["target_id"]].append(row)
        self.attached: dict[str, list[Row]] = defaultdict(list)
        for row in day.table("case_rules"):
            if row["rule_id"] in rules and rules[row["rule_id"]]["level"] == "named":
                self.attached[row["case_id"]].append(rules[row["rule_id"]])

    # what a person holds, and what it covers

    def held(self, person: str, privilege: str) -> set[Holding]:
        return self.holdings[person].get(privilege, set()) if person in self.holdings else set()

    def covers(self, at: Holding, case: Row, *, cascading: bool = False) -> bool:
        units = self.units.above(case["team_id"]) if cascading else (case["team_id"],)
        return self.covers_type(at, case) and (at.unit == "" or at.unit in units)

    def covers_type(self, at: Holding, case: Row) -> bool:
        return at.type == "" or at.type in self.types.above(case["case_type_id"])

    # rules

    def concerns(self, rule: Row, person: str) -> bool:
        """Whether the rule's subject is the person."""
        subject = rule["subject_id"]
        match rule["subject_kind"]:
            case "everyone":
                return True
            case "view_cases_privilege":
                return bool(self.held(person, "View cases"))
            case "person":
                return bool(subject == person)
            case "unit":
                return subject in self.member_at_or_below.get(person, ())
            case "role":
                return subject in self.roles.get(person, ())
        raise ValueError(rule["subject_kind"])

    def targets(self, rule: Row, person: str, case: Row) -> bool:
        """Whether a global rule is about the case."""
        match rule["target_kind"]:
            case "all_cases":
                return True
            case "case_type":
                return rule["target_id"] in self.types.above(case["case_type_id"])
            case "own_team_or_subteam":
                return any(self.covers(at, case, cascading=True) for at in self.held(person, "View cases"))
        raise ValueError(rule["target_kind"])

    def rules_say(self, level: str, person: str, case: Row, action: str) -> str:
        """What the level's rules say: any cannot: none; else a can: view; blank when no rule matches."""
        if level == "case":
            enabled = self.day.on(case["system_id"], "case_access_enabled")
            rules = self.case_rules.get(case["case_id"], []) if enabled else []
        elif level == "named":
            rules = self.attached.get(case["case_id"], [])
        else:
            rules = [rule for rule in self.global_rules if self.targets(rule, person, case)]
        effects = {
            rule["effect"]
            for rule in rules
            if rule["action"] == action and rule["system_id"] == case["system_id"] and self.concerns(rule, person)
        }
        return "none" if "cannot" in effects else "view" if effects else ""

    # the rungs: each says a value, or blank when it is not met

    def owner(self, person: str, case: Row) -> str:
        return "edit" if "owner" in self.day.linked(person, case["case_id"]) else ""

    def ignore_access_rules(self, person: str, case: Row) -> str:
        return "view" if self.held(person, "Ignore all Access Rules") else ""

    def case_rule(self, person: str, case: Row) -> str:
        links = self.day.linked(person, case["case_id"])
        said = self.rules_say("case", person, case, "view")
        if said != "none" and "drafter" in links:
            return "edit"
        return said or ("view" if any(link in links for link in ALLOCATIONS) else "")

    def named_rule(self, person: str, case: Row) -> str:
        return self.rules_say("named", person, case, "view")

    def sensitivity(self, person: str, case: Row) -> str:
        by_type = self.types.sensitive(case["case_type_id"])
        by_unit = self.units.sensitive(case["team_id"])
        by_itself = case["sensitive"] or bool(self.attached.get(case["case_id"]))
        if not (by_type or by_unit or by_itself):
            return ""
        assignments = self.assignments.get(person, set())
        covering = [at for at in assignments if self.covers(at, case, cascading=True)]
        has_type = any(at.type for at in covering)
        has_unit = any(at.unit for at in covering)
        if by_type or by_unit:
            cleared = (has_type or not by_type) and (has_unit or not by_unit)
        else:
            cleared = has_type or has_unit
        return "" if cleared else "none"

    def queue(self, person: str, case: Row) -> str:
        said: set[str] = set()
        for privilege, value in QUEUES.get(case["queue"], {}).items():
            if any(self.covers(at, case) for at in self.held(person, privilege)):
                said.add(value)
        if case["queue"] == "private_office" and case["queue_unit_id"]:
            for at in self.held(person, "Manage cases at Private Office"):
                if at.unit == case["queue_unit_id"] and self.covers_type(at, case):
                    said.add("edit")
        hubs = self.held(person, "Manage a hub")
        if case["status"] == "open" and any(self.covers(at, case, cascading=True) for at in hubs):
            said.add("edit")
        if case["status"] == "draft" and self.held(person, "Monitor draft cases"):
            said.add("view")
        return better(said) if said else ""

    def global_rule(self, person: str, case: Row) -> str:
        return self.rules_say("global", person, case, "view")

    def rungs(self, person: str, case: Row) -> Iterator[Claim]:
        for step in STEPS[:-1]:
            if value := getattr(self, step)(person, case):
                yield step, value

    def claims(self, person: str, case: Row) -> list[Claim]:
        is_open = self.day.policy(case["system_id"], "default_policy", "closed") == "open"
        return list(self.rungs(person, case)) or [("default_policy", "view" if is_open else "none")]

    def value(self, person: str, case: Row) -> str:
        """The deciding value, lifted: a permission to view takes no editing away."""
        first, *later = [value for _, value in self.claims(person, case)]
        if first != "view":
            return first
        lifted = next((value for value in later if value != "view"), "none") == "edit"
        return "edit" if lifted or self.held(person, "Edit any case") else "view"

    # action search

    def found(self, person: str, case: Row) -> bool:
        if not self.held(person, "Search for cases"):
            return False
        if VALUES.index(self.value(person, case)) >= VALUES.index("view"):
            return True
        said = (
            self.rules_say("case", person, case, "search")
            or self.rules_say("named", person, case, "search")
            or self.sensitivity(person, case)
            or self.rules_say("global", person, case, "search")
        )
        return said == "view"

    def alike(self, case: Row) -> Hashable:
        """Cases with the same key are decided alike for everyone who has no link to them."""
        columns = ("system_id", "status", "team_id", "case_type_id", "sensitive", "queue", "queue_unit_id")
        attached = frozenset(rule["rule_id"] for rule in self.attached.get(case["case_id"], ()))
        about_it = frozenset(rule["rule_id"] for rule in self.case_rules.get(case["case_id"], ()))
        return *(case[column] for column in columns), attached, about_it
