"""Typed columns to the text that a CSV file would hold: dates ISO, whole numbers without `.0`, true or false."""

from __future__ import annotations

from datetime import time
from typing import NamedTuple

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

# By the bits of a float: beyond it whole numbers have gaps, and nobody knows which one was meant.
_EXACT = {16: 2.0**11, 32: 2.0**24, 64: 2.0**53}


class Text(NamedTuple):
    """A column as text; `inexact` has place and value of the numbers that are not what somebody wrote."""

    cells: pl.Series
    inexact: tuple[tuple[int, float], ...] = ()


def column_text(cells: pa.ChunkedArray) -> Text | None:
    """A typed column as text; None for a type that is no cell of a table (lists, records, bytes, lengths of time).

    A moment with a time zone is that of its own zone, and at midnight only its day. A float that is no number (NaN) is
    a blank, as pandas writes it.
    """
    types, kind = pa.types, cells.type
    if types.is_dictionary(kind):
        return column_text(cells.cast(kind.value_type))
    if isinstance(kind, pa.BaseExtensionType):
        if kind.extension_name == "arrow.uuid":
            texts = [None if one is None else str(one) for one in cells.to_pylist()]
            return Text(pl.Series(texts, dtype=pl.String))
        return column_text(pa.chunked_array([one.storage for one in cells.chunks], kind.storage_type))
    if types.is_floating(kind):
        return _floats(cells, _EXACT[kind.bit_width])
    if types.is_decimal(kind):
        return Text(_series(cells.cast(pa.string())).str.replace(r"\.0+$", ""))
    if types.is_timestamp(kind):
        return _moments(cells)
    if types.is_date(kind):
        return Text(_series(cells.cast(pa.date32())).cast(pl.String))
    if types.is_boolean(kind) or types.is_integer(kind) or types.is_time(kind) or types.is_null(kind):
        return Text(_series(cells).cast(pl.String))
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return Text(_series(cells))
    return None


def _series(cells: pa.ChunkedArray) -> pl.Series:
    series = pl.from_arrow(cells)
    assert isinstance(series, pl.Series)
    return series


def _floats(cells: pa.ChunkedArray, exact: float) -> Text:
    number = _series(cells.cast(pa.float64())).fill_nan(None)
    written = _series(cells.cast(pa.float32()) if cells.type.bit_width == 16 else cells)
    whole = (number == number.round(0)) & (number.abs() < exact)
    frame = pl.DataFrame({"number": number, "whole": whole, "written": written})
    text = pl.when("whole").then(pl.col("number").cast(pl.Int64, strict=False).cast(pl.String))
    as_written = pl.when(pl.col("number").is_null()).then(None).otherwise(pl.col("written").cast(pl.String))
    lost = number.abs() >= exact
    inexact = tuple((place, number[place]) for place in lost.arg_true()) if lost.any() else ()
    return Text(frame.select(text.otherwise(as_written).alias("text"))["text"], inexact)


def _moments(cells: pa.ChunkedArray) -> Text | None:
    if cells.type.tz is not None:
        try:
            cells = pc.local_timestamp(cells)
        except (pa.ArrowException, ValueError):
            # A zone that nobody knows: which day it is there is not known either.
            return None
    frame = _series(cells).alias("cell").to_frame()
    day, exact = pl.col("cell").dt.strftime("%Y-%m-%d"), pl.col("cell").dt.strftime("%Y-%m-%d %H:%M:%S")
    return Text(frame.select(pl.when(pl.col("cell").dt.time() == time()).then(day).otherwise(exact).alias("t"))["t"])
