"""Eligibility of positions and memberships, as plain Python over plain data.

A verdict is `(word, rules not met)`, a list is a set of person ids. Written from the contract alone, which is silent on
one thing: somebody who is not active is refused what would be theirs (MEM-11, the gate of section 3).
"""

from __future__ import annotations

from collections.abc import Sequence

from tests.definition.memberships import Memberships
from tests.definition.positions import Positions
from tests.definition.world import Day, Row

Verdict = tuple[str, list[str]]

FOUR = {
    "FS_GB_CENOP_000_SPECIAL CLNT",
    "FS_GB_CMEXF_000_JUD REV",
    "FS_GB_CMEXF_000_ESCAL COMP",
    "FS_GB_CMEXF_000_APPEALS",
}
LEADING = ("team_leader", "segment_manager")


def gate(day: Day, person: str) -> list[str]:
    return [] if person in day.active else ["MEM-11"]


# positions


def primary(day: Day, person: str, system: str) -> Row | None:
    """The position that the person holds as primary in the system."""
    own = Positions(day)
    return next((own.of(row["position_id"]) for row in own.held(person, system) if row["kind"] == "primary"), None)


def segment_of(day: Day, unit: str) -> Row | None:
    name = day.units.nearest(unit, "segment")
    return day.units.node[name] if name else None


def secondary_access(
    day: Day, person: str, positions: Sequence[str], access: str, *, functionally_unique: bool = False
) -> Verdict:
    own = Positions(day)
    asked = [own.of(position) for position in positions]
    system = asked[0]["system_id"]
    held = {row["position_id"] for row in own.held(person, system)} | set(positions)
    rules = gate(day, person)
    if len(held) > int(day.policy(system, "max_positions", "10")):
        rules.append("CMS-03")
    cleared = any(row["cleared"] for row in day.table("people") if row["person_id"] == person)
    if len(held) > int(day.policy(system, "clearance_above", "2")) and not cleared:
        rules.append("CMS-04")
    first = primary(day, person, system)
    if access == "absence":
        if first is None or first["level"] not in LEADING:
            rules.append("CMS-08")
        if any(row["level"] == "caseworker" for row in asked):
            rules.append("CMS-09")
    else:
        targets = [segment_of(day, row["unit_id"]) for row in asked]
        if any(target is None or target["code"] not in FOUR for target in targets):
            rules.append("CMS-24")
        lending = segment_of(day, first["unit_id"]) if first else None
        if any(not higher(target, lending) for target in targets):
            rules.append("CMS-18")
        if len(set(positions)) > 1:
            rules.append("CMS-28")
    verdict = "refused" if rules else "warning" if functionally_unique else "allowed"
    return verdict, [*rules, *(["CMS-26"] if functionally_unique else [])]


def higher(one: Row | None, other: Row | None) -> bool:
    """A greater rank; a blank is neither greater nor smaller."""
    return (
        one is not None
        and other is not None
        and "" not in (one["rank"], other["rank"])
        and int(one["rank"]) > int(other["rank"])
    )


def leaders(day: Day, unit: str, system: str) -> set[str]:
    """Active holders of a primary leading position in the unit's segment or below it."""
    segment = segment_of(day, unit)
    if segment is None:
        return set()
    own = Positions(day)
    return {
        row["person_id"]
        for row in day.table("holdings")
        if row["kind"] == "primary"
        and row["person_id"] in day.active
        and (position := own.of(row["position_id"]))["system_id"] == system
        and position["level"] in LEADING
        and segment["unit_id"] in day.units.above(position["unit_id"])
    }


def team_leaders(day: Day, unit: str, system: str) -> set[str]:
    own = Positions(day)
    return {
        row["person_id"]
        for row in day.table("holdings")
        if row["kind"] == "primary"
        and row["person_id"] in day.active
        and own.of(row["position_id"])
        == {**own.of(row["position_id"]), "system_id": system, "unit_id": unit, "level": "team_leader"}
    }


def people(
    day: Day, person: str, position: str, access: str, *, removal: bool = False
) -> tuple[set[str], set[str], set[str]]:
    """Who asks, agrees, authorises."""
    at = Positions(day).of(position)
    system = at["system_id"]
    first = primary(day, person, system)
    ask = leaders(day, first["unit_id"], system) if first else set()
    if access == "absence":
        return ask, team_leaders(day, at["unit_id"], system), ask
    agree = leaders(day, at["unit_id"], system)
    manager = {row["person_id"]: row["manager_id"] for row in day.table("people")}
    either = {manager[leader] for leader in ask | agree} & day.active
    return ask, agree, either if removal else set()


def removal(day: Day, person: str, position: str) -> tuple[str, list[str], set[str]] | None:
    """With the work that would be lost; None when the person does not hold the position."""
    own = Positions(day)
    holding = next(
        (row for row in day.table("holdings") if (row["person_id"], row["position_id"]) == (person, position)), None
    )
    if holding is None or own.of(position)["system_id"] == "":
        return None
    if holding["kind"] == "primary":
        return "refused", ["CMS-01"], set()
    work = {row["work_id"] for row in day.table("work") if row["status"] == "open" and row["position_id"] == position}
    rule = "CMS-29" if holding["kind"] == "hierarchical" else "CMS-11"
    return ("refused", [rule], work) if work else ("allowed", [], work)


def reassign(day: Day, work: str, person: str) -> Verdict | None:
    """None when the work is not open, or its case is not governed by positions."""
    own = Positions(day)
    item = next((row for row in day.table("work") if row["work_id"] == work and row["status"] == "open"), None)
    systems = {row["case_id"]: row["system_id"] for row in day.world.rows["cases"]}
    if item is None or day.scheme[systems[item["case_id"]]] != "positions":
        return None
    unit = own.unit_of((item["position_id"], item["hopper_unit_id"]))
    segment = bool(item["hopper_unit_id"]) and day.units.node[unit]["kind"] == "segment"
    places = [own.of(row["position_id"]) for row in own.held(person, systems[item["case_id"]])]
    fits = any(
        place["level"] == "caseworker"
        and (place["unit_id"] == unit or (segment and unit in day.units.above(place["unit_id"])))
        for place in places
    )
    rules = gate(day, person) + ([] if fits else ["CMS-39"])
    return "refused" if rules else "allowed", rules


# memberships


def assign(day: Day, case: str) -> set[str]:
    row = day.case.get(case)
    if row is None:
        return set()
    members = Memberships(day).access
    units = [
        row[f"{kind}_id"]
        for kind in ("office", "team", "category")
        if row[f"{kind}_id"] and day.policy(row["system_id"], f"assign_to_{kind}", "false") in ("true", "yes", "1")
    ]
    return {person for person in day.active if all(unit in members.get(person, {}) for unit in units)}


def task(day: Day, case: str, role: str) -> set[str]:
    row = day.case.get(case)
    kind, _, tick = role.partition("_")
    unit = row[f"{kind}_id"] if row else ""
    return {
        each["person_id"]
        for each in day.table("memberships")
        if unit and each["unit_id"] == unit and (tick == "member" or each[tick]) and each["person_id"] in day.active
    }
