"""CSV text to a RawTable; whatever is wrong with the text becomes a problem of the table, never an exception.

A record may span lines inside quotes. A blank line is a record without cells: it counts, and the checks pass over it. A
record that is short is read as if the missing cells were blank, as spreadsheets do; one that is long is a problem.

Clean files go through Arrow, about ten times faster; the standard reader takes the rest, and can say where.
"""

from __future__ import annotations

import csv
import io
import sys
from itertools import islice, zip_longest

import polars as pl
import pyarrow as pa
from pyarrow import csv as arrow_csv

from graph.inputs.problems import Problem
from graph.inputs.tables import RawTable, raw_table

_BYTE_ORDER_MARK = "\ufeff"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_BLOCK = 64 * 1024 * 1024
# Bytes in which the header ends; a longer one goes to the careful reader.
_HEADER = 1024 * 1024
# Stands on a line of its own behind the text: when it is not read back as a record, a quote was open at the end.
_SENTINEL = "\x01end of text\x01"


def csv_table(stem: str, file: str, data: bytes) -> RawTable:
    """The table that the bytes of a CSV file hold; `file` is what its problems name."""
    if data.startswith(_UTF_16):
        text = data.decode("utf-16", errors="replace")
        problem = Problem("not_utf8", file, 1, "", f"`{file}` is UTF-16", "save it as CSV UTF-8")
        return _careful(stem, file, text, [problem])
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        problem = _not_utf8(file, data, error)
        # Read on as Latin-1, which takes any byte: the other problems are worth knowing at once.
        return _careful(stem, file, data.removeprefix(b"\xef\xbb\xbf").decode("latin-1"), [problem])
    return _fast(stem, file, data) or _careful(stem, file, text.removeprefix(_BYTE_ORDER_MARK), [])


def _fast(stem: str, file: str, data: bytes) -> RawTable | None:
    """The table when every record has as many cells as the header and no quote is in doubt, else None."""
    if data.count(b'"') % 2:
        return None
    # Columns are numbered by Arrow; the header is read as a record, so that a name may stand twice.
    head = next(iter(_parsed(data[:_HEADER].decode("utf-8-sig", errors="ignore"), records=1)), [])
    if not any(map(str.strip, head)):
        return None
    try:
        table = arrow_csv.read_csv(
            io.BytesIO(data),
            read_options=arrow_csv.ReadOptions(autogenerate_column_names=True, block_size=_BLOCK),
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
            convert_options=arrow_csv.ConvertOptions(
                column_types={f"f{place}": pa.string() for place in range(len(head))}, strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    frame = pl.from_arrow(table)
    if not isinstance(frame, pl.DataFrame) or frame.width != len(head):
        return None
    return raw_table(stem, file, head, frame.slice(1).get_columns())


def _careful(stem: str, file: str, text: str, problems: list[Problem]) -> RawTable:
    records = _records(text)
    open_quote = records[-1] != [_SENTINEL]
    if not open_quote:
        records.pop()
    # The header is the first record with cells, and row 1.
    records = records[
        next((place for place, record in enumerate(records) if any(map(str.strip, record))), len(records)) :
    ]
    if not records:
        return RawTable(stem, file, pl.DataFrame(), (*problems, empty_file(file)), complete=False)
    found = list(problems)
    if open_quote:
        hint = 'a quote inside a quoted cell is written twice: ""'
        found.append(
            Problem("unclosed_quote", file, len(records), "", "a quote opens in this row and never closes", hint)
        )
        records.pop()
        if not records:
            return RawTable(stem, file, pl.DataFrame(), tuple(found), complete=False)
    header, width = records[0], len(records[0])
    for row, record in enumerate(records, start=1):
        if len(record) > width and any(map(str.strip, record[width:])):
            message = f"the row has {len(record)} cells, the header {width}"
            found.append(Problem("long_row", file, row, "", message, "a cell that holds a comma stands in quotes"))
    columns = [pl.Series(cells[1:], dtype=pl.String) for cells in islice(zip_longest(*records, fillvalue=""), width)]
    return raw_table(stem, file, header, columns, found, complete=not open_quote)


def _records(text: str) -> list[list[str]]:
    """Every record of the text, and the sentinel when the last quote was closed."""
    end = "" if text.endswith(("\n", "\r")) or not text else "\n"
    return _parsed(f"{text}{end}{_SENTINEL}")


def _parsed(text: str, records: int | None = None) -> list[list[str]]:
    limit = csv.field_size_limit(sys.maxsize)
    try:
        return list(islice(csv.reader(io.StringIO(text, newline="")), records))
    finally:
        csv.field_size_limit(limit)


def empty_file(file: str) -> Problem:
    """The problem of a file without a header."""
    return Problem("empty_file", file, 1, "", "the file has no header", "leave the file out when it has nothing to say")


def _not_utf8(file: str, data: bytes, error: UnicodeDecodeError) -> Problem:
    """The first byte that is no UTF-8, at its record and column."""
    before = data[: error.start].decode("utf-8").removeprefix(_BYTE_ORDER_MARK)
    # The sentinel ends the cell in which the byte stands, whether or not a quote is open.
    records = _parsed(f"{before}{_SENTINEL}")
    header, place = records[0], len(records[-1]) - 1
    column = header[place].strip() if len(records) > 1 and place < len(header) else ""
    message = f"the byte 0x{data[error.start]:02X} is not UTF-8"
    hint = "it looks like Latin-1 or Windows-1252: save the file as CSV UTF-8"
    return Problem("not_utf8", file, len(records), column, message, hint)
