"""A graph in memory from some facts: the embedded engine decides on it as on a loaded one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from seewhy.graph.change.in_memory import facts_of
from seewhy.graph.derivation.derive import derive
from seewhy.graph.derivation.tables import GraphTables
from seewhy.graph.engines.embedded import EmbeddedEngine
from seewhy.graph.session import Session

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seewhy.graph.evidence.pseudonyms import Pseudonyms
    from seewhy.graph.loads import Load


def pseudonymous(session: Session, pseudonyms: Pseudonyms, as_of: str) -> Session:
    """A session on a copy of the whole graph, in which pseudonyms stand for ids, names and texts."""
    return scratch(pseudonyms.history(facts_of(session.engine)), as_of, session.engine.loads())


def scratch(history: Mapping[str, pl.DataFrame], as_of: str, loads: Sequence[Load]) -> Session:
    """A session on a graph that holds these facts; relationships to something that they do not tell of are left out."""
    tables = derive(history, as_of)
    ids = {label: frame["id"].implode() for label, frame in tables.nodes.items()}
    whole = {
        arrow: frame.filter(pl.col("from").is_in(ids[arrow[1]]) & pl.col("to").is_in(ids[arrow[2]]))
        for arrow, frame in tables.relationships.items()
    }
    return Session(EmbeddedEngine.scratch(GraphTables(tables.nodes, whole), loads=tuple(loads)))
