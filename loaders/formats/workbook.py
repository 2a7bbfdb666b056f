"""Excel workbooks, a sheet per file. Another process reads them (`loaders/formats/xlsx`), so that no workbook can end
or hold this one; here its cells become tables, and what is wrong with them problems.

Blind spots: a number has no more than fifteen digits of which Excel is sure, and is its value, not its display: of the
formats only those of days, times and leading zeros (`007`) count. Formulas have the value that was saved with them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa

from seewhy.graph.inputs.csvtext import empty_file
from seewhy.graph.inputs.files import FILES
from seewhy.graph.inputs.tables import RawTable, raw_table
from seewhy.graph.problems import UNREAD_CELL, Problem
from seewhy.loaders.formats.xlsx import limits

# The folder that holds the package `seewhy`: the path as imported, its links not followed.
_ROOT = Path(__file__).absolute().parents[3]
# Isolated, without what is installed, and from the same source as this process: it starts in some 50 ms.
_START = "import sys; sys.path.insert(0, sys.argv.pop(1)); from seewhy.loaders.formats.xlsx.process import main; main()"
# Beyond the limit of processor time; waiting for a busy machine is no fault of the workbook.
_PATIENCE = 4 * limits.SECONDS
# Columns that are looked at whether they have a name or not, and those beyond that are reported one by one.
_COLUMNS, _COLUMNS_TOLD = 50, 20


class Sheet(NamedTuple):
    """A sheet by its name; `table` makes its table."""

    name: str
    file: str
    content: dict[str, Any]
    buffers: tuple[memoryview, ...]

    def table(self) -> RawTable:
        """The sheet's table: its first row with cells is the header, and row 1."""
        name = self.name.strip()
        if "columns" not in self.content:
            return self._lost(str(self.content["unreadable"]))
        troubles = self.content["troubles"]
        cells = {number: self._column(place) for place, (number, *_) in enumerate(self.content["columns"])}
        starts = [int(rows[0]) for rows, _, _ in cells.values()] + [row for row, *_ in troubles]
        if not starts:
            return RawTable(name, name, pl.DataFrame(), (empty_file(name),), complete=False)
        top = min(starts)
        header = {number: _first(*parts) for number, parts in cells.items() if parts[0][0] == top}
        height = max((int(rows[-1]) for rows, _, _ in cells.values()), default=top) - top
        near = range(1, min(max(cells, default=0), _COLUMNS) + 1)
        shown = sorted({*header, *near})
        if height * len(set(shown) & set(cells)) > limits.CELLS:
            return self._lost(
                f"is used down to row {height + top:,}: with its columns that is more than {limits.CELLS:,} cells. "
                f"Delete the rows below the data"
            )
        problems = [self._trouble(header, top, *trouble) for trouble in troubles]
        unread = {number for row, number, *_ in troubles if row == top}
        problems += _unnamed(name, {n: int(rows[0]) for n, (rows, _, _) in cells.items() if n not in shown})
        nothing = pl.Series([""], dtype=pl.String).new_from_index(0, height)
        columns = [
            nothing if number not in cells or number in unread else _text(*cells[number], top, height)
            for number in shown
        ]
        # Whoever refers to this file may mean an id that could not be read.
        key = FILES[name].id if name in FILES else ""
        complete = not any(problem.column in ("", key) for problem in problems if problem.code in UNREAD_CELL)
        return raw_table(name, name, [header.get(number, "") for number in shown], columns, problems, complete=complete)

    def _column(self, place: int) -> tuple[np.ndarray, np.ndarray, memoryview]:
        rows, lengths, text = self.buffers[3 * place : 3 * place + 3]
        return np.frombuffer(rows, np.uint32), np.frombuffer(lengths, np.uint32), text

    def _lost(self, why: str) -> RawTable:
        name = self.name.strip()
        problem = Problem("unreadable_file", name, 1, "", f"sheet `{name}` of `{self.file}` {why}")
        return RawTable(name, name, pl.DataFrame(), (problem,), complete=False)

    def _trouble(
        self, header: dict[int, str], top: int, row: int, number: int, code: str, message: str, hint: str
    ) -> Problem:
        column = header.get(number, "") if row > top else ""
        if not column:
            message += f" (cell `{letters(number)}{row}`)"
        return Problem(code, self.name.strip(), row - top + 1, column.strip(), message, hint)


def _first(_: np.ndarray, lengths: np.ndarray, text: memoryview) -> str:
    return bytes(text[: int(lengths[0])]).decode()


def _text(rows: np.ndarray, lengths: np.ndarray, text: memoryview, top: int, height: int) -> pl.Series:
    """A column below the row of the header: cells at their rows, blank ones between."""
    named = int(rows[0] == top)
    begin = int(lengths[0]) if named else 0
    ends = np.zeros(height + 1, np.int64)
    ends[rows[named:].astype(np.int64) - top] = lengths[named:]
    np.cumsum(ends, out=ends)
    array = pa.LargeStringArray.from_buffers(height, pa.py_buffer(ends), pa.py_buffer(text[begin:]))
    series = pl.from_arrow(array)
    assert isinstance(series, pl.Series)
    return series


def _unnamed(name: str, outside: dict[int, int]) -> list[Problem]:
    """Columns far right with cells and no name, each by the row of its first cell."""
    found = []
    for number, row in list(outside.items())[:_COLUMNS_TOLD]:
        message = f"column {number} has cells but no name (the first is `{letters(number)}{row}`)"
        found.append(Problem("unnamed_column", name, 1, "", message))
    if len(outside) > _COLUMNS_TOLD:
        message = f"{len(outside) - _COLUMNS_TOLD:,} more columns have cells but no name"
        found.append(Problem("unnamed_column", name, 1, "", message))
    return found


def letters(number: int) -> str:
    """`A` for 1, `AA` for 27."""
    text = ""
    while number:
        number, place = divmod(number - 1, 26)
        text = chr(65 + place) + text
    return text


def sheets(data: bytes, file: str = "the workbook", names: tuple[str, ...] | None = None) -> list[Sheet] | str:
    """The worksheets of a workbook, hidden ones too; what is wrong with it, in words, when it cannot be opened.

    Those called `names` are read, none of them for all; the others are there by name only. `file` is what problems call
    the workbook.
    """
    if len(data) > limits.FILE_BYTES:
        return f"is larger than {limits.size(limits.FILE_BYTES)}"
    command = [
        sys.executable or "python",
        "-I",
        "-S",
        "-c",
        _START,
        str(_ROOT),
        *(tuple(FILES) if names is None else names),
    ]
    try:
        done = subprocess.run(command, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        return f"was not read in {_PATIENCE // 60} minutes"
    except OSError as error:
        return f"cannot be read: no process could be started ({(error.strerror or 'unknown reason').lower()})"
    out = memoryview(done.stdout)
    if done.returncode or len(out) < 8:
        return f"cannot be read: the process that read it was ended ({_limits()})"
    begin = 8 + int.from_bytes(out[:8], "little")
    answer = json.loads(bytes(out[8:begin]))
    if "unreadable" in answer:
        return str(answer["unreadable"])
    found = []
    for content in answer["sheets"]:
        buffers = []
        for _, cells, size in content.get("columns", ()):
            for length in (4 * cells, 4 * cells, size):
                buffers.append(out[begin : begin + length])
                begin += length
        found.append(Sheet(content["name"], file, content, tuple(buffers)))
    return found


def _limits() -> str:
    return f"it may use {limits.size(limits.MEMORY_BYTES)} of memory and {limits.SECONDS} seconds"
