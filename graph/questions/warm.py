"""Warm the server's plan cache, so that nobody waits for it: a first run of a text takes Neo4j up to a
second, every later one milliseconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seewhy.graph.questions.case_list import cases_related, people_related
from seewhy.graph.questions.what import what
from seewhy.graph.questions.who import who
from seewhy.graph.questions.why import why

if TYPE_CHECKING:
    from seewhy.graph.session import Session


def warm(session: Session, as_of: str) -> None:
    """Ask who, what and why about two cases of every system, with people who see them and one who does not; the answers
    are dropped."""
    people = [row["id"] for row in session.run("organisation/people")]
    groups: dict[str, list[str]] = {}
    for row in session.run("organisation/profiles"):
        if row["cases"]:
            groups.setdefault(row["system"], []).append(row["id"])
    some = [group for ids in groups.values() for group in {ids[0], ids[-1]}]
    for row in session.run("organisation/cases_of_profiles", profiles=some, as_of=as_of):
        case = row["cases"][0]
        found = who(session, case, as_of)
        people_related(session, case, as_of)
        known = [seer.person for seer in (*found.people[:2], *found.blocked[:1])]
        for person in (*known, next((other for other in people if other not in known), None)):
            if person is not None:
                why(session, person, case, as_of)
    for person in people[:3]:
        what(session, person, as_of)
        cases_related(session, person, as_of)
