"""`check`: may this person see this case?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seewhy.cypher.ladders import INACTIVE, ladders
from seewhy.graph.answers.check import CheckAnswer
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.matrix.decision import Claim, Decision, decide
from seewhy.graph.session import Session, day

if TYPE_CHECKING:
    import datetime as dt

    from seewhy.cypher.ladders import Ladder

ACTIONS = ("view", "search")


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
