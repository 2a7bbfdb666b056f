"""The search for findings: one reader per kind gives drafts of what it finds, and those that are wanted are worded.

Two days, or a day and what it would be after a change, are compared by the ids of the drafts: what both sides have is
never put into words.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seewhy.cypher.explained import EVIDENCE
from seewhy.graph.findings import names, visibility
from seewhy.graph.findings.context import months_after
from seewhy.graph.findings.duties import separation
from seewhy.graph.inputs.checks.trees import cycles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from seewhy.graph.answers.findings import Occurrence
    from seewhy.graph.findings.context import Draft, FindingContext, Row
    from seewhy.graph.rules.findings import Finding


def each_row(context: FindingContext, kind: Finding) -> Iterator[Draft]:
    """What the query says is the finding."""
    if kind.scheme == "organisation":
        for row in context.rows(kind):
            yield context.draft(kind, row)
    for system in context.chosen(kind.scheme):
        for row in context.rows(kind, system):
            yield context.draft(kind, row, system)


def _review_overdue(context: FindingContext, kind: Finding) -> Iterator[Draft]:
    """CMS-12: at intervals of no more than the months, so the day itself is still in time."""
    for system in context.chosen(kind.scheme):
        for row in context.rows(kind, system):
            due = months_after(row["reviewed"], context.policies(system)["review_months"])
            if due < context.as_of:
                yield context.draft(kind, row, system, words={"due": due or "a day that is not known"})


def _routes(context: FindingContext, kind: Finding) -> Iterator[Draft]:
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
        yield context.draft(kind, rows[0], words={"route": route}, cells=cells)


def _circles(context: FindingContext, kind: Finding) -> Iterator[Draft]:
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
        yield context.draft(kind, row, words={"route": ", managed by ".join(names)}, cells=cells)


def _once(context: FindingContext, kind: Finding) -> Iterator[Draft]:
    """About the privileges of the organisation, which no system owns: asked once, when there is such a system."""
    if context.chosen(kind.scheme):
        for row in context.rows(kind):
            yield context.draft(kind, row)


SOURCE = EVIDENCE.index("source")
# Of a longer circle of managers each finding tells the beginning: nobody reads more, and all of it at each is too much.
_IN_CIRCLE = 100
READERS: dict[str, Callable[[FindingContext, Finding], Iterator[Draft]]] = {
    "review_overdue": _review_overdue,
    "route_to_ignore_access_rules": _routes,
    "managers_in_circle": _circles,
    "misplaced_holding": _once,
    "central_check_without_case_type": _once,
    "role_held_by_nobody": _once,
    **visibility.READERS,
    **names.READERS,
    "separation_of_duties": separation,
}
"""Findings that take more than their query; the others are `each_row`."""


def drafts(context: FindingContext, kind: Finding, *, rule: str = "") -> dict[str, list[Draft]]:
    """What is found of a kind by id, in its order, of one rule or (blank) of all; the drafts of one id are one finding
    that several rows show."""
    found: dict[str, list[Draft]] = {}
    if kind.scheme != "organisation" or not context.system or kind.name == "separation_of_duties":
        for one in READERS.get(kind.name, each_row)(context, kind):
            if rule in ("", one.rule):
                found.setdefault(one.id, []).append(one)
    return found


def worded(same: Sequence[Draft]) -> Occurrence:
    """The finding that some drafts of one id are, with the facts of all, by source."""
    first, *others = (one.told() for one in same)
    for again in others:
        facts = {(fact.source, fact.sentence): fact for fact in (*first.facts, *again.facts)}
        first = replace(first, facts=tuple(facts[key] for key in sorted(facts)))
    return first
