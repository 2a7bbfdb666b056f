"""One run of a page: the id that its questions have in the logs, and how long each of them may work."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any

from seewhy.auth.service_log import new_id
from seewhy.graph.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_run: ContextVar[str] = ContextVar("run", default="")
_values: ContextVar[dict[str, Any] | None] = ContextVar("values of the run", default=None)


@contextmanager
def one_run() -> Iterator[str]:
    """A page is drawn once: everything it asks has one request id, which this gives."""
    token, values = _run.set(new_id()), _values.set({})
    try:
        yield _run.get()
    finally:
        _values.reset(values)
        _run.reset(token)


def run_id() -> str:
    """The id of this run; a new one where no page is drawn."""
    return _run.get() or new_id()


def once_a_run(name: str, make: Callable[[], Any]) -> Any:
    """A value that hundreds of pieces of a page want, made once while it is drawn; each time where no page is drawn."""
    if (values := _values.get()) is None:
        return make()
    if name not in values:
        values[name] = make()
    return values[name]


@cache
def page_seconds() -> tuple[float, float]:
    """Seconds that all queries of one question have together, and each of them."""
    settings = read_settings()
    return settings.seewhy_page_seconds, settings.seewhy_query_timeout
