"""What makes long lists quick, made beside the answers: the access matrix of today, once per load and day."""

from __future__ import annotations

import logging
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING

from seewhy.graph.change.kept_matrix import day_matrix
from seewhy.graph.days import day
from seewhy.graph.errors import SeeWhyError
from seewhy.graph.record import preparing

if TYPE_CHECKING:
    from seewhy.api import Graph
    from seewhy.graph.loads import Load

LARGE = 200_000
"""Facts of a load from which a list may take longer than a request should."""
_log = logging.getLogger("seewhy.http")


class Prepared:
    """Begins at most one thread for a load and a day; who asks meanwhile is answered by the graph."""

    def __init__(self) -> None:
        self.thread: Thread | None = None
        self._known: tuple[Load, str] | None = None

    def look(self, graph: Graph, load: Load) -> None:
        """A question of this load is being asked."""
        known = load, day(None)
        if load.facts >= LARGE and self._known != known:
            self._known = known
            self.thread = Thread(target=_make, args=(graph, known[1]), daemon=True)
            self.thread.start()


def _make(graph: Graph, date: str) -> None:
    try:
        with suppress(SeeWhyError), preparing(), graph.session.engine.snapshot():
            day_matrix(graph.session, date)
    except Exception:
        _log.exception("the access matrix of %s could not be made", date)
