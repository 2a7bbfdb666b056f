"""What would change an answer: rows to add or to end, and whom else that would reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FactChange:
    """One row to add or to end: `row` holds cells of the file, in the form that `whatif` takes."""

    do: str
    file: str
    row: tuple[tuple[str, str], ...]

    def as_dict(self) -> dict[str, Any]:
        """Keys do, file, row."""
        return {"do": self.do, "file": self.file, "row": dict(self.row)}


@dataclass(frozen=True, slots=True)
class WouldChange:
    """A smallest set of facts that would change the answer to `value`, verified by asking again.

    `also_affects` holds other pairs (person, case, value before, value after) in the order of person, then case;
    `opened` (none before), `closed` (none after), `raised` (view to edit) and `lowered` (edit to view) count them all.
    """

    change: tuple[FactChange, ...]
    value: str
    step: str
    also_affects: tuple[tuple[str, str, str, str], ...]
    sentence: str
    opened: int = 0
    closed: int = 0
    raised: int = 0
    lowered: int = 0

    @property
    def others(self) -> int:
        """How many other pairs of person and case would have another value."""
        return self.opened + self.closed + self.raised + self.lowered

    def as_dict(self) -> dict[str, Any]:
        """Keys change, value, step, sentence, opened, closed, raised, lowered, also_affects (count, pairs)."""
        return {
            "change": [c.as_dict() for c in self.change],
            "value": self.value,
            "step": self.step,
            "sentence": self.sentence,
            "opened": self.opened,
            "closed": self.closed,
            "raised": self.raised,
            "lowered": self.lowered,
            "also_affects": {
                "count": self.others,
                "pairs": [{"person": p, "case": c, "before": b, "after": a} for p, c, b, a in self.also_affects],
            },
        }
