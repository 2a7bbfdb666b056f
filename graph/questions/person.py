"""`person`: what is this person, over all systems, as of a date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seewhy.graph.answers.person import (
    AssignedRole,
    HeldPosition,
    HeldPrivilege,
    InGroup,
    ManagedBy,
    Member,
    Origin,
    PersonAnswer,
    PortalRole,
    RosterRow,
)
from seewhy.graph.findings.context import months_after
from seewhy.graph.questions.eligibility.facts import default
from seewhy.graph.questions.own_facts import facts_of_person
from seewhy.graph.record import question
from seewhy.graph.scope.question import from_rows
from seewhy.graph.session import Session, day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

_LAST = 10**9
"""Where a membership without a place in the list stands."""
ANYWHERE = {"ECASE-118", "ECASE-128", "ECASE-161", "ECASE-196"}
"""Privileges that work wherever they are held: Edit any case, Ignore all Access Rules, Monitor draft
cases, Search for cases."""


@question("person")
@from_rows("person")
def person(session: Session, person: str, as_of: str | dt.date | None = None) -> PersonAnswer:
    """Everything about a person on the day; an unknown id raises UnknownEntity."""
    provenance, date = session.provenance(), day(as_of)
    known = session.run("organisation/person", person=person)
    if not known:
        raise session.unknown("person", person)

    def rows(what: str) -> list[dict[str, Any]]:
        return session.run(f"organisation/person_{what}", person=person, as_of=date)

    roster = session.run("organisation/roster", person=person)
    members = sorted(
        (_member(row) for row in rows("memberships")), key=lambda row: (row.place or _LAST, row.kind, row.unit)
    )
    tops = {kind: next((row.unit for row in members if row.kind in kinds), "") for kind, kinds in _TOPS.items()}
    names, places, types = (_names(session, what) for what in ("roles", "units", "case_types"))
    return PersonAnswer(
        person,
        known[0]["name"],
        known[0]["email"] or "",
        known[0]["job_title"] or "",
        date,
        any(row["active"] and row["since"] <= date < row["until"] for row in roster),
        tuple(RosterRow(row["active"], row["cleared"], _origin(row)) for row in roster),
        _managers(session, person, date),
        tuple(members),
        tops["office"],
        tops["team"],
        tops["both"],
        tuple(_held(session, row, date) for row in rows("positions")),
        tuple(
            PortalRole(
                row["system"],
                row["role"],
                row["unit"],
                row["name"] if row["unit"] else "",
                row["kind"],
                _origin(row),
            )
            for row in rows("portal_roles")
        ),
        tuple(
            AssignedRole(row["role"], names[row["role"]], row["unit"], row["case_type"], row["placement"], _origin(row))
            for row in rows("roles")
        ),
        tuple(_privilege(row, places, types) for row in rows("privileges")),
        tuple(
            InGroup(row["group_id"], row["permission"] or "", row["effect"] or "", row["via"] or "", _origin(row))
            for row in rows("groups")
        ),
        provenance,
        facts_of_person(session, person, date),
    )


_TOPS = {"office": ("office",), "team": ("team",), "both": ("office", "team")}


def _names(session: Session, what: str) -> Mapping[str, str]:
    def read() -> dict[str, str]:
        return {row["id"]: row["name"] for row in session.run(f"organisation/{what}")}

    found: Mapping[str, str] = session.remembered(f"names of {what}", read)
    return found


def _origin(row: Mapping[str, Any]) -> Origin:
    grant = row["granted_by"] or "", row["note"] or ""
    return Origin(row["source"], row["load"], row["since"], row["until"], *grant)


def _member(row: Mapping[str, Any]) -> Member:
    return Member(
        row["unit"],
        row["name"],
        row["kind"],
        row["access"],
        row["manager"],
        row["admin_support"],
        row["place"] or 0,
        _origin(row),
    )


def _managers(session: Session, person: str, date: str) -> tuple[ManagedBy, ...]:
    """The chain upwards; a circle is followed once."""
    chain: list[ManagedBy] = []
    seen, at = {person}, person
    while rows := session.run("organisation/person_managers", person=at, as_of=date):
        at = rows[0]["manager"]
        chain.append(ManagedBy(at, rows[0]["name"], _origin(rows[0])))
        if at in seen:
            break
        seen.add(at)
    return tuple(chain)


def review_due(session: Session, row: Mapping[str, Any], date: str) -> str:
    """When absence access has to be reviewed next (CMS-12): the policy's months after the last review by the day, else
    after it began. Blank for other kinds, and when nobody knows when it began."""
    if row["kind"] != "absence":
        return ""
    set_ = session.run("organisation/policies", system=row["system"], as_of=date)
    own = next((p["value"] for p in set_ if p["policy"] == "review_months"), None)
    months = default("secondary-access", "review_months") if own is None else int(own)
    reviewed = row["reviewed_on"] if row["reviewed_on"] and row["reviewed_on"] <= date else ""
    return months_after(reviewed or row.get("given_since") or row["since"], months)


def _held(session: Session, row: Mapping[str, Any], date: str) -> HeldPosition:
    due = review_due(session, row, date)
    kept = (
        *("name", "system", "level", "unit", "unit_name", "kind", "in_use", "covers", "requested_by"),
        *("authorised_by", "lending_by", "borrowing_by", "form_received_on", "emergency", "reviewed_on"),
    )
    cells = {key: row[key] for key in kept}
    overdue = row["kind"] == "absence" and due < date
    return HeldPosition(row["position_id"], **cells, review_due=due, overdue=overdue, origin=_origin(row))


def _privilege(row: Mapping[str, Any], places: Mapping[str, str], types: Mapping[str, str]) -> HeldPrivilege:
    """A privilege with its reach in words: team, type, cascade."""
    if row["rule"] in ANYWHERE:
        reach = "every case"
    else:
        where = "everywhere" if not row["unit"] else f"at {places[row['unit']]}"
        below = " and the teams below" if row["unit"] and row["cascades"] else ""
        reach = where + below + (f", for {types[row['case_type']]}" if row["case_type"] else "")
    return HeldPrivilege(
        row["privilege"],
        row["rule"],
        row["role"],
        row["unit"],
        row["case_type"],
        row["placement"],
        reach,
        row["via"],
        _origin(row),
    )
