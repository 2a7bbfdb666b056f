"""What is written into a graph, as tables: independent of any engine."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

Arrow = tuple[str, str, str]
"""(relationship type, label it starts at, label it ends at)."""


@dataclass(frozen=True, slots=True)
class GraphTables:
    """Nodes by label (`id`, `name`, properties) and relationships by arrow (`from`, `to`, properties), as columns."""

    nodes: dict[str, pl.DataFrame] = field(default_factory=dict)
    relationships: dict[Arrow, pl.DataFrame] = field(default_factory=dict)

    @property
    def size(self) -> tuple[int, int]:
        """Number of nodes and of relationships."""
        return sum(map(len, self.nodes.values())), sum(map(len, self.relationships.values()))
