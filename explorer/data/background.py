"""Questions that are answered in the background: the page is drawn at once, and again when the answer is there.

    page ──► PendingAnswer ──► one of a few threads asks; all who want the same answer wait for the same question
         ◄── the answer        the page looks every half second, and is drawn anew when it is there

A question that no page has looked at for a while is not begun, and one that tells how far it is ends there; where the
next page of a visitor is drawn, after a second (`turn_page`): whoever clicks on does not wait for what they left. Who
comes back to it begins it anew.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, ContextVar, copy_context
from threading import Event, Lock
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from seewhy.explorer.components import blocks
from seewhy.explorer.data.run import page_seconds
from seewhy.graph.errors import EngineUnavailable, LimitReached, SeeWhyError
from seewhy.graph.session import within

if TYPE_CHECKING:
    from collections.abc import Callable

_WORKERS = 4
"""Two may be busy for long (findings, an access matrix) while somebody waits for what a page asked."""
_WAIT_SECONDS = 0.2
"""How long a page waits, when all else is drawn, for an answer that comes at once."""
SMALL_SECONDS = 20.0
"""How long a page waits for all of an answer of a small graph, which is drawn at once."""
FILE_SECONDS = 120.0
"""How long who saves an answer as a file waits for all of it."""
_POLL_SECONDS = 0.5
"""How often the page looks again."""
_ABANDONED_SECONDS = 15.0
"""After which a question that no page looks at is not begun."""
_GRACE_SECONDS = 1.0
"""The same for a visitor whose next page is being drawn, and may look for it again."""
_LOOKED_FOR = "looked for"
_POOL = ThreadPoolExecutor(_WORKERS, thread_name_prefix="seewhy-background")


class _Left(SeeWhyError):
    """Nobody waits for the answer any more."""


class PendingAnswer:
    """The answer of a question that is asked once, when a page first looks for it."""

    def __init__(self, question: Callable[[], Any]) -> None:
        self._question = question
        self._context = copy_context()  # of whoever asked first, and inside their question
        self._lock = Lock()
        self._looks: dict[str, float] = {}  # by visit the moment of the last one
        self._asking = False
        self._ended = Event()
        self.doing = ""
        """What the question said last of how far it is (`tell`)."""
        self._answer: Any = None
        self._error: SeeWhyError | None = None

    def ready(self, seconds: float = 0.0) -> bool:
        """Whether the answer is there, at once or within so many seconds; begins the question when nobody has."""
        until = time.monotonic() + seconds
        while True:
            self._look()
            with self._lock:
                if not self._asking and not self._ended.is_set():
                    self._asking = True
                    _POOL.submit(self._context.copy().run, self._ask)
            # Who waits for long looks again and again, else the question would be taken for abandoned.
            left = until - time.monotonic()
            if self._ended.wait(max(0.0, min(left, _ABANDONED_SECONDS / 3))) or left <= _ABANDONED_SECONDS / 3:
                return self._ended.is_set()

    def answer(self) -> Any:
        """The answer; raises the error that the question ended with.

        An engine that was away is no answer: the next page that looks asks again.
        """
        with self._lock:
            error = self._error
            if isinstance(error, EngineUnavailable):
                self._error, self._asking = None, False
                self._ended.clear()
        if error is not None:
            raise error
        return self._answer

    def for_file(self, what: str) -> Any:
        """The answer, however long it takes up to FILE_SECONDS; `what` was not found in them, says LimitReached."""
        if not self.ready(FILE_SECONDS):
            raise LimitReached(f"{what} was not found within {FILE_SECONDS:g} s", "ask again")
        return self.answer()

    def _ask(self) -> None:
        if self._abandoned():
            with self._lock:
                self._asking = False
            return
        _asked.set(self)
        try:
            # Its own time: that of the page which asked first may be over.
            with within(*page_seconds()):
                self._answer = self._question()
            self._context = Context()  # the load that it was asked of need not stay open for it
        except _Left:
            with self._lock:
                self._asking = False
            return
        except SeeWhyError as error:
            self._error = error
        except BaseException:
            self._error = SeeWhyError("this could not be worked out", "please report it")
            self._ended.set()
            raise
        self._ended.set()

    def _look(self) -> None:
        visit = context.session_id if (context := get_script_run_ctx(suppress_warning=True)) else ""
        self._looks[visit] = time.monotonic()
        if visit and not self._ended.is_set():
            st.session_state.setdefault(_LOOKED_FOR, {})[id(self)] = self, visit

    def _abandoned(self) -> bool:
        return time.monotonic() - max([*self._looks.values()], default=0.0) > _ABANDONED_SECONDS

    def turned(self, visit: str) -> None:
        """The next page of a visit is being drawn, and does not wait for this unless it looks again soon."""
        self._looks[visit] = time.monotonic() - _ABANDONED_SECONDS + _GRACE_SECONDS

    def tell(self, words: str) -> None:
        """Note how far the question is; ends it when nobody has looked for it for a while."""
        self.doing = words
        if self._abandoned():
            raise _Left("nobody waits for this any more")


def turn_page() -> None:
    """A page begins to be drawn: what the one before it waited for is left, unless this one looks for it again."""
    for pending, visit in st.session_state.pop(_LOOKED_FOR, {}).values():
        pending.turned(visit)


_asked: ContextVar[PendingAnswer | None] = ContextVar("asked in the background", default=None)


def tell(words: str) -> None:
    """A question that is answered in the background says what it does next; nothing elsewhere."""
    if (asked := _asked.get()) is not None:
        asked.tell(words)


def draw_when_ready(pending: PendingAnswer, draw: Callable[[Any], None], waiting: str | Callable[[], str]) -> None:
    """Draw the answer here, and until it is there the HTML `waiting`, or what it gives."""
    if pending.ready(_WAIT_SECONDS):
        draw(pending.answer())
    else:
        draw_again_when(pending.ready, waiting)


def draw_again_when(more: Callable[[], bool], waiting: str | Callable[[], str]) -> None:
    """Draw the HTML `waiting` here, as it is at each look, and the whole page anew as soon as there is more."""

    @st.fragment(run_every=_POLL_SECONDS)
    def look_again() -> None:
        if more():
            st.rerun()
        said = waiting if isinstance(waiting, str) else waiting()
        blocks.show(f'<div class="still-asked">{said}</div>')  # benchmarks/pages.py waits until there is none

    look_again()
