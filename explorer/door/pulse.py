"""Whether the explorer is alive: its loop turns, and its pages come to an end.

loop       a beat every second; the health path answers 503 when the last one is old. A loop that is blocked cannot
           answer at all, which a health check takes for the same.
pages      503 when a page has been on its way for `PAGE_SECONDS`, no other has come to its end since, and the
           process does nothing meanwhile: it waits for something that will not come. A long question works.
process    where nobody sits at a terminal, a loop without a beat for `LOST_SECONDS` ends the process, with the
           stack of every thread on standard error, so that whatever started it can start it again. That clock
           runs outside of the interpreter: a thread that holds it for good does not stop it.
"""

from __future__ import annotations

import asyncio
import faulthandler
import sys
import time
from contextlib import asynccontextmanager, contextmanager, suppress
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

BEAT_SECONDS = 1.0
LATE_SECONDS = 30.0
PAGE_SECONDS = 300.0
LOST_SECONDS = 600.0
IDLE = 0.05
"""The part of one processor below which a process does nothing."""


class Pulse:
    """The beats of the loop and the pages that are on their way."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, used: Callable[[], float] = time.process_time
    ) -> None:
        """`clock` and `used` give seconds: passed, and of processors that this process has used."""
        self._clock, self._used = clock, used
        self._lock = Lock()
        self.visitors = 0
        """Browsers that have a page open; counted in the loop, read anywhere."""
        self._running: dict[object, float] = {}
        self._ended = self._beaten = clock()
        self._seen = (clock(), used())
        self._idle = False

    def beat(self) -> None:
        """Say that the loop turns."""
        self._beaten = self._clock()

    @contextmanager
    def visited(self) -> Iterator[None]:
        """Say that a browser has a page open for the length of the block."""
        self.visitors += 1
        try:
            yield
        finally:
            self.visitors -= 1

    @contextmanager
    def running(self) -> Iterator[None]:
        """Say that a page is on its way for the length of the block."""
        page = object()
        with self._lock:
            self._running[page] = self._clock()
        try:
            yield
        finally:
            with self._lock:
                del self._running[page]
                self._ended = self._clock()

    def trouble(self) -> str:
        """What is stuck, blank when nothing is."""
        now = self._clock()
        if now - self._beaten > LATE_SECONDS:
            return "the loop does not turn"
        with self._lock:
            oldest = min(self._running.values(), default=now)
            waiting = now - max(oldest, self._ended) > PAGE_SECONDS
            self._look(now)
        return "no page comes to its end" if waiting and self._idle else ""

    def _look(self, now: float) -> None:
        """Note whether next to no processor was used since the last look, a second ago or more."""
        then, before = self._seen
        if now - then >= BEAT_SECONDS:
            self._seen = (now, self._used())
            self._idle = (self._seen[1] - before) / (now - then) < IDLE

    @asynccontextmanager
    async def lifespan(self, _: Any) -> AsyncIterator[None]:
        """Beat for as long as the server runs."""
        beating = asyncio.create_task(self._beating(watched=unattended()))
        try:
            yield
        finally:
            beating.cancel()
            with suppress(asyncio.CancelledError):
                await beating
            faulthandler.cancel_dump_traceback_later()

    async def _beating(self, *, watched: bool) -> None:
        while True:
            self.beat()
            if watched:
                faulthandler.dump_traceback_later(LOST_SECONDS, exit=True)
            await asyncio.sleep(BEAT_SECONDS)


def unattended() -> bool:
    """Whether nobody sits at a terminal; only where the clock stands still while the machine sleeps."""
    return sys.platform == "linux" and not (sys.stdin is not None and sys.stdin.isatty())


PULSE = Pulse()
"""The one of this process."""
