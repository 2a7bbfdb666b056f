"""What makes long lists quick, made beside the answers: the access matrix of today, once per load and day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seewhy.graph.change.kept_matrix import begin
from seewhy.graph.days import day

if TYPE_CHECKING:
    from seewhy.api import Graph
    from seewhy.graph.loads import Load

LARGE = 200_000
"""Facts of a load from which a list may take longer than a request should."""


class Prepared:
    """Begins at most one thread for a load and a day; who asks meanwhile is answered by the graph."""

    def __init__(self) -> None:
        self._known: tuple[Load, str] | None = None

    def look(self, graph: Graph, load: Load) -> None:
        """A question of this load is being asked."""
        known = load, day(None)
        if load.facts >= LARGE and self._known != known:
            self._known = known
            begin(graph.session, known[1])
