"""Findings about who can see what: their queries yield candidates, the composed decisions choose among them.

Where one cause (a membership, a privilege) shows on many cases, it is one finding: a first case with its facts, and
the ids of all others.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seewhy.graph.answers.findings import Occurrence
    from seewhy.graph.findings.context import FindingContext, Row
    from seewhy.graph.rules.findings import Finding


def on_many(
    context: FindingContext, kind: Finding, row: Row, system: str, cases: list[str], **words: Any
) -> Occurrence:
    """One finding that shows on several cases (at least one, by id), the first with its row as a fact."""
    first, *also = cases
    (named,) = context.session.run("organisation/cases_named", cases=[first])
    own = context.session.run("organisation/case_rows", cases=[first], as_of=context.as_of)
    first_row = {**row, "case_id": first, "case_name": named["caption"] or "", **words}
    occurrence = context.occurrence(
        kind, first_row, system, cells=[*row["facts"], *(r["fact"] for r in own)], case=first
    )
    return with_others(occurrence, tuple(also))


def with_others(occurrence: Occurrence, also: tuple[str, ...]) -> Occurrence:
    """The finding, saying on how many other cases it shows."""
    more = f" The same on {len(also):,} more case{'s' if len(also) > 1 else ''}." if also else ""
    return replace(occurrence, also=also, message=occurrence.message + more, grouped=True)


def _tasks(context: FindingContext, kind: Finding) -> Iterator[Occurrence]:
    for system in context.chosen(kind.scheme):
        rows = context.rows(kind, system)
        lookup = context.decisions(kind.scheme).of(row["person"] for row in rows)
        for row in rows:
            if hidden := lookup.hidden(row["person"], row["profiles"]):
                yield on_many(context, kind, row, system, hidden)


def _supported(context: FindingContext, kind: Finding) -> Iterator[Occurrence]:
    for system in context.chosen(kind.scheme):
        rows = context.rows(kind, system)
        lookup = context.decisions(kind.scheme).of(row["person"] for row in rows)
        for row in rows:
            hidden = sorted(
                (case, other) for case, other in row["reached"] if lookup.decision(row["person"], case).value == "none"
            )
            if hidden:
                cases = list(dict.fromkeys(case for case, _ in hidden))
                yield on_many(context, kind, row, system, cases, other=hidden[0][1])


def _unseen(context: FindingContext, kind: Finding) -> Iterator[Occurrence]:
    """Candidates are pairs: those that are not seen remain."""
    for system in context.chosen(kind.scheme):
        rows = context.rows(kind, system)
        lookup = context.decisions(kind.scheme).of(row["person"] for row in rows)
        for row in rows:
            if lookup.decision(row["person"], row["case_id"]).value == "none":
                yield context.occurrence(kind, row, system)


def _stopped(context: FindingContext, kind: Finding) -> Iterator[Occurrence]:
    for system in context.chosen(kind.scheme):
        rows = context.rows(kind, system)
        lookup = context.decisions(kind.scheme).of(row["person"] for row in rows)
        for row in rows:
            if stopped := lookup.stopped(row["person"], row["profiles"], "sensitivity"):
                yield on_many(context, kind, row, system, stopped)


def _seen_by_many(context: FindingContext, kind: Finding) -> Iterator[Occurrence]:
    limit = dict(kind.parameters)["limit"]
    sensitive = {system: context.rows(kind, system) for system in context.chosen(kind.scheme)}
    if not any(sensitive.values()):
        return
    watched = (row["case_id"] for rows in sensitive.values() for row in rows)
    viewers = context.decisions(kind.scheme).of(context.people()).viewers(watched)
    for system, rows in sensitive.items():
        for row in rows:
            if (count := viewers[row["case_id"]]) > limit:
                yield context.occurrence(kind, row, system, words={"count": count, "limit": limit})


def _without_access(context: FindingContext, kind: Finding) -> Iterator[Occurrence]:
    rows = context.rows(kind)
    people = [row["person"] for row in rows]
    lookups = [context.decisions(scheme).of(people) for scheme in sorted(set(context.systems.values()))]
    for row in rows:
        if not any(lookup.sees_any(row["person"]) for lookup in lookups):
            yield context.occurrence(kind, row)


READERS: dict[str, Callable[[FindingContext, Finding], Iterator[Occurrence]]] = {
    "task_visible_case_not": _tasks,
    "admin_support_cannot_open": _supported,
    "watcher_without_sight": _unseen,
    "allocated_without_sight": _unseen,
    "queue_without_sensitive_role": _stopped,
    "sensitive_case_seen_by_many": _seen_by_many,
    "person_without_access": _without_access,
}
