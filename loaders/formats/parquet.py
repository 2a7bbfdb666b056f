"""Parquet files, read by Arrow: of each column the text that a CSV file would hold, or a problem."""

from __future__ import annotations

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from seewhy.graph.inputs.csvtext import empty_file
from seewhy.graph.inputs.tables import FIRST_ROW, RawTable, raw_table
from seewhy.graph.problems import Problem
from seewhy.loaders.formats.typed import column_text

CELLS = 100_000_000
"""Rows times columns of a file. A few bytes can say as much as they like of one value again and again."""

_ENCRYPTED = b"PARE"


def parquet_table(stem: str, file: str, data: bytes) -> RawTable:
    """The table that a parquet file holds, typed cells as text."""
    if data[:4] == _ENCRYPTED or data[-4:] == _ENCRYPTED:
        return _lost(stem, file, "is encrypted")
    try:
        # Days far from now overflow in the nanoseconds that the old kind of timestamp is read as otherwise.
        with pq.ParquetFile(
            pa.BufferReader(data), coerce_int96_timestamp_unit="us", page_checksum_verification=True
        ) as source:
            rows, width = source.metadata.num_rows, source.metadata.num_columns
            if rows * width > CELLS:
                return _lost(stem, file, f"has {rows:,} rows of {width:,} columns, more than {CELLS:,} cells")
            table = source.read()
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError, OverflowError) as error:
        if "decrypt" in str(error).lower():
            return _lost(stem, file, "is encrypted")
        return _lost(stem, file, "is not a parquet file, or a damaged one")
    except MemoryError:
        return _lost(stem, file, "does not fit into memory")
    header, columns, problems = [], [], []
    for name, cells in zip(table.column_names, table.columns, strict=True):
        text = column_text(cells)
        if text is None:
            message = f"column `{name}` does not hold text, numbers, dates or booleans"
            problems.append(Problem("unsupported_type", file, 1, name, message, _hint(cells.type)))
            blank = pl.Series([""], dtype=pl.String).new_from_index(0, table.num_rows)
            columns.append(blank)
        else:
            columns.append(text.cells)
            problems += [_inexact(file, name.strip(), row, number) for row, number in text.inexact]
        header.append(name)
    if not header:
        return RawTable(stem, file, pl.DataFrame(), (empty_file(file),), complete=False)
    return raw_table(stem, file, header, columns, problems)


def _hint(kind: pa.DataType) -> str:
    types = pa.types
    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_binary_view(kind):
        return "the column holds bytes: write it as text"
    return ""


def _inexact(file: str, column: str, row: int, number: float) -> Problem:
    message = f"the number `{number!r}` is beyond what its column can hold digit by digit"
    return Problem(
        "inexact_number", file, row + FIRST_ROW, column, message, "write the column as text or whole numbers"
    )


def _lost(stem: str, file: str, why: str) -> RawTable:
    problem = Problem("unreadable_file", file, 1, "", f"`{file}` {why}")
    return RawTable(stem, file, pl.DataFrame(), (problem,), complete=False)
