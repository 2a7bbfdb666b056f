"""Findings that only one of two graphs has on a day: what a change makes appear, and what it makes vanish.

Each kind is looked for on both sides and compared by ids; only what differs is put into words. The ids of a load and
day are remembered by whoever looked for them first, so that side is searched again where something vanishes only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seewhy.graph.findings.context import FindingContext
from seewhy.graph.findings.search import drafts, worded
from seewhy.graph.rules.findings import duties, findings
from seewhy.graph.session import brings_something

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from seewhy.graph.answers.findings import Occurrence
    from seewhy.graph.findings.context import Draft
    from seewhy.graph.rules.findings import Finding
    from seewhy.graph.session import Session

DAYS = 2
"""Days of one load whose ids are remembered: some 80 bytes for a finding."""


def keep_ids(session: Session, date: str, kind: Finding, found: Collection[str]) -> None:
    """Remember the ids of all findings of a kind on a day, the shipped duties among them and no others."""
    if not brings_something():
        days: dict[str, dict[str, frozenset[str]]] = session.remembered("finding ids", dict)
        days.setdefault(date, {})[kind.name] = frozenset(found)
        for old in list(days)[:-DAYS]:
            days.pop(old, None)


def differing(
    before: Session, after: Session, date: str
) -> Iterator[tuple[tuple[Occurrence, ...], tuple[Occurrence, ...]]]:
    """Kind by kind, in the registry's order, the findings that only `after` has, and those that only `before` has."""
    was, would = (FindingContext(session, date, list(duties()), "") for session in (before, after))
    days: dict[str, dict[str, frozenset[str]]] = {}
    if not brings_something():
        days = before.remembered("finding ids", dict)
    for kind in findings():
        new = drafts(would, kind)
        known = days.get(date, {}).get(kind.name)
        old = drafts(was, kind) if known is None or known - new.keys() else None
        if known is None and old is not None:
            keep_ids(before, date, kind, known := frozenset(old))
        yield _only(new, known or ()), _only(old or {}, new)


def _only(found: Mapping[str, Sequence[Draft]], others: Collection[str]) -> tuple[Occurrence, ...]:
    return tuple(worded(same) for id, same in found.items() if id not in others)
