"""Questions that are answered beside the page: it is drawn at once, and drawn again when their answer is there.

    page ──► later(key, question) ──► one of two threads asks; everybody who wants the same waits for the same
         ◄── the answer, or None     the page looks again every half second, and is drawn anew when it is there

What nobody has looked for in a while is not begun: whoever clicks on does not wait for what they left.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock
from typing import TYPE_CHECKING, Any

import streamlit as st

from seewhy.explorer.components import blocks
from seewhy.graph.errors import SeeWhyError

if TYPE_CHECKING:
    from collections.abc import Callable

_AT_ONCE = 2
_MOMENT = 0.2
"""Seconds that a page waits, when all else is drawn, for what may be there at once."""
_LOOK = 0.5
"""Seconds between two looks."""
_LEFT = 15.0
"""Seconds after which a question that nobody looks for is left alone."""
_THREADS = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="seewhy-beside")


class Later:
    """One question: asked when it is first looked for, and again when it was left alone."""

    def __init__(self, question: Callable[[], Any]) -> None:
        self._question = question
        self._lock = Lock()
        self._looked = 0.0
        self._asking = False
        self._ended = Event()
        self._answer: Any = None
        self._error: SeeWhyError | None = None

    def look(self, seconds: float = 0.0) -> bool:
        """Whether the answer is there, now or within the seconds; it is asked for when nobody has."""
        self._looked = time.monotonic()
        with self._lock:
            if not self._asking and not self._ended.is_set():
                self._asking = True
                _THREADS.submit(self._ask)
        return self._ended.wait(seconds)

    def answer(self) -> Any:
        """What was answered; raises the error that the question ended with."""
        if self._error is not None:
            raise self._error
        return self._answer

    def _ask(self) -> None:
        if time.monotonic() - self._looked > _LEFT:
            with self._lock:
                self._asking = False
            return
        try:
            self._answer = self._question()
        except SeeWhyError as error:
            self._error = error
        except BaseException:
            self._error = SeeWhyError("this could not be worked out", "please report it")
            raise
        finally:
            self._ended.set()


def shown(later: Later, draw: Callable[[Any], None], waiting: str) -> None:
    """Draw the answer where this is called, or the words for as long as it is not there."""
    if later.look(_MOMENT):
        draw(later.answer())
        return

    @st.fragment(run_every=_LOOK)
    def look_again() -> None:
        if later.look():
            st.rerun()
        blocks.show(waiting)

    look_again()
