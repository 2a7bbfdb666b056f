"""Rows on the sheets of a workbook: texts that stay texts, true days, colours, links, widths that fit.

Every text is a text cell, and a risky one (`graph.files.formulas`) is marked as quoted, so that it stays one when
somebody edits it.
"""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.files.formulas import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pyarrow as pa
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

SHEET_ROWS = 1_048_575
"""Rows of data that a sheet holds, below its head."""
LINKS = 65_530
"""Links that a sheet holds."""
_LONGEST_LINK = 2_079
_WIDEST = 60
"""Signs after which a text is wrapped."""
_DATES = frozenset({
    *("since", "until", "begin", "end", "day", "date", "as_of", "from", "to"),
    *("form_received_on", "reviewed_on", "review_due"),
})  # fmt: skip
"""Columns whose texts are days where they are written as one."""
COLOURS = {"edit": ("#0B6E75", "#E3F2F2"), "view": ("#16212C", "#E9EDF1"), "blocked": ("#A8321F", "#FBE9E5")}
"""Text and ground of a value."""
VALUES = frozenset({"value", "value_now", "first", "first_now", "second", "second_now", "before", "after"})
_KINDS = ("person", "case")
"""Of these ids the link of a row is made."""


def sheets_of(rows: int) -> int:
    """On how many sheets so many rows are."""
    return max(1, -(-rows // SHEET_ROWS))


class Looks:
    """Formats, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book, self._made = book, dict[tuple[Any, ...], Any]()

    def of(self, **look: Any) -> Any:
        """The format with these properties, texts at the top of their cell."""
        key = tuple(sorted(look.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({"valign": "top", **look})
        return self._made[key]

    @property
    def head(self) -> Any:
        """That of a head."""
        return self.of(bold=True, font_color="#FFFFFF", bg_color="#0B6E75", text_wrap=True)


class Rows:
    """The sheets of rows: a head that stays, a filter, widths that fit."""

    def __init__(
        self,
        book: Workbook,
        looks: Looks,
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
        if self._link is None or self._links >= LINKS:
            return ""
        found = self._link({kind: str(row[n][0] or "") for kind, n in self._ids.items()})
        return found if len(found) <= _LONGEST_LINK else ""

    def _cell(self, n: int, cell: Any, risky: bool, address: str) -> None:
        sheet, name, row = self.sheets[-1], self._names[n], self._row
        if cell is None or cell == "":
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
        if self._names[n] in VALUES and text in COLOURS:
            colour, ground = COLOURS[text]
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
