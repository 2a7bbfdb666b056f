"""Ranges of cells that say more than their first cell shows: merged ones, and those that one formula fills."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from seewhy.loaders.formats.xlsx.cells import NO_VALUE, Trouble

if TYPE_CHECKING:
    from seewhy.loaders.formats.xlsx.grid import Area, Sheet

# Cells of one formula that are reported one by one.
_ONE_BY_ONE = 10_000


def header_row(sheet: Sheet) -> int:
    """The first row in which something stands, 0 for a sheet of blanks."""
    firsts = [column.rows[0] for column in sheet.columns.values()]
    return min((*firsts, *(row for row, _ in sheet.troubles)), default=0)


def judge(sheet: Sheet) -> None:
    """Add the troubles of ranges to those of cells.

    A merged range over several records, or several named columns of one, has a value for the first only: whether the
    others are blank or the same is not known. A cell that a formula should fill has a value, or it was never saved.
    """
    for filled in sheet.filled:
        _fill(sheet, filled)
    header = header_row(sheet)
    named = sorted(number for number, column in sheet.columns.items() if column.rows[0] == header)
    records = sorted({row for column in sheet.columns.values() for row in column.rows}) if sheet.merged else []
    for merged in sheet.merged:
        (top, left), (bottom, right) = merged.first, merged.last
        inside = named[bisect_left(named, left) : bisect_right(named, right)]
        rows = bisect_right(records, bottom) - bisect_left(records, top)
        if rows * len(inside) > 1 and any(_holds(sheet, number, top, bottom) for number in inside):
            message = f"the cells `{merged.name}` are merged: only the first has a value"
            sheet.troubles.setdefault(
                (max(top, header), inside[0]), Trouble("error_cell", message, "unmerge them and fill in every row")
            )


def _fill(sheet: Sheet, filled: Area) -> None:
    (top, left), (bottom, right) = filled.first, filled.last
    height, width = bottom - top + 1, right - left + 1
    if height < 1 or width < 1:
        return
    if height * width > _ONE_BY_ONE:
        holding = sum(
            bisect_right(column.rows, bottom) - bisect_left(column.rows, top)
            for number, column in sheet.columns.items()
            if left <= number <= right
        )
        blank = sum(top <= row <= bottom and left <= number <= right for row, number in sheet.blank)
        if holding + blank < height * width:
            message = f"the formula of `{filled.name}` has no saved value in some of its cells"
            sheet.troubles.setdefault(filled.first, Trouble(NO_VALUE.code, message, NO_VALUE.hint))
        return
    for number in range(left, right + 1):
        for row in range(top, bottom + 1):
            if (row, number) not in sheet.blank and not _holds(sheet, number, row, row):
                sheet.troubles.setdefault((row, number), NO_VALUE)


def _holds(sheet: Sheet, number: int, top: int, bottom: int) -> bool:
    """Whether a column has a value in these rows."""
    column = sheet.columns.get(number)
    return column is not None and bisect_left(column.rows, top) < bisect_right(column.rows, bottom)
