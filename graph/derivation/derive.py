"""The whole derivation: what the graph remembers to what is written into it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from seewhy.graph.derivation import organisation
from seewhy.graph.derivation.named import named
from seewhy.graph.derivation.organisation import edges
from seewhy.graph.derivation.own_tables import own_tables
from seewhy.graph.derivation.periods import cuts, newest
from seewhy.graph.derivation.privileges import privilege_tables
from seewhy.graph.derivation.profiles import profile_tables
from seewhy.graph.derivation.tables import TYPES, GraphTables, without_rows
from seewhy.graph.schemes.in_use import arrows, labels
from seewhy.graph.vocabulary import ALWAYS, LINKS, OPEN, TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seewhy.graph.derivation.tables import Arrow

_FEW = 300
"""Rows up to which they are compared in Python, sooner than polars plans to compare them."""


def _cases(h: Mapping[str, pl.DataFrame]) -> tuple[dict[str, pl.DataFrame], dict[Arrow, pl.DataFrame]]:
    """Case nodes, personal links, and the raw party rows that evidence cites."""
    schemes = newest(h["systems"], "system_id").select("system_id", "scheme")
    rows = newest(h["cases"], "case_id").join(schemes, on="system_id", how="left")
    title = pl.when(pl.col("title") == "").then(pl.col("case_id")).otherwise(pl.col("title"))
    files = rows.select(
        id="case_id", name=title, caption="title", system="system_id", scheme="scheme", created_on="created_on"
    )
    people = h["case_people"]
    links: dict[Arrow, pl.DataFrame] = {}
    for kind in LINKS if len(people) else ():
        chosen = people.filter(pl.col("link") == kind.lower())
        extra = {"OTHER_STAFF": {"access": pl.col("access")}, "CLIENT": {"slot": pl.col("slot").fill_null(1)}}.get(
            kind, {}
        )
        links[(kind, "CaseFile", "Person")] = edges(chosen, "case_id", "person_id", **extra)
    parties = h["case_parties"]
    links[("PARTY", "CaseFile", "Unit")] = edges(
        parties, "case_id", "unit_id", role="role", slot=pl.col("slot").fill_null(1)
    )
    return {"CaseFile": files}, links


def _complete(frame: pl.DataFrame | None, columns: Mapping[str, str]) -> pl.DataFrame:
    """The frame with exactly `columns`, typed; empty when there is none."""
    if frame is None or frame.is_empty():
        return without_rows(tuple(columns.items()))
    given = set(frame.columns)
    return pl.DataFrame(
        [
            frame[name].cast(TYPES[kind]) if name in given else _blank(name, kind).new_from_index(0, len(frame))
            for name, kind in columns.items()
        ]
    )


@cache
def _blank(name: str, kind: str) -> pl.Series:
    return pl.Series(name, [None], TYPES[kind])


def _once(frame: pl.DataFrame) -> pl.DataFrame:
    """Each row once, in the order of the frame. Few pairs have several rows; only these are compared as a whole."""
    if len(frame) < 2 or (len(frame) <= _FEW and len(set(frame.rows())) == len(frame)):
        return frame
    # The digest of a pair is compared, in a third of the time; two pairs of one digest only cost a look.
    several = frame.select(pl.col("from").hash(1) ^ pl.col("to").hash(2)).to_series().is_duplicated()
    if not several.any():
        return frame
    again = frame.filter(several).select(pl.struct(pl.all()).is_first_distinct()).to_series()
    return frame.filter(~several.scatter(several.arg_true(), ~again))


def _counts_hold(has_profile: pl.DataFrame, as_of: str) -> tuple[str, str]:
    """The period around `as_of` in which no case changes its profile: the counts on the profiles hold then."""
    dates = cuts(has_profile)
    return max((d for d in dates if d <= as_of), default=ALWAYS), min((d for d in dates if d > as_of), default=OPEN)


def derive(history: Mapping[str, pl.DataFrame], as_of: str) -> GraphTables:
    """All nodes and relationships for what is remembered; counts on profiles are those of `as_of`.

    Every label and arrow of the vocabulary is present, empty where nothing is known. The same history gives the same
    tables.
    """
    nodes, arrows_ = organisation.units(history)
    unit_tree = arrows_[("WITHIN", "Unit", "Unit")].select("from", "to", "since", "until")
    type_tree = arrows_[("WITHIN", "CaseType", "CaseType")].select("from", "to", "since", "until")
    profile_nodes, profile_edges = profile_tables(history, as_of, unit_tree, type_tree)
    parts: tuple[tuple[dict[str, pl.DataFrame], dict[Arrow, pl.DataFrame]], ...] = (
        organisation.people(history),
        organisation.positions(history),
        ({}, organisation.portal(history)),
        _cases(history),
        ({}, named(history)),
        (profile_nodes, profile_edges),
        privilege_tables(history, profile_nodes["Spot"], unit_tree, type_tree),
        own_tables(history),
    )
    for more_nodes, more_edges in parts:
        nodes |= more_nodes
        arrows_ |= more_edges
    begin, end = _counts_hold(profile_edges[("HAS_PROFILE", "CaseFile", "AccessProfile")], as_of)
    nodes["Roster"] = pl.DataFrame(
        {"id": ["roster"], "name": ["the roster"], "counts_from": [begin], "counts_until": [end]}
    )
    nodes["Everyone"] = pl.DataFrame({"id": ["everyone"], "name": ["everyone"]})
    ends = {"from": TEXT, "to": TEXT}
    return GraphTables(
        {
            label: _complete(nodes.get(label), {"id": TEXT, "name": TEXT, **properties})
            for label, properties in labels().items()
        },
        {
            arrow: _complete(arrows_.get(arrow), {**ends, **properties}).pipe(_once)
            for arrow, properties in arrows().items()
        },
    )
