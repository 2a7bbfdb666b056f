"""Answers and reports to files, each with a manifest beside it; never truncated.

A report is a stream of tables of at most `ROWS` rows, so that memory does not grow with it. Cells that a spreadsheet
would take for a formula (they begin with = + - @ tab or return) get an apostrophe in csv; xlsx cells are written as
text. The same rows give the same bytes, so that a manifest can be made again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from graph.errors import ConfigurationError
from graph.evidence.scratch import pseudonymous
from graph.nearest import nearest
from graph.questions.pairs import Pairs
from graph.questions.reports import REPORTS, report_columns, report_tables
from graph.rules.catalogue import rule_version
from graph.session import day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from graph.evidence.pseudonyms import Pseudonyms
    from graph.loads import Load
    from graph.session import Session

ENDINGS = (".csv", ".xlsx", ".parquet", ".json")
_SHEET_LIMIT = 1_048_575
_ROW_GROUP = 16_000_000
"""Rows per group of a parquet file, about: some 200 MB while it is being written."""
_DICTIONARY = 1 << 30
"""Bytes up to which the ids of a column stay a dictionary; past the usual megabyte each row would repeat its id."""
# xlsx holds the time of its making; a fixed one keeps the same rows the same bytes.
_MADE = dt.datetime(2000, 1, 1)


def export_report(
    session: Session,
    report: str,
    output: Path,
    as_of: str | None = None,
    *,
    progress: Callable[[str, int, int], None] | None = None,
    pseudonyms: Pseudonyms | None = None,
) -> dict[str, Any]:
    """Write one report and its manifest; returns the manifest. A file is complete or not there.

    With `pseudonyms` it is asked of a copy in memory in which they stand for all ids, names and texts: it costs the
    memory and the time of a load.
    """
    if report not in REPORTS:
        hint = nearest(report, list(REPORTS)) or f"reports: {', '.join(REPORTS)}"
        raise ConfigurationError(f"unknown report `{report}`", hint)
    _check(output)
    with _appearing(output) as part, session.engine.snapshot():
        load = session.newest()
        asked = session if pseudonyms is None else pseudonymous(session, pseudonyms, day(as_of))
        date, tables = report_tables(asked, report, as_of, progress)
        rows = _WRITERS[output.suffix](part, report_columns(report), tables)
        digest = _sha256(part)
    engine = f"{session.engine.name} {session.engine.version}"
    manifest = {
        "report": report,
        **_manifest(REPORTS[report], date, output, rows, report_columns(report), digest, engine, load),
        **({} if pseudonyms is None else {"pseudonyms": pseudonyms.as_dict()}),
    }
    output.with_name(output.name + ".manifest.json").write_text(manifest_text(manifest), "utf-8")
    return manifest


def export_answer(
    table: pa.Table, output: Path, *, question: str, as_of: str, engine: str, load: Load
) -> dict[str, Any]:
    """Write the rows of one answer, all of them; returns its manifest, which is not written."""
    _check(output)
    with _appearing(output) as part:
        rows = _WRITERS[output.suffix](part, table.schema, [table])
        digest = _sha256(part)
    return _manifest(question, as_of, output, rows, table.schema, digest, engine, load)


def count_rows(session: Session, report: str, as_of: str | None = None) -> int | None:
    """How many rows a report will have, when that is known without building it; else None."""
    date = day(as_of)
    if report == "people":
        return len(session.run("organisation/people"))
    if report == "cases":
        return sum(int(row["cases"]) for row in session.run("organisation/profile_counts", as_of=date))
    if report == "secondary_access":
        return len(session.run("organisation/secondary_access", as_of=date))
    if report == "privileges":
        names = ("role_contents", "held_privileges")
        return sum(len(session.run(f"organisation/{name}", as_of=date)) for name in names)
    return None


def count_by_asking(
    session: Session, report: str, as_of: str | None = None, progress: Callable[[str, int, int], None] | None = None
) -> int:
    """How many rows a report will have: everything is asked and decided, nothing is written."""
    if report != "access":
        return sum(len(table) for table in report_tables(session, report, as_of, progress)[1])
    pairs, total = Pairs(session, as_of), 0
    place = {person: n for n, person in enumerate(pairs.people, 1)}
    for sight in pairs:
        total += len(sight.cases)
        if progress:
            progress("people", place[sight.person], len(pairs.people))
    return total


def manifest_text(manifest: dict[str, Any]) -> str:
    """A manifest as it stands in its file."""
    return json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"


def _check(output: Path) -> None:
    if output.suffix not in ENDINGS:
        raise ConfigurationError(f"`{output.name}` has no ending that can be written", f"endings: {', '.join(ENDINGS)}")
    if not output.parent.is_dir():
        raise ConfigurationError(f"there is no folder `{output.parent}`")
    if output.is_dir():
        raise ConfigurationError(f"`{output}` is a folder")


@contextmanager
def _appearing(output: Path) -> Iterator[Path]:
    """A file beside `output` that takes its name when all went well, the end of the snapshot included; else it goes."""
    part = output.with_name(output.name + ".part")
    try:
        yield part
        part.replace(output)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise ConfigurationError(f"`{output}` cannot be written: {reason}") from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _manifest(
    question: str, date: str, output: Path, rows: int, schema: pa.Schema, digest: str, engine: str, load: Load
) -> dict[str, Any]:
    return {
        "question": question,
        "as_of": date,
        "file": output.name,
        "rows": rows,
        "columns": list(schema.names),
        "sha256": digest,
        "engine": engine,
        "load": load.id,
        "load_digest": load.digest,
        "loaded_as_of": load.as_of,
        "rule_version": rule_version(),
        "product": load.product,
        "written": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "complete": True,
    }


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
    rows = 0
    text = pa.schema([pa.field(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type) for f in schema])
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
    """Few large row groups: the ids of a column are written once per group, whole, never row by row."""
    rows, held, waiting = 0, list[pa.Table](), 0
    with pq.ParquetWriter(
        path, schema, compression="zstd", compression_level=1, write_statistics=False,
        dictionary_pagesize_limit=_DICTIONARY,
    ) as writer:  # fmt: skip
        for table in tables:
            rows += len(table)
            held.append(table)
            waiting += len(table)
            if waiting >= _ROW_GROUP:
                writer.write_table(pa.concat_tables(held), row_group_size=waiting)
                held, waiting = [], 0
        if waiting:
            writer.write_table(pa.concat_tables(held), row_group_size=waiting)
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
    book.set_properties({"created": _MADE})
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
                elif sheet.write_string(rows, n, str(cell)):
                    raise ConfigurationError(
                        f"a text in column `{schema.names[n]}` is longer than a worksheet's cell holds",
                        "write parquet or csv instead",
                    )
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
