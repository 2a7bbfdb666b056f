"""Cells that name a row of a file, read as a load reads them: so that a key finds what was loaded under it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from seewhy.graph.inputs.checks.cells import check_cells
from seewhy.graph.inputs.checks.findings import Findings
from seewhy.graph.inputs.checks.references import normal_names

if TYPE_CHECKING:
    from collections.abc import Collection

    from seewhy.graph.inputs.tables import RawTable
    from seewhy.graph.problems import Problem
    from seewhy.graph.schemes.columns import FileSpec


def read_keys(
    table: RawTable, spec: FileSpec, also: Collection[str] = ()
) -> tuple[dict[int, dict[str, str]], list[Problem]]:
    """The key of every row, and its cells in `also`, as text in normal form by row number, with defaults filled in.

    Enumerations and truth values go without regard to case, privileges by name or rule id, numbers by value, a client's
    blank slot is 1. What cannot be read is a problem of its cell; ids are not looked up.
    """
    columns = tuple(
        column if column.name in spec.key else replace(column, required=False)
        for column in spec.columns
        if column.name in spec.key or (column.name in also and column.name in table.frame.columns)
    )
    found = Findings({spec.stem: table})
    found.frames[spec.stem] = check_cells(found, replace(spec, columns=columns))
    normal_names(found, spec.stem)
    texts = found.frames[spec.stem].select(
        "row", *(pl.col(column.name).cast(pl.String).fill_null("") for column in columns)
    )
    return {cells.pop("row"): cells for cells in texts.iter_rows(named=True)}, found.problems
