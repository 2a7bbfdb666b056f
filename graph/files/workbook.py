"""A workbook for somebody else: sheets About, Summary and Data, the last as often as the rows need.

Every text is a text cell, and a risky one (`graph.files.formulas`) is marked as quoted, so that it stays one when
somebody edits it. The same rows and words are the same bytes. Rows are written as they come; kept of them are
counts, widths and the ids that occur.

Bounds: 1,048,575 rows a sheet, then the next sheet begins; 65,530 links a sheet, what follows is without; a text of
more than 32,767 signs is refused, never cut.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.files.cell_types import as_written, cells_of
from seewhy.graph.files.formulas import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import BinaryIO

    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

SHEET_ROWS = 1_048_575
"""Rows of data that a sheet holds, below its head."""
_LINKS = 65_530
_LONGEST_LINK = 2_079
_WIDEST = 60
"""Signs after which a text is wrapped."""
# A workbook holds the time of its making; a fixed one keeps the same rows the same bytes.
_MADE = dt.datetime(2000, 1, 1)
_DATES = frozenset({
    *("since", "until", "begin", "end", "day", "date", "as_of", "from", "to"),
    *("form_received_on", "reviewed_on", "review_due"),
})  # fmt: skip
"""Columns whose texts are days where they are written as one."""
_COLOURS = {"edit": ("#0B6E75", "#E3F2F2"), "view": ("#16212C", "#E9EDF1"), "blocked": ("#A8321F", "#FBE9E5")}
"""Text and ground of a value."""
_VALUES = frozenset({"value", "value_now", "first", "first_now", "second", "second_now", "before", "after"})
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
_KINDS = ("person", "case")
"""Of these ids the link of a row is made."""


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


def sheets_of(rows: int) -> int:
    """On how many sheets so many rows are."""
    return max(1, -(-rows // SHEET_ROWS))


def write_workbook(file: BinaryIO, schema: pa.Schema, tables: Iterable[pa.Table], told: Told | None = None) -> int:
    """Write tables of the schema, and what is `told` of them; returns how many rows. The file stays open."""
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    book = xlsxwriter.Workbook(
        file,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    book.set_properties({"created": _MADE, "title": told.title if told else ""})
    looks = _Looks(book)
    try:
        about, summary = (book.add_worksheet(name) for name in ("About", "Summary")) if told else (None, None)
        seen = _Seen(schema)
        data = _Rows(book, looks, schema, "Data", told.link if told else None)
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


class _Looks:
    """Formats, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book, self._made = book, dict[tuple[Any, ...], Any]()

    def of(self, **look: Any) -> Any:
        key = tuple(sorted(look.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({"valign": "top", **look})
        return self._made[key]

    @property
    def head(self) -> Any:
        return self.of(bold=True, font_color="#FFFFFF", bg_color="#0B6E75", text_wrap=True)


class _Rows:
    """The sheets of rows: a head that stays, a filter, widths that fit."""

    def __init__(
        self,
        book: Workbook,
        looks: _Looks,
        schema: pa.Schema,
        title: str,
        link: Callable[[Mapping[str, str]], str] | None = None,
    ) -> None:
        self._book, self._looks, self._names, self._title, self._link = book, looks, list(schema.names), title, link
        at = {name: n for n, name in enumerate(schema.names)}
        self._ids = {kind: at[name] for kind in _KINDS for name in (kind, f"{kind}_id") if name in at}
        self._linked = max(self._ids.values(), default=-1) if link else -1
        self.rows = 0
        self.sheets: list[Worksheet] = []
        self._begin()

    def _begin(self) -> None:
        self._row, self._links = 0, 0
        self._widths = [len(name) + 4 for name in self._names]
        sheet = self._book.add_worksheet(self._title if not self.sheets else f"{self._title} {len(self.sheets) + 1}")
        self.sheets.append(sheet)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        for n, name in enumerate(self._names):
            sheet.write_string(0, n, safe(name), self._looks.head)

    def end(self) -> None:
        """The sheet is whole."""
        sheet = self.sheets[-1]
        for n, width in enumerate(self._widths):
            sheet.set_column(n, n, min(width, _WIDEST) + 1)
        if self._names:
            sheet.autofilter(0, 0, max(self._row, 1), len(self._names) - 1)

    def write(self, row: list[tuple[Any, bool]]) -> None:
        """The next row, of (value, risky)."""
        if self._row == SHEET_ROWS:
            self.end()
            self._begin()
        self.rows += 1
        self._row += 1
        for n, (cell, risky) in enumerate(row):
            address = self._address(row) if n == self._linked else ""
            self._cell(n, cell, risky, address)

    def _address(self, row: list[tuple[Any, bool]]) -> str:
        if self._link is None or self._links >= _LINKS:
            return ""
        found = self._link({kind: str(row[n][0] or "") for kind, n in self._ids.items()})
        return found if len(found) <= _LONGEST_LINK else ""

    def _cell(self, n: int, cell: Any, risky: bool, address: str) -> None:
        sheet, name, row = self.sheets[-1], self._names[n], self._row
        if cell is None:
            sheet.write_blank(row, n, None)
        elif isinstance(cell, bool):
            sheet.write_boolean(row, n, cell, self._looks.of())
        elif isinstance(cell, int | float | Decimal) and math.isfinite(cell):
            self._wide(n, len(str(cell)))
            sheet.write_number(row, n, cell, self._looks.of(num_format="#,##0" if isinstance(cell, int) else "General"))
        elif (date := _day(cell, name)) is not None:
            self._wide(n, 10)
            sheet.write_datetime(row, n, date, self._looks.of(num_format="yyyy-mm-dd", align="left"))
        else:
            self._text(n, str(cell), risky, address)

    def _text(self, n: int, text: str, risky: bool, address: str) -> None:
        sheet, row, look = self.sheets[-1], self._row, dict[str, Any]()
        self._wide(n, max(map(len, text.split("\n")), default=0))
        if risky:
            look["quote_prefix"] = True
        if len(text) > _WIDEST or "\n" in text:
            look["text_wrap"] = True
        if self._names[n] in _VALUES and text in _COLOURS:
            colour, ground = _COLOURS[text]
            look |= {"font_color": colour, "bg_color": ground}
        if address and text:
            self._links += 1
            look |= {"font_color": "#0B6E75", "underline": 1}
            failed = sheet.write_url(row, n, address, self._looks.of(**look), text)
        else:
            failed = sheet.write_string(row, n, text, self._looks.of(**look))
        if failed:
            raise ConfigurationError(
                f"a text in column `{self._names[n]}` is longer than a worksheet's cell holds",
                "write parquet or csv instead",
            )

    def _wide(self, n: int, width: int) -> None:
        self._widths[n] = max(self._widths[n], width)


def _day(cell: Any, name: str) -> dt.date | None:
    """The day that a cell is; None for what is none, and for days that no spreadsheet knows."""
    if isinstance(cell, str) and name in _DATES and len(cell) == 10:
        try:
            cell = dt.date.fromisoformat(cell)
        except ValueError:
            return None
    known = isinstance(cell, dt.date) and not isinstance(cell, dt.datetime) and cell.year >= 1900
    return cell if known else None


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


def _write_names(book: Workbook, looks: _Looks, told: Told, seen: _Seen) -> list[str]:
    """The sheets that say what ids mean; returns their names."""
    people, cases = (sorted(seen.ids[kind] - {""}) for kind in ("people", "cases"))
    found = told.names(people, cases) if told.names and (people or cases) else {}
    for title, names in found.items():
        texts = [pa.array([row[n] for row in names.rows], pa.string()) for n in range(len(names.columns))]
        table = pa.table(texts, names=list(names.columns))
        rows = _Rows(book, looks, table.schema, title)
        for row in cells_of([table]):
            rows.write(row)
        rows.end()
    return list(found)


def _write_about(sheet: Worksheet, looks: _Looks, told: Told, data: _Rows, named: Sequence[str]) -> None:
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
        more.append(("Links", f"the ids lead to the answer in SeeWhy, in the first {_LINKS:,} rows of a sheet"))
    for row, (label, text) in enumerate([*told.facts, *more], 2):
        sheet.write_string(row, 0, label, looks.of(bold=True, font_color="#54626F"))
        sheet.write_string(row, 1, text, looks.of(text_wrap=True, quote_prefix=safe(text) != text))


def _write_summary(sheet: Worksheet, looks: _Looks, seen: _Seen, rows: int) -> None:
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
                tone = _COLOURS.get(text) if name in _VALUES else None
                look = {"font_color": tone[0], "bg_color": tone[1]} if tone else {}
                sheet.write_string(row, n, text or "(blank)", looks.of(quote_prefix=safe(text) != text, **look))
            sheet.write_number(row, 2, count, number)
        row += 1
