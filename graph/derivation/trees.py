"""Closures over the trees of units and of case types, per era, so that no rung walks a path of unknown length."""

from __future__ import annotations

import polars as pl

from seewhy.graph.derivation.periods import coalesce, cuts, eras, live

_NEAREST = {"IN_FIRM": "firm", "IN_REFERRER": "referrer", "IN_ESTATE_AGENT": "estate_agent"}
_EDGE = {"from": pl.String, "to": pl.String, "since": pl.String, "until": pl.String}


def _climb(node: str, parents: dict[str, str]) -> list[str]:
    """The node and everything above it; a circle cannot come from checked input, but never hangs either."""
    way = {node: None}
    while (node := parents.get(node, "")) and node not in way:
        way[node] = None
    return list(way)


def closure(facts: pl.DataFrame, key: str) -> dict[str, pl.DataFrame]:
    """`WITHIN` (self included), per era; for units also the nearest firm, referrer, estate agent at or above.

    Returns relationship type to frame from, to, since, until.
    """
    rows = live(facts)
    kinds = "kind" in rows.columns
    periods = eras(cuts(rows))
    found: dict[str, list[tuple[str, str, str, str]]] = {
        "WITHIN": [],
        **({name: [] for name in _NEAREST} if kinds else {}),
    }
    columns = [key, "parent_id", "since", "until", *(["kind"] if kinds else [])]
    held = rows.select(columns).rows()
    for since, until in periods:
        now = [row for row in held if row[2] <= since < row[3]] if len(periods) > 1 else held
        parents = {row[0]: row[1] for row in now}
        kind_of = {row[0]: row[4] for row in now} if kinds else {}
        for node in parents:
            way = _climb(node, parents)
            found["WITHIN"] += [(node, above, since, until) for above in way]
            for name, kind in _NEAREST.items() if kinds else ():
                nearest = next((above for above in way if kind_of.get(above) == kind), None)
                if nearest is not None:
                    found[name].append((node, nearest, since, until))
    return {name: coalesce(pl.DataFrame(edges, schema=_EDGE, orient="row")) for name, edges in found.items()}


def sensitive_above(facts: pl.DataFrame, within: pl.DataFrame, key: str) -> pl.DataFrame:
    """Nodes with something sensitive at or above them: columns node, since, until (may overlap); `key` is the id
    column."""
    if not facts["sensitive"].any():
        return pl.DataFrame(schema=dict.fromkeys(("node", "since", "until"), pl.String))
    marked = live(facts).filter("sensitive").select(to=key, since="since", until="until")
    joined = within.join(marked.rename({"since": "_s", "until": "_u"}), on="to")
    return live(
        joined.select(
            pl.col("from").alias("node"), since=pl.max_horizontal("since", "_s"), until=pl.min_horizontal("until", "_u")
        )
    )
