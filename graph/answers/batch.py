"""The answer of `batch`: what each of some people may do with each of some cases."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seewhy.graph.answers.as_json import Provenance


class Cell(NamedTuple):
    """What is decided about one pair: `value` is edit, view or none; `blocked` says that a denial or a limit made it
    none although a rule would let the person in."""

    value: str
    value_now: str
    step: str
    blocked: bool

    @property
    def word(self) -> str:
        """The value, or `blocked`."""
        return "blocked" if self.blocked else self.value


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """Ids to names and titles, in the order in which they were asked about, and the cell of each pair.

    A pair without a cell is one of which the person and the case may be told, but not together.
    """

    as_of: str
    people: Mapping[str, str]
    cases: Mapping[str, str]
    systems: Mapping[str, str]
    """The system of each case."""
    cells: Mapping[tuple[str, str], Cell]
    provenance: Provenance

    @property
    def counts(self) -> dict[str, int]:
        """Number of pairs by word: edit, view, none, blocked."""
        found = Counter(cell.word for cell in self.cells.values())
        return {word: found[word] for word in ("edit", "view", "none", "blocked")}

    def rows(self) -> list[dict[str, Any]]:
        """A row for each pair: person, name, case, title, system, value (or `blocked`), value_now, step."""
        return [
            {
                "person": person,
                "name": name,
                "case": case,
                "title": title,
                "system": self.systems[case],
                "value": cell.word,
                "value_now": cell.value_now,
                "step": cell.step,
            }
            for person, name in self.people.items()
            for case, title in self.cases.items()
            if (cell := self.cells.get((person, case))) is not None
        ]

    def as_dict(self) -> dict[str, Any]:
        """Keys as_of, pairs, complete, count, and those of the provenance."""
        rows = self.rows()
        return {"as_of": self.as_of, "pairs": rows, "complete": True, "count": len(rows), **self.provenance.as_dict()}
