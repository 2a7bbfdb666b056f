"""Findings as the pages have them: all of a day, those of one kind, or found in the background."""

from __future__ import annotations

import time
from threading import Lock
from typing import TYPE_CHECKING

import streamlit as st

from seewhy.auth.asker import may
from seewhy.explorer.data import connection
from seewhy.explorer.data.background import PendingAnswer
from seewhy.explorer.data.connection import Revision, Statements, ask, per_load
from seewhy.graph.questions.findings import findings as ask_findings

if TYPE_CHECKING:
    from collections.abc import Callable

    from seewhy.graph.answers.findings import FindingsAnswer, Occurrence

_QUIET_SECONDS = 0.4
"""How long a search may take before the page shows its progress."""
_FEW, _SMALL = 500, 5_000
"""Cases up to which all findings are found in no time, and in some seconds."""


def of_day(revision: Revision, as_of: str) -> tuple[FindingsAnswer, Statements]:
    """Every finding of the day; a search that takes longer shows its progress."""
    begun, place = time.monotonic(), st.empty()

    def progress(kind: str, done: int, total: int) -> None:
        if time.monotonic() - begun > _QUIET_SECONDS:
            place.progress(done / total, text=f"Looking for findings: {kind.replace('_', ' ')} …")

    answer = _of_day(revision, as_of).all(progress)
    place.empty()
    return answer


def of_kind(revision: Revision, as_of: str, kind: str) -> tuple[Occurrence, ...]:
    """The findings of one kind."""
    kept = _of_day(revision, as_of)
    if kind not in kept.kinds:
        answer, _ = kept.whole or ask(lambda opened: ask_findings(opened, as_of, rule=kind))
        kept.kinds[kind] = tuple(found for found in answer.findings if found.name == kind)
    return kept.kinds[kind]


def pending(revision: Revision, as_of: str) -> PendingAnswer | None:
    """The findings of the day as the start page has them: found in the background, once for everybody; None in an
    organisation so large that they are looked for only when somebody asks, and for who may not ask."""
    if not may("findings"):
        return None
    kept = _of_day(revision, as_of)
    cases = connection.health(revision).nodes.get("CaseFile", 0)
    if kept.whole is None and cases <= _FEW:
        kept.all()
    return kept.pending if cases <= _SMALL or kept.whole is not None else None


class _OfDay:
    """What was found so far for one load and day."""

    def __init__(self, as_of: str) -> None:
        self.kinds: dict[str, tuple[Occurrence, ...]] = {}
        self.whole: tuple[FindingsAnswer, Statements] | None = None
        self.pending = PendingAnswer(lambda: self.all()[0])
        self._as_of = as_of
        self._searching = Lock()

    def all(self, progress: Callable[[str, int, int], None] | None = None) -> tuple[FindingsAnswer, Statements]:
        """All of it, looked for by one of those who want it while the others wait."""
        with self._searching:
            if self.whole is None:
                self.whole = ask(lambda opened: ask_findings(opened, self._as_of, progress=progress))
        return self.whole


@per_load(8, needs="findings", question="findings")
def _of_day(revision: Revision, as_of: str) -> _OfDay:
    return _OfDay(as_of)
