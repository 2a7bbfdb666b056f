"""Larger organisations from a seed, with attributes that go together as in real ones.

Cases come in looks (an office, its team, one of its categories; a firm and the referrer that sends it work), and many
cases share a look; a few have links of their own. Sizes of groups are uneven: some teams have a hundred times the cases
of others. All ids are plain; nothing here tries to break anything, `tests.worlds.small` does that. One file, as the
four schemes share people, units and the way cases are handed out.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from tests.worlds.small import QUEUE_PRIVILEGES, QUEUES, SCHEMES
from tests.worlds.tables import COLUMNS, Rows

STAFF_LINKS = ("drafter", "adviser", "contributor", "qa_recipient", "task_holder", "watcher")


def organisation(seed: int, people: int, cases: int, systems: Sequence[str] = SCHEMES) -> Rows:
    """An organisation with one system per scheme named; cases are divided evenly among the systems, of several
    systems each has half of the people, chosen by lot.

    A load would take it. 2,000 people and 100,000 cases take a few seconds.
    """
    made = _Organisation(seed, people)
    for number, scheme in enumerate(systems):
        system = f"{scheme}-system"
        made.add("systems", system_id=system, name=f"System {scheme}", scheme=scheme)
        share = [f"case-{n:07d}" for n in range(number, cases, len(systems))]
        users = made.people if len(systems) == 1 else sorted(made.random.sample(made.people, (people + 1) // 2))
        getattr(made, scheme)(system, users, share)
    return made.rows


class _Organisation:
    def __init__(self, seed: int, people: int) -> None:
        self.random = random.Random(seed)
        self.rows: Rows = {stem: [] for stem in COLUMNS}
        self.people = [f"person-{number:05d}" for number in range(people)]
        self.root = self.unit("organisation", "the-organisation")
        for number, person in enumerate(self.people):
            cells = {"name": f"Person {number}", "manager_id": self.people[number // 9] if number else ""}
            if self.random.random() < 0.04:
                cells["active"] = "false"
            elif self.random.random() < 0.05:
                cells["since"] = f"202{self.random.randrange(0, 8)}-03-01"
            self.add("people", person_id=person, **cells)

    def add(self, stem: str, **cells: str) -> None:
        self.rows[stem].append(cells)

    def unit(self, kind: str, unit: str, parent: str = "", **cells: str) -> str:
        self.add("units", unit_id=unit, kind=kind, name=unit.replace("-", " ").title(), parent_id=parent, **cells)
        return unit

    def uneven(self, options: Sequence[str]) -> str:
        """One of the options, early ones far more often."""
        return options[int(len(options) * self.random.random() ** 2.5)]

    def few(self, options: Sequence[str], most: int) -> list[str]:
        return self.random.sample(options, min(len(options), self.random.randrange(most + 1)))

    def period(self) -> dict[str, str]:
        """Mostly always; sometimes ended, to come, or bounded."""
        chance = self.random.random()
        if chance < 0.85:
            return {}
        since, until = (
            ("2020-01-01", "2025-06-01")
            if chance < 0.9
            else ("2027-01-01", "")
            if chance < 0.95
            else ("2024-05-01", "")
        )
        return {"since": since, "until": until}

    def cases(self, system: str, cases: Sequence[str], looks: Sequence[dict[str, str]]) -> None:
        weights = [1 / (place + 1) for place in range(len(looks))]
        for case, look in zip(cases, self.random.choices(looks, weights, k=len(cases)), strict=True):
            self.rows["cases"].append({"case_id": case, "system_id": system, "title": f"About {case}", **look})

    def flag(self, share: float) -> str:
        return "true" if self.random.random() < share else ""

    def positions(self, system: str, people: Sequence[str], cases: Sequence[str]) -> None:
        segments = [
            self.unit("segment", f"segment-{n}", rank=str(n), code=("", "APP", "JUD")[n % 3]) for n in range(1, 9)
        ]
        teams = [self.unit("team", f"cms-team-{n}", segments[n % 8]) for n in range(max(8, len(people) // 12))]
        where: dict[str, str] = {}
        for number, segment in enumerate(segments):
            where[f"manager-{number}"] = segment
            self.add(
                "positions", position_id=f"manager-{number}", system_id=system, unit_id=segment, level="segment_manager"
            )
        for number, team in enumerate(teams):
            for place in range(8):
                position, level = f"post-{number}-{place}", "caseworker" if place else "team_leader"
                where[position] = team
                self.add("positions", position_id=position, system_id=system, unit_id=team, level=level)
        posts = list(where)
        for person in people:
            for number, position in enumerate(self.random.sample(posts, self.random.choice((1, 1, 1, 2, 3)))):
                cells = {"kind": self.random.choice(("absence", "hierarchical")) if number else "primary"}
                cells["active"] = "true" if number == 1 and self.random.random() < 0.5 else ""
                self.add(
                    "holdings", person_id=person, position_id=position, **cells, **(self.period() if number else {})
                )
        self.cases(system, cases, [{"status": "open"}])
        for case in cases:
            for item in range(self.random.choice((0, 1, 1, 1, 2))):
                place = {"position_id": self.uneven(posts)}
                if self.random.random() < 0.2:
                    place = {"hopper_unit_id": self.uneven(teams if self.random.random() < 0.8 else segments)}
                cells = {**place, "status": "closed" if self.random.random() < 0.3 else "open"}
                self.add("work", work_id=f"{case}-{item}", case_id=case, **cells)

    def memberships(self, system: str, people: Sequence[str], cases: Sequence[str]) -> None:
        size = max(3, len(people) // 25)
        offices = [self.unit("office", f"office-{n}") for n in range(size // 2 + 1)]
        teams = [self.unit("team", f"team-{n}") for n in range(size)]
        categories = [self.unit("category", f"category-{n}") for n in range(size // 2 + 1)]
        for person in people:
            chosen = {self.uneven(offices), *self.few(teams, 2), *self.few(categories, 2)}
            for unit in sorted(chosen):
                access = self.random.choices(("view", "edit", "no", "deny"), (4, 4, 2, 1))[0]
                self.add("memberships", person_id=person, unit_id=unit, access=access, **self.period())
            if self.random.random() < 0.1:
                self.add(
                    "group_members", person_id=person, group_id=self.random.choice(("partners", "partners", "guests"))
                )
        self.add("group_permissions", group_id="partners", permission="can_view_all_cases", effect="allow")
        self.add("group_permissions", group_id="guests", permission="can_view_all_cases", effect="deny")
        looks = [
            {
                "office_id": self.uneven(offices),
                "team_id": self.uneven(teams) if self.random.random() < 0.8 else "",
                "category_id": self.uneven(categories),
                "limited": self.flag(0.08),
            }
            for _ in range(max(10, len(cases) // 25))
        ]
        self.cases(system, cases, looks)
        for case in cases:
            self.add("case_people", case_id=case, person_id=self.uneven(people), link="assigned_to")
            if self.random.random() < 0.1:
                cells = {"access": self.random.choice(("view", "edit", ""))}
                self.add("case_people", case_id=case, person_id=self.random.choice(people), link="other_staff", **cells)

    def portal(self, system: str, people: Sequence[str], cases: Sequence[str]) -> None:
        firms = [self.unit("firm", f"firm-{n}") for n in range(max(3, len(people) // 30))]
        sites = [self.unit("site", f"site-{n}", firms[n % len(firms)]) for n in range(2 * len(firms))]
        referrers = [self.unit("referrer", f"referrer-{n}") for n in range(len(firms))]
        divisions = [self.unit("division", f"division-{n}", referrers[n % len(firms)]) for n in range(2 * len(firms))]
        agents = [self.unit("estate_agent", f"agent-{n}") for n in range(len(firms))]
        branches = [self.unit("branch", f"branch-{n}", agents[n % len(firms)]) for n in range(2 * len(firms))]
        clients = [self.unit("organisation", f"client-{n}", self.root) for n in range(len(firms))]
        units = {
            **dict.fromkeys(("customer", "customer_admin"), firms),
            **dict.fromkeys(("fee_earner", "fee_earner_supervisor"), sites),
            "referrer_manager": referrers,
            "referrer": divisions,
            "estate_agent_manager": agents,
            "estate_agent": branches,
            "client": clients,
        }
        earners: dict[str, list[str]] = {firm: [] for firm in firms}
        for person in people:
            role = self.random.choices(list(units), (1, 1, 8, 3, 1, 3, 1, 3, 2))[0]
            unit = self.uneven(units[role])
            self.add("portal_roles", person_id=person, system_id=system, role=role, unit_id=unit, **self.period())
            if units[role] is sites:
                earners[firms[sites.index(unit) % len(firms)]].append(person)
        looks = [
            {"firm": self.uneven(firms), "division": self.uneven(divisions), "branch": self.uneven(branches)}
            for _ in range(max(10, len(cases) // 25))
        ]
        chosen = self.random.choices(looks, [1 / (place + 1) for place in range(len(looks))], k=len(cases))
        for case, look in zip(cases, chosen, strict=True):
            self.add("cases", case_id=case, system_id=system, title=f"About {case}", firm_id=look["firm"])
            self.add("case_parties", case_id=case, unit_id=look["division"], role="referrer")
            if self.random.random() < 0.5:
                self.add("case_parties", case_id=case, unit_id=look["branch"], role="estate_agent")
            if self.random.random() < 0.3:
                slot = self.random.choice(("", "1", "2", "5"))
                self.add("case_parties", case_id=case, unit_id=self.uneven(clients), role="client", slot=slot)
            for link in ("created_by", "supervisor"):
                person = self.random.choice(earners[look["firm"]] or list(people))
                self.add("case_people", case_id=case, person_id=person, link=link)

    def privileges(self, system: str, people: Sequence[str], cases: Sequence[str]) -> None:
        divisions = [self.unit("division", f"directorate-{n}", self.root) for n in range(max(2, len(people) // 150))]
        teams = [
            self.unit("team", f"unit-{n}", divisions[n % len(divisions)], sensitive=self.flag(0.04))
            for n in range(max(4, len(people) // 15))
        ]
        teams += [
            self.unit("team", f"subunit-{n}", teams[n], sensitive=self.flag(0.03)) for n in range(len(teams) // 2)
        ]
        offices = [self.unit("private_office", f"private-office-{n}", self.root) for n in range(4)]
        for case_type, parent in TYPES.items():
            sensitive = "true" if case_type == "dpr" else ""
            self.add(
                "case_types", case_type_id=case_type, name=case_type.upper(), parent_id=parent, sensitive=sensitive
            )
        types = list(TYPES)
        for role, privileges in ROLES.items():
            self.add("roles", role_id=role, name=role.replace("-", " ").title())
            for privilege in privileges:
                self.add("role_privileges", role_id=role, privilege=privilege)
        for person in people:
            team = self.uneven(teams)
            self.add("memberships", person_id=person, unit_id=team, access="no")
            for role in self.random.sample(list(ROLES), self.random.choice((0, 1, 1, 2))):
                unit = self.random.choices((team, "", self.random.choice(divisions)), (8, 1, 1))[0]
                placement = "team"
                if role == "private-secretary":
                    unit, placement = self.random.choice(offices), "private_office"
                case_type = self.random.choice(types) if self.random.random() < 0.3 else ""
                key = {"unit_id": unit, "case_type_id": case_type, "placement": placement}
                self.add("role_assignments", person_id=person, role_id=role, **key, **self.period())
            if self.random.random() < 0.01:
                grant = self.random.choice(("Ignore all Access Rules", "Edit any case", "Monitor draft cases"))
                self.add("privilege_grants", person_id=person, privilege=grant)
        queues = ["", "", *QUEUES]
        looks = []
        for _ in range(max(10, len(cases) // 25)):
            queue = self.random.choice(queues)
            looks.append(
                {
                    "team_id": self.uneven(teams) if self.random.random() < 0.95 else "",
                    "case_type_id": self.uneven(types),
                    "status": self.random.choices(("open", "closed", "draft"), (6, 3, 1))[0],
                    "queue": queue,
                    "queue_unit_id": self.uneven(offices) if queue == "private_office" else "",
                    "sensitive": self.flag(0.03),
                }
            )
        self.cases(system, cases, looks)
        for case in cases:
            self.add("case_people", case_id=case, person_id=self.uneven(people), link="owner")
            if self.random.random() < 0.3:
                link = self.random.choice(STAFF_LINKS)
                self.add("case_people", case_id=case, person_id=self.random.choice(people), link=link)
        self.rules(system, people, cases, teams)

    def rules(self, system: str, people: Sequence[str], cases: Sequence[str], teams: Sequence[str]) -> None:
        viewers = {"subject_kind": "view_cases_privilege"}
        rules: list[dict[str, str]] = [
            {"level": "global", "effect": "can", **viewers, "target_kind": "own_team_or_subteam"},
            {"level": "global", "effect": "can", **viewers, "target_kind": "case_type", "target_id": "foi"},
            {
                "level": "global",
                "effect": "can",
                "action": "search",
                "subject_kind": "everyone",
                "target_kind": "all_cases",
            },
            {
                "level": "global",
                "effect": "cannot",
                "subject_kind": "unit",
                "subject_id": teams[-1],
                "target_kind": "all_cases",
            },
        ]
        for _ in range(max(2, len(cases) // 2000)):
            subject = {"subject_kind": "unit", "subject_id": self.uneven(teams)}
            rules.append(
                {
                    "level": "named",
                    "effect": self.random.choice(("can", "can", "cannot")),
                    **subject,
                    "target_kind": "attached",
                }
            )
        for _ in range(len(cases) // 400):
            subject = {"subject_kind": "person", "subject_id": self.random.choice(people)}
            if self.random.random() < 0.3:
                subject = {"subject_kind": "role", "subject_id": self.random.choice(list(ROLES))}
            target = {"target_kind": "case", "target_id": self.random.choice(cases)}
            rules.append({"level": "case", "effect": self.random.choice(("can", "cannot")), **subject, **target})
        for number, rule in enumerate(rules):
            self.add("access_rules", rule_id=f"rule-{number}", system_id=system, name=f"Rule {number}", **rule)
            if rule["level"] == "named":
                for case in self.random.sample(list(cases), min(len(cases), 1 + len(cases) // 2000)):
                    self.add("case_rules", case_id=case, rule_id=f"rule-{number}")


TYPES = {
    "correspondence": "",
    "foi": "",
    "pq": "",
    "dpr": "foi",
    "treat-official": "correspondence",
    "foi-appeal": "foi",
}
ROLES = {
    "drafter": ("Draft responses", "Search for cases"),
    "viewer": ("View cases", "Search for cases"),
    "hub-manager": ("Manage a hub", "View cases"),
    "correspondence-unit": ("Check cases centrally", "Triage cases"),
    "private-secretary": ("Manage cases at Private Office",),
    "parliamentary": ("Manage Parliamentary Responses",),
    **{
        f"{queue}-desk": privileges[:1]
        for queue, privileges in QUEUE_PRIVILEGES.items()
        if queue not in ("private_office",)
    },
}
