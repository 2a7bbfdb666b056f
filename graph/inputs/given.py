"""Rows that stand in an assertion file (`given`) or in a set of changes, as tables."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.inputs.csvtext import csv_table
from seewhy.graph.inputs.files import FILES
from seewhy.graph.inputs.tables import RawTable, raw_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


_HALF = re.compile("[\ud800-\udfff]")


def given_faults(given: Mapping[Any, Any]) -> list[str]:
    """What is no rows of input files, one sentence each: a stem that is neither rows nor text, a cell that is no single
    value. What the rows say is judged by the checks of a load."""
    found = []
    for stem, rows in given.items():
        if rows is None or isinstance(rows, str):
            if rows and _HALF.search(rows):
                found.append(f"the text of `{stem}` holds half a character")
            continue
        if not isinstance(rows, list | tuple) or not all(hasattr(row, "items") for row in rows):
            found.append(f"`{stem}` is neither a list of rows nor CSV text")
            continue
        found += [
            f"`{stem}` has a cell of `{name}` {fault}"
            for row in rows
            for name, cell in row.items()
            if (fault := _cell_fault(cell))
        ]
    return found


def _cell_fault(cell: object) -> str:
    """What is wrong with a cell, blank when it is one value."""
    if isinstance(cell, float) and not math.isfinite(cell):
        return f"that is no number (`{cell}`)"
    if isinstance(cell, str):
        return "" if cell.isascii() or not _HALF.search(cell) else "that holds half a character"
    if cell is None or isinstance(cell, bool | int | float | date):
        return ""
    return "that is no single value"


def tables_from_given(given: Mapping[str, Sequence[Mapping[Any, Any]] | str | None]) -> dict[str, RawTable]:
    """One table per stem, shown as `stem.csv`; rows are a list of mappings, or CSV text.

    Booleans, numbers and dates become text; a key that a row lacks, and a null, is a blank cell. A stem without a row
    (`[]`, a blank text, nothing) counts as empty, as an absent file does. Raises ConfigurationError for what is
    neither.
    """
    if wrong := given_faults(given):
        hint = "each row is a mapping: column, value; a cell is text, a number, a date, or true/false"
        raise ConfigurationError("; ".join(wrong), hint)
    found = {}
    for stem, rows in given.items():
        file = f"{stem}.csv"
        if isinstance(rows, str):
            empty = RawTable(stem, file, pl.DataFrame())
            found[stem] = csv_table(stem, file, rows.encode()) if rows.strip() else empty
        else:
            found[stem] = _from_mappings(stem, file, rows or ())
    return found


def _from_mappings(stem: str, file: str, rows: Sequence[Mapping[Any, Any]]) -> RawTable:
    names = list(dict.fromkeys(str(name) for row in rows for name in row))
    texts = [{str(name): _text(stem, str(name), cell) for name, cell in row.items()} for row in rows]
    columns = [pl.Series([row.get(name, "") for row in texts], dtype=pl.String) for name in names]
    return raw_table(stem, file, names, columns)


def _text(stem: str, name: str, cell: object) -> str:
    """One value as text; rows from Python may hold numbers, dates and truth values."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        # Other readers of YAML take a bare `no` for false; where `no` is one of the words, it was meant.
        words = next((c.choices for c in FILES[stem].columns if c.name == name), ()) if stem in FILES else ()
        return "no" if "no" in words and not cell else str(cell).lower()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date) else str(cell)
