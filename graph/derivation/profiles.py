"""Look-alike cases share one AccessProfile: everything of a case that the rules of its scheme look at, per period.

A case's time is cut wherever its own facts change and wherever structure changes (policies, positions' units,
sensitivity); each piece gets a key, equal neighbours with the same source row are merged again, and equal keys are
one profile.

Long because the cutting of periods and the key of a profile have to be read together.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

import polars as pl

from seewhy.graph.derivation.organisation import said
from seewhy.graph.derivation.periods import coalesce, cuts, eras, live, overlap
from seewhy.graph.derivation.privileges import SEPARATOR, STANDING, opening_queues, scope_id
from seewhy.graph.derivation.trees import sensitive_above
from seewhy.graph.policies import POLICIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seewhy.graph.derivation.tables import Arrow

_LISTS = ("work_units", "referrers", "agents", "clients", "carried")
_KEY = (
    "system",
    "scheme",
    "deny_blocks_view_all",
    "limit_blocks_view_all",
    "case_access_enabled",
    "default_policy",
    "limited",
    "office",
    "team",
    "category",
    "case_type",
    "firm",
    "queue_unit",
    "queue",
    "status",
    "own_sensitive",
    "needs_type",
    "needs_unit",
    "needs_either",
    *_LISTS,
)
_WITHIN = "␞"
"""Between the ids of one list inside a profile's key."""


def _opening() -> pl.Expr:
    """The case's queue when it is one of `rules/queues.csv`, in whatever case it is written; else "": no other queue
    opens for anybody. `open` and `draft` stand for a status, so a queue cell cannot name them."""
    lower = pl.col("queue").str.to_lowercase()
    return pl.when(lower.is_in(opening_queues())).then(lower).otherwise(pl.lit(""))


def _system_eras(h: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Scheme and the policies that rungs read, per system and era: system_id, since, until, scheme, one column per
    policy."""
    systems, policies = live(h["systems"]), live(h["policies"])
    rows = []
    set_: dict[tuple[str, str], list[tuple[str, str, str]]] = {
        (system, policy): [] for system, policy in policies.select("system_id", "policy").rows()
    }
    for system, policy, value, since, until in policies.select("system_id", "policy", "value", "since", "until").rows():
        set_[system, policy].append((since, until, value))
    names = [(p.name, p.default) for policies_of in POLICIES.values() for p in policies_of.values() if p.decides]
    for since, until in eras(cuts(systems, policies)):
        for system, scheme in (
            systems.filter((pl.col("since") <= since) & (pl.col("until") > since)).select("system_id", "scheme").rows()
        ):

            def value(name: str, default: str, system: str = system, since: str = since) -> str:
                return next((v for s, u, v in set_.get((system, name), ()) if s <= since < u), default)

            rows.append((system, since, until, scheme, *(value(n, d) for n, d in names)))
    return coalesce(
        pl.DataFrame(
            rows,
            schema=["system_id", "since", "until", "scheme", *(n for n, _ in names)],
            orient="row",
            schema_overrides=dict.fromkeys(
                ("system_id", "since", "until", "scheme", *(n for n, _ in names)), pl.String
            ),
        )
    )


def _work_places(h: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Where open work of a case lies: case_id, value (unit), since, until; the unit of the position, or the hopper."""
    work = live(h["work"]).filter(pl.col("status") == "open")
    at = live(h["positions"]).select("position_id", "since", "until", value="unit_id")
    placed = overlap(
        work.filter(pl.col("position_id") != "").select("case_id", "position_id", "since", "until"), at, "position_id"
    )
    hoppers = work.filter(pl.col("hopper_unit_id") != "").select("case_id", "since", "until", value="hopper_unit_id")
    return pl.concat(
        [placed.select("case_id", "value", "since", "until"), hoppers.select("case_id", "value", "since", "until")]
    )


def _lists(h: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Facts of which a case may have many, each as case_id, value, since, until."""
    parties, rules = live(h["case_parties"]), live(h["access_rules"])
    slots = pl.col("slot").fill_null(1)

    def party(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.select("case_id", "since", "until", value="unit_id")

    named = rules.filter(pl.col("level") == "named").select("rule_id", "since", "until", rule_system="system_id")
    attached = overlap(live(h["case_rules"]).select("case_id", "rule_id", "since", "until"), named, "rule_id")
    return {
        "work_units": _work_places(h),
        "referrers": party(parties.filter(pl.col("role") == "referrer")),
        "agents": party(parties.filter(pl.col("role") == "estate_agent")),
        "clients": party(parties.filter((pl.col("role") == "client") & (slots >= 1) & (slots <= 4))),
        "carried": attached.select("case_id", "since", "until", value="rule_id"),
    }


def _pieces(cases: pl.DataFrame, lists: Mapping[str, pl.DataFrame], everywhere: list[str]) -> pl.DataFrame:
    """Case rows cut at every date on which one of the case's facts, or structure, changes."""
    own = [f.select("case_id", date=side) for f in lists.values() for side in ("since", "until")]
    dates = pl.concat(own).unique() if own else pl.DataFrame(schema={"case_id": pl.String, "date": pl.String})
    inside = (
        cases.select("row_id", "case_id", "since", "until")
        .join(dates, on="case_id", how="inner")
        .select("row_id", "since", "until", "date")
    )
    if everywhere:
        inside = pl.concat(
            [inside, cases.select("row_id", "since", "until").join(pl.DataFrame({"date": everywhere}), how="cross")]
        )
    inside = (
        inside.filter((pl.col("date") > pl.col("since")) & (pl.col("date") < pl.col("until")))
        .select("row_id", begin="date")
        .unique()
    )
    if inside.is_empty():
        return cases
    begins = pl.concat([cases.select("row_id", begin="since"), inside]).sort("row_id", "begin")
    begins = begins.with_columns(finish=pl.col("begin").shift(-1).over("row_id"))
    return (
        begins.join(cases, on="row_id", how="left")
        .with_columns(since="begin", until=pl.coalesce("finish", "until"))
        .drop("begin", "finish")
        .select(cases.columns)
        .with_columns(row_id=pl.int_range(pl.len(), dtype=pl.Int64))
    )


def _gathered(pieces: pl.DataFrame, name: str, facts: pl.DataFrame) -> pl.DataFrame:
    """The values that hold at the begin of each piece, sorted, as one text column `name`."""
    if facts.is_empty():
        return pieces.with_columns(pl.lit("").alias(name))
    held = (
        pieces.select("row_id", "case_id", "since")
        .join(facts.rename({"since": "_s", "until": "_u"}), on="case_id", how="inner")
        .filter((pl.col("_s") <= pl.col("since")) & (pl.col("since") < pl.col("_u")))
        .group_by("row_id")
        .agg(pl.col("value").unique().sort().str.join(_WITHIN).alias(name))
    )
    return pieces.join(held, on="row_id", how="left").with_columns(pl.col(name).fill_null(""))


def _flagged(pieces: pl.DataFrame, name: str, key: str, facts: pl.DataFrame, facts_key: str) -> pl.DataFrame:
    """Whether a dated fact about the piece's `key` holds at its begin, as Boolean column `name`."""
    if facts.is_empty():
        return pieces.with_columns(pl.lit(False).alias(name))
    held = (
        pieces.select("row_id", key, "since")
        .join(facts.rename({"since": "_s", "until": "_u"}), left_on=key, right_on=facts_key, how="inner")
        .filter((pl.col("_s") <= pl.col("since")) & (pl.col("since") < pl.col("_u")))
        .select("row_id")
        .unique()
        .with_columns(pl.lit(True).alias(name))
    )
    return pieces.join(held, on="row_id", how="left").with_columns(pl.col(name).fill_null(False))


def _only(scheme: str, column: str, blank: object = "") -> pl.Expr:
    return pl.when(pl.col("scheme") == scheme).then(pl.col(column)).otherwise(pl.lit(blank)).alias(column)


def keyed_pieces(h: Mapping[str, pl.DataFrame], unit_tree: pl.DataFrame, type_tree: pl.DataFrame) -> pl.DataFrame:
    """Every case's periods with the attributes that its scheme looks at (`_KEY`), blank where the scheme does not."""
    cases = (
        live(h["cases"])
        .select(
            "case_id",
            "since",
            "until",
            "source",
            "load",
            "granted_by",
            "note",
            "status",
            "limited",
            queue=_opening(),
            system="system_id",
            office="office_id",
            team="team_id",
            category="category_id",
            case_type="case_type_id",
            firm="firm_id",
            queue_unit="queue_unit_id",
            own_sensitive="sensitive",
        )
        .with_columns(row_id=pl.int_range(pl.len(), dtype=pl.Int64))
    )
    lists = _lists(h)
    policy = _system_eras(h)
    hot_types, hot_units = (
        sensitive_above(h["case_types"], type_tree, "case_type_id"),
        sensitive_above(h["units"], unit_tree, "unit_id"),
    )
    pieces = _pieces(cases, lists, cuts(policy, hot_types, hot_units))
    pieces = (
        pieces.join(policy.rename({"since": "_s", "until": "_u"}), left_on="system", right_on="system_id", how="inner")
        .filter((pl.col("_s") <= pl.col("since")) & (pl.col("since") < pl.col("_u")))
        .drop("_s", "_u")
    )
    for name, facts in lists.items():
        pieces = _gathered(pieces, name, facts)
    pieces = _flagged(pieces, "needs_type", "case_type", hot_types, "node")
    pieces = _flagged(pieces, "needs_unit", "team", hot_units, "node")
    pieces = pieces.with_columns(
        needs_either=(pl.col("own_sensitive") | (pl.col("carried") != ""))
        & ~pl.col("needs_type")
        & ~pl.col("needs_unit")
    )
    of = {
        "positions": ["work_units"],
        "portal": ["firm", "referrers", "agents", "clients"],
        "memberships": ["office", "category", "deny_blocks_view_all", "limit_blocks_view_all"],
        "privileges": [
            "case_type",
            "queue_unit",
            "queue",
            "status",
            "carried",
            "case_access_enabled",
            "default_policy",
        ],
    }
    pieces = pieces.with_columns(
        pl.when(pl.col("scheme") != "privileges").then(pl.lit("")).otherwise("status").alias("status"),
        shown_status="status",
    )
    pieces = pieces.with_columns(
        *[_only(scheme, column) for scheme, columns in of.items() for column in columns if column != "status"],
        *[
            _only("privileges", column, False)
            for column in ("own_sensitive", "needs_type", "needs_unit", "needs_either")
        ],
        _only("memberships", "limited", False),
        pl.when(pl.col("scheme").is_in(["memberships", "privileges"])).then("team").otherwise(pl.lit("")).alias("team"),
    )
    return pieces.with_columns(key=pl.concat_str([pl.col(name).cast(pl.String) for name in _KEY], separator=SEPARATOR))


def _edges(profiles: pl.DataFrame, column: str, *, many: bool = False) -> pl.DataFrame:
    rows = profiles.filter(pl.col(column) != "").select(pl.col("id").alias("from"), pl.col(column).alias("to"))
    return rows.with_columns(pl.col("to").str.split(_WITHIN)).explode("to") if many else rows


def profile_tables(
    h: Mapping[str, pl.DataFrame], as_of: str, unit_tree: pl.DataFrame, type_tree: pl.DataFrame
) -> tuple[dict[str, pl.DataFrame], dict[Arrow, pl.DataFrame]]:
    """AccessProfile nodes with counts for `as_of`, their edges, the spots, and HAS_PROFILE."""
    pieces = keyed_pieces(h, unit_tree, type_tree)
    keys = pieces["key"].unique().sort()
    named = pl.DataFrame(
        {"key": keys, "id": [blake2b(k.encode(), digest_size=9).hexdigest() for k in keys]},
        schema={"key": pl.String, "id": pl.String},
    )
    pieces = pieces.join(named, on="key", how="left")
    has = coalesce(
        pieces.select(
            pl.col("case_id").alias("from"),
            pl.col("id").alias("to"),
            "since",
            "until",
            "source",
            "load",
            *said(pieces),
            status="shown_status",
        )
    )
    today = (
        has.filter((pl.col("since") <= as_of) & (pl.col("until") > as_of))
        .group_by("to")
        .agg(cases=pl.len().cast(pl.Int64))
    )
    profiles = (
        pieces.select("id", *_KEY)
        .unique("id")
        .sort("id")
        .join(today, left_on="id", right_on="to", how="left")
        .with_columns(pl.col("cases").fill_null(0))
    )
    own = profiles.filter(pl.col("scheme") == "privileges")
    at = own.select(pl.col("id").alias("from"), to=scope_id("team", "case_type"), unit="team", case_type="case_type")
    at_office = own.filter(pl.col("queue_unit") != "").select(
        pl.col("id").alias("from"), to=scope_id("queue_unit", "case_type"), unit="queue_unit", case_type="case_type"
    )
    spots = (
        pl.concat([at, at_office])
        .select(id="to", name="to", unit="unit", case_type="case_type")
        .unique("id")
        .sort("id")
    )
    stands = own.filter(pl.col("status").is_in(STANDING)).select(
        pl.col("id").alias("from"), pl.col("status").alias("to")
    )
    bools = {
        name: pl.col(name) == "true"
        for name in ("deny_blocks_view_all", "limit_blocks_view_all", "case_access_enabled")
    }
    return {
        "AccessProfile": profiles.select(
            "id",
            name="id",
            **{
                n: pl.col(n)
                for n in (
                    "system",
                    "scheme",
                    "limited",
                    "default_policy",
                    "needs_type",
                    "needs_unit",
                    "needs_either",
                    "own_sensitive",
                    "status",
                    "queue",
                    "queue_unit",
                    "cases",
                )
            },
            **bools,
        ),
        "Spot": spots,
    }, {
        ("HAS_PROFILE", "CaseFile", "AccessProfile"): has,
        ("IN_SYSTEM", "AccessProfile", "System"): _edges(profiles, "system"),
        ("IN_OFFICE", "AccessProfile", "Unit"): _edges(profiles.filter(pl.col("scheme") == "memberships"), "office"),
        ("IN_TEAM", "AccessProfile", "Unit"): _edges(profiles, "team"),
        ("IN_CATEGORY", "AccessProfile", "Unit"): _edges(profiles, "category"),
        ("WORK_IN", "AccessProfile", "Unit"): _edges(profiles, "work_units", many=True),
        ("FOR_FIRM", "AccessProfile", "Unit"): _edges(profiles, "firm"),
        ("REFERRED_BY", "AccessProfile", "Unit"): _edges(profiles, "referrers", many=True),
        ("SOLD_BY", "AccessProfile", "Unit"): _edges(profiles, "agents", many=True),
        ("FOR_CLIENT", "AccessProfile", "Unit"): _edges(profiles, "clients", many=True),
        ("OF_TYPE", "AccessProfile", "CaseType"): _edges(profiles, "case_type"),
        ("AT", "AccessProfile", "Spot"): at.select("from", "to"),
        ("AT_OFFICE", "AccessProfile", "Spot"): at_office.select("from", "to"),
        ("IN_QUEUE", "AccessProfile", "Queue"): pl.concat([_edges(own, "queue"), stands]),
        ("CARRIES", "AccessProfile", "AccessRule"): _edges(profiles, "carried", many=True),
    }
