"""A workbook for somebody else: sheets About, Summary and Data, the last as often as the rows need.

How a row is written is in `graph.files.sheet_rows`. The same rows and words are the same bytes. Rows are written as
they come; kept of them are counts and the ids that occur.

Bounds: 1,048,575 rows a sheet, then the next sheet begins; 65,530 links a sheet, what follows is without; a text of
more than 32,767 signs is refused, never cut.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from seewhy.graph.files.cell_types import as_written, cells_of
from seewhy.graph.files.formulas import safe
from seewhy.graph.files.sheet_rows import COLOURS, LINKS, VALUES, Looks, Rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import BinaryIO

    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

# A workbook holds the time of its making; a fixed one keeps the same rows the same bytes.
_MADE = dt.datetime(2000, 1, 1)
_GROUPS = (
    *(("value",), ("step", "value"), ("severity",), ("rule", "severity"), ("kind",), ("overdue",)),
    *(("holder",), ("privilege",), ("system",), ("system_id",)),
)
"""What Summary counts by, as far as there are such columns."""
_ABOUT = {
    "people": ("person", "person_id", "covers", "authorised_by", "lending_by", "borrowing_by"),
    "cases": ("case", "case_id"),
}
"""Columns that hold ids of people and of cases."""


class Names(NamedTuple):
    """A sheet that says what ids mean: its columns, and its rows, by id."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Told:
    """What a workbook says beside its rows."""

    title: str
    facts: Sequence[tuple[str, str]]
    """What the rows rest on: (label, text)."""
    link: Callable[[Mapping[str, str]], str] | None = None
    """The address of the answer that a row is about, by its ids `person` and `case`; blank for none."""
    names: Callable[[Sequence[str], Sequence[str]], Mapping[str, Names]] | None = None
    """The sheets for the ids of people and of cases that occur, by the names of the sheets."""


def write_workbook(file: BinaryIO, schema: pa.Schema, tables: Iterable[pa.Table], told: Told | None = None) -> int:
    """Write tables of the schema, and what is `told` of them; returns how many rows. The file stays open."""
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    book = xlsxwriter.Workbook(
        file,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    book.set_properties({"created": _MADE, "title": told.title if told else ""})
    looks = Looks(book)
    try:
        about, summary = (book.add_worksheet(name) for name in ("About", "Summary")) if told else (None, None)
        seen = _Seen(schema)
        data = Rows(book, looks, schema, "Data", told.link if told else None)
        for row in cells_of(seen.counted(tables)):
            data.write(row)
        data.end()
        if told and about and summary:
            data.sheets[0].activate()
            named = _write_names(book, looks, told, seen)
            _write_about(about, looks, told, data, named)
            _write_summary(summary, looks, seen, data.rows)
    finally:
        try:
            book.close()
        except FileCreateError as error:
            raise OSError(*getattr(error.args[0], "args", ())) from None
    return data.rows


@dataclass(slots=True)
class _Seen:
    """What is kept of rows that went by: counts by group, sums, the ids of people and cases."""

    schema: pa.Schema
    counts: dict[tuple[str, ...], Counter[tuple[Any, ...]]] = field(default_factory=dict)
    sums: dict[str, int] = field(default_factory=dict)
    ids: dict[str, set[str]] = field(default_factory=lambda: {"people": set(), "cases": set()})

    def counted(self, tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
        """The tables as they come, counted."""
        names = self.schema.names
        groups = [group for group in _GROUPS if set(group) <= set(names)]
        numbers = [one.name for one in self.schema if pa.types.is_integer(one.type)]
        for table in tables:
            for group in groups:
                columns = pa.table({name: as_written(table[name]) for name in group})
                found = self.counts.setdefault(group, Counter())
                for row in columns.group_by(list(group)).aggregate([([], "count_all")]).to_pylist():
                    found[tuple(row[name] for name in group)] += row["count_all"]
            for name in numbers:
                self.sums[name] = self.sums.get(name, 0) + sum(table[name].drop_null().to_pylist())
            for kind, columns in _ABOUT.items():
                for name in columns:
                    if name in names:
                        self.ids[kind].update(as_written(table[name]).unique().drop_null().to_pylist())
            yield table


def _write_names(book: Workbook, looks: Looks, told: Told, seen: _Seen) -> list[str]:
    """The sheets that say what ids mean; returns their names."""
    people, cases = (sorted(seen.ids[kind] - {""}) for kind in ("people", "cases"))
    found = told.names(people, cases) if told.names and (people or cases) else {}
    for title, names in found.items():
        texts = [pa.array([row[n] for row in names.rows], pa.string()) for n in range(len(names.columns))]
        table = pa.table(texts, names=list(names.columns))
        rows = Rows(book, looks, table.schema, title)
        for row in cells_of([table]):
            rows.write(row)
        rows.end()
    return list(found)


def _write_about(sheet: Worksheet, looks: Looks, told: Told, data: Rows, named: Sequence[str]) -> None:
    """What the rows answer, what they rest on, and how to check that."""
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 96)
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, told.title, looks.of(bold=True, font_size=16))
    names = [one.get_name() for one in data.sheets]
    listed = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
    more = [("Rows", f"{data.rows:,}, on {'the sheet' if len(names) == 1 else f'{len(names)} sheets,'} {listed}")]
    if named:
        more.append(("Names", f"what the ids mean: {' and '.join(named)}"))
    if told.link is not None:
        more.append(("Links", f"the ids lead to the answer in SeeWhy, in the first {LINKS:,} rows of a sheet"))
    for row, (label, text) in enumerate([*told.facts, *more], 2):
        sheet.write_string(row, 0, label, looks.of(bold=True, font_color="#54626F"))
        sheet.write_string(row, 1, text, looks.of(text_wrap=True, quote_prefix=safe(text) != text))


def _write_summary(sheet: Worksheet, looks: Looks, seen: _Seen, rows: int) -> None:
    """How many rows, by what they say."""
    sheet.set_column(0, 1, 34)
    sheet.set_column(2, 2, 12)
    number = looks.of(num_format="#,##0")
    sheet.write_string(0, 0, "Rows", looks.of(bold=True))
    sheet.write_number(0, 2, rows, number)
    row = 1
    for name, total in seen.sums.items():
        sheet.write_string(row, 0, f"{name}, all rows together", looks.of(bold=True))
        sheet.write_number(row, 2, total, number)
        row += 1
    for group, counts in seen.counts.items():
        row += 1
        for n, title in enumerate((*group, *[""] * (2 - len(group)), "rows")):
            sheet.write_string(row, n, title, looks.head)
        for cells, count in sorted(counts.items(), key=lambda item: (-item[1], str(item[0]))):
            row += 1
            for n, (name, cell) in enumerate(zip(group, cells, strict=True)):
                text = "" if cell is None else str(cell)
                tone = COLOURS.get(text) if name in VALUES else None
                look = {"font_color": tone[0], "bg_color": tone[1]} if tone else {}
                sheet.write_string(row, n, text or "(blank)", looks.of(quote_prefix=safe(text) != text, **look))
            sheet.write_number(row, 2, count, number)
        row += 1
