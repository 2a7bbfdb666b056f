"""`whatif`: what changes would do on a day. They are applied to a copy of the history; none is written."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from seewhy.graph.answers.change import WhatifAnswer
from seewhy.graph.change.changeset import apply
from seewhy.graph.change.few_cases import after_rows_of_people
from seewhy.graph.change.in_memory import history_of, in_memory
from seewhy.graph.change.kept_matrix import at_hand
from seewhy.graph.change.snapshot import Snapshot
from seewhy.graph.errors import NotAllowed
from seewhy.graph.findings.differing import differing
from seewhy.graph.questions.diff import differences, known
from seewhy.graph.questions.findings import in_order
from seewhy.graph.questions.why import why
from seewhy.graph.record import question
from seewhy.graph.rules.findings import findings as kinds
from seewhy.graph.scope.answers import told_why
from seewhy.graph.scope.changes import require_inside, told_whatif
from seewhy.graph.scope.question import arguments_of, treated
from seewhy.graph.session import Session, day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from seewhy.graph.answers.check import WhyAnswer
    from seewhy.graph.change.changeset import Changes
    from seewhy.graph.scope.session import ScopedSession


def _within(session: ScopedSession, question: Callable[..., WhatifAnswer], *args: Any, **named: Any) -> WhatifAnswer:
    """Changes of rows that may be told of, and what they do there."""
    asked = arguments_of(question, session, args, named)
    view = session.view("whatif", asked["as_of"])
    if view.everything:
        return question(session.whole, *args, **named)
    if asked["failing"] is not None:
        raise NotAllowed("assertions are asked about everybody, and you may ask about a part", "leave them out")
    view.require(*([one] if one else [] for one in (asked["person"], asked["case"])))
    require_inside(view, asked["changes"])
    if (ready := asked["ready"]) is not None:
        named["ready"] = lambda answer: ready(told_whatif(view, answer))
    return told_whatif(view, question(session.whole, *args, **named))


@question("whatif")
@treated("whatif", _within)
def whatif(
    session: Session,
    changes: Changes,
    as_of: str | dt.date | None = None,
    *,
    system: str | None = None,
    person: str | None = None,
    case: str | None = None,
    with_findings: bool = True,
    failing: Callable[[Session], tuple[str, ...]] | None = None,
    ready: Callable[[WhatifAnswer], None] | None = None,
    watch: Callable[[str], None] | None = None,
) -> WhatifAnswer:
    """Who would gain or lose, which findings would appear or vanish, and which assertions would break.

    Both sides are the same day. `failing` runs assertions on a session and returns one sentence per wrong answer.
    `ready` is called with the answer as far as it is known: who gains and loses, then whenever findings that appear or
    vanish were found; `watch` is told how far it is. Raises LoadRejected with all problems when the organisation that
    results would not pass the checks of a load.
    """
    date = day(as_of)
    history = history_of(session)
    before = Snapshot(session, date, at_hand(session, date))
    after_history = apply(history, session.engine.loads(), changes, date)
    other = cache(lambda: in_memory(after_history, date))
    known(session, before, system, None, None)
    # One case is asked about at once; a graph with few cases knows about it only what these people have.
    small = after_rows_of_people(before, history, after_history) if case is None else None
    after = small or Snapshot(other(), date)
    answer = differences(before, after, history, after_history, (date, date), system=system, person=person, case=case)
    found = WhatifAnswer(answer)
    if ready is not None:
        ready(found)
    for looked, (new, gone) in enumerate(differing(session, other(), date) if with_findings else (), 1):
        if new or gone:
            appeared, vanished = in_order((*found.appeared, *new)), in_order((*found.vanished, *gone))
            found = replace(found, appeared=appeared, vanished=vanished)
            if ready is not None:
                ready(found)
        if watch is not None:
            watch(f"{looked} of {len(kinds())} kinds of findings are compared.")
    if failing is not None:
        already = set(failing(session))
        found = replace(found, broken=tuple(one for one in failing(other()) if one not in already))
    return found


def _why_within(session: ScopedSession, question: Callable[..., WhyAnswer], *args: Any, **named: Any) -> WhyAnswer:
    """The reasons under a change of rows that may be told of, as far as they may be told."""
    asked = arguments_of(question, session, args, named)
    view = session.view("whatif", asked["as_of"])
    if view.everything:
        return question(session.whole, *args, **named)
    view.require([asked["person"]], [asked["case"]])
    require_inside(view, asked["changes"])
    return told_why(view, question(session.whole, *args, **named))


@question("whatif")
@treated("whatif", _why_within)
def why_after(
    session: Session, person: str, case: str, changes: Changes, as_of: str | dt.date | None = None
) -> WhyAnswer:
    """Why the person could or could not see the case if the changes were made; nothing is written.

    Unknown ids raise UnknownEntity, what would not load LoadRejected with all problems.
    """
    date, provenance = day(as_of), session.provenance()
    after = in_memory(apply(history_of(session), session.engine.loads(), changes, date), date)
    answer = why(after, person, case, date)
    return replace(answer, check=replace(answer.check, provenance=provenance))
