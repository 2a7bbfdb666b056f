"""The question log as the Activity page has it."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from seewhy.auth.log.reader import Reader
from seewhy.auth.log.recorder import digest_from, open_log
from seewhy.auth.log.search import ERASED, AskedEntry, Wanted, digest_of, question_at, questions
from seewhy.explorer.data import connection
from seewhy.graph.errors import ConfigurationError, SeeWhyError
from seewhy.graph.questions.check import check
from seewhy.graph.questions.findings import findings
from seewhy.graph.questions.person import person
from seewhy.graph.questions.seen_over_time import seen_over_time
from seewhy.graph.questions.timeline import timeline
from seewhy.graph.questions.what import what
from seewhy.graph.questions.who import who
from seewhy.graph.questions.why import why
from seewhy.graph.record import VARIABLE, Asked

if TYPE_CHECKING:
    from collections.abc import Callable

    from seewhy.explorer.data.connection import Revision
    from seewhy.graph.session import Session

MOST = 2_000
"""Questions that are listed, on pages."""
KINDS = {
    "check": "may see or not", "why": "why", "who": "who can see a case", "what": "what somebody can see",
    "person": "somebody's place", "compare": "comparison", "structure": "structure", "unit": "a unit",
    "seen_by": "who sees cases, by unit", "unit_access": "who sees a unit's cases",
    "findings": "findings", "eligible": "eligibility", "timeline": "over time", "diff": "changes", "row": "a row",
    "seen_over_time": "counted over time",
    "row_alone": "what hangs on a row", "paths": "paths", "neighbours": "neighbours", "query": "query box",
    "whatif": "what if", "would_change": "what would change it", "search": "search", "export": "export",
    "count": "rows of a report, counted", "evidence": "evidence", "verify": "file checked",
    "most": "who sees most (start page)", "load_changes": "what a load changed (start page)",
    "own_structure": "one's own part", "evaluation": "AuthZEN evaluation", "evaluations": "AuthZEN evaluations",
    "search/subject": "AuthZEN subjects", "search/resource": "AuthZEN resources", "search/action": "AuthZEN actions",
    "log show": "look into this log", "log verify": "log verified", "log prove": "log proved",
    "log witness": "log witnessed", "log retire": "log retired", "log erase": "names erased from the log",
    "read": "graph read",
}  # fmt: skip
"""Kinds of question in words."""


class Found(NamedTuple):
    """Questions that fit, the newest first; whether there are more; entries in the log."""

    questions: tuple[AskedEntry, ...]
    more: bool
    entries: int


def search(person: str, case: str, actor: str, kind: str, on: str, *, about: bool = False) -> Found:
    """The questions that fit; blank words fit all, `about` only those about a person or a case. Looking is entered
    first, once per search and visit."""
    recorder = open_log()
    if recorder is None:
        raise ConfigurationError("there is no question log", f"name its folder in `{VARIABLE}`")
    given = {"person": person, "case": case, "actor": actor, "about": kind, "day": on}
    asked = Asked("log show", person, case, "", {name: one for name, one in given.items() if one})
    wanted = Wanted(person, case, actor, kind, on)
    if not connection.first_time(asked):
        return _found(wanted, about=about)
    with recorder.entered(asked, connection.caller()):
        return _found(wanted, about=about)


def _found(wanted: Wanted, *, about: bool) -> Found:
    reader = Reader(Path(os.environ[VARIABLE]))
    fitting = (one for one in questions(reader, wanted) if not about or one.person or one.case)
    some = tuple(islice(fitting, MOST + 1))
    return Found(some[:MOST], len(some) > MOST, reader.size)


class AnsweredAgain(NamedTuple):
    """A question of the log, and its answer now beside the one that was given."""

    entry: AskedEntry
    same: bool | None
    """Whether both are the same in every word but engine and load; None where that cannot be said."""
    because: str = ""
    """Why it cannot be said."""


def answered_again(revision: Revision, number: int) -> AnsweredAgain | None:
    """The question of an entry asked again, of the newest load; None where there is none. Looking is entered."""
    asked = Asked("log show", options={"entry": number})
    return connection.once_a_visit(asked, revision.key, lambda: _answered_again(revision, number))


@connection.per_load(64, needs="log", question=None)
def _answered_again(revision: Revision, number: int) -> AnsweredAgain | None:
    reader = Reader(Path(os.environ[VARIABLE]))
    if (one := question_at(reader, number)) is None:
        return None
    ask, digest = AGAIN.get(one.kind), digest_of(reader, one)
    with connection.session() as session:
        scoped = bool(one.hidden or session.digest)
    reasons = {
        "it was not answered": one.outcome != "answered",
        "names or digest were erased from the log": not digest or ERASED in (one.person, one.case),
        "it was answered, or you are, about a part of the organisation": scoped,
        f"questions of the kind `{one.kind}` are not asked again": ask is None,
    }
    if because := next((reason for reason, so in reasons.items() if so), ""):
        return AnsweredAgain(one, None, because)
    assert ask is not None
    try:
        answer, _ = connection.ask(lambda session: ask(session, one))
    except SeeWhyError:
        return AnsweredAgain(one, False)
    days = {load.id: load.as_of for load in connection.loads()}
    return AnsweredAgain(one, digest_from(answer, one.engine, one.load, days.get(one.load, "")) == digest)


def _of_pair(question: Callable[..., Any]) -> Callable[[Session, AskedEntry], Any]:
    return lambda session, one: question(session, one.person, one.case, one.as_of, **one.options)


AGAIN: dict[str, Callable[[Session, AskedEntry], Any]] = {
    "check": _of_pair(check),
    "why": _of_pair(why),
    "who": lambda session, one: who(session, one.case, one.as_of, **one.options),
    "what": lambda session, one: what(session, one.person, one.as_of, **one.options),
    "person": lambda session, one: person(session, one.person, one.as_of),
    "timeline": lambda session, one: timeline(session, one.person, one.case),
    "seen_over_time": lambda session, one: seen_over_time(session, person=one.person, case=one.case, as_of=one.as_of),
    "findings": lambda session, one: findings(session, one.as_of, **one.options),
}
"""Kinds of question that are asked again to be compared."""
