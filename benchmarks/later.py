"""The next snapshot of a generated organisation, for what is asked about change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from benchmarks.organisations import Frames

GRANTS = (
    "memberships",
    "holdings",
    "group_members",
    "case_people",
    "portal_roles",
    "role_assignments",
    "privilege_grants",
    "case_rules",
)
"""Files whose rows nothing else names."""


def later(frames: Frames, seed: int = 1) -> Frames:
    """One grant in a hundred has ended; a few cases (one in four hundred) have the look of another one of their system."""
    new = {stem: frame.sample(fraction=0.99, seed=seed) if stem in GRANTS else frame for stem, frame in frames.items()}
    cases = frames["cases"].with_row_index()
    moving = cases.sample(fraction=0.01, seed=seed)
    others = cases.sample(n=len(moving), seed=seed + 1)
    pairs = pl.concat(
        [moving.select(index="index", own="system_id"), others.drop("index", "case_id", "title", strict=False)],
        how="horizontal",
    ).filter(pl.col("own") == pl.col("system_id"))
    looks = [name for name in frames["cases"].columns if name not in ("case_id", "system_id", "title")]
    moved = cases.drop(looks).join(pairs.select("index", *looks), on="index")
    stay = cases.join(pairs, on="index", how="anti")
    new["cases"] = pl.concat([stay, moved.select(stay.columns)]).sort("index").drop("index")
    return new
