"""One thing that is wrong with an input, at one place."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with the input: `row` counts records, the header being 1; `hint` may be empty."""

    code: str
    file: str
    row: int
    column: str
    message: str
    hint: str = ""

    def as_dict(self) -> dict[str, str | int]:
        """The JSON object of `load --json`."""
        return asdict(self)


UNREAD_CELL = frozenset({"formula_without_value", "error_cell", "inexact_number"})
"""Codes of a cell that holds something which could not be read: it stands in its table as blank, and is none."""
