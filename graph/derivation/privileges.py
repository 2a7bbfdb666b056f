"""Privileges (eCase): who holds what where, what a holding covers, whom a rule is about.

Shapes: a Scope is (unit, case type) of a holding, a Spot is (team or private office, case type) of a case, a Reach is a
privilege at a scope; blank is ''. `COVERS` links scopes to spots per era of the two trees.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import polars as pl

from seewhy.graph.derivation.organisation import edges, nodes
from seewhy.graph.derivation.periods import coalesce, live, overlap
from seewhy.graph.rules.privileges import privileges
from seewhy.graph.schemes.in_use import reading
from seewhy.graph.vocabulary import ALWAYS, OPEN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seewhy.graph.derivation.tables import Arrow

SEPARATOR = "␟"
"""Between the parts of a derived id; doubled where an id itself holds it, so that no two scopes share an id."""
_ROWS = ["since", "until", "source", "load", "granted_by", "note"]


@cache
def queues() -> pl.DataFrame:
    """The list of queues: queue, privilege, value, at (team, office, anywhere)."""
    return pl.read_csv((files("seewhy.graph") / "rules" / "queues.csv").read_bytes())


STANDING = ("open", "draft")
"""Status values that open to a privilege as a queue does (Manage a hub, Monitor draft cases)."""


@cache
def opening_queues() -> tuple[str, ...]:
    """The names that a case's queue may have: `open` and `draft` stand for a status, so no cell names them."""
    return tuple(name for name in queues()["queue"].unique(maintain_order=True) if name not in STANDING)


def unknown_queues(h: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The rows of cases whose scheme knows queues, and whose own is none of the list: it opens for nobody."""
    governed = h["systems"].filter(pl.col("scheme").is_in(reading("IN_QUEUE")))["system_id"].unique()
    named = (pl.col("queue") != "") & ~pl.col("queue").str.to_lowercase().is_in(opening_queues())
    return h["cases"].filter(named & pl.col("system_id").is_in(governed.implode()))


def scope_id(unit: str = "unit_id", case_type: str = "case_type_id") -> pl.Expr:
    """The id of a scope or spot from its two columns."""
    doubled = [pl.col(name).str.replace_all(SEPARATOR, SEPARATOR * 2, literal=True) for name in (unit, case_type)]
    return doubled[0] + SEPARATOR + doubled[1]


def holdings(h: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Every privilege that somebody holds, from a role or by grant: person_id, privilege, unit_id, case_type_id,
    role, placement, via and via_load (the row that puts the privilege into the role), dates and source of the
    assignment or grant."""
    assigned = live(h["role_assignments"]).select(
        "person_id", "role_id", "unit_id", "case_type_id", "placement", *_ROWS
    )
    inside = live(h["role_privileges"]).select("role_id", "privilege", "since", "until", via="source", via_load="load")
    through_role = overlap(assigned, inside, "role_id").rename({"role_id": "role"})
    granted = live(h["privilege_grants"]).select(
        "person_id",
        "privilege",
        *_ROWS,
        unit_id=pl.lit(""),
        case_type_id=pl.lit(""),
        role=pl.lit(""),
        placement=pl.lit("grant"),
        via=pl.lit(""),
        via_load=pl.lit(""),
    )
    return pl.concat([through_role.select(sorted(through_role.columns)), granted.select(sorted(granted.columns))])


def _covers(scopes: pl.DataFrame, spots: pl.DataFrame, units: pl.DataFrame, types: pl.DataFrame) -> pl.DataFrame:
    """Scope to spot where the scope's unit is blank or at or above the spot's, and likewise the type."""
    ever = {"since": ALWAYS, "until": OPEN}

    def reaching(tree: pl.DataFrame, own: pl.Series) -> pl.DataFrame:
        """low (a spot's side), high (a scope's side) with dates; blank reaches everything, blank included."""
        blanks = own.unique().to_frame("low").with_columns(high=pl.lit(""), **{k: pl.lit(v) for k, v in ever.items()})
        above = tree.filter(pl.col("from") != "").select(low="from", high="to", since="since", until="until")
        return pl.concat([blanks, above])

    by_unit = reaching(units, spots["unit"])
    by_type = reaching(types, spots["case_type"])
    spot_units = overlap(
        spots.select(spot="id", unit="unit", case_type="case_type").with_columns(
            **{k: pl.lit(v) for k, v in ever.items()}
        ),
        by_unit.rename({"high": "scope_unit"}),
        "unit",
        "low",
    )
    both = overlap(spot_units, by_type.rename({"high": "scope_type"}), "case_type", "low")
    found = both.join(
        scopes.select(scope="id", scope_unit="unit", scope_type="case_type"),
        on=["scope_unit", "scope_type"],
        how="inner",
    )
    exact = (pl.col("scope_unit") == pl.col("unit")) & (pl.col("scope_unit") != "")
    return coalesce(
        found.select(
            pl.col("scope").alias("from"),
            pl.col("spot").alias("to"),
            "since",
            "until",
            near=exact | (pl.col("scope_unit") == ""),
            exact=exact,
        )
    )


def _counts_as(h: Mapping[str, pl.DataFrame], held: pl.DataFrame, units: pl.DataFrame) -> dict[Arrow, pl.DataFrame]:
    """The derived closure of whom an access rule's subject matches; each edge comes from exactly one row."""
    none = {"unit": pl.lit(""), "role": pl.lit(""), "via": pl.lit(""), "via_load": pl.lit("")}
    people = live(h["people"])
    members = overlap(
        live(h["memberships"]).select("person_id", "unit_id", *_ROWS), units.rename({"to": "above"}), "unit_id", "from"
    )
    assigned = h["role_assignments"]
    viewers = held.filter(pl.col("privilege") == "View cases")
    return {
        ("COUNTS_AS", "Person", "Person"): edges(people, "person_id", "person_id", **none),
        ("COUNTS_AS", "Person", "Everyone"): edges(people, "person_id", pl.lit("everyone"), **none),
        ("COUNTS_AS", "Person", "Unit"): edges(members, "person_id", "above", **{**none, "unit": pl.col("unit_id")}),
        ("COUNTS_AS", "Person", "Role"): edges(assigned, "person_id", "role_id", **none),
        ("COUNTS_AS", "Person", "Privilege"): edges(
            viewers,
            "person_id",
            "privilege",
            **{**none, "role": pl.col("role"), "via": pl.col("via"), "via_load": pl.col("via_load")},
        ),
    }


def _rules(h: Mapping[str, pl.DataFrame]) -> dict[Arrow, pl.DataFrame]:
    rules = h["access_rules"]
    said = {"level": "level", "effect": "effect", "action": "action", "target": "target_kind", "system": "system_id"}
    subject = {
        "Everyone": ("everyone", pl.lit("everyone")),
        "Privilege": ("view_cases_privilege", pl.lit("View cases")),
        "Person": ("person", pl.col("subject_id")),
        "Unit": ("unit", pl.col("subject_id")),
        "Role": ("role", pl.col("subject_id")),
    }
    target = {
        "System": ("all_cases", pl.col("system_id")),
        "CaseType": ("case_type", pl.col("target_id")),
        "CaseFile": ("case", pl.col("target_id")),
    }
    return {
        **{
            ("FOR_SUBJECT", "AccessRule", label): edges(
                rules.filter(pl.col("subject_kind") == kind), "rule_id", end, **said
            )
            for label, (kind, end) in subject.items()
        },
        **{
            ("TARGETS", "AccessRule", label): edges(rules.filter(pl.col("target_kind") == kind), "rule_id", end)
            for label, (kind, end) in target.items()
        },
        ("ATTACHED", "CaseFile", "AccessRule"): edges(h["case_rules"], "case_id", "rule_id"),
    }


def privilege_tables(
    h: Mapping[str, pl.DataFrame], spots: pl.DataFrame, unit_tree: pl.DataFrame, type_tree: pl.DataFrame
) -> tuple[dict[str, pl.DataFrame], dict[Arrow, pl.DataFrame]]:
    """Everything of this scheme that does not sit on a case. `spots`: id, unit, case_type of all profiles."""
    held = holdings(h).with_columns(scope=scope_id())
    assigned = live(h["role_assignments"]).with_columns(scope=scope_id())
    scopes = (
        pl.concat([f.select("scope", "unit_id", "case_type_id") for f in (held, assigned)])
        .unique()
        .sort("scope")
        .select(id="scope", name="scope", unit="unit_id", case_type="case_type_id")
    )
    reach = pl.col("privilege") + SEPARATOR + pl.col("scope")
    held = held.with_columns(reach=reach)
    reaches = held.select("reach", "privilege", "unit_id", "case_type_id", "scope").unique("reach").sort("reach")
    listed = pl.DataFrame(
        [(p.name, p.name, p.id, p.cascade) for p in privileges()],
        schema={"id": pl.String, "name": pl.String, "rule": pl.String, "cascades": pl.Boolean},
        orient="row",
    )
    opens, unknown = queues(), unknown_queues(h)
    names = pl.concat([opens["queue"], unknown["queue"]]).unique(maintain_order=True)
    return {
        "Role": nodes(h["roles"], "role_id"),
        "Privilege": listed,
        "Scope": scopes,
        "Reach": reaches.select(
            id="reach", name="privilege", privilege="privilege", unit="unit_id", case_type="case_type_id"
        ),
        "AccessRule": nodes(h["access_rules"], "rule_id"),
        "Queue": pl.DataFrame({"id": names, "name": names}),
    }, {
        ("NAMES_QUEUE", "CaseFile", "Queue"): edges(unknown, "case_id", "queue"),
        ("HAS_ROLE", "Person", "Role"): edges(assigned, "person_id", "role_id"),
        ("GIVES", "Role", "Privilege"): edges(h["role_privileges"], "role_id", "privilege"),
        ("GRANTED", "Person", "Privilege"): edges(h["privilege_grants"], "person_id", "privilege"),
        ("HAS_ASSIGNMENT", "Person", "Scope"): edges(
            assigned, "person_id", "scope", role="role_id", placement="placement"
        ),
        ("HOLDS", "Person", "Reach"): edges(
            held, "person_id", "reach", role="role", placement="placement", via="via", via_load="via_load"
        ),
        ("OVER", "Reach", "Scope"): reaches.select(pl.col("reach").alias("from"), pl.col("scope").alias("to")),
        ("OF", "Reach", "Privilege"): reaches.select(pl.col("reach").alias("from"), pl.col("privilege").alias("to")),
        ("COVERS", "Scope", "Spot"): _covers(scopes, spots, unit_tree, type_tree).with_columns(
            source=pl.lit(""), load=pl.lit("")
        ),
        ("OPENS_FOR", "Queue", "Privilege"): opens.select(
            pl.col("queue").alias("from"), pl.col("privilege").alias("to"), "value", "at"
        ),
        **_counts_as(h, held, unit_tree),
        **_rules(h),
    }
