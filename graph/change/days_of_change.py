"""The days on which something of the history begins or ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from seewhy.graph.vocabulary import ALWAYS, OPEN

if TYPE_CHECKING:
    from collections.abc import Mapping


def days_of_change(history: Mapping[str, pl.DataFrame]) -> dict[str, int]:
    """Day to how many rows begin or end on it, the earliest first. Rows that hold on no day count nothing."""
    ends = [
        frame.filter(pl.col("since") < pl.col("until")).select(pl.col(side).alias("day"))
        for frame in history.values()
        for side in ("since", "until")
    ]
    if not ends:
        return {}
    counted = pl.concat(ends).filter(~pl.col("day").is_in([ALWAYS, OPEN])).group_by("day").len().sort("day")
    return dict(counted.iter_rows())
