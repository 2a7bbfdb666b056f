"""The file of an embedded graph, opened for reading."""

from __future__ import annotations

import kglite

from seewhy.graph.engines.generations import GraphFolder


def open_graph(folder: GraphFolder, file: str) -> kglite.KnowledgeGraph:
    """The graph in a file, for reading only; EngineUnavailable when the engine finds it damaged."""
    folder.files.check_kind(file)
    try:
        graph = kglite.load(str(folder.path / file), verify="eager")
    except kglite.KgError:
        raise folder.files.damaged(file) from None
    graph.read_only(True)
    return graph
