"""The graph behind the pages: opened once from the settings, answers kept per load.

A window goes on with the load that it shows (shown_load.py): every cache is keyed by the load, and no answer of one is
shown for another.
An engine that does not answer is closed and forgotten; the next rerun opens it anew.
"""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, is_dataclass
from functools import wraps
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

import streamlit as st

from seewhy.auth.asker import asker, require
from seewhy.auth.log.recorder import open_log
from seewhy.auth.scoping import as_asked
from seewhy.explorer.data import shown_load
from seewhy.explorer.data.recording import RecordingEngine, RecordingSession, Statement, Statements, recording
from seewhy.explorer.data.run import page_seconds, run_id
from seewhy.graph import record
from seewhy.graph.engines import open_engine
from seewhy.graph.errors import EngineUnavailable
from seewhy.graph.session import Session, is_limited, within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seewhy.graph.answers.as_json import Provenance
    from seewhy.graph.engines import Engine
    from seewhy.graph.engines.base import Health
    from seewhy.graph.loads import Load

__all__ = ["RecordingSession", "Statement", "Statements"]
_SMALL = 10_000
"""Facts up to which a graph is opened, counted and searched for findings in a second."""
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Revision:
    """What every answer on a page rests on: the engine and the newest load. `key` changes with every load, and
    is another one for whoever may ask about others."""

    engine: str
    target: str
    load: str
    loaded: str
    """When the load was finished, UTC."""
    as_of: str
    """The day that the loaded snapshot was true for."""
    key: str


def per_load(
    most: int, spinner: str | bool = False, *, needs: str = "", question: str | None = ""
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Keep the answers of a function of a revision and more arguments, per load, `most` of them at the most.

    They are shared, not copied (a hundred thousand cases are not copied for every click), so nothing may change
    one. The other arguments are part of the key. `spinner` is what the page says while the function works. `needs` is
    the kind of question: who may not ask it gets Denied, an answer that is there already included.

    Every call is a question of whoever looks at the page, of the kind `question` (blank: the function's name), whether
    its answer was kept or not; one entry of a record per visit to a page. None: it prepares answers, and is none.
    """
    kept = st.cache_resource(max_entries=most, show_spinner=spinner, hash_funcs={Revision: attrgetter("key")})

    def told(answer: Callable[P, T]) -> Callable[P, T]:
        cached = kept(answer)

        @wraps(answer)
        def asked(*given: P.args, **named: P.kwargs) -> T:
            require(needs)
            if not record.is_wanted():
                return cached(*given, **named)
            if question is None:
                with record.preparing():
                    return cached(*given, **named)
            said = record.of_call(question or answer.__name__.strip("_"), answer, given, named)
            load = given[0].key if given and isinstance(given[0], Revision) else ""
            return once_a_visit(said, load, lambda: cached(*given, **named))

        asked.clear = cached.clear  # type: ignore[attr-defined]
        return asked

    return told


def once_a_visit(asked: record.Asked, load: str, answer: Callable[[], T]) -> T:
    """The answer from a load (its key), which is one entry of a record in a visit, however often the page is drawn."""
    if not record.is_wanted():
        return answer()
    if (name := repr((asked, load))) in _entered():
        with record.preparing():
            return answer()
    with session() as opened, record.asking(opened, asked) as answering:
        found = answer()
        answering.answer = _answer_in(found)
    _entered().add(name)
    return found


def _answer_in(found: Any) -> Any:
    """The answer among what a page keeps with it: statements, tables; in part (`whole` is False), or None, so far."""
    if getattr(found, "whole", True) is False:
        return {**found.answer.as_dict(), "complete": False}
    first = found[0] if isinstance(found, tuple) and len(found) == 2 and isinstance(found[1], tuple) else found
    first = getattr(first, "answer", first)
    return first if hasattr(first, "as_dict") or is_dataclass(first) or isinstance(first, dict | tuple) else None


def visit(page: str) -> None:
    """A page is drawn: what it asks again while somebody stays on it is one question."""
    if st.session_state.get("page of questions") != page:
        st.session_state["page of questions"], st.session_state["questions entered"] = page, set()


def _entered() -> set[str]:
    found: set[str] = st.session_state.setdefault("questions entered", set())
    return found


def first_time(asked: record.Asked) -> bool:
    """Whether this is asked for the first time in this visit to the page; it is not any more, then."""
    name = repr(asked)
    if name in _entered():
        return False
    _entered().add(name)
    return True


def entered(file: str, data: Callable[[], T]) -> Callable[[], T]:
    """What makes a file of a page; clicked, outside the page's own thread, it is a question of the kind `export`."""
    asks, stays = record.caller() if record.is_wanted() else None, shown_load.stays(_open())

    def made() -> T:
        with stays():
            return told() if asks else data()

    def told() -> T:
        assert asks is not None
        asked = record.Asked("export", options={"file": file})
        with session() as opened, record.calling(asks), record.asking(opened, asked) as answering:
            found = data()
            answering.answer = found.encode() if isinstance(found, str) else found
        return found

    return made


def caller() -> record.Caller:
    """Who asks through a page: who is signed in, as far as sign-in is on, and what the browser says."""
    address, who = st.context.ip_address, asker()
    return record.Caller(
        who.actor.id if who else "",
        ", ".join(sorted(who.permissions.roles)) if who else "",
        "page",
        address if isinstance(address, str) else "",
        run_id(),
    )


@st.cache_resource(show_spinner=False, on_release=lambda session: session.engine.close())
def _open() -> Session:
    open_log()
    record.callers_by(caller)
    return RecordingSession(cast("Engine", RecordingEngine(open_engine(later=True))))


@contextmanager
def session() -> Iterator[Session]:
    """The open graph, as far as the one who asks may ask it. When it does not answer it is forgotten, so that the next
    attempt opens it again. What is asked in the block has `page_seconds` in all. Raises SessionEnded."""
    with whole() as opened, nullcontext() if is_limited() else within(*page_seconds()):
        yield as_asked(opened)


@contextmanager
def whole() -> Iterator[Session]:
    """The same without a scope, for what is made ahead for everybody and shown to nobody."""
    try:
        opened = _open()
        with shown_load.stays(opened)():
            yield opened
    except EngineUnavailable:
        _open.clear()
        raise


def look() -> shown_load.ShownLoad:
    """What the page that is begun here shows."""
    try:
        return shown_load.look(_open())
    except EngineUnavailable:
        _open.clear()
        raise


def newer() -> Load | None:
    """The load that has arrived since, as far as one has."""
    return shown_load.newer(_open())


@contextmanager
def page() -> Iterator[None]:
    """One page, whose answers and what is begun beside them come from the load that its window shows."""
    with whole() as opened:
        yield
        shown_load.hold(opened)


def shared_session() -> Session:
    """The open graph for programs beside the pages. When it does not answer it stays open: others are asking it."""
    return _open()


def newest_revision() -> Revision:
    """The newest load, asked anew on every rerun; raises SeeWhyError when there is none or the engine is down."""
    with session() as opened:
        load, engine = opened.newest(), opened.engine
        return Revision(
            f"{engine.name} {engine.version}",
            engine.target,
            load.id,
            load.finished,
            load.as_of,
            f"{engine.target} {load.key} {opened.digest}".rstrip(),
        )


def hidden() -> str:
    """What the one who asks may not ask about, today, in numbers."""
    with session() as opened:
        outside = opened.provenance().hidden
    return f"{outside.people:,} people and {outside.cases:,} cases" if outside else "nothing"


def loads() -> tuple[Load, ...]:
    """All finished loads, newest first."""
    with session() as opened:
        return tuple(reversed(opened.engine.loads()))


@per_load(4, question=None)
def health(revision: Revision) -> Health:
    """Counts of everything in the graph."""
    with session() as opened:  # within a scope people and cases are counted, and nothing else
        return opened.engine.health()


def ask(question: Callable[[Session], T]) -> tuple[T, Statements]:
    """Ask once, from one load: the answer with the statements that made it, in the order in which they were sent."""
    with session() as opened, opened.engine.snapshot():
        with recording() as sent:
            answer = question(opened)
        return answer, tuple(_without_lists(one) for one in sent) if opened.digest else tuple(sent)


def _without_lists(statement: Statement) -> Statement:
    """Within a scope a statement is shown without the ids that were found on the way: some may be outside."""
    plain = {name: value for name, value in statement.parameters.items() if not isinstance(value, list | tuple)}
    return statement._replace(parameters=plain)


def is_small() -> bool:
    """Whether the newest load is so small that everything is found while a page is drawn; known without the graph."""
    return newest_load().facts <= _SMALL


def newest_load() -> Load:
    """The newest finished load, with its digest."""
    with session() as opened:
        return opened.newest()


def provenance() -> Provenance:
    """Engine and load as answers name them."""
    with session() as opened:
        return opened.provenance()
