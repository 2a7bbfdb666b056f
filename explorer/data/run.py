"""One run of a page: the id that its questions have in the logs, and how long each of them may work."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING

from seewhy.auth.service_log import new_id
from seewhy.graph.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

_run: ContextVar[str] = ContextVar("run", default="")


@contextmanager
def one_run() -> Iterator[str]:
    """A page is drawn once: everything it asks has one request id, which this gives."""
    token = _run.set(new_id())
    try:
        yield _run.get()
    finally:
        _run.reset(token)


def run_id() -> str:
    """The id of this run; a new one where no page is drawn."""
    return _run.get() or new_id()


@cache
def page_seconds() -> tuple[float, float]:
    """Seconds that all queries of one question have together, and each of them."""
    settings = read_settings()
    return settings.seewhy_page_seconds, settings.seewhy_query_timeout
