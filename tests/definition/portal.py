"""The scheme `portal`: ICONviews, access through the role of a login and the parties of a case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable

from tests.definition.world import Claim, Day, Row

STEPS = ("firm", "creator", "supervisor", "referrer", "estate_agent", "client", "no_rights", "no_rule")


def counts(row: Row) -> bool:
    """Whether a client stands in one of the four slots of a case (ICON-15); blank = the first."""
    return 1 <= int(row["slot"] or 1) <= 4


class Portal:
    def __init__(self, day: Day) -> None:
        self.day, self.units = day, day.units
        self.roles = day.group("portal_roles", "person_id")
        self.parties = day.group("case_parties", "case_id")
        # who was a fee earner of which system and firm, on the day or before it
        self.fee_earner_ever: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for row in day.begun("portal_roles"):
            if row["role"] == "fee_earner":
                self.fee_earner_ever[row["person_id"]].add((row["system_id"], self.firm_of(row["unit_id"])))

    def firm_of(self, unit: str) -> str:
        return self.units.nearest(unit, "firm")

    def same_firm(self, role: Row, case: Row) -> bool:
        firm = self.firm_of(case["firm_id"])
        return firm != "" and firm == self.firm_of(role["unit_id"])

    def party_units(self, case: Row, role: str) -> set[str]:
        return {row["unit_id"] for row in self.parties.get(case["case_id"], ()) if row["role"] == role}

    def by_fee_earner(self, case: Row) -> bool:
        """Whether somebody who created the case, active or not, is or was a fee earner in the case's firm."""
        firm = self.firm_of(case["firm_id"])
        linked = self.day.links.get(case["case_id"], {})
        creators = {person for person in linked if "created_by" in self.day.linked(person, case["case_id"])}
        return any((case["system_id"], firm) in self.fee_earner_ever.get(person, ()) for person in creators)

    def introduces(self, role: Row, case: Row, whole: str, part: str) -> bool:
        """`whole` (referrer, estate agent): its manager sees all its cases, another only those of their own `part`."""
        parties = self.party_units(case, whole)
        if role["role"] == f"{whole}_manager":
            own = self.units.nearest(role["unit_id"], whole)
            return own != "" and own in {self.units.nearest(unit, whole) for unit in parties}
        if role["role"] == whole:
            unit = role["unit_id"]
            return unit in parties and self.units.nearest(unit, part) == unit
        return False

    def met(self, step: str, role: Row, case: Row, links: dict[str, list[Row]]) -> bool:
        name = role["role"]
        match step:
            case "firm":
                return name in ("customer", "customer_admin") and self.same_firm(role, case)
            case "creator":
                earner = name in ("fee_earner", "fee_earner_supervisor")
                return earner and self.same_firm(role, case) and "created_by" in links
            case "supervisor":
                supervisor = name == "fee_earner_supervisor" and self.same_firm(role, case) and "supervisor" in links
                return supervisor and self.by_fee_earner(case)
            case "referrer":
                return self.introduces(role, case, "referrer", "division")
            case "estate_agent":
                return self.introduces(role, case, "estate_agent", "branch")
            case "client":
                parties = [row for row in self.parties.get(case["case_id"], ()) if row["role"] == "client"]
                own = [row for row in parties if row["unit_id"] == role["unit_id"]] + links.get("client", [])
                return name == "client" and any(counts(row) for row in own)
        raise ValueError(step)

    def claims(self, person: str, case: Row) -> list[Claim]:
        roles = [row for row in self.roles.get(person, ()) if row["system_id"] == case["system_id"]]
        if not roles:
            return [("no_rights", "none")]
        links = self.day.linked(person, case["case_id"])
        met = [step for step in STEPS[:6] if any(self.met(step, role, case, links) for role in roles)]
        edits = ("firm", "creator", "supervisor")
        return [(step, "edit" if step in edits else "view") for step in met] or [("no_rule", "none")]

    def value(self, person: str, case: Row) -> str:
        return self.claims(person, case)[0][1]

    def alike(self, case: Row) -> Hashable:
        """Cases with the same key are decided alike for everyone who has no link to them."""
        parties = frozenset(
            (row["role"], row["unit_id"], row["role"] != "client" or counts(row))
            for row in self.parties.get(case["case_id"], ())
        )
        return case["system_id"], case["firm_id"], parties
