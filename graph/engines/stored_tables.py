"""What a graph on Neo4j holds, as tables: what a load is compared with when the rules that derive it have changed.

Otherwise it is derived again from the history, which is much less to read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from seewhy.graph.derivation.tables import TYPES, GraphTables
from seewhy.graph.engines.texts import text
from seewhy.graph.schemes.in_use import arrows, labels
from seewhy.graph.vocabulary import TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


def stored_tables(read: Callable[[str], Iterable[Mapping[str, Any]]]) -> GraphTables:
    """Nodes and relationships of every label and arrow of the vocabulary."""
    nodes = {
        label: _frame(
            [row["cells"] for row in read(text("load/read_nodes", LABEL=label))], {"id": TEXT, "name": TEXT, **own}
        )
        for label, own in labels().items()
    }
    related = {}
    for (kind, start, end), own in arrows().items():
        rows = read(text("load/read_relationships", TYPE=kind, FROM=start, TO=end))
        cells = [{"from": row["start"], "to": row["finish"], **row["cells"]} for row in rows]
        related[kind, start, end] = _frame(cells, {"from": TEXT, "to": TEXT, **own})
    return GraphTables(nodes, related)


def _frame(rows: list[dict[str, Any]], kinds: Mapping[str, str]) -> pl.DataFrame:
    columns = {name: [row.get(name) for row in rows] for name in kinds}
    return pl.DataFrame(columns, schema={name: TYPES[kind] for name, kind in kinds.items()})
