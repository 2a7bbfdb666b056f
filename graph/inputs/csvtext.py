"""CSV text to a RawTable; whatever is wrong with the text becomes a problem of the table, never an exception.

A record may span lines inside quotes. A blank line is a record without cells: it counts, and the checks pass over it. A
record that is short is read as if the missing cells were blank, as spreadsheets do; one that is long is a problem. What
separates cells is a comma, a semicolon or a tab, as the header says, or what a first line `sep=` names.

Clean files go through Arrow, about ten times faster; the standard reader takes the rest, and can say where.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from itertools import islice, zip_longest
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa
from pyarrow import csv as arrow_csv

from seewhy.graph.inputs.characters import trimmed, without_marks
from seewhy.graph.inputs.encodings import decoded
from seewhy.graph.inputs.headers import LOOKED_AT, header_below, known_names, names_of, title_above
from seewhy.graph.inputs.tables import RawTable, lost, raw_table
from seewhy.graph.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

SEPARATORS = (",", ";", "\t")
"""What may separate cells; `sep=` may also name a vertical bar."""
_NAMED = (*SEPARATORS, "|")
_SEPARATOR_LINE = re.compile(rb'\A[ \t]*"?sep=([^"\r\n]?)"?[,;\t| ]*(?:\r\n|\n|\r|\Z)', re.IGNORECASE)
_MARK = "\ufeff".encode()
_BLOCK = 64 * 1024 * 1024
# Bytes in which the header ends; a longer one goes to the careful reader.
_HEADER = 1024 * 1024
# Stands on a line of its own behind the text: when it is not read back as a record, a quote was open at the end.
_SENTINEL = "\x01end of text\x01"


def csv_table(stem: str, file: str, data: bytes, names: Sequence[str] = ()) -> RawTable:
    """The table that the bytes of a CSV file hold; `file` is what its problems name.

    `names` are the columns that the file may have, where no load knows it.
    """
    found = decoded(file, data)
    if found.data is None:
        return lost(stem, file, [found.problem] if found.problem else [])
    body, named, wrong = after_separator_line(file, found.data)
    if wrong:
        return lost(stem, file, [wrong])
    names = tuple(names) or names_of(stem)
    if found.bad_byte >= 0:
        separator = separator_of(body.decode(), names, named)
        # Read on all the same: the other problems are worth knowing at once.
        problem = _not_utf8(file, data, found.bad_byte, separator)
        return _careful(stem, file, body.decode(), separator, names, [problem], doubtful=True)
    if _MARK in body:
        body = without_marks(body.decode()).encode()
    separator = separator_of(body[:_HEADER].decode(errors="ignore"), names, named)
    return _fast(stem, file, body, separator, names) or _careful(stem, file, body.decode(), separator, names, [])


def after_separator_line(file: str, data: bytes) -> tuple[bytes, str, Problem | None]:
    """The text (UTF-8) behind a line `sep=;`, and what it names; a problem for what separates nothing."""
    line = _SEPARATOR_LINE.match(data)
    if line is None:
        return data, "", None
    named = line.group(1).decode("utf-8", errors="replace")
    if named and named not in _NAMED:
        hint = "sep= names a comma, a semicolon, a tab or |"
        return b"", "", Problem("bad_separator", file, 1, "", f"`{named}` separates no cells", hint)
    return data[line.end() :], named, None


def separator_of(text: str, names: Sequence[str], named: str = "") -> str:
    """What separates the cells: that which gives the header most names of columns, `named` before the others.

    Where the first row holds none, the rows below are asked, since the header may stand there; where none holds any,
    that which gives the first row most cells.
    """
    if not names:
        return named or SEPARATORS[0]
    candidates = [named, *(sign for sign in _NAMED if sign != named)] if named else list(SEPARATORS)
    rows = {sign: _parsed(text, sign, LOOKED_AT + 1) for sign in candidates}
    rows = {sign: [row for row in found if any(map(trimmed, row))] for sign, found in rows.items()}

    def first(sign: str) -> int:
        return known_names(rows[sign][0], names) if rows[sign] else 0

    def any_row(sign: str) -> int:
        return max((known_names(row, names) for row in rows[sign]), default=0)

    def width(sign: str) -> int:
        return len(rows[sign][0]) if rows[sign] else 0

    # A single name in a later row is no header: it may be a cell.
    return max(candidates, key=lambda sign: (first(sign), any_row(sign) > 1, any_row(sign), not named and width(sign)))


def _fast(stem: str, file: str, data: bytes, separator: str, names: Sequence[str]) -> RawTable | None:
    """The table when every record has as many cells as the header and no quote is in doubt, else None."""
    if data.count(b'"') % 2:
        return None
    # Columns are numbered by Arrow; the header is read as a record, so that a name may stand twice.
    head = next(iter(_parsed(data[:_HEADER].decode("utf-8", errors="ignore"), separator, records=1)), [])
    if not any(map(trimmed, head)):
        return None
    try:
        table = arrow_csv.read_csv(
            io.BytesIO(data),
            read_options=arrow_csv.ReadOptions(autogenerate_column_names=True, block_size=_BLOCK),
            parse_options=arrow_csv.ParseOptions(
                delimiter=separator, newlines_in_values=True, ignore_empty_lines=False
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types={f"f{place}": pa.string() for place in range(len(head))}, strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    frame = pl.from_arrow(table)
    if not isinstance(frame, pl.DataFrame) or frame.width != len(head):
        return None
    return raw_table(stem, file, head, frame.slice(1).get_columns(), names=names)


def _careful(
    stem: str,
    file: str,
    text: str,
    separator: str,
    names: Sequence[str],
    problems: list[Problem],
    *,
    doubtful: bool = False,
) -> RawTable:
    records = _records(text, separator)
    open_quote = records[-1] != [_SENTINEL]
    if not open_quote:
        records.pop()
    # The header is the first record with cells, and row 1.
    records = records[
        next((place for place, record in enumerate(records) if any(map(trimmed, record))), len(records)) :
    ]
    if not records:
        return lost(stem, file, [*problems, empty_file(file)])
    place = header_below(records[: LOOKED_AT + 1], names)
    if place is not None:
        return lost(stem, file, [*problems, title_above(file, place)])
    found = list(problems)
    if open_quote:
        hint = 'a quote inside a quoted cell is written twice: ""'
        found.append(
            Problem("unclosed_quote", file, len(records), "", "a quote opens in this row and never closes", hint)
        )
        records.pop()
        if not records:
            return lost(stem, file, found)
    header, width = records[0], len(records[0])
    for row, record in enumerate(records, start=1):
        if len(record) > width and any(map(trimmed, record[width:])):
            message = f"the row has {len(record)} cells, the header {width}"
            sign = {",": "comma", ";": "semicolon", "\t": "tab"}.get(separator, separator)
            found.append(Problem("long_row", file, row, "", message, f"a cell that holds a {sign} stands in quotes"))
    columns = [pl.Series(cells[1:], dtype=pl.String) for cells in islice(zip_longest(*records, fillvalue=""), width)]
    return raw_table(stem, file, header, columns, found, complete=not open_quote, names=names, doubtful=doubtful)


def _records(text: str, separator: str) -> list[list[str]]:
    """Every record of the text, and the sentinel when the last quote was closed."""
    end = "" if text.endswith(("\n", "\r")) or not text else "\n"
    return _parsed(f"{text}{end}{_SENTINEL}", separator)


def _parsed(text: str, separator: str, records: int | None = None) -> list[list[str]]:
    limit = csv.field_size_limit(sys.maxsize)
    try:
        return list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator), records))
    finally:
        csv.field_size_limit(limit)


def empty_file(file: str) -> Problem:
    """The problem of a file without a header."""
    return Problem("empty_file", file, 1, "", "the file has no header", "leave the file out when it has nothing to say")


def _not_utf8(file: str, data: bytes, at: int, separator: str) -> Problem:
    """The first byte that is no UTF-8, at its record and column."""
    before = without_marks(data[:at].decode("utf-8"))
    line = _SEPARATOR_LINE.match(before.encode())
    before = before[line.end() :] if line else before
    # The sentinel ends the cell in which the byte stands, whether or not a quote is open.
    records = _parsed(f"{before}{_SENTINEL}", separator)
    header, place = records[0], len(records[-1]) - 1
    column = trimmed(header[place]) if len(records) > 1 and place < len(header) else ""
    message = f"the byte 0x{data[at]:02X} is not UTF-8"
    hint = "it looks like Latin-1 or Windows-1252: save the file as CSV UTF-8"
    return Problem("not_utf8", file, len(records), column, message, hint)
