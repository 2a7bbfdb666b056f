"""The graph behind the pages: opened once from the settings, answers kept per load.

A new load is noticed at the next question: every cache is keyed by the newest load, so no old answer is shown for it.
An engine that does not answer is closed and forgotten; the next rerun opens it anew.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, TypeVar, cast

import streamlit as st

from seewhy.graph.engines import open_engine
from seewhy.graph.errors import EngineUnavailable
from seewhy.graph.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from seewhy.graph.answers.as_json import Provenance
    from seewhy.graph.engines import Engine
    from seewhy.graph.engines.base import Health, Rows
    from seewhy.graph.loads import Load

_SMALL = 10_000
"""Facts up to which a graph is opened, counted and searched for findings in a second."""
P = ParamSpec("P")
T = TypeVar("T")


class Statement(NamedTuple):
    """One query as it was sent: its name in the query book, its text, its parameters."""

    name: str
    text: str
    parameters: dict[str, Any]


Statements = tuple[Statement, ...]


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


def per_load(most: int, spinner: str | bool = False) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Keep the answers of a function of a revision and more arguments, per load, `most` of them at the most.

    They are shared, not copied (a hundred thousand cases are not copied for every click), so nothing may change
    one. The other arguments are part of the key. `spinner` is what the page says while the function works.
    """
    return st.cache_resource(max_entries=most, show_spinner=spinner, hash_funcs={Revision: attrgetter("key")})


_name: ContextVar[str] = ContextVar("name", default="")
_sent: ContextVar[list[Statement] | None] = ContextVar("sent", default=None)


class _RecordingEngine:
    """An engine that records what is sent to it while an answer is made, for Show query."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def read(self, text: str, parameters: Mapping[str, Any] | None = None, **options: Any) -> Rows:
        """Read through, and keep text and parameters."""
        if (sent := _sent.get()) is not None:
            sent.append(Statement(_name.get(), text, dict(parameters or {})))
        return self._engine.read(text, parameters, **options)


class _RecordingSession(Session):
    """A session that records the name of the query that is running."""

    def run(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        token = _name.set(name)
        try:
            return super().run(name, **parameters)
        finally:
            _name.reset(token)


@st.cache_resource(show_spinner=False, on_release=lambda session: session.engine.close())
def _open() -> Session:
    return _RecordingSession(cast("Engine", _RecordingEngine(open_engine(later=True))))


@contextmanager
def session() -> Iterator[Session]:
    """The open graph. When it does not answer it is forgotten, so that the next attempt opens it again."""
    try:
        yield _open()
    except EngineUnavailable:
        _open.clear()
        raise


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
            f"{engine.target} {load.id} {load.started} {load.digest}",
        )


def loads() -> tuple[Load, ...]:
    """All finished loads, newest first."""
    with session() as opened:
        return tuple(reversed(opened.engine.loads()))


@per_load(4)
def health(revision: Revision) -> Health:
    """Counts of everything in the graph."""
    with session() as opened:
        return opened.engine.health()


def ask(question: Callable[[Session], T]) -> tuple[T, Statements]:
    """Ask once, from one load: the answer with the statements that made it, in the order in which they were sent."""
    with session() as opened, opened.engine.snapshot():
        token = _sent.set([])
        try:
            return question(opened), tuple(_sent.get() or ())
        finally:
            _sent.reset(token)


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
