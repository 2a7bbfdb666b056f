"""Tables as csv, xlsx, parquet and json: bytes into an open file, the same rows always the same bytes.

csv and xlsx are what spreadsheets open. In csv every risky text (`graph.formulas`) gets an apostrophe, headers too; in
xlsx every text is a text cell, and a risky one is marked as quoted, so that it stays one when somebody edits it.
parquet and json keep texts as they are. Numbers, truths and dates stay what they are in all four.

Any Arrow type may come: texts of every kind (`string`, `large_string`, `string_view`, dictionaries, run-end encoded,
extension types of text) are texts; lists and other nested values are written as their JSON in csv and xlsx.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.files.formulas import defused, risky, safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

_SHEET_LIMIT = 1_048_575
_ROW_GROUP = 16_000_000
"""Rows per group of a parquet file, about: some 200 MB while it is being written."""
_DICTIONARY = 1 << 30
"""Bytes up to which the ids of a column stay a dictionary; past the usual megabyte each row would repeat its id."""
# xlsx holds the time of its making; a fixed one keeps the same rows the same bytes.
_MADE = dt.datetime(2000, 1, 1)
_PLAIN = (
    *(pa.types.is_boolean, pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal),
    *(pa.types.is_date, pa.types.is_time, pa.types.is_timestamp),
)
"""Kinds of types whose values no spreadsheet takes for a formula."""


def written_type(kind: pa.DataType) -> pa.DataType:
    """What a column of a type is in csv and xlsx: numbers, truths, dates and times themselves, all else a text."""
    if isinstance(kind, pa.BaseExtensionType):
        return written_type(kind.storage_type)
    if pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind):
        return written_type(kind.value_type)
    return kind if any(is_kind(kind) for is_kind in _PLAIN) else pa.large_string()


def as_written(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column in its `written_type`."""
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        storage = [chunk.storage for chunk in column.chunks]
        return as_written(pa.chunked_array(storage, kind.storage_type))
    if pa.types.is_run_end_encoded(kind):
        decoded = [pc.run_end_decode(chunk) for chunk in column.chunks]
        return as_written(pa.chunked_array(decoded, kind.value_type))
    if pa.types.is_dictionary(kind):
        decoded = [chunk.dictionary_decode() for chunk in column.chunks]
        return as_written(pa.chunked_array(decoded, kind.value_type))
    target = written_type(kind)
    if target == kind:
        return column
    if pa.types.is_string(kind) or pa.types.is_string_view(kind) or pa.types.is_null(kind):
        return column.cast(target)
    return pa.chunked_array([pa.array(map(_as_text, column.to_pylist()), target)])


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="backslashreplace")
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, list | tuple | dict) else str(value)


def _plain(table: pa.Table) -> pa.Table:
    return pa.Table.from_arrays([as_written(column) for column in table.columns], list(table.column_names))


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
            line = json.dumps({name: _finite(cell) for name, cell in row.items()}, ensure_ascii=False, default=_as_text)
            file.write((",\n " if rows else "\n ").encode() + line.encode())
            rows += 1
    file.write(b"\n]\n")
    return rows


def _finite(cell: Any) -> Any:
    """JSON has no word for what is no number."""
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell


def _cells(tables: Iterable[pa.Table]) -> Iterator[list[tuple[Any, bool]]]:
    """Rows of (value, risky)."""
    for table in tables:
        columns = []
        for column in _plain(table).columns:
            values = column.to_pylist()
            marks = risky(column).to_pylist() if pa.types.is_large_string(column.type) else [False] * len(values)
            columns.append(zip(values, marks, strict=True))
        yield from map(list, zip(*columns, strict=True))


def _write_xlsx(file: BinaryIO, schema: pa.Schema, tables: Iterable[pa.Table]) -> int:
    """A workbook with typed columns, a filter row and a frozen header; past a sheet's limit it refuses, it never
    truncates."""
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    rows = 0
    book = xlsxwriter.Workbook(
        file,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    book.set_properties({"created": _MADE})
    try:
        sheet = book.add_worksheet("report")
        head, quoted = book.add_format({"bold": True}), book.add_format({"quote_prefix": True})
        sheet.freeze_panes(1, 0)
        for n, field in enumerate(schema):
            sheet.set_column(n, n, 26 if pa.types.is_large_string(written_type(field.type)) else 12)
            sheet.write_string(0, n, safe(field.name), head)
        for cells in _cells(tables):
            rows += 1
            if rows > _SHEET_LIMIT:
                raise ConfigurationError(
                    f"the report has more than {_SHEET_LIMIT:,} rows, more than a worksheet holds",
                    "write parquet or csv instead",
                )
            for n, (cell, marked) in enumerate(cells):
                if cell is None:
                    sheet.write_blank(rows, n, None)
                elif isinstance(cell, bool):
                    sheet.write_boolean(rows, n, cell)
                elif isinstance(cell, int | float | Decimal) and math.isfinite(cell):
                    sheet.write_number(rows, n, cell)
                elif sheet.write_string(rows, n, str(cell), quoted if marked else None):
                    raise ConfigurationError(
                        f"a text in column `{schema.names[n]}` is longer than a worksheet's cell holds",
                        "write parquet or csv instead",
                    )
        sheet.autofilter(0, 0, max(rows, 1), len(schema) - 1)
    finally:
        try:
            book.close()
        except FileCreateError as error:
            raise OSError(*getattr(error.args[0], "args", ())) from None
    return rows


WRITERS: dict[str, Callable[[BinaryIO, pa.Schema, Iterable[pa.Table]], int]] = {
    ".csv": _write_csv,
    ".xlsx": _write_xlsx,
    ".parquet": _write_parquet,
    ".json": _write_json,
}
"""By the ending of a file: writes tables of the schema and returns how many rows; the file stays open."""
