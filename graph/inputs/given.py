"""Rows that stand in an assertion file (`given`, contract section 7) or in a set of changes, as tables."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from graph.errors import ConfigurationError
from graph.inputs.csvtext import csv_table
from graph.inputs.files import FILES
from graph.inputs.tables import RawTable, raw_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def tables_from_given(given: Mapping[str, Sequence[Mapping[Any, Any]] | str | None]) -> dict[str, RawTable]:
    """One table per stem, shown as `stem.csv`; rows are a list of mappings, or CSV text.

    Booleans, numbers and dates become text; a key that a row lacks, and a null, is a blank cell. A stem without a row
    (`[]`, a blank text, nothing) counts as empty, as an absent file does. Raises ConfigurationError for what is
    neither.
    """
    found = {}
    for stem, rows in given.items():
        file = f"{stem}.csv"
        if isinstance(rows, str):
            encoded = rows.encode("utf-8", errors="replace")
            found[stem] = csv_table(stem, file, encoded) if rows.strip() else RawTable(stem, file, pl.DataFrame())
        elif rows is None or (isinstance(rows, list | tuple) and all(hasattr(row, "items") for row in rows)):
            found[stem] = _from_mappings(stem, file, rows or ())
        else:
            raise ConfigurationError(
                f"`{stem}` is neither a list of rows nor CSV text", "each row is a mapping: column, value"
            )
    return found


def _from_mappings(stem: str, file: str, rows: Sequence[Mapping[Any, Any]]) -> RawTable:
    names = list(dict.fromkeys(str(name) for row in rows for name in row))
    texts = [{str(name): _text(stem, str(name), cell) for name, cell in row.items()} for row in rows]
    columns = [pl.Series([row.get(name, "") for row in texts], dtype=pl.String) for name in names]
    return raw_table(stem, file, names, columns)


def _text(stem: str, name: str, cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        # YAML reads a bare `no` as false; where `no` is one of the words that may stand here, it was meant.
        words = next((c.choices for c in FILES[stem].columns if c.name == name), ()) if stem in FILES else ()
        return "no" if "no" in words and not cell else str(cell).lower()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    if isinstance(cell, str | int | float):
        return str(cell).encode("utf-8", errors="replace").decode("utf-8")
    raise ConfigurationError(
        f"`{stem}` has a cell of `{name}` that is no single value", "a cell is text, a number, a date, or true/false"
    )
