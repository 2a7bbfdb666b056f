"""`check`: may this person see this case?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seewhy.cypher.folders import per_set
from seewhy.cypher.ladder import INACTIVE
from seewhy.cypher.ladders import ladder_for
from seewhy.cypher.rungs import VALUES
from seewhy.graph.answers.check import CheckAnswer
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.matrix.decision import Claim, Decision, decide
from seewhy.graph.record import question
from seewhy.graph.schemes.in_use import schemes
from seewhy.graph.scope.answers import told_check
from seewhy.graph.scope.question import answered
from seewhy.graph.session import Session, day

if TYPE_CHECKING:
    import datetime as dt

    from seewhy.cypher.ladder import Ladder

VIEW, SEARCH = "view", "search"


@per_set
def known_actions() -> tuple[str, ...]:
    """Every action that some scheme in use knows; `search` where one says who finds a case."""
    named = dict.fromkeys(one for scheme in schemes().values() for one in scheme.actions)
    return (*named, *([SEARCH] if any(scheme.ladder.has_search for scheme in schemes().values()) else []))


def action_of(action: str) -> str:
    """Check an action name: one of some scheme in use."""
    known = known_actions()
    if action not in known:
        *most, last = (f"`{name}`" for name in known)
        raise ConfigurationError(f"`{action}` is no action", f"use {', '.join(most)} or {last}")
    return action


def action_in(action: str, scheme: str) -> Ladder:
    """The ladder that decides about an action in a scheme; ConfigurationError where the scheme does not know it."""
    if action != SEARCH and action not in schemes()[scheme].actions:
        listed = ", ".join(f"`{name}`" for name in schemes()[scheme].actions)
        raise ConfigurationError(f"`{action}` is no action of the scheme `{scheme}`", f"its actions are {listed}")
    return ladder_for(scheme, action)


def allows(scheme: str, action: str, value: str) -> bool:
    """Whether a value is enough for an action: view for `search` too, which has an answer of its own (`found`)."""
    needs = schemes()[scheme].actions.get(action, "view")
    return value != "none" if needs not in VALUES else value in VALUES[VALUES.index(needs) :]


def rules_of(ladder: Ladder, decision: Decision) -> tuple[str, ...]:
    """Rule ids of the deciding step, then of the rung and the privilege that lifted a view."""
    ids = [*ladder.rules.get(decision.step, ())]
    if decision.risen is not None:
        ids += ladder.rules[ladder.step_of(decision.risen)]
    if decision.by_privilege:
        ids += ladder.upgrades["view to edit"].block.names("rules")
    return tuple(dict.fromkeys(ids))


@question("check")
@answered("check", told_check)
def check(
    session: Session, person: str, case: str, as_of: str | dt.date | None = None, *, action: str = "view"
) -> CheckAnswer:
    """May `person` see `case` on the day? Unknown ids raise UnknownEntity."""
    provenance, date = session.provenance(), day(as_of)
    about = session.pair(person, case)
    return checked(session, about, date, provenance, action_of(action))


@answered(
    "check", told_check, days=("date",), about=lambda given: (given["about"]["person"], given["about"]["case_id"])
)
def checked(session: Session, about: dict[str, Any], date: str, provenance: Any, action: str = "view") -> CheckAnswer:
    """The check itself, for a pair that is known to exist."""
    ladder = action_in(action, about["scheme"])
    person, case = about["person"], about["case_id"]
    (row,) = session.run(f"check/{ladder.name}", person=person, case=case, as_of=date, action="view")
    decision = decide(ladder, Claim.from_row(row))
    found = None
    if action == SEARCH:
        found = (
            ladder.has_search and decision.step != "no_case" and _found(session, ladder, person, case, date, decision)
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
        *((None, None) if action in (VIEW, SEARCH) else (action, allows(ladder.scheme, action, decision.value))),
    )


def _found(session: Session, ladder: Ladder, person: str, case: str, date: str, seen: Decision) -> bool:
    (row,) = session.run(f"find/{ladder.name}/check", person=person, case=case, as_of=date, action="search")
    claim = Claim.from_row(row)
    return claim.lifted and claim.rank != INACTIVE and (seen.value != "none" or claim.says_view)
