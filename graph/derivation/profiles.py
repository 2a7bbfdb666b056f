"""Equivalent cases share one AccessProfile: everything of a case that the rules of its scheme look at, per period.

What they look at is `profile` in the scheme's scheme.toml, and the policies that its rungs read.

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
from seewhy.graph.schemes.in_use import added_columns, labels, listing, own_arrows, reading, schemes
from seewhy.graph.vocabulary import ALWAYS, OPEN, TRUTH, WHOLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seewhy.graph.derivation.tables import Arrow
    from seewhy.graph.schemes.columns import Column
    from seewhy.graph.schemes.own_graph import OwnArrow

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
_POLICIES = ("deny_blocks_view_all", "limit_blocks_view_all", "case_access_enabled", "default_policy")
"""Those of `_KEY` that are policies; further ones are appended to the key by name."""
_COUNTED = ("cases", "first_cases", "steady_since", "steady_until")
_FIRST, _FIRST_OF_MANY = 8, 100
"""Cases that a profile names; of many a tenth. A page of a long list is found in them."""
_COLUMNS = {
    "office": "office_id",
    "team": "team_id",
    "category": "category_id",
    "case_type": "case_type_id",
    "firm": "firm_id",
    "queue_unit": "queue_unit_id",
    "queue": "queue",
    "status": "status",
    "limited": "limited",
    "own_sensitive": "sensitive",
    "needs_type": "sensitive",
    "needs_unit": "sensitive",
    "needs_either": "sensitive",
    **{name: name for name in _LISTS},
}
"""What a profile is called by here, to the name in `profile`."""
_WITHIN = "␞"
"""Between the ids of one list inside a profile's key."""


def _opening() -> pl.Expr:
    """The case's queue when it is one of `rules/queues.csv`, in whatever case it is written; else "": no other queue
    opens for anybody. `open` and `draft` stand for a status, so a queue cell cannot name them."""
    lower = pl.col("queue").str.to_lowercase()
    return pl.when(lower.is_in(opening_queues())).then(lower).otherwise(pl.lit(""))


def deciding_policies() -> tuple[str, ...]:
    """The policies that rungs read, those of the key first."""
    found = [p.name for scheme in schemes().values() for p in scheme.policies.values() if p.decides]
    return tuple(dict.fromkeys((*(name for name in _POLICIES if name in found), *found)))


def own_columns() -> dict[str, Column]:
    """The columns that schemes add to `cases` and list in `profile`."""
    listed = {name for scheme in schemes().values() for name in scheme.profile}
    return {column.name: column for column in added_columns("cases") if column.name in listed}


def own_lists() -> dict[str, OwnArrow]:
    """The tables of schemes that list facts of a case in `profile`."""
    return {arrow.table: arrow for arrow in own_arrows() if arrow.on_profile and arrow.table != "cases"}


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
    own = {scheme: {p.name: p.default for p in one.policies.values() if p.decides} for scheme, one in schemes().items()}
    names = deciding_policies()
    for since, until in eras(cuts(systems, policies)):
        for system, scheme in (
            systems.filter((pl.col("since") <= since) & (pl.col("until") > since)).select("system_id", "scheme").rows()
        ):

            def value(name: str, system: str = system, since: str = since, scheme: str = scheme) -> str:
                default = own.get(scheme, {}).get(name)
                if default is None:
                    return ""
                return next((v for s, u, v in set_.get((system, name), ()) if s <= since < u), default)

            rows.append((system, since, until, scheme, *(value(name) for name in names)))
    return coalesce(
        pl.DataFrame(
            rows,
            schema=dict.fromkeys(("system_id", "since", "until", "scheme", *names), pl.String),
            orient="row",
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
        **{
            stem: live(h[stem]).select("case_id", "since", "until", value=arrow.end).filter(pl.col("value") != "")
            for stem, arrow in own_lists().items()
        },
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


def _only(schemes_: list[str], column: str, blank: object = "") -> pl.Expr:
    """The column for the schemes that look at it, blank for the others."""
    return pl.when(pl.col("scheme").is_in(schemes_)).then(pl.col(column)).otherwise(pl.lit(blank)).alias(column)


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
            **{f"own:{name}": name for name in own_columns()},
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
    truths = ("limited", "own_sensitive", "needs_type", "needs_unit", "needs_either")
    pieces = pieces.with_columns(shown_status="status").with_columns(
        *[_only(listing(name), column, False if column in truths else "") for column, name in _COLUMNS.items()],
        *[_only(listing(stem), stem) for stem in own_lists()],
        *[pl.lit("").alias(name) for name in _POLICIES if name not in pieces.columns],
    )
    key = pl.concat_str([pl.col(name).cast(pl.String) for name in _KEY], separator=SEPARATOR)
    # What schemes of an organisation add stands behind, by name, and only where there is something: the groups of
    # all other cases keep their ids, whichever schemes are in use.
    more = [name for name in deciding_policies() if name not in _POLICIES]
    for name, column in own_columns().items():
        blank = pl.lit(None if column.kind == "int" else False if column.kind == "bool" else "")
        held = pl.when(pl.col("scheme").is_in(listing(name))).then(pl.col(f"own:{name}")).otherwise(blank)
        pieces = pieces.with_columns(held.alias(f"own:{name}"))
        key += _appended(f"own:{name}", pl.col(f"own:{name}").cast(pl.String).fill_null(""))
    for name in (*own_lists(), *more):
        key += _appended(name, pl.col(name))
    return pieces.with_columns(key=key)


def _appended(name: str, cell: pl.Expr) -> pl.Expr:
    return pl.when(cell.is_in(["", "false"])).then(pl.lit("")).otherwise(pl.lit(f"{SEPARATOR}{name}=") + cell)


def _edges(profiles: pl.DataFrame, column: str, *, many: bool = False) -> pl.DataFrame:
    """From profiles to what their `column` names; a frame without columns where it is blank everywhere."""
    if not (profiles[column] != "").any():
        return pl.DataFrame()
    rows = profiles.filter(pl.col(column) != "").select(pl.col("id").alias("from"), pl.col(column).alias("to"))
    return rows.with_columns(pl.col("to").str.split(_WITHIN)).explode("to") if many else rows


def _further() -> list[str]:
    """The columns of a profile that schemes of an organisation add."""
    policies = [name for name in deciding_policies() if name not in _POLICIES]
    return [*(f"own:{name}" for name in own_columns()), *own_lists(), *policies]


def _own_edges(profiles: pl.DataFrame) -> dict[Arrow, pl.DataFrame]:
    """The relationships that schemes give a profile: their columns of `cases`, and their lists."""
    found = {}
    for arrow in own_arrows():
        if arrow.on_profile:
            column = f"own:{arrow.end}" if arrow.table == "cases" else arrow.table
            found[(arrow.type, *arrow.ends)] = _edges(profiles, column, many=arrow.table != "cases")
    return found


def _property(name: str, kind: str) -> pl.Expr:
    """A policy, which is text in a key, as the property that rungs read."""
    if kind == TRUTH:
        return pl.col(name) == "true"
    return pl.when(pl.col(name) != "").then(pl.col(name)).cast(pl.Int64) if kind == WHOLE else pl.col(name)


def _counted(has: pl.DataFrame, as_of: str) -> pl.DataFrame:
    """Per profile how many cases it has on the day and the first of them, on lines; on the days from `steady_since` on
    and before `steady_until` it has the same ones."""
    begun, over = pl.col("since") <= as_of, pl.col("until") <= as_of
    now, ends, begins = begun & ~over, pl.col("until"), pl.col("since")
    steady = has.group_by("to").agg(
        cases=now.sum().cast(pl.Int64),
        steady_since=pl.max_horizontal(begins.filter(begun).max(), ends.filter(over).max()).fill_null(ALWAYS),
        steady_until=pl.min_horizontal(begins.filter(~begun).min(), ends.filter(~over).min()).fill_null(OPEN),
    )
    many = pl.max_horizontal(pl.lit(_FIRST), pl.min_horizontal(pl.len() // 10, pl.lit(_FIRST_OF_MANY)))
    first = (
        has.lazy()
        .filter(now)
        .select("to", "from")
        .sort("from")
        .group_by("to")
        .agg(first_cases=pl.col("from").head(many).str.join("\n"))
        .collect()
    )
    return steady.join(first, on="to", how="left").with_columns(pl.col("first_cases").fill_null(""))


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
    profiles = (
        pieces.select("id", *_KEY, *_further())
        .unique("id")
        .sort("id")
        .join(_counted(has, as_of), left_on="id", right_on="to", how="left")
    )
    own = profiles.filter(pl.col("scheme").is_in(reading("AT", "AT_OFFICE")))
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
    queued = profiles.filter(pl.col("scheme").is_in(reading("IN_QUEUE")))
    stands = queued.filter(pl.col("status").is_in(STANDING)).select(
        pl.col("id").alias("from"), pl.col("status").alias("to")
    )
    kinds = labels()["AccessProfile"]
    policies = {name: _property(name, kinds[name]) for name in deciding_policies()}
    added = {name: pl.col(f"own:{name}") for name, column in own_columns().items() if column.references is None}
    names = ("system", "scheme", "limited", "needs_type", "needs_unit", "needs_either", "own_sensitive", "status")
    return {
        "AccessProfile": profiles.select(
            "id", name="id", **{n: pl.col(n) for n in (*names, "queue", "queue_unit", *_COUNTED)}, **policies, **added
        ),
        "Spot": spots,
    }, {
        ("HAS_PROFILE", "CaseFile", "AccessProfile"): has,
        ("IN_SYSTEM", "AccessProfile", "System"): _edges(profiles, "system"),
        ("IN_OFFICE", "AccessProfile", "Unit"): _edges(profiles, "office"),
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
        ("IN_QUEUE", "AccessProfile", "Queue"): pl.concat([_edges(queued, "queue"), stands], how="diagonal"),
        ("CARRIES", "AccessProfile", "AccessRule"): _edges(profiles, "carried", many=True),
        **_own_edges(profiles),
    }
