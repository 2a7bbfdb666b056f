"""Findings as the pages have them: looked for once per load and day, in the background, each kind there when it is
found."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import polars as pl

from seewhy.auth.asker import may, require
from seewhy.explorer.data import connection
from seewhy.explorer.data.background import PendingAnswer
from seewhy.explorer.data.connection import Revision, Statements, ask, per_load
from seewhy.explorer.titles import step_title
from seewhy.graph.answers.findings import FindingsAnswer
from seewhy.graph.questions.findings import findings as ask_findings
from seewhy.graph.questions.findings import in_order
from seewhy.graph.record import Asked, preparing
from seewhy.graph.rules.findings import findings as registry
from seewhy.graph.rules.reading import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seewhy.graph.answers.findings import Occurrence

T = TypeVar("T")
_WAIT_SECONDS = 0.4
"""How long a page waits for findings that come at once."""
_COLUMNS = ("id", "message", "severity", "rule", "person", "case", "unit", "system")
_MANY = 200_000
"""Cases from which findings are looked for only when somebody asks: what shows on half a million cases names them."""


class Found(NamedTuple):
    """What is found so far: all of it when `looked` kinds are all `kinds`; the statements come with the last.

    Columns of `rows`: id, message, severity, kind (its title), rule, person, case, unit, system.
    """

    answer: FindingsAnswer
    statements: Statements
    looked: int
    kinds: int
    rows: pl.DataFrame

    @property
    def whole(self) -> bool:
        """Whether nothing more will be found."""
        return self.looked == self.kinds


class Before(NamedTuple):
    """The load before the newest one, the day it was true for, and the ids of what was found on that day; None while
    that is looked for."""

    load: str
    day: str
    ids: frozenset[str] | None


def of_day(revision: Revision, as_of: str) -> Found:
    """The findings of the day so far; begins to look for them when nobody has. One question of a visit, whatever of it
    is there when the page is drawn first."""
    return _told(revision, as_of, "", lambda: _of_day(revision, as_of).so_far())


def _told(revision: Revision, as_of: str, kind: str, answer: Callable[[], T]) -> T:
    require("findings")
    asked = Asked("findings", as_of=as_of, options={"rule": kind} if kind else {})
    return connection.once_a_visit(asked, revision.key, answer)


def grown(revision: Revision, as_of: str, found: int) -> bool:
    """Whether more has been found by now than so many, or the search has ended."""
    kept = _of_day(revision, as_of)
    return kept.pending.ready() or sum(map(len, list(kept.kinds.values()))) > found


def progress(revision: Revision, as_of: str) -> str:
    """How many kinds have been looked for, as HTML."""
    kinds = len(registry())
    looked = min(len(_of_day(revision, as_of).kinds), kinds - 1)
    return f"<p>{looked} of {kinds} kinds of findings have been looked for so far; the others follow.</p>"


def before(revision: Revision, as_of: str) -> Before | None:
    """What was found on the day of the load before; None where there is none, or `as_of` is not after it."""
    newest, *older = connection.loads()
    earlier = next((load for load in older if load.as_of < newest.as_of), None)
    if earlier is None or as_of < newest.as_of:
        return None
    kept = _of_earlier(revision, earlier.as_of)
    with preparing():
        found = kept.all() if connection.is_small() or kept.pending.ready() else None
    return Before(earlier.id, earlier.as_of, None if found is None else frozenset(one.id for one in found[0].findings))


def of_kind(revision: Revision, as_of: str, kind: str) -> tuple[Occurrence, ...]:
    """The findings of one kind."""

    def found() -> FindingsAnswer:
        kept = _of_day(revision, as_of)
        if kind not in kept.kinds:
            answer, _ = ask(lambda opened: ask_findings(opened, as_of, rule=kind))
            kept.kinds[kind] = answer.findings
        return FindingsAnswer(as_of, kept.kinds[kind], connection.provenance())

    return _told(revision, as_of, kind, found).findings


def of_start(revision: Revision, as_of: str, cases: int) -> Found | None:
    """As `of_day`; None with so many cases that findings are looked for only when somebody asks, and for who may not
    ask."""
    if not may("findings"):
        return None
    shown = cases <= _MANY or _of_day(revision, as_of).begun
    return of_day(revision, as_of) if shown else None


def begin(revision: Revision, as_of: str) -> None:
    """Begin to look for the findings of the day where that does not wait until somebody asks."""
    if not connection.is_small() and connection.health(revision).nodes.get("CaseFile", 0) <= _MANY:
        _of_day(revision, as_of).pending.ready()


class _OfDay:
    """What was found so far for one load and day."""

    def __init__(self, as_of: str) -> None:
        self.kinds: dict[str, tuple[Occurrence, ...]] = {}
        self.begun = False
        self.pending = PendingAnswer(self.all)
        self._whole: tuple[FindingsAnswer, Statements] | None = None
        self._as_of = as_of
        self._framed: tuple[int, pl.DataFrame] | None = None
        self._searching = Lock()

    def all(self) -> tuple[FindingsAnswer, Statements]:
        """All of it, looked for by one of those who want it while the others wait."""
        with self._searching:
            if self._whole is None:
                self._whole = ask(lambda opened: ask_findings(opened, self._as_of, ready=self._ready))
        return self._whole

    def _ready(self, kind: str, found: tuple[Occurrence, ...]) -> None:
        self.kinds[kind] = in_order(found)

    def so_far(self) -> Found:
        """What is there; raises what the search ended with."""
        self.begun = True
        if connection.is_small():
            self.all()
        kinds = len(registry())
        if self._whole or self.pending.ready(_WAIT_SECONDS):
            answer, statements = self._whole or self.pending.answer()
            return Found(answer, statements, kinds, kinds, self._rows(answer.findings, kinds))
        kept = dict(self.kinds)
        # Each kind was put in order when it came; what is left are severities.
        listed = [one for kind in registry() for one in kept.get(kind.name, ())]
        found = tuple(sorted(listed, key=lambda one: SEVERITIES.index(one.severity)))
        looked = min(len(kept), kinds - 1)
        answer = FindingsAnswer(self._as_of, found, connection.provenance())
        return Found(answer, (), looked, kinds, self._rows(found, looked))

    def _rows(self, found: Sequence[Occurrence], looked: int) -> pl.DataFrame:
        """The findings as rows, made once for each number of kinds."""
        kept = self._framed
        if kept is None or kept[0] != looked:
            titles = {one.name: step_title(one.name) for one in found}
            rows = [(*(getattr(one, name) for name in _COLUMNS), titles[one.name]) for one in found]
            schema = dict.fromkeys((*_COLUMNS, "kind"), pl.String)
            kept = self._framed = looked, pl.DataFrame(rows, schema, orient="row")
        return kept[1]


@per_load(8, needs="findings", question=None)
def _of_day(revision: Revision, as_of: str) -> _OfDay:
    return _OfDay(as_of)


@per_load(2, needs="findings", question=None)
def _of_earlier(revision: Revision, as_of: str) -> _OfDay:
    """The same for telling what is new: nobody asked about that day, so it is no question of theirs."""
    return _OfDay(as_of)
