"""One table from one file: CSV, parquet, or the only sheet of a workbook, by the same readers as an organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seewhy.graph.inputs.csvtext import csv_table
from seewhy.graph.inputs.regular import MOST_TABLE_BYTES, read_regular
from seewhy.graph.inputs.tables import RawTable, lost
from seewhy.graph.problems import Problem
from seewhy.loaders.formats.parquet import parquet_table
from seewhy.loaders.formats.workbook import sheets

if TYPE_CHECKING:
    from pathlib import Path


def read_table(path: Path, columns: tuple[str, ...] = ()) -> RawTable:
    """The table in a file by its ending (`.xlsx`, `.parquet`, anything else is CSV); raises UnreadableFile.

    `columns` are the names by which a header is known.
    Of a workbook with several sheets it is the one that is called as the file; what cannot be read is a problem of the
    table.
    """
    data, ending = read_regular(path, MOST_TABLE_BYTES), path.suffix.lower()
    if ending == ".parquet":
        return parquet_table(path.stem, path.name, data)
    if ending != ".xlsx":
        return csv_table(path.stem, path.name, data, columns)
    found = sheets(data, path.name, names=())
    if isinstance(found, str):
        return _lost(path, f"`{path.name}` {found}")
    named = [sheet for sheet in found if sheet.name.strip() == path.stem] or found
    if len(named) != 1:
        count = f"{len(found)} sheets" if found else "no sheet"
        return _lost(path, f"`{path.name}` has {count}, and one is needed", f"call the sheet to read `{path.stem}`")
    return named[0].table()


def _lost(path: Path, message: str, hint: str = "") -> RawTable:
    return lost(path.stem, path.name, [Problem("unreadable_file", path.name, 1, "", message, hint)])
