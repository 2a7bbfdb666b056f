"""What a graph holds, counted on either engine with the same two texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from seewhy.graph.engines.base import Health
from seewhy.graph.engines.texts import text
from seewhy.graph.schemes.in_use import labels, relationships


def counted(read: Callable[[str], list[dict[str, Any]]], problems: Sequence[str], notes: Sequence[str] = ()) -> Health:
    """Nodes by label and relationships by type of the vocabulary, zeros left out, beside what is already known."""
    nodes = {label: read(text("load/count_nodes", LABEL=label))[0]["n"] for label in labels()}
    related = {kind: read(text("load/count_relationships", TYPE=kind))[0]["n"] for kind in relationships()}
    return Health(_held(nodes), _held(related), tuple(problems), tuple(notes))


def _held(counts: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count}
