"""Tables as csv, xlsx, parquet and json: bytes into an open file, the same rows always the same bytes.

csv and xlsx are what spreadsheets open. In csv every risky text (`graph.formulas`) gets an apostrophe, headers too; in
a workbook (`graph.files.workbook`) every text is a text cell. parquet and json keep texts as they are. Numbers, truths
and dates stay what they are in all four. Any Arrow type may come (`graph.files.cell_types`).
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from seewhy.graph.files.cell_types import as_text, as_written, written_type
from seewhy.graph.files.formulas import defused, safe
from seewhy.graph.files.workbook import write_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import BinaryIO

_ROW_GROUP = 16_000_000
"""Rows per group of a parquet file, about: some 200 MB while it is being written."""
_DICTIONARY = 1 << 30
"""Bytes up to which the ids of a column stay a dictionary; past the usual megabyte each row would repeat its id."""


class _Kept:
    """A file for libraries that close what they are given."""

    closed = False

    def __init__(self, file: BinaryIO) -> None:
        self.write, self.flush = file.write, file.flush

    def close(self) -> None:
        self.closed = True

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return False


def _write_csv(file: BinaryIO, schema: pa.Schema, tables: Iterable[pa.Table]) -> int:
    rows = 0
    text = pa.schema([pa.field(safe(f.name), written_type(f.type)) for f in schema])
    options = pacsv.WriteOptions(quoting_style="needed")
    with pa.PythonFile(_Kept(file), mode="w") as sink, pacsv.CSVWriter(sink, text, write_options=options) as writer:
        for table in tables:
            rows += len(table)
            writer.write_table(pa.Table.from_arrays(list(map(_harmless, table.columns)), schema=text))
    return rows


def _harmless(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column as written, risky texts defused; what repeats in a dictionary is looked at once."""
    target = written_type(column.type)
    if not pa.types.is_large_string(target):
        return as_written(column)
    if pa.types.is_dictionary(column.type) and all(len(one.dictionary) < len(one) for one in column.chunks):
        texts = (defused(as_written(pa.chunked_array([one.dictionary]))) for one in column.chunks)
        taken = [text.take(one.indices) for text, one in zip(texts, column.chunks, strict=True)]
        return pa.chunked_array([chunk for part in taken for chunk in part.chunks], target)
    return defused(as_written(column))


def _write_parquet(file: BinaryIO, schema: pa.Schema, tables: Iterable[pa.Table]) -> int:
    """Few large row groups: the ids of a column are written once per group, whole, never row by row."""
    rows, held, waiting = 0, list[pa.Table](), 0
    flat = {f.name for f in schema if pa.types.is_run_end_encoded(f.type)}
    schema = pa.schema([f.with_type(f.type.value_type) if f.name in flat else f for f in schema])
    with pq.ParquetWriter(
        file, schema, compression="zstd", compression_level=1, write_statistics=False,
        dictionary_pagesize_limit=_DICTIONARY,
    ) as writer:  # fmt: skip
        for table in tables:
            rows += len(table)
            for n in [n for n, field in enumerate(table.schema) if field.name in flat]:
                table = table.set_column(n, table.schema[n].name, as_written(table.column(n)).cast(schema[n].type))
            held.append(table)
            waiting += len(table)
            if waiting >= _ROW_GROUP:
                writer.write_table(pa.concat_tables(held), row_group_size=waiting)
                held, waiting = [], 0
        if waiting:
            writer.write_table(pa.concat_tables(held), row_group_size=waiting)
    return rows


def _write_json(file: BinaryIO, schema: pa.Schema, tables: Iterable[pa.Table]) -> int:
    del schema
    rows = 0
    file.write(b"[")
    for table in tables:
        for row in table.to_pylist():
            line = json.dumps({name: _finite(cell) for name, cell in row.items()}, ensure_ascii=False, default=as_text)
            file.write((",\n " if rows else "\n ").encode() + line.encode())
            rows += 1
    file.write(b"\n]\n")
    return rows


def _finite(cell: Any) -> Any:
    """JSON has no word for what is no number."""
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell


WRITERS: dict[str, Callable[[BinaryIO, pa.Schema, Iterable[pa.Table]], int]] = {
    ".csv": _write_csv,
    ".xlsx": write_workbook,
    ".parquet": _write_parquet,
    ".json": _write_json,
}
"""By the ending of a file: writes tables of the schema and returns how many rows; the file stays open."""
