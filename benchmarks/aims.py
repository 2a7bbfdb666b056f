"""What is measured of an organisation, where it stands in the results, and the aim beside it.

Aims are those for 20,000 people and 1,000,000 cases of memberships on two cores; other rules may take twice as long where
`twice`. An aim that grows with the rows (`a_row`) counts from a million rows on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

SECONDS, MILLISECONDS, MEGABYTES = "s", "ms", "MB"
CPU = "cpu"
MANY, SMALL = 1_000_000, 100_000
ORGANOGRAM = "Home Office 2012"
"""The kind of organisation that is made of a published organogram."""


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
    most: int = 0
    """Cases up to which the aim is set; 0: all."""
    only: str = ""
    """The kind of organisation that it is about; blank: all, and the aim is that of those from a seed."""

    @property
    def limits(self) -> str:
        """What limits it where its aim is missed, by profile, and what would be next."""
        return LIMITS.get(self.name, "not profiled")

    def figures(self, row: dict[str, Any]) -> dict[str, Any] | None:
        """What was found, `error` where a stage failed; None where it was not measured."""
        if self.only not in ("", row["kind"]):
            return None
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
        if self.cell == CPU:
            return float(found["cpu"] + found.get("server", 0))
        return float(found[self.cell or ("p95" if self.unit == MILLISECONDS else "wall")])

    def aim(self, row: dict[str, Any], found: dict[str, Any]) -> float | None:
        """The aim for what was found."""
        aim = self.aims.get(row["engine"])
        if aim is None or 0 < self.most < row["cases"] or (row["kind"] == ORGANOGRAM and not self.only):
            return None
        if self.a_row:
            rows = found.get("rows", 0)
            return aim * rows if rows >= MANY else None
        return aim * (2 if self.twice and row["kind"] != "memberships" else 1)


def _both(embedded: float, neo4j: float | None = None) -> dict[str, float]:
    return {"embedded": embedded, "neo4j": embedded if neo4j is None else neo4j}


def _question(
    name: str, stage: str, at: str, aims: dict[str, float] | None = None, *, twice: bool = True, most: int = 0
) -> Measure:
    return Measure(name, stage, (at,), MILLISECONDS, aims or {}, twice, most=most)


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
    Measure("diff of two days, every pair named, to Parquet", "diff", ("pairs",), aims=_both(1e-7), a_row=True),
    Measure("diff of two days, every pair named with the rows that did it, to Parquet", "diff", ("named",), aims=_both(1e-7), a_row=True),
    Measure("what if 10 grants ended, all pairs, the first of a process", "whatif", ("first",)),
    Measure("what if 10 grants ended, all pairs", "whatif", ("again",), aims=_both(1)),
    _question("would_change of a yes", "would", "yes"),
    _question("would_change of a no", "would", "no", _both(300), twice=False, most=SMALL),
    Measure("findings, all", "findings", aims=_both(2), twice=False, most=SMALL),
    Measure("findings, all, by CPU time and the server's", "findings", aims=_both(3), twice=False, cell=CPU, only=ORGANOGRAM),
    Measure("explorer, from its start to its start page", "explorer", aims=_both(2)),
    Measure("explorer, memory with its start page", "explorer", (), MEGABYTES, _both(1000), cell="memory_mb"),
)
LIMITS = {
    "load": "Embedded: kglite adds and saves nodes and relationships for about 14 of 26 s of CPU of a million cases; Neo4j: "
    "four fifths of the CPU is the server's, writing. Next: a bulk import, which neither offers to a running database.",
    "load of the next snapshot, 1 % of the grants ended": "Reading and checking every row, merging and deriving take 12 of "
    "23 s embedded, whatever differs; writing the difference takes 4 (scaling.md). Next: only what differs derived.",
    "access matrix from nothing": "Embedded, of 20 s of CPU: kglite naming the claims on single cases 6 and the cases of the day "
    "3, rows 4, packing 5. Next: claims on single cases without a text for each thousand people.",
    "access matrix opened by another process": "Embedded: opening the graph beside it. Neo4j: its pieces come through the "
    "driver, and the first texts of a process are planned. Next: a copy beside the process.",
    "access matrix after 100 changed rows, loading left out": "Few rows are decided again; the rest numbers every row anew, "
    "packs it, opens the new graph and reads which cases are alike. Next: bitmaps of unchanged rows taken over.",
    "check": "Embedded: two texts of 0.19 ms in kglite on this machine, which is 1.7 times slower than it was when the aim was "
    "set: the code of that day takes 0.41 ms here, that of today 0.47. When the curve was taken, the machine needed 0.6 to 1.2 ms for the same "
    "questions, with this code and with that of the day before, in turn. Neo4j: the two ways through the driver.",
    "why": "The texts of all rungs, one after another; with the code of the day of the aim it takes the same on this machine "
    "(1.6 ms embedded). Next: one text for all rungs that find nothing.",
    "who, matrix there": "Naming everybody: a list of thousands of people is made whole. Next: the first page alone.",
    "what: counts and first page of 50, no matrix": "Those who see most: every group of cases is decided before the first page "
    "is. Next: the groups of the first page alone.",
    "what: counts and first page of 50, matrix there": "Neo4j: a way through the driver takes 2 to 3 ms here, and a page takes "
    "some. Next: one text for heading, names and titles.",
    "every pair decided, as counts, no matrix": "Neo4j: two thirds of the CPU is the server's, for the halves of the rungs; "
    "measured beside other work.",
    "every pair to Parquet, matrix there": "Writing: 8 to 9 million rows a second and processor, five columns, two of them ids. "
    "Next: ids as dictionaries that are not looked up again for each part.",
    "diff of two days, counts": "Ten thousand cases of the benchmark look otherwise later: 9.5 of 16.5 million pairs are theirs, "
    "each a line of its own. Columns take 4 of 9 s, lines 3, the steps of pairs without a claim 2. Next: count by column, and "
    "make lines when somebody lists them.",
    "diff of two days, every pair named, to Parquet": "The comparison comes before, 9 s; then names take 6 s, each a text of its "
    "own, and the file 3. Next: ids as dictionaries.",
    "diff of two days, every pair named with the rows that did it, to Parquet": "Which rows did it is looked for, some 30 s: which of 22,000 rows can concern which of "
    "ten million lines 12, and 320,000 groups of lines, one by one, 10. Next: groups as columns.",
    "what if 10 grants ended, all pairs": "The changed organisation is checked as a load is, 4 of 7 s, and a small graph of the "
    "cases of these people is made. Next: the check for the changed rows alone.",
    "would_change of a no": "Two small graphs are filled for every question, and sets of rows are tried in them; privileges and "
    "portal have the most sets. Next: one graph for all questions of a day.",
    "findings, all": "A few kinds word tens of thousands of findings each; on Neo4j three quarters of the CPU is the server's. "
    "Next: words when a finding is shown.",
    "findings, all, by CPU time and the server's": "19,652 findings, most of them that somebody is told of work on a case that they "
    "cannot see: 1.5 s to word them, 1.1 to decide everybody, 1 in queries. Neo4j: a server that has just started plans each text "
    "(a second time it takes half as long). Next: words when a finding is shown.",
    "explorer, from its start to its start page": "Opening the graph takes 2 s of it; the page is answered before.",
    "explorer, memory with its start page": "The graph in kglite alone takes 0.84 GB of a million cases (scaling.md).",
}
"""By measure what limits it, by profile, and what would be next."""
