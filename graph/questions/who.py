"""`who`: everybody who can see a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seewhy.graph.answers.lists import Seer, WhoAnswer
from seewhy.graph.matrix.decision import NO_CLAIM, Claim, Decision, decide
from seewhy.graph.matrix.precomputed import precomputed
from seewhy.graph.questions.absent import absent_case
from seewhy.graph.questions.check import SEARCH, VIEW, action_in, action_of, allows
from seewhy.graph.record import question
from seewhy.graph.scope.answers import told_who
from seewhy.graph.scope.question import answered
from seewhy.graph.session import Session, day

if TYPE_CHECKING:
    import datetime as dt


@question("who")
@answered("who", told_who)
def who(session: Session, case: str, as_of: str | dt.date | None = None, *, action: str = "view") -> WhoAnswer:
    """Everybody who can see `case`, or may do what `action` says, complete, ordered by person id; with action search
    also who can find it."""
    provenance, date = session.provenance(), day(as_of)
    (about,) = session.run("organisation/pair", person="", case=case)
    if about["case_id"] is None:
        raise session.unknown("case", case)
    ladder = action_in(action_of(action), about["scheme"])
    decisions: dict[str, tuple[str, Decision]] = {}
    matrix = precomputed(session, date, make=False) if action == VIEW else None
    if matrix is not None:
        decisions = {matrix.people[n]: (matrix.names[n], decision) for n, decision in matrix.seers(case)}
    else:
        for row in session.run(f"who/{ladder.name}", case=case, as_of=date, action="view"):
            decision = decide(ladder, Claim.from_row(row))
            decisions.update({person: (name, decision) for person, name in row["people"]})
    found: dict[str, str] = {}
    if action == SEARCH and ladder.has_search and session.run("organisation/case_on_day", case=case, as_of=date):
        searchers = {row["person"]: row["name"] for row in session.run(f"find/{ladder.name}/searchers", as_of=date)}
        claims: dict[str, Claim] = {}
        for row in session.run(f"find/{ladder.name}/who", case=case, as_of=date, action="search"):
            claims.update(dict.fromkeys((person for person, _ in row["people"]), Claim.from_row(row)))
        found = {
            person: name
            for person, name in searchers.items()
            if (person in decisions and decisions[person][1].value != "none")
            or (person in claims and claims[person].says_view)
        }
        decisions |= {
            person: (name, decide(ladder, NO_CLAIM)) for person, name in found.items() if person not in decisions
        }
    seers = [
        Seer(person, name, d.value, d.value_now, d.step, (person in found) if action == SEARCH else None)
        for person, (name, d) in sorted(decisions.items())
    ]
    people = tuple(s for s in seers if allows(ladder.scheme, action, s.value) or s.found)
    return WhoAnswer(
        case,
        about["case_name"],
        date,
        about["system"],
        ladder.scheme,
        people,
        tuple(s for s in seers if s.value == "none"),
        provenance,
        note="" if decisions else absent_case(session, case, date),
    )
