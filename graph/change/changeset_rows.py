"""The row of a snapshot that a key in changes names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from seewhy.graph.nearest import nearest
from seewhy.graph.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seewhy.graph.schemes.columns import FileSpec

_LOOSE = frozenset({"slot", "unit_id", "case_type_id", "placement"})
"""Parts of a key that may be blank in a row."""
_BEGIN = ("given_since", "since")
"""Either tells a row apart from others of its key: what its file says, or since when it is true."""


class RowFinder:
    """Finds rows of one file in its snapshot (the history's columns) on a day; what it cannot find is a problem."""

    def __init__(self, spec: FileSpec, rows: pl.DataFrame, date: str, problems: list[Problem]) -> None:
        self._spec, self._rows, self._day, self._problems = spec, rows, date, problems

    def find(self, file: str, place: int, key: Mapping[str, str], own: frozenset[str]) -> int | None:
        """The place in the snapshot of the row with this key that holds on the day, else that will.

        Of the parts in `_LOOSE` one that is not given is blank, as in a load; where no such row is, any will do as long
        as it is the only one.
        """
        spec = self._spec
        every = self._rows.with_row_index("_place")
        strict = {name: key[name] for name in spec.key if name in own or name not in _LOOSE}
        some = _with(every, strict)
        exact = _with(some, {name: key[name] for name in spec.key if name not in strict})
        named = ", ".join(f"{name} `{key[name]}`" for name in spec.key if key[name] or name in strict)
        if since := key.get("since", ""):
            some, exact = (
                rows.filter(pl.any_horizontal(*(pl.col(name) == since for name in _BEGIN))) for rows in (some, exact)
            )
            named += f", since `{since}`"
        rows = self._open(exact)
        rows = rows if len(rows) else self._open(some)
        if len(rows) == 1:
            return int(rows["_place"][0])
        if len(rows):
            hint = f"name the whole key: {', '.join(spec.key)}"
            message = f"several rows of {spec.stem} have {named}"
            self._problems.append(Problem("unclear_row", file, place, spec.key[0], message, hint))
            return None
        column, hint = self._missed(strict)
        if since and not column and len(self._open(_with(every, strict))):
            column, hint = "since", "what `set` begins, it begins on the day that is asked about"
        message = f"no row of {spec.stem} with {named} holds on {self._day}"
        self._problems.append(Problem("unknown_row", file, place, column or spec.key[0], message, hint))
        return None

    def _open(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Those that hold on the day, or when none does, those that will."""
        now = rows.filter((pl.col("since") <= self._day) & (pl.col("until") > self._day))
        return now if len(now) else rows.filter(pl.col("until") > self._day)

    def _missed(self, wanted: Mapping[str, str]) -> tuple[str, str]:
        """The first key column whose value no row has, with the nearest ones; blank when each has a row."""
        rows = self._rows
        for name, cell in wanted.items():
            known = rows.select(as_text(pl.col(name))).to_series().unique().to_list()
            if cell not in known:
                every = self._rows.select(as_text(pl.col(name))).to_series().unique().to_list()
                near = nearest(cell, [one for one in known if one])
                return name, near or nearest(cell, [one for one in every if one], always=True)
            rows = _with(rows, {name: cell})
        return "", ""


def as_text(column: pl.Expr) -> pl.Expr:
    """Cells of any kind as text, blank where there is none."""
    return column.cast(pl.String).fill_null("")


def _with(rows: pl.DataFrame, wanted: Mapping[str, str]) -> pl.DataFrame:
    """The rows with these cells, as text."""
    return rows.filter(*(as_text(pl.col(name)) == cell for name, cell in wanted.items()))
