"""`draft`, `contribute`, `cc`, `advise` and `qa`: who is offered for a case of eCase, and by which holding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seewhy.graph.answers.eligibility import EligiblePeople
from seewhy.graph.errors import UnknownEntity
from seewhy.graph.nearest import nearest
from seewhy.graph.questions.eligibility.facts import case_for, has_row, per_person, shown
from seewhy.graph.questions.eligibility.memberships import NO_ROW
from seewhy.graph.rules.privileges import Privilege, privilege, privileges

if TYPE_CHECKING:
    from seewhy.graph.session import Session

REOPENED = "Work on reopened cases"
BY_DEFAULT = "Receive Contribution CCs by default"
QUERIES = {
    "organisation_wide": "placed_organisation_wide",
    "private_office": "placed_in_private_office",
    "team_level": "placed_at_team",
}
"""Where a holding must sit by the placement of the privilege; any other covers by team and type alone."""
SITS = {
    "organisation_wide": ("offered from the organisation-wide roles, or by an admin grant", ("ECASE-08",)),
    "private_office": ("offered from any Private Office", ("ECASE-09",)),
    "team_level": ("offered from exactly the team of the case", ("ECASE-07",)),
    "any_level": ("offered from the team of the case, from above it, or without a team", ("ECASE-07",)),
    "": ("offered from the team of the case, or without a team", ("ECASE-07",)),
}


def draft(session: Session, date: str, case: str, reopened_after_transfer: bool = False) -> EligiblePeople:
    """Who is offered as drafter; of a case reopened after a transfer only with one privilege more (ECASE-204)."""
    if not reopened_after_transfer:
        return _offered(session, date, case, "draft", privilege("Draft responses"), "as drafter")
    return _offered(
        session,
        date,
        case,
        "draft",
        privilege("Draft responses"),
        "as drafter of the reopened case",
        query="drafters_of_reopened",
        also=(privilege(REOPENED).id,),
        because=f"; {REOPENED} covers the case, too",
    )


def contribute(session: Session, date: str, case: str) -> EligiblePeople:
    """Who may be asked for a contribution."""
    return _offered(session, date, case, "contribute", privilege("Receive Contributions"), "for a contribution")


def advise(session: Session, date: str, case: str) -> EligiblePeople:
    """Who may be picked as Case Adviser."""
    return _offered(session, date, case, "advise", privilege("Advise on cases"), "as Case Adviser")


def cc(session: Session, date: str, case: str) -> EligiblePeople:
    """Who stands under CC Recipients of a contribution, and who of them is there by default."""
    rows = session.run("eligibility/privileges/holders", privilege=BY_DEFAULT, case=case, as_of=date)
    return _offered(
        session,
        date,
        case,
        "cc",
        privilege("Receive Contribution CCs"),
        "as CC recipient",
        also=(privilege(BY_DEFAULT).id,),
        defaults={row["person"]: row["source"] for row in rows},
    )


def qa_type(name: str) -> Privilege:
    """The privilege of a QA type (`Press Office`), without regard to case; UnknownEntity with the nearest types."""
    types = {one.qa_type.casefold(): one for one in privileges() if one.qa_type}
    short_name = name.strip().removeprefix("Receive ").removesuffix(" QAs")
    found = types.get(short_name.casefold())
    if found is None:
        known = [one.qa_type for one in types.values()]
        raise UnknownEntity(f"unknown QA type `{name}`", nearest(short_name, known) or f"one of {', '.join(known)}")
    return found


def qa(session: Session, date: str, case: str, type: str) -> EligiblePeople:
    """Who is offered as recipient of a QA request of a type; the holding must sit where the type wants it."""
    wanted = qa_type(type)
    sits, rules = SITS[wanted.placement]
    return _offered(
        session,
        date,
        case,
        "qa",
        wanted,
        f"as recipient of {wanted.qa_type} QAs",
        query=QUERIES.get(wanted.placement, "holders"),
        also=("ECASE-06", *rules),
        note=sits,
    )


def _offered(
    session: Session,
    date: str,
    case: str,
    kind: str,
    wanted: Privilege,
    as_what: str,
    *,
    query: str = "holders",
    also: tuple[str, ...] = (),
    because: str = "",
    defaults: dict[str, str] | None = None,
    note: str = "",
) -> EligiblePeople:
    about = case_for(session, case, "draft", f"who is offered {as_what}")
    rows = session.run(f"eligibility/privileges/{query}", privilege=wanted.name, case=case, as_of=date)
    names = names_of(session)
    (at,) = session.run("eligibility/privileges/case_place", case=case, as_of=date) or [{}]

    def reason(row: dict[str, Any]) -> str:
        above = ", above the team of the case" if _is_above(row, at, wanted) else ""
        because_of = f"holds {wanted.name} {through(names, row)}{above}{because}"
        if defaults is None:
            return because_of
        return because_of + ("; there by default" if row["person"] in defaults else "; not there by default")

    people = per_person(
        (row["person"], row["name"], reason(row), (row["source"], row["via"], (defaults or {}).get(row["person"])))
        for row in rows
    )
    place = [
        f"team {shown(at['team_name'], at['team'])}" if at.get("team") else "no team",
        f"type {shown(at['case_type_name'], at['case_type'])}" if at.get("case_type") else "no type",
    ]
    notes = (f"the case has {place[0]} and {place[1]}", *([note] if note else []))
    return EligiblePeople(
        kind,
        case,
        date,
        f"offered {as_what} for case {shown(about['caption'], case)}",
        people,
        (wanted.id, *also),
        session.provenance(),
        notes if has_row(session, case, date) else (NO_ROW,),
    )


def _is_above(row: dict[str, Any], at: dict[str, Any], wanted: Privilege) -> bool:
    return bool(wanted.cascade and row["unit"] and at.get("team") and row["unit"] != at["team"])


def through(names: dict[tuple[str, str], str], row: dict[str, Any]) -> str:
    """`through the role Drafter (drafter) at Rail policy (rail), for PQ (pq)`, or `by an admin grant, …`."""
    if row["placement"] == "grant":
        return "by an admin grant, everywhere and for all case types"
    role = shown(names.get(("role", row["role"])), row["role"])
    unit = shown(names.get(("unit", row["unit"])), row["unit"])
    where = {
        "organisation_wide": "as an organisation-wide role",
        "private_office": f"in the Private Office {unit}",
    }.get(row["placement"]) or (f"at {unit}" if row["unit"] else "everywhere")
    kind = row["case_type"]
    types = f"for {shown(names.get(('case_type', kind)), kind)}" if kind else "for all case types"
    return f"through the role {role} {where}, {types}"


def names_of(session: Session) -> dict[tuple[str, str], str]:
    """Names of units, case types and roles by (kind, id), remembered for the newest load."""
    kinds = {"unit": "units", "case_type": "case_types", "role": "roles"}
    return session.remembered(  # type: ignore[no-any-return]
        "eligibility names",
        lambda: {
            (kind, row["id"]): row["name"]
            for kind, query in kinds.items()
            for row in session.run(f"organisation/{query}")
        },
    )
