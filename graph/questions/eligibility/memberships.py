"""`assign` and `task`: the Assign To list and who sees the task of a role (MEM-44 to MEM-53)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seewhy.graph.answers.eligibility import EligiblePeople, EligiblePerson
from seewhy.graph.errors import UnknownEntity
from seewhy.graph.nearest import nearest
from seewhy.graph.questions.eligibility.facts import case_for, cited, has_row, listing, per_person, shown
from seewhy.graph.questions.who import who

if TYPE_CHECKING:
    from typing import Any

    from seewhy.graph.session import Session

ROLES = {
    "team_member": ("IN_TEAM", "member"),
    "team_manager": ("IN_TEAM", "manager"),
    "team_admin_support": ("IN_TEAM", "admin_support"),
    "office_member": ("IN_OFFICE", "member"),
    "office_manager": ("IN_OFFICE", "manager"),
    "office_admin_support": ("IN_OFFICE", "admin_support"),
}
"""The six task roles (MEM-51): which unit of the case, and which tick of a membership."""
NO_ROW = "the case has no row for this day, so nobody is offered"


def assign(session: Session, date: str, case: str) -> EligiblePeople:
    """Everybody on the Assign To list of a case."""
    about = case_for(session, case, "assign", "the Assign To list")
    options = session.run("eligibility/memberships/options", case=case, as_of=date)
    asked = {row["unit"]: row for row in options if row["unit"] is not None}
    members: dict[str, list[dict[str, Any]]] = {}
    for row in session.run("eligibility/memberships/members", units=sorted(asked), as_of=date) if asked else ():
        members.setdefault(row["person"], []).append(row)
    people = []
    for row in session.run("eligibility/memberships/assign", case=case, as_of=date):
        own = sorted(members.get(row["person"], ()), key=lambda one: str(one["unit"]))
        because = listing(_membership(one) for one in own) or "active; no option shortens the list for this case"
        if any(one["access"] == "deny" for one in own):
            because += "; being assigned gives access in spite of the denial"
        people.append(
            EligiblePerson(row["person"], row["name"], because, cited(*(one["source"] for one in own)) or row["source"])
        )
    notes = [
        f"{row['policy']} is on: only members of {shown(row['unit_name'], row['unit'])}"
        if row["unit"] is not None
        else f"{row['policy']} is on, and the case has no such unit: the option does not count"
        for row in options
    ]
    if not has_row(session, case, date):
        notes.append(NO_ROW)
    return EligiblePeople(
        "assign",
        case,
        date,
        f"the Assign To list of case {shown(about['caption'], case)}",
        tuple(people),
        ("MEM-44", "MEM-45", "MEM-46", "MEM-48"),
        session.provenance(),
        tuple(notes),
    )


def task(session: Session, date: str, case: str, role: str) -> EligiblePeople:
    """Everybody who sees a task of the case that was given to a role; says who would not see the case itself."""
    wanted = role.strip().lower().replace(" ", "_").replace("-", "_")
    if wanted not in ROLES:
        raise UnknownEntity(
            f"unknown task role `{role}`", nearest(wanted, tuple(ROLES)) or f"one of {', '.join(ROLES)}"
        )
    about = case_for(session, case, "task", "a task given to a role")
    place, tick = ROLES[wanted]
    rows = session.run("eligibility/memberships/task", case=case, place=place, tick=tick, as_of=date)
    seeing = {one.person for one in who(session, case, date).people} if rows else set()
    ticked = {"member": "", "manager": ", ticked as manager", "admin_support": ", ticked as admin support"}[tick]
    people = per_person(
        (
            row["person"],
            row["name"],
            _membership(row)
            + ticked
            + ("" if row["person"] in seeing else "; sees the task, and not the case (MEM-53)"),
            (row["source"],),
        )
        for row in rows
    )
    notes = () if has_row(session, case, date) else (NO_ROW,)
    return EligiblePeople(
        "task",
        case,
        date,
        f"a task of case {shown(about['caption'], case)} given to {wanted}",
        people,
        ("MEM-49", "MEM-51", "MEM-52", "MEM-53"),
        session.provenance(),
        notes,
    )


def _membership(row: dict[str, Any]) -> str:
    return f"member of {shown(row['unit_name'], row['unit'])}, access {row['access']}"
