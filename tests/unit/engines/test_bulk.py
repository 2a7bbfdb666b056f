"""A graph is the same whether it is written row by row, as a small one, or as frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seewhy.graph.derivation.derive import derive
from tests.support.world_graphs import filled, histories_side_by_side, loaded, tables_of
from tests.worlds.builder import DAY
from tests.worlds.histories import seeded_history
from tests.worlds.strategies import seeded_world

if TYPE_CHECKING:
    from seewhy.graph.derivation.tables import GraphTables


def content(tables: GraphTables, *, frames: bool) -> list[list[str]]:
    """Every node and relationship with its properties, and what kind of value each is."""
    engine = filled(tables, DAY, frames=frames)
    rows: tuple[list[dict[str, Any]], ...] = (
        engine.read("MATCH (n) RETURN labels(n) AS labels, properties(n) AS cells"),
        engine.read(
            "MATCH (a)-[r]->(b) RETURN labels(a) AS of, a.id AS a, type(r) AS kind, labels(b) AS to, b.id AS b, "
            "properties(r) AS cells"
        ),
    )
    return [
        sorted(repr([*row.items()][:-1]) + repr(sorted(row["cells"].items())) for row in one) for one in rows
    ]


def test_row_by_row_is_as_frames() -> None:
    """Worlds of every scheme with hostile ids and names, and histories: several facts between the same two ends."""
    histories = [loaded(seeded_history(scheme, 3)) for scheme in ("positions", "memberships", "portal", "privileges")]
    worlds = [tables_of(seeded_world("mixed", seed), DAY) for seed in range(6)]
    for tables in (*worlds, derive(histories_side_by_side(histories), DAY)):
        assert max(len(frame) for frame in tables.relationships.values()) <= 300, "it would not be written row by row"
        by_row, by_frame = content(tables, frames=False), content(tables, frames=True)
        assert by_row == by_frame
        assert len(by_row[1]) > 10
