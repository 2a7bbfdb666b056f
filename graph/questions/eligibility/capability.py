"""`capability`: can a person do a task of administration, and which privilege is missing? A graph of prerequisites."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seewhy.graph.answers.eligibility import Condition, Route, Verdict
from seewhy.graph.errors import ConfigurationError, UnknownEntity
from seewhy.graph.nearest import nearest
from seewhy.graph.questions.eligibility.facts import cited, inactive, listing, person_on_day, shown, unknown
from seewhy.graph.questions.eligibility.privileges import names_of, through

if TYPE_CHECKING:
    from seewhy.graph.session import Session

VIEW, ROLES, TEAM, CREATE = (
    "View the Organisation Structure",
    "Edit any person's roles",
    "Manage the team",
    "Create people",
)
CAPABILITIES: dict[str, tuple[str, tuple[str, ...]]] = {
    "change-role": ("change what a role holds", ("Edit Roles",)),
    "assign-role": ("give a role to a registered user", (VIEW, ROLES)),
    "add-unregistered-user": ("add a user who has not registered", (VIEW, ROLES, CREATE)),
    "edit-organogram": ("edit the teams of the organogram", (VIEW, "Maintain Organisation Structure")),
    "edit-private-office-team": ("edit the team of a Private Office", (VIEW, ROLES)),
    "manage-team-on-organogram": ("manage a team on the organogram", (VIEW, TEAM)),
    "anonymise-case": ("anonymise one case", ("Anonymise Correspondent Details",)),
    "search-from-dashboard": ("follow the dashboard into Case Search", ("View the Dashboard", "Search for cases")),
    "print-any-scan-sheet": ("print scan sheets of any user", ("Manage Scanning",)),
}
"""What each name means, and the privileges that it takes."""
IN_TEAM: dict[str, tuple[str, ...]] = {"assign-role": (TEAM,), "add-unregistered-user": (TEAM, CREATE)}
"""The second way, inside one team: managing that team stands for the two that reach everywhere (ECASE-159)."""


def capability(session: Session, date: str, person: str, name: str, unit: str = "") -> Verdict:
    """The verdict with every way to the capability; `conditions` are those of the way with the fewest missing."""
    if name not in CAPABILITIES:
        known = tuple(CAPABILITIES)
        raise UnknownEntity(f"unknown capability `{name}`", nearest(name, known) or f"one of {', '.join(known)}")
    meaning, everywhere = CAPABILITIES[name]
    units = {row["id"]: row["name"] for row in session.run("organisation/units")}
    if unit and unit not in units:
        raise unknown(session, "unit", unit)
    if TEAM in everywhere and not unit:
        raise ConfigurationError(f"`{name}` is about one team", "name the team with --unit UNIT")
    if unit and TEAM not in everywhere and name not in IN_TEAM:
        raise ConfigurationError(f"`{name}` is not about one team", "leave --unit out")
    who = person_on_day(session, person, date)
    team = shown(units.get(unit), unit)
    ways = [(f"at {team}" if TEAM in everywhere else "anywhere", everywhere)]
    if unit and name in IN_TEAM:
        ways.append((f"at {team} only", IN_TEAM[name]))
    needed = list(dict.fromkeys(one for _, route in ways for one in route))
    held = _conditions(session, date, who, needed, unit, team)
    gone = inactive(session, who, date)
    routes = tuple(Route(title, (*gone, *(held[one] for one in route))) for title, route in ways)
    nearest_way = min(range(len(ways)), key=lambda place: sum(not held[one].met for one in ways[place][1]))
    others = [route for place, route in enumerate(routes) if place != nearest_way]
    return Verdict(
        "capability",
        date,
        f"{shown(who['name'], person)}: {meaning}" + (f", {routes[nearest_way].title}" if unit else ""),
        routes[nearest_way].conditions,
        session.provenance(),
        missing=tuple(one for one in ways[nearest_way][1] if not held[one].met),
        notes=tuple(
            f"another way, {route.title}: {listing(one.because for one in route.conditions)}" for route in others
        ),
        routes=routes,
    )


def _conditions(
    session: Session, date: str, who: dict[str, Any], needed: list[str], unit: str, team: str
) -> dict[str, Condition]:
    """The condition of each privilege by its name."""
    rows = session.run("eligibility/privileges/capability", person=who["id"], privileges=needed, unit=unit, as_of=date)
    own = session.run("eligibility/privileges/held", person=who["id"], privileges=needed, as_of=date)
    roles: dict[str, list[str]] = {}
    for row in session.run("eligibility/privileges/roles_giving", privileges=needed, as_of=date):
        roles.setdefault(row["privilege"], []).append(shown(row["role_name"], row["role"]))
    names = names_of(session)
    found = {}
    for row in rows:
        of_team = row["privilege"] == TEAM
        mine = [one for one in own if one["privilege"] == row["privilege"]]
        counted = [one for one in mine if not of_team or one["unit"] == unit] if row["met"] else mine
        ways = listing(through(names, one) for one in counted)
        if row["met"]:
            because, meets = f"{row['privilege']} is held {ways}", ""
        else:
            where = f" at {team}" if of_team else ""
            because = f"{row['privilege']} is not held{where}" + (f", only {ways}" if ways else "")
            given = listing(roles.get(row["privilege"], ()), "or")
            grant = "" if of_team else f"an admin grant of {row['privilege']}, or "
            meets = f"{grant}a role{where} that gives {row['privilege']}" + (f": {given}" if given else "")
        source = cited(*(one for mine_ in counted for one in (mine_["source"], mine_["via"])))
        found[row["privilege"]] = Condition(row["rule"], row["met"], because, source, meets)
    return found
