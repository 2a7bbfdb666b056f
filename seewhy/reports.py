"""Reports to files, each with a manifest beside it; never truncated.

A report is a stream of tables of at most `ROWS` rows, so that memory does not grow with it. Cells that a spreadsheet
would take for a formula (they begin with = + - @ tab or return) get an apostrophe in csv; xlsx cells are written as
text.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from graph.errors import ConfigurationError
from graph.questions.reports import REPORTS, report_columns, report_tables
from graph.rules.catalogue import rule_version
from graph.session import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from seewhy.api import Graph

ENDINGS = (".csv", ".xlsx", ".parquet", ".json")
_SHEET_LIMIT = 1_048_575


def export_report(
    graph: Graph,
    report: str,
    output: Path,
    as_of: str | None = None,
    *,
    progress: Callable[[str, int, int], None] | None = None,
) -> dict[str, Any]:
    """Write one report and its manifest; returns the manifest. A file is complete or not there."""
    if report not in REPORTS:
        raise ConfigurationError(
            f"unknown report `{report}`", nearest(report, list(REPORTS)) or f"reports: {', '.join(REPORTS)}"
        )
    if output.suffix not in ENDINGS:
        raise ConfigurationError(f"`{output.name}` has no ending that can be written", f"endings: {', '.join(ENDINGS)}")
    if not output.parent.is_dir():
        raise ConfigurationError(f"there is no folder `{output.parent}`")
    part = output.with_name(output.name + ".part")
    with graph.session.engine.snapshot():
        provenance = graph.provenance
        load = graph.session.newest()
        date, tables = report_tables(graph.session, report, as_of, progress)
        try:
            rows = _WRITERS[output.suffix](part, report_columns(report), tables)
            digest = _sha256(part)
            part.replace(output)
        finally:
            part.unlink(missing_ok=True)
    manifest = {
        "report": report,
        "question": REPORTS[report],
        "as_of": date,
        "file": output.name,
        "rows": rows,
        "columns": [f.name for f in report_columns(report)],
        "sha256": digest,
        "engine": provenance.engine,
        "load": provenance.load,
        "load_digest": load.digest,
        "loaded_as_of": load.as_of,
        "rule_version": rule_version(),
        "product": load.product,
        "written": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "complete": True,
    }
    output.with_name(output.name + ".manifest.json").write_text(
        json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", "utf-8"
    )
    return manifest


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _plain(table: pa.Table) -> pa.Table:
    """Dictionary columns as text."""
    return pa.table(
        {
            f.name: (c.cast(pa.string()) if pa.types.is_dictionary(f.type) else c)
            for f, c in zip(table.schema, table.columns, strict=True)
        }
    )


def safe(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula, made harmless by an apostrophe."""
    return "'" + value if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _write_csv(path: Path, schema: pa.Schema, tables: Iterable[pa.Table]) -> int:
    rows, text = (
        0,
        pa.schema([pa.field(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type) for f in schema]),
    )
    with pacsv.CSVWriter(path, text, write_options=pacsv.WriteOptions(quoting_style="needed")) as writer:
        for table in tables:
            rows += len(table)
            writer.write_table(_safe_table(_plain(table)).cast(text))
    return rows


def _safe_table(table: pa.Table) -> pa.Table:
    import pyarrow.compute as pc

    columns = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_string(column.type):
            risky = pc.match_substring_regex(column, r"^[=+\-@\t\r]")
            if pc.any(risky).as_py():
                column = pc.if_else(risky, pc.binary_join_element_wise("'", column, ""), column)
        columns[name] = column
    return pa.table(columns)


def _write_parquet(path: Path, schema: pa.Schema, tables: Iterable[pa.Table]) -> int:
    rows = 0
    with pq.ParquetWriter(path, schema, compression="zstd", compression_level=1, write_statistics=False) as writer:
        for table in tables:
            rows += len(table)
            writer.write_table(table)
    return rows


def _write_json(path: Path, schema: pa.Schema, tables: Iterable[pa.Table]) -> int:
    del schema
    rows = 0
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        for table in tables:
            for row in table.to_pylist():
                file.write((",\n " if rows else "\n ") + json.dumps(row, ensure_ascii=False))
                rows += 1
        file.write("\n]\n")
    return rows


def _cells(tables: Iterable[pa.Table]) -> Iterator[list[Any]]:
    for table in tables:
        yield from zip(*[column.to_pylist() for column in _plain(table).columns], strict=True)


def _write_xlsx(path: Path, schema: pa.Schema, tables: Iterable[pa.Table]) -> int:
    """A workbook with typed columns, a filter row and a frozen header; past a sheet's limit it refuses, it never
    truncates."""
    import xlsxwriter

    rows = 0
    book = xlsxwriter.Workbook(
        path,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    try:
        sheet = book.add_worksheet("report")
        head = book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        for n, field in enumerate(schema):
            sheet.set_column(n, n, 26 if pa.types.is_string(field.type) or pa.types.is_dictionary(field.type) else 12)
            sheet.write_string(0, n, field.name, head)
        for cells in _cells(tables):
            rows += 1
            if rows > _SHEET_LIMIT:
                raise ConfigurationError(
                    f"the report has more than {_SHEET_LIMIT:,} rows, more than a worksheet holds",
                    "write parquet or csv instead",
                )
            for n, cell in enumerate(cells):
                if cell is None:
                    sheet.write_blank(rows, n, None)
                elif isinstance(cell, bool):
                    sheet.write_boolean(rows, n, cell)
                elif isinstance(cell, int | float | np.number):
                    sheet.write_number(rows, n, cell)
                else:
                    sheet.write_string(rows, n, str(cell))
        sheet.autofilter(0, 0, max(rows, 1), len(schema) - 1)
    finally:
        book.close()
    return rows


_WRITERS: dict[str, Callable[[Any, pa.Schema, Iterable[pa.Table]], int]] = {
    ".csv": _write_csv,
    ".parquet": _write_parquet,
    ".json": _write_json,
    ".xlsx": _write_xlsx,
}
