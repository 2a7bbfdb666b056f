"""Questions asked beforehand, so that nobody waits while a server plans them: a first run of a text takes Neo4j up to a
second, every later one milliseconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.questions.access import what, who
from graph.questions.case_list import cases_related, people_related
from graph.questions.why import why

if TYPE_CHECKING:
    from graph.session import Session


def warm(session: Session, as_of: str) -> None:
    """Ask who, what and why about one person and one case of every system; the answers are dropped."""
    people = session.run("organisation/people")
    cases = {row["system"]: row["id"] for row in session.run("organisation/cases")}
    for case in cases.values():
        who(session, case, as_of)
        people_related(session, case, as_of)
        for row in people[:1]:
            why(session, row["id"], case, as_of)
    for row in people[:1]:
        what(session, row["id"], as_of)
        cases_related(session, row["id"], as_of)
