"""`secondary-access`: may a request for secondary positions be made, on one form (CMS-02 to CMS-28)?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seewhy.graph.answers.eligibility import Condition, Verdict
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.nearest import nearest
from seewhy.graph.questions.eligibility.facts import (
    LEVELS,
    cited,
    default,
    inactive,
    listing,
    person_on_day,
    positions_on_day,
    shown,
)
from seewhy.graph.questions.eligibility.leaders import absence_people, hierarchical_people

if TYPE_CHECKING:
    from seewhy.graph.session import Session

ACCESS = ("absence", "hierarchical")
FOUR = "Special client records, Judicial review, Escalated complaints or Appeals"
EMERGENCY = (
    "when nobody can reach the work, FLLS takes an emergency request by telephone, and the form CSUA P30 "
    "still follows (CMS-14 to CMS-17)"
)
NOTES = {
    "absence": (
        "the form is CSUA P30 (CMS-02); one form may carry several absence requests (CMS-13)",
        "before it goes in, it is talked over with the team leader who owns the cases (CMS-11)",
        f"emergency: {EMERGENCY}",
        "the access is reviewed at least every six months (CMS-12)",
    ),
    "hierarchical": (
        "the form is CSUA P30 (CMS-02), one position each (CMS-28); the lending side fills it in (CMS-21)",
        "the leaders of both sides talk it over first (CMS-20)",
        "before it is taken away again, all work held there goes back to the hopper or to somebody else (CMS-29)",
    ),
}


def secondary_access(
    session: Session,
    date: str,
    person: str,
    position: tuple[str, ...],
    access: str,
    functionally_unique: bool = False,
) -> Verdict:
    """The verdict on one request; unknown ids raise UnknownEntity, an unknown kind of access ConfigurationError."""
    if access not in ACCESS:
        hint = nearest(access, ACCESS) or "use `absence` or `hierarchical`"
        raise ConfigurationError(f"`{access}` is no kind of secondary access", hint)
    if not position:
        raise ConfigurationError("no position is asked for", "name one position at least")
    who = person_on_day(session, person, date)
    asked = positions_on_day(session, position, date, "secondary access")
    given = {
        "person": person,
        "system": asked[0]["system"],
        "positions": [row["id"] for row in asked],
        "as_of": date,
    }
    name = shown(who["name"], person)
    found = [*inactive(session, who, date), _limit(session, given, name, access), _clearance(session, given, name)]
    if access == "absence":
        found += [_leader(session, given, name), _no_caseworker(session, given)]
        people = absence_people(session, person, asked, date)
    else:
        found += [_segment(session, given), _rank(session, given, name), _single(session, given)]
        people = hierarchical_people(session, person, asked, date)
    if access == "hierarchical" or functionally_unique:
        found.append(_unique(session, functionally_unique))
    wanted = listing(shown(row["name"], row["id"]) for row in asked)
    sentence = f"{'absence-related' if access == 'absence' else access} access for {name} to {wanted}"
    return Verdict(
        "secondary-access",
        date,
        sentence,
        tuple(found),
        session.provenance(),
        people=people,
        notes=NOTES[access],
    )


def _run(session: Session, query: str, given: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    return session.run(f"eligibility/secondary_access/{query}", **given, **more)


def _positions(count: int) -> str:
    return f"{count} position{'' if count == 1 else 's'}"


def _limit(session: Session, given: dict[str, Any], name: str, access: str) -> Condition:
    (row,) = _run(session, "limit", given, most=default("secondary-access", "max_positions"))
    again = len(given["positions"]) - len(row["more"])
    form = (
        ", and one form may carry all of them (CMS-13)" if access == "absence" and len(given["positions"]) > 1 else ""
    )
    because = (
        f"{name} holds {len(row['held'])} and asks for {len(row['more'])} more"
        + (f" ({again} of those asked for held already)" if again else "")
        + f": {_positions(row['total'])} of at most {row['limit_is']}"
    )
    return Condition(
        "CMS-03",
        row["met"],
        because + (form if row["met"] else ""),
        cited(row["source"]),
        "" if row["met"] else f"giving up, or not asking for, {_positions(row['total'] - row['limit_is'])}",
    )


def _clearance(session: Session, given: dict[str, Any], name: str) -> Condition:
    (row,) = _run(session, "clearance", given, above=default("secondary-access", "clearance_above"))
    if not row["needed"]:
        because = f"no clearance is needed for {_positions(row['total'])}: it is needed above {row['limit_is']}"
    elif row["met"]:
        because = f"{_positions(row['total'])} need security clearance, and {name} has it"
    else:
        because = f"{_positions(row['total'])} need security clearance (above {row['limit_is']}), and {name} has none"
    meets = f"security clearance of {name} (`cleared` in people), or no more than {row['limit_is']} positions"
    return Condition(
        "CMS-04",
        row["met"],
        because,
        cited(row["source"], row["person_source"] if row["needed"] else ""),
        "" if row["met"] else meets,
    )


def _leader(session: Session, given: dict[str, Any], name: str) -> Condition:
    rows = _run(session, "leader", given)
    met = any(row["met"] for row in rows)
    because = (
        listing(
            f"the primary position of {name}, {shown(row['position_name'], row['position_id'])}, "
            f"is that of {LEVELS[row['level']]}"
            for row in rows
        )
        or f"{name} has no primary position in {given['system']}"
    )
    meets = "a primary position of a team leader or segment manager: caseworkers never have absence access"
    return Condition("CMS-08", met, because, cited(*(row["source"] for row in rows)), "" if met else meets)


def _no_caseworker(session: Session, given: dict[str, Any]) -> Condition:
    rows = _run(session, "no_caseworker", given)
    bad = [row for row in rows if not row["met"]]
    named = "; ".join(
        f"{shown(row['position_name'], row['position_id'])} is a position of {LEVELS[row['level']]}"
        for row in bad or rows
    )
    return Condition(
        "CMS-09",
        not bad,
        named if bad else f"{named}; {EMERGENCY}",
        cited(*(row["source"] for row in bad or rows)),
        "nobody gets access for an absent caseworker: the team leader moves the cases to a colleague or to the team "
        "hopper; the position of a team leader or segment manager may be asked for"
        if bad
        else "",
    )


def _segment(session: Session, given: dict[str, Any]) -> Condition:
    rows = _run(session, "case_owning_segment", given)
    bad = [row for row in rows if not row["met"]]
    named = "; ".join(
        f"{shown(row['position_name'], row['position_id'])} lies in "
        + (shown(row["segment_name"], row["segment"]) if row["segment"] else "no segment")
        + (f" {row['code']}, one" if row["met"] else ", none")
        + " of the four case-owning segments"
        for row in bad or rows
    )
    return Condition(
        "CMS-24",
        not bad,
        named,
        cited(*(row["source"] for row in bad or rows)),
        f"a position in {FOUR}; into any other segment it is never given, whatever the circumstances (CMS-25)"
        if bad
        else "",
    )


def _rank(session: Session, given: dict[str, Any], name: str) -> Condition:
    rows = _run(session, "higher_rank", given)
    bad = [row for row in rows if not row["met"]]

    def segment(label: str | None, rank: int | None) -> str:
        return f"{label} ({'no rank' if rank is None else f'rank {rank}'})" if label else "no segment"

    named = "; ".join(
        f"{shown(row['position_name'], row['position_id'])} lies in {segment(row['segment_name'], row['rank'])}, "
        + ("higher" if row["met"] else "not higher")
        + f" than the primary position of {name}: "
        + (segment(row["own_segment_name"], row["own_rank"]) if row["own_source"] else "there is none")
        for row in bad or rows
    )
    return Condition(
        "CMS-18",
        not bad,
        named,
        cited(*(one for row in bad or rows for one in (row["source"], row["own_source"]))),
        "a position in a segment of a greater rank than that of the primary position; a blank rank is neither "
        "higher nor lower"
        if bad
        else "",
    )


def _single(session: Session, given: dict[str, Any]) -> Condition:
    (row,) = _run(session, "one_at_a_time", given)
    because = "one position is asked for" if row["met"] else f"{row['asked']} positions are asked for at once"
    meets = "a request of its own for each position: hierarchical positions are asked for one at a time"
    return Condition("CMS-28", row["met"], because, "", "" if row["met"] else meets)


def _unique(session: Session, functionally_unique: bool) -> Condition:
    (row,) = session.run(
        "eligibility/secondary_access/not_functionally_unique", functionally_unique=functionally_unique
    )
    wording = "is not said to be" if row["met"] else "is"
    return Condition(
        "CMS-26",
        row["met"],
        f"the request {wording} meant to help a functionally unique segment",
        "",
        ""
        if row["met"]
        else "another way to help that segment: such requests are best avoided; confirm that it is needed",
        warns=True,
    )
