"""Half-open periods as columns `since` and `until` (ISO text), and the few operations that derivations need."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import polars as pl

from seewhy.graph.vocabulary import ALWAYS, LAST_DAY, OPEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def live(facts: pl.DataFrame) -> pl.DataFrame:
    """Facts that held on at least one day (a fact replaced on the day it began has an empty period)."""
    # Two series are compared at once; an expression makes a plan, which a small history asks for a hundred times.
    held = facts["since"] < facts["until"]
    return facts if held.all() else facts.filter(held)


def overlap(
    left: pl.DataFrame, right: pl.DataFrame, on: Sequence[str] | str, right_on: Sequence[str] | str | None = None
) -> pl.DataFrame:
    """Inner join of two dated frames, each pair held while both hold. The right frame's other columns must be new
    names."""
    if left.is_empty() or right.is_empty():
        known = {on, right_on or on} if isinstance(on, str) else {*on, *(right_on or on)}
        return pl.DataFrame(schema={**left.schema, **{n: t for n, t in right.schema.items() if n not in known}})
    renamed = right.rename({"since": "_since", "until": "_until"})
    joined = left.join(renamed, left_on=on, right_on=right_on or on, how="inner")
    return live(
        joined.with_columns(since=pl.max_horizontal("since", "_since"), until=pl.min_horizontal("until", "_until"))
    ).drop("_since", "_until")


def coalesce(facts: pl.DataFrame) -> pl.DataFrame:
    """Merge periods that touch or are equal where every other column is equal (not those that overlap otherwise)."""
    keys = [name for name in facts.columns if name not in {"since", "until"}]
    if facts.is_empty():
        return facts
    # Most facts have nothing to be merged with: nothing else has their first cell.
    several = facts[keys[0]].is_duplicated()
    if not several.any():
        return facts
    alone, rest = facts.filter(~several), facts.filter(several)
    ordered = rest.unique().sort([*keys, "since"])
    same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift(1)) for name in keys)
    begins = (~same | (pl.col("since") > pl.col("until").shift(1))).fill_null(True)
    merged = (
        ordered.with_columns(_run=begins.cum_sum())
        .group_by("_run", maintain_order=True)
        .agg(pl.col(keys).first(), pl.col("since").min(), pl.col("until").max())
        .select(facts.columns)
    )
    return pl.concat([alone, merged])


def cuts(*frames: pl.DataFrame) -> list[str]:
    """Every date on which one of the frames changes, sorted, without the two ends of time."""
    dates = {date for frame in frames for name in ("since", "until") for date in frame[name].unique().to_list()}
    return sorted(dates - {ALWAYS, OPEN})


def eras(dates: Iterable[str]) -> list[tuple[str, str]]:
    """The periods between the cut dates, from always to open."""
    points = [ALWAYS, *dates, OPEN]
    return list(pairwise(points))


def gaps(facts: pl.DataFrame, key: str) -> pl.DataFrame:
    """The periods in which a key that has facts has none: columns key, since, until. Facts of a key do not overlap."""
    ordered = facts.select(key, "since", "until").sort(key, "since")
    inner = ordered.select(key, since="until", until=pl.col("since").shift(-1).over(key).fill_null(OPEN))
    first = ordered.group_by(key).agg(until=pl.col("since").min()).select(key, since=pl.lit(ALWAYS), until="until")
    return live(pl.concat([first, inner]))


def newest(facts: pl.DataFrame, key: str) -> pl.DataFrame:
    """One row per key, the newest: rows of the newest snapshot first, then by begin (names and titles come from it)."""
    order = ("present", "since", "row")
    if not _in_order(facts, order):
        facts = facts.sort(order)
    return facts.unique(key, keep="last", maintain_order=True) if facts[key].n_unique() < len(facts) else facts


def _in_order(facts: pl.DataFrame, columns: Sequence[str]) -> bool:
    """Whether sorting would change nothing, as in a first load: one look instead of a sort by text."""
    *same, last = columns
    return all(facts[name].n_unique() <= 1 for name in same) and facts[last].is_sorted()


def reopened(facts: pl.DataFrame) -> pl.DataFrame:
    """A file's history from the time when the last day of the calendar stood for an open end: that end is open."""
    if not {"until", "present"} <= set(facts.columns):
        return facts
    given = pl.col("given_until") == "" if "given_until" in facts.columns else pl.lit(True)
    still = pl.col("present") & given & (pl.col("until") == LAST_DAY)
    return facts.with_columns(until=pl.when(still).then(pl.lit(OPEN)).otherwise("until"))


def as_stored_before(frame: pl.DataFrame) -> pl.DataFrame:
    """Nodes or relationships as such a graph holds them."""
    ends = [name for name in ("until", "counts_until") if name in frame.columns]
    return frame.with_columns(
        pl.when(pl.col(name) == OPEN).then(pl.lit(LAST_DAY)).otherwise(name).alias(name) for name in ends
    )
