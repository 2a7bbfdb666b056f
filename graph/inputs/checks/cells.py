"""Each cell by the kind of its column: what cannot be read is a problem, what can gets its one normal form."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from seewhy.graph.inputs.characters import refusal, refused
from seewhy.graph.inputs.tables import FIRST_ROW

if TYPE_CHECKING:
    from seewhy.graph.inputs.checks.findings import Findings
    from seewhy.graph.schemes.columns import Column, FileSpec

TRUE, FALSE = ("true", "yes", "1"), ("false", "no", "0")
WHOLE = r"^[+-]?[0-9]{1,18}$"
# With a time of the day, or without.
_EXCEL_DAY = re.compile(r"([1-9][0-9]{4}|2958465)(?:\.[0-9]+)?", re.ASCII)
_BEFORE_DAY_1 = date(1899, 12, 30)
_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def check_cells(found: Findings, spec: FileSpec) -> pl.DataFrame:
    """The file's rows in normal form: every column of its spec, `row`, `source`; blank records are left out."""
    raw = _records(found, spec)
    if raw.is_empty():
        return _no_rows(spec)
    columns = []
    for column in spec.columns:
        if column.name not in raw.columns or (not column.required and not (raw[column.name] != "").any()):
            columns.append(_blank(column, raw.height))
            continue
        text = raw[column.name]
        if column.required:
            blank = _marked(raw, text == "", "row")
            found.say(
                "blank_cell", spec.stem, column.name, blank, lambda name=column.name: f"`{name}` is required and blank"
            )
        if column.kind in ("id", "text"):
            nul = _marked(raw, text.str.contains("\x00", literal=True), "row")
            found.say("nul_character", spec.stem, column.name, nul, lambda: "the cell holds a NUL character")
            if not found.doubtful(spec.stem):
                text = _without_refused(found, spec, column, raw, nul["row"])
            columns.append(text)
            continue
        value, good = _read(column, text)
        bad = _marked(raw, (text != "") & ~good, "row", column.name)
        _say_bad(found, spec.stem, column, bad)
        if column.name in (*spec.key, "since", "until"):
            found.unread.setdefault(spec.stem, set()).update(bad["row"])
        columns.append(value)
    source = pl.lit(f"{found.file(spec.stem)}:") + pl.col("row").cast(pl.String)
    frame = pl.DataFrame(columns).with_columns(raw["row"]).with_columns(source.alias("source"))
    return _slots(found, spec, frame) if "slot" in spec.names else frame


@cache
def _no_rows(spec: FileSpec) -> pl.DataFrame:
    columns = [_blank(column, 0) for column in spec.columns]
    return pl.DataFrame([*columns, pl.Series("row", [], pl.Int64), pl.Series("source", [], pl.String)])


def _marked(raw: pl.DataFrame, where: pl.Series, *columns: str) -> pl.DataFrame:
    """The cells of the rows that are marked: mostly none, which is found without a plan of polars."""
    return pl.DataFrame([raw[name].filter(where) for name in columns])


def _records(found: Findings, spec: FileSpec) -> pl.DataFrame:
    """The raw columns that the spec knows, with `row`, without blank records."""
    table = found.tables.get(spec.stem)
    if table is None or not table.frame.width:
        return pl.DataFrame(schema={"row": pl.Int64})
    frame = table.frame
    row = pl.int_range(FIRST_ROW, FIRST_ROW + frame.height, dtype=pl.Int64, eager=True).alias("row")
    raw = pl.DataFrame([*(frame[name] for name in spec.names if name in frame.columns), row])
    empty = frame.select(pl.all_horizontal(pl.all() == "").alias("blank"))["blank"]
    raw = raw.filter(~empty) if empty.any() else raw
    if spec.stem == "case_people" and {"link", "access"} <= set(raw.columns):
        # Only Other staff have an access of their own; elsewhere the cell is ignored, whatever it says.
        other = pl.col("link").str.to_lowercase() == "other_staff"
        raw = raw.with_columns(pl.when(other).then("access").otherwise(pl.lit("")).alias("access"))
    return raw


def _blank(column: Column, height: int) -> pl.Series:
    if column.kind == "bool":
        return pl.Series(column.name, [column.default == "true"], dtype=pl.Boolean).new_from_index(0, height)
    if column.kind == "int":
        return pl.Series(column.name, [None], dtype=pl.Int64).new_from_index(0, height)
    return pl.Series(column.name, [column.default], dtype=pl.String).new_from_index(0, height)


def _read(column: Column, text: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The values of a column, and which cells could be read. What could not be, is as if blank."""
    frame = text.alias("text").to_frame()
    word, low = pl.col("text"), pl.col("text").str.to_lowercase()
    if column.kind == "bool":
        value = (
            pl.when(low.is_in(TRUE)).then(True).when(low.is_in(FALSE)).then(False).otherwise(column.default == "true")
        )
        good = low.is_in(TRUE + FALSE)
    elif column.kind == "date":
        good = (
            word.str.contains(_DATE) & (word >= "0001-01-01") & word.str.to_date("%Y-%m-%d", strict=False).is_not_null()
        )
        value = pl.when(good).then(word).otherwise(pl.lit(""))
    elif column.kind == "enum":
        good = low.is_in(list(column.choices))
        value = pl.when(good).then(low).otherwise(pl.lit(column.default))
    else:
        good = word.str.contains(WHOLE)
        value = pl.when(good).then(word).str.strip_prefix("+").cast(pl.Int64, strict=False)
    both = frame.select(value.alias(column.name), good.alias("good"))
    return both[column.name], both["good"]


def _without_refused(found: Findings, spec: FileSpec, column: Column, raw: pl.DataFrame, known: pl.Series) -> pl.Series:
    """The cells of ids and names, empty where one holds a control or direction character: that is reported, and
    nothing that would follow from it. `known` are the rows that are a problem already."""
    name, text = column.name, raw[column.name]
    wrong = refused(column, text)
    if wrong is None or not wrong.any():
        return text
    bad = raw.filter(wrong).select("row", name)
    new = bad.filter(~pl.col("row").is_in(known.implode()))
    refusals = {cell: refusal(column, cell) for cell in new[name].unique()}
    found.say("control_character", spec.stem, name, new, lambda v: refusals[v][0], lambda v: refusals[v][1])
    if name in spec.key:
        found.unread.setdefault(spec.stem, set()).update(bad["row"])
    return raw.select(pl.when(wrong).then(pl.lit("")).otherwise(pl.col(name)).alias(name))[name]


def _say_bad(found: Findings, stem: str, column: Column, bad: pl.DataFrame) -> None:
    name = column.name
    if column.kind == "bool":
        hint = "write true or false, yes or no, 1 or 0"
        found.say("bad_boolean", stem, name, bad, lambda v: f"`{v}` is not true or false", lambda _: hint)
    elif column.kind == "date":
        found.say("bad_date", stem, name, bad, _no_date, lambda v: "write it as YYYY-MM-DD" if excel_day(v) else "")
    elif column.kind == "int":
        found.say("bad_number", stem, name, bad, lambda v: f"`{v}` is not a whole number")
    elif column.kind == "enum":
        allowed = ", ".join(f"`{word}`" for word in column.choices)
        found.say(
            "bad_choice",
            stem,
            name,
            bad,
            lambda v: f"`{v}` is not one of {allowed}",
            lambda v: found.nearest(f"{stem}.{name}", v, lambda: column.choices),
        )


def _no_date(text: str) -> str:
    day = excel_day(text)
    return f"`{text}` looks like an Excel day: {day}" if day else f"`{text}` is not a date (YYYY-MM-DD)"


def excel_day(text: str) -> str:
    """The day, ISO, that Excel means by a number of five digits (1927 to 2173), or by its very last one; else ""."""
    match = _EXCEL_DAY.fullmatch(text)
    return (_BEFORE_DAY_1 + timedelta(days=int(match[1]))).isoformat() if match else ""


def _slots(found: Findings, spec: FileSpec, frame: pl.DataFrame) -> pl.DataFrame:
    """Slots count from 1, and a client without one has the first."""
    low = frame.filter(pl.col("slot") < 1).select("row", "slot")
    found.say("bad_slot", spec.stem, "slot", low, lambda v: f"`{v}` is not a slot: slots are numbered from 1")
    found.unread.setdefault(spec.stem, set()).update(low["row"])
    client = pl.col("link" if spec.stem == "case_people" else "role") == "client"
    slot = pl.when(pl.col("slot") >= 1).then("slot").when(client).then(1)
    return frame.with_columns(slot.cast(pl.Int64).alias("slot"))


def check_period(found: Findings, stem: str) -> None:
    """A period ends after it begins."""
    both = (pl.col("since") != "") & (pl.col("until") != "") & (pl.col("until") <= pl.col("since"))
    found.say(
        "empty_period",
        stem,
        "until",
        found.frames[stem].filter(both).select("row", "until", "since"),
        lambda until, since: f"until `{until}` is not after since `{since}`",
        lambda *_: "until is the first day on which the row holds no more",
    )
