"""Engines: Neo4j and the embedded one behind one door. Nothing outside this folder knows which of them runs."""

from __future__ import annotations

from os import PathLike, fspath
from typing import Any

from seewhy.graph.engines.base import Engine, Health, Progress, Rows
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.settings import Settings, is_address, read_settings

__all__ = ["Engine", "Health", "Progress", "Rows", "open_engine"]


def open_engine(
    target: Any = None,
    settings: Settings | None = None,
    write: bool = False,
    *,
    later: bool = False,
    older: bool = False,
) -> Engine:
    """Open a graph: a folder, a `neo4j://…` or `bolt://…` address, a `neo4j.Driver` or a `py2neo.Graph`.

    Without a target: `SEEWHY_GRAPH`, then `NEO4J_URI`, then `seewhy-graph` in the working folder. With `write=False`
    the graph must hold a finished load; with `write=True` it may be new or empty, and only then can it be loaded.
    `later` lets a graph in a folder be read at the first question: a million cases take seconds. `older` takes one of
    an older graph model, too, whose loads and history can be read, and which can be replaced.
    Raises ConfigurationError for a target that is none, EngineUnavailable for one that does not answer.
    """
    settings = settings or read_settings()
    if isinstance(target, (str, PathLike)) or target is None:
        chosen = settings.target(None if target is None else fspath(target))
        if is_address(chosen):
            from seewhy.graph.engines.neo4j import Neo4jEngine

            return Neo4jEngine.open(chosen, settings, write=write, older=older)
        from seewhy.graph.engines.embedded import EmbeddedEngine

        return EmbeddedEngine.open(chosen, settings, write=write, later=later, older=older)
    kind = f"{type(target).__module__.partition('.')[0]}.{type(target).__name__}"
    if kind.startswith("py2neo."):
        from seewhy.graph.engines.py2neo import Py2neoEngine

        return Py2neoEngine(target, settings)
    if kind.startswith("neo4j.") and kind.endswith("Driver") and hasattr(target, "session"):
        from seewhy.graph.engines.neo4j import Neo4jEngine

        return Neo4jEngine.open(target, settings, write=write, older=older)
    raise ConfigurationError(
        f"a graph cannot be opened from a `{type(target).__name__}`",
        "give a folder, an address such as `neo4j://localhost`, a neo4j.Driver or a py2neo.Graph",
    )
