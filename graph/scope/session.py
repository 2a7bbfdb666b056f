"""A session with a scope: what is asked of it is answered as far as it may be told.

    question ──► asks a session without a scope ──► the answer is cut     (`answered`, `graph/scope/question.py`)
             └─► asks this session: rows are cut before it sees them      (`from_rows`, `graph/scope/rows.py`)

A query that `rows.py` does not know is refused, and so is the engine itself: what was forgotten answers nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seewhy.graph.days import day
from seewhy.graph.engines.base import Health
from seewhy.graph.errors import NotAllowed
from seewhy.graph.scope.reach import Part
from seewhy.graph.scope.rows import cut
from seewhy.graph.scope.view import View
from seewhy.graph.session import Session, hold

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager

    from seewhy.graph.answers.as_json import Provenance
    from seewhy.graph.errors import UnknownEntity
    from seewhy.graph.loads import Load
    from seewhy.graph.scope.reach import Limits, Reach

KEPT = 64
"""Reaches that are kept resolved for a load: of so many people, times days."""
_HINT = "whoever looks after access to SeeWhy can say who may"


class ScopedSession(Session):
    """One open graph for somebody who may not ask everything. `whole` is the session without a scope: never hand out
    what it says uncut."""

    def __init__(self, whole: Session, limits: Limits, view: View | None = None) -> None:
        super().__init__(_Guarded(whole.engine))
        self.whole, self.limits, self._view = whole, limits, view
        self.digest = limits.digest

    def may(self, kind: str) -> bool:
        """Whether a kind of question may be asked at all."""
        return self.limits.may(kind)

    def newest(self) -> Load:
        """The newest finished load, also for the session without a scope."""
        self.whole.newest()
        return super().newest()

    def view(self, kind: str, *days: str | dt.date | None) -> View:
        """What may be told to a kind of question about some days: what is inside on each of them.

        Inside a question it is what may be told to that question. Raises NotAllowed for a kind that may not be asked;
        `""` is whatever may be asked about in any way.
        """
        if kind and not self.limits.may(kind):
            raise NotAllowed(f"the question `{kind}` is none that you may ask", _HINT)
        if self._view is not None:
            return self._view
        self.newest()
        dates = sorted({day(one) for one in days or (None,)})
        return View(self.whole, (self._part(reach, dates) for reach in self.limits.reaches(kind)))

    def part(self, reach: Reach, as_of: str | dt.date | None) -> Part:
        """A reach on a day."""
        return self._part(reach, [day(as_of)])

    def _part(self, reach: Reach, dates: Iterable[str]) -> Part:
        found = Part()
        kept: dict[tuple[str, str], Part] = self.whole.remembered("reaches", dict)
        for date in dates:
            key = reach.text, date
            if (part := kept.get(key)) is None:
                part = reach.part(self.whole, date)
            found = found.both(hold(kept, key, part, KEPT))
        return found

    def within(self, view: View) -> ScopedSession:
        """The same for one question, with what may be told to it."""
        return ScopedSession(self.whole, self.limits, view)

    def provenance(self) -> Provenance:
        """Engine and load, and how much is outside, where anything can be."""
        found, view = self.whole.provenance(), self._view or self.view("")
        return found if view.everything else view.provenance(found)

    def run(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        """The rows of a query as far as they may be told. Raises NotAllowed for one that is not known how to cut."""
        view = self._view or self.view("", parameters.get("as_of"))
        if view.everything:
            return self.whole.run(name, **parameters)
        return cut(view, name, parameters)

    def tells(self, person: str, case: str, as_of: str) -> bool:
        """Whether a person and a case (blank: none) may be asked about on the day, as far as they exist."""
        view = self._view or self.view("", as_of)
        return view.everything or view.all([person], [case])

    def unknown(self, kind: str, name: str) -> UnknownEntity:
        """The error for an id that does not exist or is outside: the same sentence, hints from inside."""
        return (self._view or self.view("")).unknown(kind, name)


class Veiled(Session):
    """A session without a scope for one question that words what it finds: rows that only name what would be near are
    cut before they become words."""

    def __init__(self, view: View, *queries: str) -> None:
        super().__init__(view.whole.engine)
        self._scope, self._queries = view, queries

    def newest(self) -> Load:
        """The newest finished load."""
        return self._scope.whole.newest()

    def remembered(self, key: str, make: Callable[[], Any]) -> Any:
        """What the session without a scope remembers."""
        return self._scope.whole.remembered(key, make)

    def run(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        """The rows of a query, those of some queries cut."""
        if name.startswith(self._queries):
            return cut(self._scope, name, parameters)
        return self._scope.whole.run(name, **parameters)


class _Guarded:
    """What may be known of an engine whatever the scope. All else is NotAllowed."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self.name, self.version, self.target = engine.name, engine.version, engine.target

    def snapshot(self) -> AbstractContextManager[None]:
        """Reads inside it come from one load."""
        found: AbstractContextManager[None] = self._engine.snapshot()
        return found

    def loads(self) -> tuple[Load, ...]:
        """The finished loads."""
        found: tuple[Load, ...] = self._engine.loads()
        return found

    def health(self) -> Health:
        """How large the graph is, as its hidden counts tell anyway; nothing of what is in it."""
        nodes = self._engine.health().nodes
        return Health({label: nodes[label] for label in ("Person", "CaseFile") if label in nodes}, {}, ())

    def close(self) -> None:
        """Nothing: others may be asking the graph."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotAllowed("this needs the whole organisation, and you may ask about a part of it", _HINT)
