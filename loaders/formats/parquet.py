"""Parquet files."""

from __future__ import annotations

import io

import polars as pl
from polars.exceptions import PanicException, PolarsError

from graph.inputs.problems import Problem
from graph.inputs.tables import RawTable, raw_table
from loaders.formats.typed import column_text


def parquet_table(stem: str, file: str, data: bytes) -> RawTable:
    """The table that a parquet file holds, typed cells as text."""
    try:
        frame = pl.read_parquet(io.BytesIO(data))
    except (PolarsError, PanicException, OSError):
        problem = Problem("unreadable_file", file, 1, "", f"`{file}` is not a parquet file, or a damaged one")
        return RawTable(stem, file, pl.DataFrame(), (problem,), complete=False)
    header, columns, problems = [], [], []
    for cells in frame.get_columns():
        text = column_text(cells)
        if text is None:
            message = f"column `{cells.name}` does not hold text, numbers, dates or booleans"
            problems.append(Problem("unsupported_type", file, 1, cells.name, message))
            text = pl.Series([""], dtype=pl.String).new_from_index(0, frame.height)
        header.append(cells.name)
        columns.append(text)
    return raw_table(stem, file, header, columns, problems)
