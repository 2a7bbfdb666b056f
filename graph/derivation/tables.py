"""What is written into a graph, as tables: independent of any engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import polars as pl

from seewhy.graph.vocabulary import TEXT, TRUTH, WHOLE

Arrow = tuple[str, str, str]
"""(relationship type, label it starts at, label it ends at)."""
TYPES = {TEXT: pl.String, WHOLE: pl.Int64, TRUTH: pl.Boolean}
"""The type of a column for the kind of its property."""


@cache
def without_rows(columns: tuple[tuple[str, str], ...]) -> pl.DataFrame:
    """A table of columns `(name, kind)` without rows."""
    return pl.DataFrame(schema={name: TYPES[kind] for name, kind in columns})


@dataclass(frozen=True, slots=True)
class GraphTables:
    """Nodes by label (`id`, `name`, properties) and relationships by arrow (`from`, `to`, properties), as columns."""

    nodes: dict[str, pl.DataFrame] = field(default_factory=dict)
    relationships: dict[Arrow, pl.DataFrame] = field(default_factory=dict)

    @property
    def size(self) -> tuple[int, int]:
        """Number of nodes and of relationships."""
        return sum(map(len, self.nodes.values())), sum(map(len, self.relationships.values()))
