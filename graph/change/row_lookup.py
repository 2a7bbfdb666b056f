"""Rows of the input by file and number, as sources name them: `memberships.csv` and 5 for `memberships.csv:5`.

One number may stand for several rows: each load numbers its own, and a row that stayed keeps the number of the load
that began it. So a row is told apart by its load, and without one by the day that is asked about.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from seewhy.graph.errors import ConfigurationError, UnknownEntity
from seewhy.graph.inputs.files import FILES
from seewhy.graph.nearest import nearest
from seewhy.graph.schemes.columns import as_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Cells = dict[str, Any]
_MOST_DIGITS = 9


class SourceRow(NamedTuple):
    """A row of the history: the stem of its file and its cells by column, those of the ledger among them."""

    stem: str
    cells: Cells

    @property
    def source(self) -> str:
        """`memberships.csv:5`."""
        return str(self.cells["source"])

    def holds(self, day: str) -> bool:
        """Whether it holds on a day."""
        return bool(self.cells["since"] <= day < self.cells["until"])

    def texts(self) -> dict[str, str]:
        """Its cells as its file has them, by column, in the file's order."""
        spec = FILES[self.stem]
        given = {"since": "given_since", "until": "given_until"} if spec.dated else {}
        return {name: as_cell(self.cells.get(given.get(name, name))) for name in spec.names}

    def named(self) -> dict[str, str]:
        """What names it in changes (docs/diff.md): its key, and its own `since` where it has one."""
        cells, spec = self.texts(), FILES[self.stem]
        return {name: cells[name] for name in (*spec.key, *(["since"] if spec.dated and cells["since"] else []))}


def row_number(row: int | str) -> int:
    """The number of a row as it was given; what is none raises ConfigurationError."""
    text = str(row).strip()
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise ConfigurationError(f"`{row}` is no number of a row", "a whole number: `memberships.csv`, row 5")
    return int(text)


def stem_of(file: str) -> str:
    """The stem of a file by its name or its stem; an unknown one raises UnknownEntity."""
    name = PurePath(file.strip()).name
    stem = name if name in FILES else name.rpartition(".")[0]
    if stem not in FILES:
        raise UnknownEntity(f"unknown file `{file}`", nearest(stem or name, list(FILES), always=True))
    return stem


def rows_at(
    history: Mapping[str, pl.DataFrame],
    file: str,
    row: int | str,
    load: str | None = None,
    told: Callable[[SourceRow], bool] = lambda _: True,
) -> list[SourceRow]:
    """Every row that stood there, of any load or of one, oldest load first; none raises UnknownEntity. `told`: those
    that may be told of; the others are as unknown as rows that nobody loaded."""
    number, stem = row_number(row), stem_of(file)
    frame = history[stem]
    given = PurePath(file.strip()).name
    if given != stem and not (some := frame.filter(pl.col("source").str.starts_with(f"{given}:"))).is_empty():
        frame = some
    found = [one for one in _of(stem, frame.filter(row=number)) if told(one)]
    if not found:
        known = [one.cells["row"] for one in _of(stem, frame) if told(one)] if len(frame) else []
        hint = f"its rows are {min(known):,} to {max(known):,}" if known else "no load brought a row of this file"
        raise UnknownEntity(f"`{file}` has no row {number}", hint)
    if load:
        of_load = [one for one in found if one.cells["load"] == load]
        if not of_load:
            loads = ", ".join(dict.fromkeys(f"`{one.cells['load']}`" for one in found))
            raise UnknownEntity(f"`{load}` began no row {number} of `{file}`", f"that row was begun by {loads}")
        found = of_load
    return found


def row_at(rows: Iterable[SourceRow], day: str) -> SourceRow:
    """The one of some rows that a day is about: that which holds on it, else the last that began before, else the
    first that begins after."""
    listed = sorted(rows, key=lambda one: (one.cells["since"], one.cells["load"]))
    holding = [one for one in listed if one.holds(day)]
    begun = [one for one in listed if one.cells["since"] <= day]
    return (holding or begun or listed[:1])[-1]


def same_key(history: Mapping[str, pl.DataFrame], row: SourceRow) -> list[SourceRow]:
    """All periods of the key of a row, the earliest first."""
    frame, key = history[row.stem], FILES[row.stem].key
    same = frame.filter(*(pl.col(name).eq_missing(pl.lit(row.cells[name], frame.schema[name])) for name in key))
    return _of(row.stem, same.sort("since", "load"))


def _of(stem: str, frame: pl.DataFrame) -> list[SourceRow]:
    return [SourceRow(stem, cells) for cells in frame.iter_rows(named=True)]


def ending(rows: Iterable[SourceRow]) -> dict[str, dict[str, list[dict[str, str]]]]:
    """Changes that end some rows, as plain data."""
    tables: dict[str, list[dict[str, str]]] = {}
    for one in rows:
        tables.setdefault(one.stem, []).append(one.named())
    return {"end": tables} if tables else {}
