"""Findings about who can see what: their queries yield candidates, the composed decisions choose among them.

Where one cause (a membership, a privilege) shows on many cases, it is one finding: a first case with its facts, and
the ids of all others.
"""

from __future__ import annotations

from functools import cache, partial
from itertools import compress
from typing import TYPE_CHECKING, Any

from seewhy.graph.explain.cells import facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from seewhy.graph.answers.findings import Occurrence
    from seewhy.graph.answers.reasons import PathStep
    from seewhy.graph.findings.context import Draft, FindingContext, Row
    from seewhy.graph.rules.findings import Finding


def on_many(
    context: FindingContext, kind: Finding, system: str, found: Sequence[tuple[Row, Sequence[str]]]
) -> Iterator[Draft]:
    """Findings that each show on several cases (at least one, by id), the first with its row as a fact."""

    @cache
    def named() -> tuple[dict[str, str], dict[str, tuple[PathStep, ...]]]:
        """Of all first cases the titles and the rows, asked for when the first finding is put into words."""
        firsts = sorted({cases[0] for _, cases in found})
        titles = {row["id"]: row["caption"] for row in context.session.run("organisation/cases_named", cases=firsts)}
        own: dict[str, list[Any]] = {}
        for row in context.session.run("organisation/case_rows", cases=firsts, as_of=context.as_of):
            own.setdefault(row["case_id"], []).append(row["fact"])
        return titles, {case: facts(context.session, cells, system=system) for case, cells in own.items()}

    def told(row: Row, cases: Sequence[str]) -> Occurrence:
        (titles, own), first = named(), cases[0]
        first_row = {**row, "case_id": first, "case_name": titles[first] or ""}
        steps = (*facts(context.session, row["facts"], system=system), *own.get(first, ()))
        return context.occurrence(kind, first_row, system, facts=steps, case=first, also=cases[1:], grouped=True)

    for row, cases in found:
        yield context.draft(kind, row, system, partial(told, row, cases), grouped=True)


def _tasks(context: FindingContext, kind: Finding) -> Iterator[Draft]:
    for system in context.chosen(kind.scheme):
        rows = context.rows(kind, system)
        lookup = context.decisions(kind.scheme).of(row["person"] for row in rows)
        profiles = context.session.run("organisation/unit_profiles", system=system)
        of_unit = {row["unit"]: lookup.cases_of(row["profiles"]) for row in profiles}
        found = [(row, lookup.hidden(row["person"], of_unit[row["unit"]])) for row in rows]
        yield from on_many(context, kind, system, [one for one in found if one[1]])


def _supported(context: FindingContext, kind: Finding) -> Iterator[Draft]:
    for system in context.chosen(kind.scheme):
        cases = context.session.run("organisation/supported_cases", system=system, as_of=context.as_of)
        of_unit = {row["unit"]: sorted(map(tuple, row["reached"])) for row in cases}
        rows = [row for row in context.rows(kind, system) if row["unit"] in of_unit]
        lookup = context.decisions(kind.scheme).of(row["person"] for row in rows)
        unseen = iter(lookup.unseen([(row["person"], case) for row in rows for case, _, _ in of_unit[row["unit"]]]))
        found: list[tuple[Row, Sequence[str]]] = []
        for row in rows:
            reached = [one for one in of_unit[row["unit"]] if next(unseen)]
            hidden = [(case, name) for case, name, colleague in reached if colleague != row["person"]]
            if hidden:
                found.append(({**row, "other": hidden[0][1]}, tuple(dict.fromkeys(case for case, _ in hidden))))
        yield from on_many(context, kind, system, found)


def _unseen(context: FindingContext, kind: Finding) -> Iterator[Draft]:
    """Candidates are pairs: those that are not seen remain."""
    for system in context.chosen(kind.scheme):
        rows = context.rows(kind, system)
        lookup = context.decisions(kind.scheme).of(row["person"] for row in rows)
        unseen = lookup.unseen([(row["person"], row["case_id"]) for row in rows])
        for row in compress(rows, unseen):
            yield context.draft(kind, row, system)


def _stopped(context: FindingContext, kind: Finding) -> Iterator[Draft]:
    for system in context.chosen(kind.scheme):
        rows = context.rows(kind, system)
        lookup = context.decisions(kind.scheme).of(row["person"] for row in rows)
        cases_of = cache(lookup.cases_of)
        found: list[tuple[Row, Sequence[str]]] = []
        for row in rows:
            if stopped := lookup.hidden(row["person"], cases_of(tuple(row["profiles"])), step="sensitivity"):
                found.append((row, stopped))
        yield from on_many(context, kind, system, found)


def _seen_by_many(context: FindingContext, kind: Finding) -> Iterator[Draft]:
    limit = dict(kind.parameters)["limit"]
    sensitive = {system: context.rows(kind, system) for system in context.chosen(kind.scheme)}
    if not any(sensitive.values()):
        return
    watched = (row["case_id"] for rows in sensitive.values() for row in rows)
    viewers = context.decisions(kind.scheme).of(context.people()).viewers(watched)
    for system, rows in sensitive.items():
        for row in rows:
            if (count := viewers[row["case_id"]]) > limit:
                yield context.draft(kind, row, system, words={"count": count, "limit": limit})


def _without_access(context: FindingContext, kind: Finding) -> Iterator[Draft]:
    rows = context.rows(kind)
    people = [row["person"] for row in rows]
    lookups = [context.decisions(scheme).of(people) for scheme in sorted(set(context.systems.values()))]
    for row in rows:
        if not any(lookup.sees_any(row["person"]) for lookup in lookups):
            yield context.draft(kind, row)


READERS: dict[str, Callable[[FindingContext, Finding], Iterator[Draft]]] = {
    "task_visible_case_not": _tasks,
    "admin_support_cannot_open": _supported,
    "watcher_without_sight": _unseen,
    "allocated_without_sight": _unseen,
    "queue_without_sensitive_role": _stopped,
    "sensitive_case_seen_by_many": _seen_by_many,
    "person_without_access": _without_access,
}
