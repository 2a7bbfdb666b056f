"""The next embedded graph made of the one before, where little differs between the two.

    file of the graph before ──► opened in memory ──► changed by the texts that change a server ──► the next file

The file before stays as it is. What comes out is the graph that would be made anew
(`tests/laws/test_changed_graph.py`); every label and type is counted. Costs of both ways: docs/scaling.md.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import kglite

from seewhy.graph.engines.bulk import check_counts
from seewhy.graph.engines.deltas import GraphDelta
from seewhy.graph.engines.escaping import escape_frame
from seewhy.graph.engines.writing import Outcome, write_delta
from seewhy.graph.errors import EngineUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import polars as pl

    from seewhy.graph.derivation.tables import GraphTables
    from seewhy.graph.engines.base import Progress

LARGE = 300_000
"""Nodes and relationships from which a graph is changed: below, to make it anew takes a second or two."""
FEW = 8
"""One row in so many may differ: writing one row costs about as much as adding eight in a frame."""


def changed_graph(
    open_graph: Callable[[], kglite.KnowledgeGraph],
    before: GraphTables,
    after: GraphTables,
    progress: Progress | None,
) -> tuple[kglite.KnowledgeGraph, bool] | None:
    """The graph before with everything that differs, and whether some text of that had to be escaped.

    None where it is to be made anew: so much differs that this is sooner, or what comes out would not hold exactly as
    much as `after`, because the graph held something else than `before`. EngineUnavailable where it cannot be opened.
    """
    with ThreadPoolExecutor(1) as beside:  # the engine opens a file without Python's lock
        opening = beside.submit(open_graph)
        delta = GraphDelta.between(before, after)
        graph = opening.result()
    if len(delta) * FEW > sum(after.size):
        return None
    escaped = False

    def inside(frame: pl.DataFrame) -> pl.DataFrame:
        nonlocal escaped
        frame, found = escape_frame(frame)
        escaped |= found
        return frame

    def run(text: str, parameters: Mapping[str, Any]) -> Outcome:
        graph.cypher(text, params=dict(parameters))
        did = graph.last_mutation_stats or {}
        return Outcome([], did.get("nodes_created", 0), did.get("relationships_created", 0))

    graph.read_only(False)
    try:
        write_delta(delta.mapped(inside), run, progress)
        check_counts(graph, after)
    except (EngineUnavailable, kglite.KgError):
        return None
    return graph, escaped
