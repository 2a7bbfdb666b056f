"""Whom a request about a secondary position concerns, by name: who leads on which side, and who manages them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seewhy.graph.answers.eligibility import EligiblePerson, People
from seewhy.graph.questions.eligibility.facts import LEVELS, per_person, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seewhy.graph.session import Session


def primary_unit(session: Session, person: str, system: str, date: str) -> str:
    """The unit of a person's primary position in a system, blank when there is none."""
    rows = session.run("eligibility/positions_held", person=person, system=system, as_of=date)
    return next((row["unit"] for row in rows if row["kind"] == "primary"), "")


def segment_leaders(session: Session, unit: str, system: str, date: str, side: str) -> tuple[EligiblePerson, ...]:
    """Active holders of a primary team leader or segment manager position in the segment of a unit, or below it."""
    segments = session.run("eligibility/segment_of", units=[unit], as_of=date) if unit else []
    return per_person(
        (
            row["person"],
            row["name"],
            f"{LEVELS[row['level']][2:]} in {segment['segment_name']}{side} ({row['position_id']})",
            (row["source"],),
        )
        for segment in segments
        for row in session.run("eligibility/leaders", segment=segment["segment"], system=system, as_of=date)
    )


def absence_people(session: Session, person: str, positions: Sequence[dict[str, Any]], date: str) -> People:
    """Absence related: leaders of the person's own segment ask and authorise (CMS-10), those who own the cases agree
    (CMS-11)."""
    system = positions[0]["system"]
    own = segment_leaders(session, primary_unit(session, person, system, date), system, date, "")
    owners = session.run(
        "eligibility/team_leaders", units=sorted({row["unit"] for row in positions}), system=system, as_of=date
    )
    agree = per_person(
        (row["person"], row["name"], f"team leader who owns the cases ({row['position_id']})", (row["source"],))
        for row in owners
    )
    return People(own, agree, own)


def hierarchical_people(
    session: Session, person: str, positions: Sequence[dict[str, Any]], date: str, *, removal: bool = False
) -> People:
    """Hierarchical: the lending side asks (CMS-21), the borrowing side agrees (CMS-20); to remove, the line managers of
    either side authorise (CMS-27)."""
    system = positions[0]["system"]
    lending = segment_leaders(session, primary_unit(session, person, system, date), system, date, ", lending side")
    units = sorted({row["unit"] for row in positions})
    borrowing = {
        one.person: one for unit in units for one in segment_leaders(session, unit, system, date, ", borrowing side")
    }
    agree = tuple(borrowing[key] for key in sorted(borrowing))
    if not removal:
        return People(lending, agree)
    led = {one.person: one.name for one in (*lending, *agree)}
    managers = session.run("eligibility/line_managers", people=sorted(led), as_of=date)
    authorise = per_person(
        (row["person"], row["name"], f"line manager of {shown(led[row['of']], row['of'])}", (row["source"],))
        for row in managers
    )
    return People(lending, agree, authorise)
