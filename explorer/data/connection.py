"""The graph behind the pages: opened once from the settings, asked by name, answers kept per load and day.

A new load is noticed at the next question: every cache is keyed by the newest load, so no old answer is shown for it.
An engine that does not answer is closed and forgotten; the next rerun opens it anew.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import streamlit as st

from seewhy.graph.engines import open_engine
from seewhy.graph.errors import EngineUnavailable
from seewhy.graph.questions.why import why as ask_why
from seewhy.graph.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from seewhy.graph.answers.check import WhyAnswer
    from seewhy.graph.engines import Engine
    from seewhy.graph.engines.base import Health, Rows
    from seewhy.graph.loads import Load


class Statement(NamedTuple):
    """One query as it was sent: its name in the query book, its text, its parameters."""

    name: str
    text: str
    parameters: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Revision:
    """What every answer on a page rests on: the engine and the newest load. `key` changes with every load."""

    engine: str
    target: str
    load: str
    loaded: str
    """When the load was finished, UTC."""
    as_of: str
    """The day that the loaded snapshot was true for."""
    key: str


_name: ContextVar[str] = ContextVar("name", default="")
_sent: ContextVar[list[Statement] | None] = ContextVar("sent", default=None)


class _Recorded:
    """An engine that notes what it is asked while an answer is being made, for Show query."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def read(self, text: str, parameters: Mapping[str, Any] | None = None, **options: Any) -> Rows:
        """Read through, and keep text and parameters."""
        if (sent := _sent.get()) is not None:
            sent.append(Statement(_name.get(), text, dict(parameters or {})))
        return self._engine.read(text, parameters, **options)


class _Named(Session):
    """A session that knows the name of the query that is running."""

    def run(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        token = _name.set(name)
        try:
            return super().run(name, **parameters)
        finally:
            _name.reset(token)


@st.cache_resource(show_spinner=False, on_release=lambda session: session.engine.close())
def _open() -> Session:
    return _Named(cast("Engine", _Recorded(open_engine())))


@contextmanager
def session() -> Iterator[Session]:
    """The open graph. When it does not answer it is forgotten, so that the next attempt opens it again."""
    try:
        yield _open()
    except EngineUnavailable:
        _open.clear()
        raise


def revision() -> Revision:
    """The newest load, asked anew on every rerun; raises SeeWhyError when there is none or the engine is down."""
    with session() as opened:
        load, engine = opened.newest(), opened.engine
        return Revision(
            f"{engine.name} {engine.version}",
            engine.target,
            load.id,
            load.finished,
            load.as_of,
            f"{engine.target} {load.id} {load.started} {load.digest}",
        )


def loads() -> tuple[Load, ...]:
    """All finished loads, newest first."""
    with session() as opened:
        return tuple(reversed(opened.engine.loads()))


def health(now: Revision) -> Health:
    """Counts of everything in the graph."""
    return _health(now.key)


@st.cache_data(max_entries=4, show_spinner=False)
def _health(key: str) -> Health:
    with session() as opened:
        return opened.engine.health()


def why(now: Revision, person: str, case: str, as_of: str) -> tuple[WhyAnswer, tuple[Statement, ...]]:
    """The answer with the statements that made it, from one load; unknown ids raise UnknownEntity."""
    return _why(now.key, person, case, as_of)


@st.cache_data(max_entries=500, show_spinner=False)
def _why(key: str, person: str, case: str, as_of: str) -> tuple[WhyAnswer, tuple[Statement, ...]]:
    return _recorded(lambda opened: ask_why(opened, person, case, as_of))


def _recorded(question: Callable[[Session], Any]) -> tuple[Any, tuple[Statement, ...]]:
    with session() as opened, opened.engine.snapshot():
        token = _sent.set([])
        try:
            answer = question(opened)
            return answer, tuple(_sent.get() or ())
        finally:
            _sent.reset(token)


def answered(question: Callable[[Session], Any]) -> tuple[Any, tuple[Statement, ...]]:
    """Ask once, from one load: the answer with the statements that made it, in the order in which they were sent."""
    return _recorded(question)


def newest_load() -> Load:
    """The newest finished load, with its digest."""
    with session() as opened:
        return opened.newest()
