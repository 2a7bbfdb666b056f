"""The scheme `positions`: CMS 2012, who reaches a case through the positions they hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable

from tests.definition.world import Claim, Day, Row

STEPS = ("own_work", "team_lead", "segment_manager", "no_position")

NOWHERE = {"system_id": "", "unit_id": "", "level": ""}
Place = tuple[str, str]  # (position, hopper) of a work item; exactly one of the two is blank


class Positions:
    def __init__(self, day: Day) -> None:
        self.day = day
        self.position = {row["position_id"]: row for row in day.table("positions")}
        self.holdings = day.group("holdings", "person_id")
        self.open_work: dict[str, set[Place]] = defaultdict(set)
        for row in day.table("work"):
            if row["status"] == "open":
                self.open_work[row["case_id"]].add((row["position_id"], row["hopper_unit_id"]))

    def of(self, position: str) -> Row:
        """The position's row; a position that is not there yet (histories) has no system, no unit and no level."""
        return self.position.get(position, NOWHERE)

    def held(self, person: str, system: str) -> list[Row]:
        """The person's holdings of positions of the system: positions count only for cases of their own system."""
        holdings = self.holdings.get(person, ())
        return [row for row in holdings if self.of(row["position_id"])["system_id"] == system]

    def in_use(self, person: str, system: str) -> set[str]:
        """The positions in use: the holding that says so; when none does, the primary one."""
        held = self.held(person, system)
        active = {row["position_id"] for row in held if row["active"]}
        return active or {row["position_id"] for row in held if row["kind"] == "primary"}

    def own_work(self, position: str, work: set[Place]) -> bool:
        return any(place == position for place, _ in work)

    def team_lead(self, position: str, work: set[Place]) -> bool:
        team = self.of(position)["unit_id"]
        return self.of(position)["level"] == "team_leader" and any(self.unit_of(place) == team for place in work)

    def segment_manager(self, position: str, work: set[Place]) -> bool:
        segment = self.of(position)["unit_id"]
        return self.of(position)["level"] == "segment_manager" and any(
            segment in self.day.units.above(self.unit_of(place)) for place in work
        )

    def unit_of(self, place: Place) -> str:
        """The unit that work lies in: that of its position, or the hopper."""
        position, hopper = place
        return self.of(position)["unit_id"] if position else hopper

    def claims(self, person: str, case: Row) -> list[Claim]:
        work = self.open_work.get(case["case_id"], set())
        positions = {row["position_id"] for row in self.held(person, case["system_id"])}
        met: list[Claim] = []
        if any(self.own_work(position, work) for position in positions):
            met.append(("own_work", "edit"))
        if any(self.team_lead(position, work) for position in positions):
            met.append(("team_lead", "edit"))
        if any(self.segment_manager(position, work) for position in positions):
            met.append(("segment_manager", "edit"))
        return met or [("no_position", "none")]

    def value(self, person: str, case: Row) -> str:
        return self.claims(person, case)[0][1]

    def value_now(self, person: str, case: Row) -> str:
        """Edit through the position in use; view of own work on another held position (CMS-36, -37); else none."""
        work = self.open_work.get(case["case_id"], set())
        for position in self.in_use(person, case["system_id"]):
            if self.own_work(position, work) or self.team_lead(position, work) or self.segment_manager(position, work):
                return "edit"
        if any(self.own_work(row["position_id"], work) for row in self.held(person, case["system_id"])):
            return "view"
        return "none"

    def alike(self, case: Row) -> Hashable:
        """Cases with the same key are decided alike for everyone (personal links decide nothing here)."""
        return case["system_id"], frozenset(self.open_work.get(case["case_id"], ()))
