"""One input file as text, whatever format it came in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from seewhy.graph.inputs.characters import trimmed, trimmed_column
from seewhy.graph.inputs.headers import LOOKED_AT, header_below, known_names, names_of, repeated, title_above
from seewhy.graph.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST_ROW = 2
"""Row number of the first record: the header is row 1."""


@dataclass(frozen=True, slots=True)
class RawTable:
    """One input file: every cell trimmed text, "" where there is none; record i of `frame` has row number i + 2.

    `file` is what messages show: `memberships.csv`, or the sheet's name for a workbook. `problems` are those found
    while reading, each at its place. `complete` is false when part of the file was lost in reading: references into it
    are not judged then, since the missing rows may hold the id. `doubtful` is true when the file was not in the
    encoding it must have: what lies beyond ASCII may be another character, and is not judged.
    """

    stem: str
    file: str
    frame: pl.DataFrame
    problems: tuple[Problem, ...] = field(default=())
    complete: bool = True
    doubtful: bool = False


def raw_table(
    stem: str,
    file: str,
    header: Sequence[str],
    columns: Sequence[pl.Series],
    problems: Sequence[Problem] = (),
    complete: bool = True,
    *,
    names: Sequence[str] = (),
    doubtful: bool = False,
) -> RawTable:
    """A RawTable from a header and as many text columns, trimmed here, whatever format they came in.

    A second column of one name is a problem and left out; so is a column of cells without a name. A column with neither
    name nor cells is dropped: spreadsheets write such. A row that repeats the header is a problem and blank then, and a
    header below a title the only problem of its file. `names` are the columns that the file may have, where no load
    knows it.
    """
    kept: dict[str, pl.Series] = {}
    found = list(problems)
    names = names or names_of(stem)
    cells_of = [trimmed_column(_text(cells)) for cells in columns]
    if known_names(header, names) == 0:
        first = [list(row) for row in zip(*(cells.head(LOOKED_AT).to_list() for cells in cells_of), strict=True)]
        if (place := header_below([header, *first], names)) is not None:
            return lost(stem, file, [*found, title_above(file, place)])
    for place, (name, text) in enumerate(zip(map(trimmed, header), cells_of, strict=True), start=1):
        if not name:
            if (text != "").any():
                hint = "is it the index that pandas writes? write with `index=False`" if place == 1 else ""
                found.append(Problem("unnamed_column", file, 1, "", f"column {place} has cells but no name", hint))
        elif name in kept:
            found.append(Problem("double_column", file, 1, name, f"column `{name}` stands twice"))
        else:
            kept[name] = text.alias(name)
    frame = pl.DataFrame(list(kept.values()))
    again = repeated(frame, list(kept), names)
    if again.any():
        hint = "files were joined here: delete the row"
        rows = (again.arg_true() + FIRST_ROW).to_list()
        found += [Problem("repeated_header", file, row, "", "the row repeats the header", hint) for row in rows]
        blank = [pl.when(again).then(pl.lit("")).otherwise(pl.col(name)).alias(name) for name in kept]
        frame = frame.with_columns(blank)
    return RawTable(stem, file, frame, tuple(found), complete, doubtful)


def _text(cells: pl.Series) -> pl.Series:
    text = cells.cast(pl.String)
    return text.fill_null("") if text.null_count() else text


def lost(stem: str, file: str, problems: Sequence[Problem]) -> RawTable:
    """The table of a file that could not be read, with the problems that say why: nothing that follows is judged."""
    return RawTable(stem, file, pl.DataFrame(), tuple(problems), complete=False)
