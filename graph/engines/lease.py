"""The right to load a graph on Neo4j: a running `Load` node whose `alive_until` a heartbeat renews.

Phases of the node, and what a question does that meets it:

    checking     nothing of the graph has changed            answers
    batches      a first or fresh load, half written         says "a load has been running since …"
    committing   one commit is being applied                 waits for the end of it and asks again

Past `alive_until` the load is dead. The next command whose login may write takes it over (`undo`): a half-written graph
is emptied; in the other phases only the node goes, because a commit happened or did not. All times are the server's.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from seewhy.graph.engines.texts import text
from seewhy.graph.errors import EngineUnavailable
from seewhy.graph.loads import MODEL

Write = Callable[[str, Mapping[str, Any]], list[dict[str, Any]]]
"""Runs one text in a transaction of its own and returns its rows."""
Stream = Callable[[str], None]
"""Runs one text that makes its own transactions."""


class Lease:
    """One load's right to write, from `begin` to `release`."""

    def __init__(self, write: Write, seconds: float) -> None:
        self.owner = uuid4().hex
        self._write = write
        self._alive = round(seconds * 1000)
        self._stop = threading.Event()
        self._lost = threading.Event()
        self._heart = threading.Thread(target=self._beat, args=(seconds / 4,), name="seewhy-heartbeat", daemon=True)

    def begin(self) -> bool:
        """Take the right to load; False when a load that lives or died holds it."""
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        given = {"owner": self.owner, "started": now, "alive": self._alive, "model": MODEL}
        if not self._write(text("load/begin"), given):
            return False
        self._heart.start()
        return True

    def take_over(self) -> tuple[str, str] | None:
        """Phase and begin of a dead load that is ours from now on; None when there is none."""
        rows = self._write(text("load/take_over"), {"owner": self.owner, "alive": self._alive})
        if not rows:
            return None
        self._heart.start()
        return rows[0]["phase"], rows[0]["since"]

    def enter(self, phase: str) -> None:
        """Say what the load does now; EngineUnavailable when it has been taken over."""
        if not self._write(text("load/enter_phase"), {"owner": self.owner, "phase": phase})[0]["n"]:
            raise taken_over()

    def check(self) -> None:
        """EngineUnavailable when the heartbeat has found the load taken over."""
        if self._lost.is_set():
            raise taken_over()

    def release(self) -> None:
        """Give the right back and stop the heartbeat."""
        self._stop.set()
        if self._heart.is_alive():
            self._heart.join(timeout=5)
        self._write(text("load/release"), {"owner": self.owner})

    def _beat(self, interval: float) -> None:
        while not self._stop.wait(interval):
            try:
                if not self._write(text("load/renew"), {"owner": self.owner, "alive": self._alive})[0]["n"]:
                    self._lost.set()
                    return
            except Exception:  # a server that is away for a moment; the next beat tries again
                continue


def taken_over() -> EngineUnavailable:
    """The error of a load that was taken for dead, for example because this machine slept."""
    return EngineUnavailable(
        "this load was given up by another command because it had not been heard of", "start the load again"
    )


def undo(write: Write, stream: Stream, seconds: float) -> None:
    """Undo a dead load; nothing happens when it lives, is gone, or another command undoes it."""
    lease = Lease(write, seconds)
    dead = lease.take_over()
    if dead is None:
        return
    phase, since = dead
    try:
        if phase == "batches":
            empty(stream)
            write(text("load/note_interrupted"), {"since": since})
            lease.enter("checking")
    finally:
        lease.release()


def empty(stream: Stream) -> None:
    """Delete everything but the state and the running load."""
    stream(text("load/delete_relationships"))
    stream(text("load/delete_nodes"))
