"""Small organisations, dense in corner cases: per scheme, and all four with the same people and units.

Small on purpose (up to 8 people, 8 cases, few of everything): what goes wrong with eight people goes wrong with eight
thousand, and a reader has to understand the world that a test prints. What is drawn often is what makes rungs meet; a
world in which most answers are `no_rule` tests nothing (`test_worlds.py` counts the steps). One file, because the four
schemes share people, units and periods.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.worlds.builder import Builder
from tests.worlds.tables import Rows

SCHEMES = ("memberships", "portal", "positions", "privileges")
QUEUES = (
    *("private_office", "spads_office", "correspondence_unit", "parliamentary_team", "transfer_in", "transfer_out"),
    *("triage", "fast_track", "webform", "awaiting_allocation", "awaiting_external_input", "awaiting_clarification"),
    "print_prepare",
)
QUEUE_PRIVILEGES = {
    "private_office": ("Manage cases at Private Office", "Check cases centrally", "ECASE-154"),
    "spads_office": ("Manage cases with the SPADs Office", "Manage Parliamentary Responses", "ECASE-152"),
    "correspondence_unit": ("Check cases centrally", "ECASE-106"),
    "parliamentary_team": ("Manage Parliamentary Responses",),
    "transfer_in": ("Coordinate Transfer In cases",),
    "transfer_out": ("Coordinate Transfer Out cases",),
    "triage": ("Triage cases", "ECASE-200"),
    "fast_track": ("Close Fast Track cases",),
    "webform": ("Manage webform submissions",),
    "awaiting_allocation": ("Manage cases Awaiting Allocation",),
    "awaiting_external_input": ("Manage cases Awaiting External Input",),
    "awaiting_clarification": ("Manage cases requiring clarification",),
    "print_prepare": ("Prepare and close cases",),
}
SAME = {  # two ways to name one privilege; a role has it once
    "ECASE-106": "Check cases centrally",
    "ECASE-118": "Edit any case",
    "ECASE-152": "Manage cases with the SPADs Office",
    "ECASE-154": "Manage Parliamentary Responses",
    "ECASE-196": "Search for cases",
    "ECASE-200": "Triage cases",
    "ECASE-201": "View cases",
}
LINKS = (
    *("assigned_to", "other_staff", "created_by", "supervisor", "client", "owner", "drafter", "adviser", "contributor"),
    *("qa_recipient", "task_holder", "watcher"),
)


class Small(Builder):
    """A world of the schemes named; `people` and `units` are shared by all its systems."""

    def make(self, schemes: tuple[str, ...]) -> Rows:
        self.people = [self.new_id("people", "p") for _ in range(self.count(2, 8))]
        for person in self.people:
            values = {
                "name": f"Person {person}",
                "cleared": self.flag(1, 3),
                "manager_id": self.maybe(self.people, 1, 3),
            }
            if self.chance(1, 4):
                self.dated("people", lambda values=values: {**values, "active": self.flag(3, 4)}, person_id=person)
            else:
                self.add("people", person_id=person, **values)
        self.units: dict[str, list[str]] = {}
        self.sensitive_units = (1, 14) if "privileges" in schemes else (0, 1)
        fill: dict[str, Callable[[str], None]] = {
            "memberships": self.memberships,
            "portal": self.portal,
            "positions": self.positions,
            "privileges": self.privileges,
        }
        for scheme in schemes:
            system = self.new_id("systems", scheme[:2])
            self.add("systems", system_id=system, name=scheme, scheme=self.pick((scheme, scheme, scheme.upper())))
            fill[scheme](system)
        if self.chance(1, 3):
            self.noise()
        for table in self.rows.values():
            self.shuffle(table)
        return self.rows

    def shuffle(self, table: list[dict[str, str]]) -> None:
        """Another order of rows, now and then: no answer may depend on it."""
        if len(table) > 1 and self.chance(1, 4):
            table.reverse()

    def noise(self) -> None:
        """Links that decide nothing for the scheme of their case."""
        for case in self.some(sorted({row["case_id"] for row in self.rows["cases"]}), 0, 2):
            self.dated("case_people", case_id=case, person_id=self.pick(self.people), link=self.pick(LINKS))

    def unit(self, kind: str, parents: tuple[str, ...] = (), **cells: str) -> str:
        """A new unit, mostly below one of the units of the kinds given."""
        above = [unit for each in parents for unit in self.units.get(each, ())]
        unit = self.new_id("units", kind[:1].upper())
        cells.setdefault("sensitive", self.flag(*self.sensitive_units))
        self.add("units", unit_id=unit, kind=kind, name=f"The {kind}", parent_id=self.maybe(above, 4, 5), **cells)
        self.units.setdefault(kind, []).append(unit)
        return unit

    def cases(self, system: str, values: Callable[[], dict[str, str]]) -> list[str]:
        """One to eight cases of the system; some have moved, some are not there on the day."""
        cases = [self.new_id("cases", "c") for _ in range(self.count(1, 8 if self.only else 3))]
        for case in cases:
            title = {"system_id": system, "title": self.pick(("", "A, case", 'with "quotes"', "two\nlines"))}
            how = self.count(1, 12)
            if how <= 8:
                self.add("cases", case_id=case, **title, **values())
            elif how <= 10:
                self.moved("cases", lambda title=title: {**title, **values()}, case_id=case)
            else:
                self.dated("cases", lambda title=title: {**title, **values()}, case_id=case)
        return cases

    only = True  # one scheme only: more cases of it

    # the schemes

    def positions(self, system: str) -> None:
        for _ in range(self.count(1, 2)):
            rank, code = self.pick(("", "1", "2", "3")), self.pick(("", "APP", "JUD"))
            self.unit("segment", ("segment",), rank=rank, code=code)
        for _ in range(self.count(1, 2)):
            self.unit("team", ("segment", "segment", "team"))
        other = ""
        if self.chance(1, 4):  # a second system whose positions sit in the same units
            other = self.new_id("systems", "po")
            self.add("systems", system_id=other, scheme=self.pick(("positions", "memberships")))
        system_of: dict[str, str] = {}
        for _ in range(self.count(2, 6)):
            position = self.new_id("positions", "pos")
            level = self.pick(("caseworker", "team_leader", "segment_manager", "team_leader", "caseworker"))
            kinds = {"team_leader": ("team",), "segment_manager": ("segment",)}.get(level, ("team", "segment"))
            unit = self.pick(self.units[self.pick(kinds)])
            system_of[position] = other if other and self.chance(1, 3) else system
            self.add("positions", position_id=position, system_id=system_of[position], unit_id=unit, level=level)
        for person in self.people:
            for each in (system, other) if other else (system,):
                own = [position for position, of in system_of.items() if of == each]
                self.holdings(person, own)
        here = [position for position, of in system_of.items() if of == system]
        hoppers = [*self.units["team"], *self.units["segment"]]

        def work() -> dict[str, str]:
            place = (
                {"position_id": self.pick(here)}
                if here and self.chance(3, 5)
                else {"hopper_unit_id": self.pick(hoppers)}
            )
            status = self.pick(("", "open", "Open", "closed")) if self.chance(1, 2) else ""
            return {**place, "status": status, "kind": self.pick(("", "activity", "service_request"))}

        for case in self.cases(system, lambda: {"status": self.pick(("", "closed"))}):
            for _ in range(self.count(0 if self.chance(1, 4) else 1, 3)):
                item = self.new_id("work", "w")
                self.dated("work", lambda case=case: {"case_id": case, **work()}, work_id=item)

    def holdings(self, person: str, positions: list[str]) -> None:
        """At most one primary and one active holding at a time, as the contract asks."""
        chosen = self.some(positions, 0, 3)
        primary = self.chance(5, 6)
        active = self.count(0, 5)  # 0, 1, 2: that holding is in use; else none says so
        for number, position in enumerate(chosen):
            kind = "primary" if primary and number == 0 else self.pick(("absence", "hierarchical"))
            cells = {"kind": kind, "active": self.pick(("true", "yes")) if number == active else self.pick(("", "no"))}
            self.dated("holdings", lambda cells=cells: cells, person_id=person, position_id=position)

    def memberships(self, system: str) -> None:
        for policy in self.some(("deny_blocks_view_all", "limit_blocks_view_all", "assign_to_office"), 0, 2):
            self.add("policies", system_id=system, policy=policy, value=self.pick(("false", "true", "False")))
        for kind in ("office", "team", "category"):
            for _ in range(self.count(1, 2)):
                self.unit(kind, (kind,))
        units = [unit for kind in ("office", "team", "category") for unit in self.units[kind]]
        for person in self.people:
            for unit in self.some(units, 0, 4):
                self.dated(
                    "memberships",
                    lambda: {
                        "access": self.pick(("edit", "view", "deny", "no", "", "Edit")),
                        "manager": self.flag(1, 4),
                    },
                    person_id=person,
                    unit_id=unit,
                )
        groups = [self.pick(("staff", "partners", "it's")) for _ in range(self.count(0, 3))]
        for group in groups:
            effect = self.pick(("allow", "allow", "deny", "ALLOW"))
            self.add("group_permissions", group_id=group, permission="can_view_all_cases", effect=effect)
            self.add("group_permissions", group_id=group, permission="can_delete", effect=self.pick(("allow", "deny")))
        for person in self.people:
            for group in self.some([*groups, "guests"], 0, 2):
                self.dated("group_members", person_id=person, group_id=group)

        def values() -> dict[str, str]:
            office, team = self.maybe(self.units["office"]), self.maybe(self.units["team"])
            category = self.maybe(self.units["category"], 1, 2)
            return {"office_id": office, "team_id": team, "category_id": category, "limited": self.flag(1, 4)}

        for case in self.cases(system, values):
            for person in self.some(self.people, 0, 2):
                link = self.pick(("assigned_to", "other_staff", "other_staff", "watcher"))
                staff = link == "other_staff"
                self.dated(
                    "case_people",
                    lambda staff=staff: {"access": self.pick(("", "view", "edit", "View"))} if staff else {},
                    case_id=case,
                    person_id=person,
                    link=link,
                )

    def portal(self, system: str) -> None:
        for _ in range(self.pick((1, 2, 1))):
            self.unit("firm", ("firm",))
            self.unit("site", ("firm", "firm", "site"))
        for whole, part in (("referrer", "division"), ("estate_agent", "branch")):
            for _ in range(self.pick((1, 2, 1))):
                self.unit(whole, (whole,))
                self.unit(part, (whole, part))
        if self.chance(1, 2):
            self.unit("organisation", ("organisation",))
        firms = [*self.units["firm"], *self.units["site"]]
        referrers = [*self.units["division"], *self.units["referrer"]]
        agents = [*self.units["branch"], *self.units["estate_agent"]]
        clients = [*self.units.get("organisation", ()), self.pick([*firms, *referrers])]
        units_of = {
            **dict.fromkeys(("customer", "customer_admin", "fee_earner_supervisor", "fee_earner"), firms),
            **dict.fromkeys(("referrer_manager", "referrer"), referrers),
            **dict.fromkeys(("estate_agent_manager", "estate_agent"), agents),
            "client": clients,
        }
        other = ""
        if self.chance(1, 5):
            other = self.new_id("systems", "pt")
            self.add("systems", system_id=other, scheme="portal")
        plenty = ("fee_earner", "fee_earner_supervisor", "fee_earner_supervisor", "fee_earner", "client", *units_of)
        for person in self.people:
            for role in self.some(plenty, 0 if self.chance(1, 4) else 1, 3):
                unit = self.maybe(units_of[role], 9, 10)
                where = other if other and self.chance(1, 4) else system
                self.dated("portal_roles", person_id=person, system_id=where, role=role, unit_id=unit)
        for case in self.cases(system, lambda: {"firm_id": self.maybe(firms, 6, 7)}):
            for role, units in (("referrer", referrers), ("estate_agent", agents), ("client", clients)):
                for unit in self.some(units, 0 if self.chance(1, 3) else 1, 2):
                    slot = (lambda: {"slot": self.slot()}) if role == "client" else dict
                    self.dated("case_parties", slot, case_id=case, unit_id=unit, role=role)
            for link, role in (
                ("created_by", "fee_earner"),
                ("supervisor", "fee_earner_supervisor"),
                ("client", "client"),
            ):
                likely = [row["person_id"] for row in self.rows["portal_roles"] if row["role"] == role]
                for person in self.some([*likely, *likely, *likely, *self.people], 0 if link == "client" else 1, 2):
                    cells = {"slot": self.slot()} if link == "client" else {}
                    self.dated("case_people", case_id=case, person_id=person, link=link, **cells)

    def slot(self) -> str:
        return self.pick(("", "1", "2", "4", "5", "17"))

    def privileges(self, system: str) -> None:
        for policy, values in (("default_policy", ("open", "closed")), ("case_access_enabled", ("false", "true"))):
            if self.chance(1, 3):
                self.add("policies", system_id=system, policy=policy, value=self.pick(values))
        for _ in range(self.count(2, 5)):
            self.unit("team", ("team",))
        for _ in range(self.count(1, 2)):
            self.unit("private_office", ("organisation", "team"))
        types: list[str] = []
        for _ in range(self.count(1, 4)):
            case_type = self.new_id("case_types", "t")
            cells = {"parent_id": self.maybe(types, 2, 3), "sensitive": self.flag(1, 12)}
            self.add("case_types", case_type_id=case_type, name="Type", **cells)
            types.append(case_type)
        self.types, self.offices = types, self.units["private_office"]
        queues = self.some(QUEUES, 1, 4)

        def values() -> dict[str, str]:
            queue = self.maybe(queues, 2, 3)
            return {
                "team_id": self.maybe(self.units["team"], 6, 7),
                "case_type_id": self.maybe(types, 6, 7),
                "sensitive": self.flag(1, 12),
                "status": self.pick(("", "open", "draft", "closed")),
                "queue": queue,
                "queue_unit_id": self.maybe(self.offices) if queue == "private_office" or self.chance(1, 8) else "",
            }

        cases = self.cases(system, values)
        self.holders(queues)
        self.access_rules(system, cases)
        for case in cases:
            for person in self.some(self.people, 0, 2):
                link = self.pick((*LINKS[5:11], "owner", "watcher"))
                self.dated("case_people", case_id=case, person_id=person, link=link)

    def holders(self, queues: list[str]) -> None:
        """Roles with privileges, who has them where, admin grants, and memberships for rules about units."""
        of_queues = [privilege for queue in queues for privilege in QUEUE_PRIVILEGES[queue]]
        common = (
            "View cases",
            "Search for cases",
            "Manage a hub",
            "Monitor draft cases",
            "ECASE-196",
            "Draft responses",
            "ECASE-201",
        )
        rare = ("Edit any case", "Ignore all Access Rules", "ECASE-118")
        self.roles: list[str] = []
        for _ in range(self.count(1, 4)):
            role = self.new_id("roles", "r")
            self.roles.append(role)
            self.add("roles", role_id=role, name="Role")
            chosen = [*self.some(of_queues, 1, 2), *self.some(common, 0, 3), *self.some(rare, 0, self.pick((0, 0, 1)))]
            for privilege in {SAME.get(name, name): name for name in chosen}.values():
                self.add("role_privileges", role_id=role, privilege=privilege)
        for person in self.people:
            for role in self.some(self.roles, 0, 2):
                unit, placement = self.maybe(self.units["team"], 3, 5), self.pick(("", "team"))
                if self.chance(1, 6):
                    unit, placement = "", "organisation_wide"
                elif self.chance(1, 4):
                    unit, placement = self.pick(self.offices), self.pick(("private_office", "team", "Private_Office"))
                key = {"unit_id": unit, "case_type_id": self.maybe(self.types, 2, 5), "placement": placement}
                self.dated("role_assignments", person_id=person, role_id=role, **key)
            if self.chance(1, 5):
                grant = self.pick((*common, *of_queues, *rare))
                self.dated("privilege_grants", person_id=person, privilege=grant)
            for unit in self.some([*self.units["team"], *self.offices], 0, 2):
                access = self.pick(("", "no", "deny", "view"))
                self.dated("memberships", lambda access=access: {"access": access}, person_id=person, unit_id=unit)

    def access_rules(self, system: str, cases: list[str]) -> None:
        """Up to seven rules of all levels, subjects and targets; named ones attached."""

        def rest() -> dict[str, str]:
            kind = self.pick(
                ("everyone", "unit", "role", "view_cases_privilege", "person", "everyone", "view_cases_privilege")
            )
            subjects = {"person": self.people, "unit": [*self.units["team"], *self.offices], "role": self.roles}
            subject = self.pick(subjects[kind]) if kind in subjects else ""
            effect, action = self.pick(("can", "cannot", "can", "Can")), self.pick(("", "view", "search", "search"))
            return {"effect": effect, "action": action, "subject_kind": kind, "subject_id": subject}

        for _ in range(self.count(0, 7)):
            rule, level = (
                self.new_id("access_rules", "rule"),
                self.pick(("global", "named", "case", "global", "named", "global")),
            )
            key = {"rule_id": rule, "system_id": system, "level": level}
            if level == "case":
                target = {"target_kind": "case", "target_id": self.pick(cases)}
                self.dated("access_rules", lambda key=key, target=target: {**rest(), **target}, **key)
            elif level == "named":
                self.dated("access_rules", lambda: {**rest(), "target_kind": "attached"}, **key)
                for case in self.some(cases, 1, 3):
                    self.dated("case_rules", case_id=case, rule_id=rule)
            else:
                self.dated("access_rules", lambda: self.target(rest()), **key)

    def target(self, rule: dict[str, str]) -> dict[str, str]:
        """A target that goes with the subject of a global rule."""
        kinds = ["all_cases", "case_type"] + ["own_team_or_subteam"] * 3 * (
            rule["subject_kind"] == "view_cases_privilege"
        )
        kind = self.pick(kinds)
        return {**rule, "target_kind": kind, "target_id": self.pick(self.types) if kind == "case_type" else ""}


class Mixed(Small):
    """All four schemes over the same people and units: fewer cases of each."""

    only = False
