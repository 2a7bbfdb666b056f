"""Inside: of each group of equivalent cases, how many are inside of a scope, and the first of them. So a list within a
scope is counted, and its first page found, without reading the list, as it is without a scope.

It costs a look at the group of every case of the day, once for a load, a day and a scope.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from seewhy.graph.session import hold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seewhy.graph.session import Session

KEPT = 16
"""Scopes times days that are kept for a load."""
NAMED = 64
"""So many of the cases of a group are named."""
LONG = 20_000
"""A list of fewer cases is read whole, in less time than the look takes, while nothing is kept."""


class Inside(NamedTuple):
    """How many cases of a group are inside, and the first of them by id, on lines."""

    cases: int
    first: str


def kept_inside(session: Session, date: str, inside: frozenset[str], *, make: bool) -> Mapping[str, Inside] | None:
    """Group to what of it is inside; groups with nothing inside are not there. None where it is not kept and not to be
    made."""
    kept: dict[tuple[str, frozenset[str]], Mapping[str, Inside]] = session.remembered("groups inside", dict)
    key = date, inside
    found = kept.get(key)
    if found is None:
        if not make:
            return None
        found = _inside(session, date, inside)
    return hold(kept, key, found, KEPT)


def _inside(session: Session, date: str, inside: frozenset[str]) -> dict[str, Inside]:
    rows = session.run("organisation/case_profiles", as_of=date)
    schema: dict[str, Any] = {"group": pl.String, "case": pl.List(pl.String)}
    table = pl.DataFrame({"group": [r["profile_id"] for r in rows], "case": [r["cases"] for r in rows]}, schema)
    counted = (
        table.explode("case")
        .filter(pl.col("case").is_in(pl.Series(list(inside), dtype=pl.String).implode()))
        .sort("case")
        .group_by("group")
        .agg(pl.len(), first=pl.col("case").head(NAMED).str.join("\n"))
    )
    return {group: Inside(cases, first) for group, cases, first in counted.iter_rows()}
