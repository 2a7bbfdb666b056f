"""Rows as input files, and back: `rows/<stem>.csv` as `seewhy load` would read them, provenance beside them.

`rows/provenance.csv` has one record per row: the file and record it belongs to, the period in which the graph holds it
(`since`, `until` of the row are as given), the row of the input file that it came from, and its loads.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from typing import TYPE_CHECKING, Any

import polars as pl

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.evidence.parts import quoted
from seewhy.graph.inputs.files import FILES
from seewhy.graph.vocabulary import OPEN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seewhy.graph.schemes.columns import Column, FileSpec

FOLDER = "rows/"
PROVENANCE = f"{FOLDER}provenance.csv"
_PLACE = ("file", "record")
_HELD = {
    "since": pl.String,
    "until": pl.String,
    "row": pl.Int64,
    "source": pl.String,
    "load": pl.String,
    "ended_load": pl.String,
    "present": pl.Boolean,
}
_TYPES = {"bool": pl.Boolean, "int": pl.Int64}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_WHOLE = re.compile(r"-?\d{1,18}")
_TRUTH = {"true": True, "false": False}


def _ledger(spec: FileSpec, name: str) -> str:
    """The column of the history that a column of the file is kept in."""
    return f"given_{name}" if spec.dated and name in ("since", "until") else name


def _cell(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _csv(header: tuple[str, ...], rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([list(header), *rows])
    return text.getvalue().encode()


def written(history: Mapping[str, pl.DataFrame]) -> dict[str, bytes]:
    """The members `rows/…` of facts; files without a row are left out."""
    members: dict[str, bytes] = {}
    provenance: list[list[str]] = []
    for stem, spec in FILES.items():
        frame = history.get(stem)
        if frame is None or frame.is_empty():
            continue
        rows = frame.select(_ledger(spec, name) for name in spec.names).rows()
        members[f"{FOLDER}{stem}.csv"] = _csv(spec.names, [[_cell(cell) for cell in row] for row in rows])
        provenance += [
            [f"{stem}.csv", str(record), *map(_cell, row)] for record, row in enumerate(frame.select(*_HELD).rows(), 2)
        ]
    return {**members, PROVENANCE: _csv((*_PLACE, *_HELD), provenance)}


def read_back(members: Mapping[str, bytes]) -> dict[str, pl.DataFrame]:
    """The history frames of every file; ConfigurationError in a sentence for rows that are not as `written` says."""
    header, *records = _records(PROVENANCE, members)
    if tuple(header) != (*_PLACE, *_HELD):
        raise _wrong(PROVENANCE, 1, f"the columns are {', '.join((*_PLACE, *_HELD))}")
    held: dict[str, list[list[str]]] = {}
    for number, record in enumerate(records, 2):
        rows = held.setdefault(record[0], [])
        if record[0].removesuffix(".csv") not in FILES or record[1] != str(len(rows) + 2):
            raise _wrong(PROVENANCE, number, "every record of every file is told of once, in order")
        rows.append(record[2:])
    found = {}
    for stem, spec in FILES.items():
        name = f"{FOLDER}{stem}.csv"
        head, *cells = _records(name, members) if name in members else [list(spec.names)]
        if tuple(head) != spec.names:
            raise _wrong(name, 1, f"the columns are {', '.join(spec.names)}")
        places = held.pop(f"{stem}.csv", [])
        if len(places) != len(cells):
            fault = f"the file has {len(cells)} records, {PROVENANCE} tells of {len(places)}"
            raise _wrong(name, len(cells) + 1, fault)
        found[stem] = _frame(name, spec, cells, places)
    return found


def _records(name: str, members: Mapping[str, bytes]) -> list[list[str]]:
    limit = csv.field_size_limit(sys.maxsize)
    try:
        records = list(csv.reader(io.StringIO(members[name].decode(), newline=""), strict=True))
    except KeyError:
        raise ConfigurationError(f"the file holds no `{name}`") from None
    except (UnicodeDecodeError, csv.Error):
        raise ConfigurationError(f"`{name}` is no CSV text in UTF-8") from None
    finally:
        csv.field_size_limit(limit)
    for number, record in enumerate(records, 1):
        if len(record) != len(records[0]):
            raise _wrong(name, number, f"a record has {len(records[0])} cells, this one {len(record)}")
    if not records:
        raise _wrong(name, 1, "the header is missing")
    return records


def _frame(name: str, spec: FileSpec, cells: list[list[str]], places: list[list[str]]) -> pl.DataFrame:
    columns: dict[str, pl.Series] = {}
    for at, column in enumerate(spec.columns):
        kept = _ledger(spec, column.name)
        values = [_read(name, number, column, row[at]) for number, row in enumerate(cells, 2)]
        columns[kept] = pl.Series(kept, values, dtype=_TYPES.get(column.kind, pl.String))
    for at, (kept, dtype) in enumerate(_HELD.items()):
        cells_held = [_held(kept, dtype, number, row[at]) for number, row in enumerate(places, 2)]
        columns[kept] = pl.Series(kept, cells_held, dtype=dtype)
    return pl.DataFrame(list(columns.values()))


def _read(name: str, row: int, column: Column, text: str) -> str | int | bool | None:
    if column.kind == "bool":
        if text not in _TRUTH:
            raise _wrong(name, row, f"`{column.name}` is true or false")
        return _TRUTH[text]
    if column.kind == "int":
        if text and not _WHOLE.fullmatch(text):
            raise _wrong(name, row, f"`{column.name}` is a whole number or blank")
        return int(text) if text else None
    bad_word = column.kind == "enum" and text not in (*column.choices, "")
    if bad_word or (column.kind == "date" and text and not _DATE.fullmatch(text)):
        raise _wrong(name, row, f"`{column.name}` cannot be {quoted(text)}")
    return text


def _held(name: str, dtype: Any, row: int, text: str) -> str | int | bool:
    if dtype == pl.Boolean and text in _TRUTH:
        return _TRUTH[text]
    if dtype == pl.Int64 and _WHOLE.fullmatch(text):
        return int(text)
    if dtype == pl.String and (
        name not in ("since", "until") or _DATE.fullmatch(text) or (name, text) == ("until", OPEN)
    ):
        return text
    raise _wrong(PROVENANCE, row, f"`{name}` cannot be {quoted(text)}")


def _wrong(name: str, row: int, expected: str) -> ConfigurationError:
    return ConfigurationError(f"row {row} of `{name}` cannot be read: {expected}")
