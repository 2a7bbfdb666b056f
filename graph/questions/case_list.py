"""The Case List Criteria of Case Manager: filters over a list that is already allowed (MEM-41 to MEM-43).

They hide rows and give nothing: what they return is meant to be cut with an answer of `who` or `what`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seewhy.graph.record import question
from seewhy.graph.scope.question import from_rows
from seewhy.graph.session import Session, day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

RESPONSIBLE, OFFICE, TEAM, CATEGORY = "responsible", "office", "team", "category"
CRITERIA = (RESPONSIBLE, OFFICE, TEAM, CATEGORY)
_PLACES = {"IN_OFFICE": OFFICE, "IN_TEAM": TEAM, "IN_CATEGORY": CATEGORY}


@question("what")
@from_rows("what")
def cases_related(session: Session, person: str, as_of: str | dt.date | None = None) -> dict[str, frozenset[str]]:
    """Case ids by criterion: `responsible` (Assigned to, Other staff), and cases of the person's offices, teams and
    categories on the day. An unknown person has none."""
    date = day(as_of)
    found: dict[str, set[str]] = {name: set() for name in CRITERIA}
    for row in session.run("organisation/responsible_for", person=person, as_of=date):
        found[RESPONSIBLE].update(row["cases"])
    for row in session.run("organisation/cases_of_memberships", person=person, as_of=date):
        found[_PLACES[row["link"]]].update(row["cases"])
    return _fixed(found.items())


@question("who")
@from_rows("who")
def people_related(session: Session, case: str, as_of: str | dt.date | None = None) -> dict[str, frozenset[str]]:
    """Person ids by criterion: those responsible for the case, and the members of its office, team and category."""
    date = day(as_of)
    found: dict[str, set[str]] = {name: set() for name in CRITERIA}
    for row in session.run("organisation/case_people", case=case, as_of=date):
        if row["link"] in ("ASSIGNED_TO", "OTHER_STAFF"):
            found[RESPONSIBLE].add(row["person"])
    for row in session.run("organisation/members_at_case", case=case, as_of=date):
        found[_PLACES[row["link"]]].update(row["people"])
    return _fixed(found.items())


def _fixed(found: Iterable[tuple[str, set[str]]]) -> dict[str, frozenset[str]]:
    return {name: frozenset(ids) for name, ids in found}
