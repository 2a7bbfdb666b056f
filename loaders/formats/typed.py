"""Typed cells, of a workbook or a parquet file, to the text that a CSV file would hold."""

from __future__ import annotations

from datetime import date, datetime, time

import polars as pl

# Beyond it a float has no units left: not a number that somebody counted.
_EXACT = 2.0**53


def cell_text(cell: object) -> str:
    """The text of one cell: dates ISO (at midnight without the time), whole numbers without `.0`, true or false."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _EXACT else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)


def column_text(cells: pl.Series) -> pl.Series | None:
    """A typed column as text, by the same rules; None for a type that is no cell of a table (lists, records, bytes)."""
    kind = cells.dtype
    if kind == pl.String:
        return cells
    if kind.is_float() or kind.is_decimal():
        number = cells.cast(pl.Float64)
        whole = (number == number.round(0)) & (number.abs() < _EXACT)
        frame = pl.DataFrame({"cell": cells, "whole": whole, "number": number})
        text = pl.when("whole").then(pl.col("number").cast(pl.Int64, strict=False).cast(pl.String))
        plain = pl.when(pl.col("number").is_nan().fill_null(False)).then(None).otherwise(pl.col("cell").cast(pl.String))
        return frame.select(text.otherwise(plain))[:, 0]
    if isinstance(kind, pl.Datetime):
        frame = cells.alias("cell").to_frame()
        day, exact = pl.col("cell").dt.strftime("%Y-%m-%d"), pl.col("cell").dt.strftime("%Y-%m-%d %H:%M:%S")
        return frame.select(pl.when(pl.col("cell").dt.time() == time()).then(day).otherwise(exact))[:, 0]
    if kind.is_nested() or kind in (pl.Binary, pl.Object):
        return None
    return cells.cast(pl.String)
