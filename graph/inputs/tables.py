"""One input file as text, whatever format it came in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from graph.inputs.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST_ROW = 2
"""Row number of the first record: the header is row 1."""


@dataclass(frozen=True, slots=True)
class RawTable:
    """One input file: every cell trimmed text, "" where there is none; record i of `frame` has row number i + 2.

    `file` is what messages show: `memberships.csv`, or the sheet's name for a workbook. `problems` are those found
    while reading, each at its place. `complete` is false when part of the file was lost in reading: references into it
    are not judged then, since the missing rows may hold the id.
    """

    stem: str
    file: str
    frame: pl.DataFrame
    problems: tuple[Problem, ...] = field(default=())
    complete: bool = True


def raw_table(
    stem: str,
    file: str,
    header: Sequence[str],
    columns: Sequence[pl.Series],
    problems: Sequence[Problem] = (),
    complete: bool = True,
) -> RawTable:
    """A RawTable from a header and as many text columns, trimmed here.

    A second column of one name is a problem and left out; so is a column of cells without a name. A column with neither
    name nor cells is dropped: spreadsheets write such.
    """
    kept: dict[str, pl.Series] = {}
    found = list(problems)
    for place, (name, cells) in enumerate(zip(map(str.strip, header), columns, strict=True), start=1):
        text = cells.cast(pl.String).fill_null("").str.strip_chars()
        if not name:
            if (text != "").any():
                hint = "is it the index that pandas writes? write with `index=False`" if place == 1 else ""
                found.append(Problem("unnamed_column", file, 1, "", f"column {place} has cells but no name", hint))
        elif name in kept:
            found.append(Problem("double_column", file, 1, name, f"column `{name}` stands twice"))
        else:
            kept[name] = text.alias(name)
    return RawTable(stem, file, pl.DataFrame(list(kept.values())), tuple(found), complete)
