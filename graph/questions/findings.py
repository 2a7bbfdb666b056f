"""`findings`: every oddity of the registry that the data shows on a day.

One query per finding says what is there. Where it matters who may see what, the query yields candidates and the
composed decisions choose among them (`visibility.py`, `duties.py`): no rung is written a second time.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from seewhy.graph.answers.findings import FindingsAnswer
from seewhy.graph.errors import UnknownEntity
from seewhy.graph.findings.context import FindingContext
from seewhy.graph.findings.differing import keep_ids
from seewhy.graph.findings.search import drafts, worded
from seewhy.graph.nearest import nearest
from seewhy.graph.record import question
from seewhy.graph.rules.findings import LEVELS
from seewhy.graph.rules.findings import duties as shipped_duties
from seewhy.graph.rules.findings import findings as registry
from seewhy.graph.rules.reading import SEVERITIES
from seewhy.graph.scope.answers import told_findings, told_occurrences
from seewhy.graph.scope.question import arguments_of, treated
from seewhy.graph.session import Session, day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Sequence

    from seewhy.graph.answers.findings import Occurrence
    from seewhy.graph.rules.findings import Duty, Finding
    from seewhy.graph.scope.session import ScopedSession


_ORDER = attrgetter("rule", "person", "case", "position", "unit")


def _within(
    session: ScopedSession, question: Callable[..., FindingsAnswer], *args: Any, **named: Any
) -> FindingsAnswer:
    """The findings that may be told, also those that are told before all are found."""
    asked = arguments_of(question, session, args, named)
    view = session.view("findings", asked["as_of"])
    if view.everything:
        return question(session.whole, *args, **named)
    if (ready := asked["ready"]) is not None:
        named["ready"] = lambda kind, found: ready(kind, told_occurrences(view, found))
    return told_findings(view, question(session.whole, *args, **named))


@question("findings")
@treated("findings", _within)
def findings(
    session: Session,
    as_of: str | dt.date | None = None,
    *,
    rule: str | None = None,
    system: str | None = None,
    duties: Sequence[Duty] = (),
    ready: Callable[[str, tuple[Occurrence, ...]], None] | None = None,
) -> FindingsAnswer:
    """Everything that is wrong or odd on the day, the most severe first, then in the registry's order.

    `rule` is a rule id or the name of a finding; `system` keeps what is about that system's scheme and cases. `duties`
    are the organisation's own, beside the shipped ones (one with a shipped id replaces it). `ready` is called after
    each kind with its name and its findings. Unknown ids raise UnknownEntity.
    """
    provenance, date = session.provenance(), day(as_of)
    kept = list({duty.id: duty for duty in (*shipped_duties(), *duties)}.values())
    context = FindingContext(session, date, kept, system or "")
    if system and system not in context.systems:
        raise UnknownEntity(f"unknown system `{system}`", nearest(system, context.systems, always=True))
    _know_positions(session, duties)
    kinds, about = _selected(rule, kept)
    if about:
        context.duties = [duty for duty in kept if duty.id == about]
    every: list[Occurrence] = []
    for kind in kinds:
        by_id = drafts(context, kind, rule=about)
        found = tuple(map(worded, by_id.values()))
        every += found
        if not (system or about or duties):
            keep_ids(session, date, kind, by_id)
        if ready:
            ready(kind.name, found)
    return FindingsAnswer(date, in_order(every), provenance)


def in_order(found: Iterable[Occurrence]) -> tuple[Occurrence, ...]:
    """The most severe first, then in the registry's order, then by what they are about."""
    places = {kind.name: place for place, kind in enumerate(registry())}

    def order(one: Occurrence) -> tuple[Any, ...]:
        return (SEVERITIES.index(one.severity), places[one.name], *_ORDER(one), one.id)

    return tuple(sorted(found, key=order))


def _know_positions(session: Session, duties: Sequence[Duty]) -> None:
    """Raises UnknownEntity for an own duty about a position that is not there: nobody would ever be found with it."""
    named = {
        end: duty.id
        for duty in duties
        if duty.kind == "position"
        for end in (duty.first, duty.second)
        if end not in LEVELS
    }
    known = [row["id"] for row in session.run("eligibility/positions")] if named else []
    for end in sorted(named.keys() - set(known)):
        near = nearest(end, [*LEVELS, *known], always=True)
        raise UnknownEntity(f"the duty `{named[end]}` is about the unknown position `{end}`", near)


def _selected(rule: str | None, kept: Sequence[Duty]) -> tuple[list[Finding], str]:
    """The kinds of finding to look for, and the rule id to keep (blank: all)."""
    kinds = list(registry())
    if not rule:
        return kinds, ""
    named = [kind for kind in kinds if kind.name == rule.strip()]
    if named:
        return named, ""
    ids = {one: [kind for kind in kinds if one in kind.rules] for kind in kinds for one in kind.rules}
    separation = [kind for kind in kinds if kind.name == "separation_of_duties"]
    ids |= {duty.id: separation for duty in kept}
    folded = {one.casefold(): one for one in ids}
    about = folded.get(rule.strip().casefold())
    if about is None:
        raise UnknownEntity(f"no finding is about `{rule}`", nearest(rule, [*ids, *(kind.name for kind in kinds)]))
    return ids[about], about
