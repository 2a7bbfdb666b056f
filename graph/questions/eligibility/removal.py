"""`removal`: may a secondary holding be taken away now, without losing work (CMS-01, CMS-10, CMS-11, CMS-22 to -31)?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seewhy.graph.answers.eligibility import Condition, People, Verdict
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.questions.eligibility.facts import cited, listing, person_on_day, positions_on_day, shown
from seewhy.graph.questions.eligibility.leaders import absence_people, hierarchical_people

if TYPE_CHECKING:
    from typing import Any

    from seewhy.graph.session import Session

RULES = {"hierarchical": "CMS-29", "absence": "CMS-11"}
NOTES = {
    "absence": ("the form is CSUA P30; it is talked over with the team leader who owns the cases first (CMS-11)",),
    "hierarchical": (
        "the borrowing side begins the removal, the lending side fills in the form CSUA P30 (CMS-22)",
        "the leaders of both sides see to it that all work has been moved before the form goes in (CMS-31)",
    ),
}


def removal(session: Session, date: str, person: str, position: str) -> Verdict:
    """The verdict on ending one holding; a position that the person does not hold that day is a ConfigurationError."""
    who = person_on_day(session, person, date)
    (at,) = positions_on_day(session, (position,), date, "removing secondary access")
    rows = session.run("eligibility/removal/holding", person=person, position=position, as_of=date)
    if not rows:
        held = session.run("eligibility/positions_held", person=person, system=at["system"], as_of=date)
        raise ConfigurationError(
            f"`{person}` does not hold the position `{position}` on {date}",
            "held that day: " + listing(f"`{row['position_id']}`" for row in held)
            if held
            else "nothing is held that day",
        )
    holding = rows[0]
    name, place = shown(who["name"], person), shown(holding["position_name"], position)
    gone = "" if who["active"] else f"; {name} is not active on {date}"
    secondary = Condition(
        "CMS-01",
        holding["met"],
        (
            f"{name} holds {place} as {holding['kind']} access"
            if holding["met"]
            else f"{place} is the primary position of {name}, and no secondary access"
        )
        + gone,
        holding["source"],
        "" if holding["met"] else "a secondary position: the primary one is changed when somebody moves or leaves",
    )
    found, people = [secondary], People()
    work: list[str] = []
    notes: tuple[str, ...] = ()
    if holding["met"]:
        condition, work = _work(session, date, person, position, holding["kind"], place)
        found.append(condition)
        notes = NOTES[holding["kind"]]
        people = (
            hierarchical_people(session, person, [at], date, removal=True)
            if holding["kind"] == "hierarchical"
            else absence_people(session, person, [at], date)
        )
    return Verdict(
        "removal",
        date,
        f"removing {place} from {name}",
        tuple(found),
        session.provenance(),
        work=tuple(work),
        people=people,
        notes=notes,
    )


def _work(
    session: Session, date: str, person: str, position: str, kind: str, place: str
) -> tuple[Condition, list[str]]:
    (row,) = session.run("eligibility/removal/open_work", position=position, as_of=date)
    work: list[Any] = sorted(row["work"])
    if row["met"]:
        return Condition(RULES[kind], True, f"no open work lies on {place}"), work
    others = session.run("eligibility/removal/other_holders", person=person, position=position, as_of=date)
    shared = (
        f"; {listing(shown(one['name'], one['person']) for one in others)} "
        f"hold{'s' if len(others) == 1 else ''} the position as well"
        if others
        else ", and nobody else holds the position: it would be lost (CMS-30)"
    )
    because = f"open work lies on {place}: {listing(work)}{shared}"
    meets = f"{listing(work)} returned to the hopper or given to somebody else"
    return Condition(RULES[kind], False, because, cited(*sorted(row["sources"])), meets), work
