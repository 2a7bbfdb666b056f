"""Excel workbooks, a sheet per file, through calamine: typed cells, and ten times as fast as openpyxl.

Blind spots: an id that is a number in the sheet has the digits of the number, not of its display format (`007` shown
for 7 is `7`), and no more than fifteen of them. Formulas have the value that was saved with them.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree

import polars as pl
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

from graph.inputs.csvtext import empty_file
from graph.inputs.problems import Problem
from graph.inputs.tables import RawTable, raw_table
from loaders.formats.typed import cell_text

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ERROR_CELL = re.compile(rb'<c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)([0-9]+)"[^>]*>(.*?)</c>', re.DOTALL)
_SHOWN = re.compile(rb"<v>(.*?)</v>", re.DOTALL)


class Sheet(NamedTuple):
    """A sheet by its name; `table` reads it."""

    name: str
    workbook: CalamineWorkbook
    data: bytes

    def table(self) -> RawTable:
        """The sheet's table: its first row with cells is the header, and row 1."""
        rows = self.workbook.get_sheet_by_name(self.name).to_python(skip_empty_area=False)
        # Calamine gives "" for a blank cell, never None.
        skipped = next((place for place, row in enumerate(rows) if any(cell != "" for cell in row)), len(rows))
        rows = rows[skipped:]
        name = self.name.strip()
        if not rows:
            return RawTable(name, name, pl.DataFrame(), (empty_file(name),), complete=False)
        cells = [[cell_text(cell) for cell in column] for column in zip(*rows, strict=True)]
        header = [column[0] for column in cells]
        columns = [pl.Series(column[1:], dtype=pl.String) for column in cells]
        return raw_table(name, name, header, columns, tuple(self._errors(name, header, skipped)))

    def _errors(self, name: str, header: list[str], skipped: int) -> Iterator[Problem]:
        """Cells with an error value (`#N/A`), which calamine reads as blank: a blank may mean something."""
        for letters, number, inside in _ERROR_CELL.findall(_sheet_xml(self.data, self.name)):
            place = 0
            for letter in letters:
                place = place * 26 + letter - ord("A") + 1
            column = header[place - 1].strip() if place <= len(header) else ""
            shown = _SHOWN.search(inside)
            text = shown.group(1).decode("utf-8", errors="replace") if shown else "#ERROR"
            yield Problem("error_cell", name, int(number) - skipped, column, f"the cell holds the error `{text}`")


def sheets(data: bytes) -> list[Sheet] | str:
    """The sheets of a workbook (charts are none); what is wrong with it, in words, when it cannot be opened."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError:
        return "is protected by a password"
    except (CalamineError, OSError):
        return "is not an Excel workbook, or a damaged one"
    return [Sheet(m.name, workbook, data) for m in workbook.sheets_metadata if m.typ == SheetTypeEnum.WorkSheet]


def _sheet_xml(data: bytes, name: str) -> bytes:
    """The XML of a sheet, when some sheet of the workbook has an error cell at all."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        book = ElementTree.fromstring(parts.read("xl/workbook.xml"))
        relations = ElementTree.fromstring(parts.read("xl/_rels/workbook.xml.rels"))
        targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
        for sheet in book.iter(f"{_MAIN}sheet"):
            if sheet.get("name") == name:
                target = targets.get(sheet.get(_RELATION), "")
                return parts.read(str(PurePosixPath("xl") / target).removeprefix("xl/xl/").lstrip("/"))
    return b""
