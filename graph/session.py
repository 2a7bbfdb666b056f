"""A session with one graph: runs named queries of the book, read-only, and remembers what does not change within a
load."""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from weakref import WeakValueDictionary

from seewhy.cypher.catalogue import book
from seewhy.graph.answers.as_json import Provenance
from seewhy.graph.days import day
from seewhy.graph.errors import EngineUnavailable, LimitReached, UnknownEntity
from seewhy.graph.loads import MODEL, NEWER, way_up
from seewhy.graph.nearest import nearest
from seewhy.graph.record import asking, is_recorded, of_arguments, resumed
from seewhy.graph.schemes.of_graph import changed_schemes, require_schemes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from seewhy.graph.engines.base import Engine
    from seewhy.graph.loads import Load


__all__ = ["Session", "bringing", "brings_something", "day", "within"]

K = TypeVar("K")
V = TypeVar("V")
_log = logging.getLogger("seewhy.graph")
_noticed: dict[str, Load] = {}
"""The load of each graph that this process has noticed last, for its log."""
_until: ContextVar[tuple[float, float, float] | None] = ContextVar("until", default=None)


@contextmanager
def within(seconds: float, each: float = inf) -> Iterator[None]:
    """What is asked inside the block has so many seconds in all, however many queries it takes, and `each` of these so
    many; then LimitReached.

    Only queries are stopped: what happens between two of them comes to its end.
    """
    token = _until.set((time.monotonic() + seconds, seconds, each))
    try:
        yield
    finally:
        _until.reset(token)


def is_limited() -> bool:
    """Whether what is asked here has a limit already."""
    return _until.get() is not None


class _Memory(NamedTuple):
    """What is remembered of one load, None before the first."""

    load: Load | None
    values: dict[str, Any]


KEPT_OF_THE_LOAD_BEFORE = ("access matrices", "history")
"""What is remembered that outlasts a load: the next access matrix is made of the one before."""
BROUGHT_ALONG = ("subject_", "resource_", "action_")
"""How the parameters begin that a question may bring along (`asks` of a scheme); null where it does not."""
_brought: ContextVar[Mapping[str, Any]] = ContextVar("brought along", default=MappingProxyType({}))


@contextmanager
def bringing(properties: Mapping[str, Any]) -> Iterator[None]:
    """Questions in the block bring these along: `resource_status` and so on, as rungs read them."""
    token = _brought.set(properties)
    try:
        yield
    finally:
        _brought.reset(token)


def brings_something() -> bool:
    """Whether this block's questions bring something along: what is remembered of others says nothing then."""
    return bool(_brought.get())


def hold(held: dict[K, V], key: K, value: V, most: int) -> V:
    """Keep a value as the one used last; of all no more than `most`, the least recently used goes first."""
    held.pop(key, None)
    held[key] = value
    for old in list(held)[:-most]:
        held.pop(old, None)
    return value


class Session:
    """One open graph. Every answer asks the engine for its newest load first, so a new load is noticed.

    Safe to use from several threads: a question that began before a load keeps what it remembers of its own one.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._memory = _Memory(None, {})
        self.begun: WeakValueDictionary[int, Any] = WeakValueDictionary()
        """Lists of which somebody may yet read more."""
        # Of the question that is being answered in this thread, and where its context goes.
        self._here: ContextVar[_Memory | None] = ContextVar("memory", default=None)

    digest = ""
    """Names what may be asked; a session with a scope has one, and whatever is kept of its answers goes by it."""

    def may(self, kind: str) -> bool:
        """Whether a kind of question may be asked at all; in a session without a scope all may."""
        del kind
        return True

    def tells(self, person: str, case: str, as_of: str) -> bool:
        """Whether a person and a case (blank: none) may be asked about on the day, as far as they exist."""
        del person, case, as_of
        return True

    def newest(self) -> Load:
        """The newest finished load; an empty graph or one of another version cannot answer."""
        loads = self.engine.loads()
        if not loads:
            raise EngineUnavailable(
                f"the graph `{self.engine.target}` is empty", "load a folder first: seewhy load FOLDER"
            )
        load = loads[-1]
        if load.model != MODEL:
            newer = load.model > MODEL
            age = "a newer" if newer else "an older"
            raise EngineUnavailable(
                f"the graph `{self.engine.target}` was written by {age} version of SeeWhy "
                f"(model {load.model}, this one reads {MODEL})",
                NEWER if newer else way_up(self.engine.target),
            )
        require_schemes((load,))
        here, shared = self._here.get(), self._memory
        # The whole of it is compared: two fresh loads of one second have the same id.
        if shared.load != load and (here is None or here.load != load):
            # Of somebody who was forgotten meanwhile nothing outlasts it.
            lasting = KEPT_OF_THE_LOAD_BEFORE if shared.load and shared.load.forgotten == load.forgotten else ()
            kept = {name: shared.values[name] for name in lasting if name in shared.values}
            shared = self._memory = _Memory(load, {"load before": kept})
            if _noticed.get(self.engine.target) != load:
                _noticed[self.engine.target] = load
                _log.info("a load was noticed", extra={"said": {"event": "load", "load": load.id}})
        if shared.load == load:
            self._here.set(shared)
        return load

    def provenance(self) -> Provenance:
        """Engine and load as every answer names them."""
        load = self.newest()
        return Provenance(f"{self.engine.name} {self.engine.version}", load.id, load.as_of, changed_schemes(load))

    def run(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        """Run one query of the book; parameters that its text does not use are left out.

        Outside a question it is one itself: a record in use is told of it.
        """
        if is_recorded(self):
            with asking(self, of_arguments("read", {**parameters, "query": name})):
                return self.run(name, **parameters)
        query = book()[name]
        brought = _brought.get()
        unsaid = {key: brought.get(key) for key in query.parameters if key.startswith(BROUGHT_ALONG)}
        given = unsaid | {key: value for key, value in parameters.items() if key in query.parameters}
        if (limit := _until.get()) is None:
            return self.engine.read(query.text, given)
        try:
            if (left := limit[0] - time.monotonic()) > 0:
                return self.engine.read(query.text, given, timeout=min(left, limit[2]))
        except LimitReached:
            if time.monotonic() < limit[0]:
                raise
        raise LimitReached(f"the question was stopped after {limit[1]:g} s", "ask for less")

    def remembered(self, key: str, make: Callable[[], Any]) -> Any:
        """A value that holds as long as the load that `newest` last gave here is the newest."""
        values = (self._here.get() or self._memory).values
        if key not in values:
            values[key] = make()
        return values[key]

    def before(self) -> dict[str, Any]:
        """What is kept of the load before this one, given away once."""
        kept: dict[str, Any] = self.remembered("load before", dict)
        (self._here.get() or self._memory).values["load before"] = {}
        return kept

    def held(self) -> Callable[[], AbstractContextManager[None]]:
        """A way back to the load and the question that are being read now, for an answer that is read bit by bit."""
        load, question = self.engine.held(), resumed()

        @contextmanager
        def again() -> Iterator[None]:
            with load(), question():
                yield

        return again

    def staying(self) -> tuple[Load, Callable[[], AbstractContextManager[None]]]:
        """The newest load, and a way back to it, for later and any thread, with what is remembered of it. Opens it."""
        load, newest = self.engine.held(), self.newest()
        memory = self._here.get()

        @contextmanager
        def again() -> Iterator[None]:
            token = self._here.set(memory)
            try:
                with load():
                    yield
            finally:
                self._here.reset(token)

        return newest, again

    def pair(self, person: str, case: str) -> dict[str, Any]:
        """Names and scheme of a person and a case; unknown ids raise UnknownEntity with the nearest known ones."""
        (row,) = self.run("organisation/pair", person=person, case=case)
        if row["person"] is None:
            raise self.unknown("person", person)
        if row["case_id"] is None:
            raise self.unknown("case", case)
        return row

    def unknown(self, kind: str, name: str) -> UnknownEntity:
        """The error for an id that does not exist, naming the nearest known ones (by id or by name)."""
        plural = {"person": "people", "case": "cases"}[kind]
        rows = self.remembered(plural, lambda: self.run(f"organisation/{plural}"))
        known = {row["id"]: row["name"] for row in rows}
        return UnknownEntity(f"unknown {kind} `{name}`", nearest(name, known, always=True))
