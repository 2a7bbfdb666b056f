"""What is sent to the graph while an answer is made, for Show query."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple

from seewhy.graph.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seewhy.graph.engines import Engine
    from seewhy.graph.engines.base import Rows


class Statement(NamedTuple):
    """One query as it was sent: its name in the query book, its text, its parameters."""

    name: str
    text: str
    parameters: dict[str, Any]


Statements = tuple[Statement, ...]
_name: ContextVar[str] = ContextVar("name", default="")
_sent: ContextVar[list[Statement] | None] = ContextVar("sent", default=None)


@contextmanager
def recording() -> Iterator[list[Statement]]:
    """What is sent in the block, in that order."""
    sent: list[Statement] = []
    token = _sent.set(sent)
    try:
        yield sent
    finally:
        _sent.reset(token)


class RecordingEngine:
    """An engine that records what is sent to it while an answer is made."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.has_read = False
        """Whether it holds the load that was read, and reading has opened it."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def read(self, text: str, parameters: Mapping[str, Any] | None = None, **options: Any) -> Rows:
        """Read through, and keep text and parameters."""
        if (sent := _sent.get()) is not None:
            sent.append(Statement(_name.get(), text, dict(parameters or {})))
        rows = self._engine.read(text, parameters, **options)
        self.has_read = self._engine.name == "embedded"
        return rows


class RecordingSession(Session):
    """A session that records the name of the query that is running."""

    def run(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        """Run it under its name."""
        token = _name.set(name)
        try:
            return super().run(name, **parameters)
        finally:
            _name.reset(token)
