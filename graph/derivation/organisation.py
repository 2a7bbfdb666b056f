"""People, units, groups, positions and portal roles: rows that become one node or one relationship each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from seewhy.graph.derivation.periods import gaps, live, newest, overlap
from seewhy.graph.derivation.trees import closure
from seewhy.graph.schemes.in_use import added_columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seewhy.graph.derivation.tables import Arrow


def edges(facts: pl.DataFrame, start: str | pl.Expr, end: str | pl.Expr, **properties: str | pl.Expr) -> pl.DataFrame:
    """Relationships from facts: `start` and `end` are columns (or expressions) holding node ids; dates and source come
    along. A frame without columns where there are none."""
    facts = live(facts)
    if facts.is_empty():
        return pl.DataFrame()
    wanted = {"from": start, "to": end, **properties}
    return facts.select(
        *[(pl.col(e) if isinstance(e, str) else e).alias(name) for name, e in wanted.items()],
        "since",
        "until",
        "source",
        "load",
        *said(facts),
    )


def said(facts: pl.DataFrame) -> list[pl.Expr]:
    """Who granted a row, and its note, where the file has these columns; null where the row leaves them blank."""
    return [
        pl.when(pl.col(name) != "").then(pl.col(name)).alias(name)
        for name in ("granted_by", "note")
        if name in facts.columns
    ]


def nodes(facts: pl.DataFrame, key: str, name: str | None = "name", **properties: str | pl.Expr) -> pl.DataFrame:
    """Nodes from facts: one per id, named by the newest row (the id itself where the name is blank)."""
    shown = pl.when(pl.col(name) == "").then(pl.col(key)).otherwise(pl.col(name)) if name else pl.col(key)
    extra = [(pl.col(e) if isinstance(e, str) else e).alias(n) for n, e in properties.items()]
    return newest(facts, key).select(pl.col(key).alias("id"), shown.alias("name"), *extra)


def _ids(*columns: pl.Series) -> pl.DataFrame:
    ids = pl.concat([c.rename("id") for c in columns]).unique().sort()
    return pl.DataFrame({"id": ids, "name": ids})


def people(h: Mapping[str, pl.DataFrame]) -> tuple[dict[str, pl.DataFrame], dict[Arrow, pl.DataFrame]]:
    """Persons, their roster rows, managers, groups with permissions."""
    rows, members, permissions = h["people"], h["group_members"], h["group_permissions"]
    roster = pl.lit("roster")
    active, more = rows.filter("active"), added_columns("people")
    allow, deny = (permissions.filter(pl.col("effect") == effect) for effect in ("allow", "deny"))
    return {
        "Person": nodes(rows, "person_id", email="email", job_title="job_title"),
        "Group": _ids(members["group_id"], permissions["group_id"]),
        "Permission": _ids(permissions["permission"]),
    }, {
        ("ACTIVE_IN", "Person", "Roster"): edges(active, "person_id", roster),
        ("LISTED_IN", "Person", "Roster"): edges(
            rows, "person_id", roster, active="active", cleared="cleared", **{c.name: c.name for c in more}
        ),
        ("MANAGED_BY", "Person", "Person"): edges(rows.filter(pl.col("manager_id") != ""), "person_id", "manager_id"),
        ("IN_GROUP", "Person", "Group"): edges(members, "person_id", "group_id"),
        ("ALLOWS", "Group", "Permission"): edges(allow, "group_id", "permission"),
        ("DENIES", "Group", "Permission"): edges(deny, "group_id", "permission"),
    }


def units(h: Mapping[str, pl.DataFrame]) -> tuple[dict[str, pl.DataFrame], dict[Arrow, pl.DataFrame]]:
    """Units and case types with their trees, memberships, systems with their policies. Unit '' stands for a blank."""
    rows, types, systems = h["units"], h["case_types"], h["systems"]
    blank = pl.DataFrame(
        {"id": [""], "name": ["everywhere"], "kind": [""], "code": [""], "rank": [None]},
        schema={"id": pl.String, "name": pl.String, "kind": pl.String, "code": pl.String, "rank": pl.Int64},
    )
    out: dict[Arrow, pl.DataFrame] = {}
    for facts, key, label in ((rows, "unit_id", "Unit"), (types, "case_type_id", "CaseType")):
        for name, frame in closure(facts, key).items():
            out[(name, label, label)] = frame.with_columns(source=pl.lit(""), load=pl.lit(""))
        out[("PART_OF", label, label)] = edges(facts.filter(pl.col("parent_id") != ""), key, "parent_id")
        out[("IS_SENSITIVE", label, label)] = edges(facts.filter("sensitive"), key, key)
    out[("MEMBER_OF", "Person", "Unit")] = edges(
        h["memberships"],
        "person_id",
        "unit_id",
        access="access",
        manager="manager",
        admin_support="admin_support",
        position="position",
    )
    out[("SETS", "System", "System")] = edges(h["policies"], "system_id", "system_id", policy="policy", value="value")
    return {
        "Unit": pl.concat([nodes(rows, "unit_id", kind="kind", code="code", rank="rank"), blank]),
        "CaseType": nodes(types, "case_type_id"),
        "System": nodes(systems, "system_id", scheme="scheme"),
    }, out


def positions(h: Mapping[str, pl.DataFrame]) -> tuple[dict[str, pl.DataFrame], dict[Arrow, pl.DataFrame]]:
    """Positions, who holds them (cut where a position's system changes), and the open work that lies on them."""
    rows = live(h["positions"])
    of_system = rows.select("position_id", "since", "until", position_system="system_id")
    held = overlap(live(h["holdings"]), of_system, "position_id")
    work = h["work"]
    on_position = work.filter((pl.col("status") == "open") & (pl.col("position_id") != ""))
    in_hopper = work.filter((pl.col("status") == "open") & (pl.col("hopper_unit_id") != ""))
    at = {"start": "position_id", "end": "unit_id", "system": "system_id"}
    return {
        "Position": nodes(h["positions"], "position_id", system="system_id"),
        "WorkItem": nodes(work, "work_id", None, kind="kind"),
    }, {
        ("HOLDS_POSITION", "Person", "Position"): edges(
            held,
            "person_id",
            "position_id",
            kind="kind",
            active="active",
            system="position_system",
            covers="covers_person_id",
            requested_by="requested_by",
            authorised_by="authorised_by",
            lending_by="lending_by",
            borrowing_by="borrowing_by",
            form_received_on="form_received_on",
            emergency="emergency",
            reviewed_on="reviewed_on",
            given_since="given_since",
        ),
        ("LEADS", "Position", "Unit"): edges(rows.filter(pl.col("level") == "team_leader"), **at),
        ("MANAGES", "Position", "Unit"): edges(rows.filter(pl.col("level") == "segment_manager"), **at),
        ("POSITION_AT", "Position", "Unit"): edges(rows, **at, level="level"),
        ("OPEN_ON", "WorkItem", "Position"): edges(on_position, "work_id", "position_id"),
        ("IN_HOPPER", "WorkItem", "Unit"): edges(in_hopper, "work_id", "hopper_unit_id"),
        ("FOR_CASE", "WorkItem", "CaseFile"): edges(work.filter(pl.col("status") == "open"), "work_id", "case_id"),
    }


def portal(h: Mapping[str, pl.DataFrame]) -> dict[Arrow, pl.DataFrame]:
    """Portal roles at their unit (blank: the unit ''), cut where the unit's kind changes; none where it has no row."""
    rows = live(h["portal_roles"])
    if rows.is_empty():
        return {}
    units = live(h["units"]).select("unit_id", "since", "until", unit_kind="kind")
    kinds = pl.concat([units, gaps(units, "unit_id").with_columns(unit_kind=pl.lit(""))])
    placed = overlap(rows.filter(pl.col("unit_id") != ""), kinds, "unit_id")
    nowhere = rows.filter(pl.col("unit_id") == "").with_columns(unit_kind=pl.lit(""))
    both = pl.concat([placed, nowhere.select(placed.columns)])
    return {
        ("ACTS_AT", "Person", "Unit"): edges(
            both, "person_id", "unit_id", role="role", system="system_id", unit_kind="unit_kind"
        )
    }
