"""What the graph means: every label, every relationship with the sentence it stands for, and their properties.

Relationships that come from a row hold from `since` (inclusive) to `until` (exclusive), ISO text, and name their
`source` (`memberships.csv:14`) and the `load` that began them. Closures (`WITHIN`, `COUNTS_AS`, `COVERS` …) are
derived from such rows at load; evidence shows the rows, never the closure.
"""

from __future__ import annotations

from dataclasses import dataclass

ALWAYS, OPEN = "0000-01-01", "open"
"""`since` of what always held, and `until` of what holds until further notice: after every day, as text."""

LAST_DAY = "9999-12-31"
"""The last day of the calendar. Graphs that were loaded before files had digests say it for `OPEN`."""


def is_open(until: str) -> bool:
    """Whether an end is shown as none: there is none, or it is the last day of the calendar."""
    return until in ("", OPEN, LAST_DAY)


TEXT, WHOLE, TRUTH = "text", "whole", "truth"

LABELS: dict[str, dict[str, str]] = {
    "Roster": {"counts_from": TEXT, "counts_until": TEXT},
    "Everyone": {},
    "Person": {"email": TEXT, "job_title": TEXT},
    "Unit": {"kind": TEXT, "code": TEXT, "rank": WHOLE},
    "CaseType": {},
    "System": {"scheme": TEXT},
    "CaseFile": {"caption": TEXT, "system": TEXT, "scheme": TEXT, "created_on": TEXT},
    "AccessProfile": {
        "system": TEXT,
        "scheme": TEXT,
        "limited": TRUTH,
        "deny_blocks_view_all": TRUTH,
        "limit_blocks_view_all": TRUTH,
        "case_access_enabled": TRUTH,
        "default_policy": TEXT,
        "needs_type": TRUTH,
        "needs_unit": TRUTH,
        "needs_either": TRUTH,
        "own_sensitive": TRUTH,
        "status": TEXT,
        "queue": TEXT,
        "queue_unit": TEXT,
        "cases": WHOLE,
        "first_cases": TEXT,
        "steady_since": TEXT,
        "steady_until": TEXT,
    },
    "Group": {},
    "Permission": {},
    "Position": {"system": TEXT},
    "WorkItem": {"kind": TEXT},
    "Role": {},
    "Privilege": {"rule": TEXT, "cascades": TRUTH},
    "Reach": {"privilege": TEXT, "unit": TEXT, "case_type": TEXT},
    "Scope": {"unit": TEXT, "case_type": TEXT},
    "Spot": {"unit": TEXT, "case_type": TEXT},
    "AccessRule": {},
    "Queue": {},
}
"""Primary labels with their properties (every node also has text `id` and `name`)."""


@dataclass(frozen=True, slots=True)
class Relationship:
    """One relationship type: the arrows it is drawn on, its properties, and its sentence.

    `sentence` is filled with the words of one path step: {a} the start, {b} the end, and the step's details by name.
    """

    arrows: tuple[tuple[str, str], ...]
    sentence: str = ""
    properties: tuple[tuple[str, str], ...] = ()
    dated: bool = True


def _r(arrows: str, sentence: str = "", dated: bool = True, **properties: str) -> Relationship:
    ends = tuple((a, b) for arrow in arrows.split(",") for a, b in [arrow.strip().split(">")])
    return Relationship(ends, sentence, tuple(properties.items()), dated)


_LINK = "CaseFile>Person"
_ON_PROFILE = "AccessProfile>Unit"
_SUBJECTS = ("Person", "Unit", "Role", "Privilege", "Everyone")

RELATIONSHIPS: dict[str, Relationship] = {
    # people
    "ACTIVE_IN": _r("Person>Roster", "{a} is active"),
    "LISTED_IN": _r("Person>Roster", "{a} is listed as {active}", active=TRUTH, cleared=TRUTH),
    "MANAGED_BY": _r("Person>Person", "{a} is managed by {b}"),
    "MEMBER_OF": _r(
        "Person>Unit",
        "{a} is a member of {b}, with the setting {access}",
        access=TEXT,
        manager=TRUTH,
        admin_support=TRUTH,
        position=WHOLE,
    ),
    "IN_GROUP": _r("Person>Group", "{a} is in the group {b}"),
    "ALLOWS": _r("Group>Permission", "the group {a} allows {b}"),
    "DENIES": _r("Group>Permission", "the group {a} denies {b}"),
    # units and types
    "PART_OF": _r("Unit>Unit, CaseType>CaseType", "{a} is part of {b}"),
    "WITHIN": _r("Unit>Unit, CaseType>CaseType"),
    "IN_FIRM": _r("Unit>Unit"),
    "IN_REFERRER": _r("Unit>Unit"),
    "IN_ESTATE_AGENT": _r("Unit>Unit"),
    "IS_SENSITIVE": _r("Unit>Unit, CaseType>CaseType", "{a} is marked sensitive"),
    "SETS": _r("System>System", "the policy {policy} of {a} is {value}", policy=TEXT, value=TEXT),
    # cases
    "HAS_PROFILE": _r("CaseFile>AccessProfile", status=TEXT),
    "ASSIGNED_TO": _r(_LINK, "{a} is assigned to {b}"),
    "OTHER_STAFF": _r(_LINK, "{b} is in Other staff of {a}, with the setting {access}", access=TEXT),
    "CREATED_BY": _r(_LINK, "{a} was created by {b}"),
    "SUPERVISOR": _r(_LINK, "{a} names {b} as supervisor"),
    "CLIENT": _r(_LINK, "{a} names {b} as client {slot}", slot=WHOLE),
    "OWNER": _r(_LINK, "{b} owns {a}"),
    "DRAFTER": _r(_LINK, "{b} drafts {a}"),
    "ADVISER": _r(_LINK, "{b} advises on {a}"),
    "CONTRIBUTOR": _r(_LINK, "{b} contributes to {a}"),
    "QA_RECIPIENT": _r(_LINK, "{b} checks the quality of {a}"),
    "TASK_HOLDER": _r(_LINK, "{b} has a task on {a}"),
    "WATCHER": _r(_LINK, "{b} watches {a}"),
    "PARTY": _r("CaseFile>Unit", "{a} names {b} as {role}", role=TEXT, slot=WHOLE),
    "NAMES": _r("CaseFile>Unit, CaseFile>CaseType", "{a} names {b} in {column}", column=TEXT),
    "ATTACHED": _r("CaseFile>AccessRule", "the rule “{b}” is attached to {a}"),
    "NAMES_QUEUE": _r("CaseFile>Queue", "{a} stands in the queue {b}, which no rule knows"),
    "FOR_CASE": _r("WorkItem>CaseFile", "{a} belongs to {b}"),
    "OPEN_ON": _r("WorkItem>Position", "{a} is open on {b}"),
    "IN_HOPPER": _r("WorkItem>Unit", "{a} is in the hopper of {b}"),
    # profiles: what look-alike cases have in common (a value, so without dates)
    "IN_SYSTEM": _r("AccessProfile>System", "{a} belongs to {b}", dated=False),
    "IN_OFFICE": _r(_ON_PROFILE, "{a} belongs to the office: {b}", dated=False),
    "IN_TEAM": _r(_ON_PROFILE, "{a} belongs to the team: {b}", dated=False),
    "IN_CATEGORY": _r(_ON_PROFILE, "{a} is in the category: {b}", dated=False),
    "WORK_IN": _r(_ON_PROFILE, "open work of {a} lies in {b}", dated=False),
    "FOR_FIRM": _r(_ON_PROFILE, "{a} belongs to {b}", dated=False),
    "REFERRED_BY": _r(_ON_PROFILE, "{a} was referred by {b}", dated=False),
    "SOLD_BY": _r(_ON_PROFILE, "{a} is sold by {b}", dated=False),
    "FOR_CLIENT": _r(_ON_PROFILE, "{a} names {b} as client", dated=False),
    "OF_TYPE": _r("AccessProfile>CaseType", "{a} is of the type {b}", dated=False),
    "AT": _r("AccessProfile>Spot", dated=False),
    "AT_OFFICE": _r("AccessProfile>Spot", dated=False),
    "IN_QUEUE": _r("AccessProfile>Queue", "{a} is in the queue {b}", dated=False),
    "CARRIES": _r("AccessProfile>AccessRule", "the rule “{b}” is attached to {a}", dated=False),
    # positions
    "HOLDS_POSITION": _r(
        "Person>Position",
        "{a} holds the position {b} ({kind})",
        kind=TEXT,
        active=TRUTH,
        system=TEXT,
        covers=TEXT,
        requested_by=TEXT,
        authorised_by=TEXT,
        lending_by=TEXT,
        borrowing_by=TEXT,
        form_received_on=TEXT,
        emergency=TRUTH,
        reviewed_on=TEXT,
        given_since=TEXT,
    ),
    "LEADS": _r("Position>Unit", "{a} leads {b}", system=TEXT),
    "MANAGES": _r("Position>Unit", "{a} manages {b}", system=TEXT),
    "POSITION_AT": _r("Position>Unit", "{a} is a position of {b}", level=TEXT, system=TEXT),
    # portal
    "ACTS_AT": _r("Person>Unit", "{a} has the portal role {role} at {b}", role=TEXT, system=TEXT, unit_kind=TEXT),
    # privileges
    "HAS_ROLE": _r("Person>Role", "{a} has the role {b}{where}"),
    "GIVES": _r("Role>Privilege", "the role {a} gives {b}"),
    "GRANTED": _r("Person>Privilege", "{a} was granted {b}"),
    "HAS_ASSIGNMENT": _r("Person>Scope", "{a} has a role at {b}", role=TEXT, placement=TEXT),
    "HOLDS": _r("Person>Reach", "{a} holds {b}", role=TEXT, placement=TEXT, via=TEXT, via_load=TEXT),
    "OVER": _r("Reach>Scope", dated=False),
    "OF": _r("Reach>Privilege", dated=False),
    "COVERS": _r("Scope>Spot", near=TRUTH, exact=TRUTH),
    "OPENS_FOR": _r("Queue>Privilege", "the queue {a} opens for {b}", dated=False, value=TEXT, at=TEXT),
    "COUNTS_AS": _r(
        ", ".join(f"Person>{s}" for s in _SUBJECTS),
        "{a} is one of {b}",
        unit=TEXT,
        role=TEXT,
        via=TEXT,
        via_load=TEXT,
    ),
    "FOR_SUBJECT": _r(
        ", ".join(f"AccessRule>{s}" for s in _SUBJECTS),
        "the rule “{a}” says: {b} {effect} {action}",
        level=TEXT,
        effect=TEXT,
        action=TEXT,
        target=TEXT,
        system=TEXT,
    ),
    "TARGETS": _r("AccessRule>System, AccessRule>CaseType, AccessRule>CaseFile", "the rule “{a}” is about {b}"),
}

DATED: dict[str, str] = {
    "since": TEXT,
    "until": TEXT,
    "source": TEXT,
    "load": TEXT,
    "granted_by": TEXT,
    "note": TEXT,
}
"""Properties of every relationship that comes from a row; `granted_by` (a person's id) and `note` where the row has
them."""

LINKS: tuple[str, ...] = (
    "ASSIGNED_TO",
    "OTHER_STAFF",
    "CREATED_BY",
    "SUPERVISOR",
    "CLIENT",
    "OWNER",
    "DRAFTER",
    "ADVISER",
    "CONTRIBUTOR",
    "QA_RECIPIENT",
    "TASK_HOLDER",
    "WATCHER",
)
"""Personal links on a case; lower case they are the `link` values of `case_people`."""
PARTIES = {"REFERRED_BY": "referrer", "SOLD_BY": "estate_agent", "FOR_CLIENT": "client"}
"""Relationships of a profile that come from `case_parties`, with the role of their rows."""
