"""What is measured of an organisation, where it stands in the results, and the aim beside it.

Aims are those for 20,000 people and 1,000,000 cases of memberships on two cores; other rules may take twice as long where
`twice`. An aim that grows with the rows (`a_row`) counts from a million rows on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

SECONDS, MILLISECONDS, MEGABYTES = "s", "ms", "MB"
MANY = 1_000_000


@dataclass(frozen=True, slots=True)
class Measure:
    """A row of the tables: `stage` and `at` lead to the figures, `unit` says which ones they are; aims by engine."""

    name: str
    stage: str
    at: tuple[str, ...] = ()
    unit: str = SECONDS
    aims: dict[str, float] = field(default_factory=dict)
    twice: bool = True
    a_row: bool = False
    cell: str = ""
    """Of one number: its name."""

    def figures(self, row: dict[str, Any]) -> dict[str, Any] | None:
        """What was found, `error` where a stage failed; None where it was not measured."""
        found = row.get(self.stage)
        for name in self.at:
            if not isinstance(found, dict) or "error" in found:
                break
            found = found.get(name)
        if isinstance(found, dict) and (self.cell and found.get(self.cell) is None) and "error" not in found:
            return None
        return found if isinstance(found, dict) else None

    def value(self, found: dict[str, Any]) -> float:
        """The number that is held against the aim: the clock of a job, p95 of questions."""
        return float(found[self.cell or ("p95" if self.unit == MILLISECONDS else "wall")])

    def aim(self, row: dict[str, Any], found: dict[str, Any]) -> float | None:
        """The aim for what was found."""
        aim = self.aims.get(row["engine"])
        if aim is None:
            return None
        if self.a_row:
            rows = found.get("rows", 0)
            return aim * rows if rows >= MANY else None
        return aim * (2 if self.twice and row["kind"] != "memberships" else 1)


def _both(embedded: float, neo4j: float | None = None) -> dict[str, float]:
    return {"embedded": embedded, "neo4j": embedded if neo4j is None else neo4j}


def _question(name: str, stage: str, at: str, aims: dict[str, float] | None = None, *, twice: bool = True) -> Measure:
    return Measure(name, stage, (at,), MILLISECONDS, aims or {}, twice)


_FIRST = "counts and first page of 50"
MEASURES = (
    Measure("load", "load", aims=_both(8, 45)),
    Measure("load of the next snapshot, 1 % of the grants ended", "next", aims=_both(4, 10)),
    Measure("graph opened by a process", "part", ("open",)),
    Measure("access matrix from nothing", "matrix", aims=_both(8, 12)),
    Measure("access matrix opened by another process", "ask, matrix", ("open",), aims=_both(0.3)),
    Measure("access matrix after 100 changed rows, loading left out", "kept", aims=_both(1)),
    Measure("access matrix, file", "matrix", (), MEGABYTES, _both(60), cell="file_mb"),
    _question("check", "ask", "check", _both(0.29, 5)),
    _question("why", "ask", "why", _both(1.06, 10)),
    _question("who, no matrix", "ask", "who"),
    _question("who, matrix there", "ask, matrix", "who", _both(5, 10), twice=False),
    _question(f"what: {_FIRST}, no matrix", "ask", "what", _both(50)),
    _question("what, the five who see most, no matrix", "ask", "what, most"),
    _question(f"what: {_FIRST}, matrix there", "ask, matrix", "what", _both(3)),
    _question("what, the five who see most, matrix there", "ask, matrix", "what, most"),
    Measure("every pair decided, as counts, no matrix", "pairs", aims=_both(15, 20)),
    Measure("every pair to Parquet, no matrix", "export"),
    Measure("every pair to Parquet, matrix there", "export, matrix", aims=_both(30 / 673_387_299), a_row=True),
    Measure("an eighth of the people to Parquet, no matrix", "part", ("eighth",)),
    Measure("one person to Parquet, no matrix", "part", ("one",)),
    Measure("diff of two days, counts, the first of a process", "diff", ("first",)),
    Measure("diff of two days, counts", "diff", ("counts",), aims=_both(0.5)),
    Measure("diff of two days, every pair named, to Parquet", "diff", ("named",), aims=_both(1e-7), a_row=True),
    Measure("what if 10 grants ended, all pairs, the first of a process", "whatif", ("first",)),
    Measure("what if 10 grants ended, all pairs", "whatif", ("again",), aims=_both(1)),
    _question("would_change of a yes", "would", "yes"),
    _question("would_change of a no", "would", "no", _both(300), twice=False),
    Measure("findings, all", "findings", aims=_both(2), twice=False),
    Measure("explorer, from its start to its start page", "explorer", aims=_both(2)),
    Measure("explorer, memory with its start page", "explorer", (), MEGABYTES, _both(1000), cell="memory_mb"),
)
