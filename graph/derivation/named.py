"""Units and types that a case's row names though the rules of its scheme do not look at them.

What the rules look at is part of the case's profile. The rest decides nothing, and selectors of people and cases go by
it all the same: a case of eCase that names an office is a case of that office to whoever asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from seewhy.graph.derivation.periods import live, overlap
from seewhy.graph.schemes.in_use import listing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seewhy.graph.derivation.tables import Arrow

_NAMED = ("office_id", "team_id", "category_id", "firm_id", "queue_unit_id", "case_type_id")
"""The columns of `cases` that name a unit or a type."""


def named(h: Mapping[str, pl.DataFrame]) -> dict[Arrow, pl.DataFrame]:
    """NAMES from cases to units and case types, for the columns that a case's profile does not hold."""
    cases, schemes = live(h["cases"]), live(h["systems"]).select("system_id", "scheme", "since", "until")
    found: dict[str, list[pl.DataFrame]] = {"Unit": [], "CaseType": []}
    for column in _NAMED:
        if not (cases[column] != "").any():
            continue
        other = schemes.filter(~pl.col("scheme").is_in(listing(column)))
        unread = pl.col("system_id").is_in(other["system_id"].unique().implode())
        # The facts around one pair hold what its rules read, and need not hold what a case names besides.
        known = h["case_types"]["case_type_id"] if column == "case_type_id" else h["units"]["unit_id"]
        rows = cases.filter((pl.col(column) != "") & unread & pl.col(column).is_in(known.implode()))
        ends = {"from": "case_id", "to": column}
        extra = overlap(rows.select("system_id", "since", "until", "source", "load", **ends), other, "system_id")
        label = "CaseType" if column == "case_type_id" else "Unit"
        found[label].append(extra.select("from", "to", "since", "until", "source", "load", column=pl.lit(column)))
    return {("NAMES", "CaseFile", label): pl.concat(frames) for label, frames in found.items() if frames}
