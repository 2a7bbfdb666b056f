"""`findings`: every oddity of the registry that the data shows on a day.

One query per finding says what is there. Where it matters who may see what, the query yields candidates and the
composed decisions choose among them (`visibility.py`, `duties.py`): no rung is written a second time.
"""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from seewhy.cypher.explained import EVIDENCE
from seewhy.graph.answers.findings import FindingsAnswer
from seewhy.graph.errors import UnknownEntity
from seewhy.graph.findings import duties as separation
from seewhy.graph.findings import names, visibility
from seewhy.graph.findings.context import FindingContext, months_after
from seewhy.graph.inputs.checks.trees import cycles
from seewhy.graph.nearest import nearest
from seewhy.graph.record import question
from seewhy.graph.rules.findings import LEVELS
from seewhy.graph.rules.findings import duties as shipped_duties
from seewhy.graph.rules.findings import findings as registry
from seewhy.graph.rules.reading import SEVERITIES
from seewhy.graph.scope.answers import told_findings
from seewhy.graph.scope.question import answered
from seewhy.graph.session import Session, day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from seewhy.graph.answers.findings import Occurrence
    from seewhy.graph.findings.context import Row
    from seewhy.graph.rules.findings import Duty, Finding


def _each_row(context: FindingContext, kind: Finding) -> Iterator[Occurrence]:
    """What the query says is the finding."""
    if kind.scheme == "organisation":
        for row in context.rows(kind):
            yield context.occurrence(kind, row)
    for system in context.chosen(kind.scheme):
        for row in context.rows(kind, system):
            yield context.occurrence(kind, row, system)


def _review_overdue(context: FindingContext, kind: Finding) -> Iterator[Occurrence]:
    """CMS-12: at intervals of no more than the months, so the day itself is still in time."""
    for system in context.chosen(kind.scheme):
        for row in context.rows(kind, system):
            due = months_after(row["reviewed"], context.policies(system)["review_months"])
            if due < context.as_of:
                yield context.occurrence(kind, row, system, words={"due": due or "a day that is not known"})


def _routes(context: FindingContext, kind: Finding) -> Iterator[Occurrence]:
    """One finding per person, with all ways."""
    if not context.chosen(kind.scheme):
        return
    ways: dict[str, list[Row]] = {}
    for row in context.rows(kind):
        ways.setdefault(row["person"], []).append(row)
    for rows in ways.values():
        rows.sort(key=lambda row: (row["way"], row["route"], [cells[SOURCE] for cells in row["facts"]]))
        route = "; or ".join(dict.fromkeys(row["route"] for row in rows))
        cells = [cell for row in rows for cell in row["facts"]]
        yield context.occurrence(kind, rows[0], words={"route": route}, cells=cells)


def _circles(context: FindingContext, kind: Finding) -> Iterator[Occurrence]:
    """Everybody who is their own manager through a chain; each person has one manager on a day."""
    rows = {row["person"]: row for row in context.rows(kind)}
    circles = cycles({person: row["manager"] for person, row in rows.items()})
    place = {one: (circle, at) for circle in circles for at, one in enumerate(circle)}
    for person, row in rows.items():
        if person not in place:
            continue
        circle, at = place[person]
        way = (circle[at:] + circle[:at])[:_IN_CIRCLE]
        names = [rows[one]["person_name"] for one in way]
        names += [*(["…"] if len(circle) > len(way) else []), row["person_name"]]
        cells = [cell for one in way for cell in rows[one]["facts"]]
        yield context.occurrence(kind, row, words={"route": ", managed by ".join(names)}, cells=cells)


def _once(context: FindingContext, kind: Finding) -> Iterator[Occurrence]:
    """About the privileges of the organisation, which no system owns: asked once, when there is such a system."""
    if context.chosen(kind.scheme):
        for row in context.rows(kind):
            yield context.occurrence(kind, row)


SOURCE = EVIDENCE.index("source")
# Of a longer circle of managers each finding tells the beginning: nobody reads more, and all of it at each is too much.
_IN_CIRCLE = 100
_ORDER = attrgetter("rule", "person", "case", "position", "unit")
_READERS: dict[str, Callable[[FindingContext, Finding], Iterator[Occurrence]]] = {
    "review_overdue": _review_overdue,
    "route_to_ignore_access_rules": _routes,
    "managers_in_circle": _circles,
    "misplaced_holding": _once,
    "central_check_without_case_type": _once,
    "role_held_by_nobody": _once,
    **visibility.READERS,
    **names.READERS,
    "separation_of_duties": separation.separation,
}
"""Findings that take more than their query; the others are `_each_row`."""


@question("findings")
@answered("findings", told_findings)
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
        found: dict[str, Occurrence] = {}
        if kind.scheme != "organisation" or not system or kind.name == "separation_of_duties":
            for one in _READERS.get(kind.name, _each_row)(context, kind):
                if not about or one.rule == about:
                    key = one.id
                    found[key] = _merged(found[key], one) if key in found else one
        every += found.values()
        if ready:
            ready(kind.name, tuple(found.values()))
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


def _merged(first: Occurrence, again: Occurrence) -> Occurrence:
    """The same finding from several rows, with the facts of all, by source."""
    facts = {(fact.source, fact.sentence): fact for fact in (*first.facts, *again.facts)}
    return replace(first, facts=tuple(facts[key] for key in sorted(facts)))


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
