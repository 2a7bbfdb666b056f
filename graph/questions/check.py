"""`check` and `who`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seewhy.cypher.ladders import INACTIVE, ladders
from seewhy.graph.answers.access import CheckAnswer, Seer, WhoAnswer
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.matrix.decision import Claim, Decision, decide
from seewhy.graph.questions.absent import absent_case
from seewhy.graph.session import Session, day

if TYPE_CHECKING:
    import datetime as dt

    from seewhy.cypher.ladders import Ladder

ACTIONS = ("view", "search")
NOTHING = Claim(None, None, None, None, False)


def action_of(action: str) -> str:
    """Check an action name."""
    if action not in ACTIONS:
        raise ConfigurationError(f"`{action}` is no action", "use `view` or `search`")
    return action


def rules_of(ladder: Ladder, decision: Decision) -> tuple[str, ...]:
    """Rule ids of the deciding step, then of the rung and the privilege that lifted a view."""
    ids = [*ladder.rules.get(decision.step, ())]
    if decision.risen is not None:
        ids += ladder.rules[ladder.step_of(decision.risen)]
    if decision.by_privilege:
        ids += ladder.upgrades["view to edit"].block.names("rules")
    return tuple(dict.fromkeys(ids))


def check(
    session: Session, person: str, case: str, as_of: str | dt.date | None = None, *, action: str = "view"
) -> CheckAnswer:
    """May `person` see `case` on the day? Unknown ids raise UnknownEntity."""
    provenance, date = session.provenance(), day(as_of)
    about = session.pair(person, case)
    return checked(session, about, date, provenance, action_of(action))


def checked(session: Session, about: dict[str, Any], date: str, provenance: Any, action: str = "view") -> CheckAnswer:
    """The check itself, for a pair that is known to exist."""
    ladder = ladders()[about["scheme"]]
    person, case = about["person"], about["case_id"]
    (row,) = session.run(f"check/{ladder.scheme}", person=person, case=case, as_of=date, action="view")
    decision = decide(ladder, Claim.from_row(row))
    found = None
    if action == "search":
        found = (
            ladder.scheme == "privileges"
            and decision.step != "no_case"
            and _found(session, person, case, date, decision)
        )
    return CheckAnswer(
        person,
        case,
        date,
        about["system"],
        ladder.scheme,
        decision.value,
        decision.value_now,
        decision.step,
        rules_of(ladder, decision),
        provenance,
        found,
    )


def _found(session: Session, person: str, case: str, date: str, seen: Decision) -> bool:
    (row,) = session.run("find/check", person=person, case=case, as_of=date, action="search")
    claim = Claim.from_row(row)
    return claim.lifted and claim.rank != INACTIVE and (seen.value != "none" or claim.says_view)


def who(session: Session, case: str, as_of: str | dt.date | None = None, *, action: str = "view") -> WhoAnswer:
    """Everybody who can see `case`, complete, ordered by person id; with action search also who can find it."""
    provenance, date = session.provenance(), day(as_of)
    (about,) = session.run("organisation/pair", person="", case=case)
    if about["case_id"] is None:
        raise session.unknown("case", case)
    ladder = ladders()[about["scheme"]]
    decisions: dict[str, tuple[str, Decision]] = {}
    for row in session.run(f"who/{ladder.scheme}", case=case, as_of=date, action="view"):
        decision = decide(ladder, Claim.from_row(row))
        decisions.update({person: (name, decision) for person, name in row["people"]})
    found: dict[str, str] = {}
    if (
        action_of(action) == "search"
        and ladder.scheme == "privileges"
        and session.run("organisation/case_on_day", case=case, as_of=date)
    ):
        searchers = {row["person"]: row["name"] for row in session.run("find/searchers", as_of=date)}
        said: dict[str, Claim] = {}
        for row in session.run("find/who", case=case, as_of=date, action="search"):
            said.update(dict.fromkeys((person for person, _ in row["people"]), Claim.from_row(row)))
        found = {
            person: name
            for person, name in searchers.items()
            if (person in decisions and decisions[person][1].value != "none")
            or (person in said and said[person].says_view)
        }
        decisions |= {
            person: (name, decide(ladder, NOTHING)) for person, name in found.items() if person not in decisions
        }
    seers = [
        Seer(person, name, d.value, d.value_now, d.step, (person in found) if action == "search" else None)
        for person, (name, d) in sorted(decisions.items())
    ]
    people = tuple(s for s in seers if s.value != "none" or s.found)
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
