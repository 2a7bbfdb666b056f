"""The load that a window shows: it stays until whoever looks takes the newer one, and nothing is swapped in silently.

    first page of a window ──► the newest load; once the graph is open its file is held (embedded)
    a newer one arrives    ──► said on the page within `LOOK_SECONDS`, with a button that takes it; questions are still
                               answered from the held one, for `_HELD_SECONDS`, since an old graph takes memory
    nothing is held        ──► on Neo4j, where a load takes the place of the one before, or later than that: the next
                               page shows the newer load and says so
"""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from seewhy.graph.loads import Load
    from seewhy.graph.session import Session

_KEY = "shown load"
_HELD_SECONDS = 900.0
LOOK_SECONDS = 15.0


@dataclass(slots=True)
class ShownLoad:
    """What one window shows, and the way back to it where it is held."""

    load: Load
    stay: Callable[[], AbstractContextManager[None]] | None = None
    session: Session | None = None
    """The graph that was open when it was held; another one knows nothing of it."""
    arrived: float = 0.0
    """When a newer load was first seen, by a clock that only goes on; 0: none was."""
    before: Load | None = None
    """The load that was shown until this one took its place unasked."""

    def way_back(self, opened: Session) -> Callable[[], AbstractContextManager[None]] | None:
        """How its questions are answered from it when a newer one is there; None where they are not."""
        long = self.arrived and time.monotonic() - self.arrived >= _HELD_SECONDS
        return None if long or self.session is not opened else self.stay


def of_window() -> ShownLoad | None:
    """What the window of this run shows; None before its first page, and outside of one."""
    return st.session_state.get(_KEY) if get_script_run_ctx(suppress_warning=True) else None


def stays(opened: Session) -> Callable[[], AbstractContextManager[None]]:
    """Reads in such a block, now or later and in any thread, come from the load that this window shows."""
    shown = of_window()
    return (shown and shown.way_back(opened)) or nullcontext


def look(opened: Session) -> ShownLoad:
    """What the page that is begun here shows: what its window showed, unless that is not held."""
    newest, shown = opened.newest(), of_window()
    if shown is None:
        shown = ShownLoad(newest)
    elif shown.load != newest:
        shown.arrived = shown.arrived or time.monotonic()
        if shown.way_back(opened) is None:
            shown = ShownLoad(newest, before=shown.load)
    else:
        # Held anew by every page, so that a damaged file is found as it is without one that is held.
        shown.before = shown.stay = None
    st.session_state[_KEY] = shown
    hold(opened)
    return shown


def hold(opened: Session) -> None:
    """Hold what is shown from now on, where the engine holds loads and has opened this one."""
    shown = of_window()
    if shown is None or shown.arrived or shown.way_back(opened) or not getattr(opened.engine, "has_read", False):
        return
    load, stay = opened.staying()
    if load == shown.load:
        shown.stay, shown.session = stay, opened


def newer(opened: Session) -> Load | None:
    """The load that has arrived since, as far as one has; lets go of the held one when it has been held long enough."""
    shown, newest = of_window(), opened.newest()
    if shown is None or shown.load == newest:
        return None
    shown.arrived = shown.arrived or time.monotonic()
    if shown.way_back(opened) is None:
        shown.stay = None
    return newest


def take() -> None:
    """Show the newest load from the next page on."""
    st.session_state.pop(_KEY, None)
