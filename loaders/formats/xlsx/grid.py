"""The cells of a sheet by column, without blank ones: a sheet that is used up to its last cell costs what is in it."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from seewhy.loaders.formats.xlsx.limits import CELLS, TEXT_BYTES, Unreadable, size

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seewhy.loaders.formats.xlsx.cells import Trouble

REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
"""The name of a cell: letters of the column, number of the row."""


@dataclass(slots=True)
class Column:
    """The cells of a column that are not blank: their rows, the bytes of each, and their texts as UTF-8."""

    rows: array[int] = field(default_factory=lambda: array("I"))
    lengths: array[int] = field(default_factory=lambda: array("I"))
    text: bytearray = field(default_factory=bytearray)


@dataclass(slots=True)
class Area:
    """A range of cells, all bounds inclusive, as the file writes it."""

    first: tuple[int, int]
    last: tuple[int, int]
    name: str


@dataclass(slots=True)
class Sheet:
    """What was read of a sheet: rows and columns count from 1. `blank` has the cells of `filled` areas that were saved
    as an empty text."""

    columns: dict[int, Column] = field(default_factory=dict)
    troubles: dict[tuple[int, int], Trouble] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    filled: list[Area] = field(default_factory=list)
    blank: set[tuple[int, int]] = field(default_factory=set)


def area(reference: str) -> Area | None:
    """The range that `B2:C9` or `B2` names."""
    first, _, last = reference.partition(":")
    one, two = REFERENCE.fullmatch(first), REFERENCE.fullmatch(last or first)
    if not one or not two:
        return None
    return Area((int(one[2]), column_number(one[1])), (int(two[2]), column_number(two[1])), reference)


def column_number(letters: str) -> int:
    """1 for `A`, 27 for `AA`."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def within_limits(columns: Mapping[int, Column]) -> None:
    """Raises Unreadable for a sheet with more cells or text than a workbook may have."""
    if sum(len(column.rows) for column in columns.values()) > CELLS:
        raise Unreadable(f"has more than {CELLS:,} cells")
    if sum(len(column.text) for column in columns.values()) > TEXT_BYTES:
        raise Unreadable(f"holds more than {size(TEXT_BYTES)} of text")


def in_order(number: int, column: Column) -> None:
    """Rows may stand in any order in the file; a cell stands once."""
    rows = column.rows
    if all(map(int.__lt__, rows, rows[1:])):
        return
    ends, at = [], 0
    for length in column.lengths:
        ends.append((at, at + length))
        at += length
    order = sorted(range(len(rows)), key=rows.__getitem__)
    for one, two in pairwise(order):
        if rows[one] == rows[two]:
            raise Unreadable(f"has two cells in row {rows[one]}, column {number}")
    text = bytearray()
    for place in order:
        text += column.text[slice(*ends[place])]
    column.rows, column.lengths, column.text = (
        array("I", (rows[place] for place in order)),
        array("I", (column.lengths[place] for place in order)),
        text,
    )
