"""Rows of an evidence file within a scope: who and what is outside keeps its part, under a number instead of a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from seewhy.graph.inputs.files import FILES
from seewhy.graph.scope.view import references

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seewhy.graph.scope.view import View

_NAMES = {"people": ("name", "email", "job_title"), "cases": ("title",)}


def veiled(view: View, rows: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The rows with `outside-person-1` and so on for whoever is outside, numbered as they come; without notes, and
    without those outside who granted a row. What the rows decide stays the same."""
    numbers: dict[tuple[str, str], str] = {}
    return {stem: _frame(view, stem, frame, numbers) for stem, frame in rows.items()}


def _frame(view: View, stem: str, frame: pl.DataFrame, numbers: dict[tuple[str, str], str]) -> pl.DataFrame:
    if not len(frame):
        return frame
    return pl.DataFrame([_row(view, stem, row, numbers) for row in frame.to_dicts()], schema=frame.schema)


def _row(view: View, stem: str, row: dict[str, Any], numbers: dict[tuple[str, str], str]) -> dict[str, Any]:
    if row.get("note"):
        row["note"] = ""
    if row.get("granted_by") and not view.person(row["granted_by"]):
        row["granted_by"] = ""
    for column, to in references(stem, row):
        inside, kind = (view.person, "person") if to == "people" else (view.case, "case")
        cell = str(row.get(column) or "")
        if cell and not inside(cell):
            row[column] = numbers.setdefault((to, cell), f"outside-{kind}-{len(numbers) + 1}")
            if column == FILES[stem].id:
                row |= {name: row[column] if name == "name" else "" for name in _NAMES.get(stem, ())}
            told = ("since", "until")
            row |= {name: "" for name in FILES[stem].shown if isinstance(row.get(name), str) and name not in told}
    if stem == "cases" and not view.titled(row["case_id"]):
        row["title"] = ""
    return row
