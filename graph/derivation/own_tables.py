"""Tables and columns of schemes: rows that become nodes, trees and relationships, as `graph.toml` says.

What is about equivalent cases (`profile`) is made with the profiles (`profiles.py`); a list of a case goes out from the
case as well, with the row that an answer cites.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from seewhy.graph.derivation.organisation import edges, nodes
from seewhy.graph.derivation.trees import closure
from seewhy.graph.inputs.files import FILES
from seewhy.graph.schemes.in_use import own_arrows, schemes
from seewhy.graph.vocabulary import DATED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seewhy.graph.derivation.tables import Arrow
    from seewhy.graph.schemes.own_graph import OwnNode


def own_tables(h: Mapping[str, pl.DataFrame]) -> tuple[dict[str, pl.DataFrame], dict[Arrow, pl.DataFrame]]:
    """The nodes by label, and the relationships by arrow."""
    found: dict[str, pl.DataFrame] = {}
    out: dict[Arrow, list[pl.DataFrame]] = {}
    for node in dict.fromkeys(node for scheme in schemes().values() for node in scheme.graph.nodes):
        rows = h[node.table]
        found[node.label] = _nodes(rows, node)
        if node.tree:
            within = closure(rows, node.id)["WITHIN"]
            blank = {"source": pl.lit(""), "load": pl.lit("")}
            out.setdefault(("WITHIN", node.label, node.label), []).append(within.with_columns(**blank))
            parents = edges(rows.filter(pl.col("parent_id") != ""), node.id, "parent_id")
            out.setdefault(("PART_OF", node.label, node.label), []).append(parents)
    for arrow in own_arrows():
        if arrow.row_ends:
            rows = h[arrow.table].filter((pl.col(arrow.start) != "") & (pl.col(arrow.end) != ""))
            properties = {name: name for name in arrow.properties}
            made = edges(rows, arrow.start, arrow.end, **properties)
            out.setdefault((arrow.type, *arrow.row_ends), []).append(made)
    return found, {arrow: pl.concat(frames, how="diagonal") for arrow, frames in out.items()}


def _nodes(rows: pl.DataFrame, node: OwnNode) -> pl.DataFrame:
    """One node per id, with the plain columns of its newest row."""
    plain = [
        column.name
        for column in FILES[node.table].columns
        if column.references is None and column.name not in (node.id, node.name, *DATED)
    ]
    return nodes(rows, node.id, node.name, **{name: name for name in plain})
