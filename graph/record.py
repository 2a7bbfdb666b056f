"""Questions are told to a record before they are answered, and again before their answer goes to whoever asked.

    Session.run ◄── every text that is sent to a graph; outside a question it is one of its own, kind `read`
    question    ◄── what pages, HTTP, commands and Python ask: one entry, whatever it asks in turn

So nothing can be asked unrecorded while a record is in use, and where `SEEWHY_LOG` names a log that nobody opened
nothing is answered at all. Who asks is said by the door (`calling`). Graphs in memory are no organisation's: they are
not recorded.

Long because how a question begins, is answered and fails is to be read in one place.
"""

from __future__ import annotations

import hashlib
import os
import time
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, Protocol, TypeVar

from seewhy.graph.days import today
from seewhy.graph.errors import ConfigurationError, LoadRejected, NotAllowed, SeeWhyError, UnknownEntity
from seewhy.graph.garbage_collection import garbage_collection_paused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from seewhy.graph.engines.base import Engine
    from seewhy.graph.loads import Load

P = ParamSpec("P")
T = TypeVar("T")
VARIABLE = "SEEWHY_LOG"
SCRATCH = "scratch"
"""The target of a graph in memory."""


class Session(Protocol):
    """What a record needs of a session."""

    engine: Engine

    def newest(self) -> Load:
        """The newest finished load."""


class Caller(NamedTuple):
    """Who asks, and through which door."""

    actor: str = ""
    role: str = ""
    door: str = "python"
    peer: str = ""
    """The address that the question came from."""
    request_id: str = ""
    purpose: str = ""


class Asked(NamedTuple):
    """One question: its kind, whom and what it is about, and everything else that was given."""

    kind: str
    person: str = ""
    case: str = ""
    as_of: str = ""
    options: Mapping[str, Any] = {}  # a default that nobody changes


class Record(Protocol):
    """What questions are told to. What it raises keeps the question from being answered."""

    def begin(self, asked: Sequence[Asked], caller: Caller, graph: Mapping[str, str]) -> int:
        """Questions that are about to be answered; the number of the first. They are on disk when this returns."""

    def end(self, first: int, count: int, outcome: str, error: str, seconds: float, answer: Any) -> None:
        """What came of them: answered, refused or failed. On disk when this returns."""

    def proof(self, number: int, *, opened: bool) -> bytes | None:
        """That a question is in the record, to be checked without it; `opened`: with its person and case. None where
        the record keeps nothing."""


@dataclass(slots=True)
class Answering:
    """A question that is being answered: its number, -1 where nothing is recorded, and its answer, once it is there."""

    number: int = -1
    answer: Any = field(default=None)


_record: Record | None = None
_inside: ContextVar[int | None] = ContextVar("question", default=None)
_caller: ContextVar[Caller | None] = ContextVar("caller", default=None)
_find_caller: Callable[[], Caller] = Caller


def use(record: Record | None) -> None:
    """Every question of this process is told to this record from now on."""
    global _record  # one process has one record
    _record = record


def current() -> Record | None:
    """The record that questions are told to now, if any."""
    return _record


def in_use() -> Record | None:
    """The record of this process. Raises ConfigurationError where one is wanted and nobody opened it."""
    if _record is None and os.environ.get(VARIABLE):
        raise ConfigurationError(f"the question log `{os.environ[VARIABLE]}` is not open, so nothing is answered")
    return _record


def callers_by(find: Callable[[], Caller], *, unless_said: bool = False) -> None:
    """How this process finds out who asks, where no `calling` says it; `unless_said`: when nothing was said so far."""
    global _find_caller
    if not unless_said or _find_caller is Caller:
        _find_caller = find


@contextmanager
def calling(caller: Caller) -> Iterator[None]:
    """Questions in the block are this caller's."""
    token = _caller.set(caller)
    try:
        yield
    finally:
        _caller.reset(token)


def caller() -> Caller:
    """Who asks here."""
    return _caller.get() or _find_caller()


def proof_here(*, opened: bool) -> bytes | None:
    """The proof of the question that is being answered here, None where nothing is recorded."""
    number, record = _inside.get(), _record
    return None if number is None or number < 0 or record is None else record.proof(number, opened=opened)


def resumed() -> Callable[[], AbstractContextManager[None]]:
    """A way back into the question that is being answered here: what of its answer is read later is part of it."""
    number = _inside.get()

    @contextmanager
    def again() -> Iterator[None]:
        token = _inside.set(number)
        try:
            yield
        finally:
            _inside.reset(token)

    return again


@contextmanager
def preparing() -> Iterator[None]:
    """What is read in the block goes to nobody: it makes later answers quick. Nothing of it is recorded."""
    token = _inside.set(-1)
    try:
        yield
    finally:
        _inside.reset(token)


def is_wanted() -> bool:
    """Whether what begins here is to be told to a record: one is in use, and no question is being answered."""
    return _inside.get() is None and (_record is not None or VARIABLE in os.environ)


def is_recorded(session: Session) -> bool:
    """The same for a question of a session."""
    if not is_wanted():
        return False
    return session.engine.target != SCRATCH and in_use() is not None


@contextmanager
def asking(session: Session, *asked: Asked) -> Iterator[Answering]:
    """A question (or several with one answer) is asked inside the block, which sets `answer`.

    A question inside another one is part of it. The block's error is what became of the question.
    """
    if not is_recorded(session):
        yield Answering()
        return
    record = in_use()
    assert record is not None
    answering = Answering(record.begin(asked, caller(), _graph(session)))
    token, began = _inside.set(answering.number), time.perf_counter()
    outcome, error = "failed", ""
    try:
        yield answering
        outcome = "answered"
    except BaseException as raised:
        outcome, error = failure(raised)
        raise
    finally:
        _inside.reset(token)
        seconds = time.perf_counter() - began
        record.end(answering.number, len(asked), outcome, error, seconds, answering.answer)


def failure(error: BaseException) -> tuple[str, str]:
    """What became of a question that raised this: refused when it is wrong or not allowed, failed when it could not be
    answered; and the kind of error."""
    wrong = UnknownEntity | ConfigurationError | LoadRejected | NotAllowed
    refused = isinstance(error, wrong) or hasattr(error, "status")
    return ("refused" if refused else "failed"), type(error).__name__


def _graph(session: Session) -> dict[str, str]:
    """Engine, load and schemes, as far as the graph says; the question itself meets what keeps it from saying."""
    engine = f"{session.engine.name} {session.engine.version}"
    try:
        load = session.newest()
    except SeeWhyError:
        return {"engine": engine}
    schemes = hashlib.sha256(load.schemes.encode()).hexdigest()[:16]
    return {"engine": engine, "load": load.id, **({"schemes": schemes} if load.schemes else {})}


def question(kind: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """A function of a session that answers a question: every call is told to the record.

    Its arguments `person`, `case` and `as_of` are those of the question, the others its options.
    """

    def told(answer: Callable[P, T]) -> Callable[P, T]:
        parameters = signature(answer)

        @wraps(answer)
        def asked(*given: P.args, **named: P.kwargs) -> T:
            session: Any = given[0] if given else named["session"]
            with garbage_collection_paused():
                if not is_recorded(session):
                    return answer(*given, **named)
                arguments = _bound(parameters, given, named)
                with asking(session, of_arguments(kind, arguments)) as answering:
                    answering.answer = found = answer(*given, **named)
                return found

        asked.question = kind  # type: ignore[attr-defined]  # what the contract test of all questions looks for
        return asked

    return told


def _bound(parameters: Signature, given: Any, named: Any) -> dict[str, Any]:
    """Arguments by name; a day that was left out is today."""
    arguments = dict(parameters.bind(*given, **named).arguments)
    for name, one in parameters.parameters.items():
        if one.kind is Parameter.VAR_KEYWORD:
            arguments |= arguments.pop(name, {})
    if "as_of" in parameters.parameters and arguments.get("as_of") is None:
        arguments["as_of"] = today()
    return arguments


def of_call(kind: str, answer: Callable[..., Any], given: Any, named: Any) -> Asked:
    """The question of a call of a function, by the names of its arguments."""
    return of_arguments(kind, _bound(signature(answer), given, named))


def of_arguments(kind: str, arguments: Mapping[str, Any]) -> Asked:
    """A question of named arguments; what is no text, number or list of texts, and has no `as_dict`, is left out."""
    plain: dict[str, Any] = {}
    for name, value in arguments.items():
        check = getattr(value, "check", None)  # what would change an answer: it is about the answer's pair
        pair = {} if check is None else {"person": check.person, "case": check.case, "as_of": check.as_of}
        plain |= pair or {name: _plain(value)}
    about = {name: str(plain.pop(name) or "") for name in ("person", "case", "as_of") if name in plain}
    options = {name: value for name, value in plain.items() if value is not None}
    return Asked(kind, options=options, **about)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return list(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "__fspath__"):
        return os.path.basename(os.fspath(value))
    return value.as_dict() if hasattr(value, "as_dict") else None


def stepwise(session: Session, asked: Asked, rows: Iterable[T]) -> Iterator[T]:
    """Rows that are worked out one by one: one question from the first to the last, whatever is asked in between."""
    if not is_recorded(session):
        yield from rows
        return
    record = in_use()
    assert record is not None
    first, began, count = record.begin([asked], caller(), _graph(session)), time.perf_counter(), 0
    outcome, error, each = "failed", "", iter(rows)
    try:
        while True:
            token = _inside.set(first)
            try:
                row = next(each)
            except StopIteration:
                break
            finally:
                _inside.reset(token)
            count += 1
            yield row
        outcome = "answered"
    except GeneratorExit:  # who asks has enough
        outcome = "answered"
        raise
    except BaseException as raised:
        outcome, error = failure(raised)
        raise
    finally:
        record.end(first, 1, outcome, error, time.perf_counter() - began, {"count": count})
