"""What a value of any Arrow type is in a csv file and in a workbook.

Texts of every kind (`string`, `large_string`, `string_view`, dictionaries, run-end encoded, extension types of text)
are texts; lists and other nested values are written as their JSON.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from seewhy.graph.files.formulas import risky

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
    return pa.chunked_array([pa.array(map(as_text, column.to_pylist()), target)])


def as_text(value: Any) -> str | None:
    """One value as text: bytes that are none as escapes, lists and structures as their JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="backslashreplace")
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, list | tuple | dict) else str(value)


def cells_of(tables: Iterable[pa.Table]) -> Iterator[list[tuple[Any, bool]]]:
    """Rows of (value, risky)."""
    for table in tables:
        columns = []
        for column in map(as_written, table.columns):
            values = column.to_pylist()
            marks = risky(column).to_pylist() if pa.types.is_large_string(column.type) else [False] * len(values)
            columns.append(zip(values, marks, strict=True))
        yield from map(list, zip(*columns, strict=True))
