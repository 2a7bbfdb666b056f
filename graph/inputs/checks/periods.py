"""Keys that come again: never in an undated file, in a dated one only while no other row of the key holds."""

from __future__ import annotations

from bisect import bisect_right
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

import polars as pl

from seewhy.graph.inputs.files import FILES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seewhy.graph.inputs.checks.findings import Findings
    from seewhy.graph.schemes.columns import Column, FileSpec

# Sorts behind every date.
_OPEN = "~"


def check_keys(found: Findings, spec: FileSpec) -> None:
    """Rows whose key stands in an earlier row already, for dated files at a common day."""
    required = [c.name for c in spec.columns if c.required and c.name in spec.key]
    rows = found.comparable(spec.stem).filter(pl.all_horizontal(pl.col(required) != ""))
    again = repeated(rows, spec.key, spec.dated)
    if spec.stem == "cases":
        _say_overlapping_cases(found, again)
        _check_systems(found)
        return
    columns = [column for column in spec.columns if column.name in spec.key]
    parts = [spec.noun] if spec.id else [_noun(column) for column in columns]
    period = " for a common day" if spec.dated else ""

    def message(first: int, *key: object) -> str:
        named = ", ".join(f"{part} `{cell}`" for part, cell in zip(parts, key, strict=True) if cell not in (None, ""))
        return f"{named} stands in row {first} already{period}"

    twice = _first_then(again, rows, [column.name for column in columns])
    found.say("duplicate_key", spec.stem, spec.key[0], twice, message)


def _noun(column: Column) -> str:
    """What a key column holds, in a message."""
    target = FILES.get(column.references or "")
    return target.noun if target else column.name.removesuffix("_id")


def _first_then(again: pl.DataFrame, rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    if again.is_empty():
        return again
    return again.join(rows.select("row", *columns), on="row", how="left", maintain_order="left")


def _say_overlapping_cases(found: Findings, again: pl.DataFrame) -> None:
    found.say(
        "overlapping_periods",
        "cases",
        "since",
        _first_then(again, found.frames["cases"], ["case_id"]),
        lambda first, case: f"case `{case}` has another period in row {first}, and the two overlap",
        lambda *_: "the earlier period ends on the day on which the later one begins",
    )


def _check_systems(found: Findings) -> None:
    """A case that moved has one row per period; its system stays."""
    cases = found.frames["cases"]
    if not cases["case_id"].is_duplicated().any():
        return
    cases = cases.filter((pl.col("case_id") != "") & (pl.col("system_id") != ""))
    several = cases.filter(pl.col("case_id").is_duplicated())
    first = several.unique("case_id", keep="first", maintain_order=True).select("case_id", first="row", was="system_id")
    moved = several.join(first, on="case_id", maintain_order="left").filter(pl.col("system_id") != pl.col("was"))
    found.say(
        "system_changed",
        "cases",
        "system_id",
        moved.select("row", "case_id", "was", "first"),
        lambda case, was, first: (
            f"case `{case}` belongs to system `{was}` in row {first}; the system of a case never changes"
        ),
    )


def check_holdings(found: Findings) -> None:
    """One position in use, and one primary position, per person, system and day.

    Positions that no system is known of are not judged. A holding that stands twice is said once, as a key twice.
    """
    rows = found.comparable("holdings")
    twice = repeated(rows, FILES["holdings"].key, dated=True)["row"]
    systems = found.frames["positions"].unique("position_id", keep="first").select("position_id", "system_id")
    held = (
        rows.filter((pl.col("person_id") != "") & ~pl.col("row").is_in(twice.implode()))
        .join(systems, on="position_id", maintain_order="left")
        .filter(pl.col("system_id") != "")
    )
    for column, chosen, code, words in (
        ("active", pl.col("active"), "two_active_holdings", "a position in use"),
        ("kind", pl.col("kind") == "primary", "two_primary_holdings", "a primary position"),
    ):
        again = repeated(held.filter(chosen), ("person_id", "system_id"), dated=True)
        found.say(
            code,
            "holdings",
            column,
            _first_then(again, held, ["person_id", "system_id"]),
            lambda first, person, system, words=words: (
                f"person `{person}` has {words} in system `{system}` in row {first} already, for a common day"
            ),
        )


def repeated(rows: pl.DataFrame, key: Sequence[str], dated: bool) -> pl.DataFrame:
    """`row` and `first` of every row that an earlier row shares its key (and a day) with: `first` is one such row.

    Rows without a day (until on or before since) share none.
    """
    times = rows.group_by(key).len()
    schema = {"row": pl.Int64, "first": pl.Int64}
    if len(times) == len(rows):
        return pl.DataFrame(schema=schema)
    several = times.filter(pl.col("len") > 1).drop("len")
    several = rows.join(several, on=list(key), how="semi", nulls_equal=True)
    if not dated:
        firsts = several.select("row", first=pl.col("row").min().over(key))
        return firsts.filter(pl.col("row") != pl.col("first")).sort("row")
    periods = several.select(
        *key, "row", "since", until=pl.when(pl.col("until") == "").then(pl.lit(_OPEN)).otherwise("until")
    ).filter(pl.col("since") < pl.col("until"))
    meets = (pl.col("since") < pl.col("until").shift(1).cum_max()).any()
    crowded = periods.sort("since").group_by(key).agg(meets.alias("meets")).filter("meets").drop("meets")
    left = periods.join(crowded, on=list(key), how="semi", nulls_equal=True).sort(*key, "row")
    groups = left.select(pl.struct(key).rle_id().alias("group"), "since", "until", "row").iter_rows()
    found = [pair for _, group in groupby(groups, key=itemgetter(0)) for pair in _overlaps(row[1:] for row in group)]
    return pl.DataFrame(found, schema=schema, orient="row").sort("row")


def _overlaps(periods: Iterable[tuple[str, str, int]]) -> Iterable[tuple[int, int]]:
    """Each period, in order, that meets an earlier one: its row, and the row of one that it meets.

    Keeps the days covered so far as disjoint stretches, each with the row that covered it first.
    """
    begins: list[str] = []
    stretches: list[tuple[str, str, int]] = []
    for since, until, row in periods:
        low = max(bisect_right(begins, since) - 1, 0)
        while low < len(stretches) and stretches[low][1] <= since:
            low += 1
        met, free, day = None, [], since
        at = low
        while at < len(stretches) and stretches[at][0] < until:
            begin, end, owner = stretches[at]
            met = met or owner
            if day < begin:
                free.append((day, begin, row))
            day, at = end, at + 1
        if day < until:
            free.append((day, until, row))
        if met:
            yield row, met
        for stretch in free:
            place = bisect_right(begins, stretch[0])
            begins.insert(place, stretch[0])
            stretches.insert(place, stretch)
