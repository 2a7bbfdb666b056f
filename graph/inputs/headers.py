"""Where the header of a file stands: in the first row, under a title, again in the middle of files joined by hand, or
nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from seewhy.graph.inputs.characters import trimmed
from seewhy.graph.inputs.files import FILES
from seewhy.graph.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

LOOKED_AT = 30
"""Rows in which a header is looked for that does not stand in the first one."""
_SEPARATOR_LINE = "sep="


def names_of(stem: str) -> tuple[str, ...]:
    """The columns that a file may have; none for a file that no load knows."""
    return FILES[stem].names if stem in FILES else ()


def known_names(cells: Sequence[str], names: Collection[str]) -> int:
    """How many cells of a row are names of columns, in any letter case."""
    known = {name.casefold() for name in names}
    return len({trimmed(cell).casefold() for cell in cells} & known)


def header_below(rows: Sequence[Sequence[str]], names: Collection[str]) -> int | None:
    """The place of the header among the rows when the first is none but a later one is: two names of columns or more,
    and nothing else of weight."""
    if not rows or known_names(rows[0], names):
        return None
    for place, row in enumerate(rows[1 : LOOKED_AT + 1], start=1):
        cells = [cell for cell in map(trimmed, row) if cell]
        found = known_names(cells, names)
        if found > 1 and 2 * found >= len(cells):
            return place
    return None


def title_above(file: str, place: int) -> Problem:
    """The problem of a file whose header is in a later row; nothing else is said about it."""
    above = "the row above it" if place == 1 else f"the {place} rows above it"
    return Problem(
        "header_below", file, 1, "", f"the header stands in row {place + 1}, not in the first row", f"delete {above}"
    )


def repeated(frame: pl.DataFrame, header: Sequence[str], names: Collection[str]) -> pl.Series:
    """Which rows repeat the header: every cell that is not blank is the name of a column, in any letter case and order,
    none stands twice, the first column's is among them, and there are two at least (one where the header has no more):
    a person may be called `cleared`. A `sep=` line in the middle is no row either.

    `frame` has trimmed text under `header`; `names` are further columns that the file may have.
    """
    known = sorted({name.casefold() for name in (*header, *names) if name})
    no = pl.Series([False], dtype=pl.Boolean).new_from_index(0, frame.height)
    if not frame.height or not frame.width:
        return no
    # Most files have no such row: a look at the first column leaves none, or few to look at closely.
    words = [*known, ""]
    low = frame.to_series(0).str.to_lowercase()
    may = low.is_in(words) | low.str.starts_with(_SEPARATOR_LINE)
    if not may.all():
        return no.scatter(may.arg_true(), repeated(frame.filter(may), header, names)) if may.any() else no
    like = pl.all_horizontal(pl.all().str.to_lowercase().is_in(words))
    line = pl.col(frame.columns[0]).str.to_lowercase().str.starts_with(_SEPARATOR_LINE)
    blank_beside = (
        pl.all_horizontal(pl.col(name).str.len_chars() <= 1 for name in frame.columns[1:])
        if (frame.width > 1)
        else pl.lit(True)
    )
    full = pl.sum_horizontal((pl.all() != "").cast(pl.Int32))
    least = min(2, sum(1 for name in header if name)) or 1
    found = frame.select(names=like & (full >= least), line=line & blank_beside)
    first = next((name.casefold() for name in header if name), "")
    again = found["line"].to_list()
    for place in found["names"].arg_true():
        cells = [cell.casefold() for cell in frame.row(place) if cell]
        again[place] |= first in cells and len(set(cells)) == len(cells)
    return pl.Series("again", again, dtype=pl.Boolean)
