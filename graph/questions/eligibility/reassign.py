"""`reassign`: may a piece of work go to a person, and if not, by which three steps (CMS-39, CMS-40)?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seewhy.graph.answers.eligibility import Condition, Verdict
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.questions.eligibility.facts import (
    cited,
    inactive,
    listing,
    person_on_day,
    require_kind,
    shown,
    unknown,
)

if TYPE_CHECKING:
    from seewhy.graph.session import Session


def reassign(session: Session, date: str, work: str, person: str) -> Verdict:
    """The verdict on giving open work to a person; work that is not open that day is a ConfigurationError."""
    places = session.run("eligibility/reassign/place", work=work, as_of=date)
    if not places:
        raise unknown(session, "work", work)
    place = places[0]
    who = person_on_day(session, person, date)
    if place["unit"] is None:
        raise ConfigurationError(f"the work item `{work}` is not open on {date}", "only open work is given to somebody")
    require_kind(session, f"the work item `{work}`", place["system"], "reassign", "reassigning work")
    in_hopper = place["place"] == "IN_HOPPER"
    held = session.run(
        "eligibility/reassign/caseworker_positions",
        person=person,
        system=place["system"],
        unit=place["unit"],
        in_hopper=in_hopper,
        as_of=date,
    )
    name, unit = shown(who["name"], person), shown(place["unit_name"], place["unit"])
    lies = f"{work} lies in the hopper of {unit}" if in_hopper else f"{work} lies in {unit}, on {place['position_id']}"
    fitting = [row for row in held if row["met"]]
    if fitting:
        condition = Condition(
            "CMS-39",
            True,
            f"{lies}; {name} holds {listing(_position(row) for row in fitting)}",
            cited(place["source"], *(row["source"] for row in fitting)),
        )
    else:
        where = (
            f"the caseworker positions of {name} are elsewhere: {listing(_position(row) for row in held)}"
            if held
            else f"{name} holds no caseworker position in {place['system']}"
        )
        condition = Condition(
            "CMS-39",
            False,
            f"{lies}; {where}",
            cited(place["source"], *(row["source"] for row in held)),
            _steps(session, date, place, held, name, work),
        )
    return Verdict(
        "reassign",
        date,
        f"giving {work} (case {place['case_id']}) to {name}",
        (*inactive(session, who, date), condition),
        session.provenance(),
        work=(work,),
    )


def _position(row: dict[str, Any]) -> str:
    return f"{shown(row['position_name'], row['position_id'])} in {shown(row['unit_name'], row['unit'])}"


def _steps(session: Session, date: str, place: dict[str, Any], held: list[dict[str, Any]], name: str, work: str) -> str:
    """The three steps of CMS-40 with the actual hopper and position; through the nearest segment above both."""
    unit = shown(place["unit_name"], place["unit"])
    if not held:
        return f"a caseworker position in {unit}"
    ways = [
        (way["steps_up"], row["position_id"], way, row)
        for row in held
        for way in session.run(
            "eligibility/reassign/common_segments", unit=place["unit"], other=row["unit"], as_of=date
        )
    ]
    if not ways:
        return f"a caseworker position in {unit}: no segment stands above both, so no hopper leads across"
    _, _, way, row = min(ways, key=lambda one: one[:2])
    leading = session.run("eligibility/reassign/positions_above", unit=row["unit"], system=place["system"], as_of=date)
    destination = listing((shown(one["position_name"], one["position_id"]) for one in leading), "or") or (
        f"a leading position of {shown(row['unit_name'], row['unit'])}"
    )
    hopper = shown(way["segment_name"], way["segment"])
    return (
        f"three steps (CMS-40): 1. return {work} to the segment hopper of {hopper}; "
        f"2. change to the primary position or, holding more than two, to that of the destination, {destination}; "
        f"3. assign it from there to {name} on {shown(row['position_name'], row['position_id'])}"
    )
