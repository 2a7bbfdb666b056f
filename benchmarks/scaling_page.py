"""The page docs/scaling.md: what the measured organisations cost for each case, person and pair, and what that makes of
ten and a hundred million cases.

Unit costs are those of the largest organisation of memberships that was measured; what grows with what is said beside
them, and the tables of docs/benchmarks.md over 10,000, 100,000 and 1,000,000 cases show it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.page import ENGINES, machine, number

if TYPE_CHECKING:
    from pathlib import Path

ASKED = (1_000_000, 10_000_000, 100_000_000)
PARTS = 8
_TEXT = """# Beyond one machine

What 10 and 100 million cases take, on one machine and in parts. `make bench` writes this page from the figures of
[benchmarks](benchmarks.md); nothing here was measured beyond the largest organisation named, what lies beyond is
multiplied, and says so by *about*.

## What grows with what

| what | grows with | why |
|---|---|---|
| load, the next snapshot, opening a graph | cases and rows | each row is checked, derived and written once |
| check, why | nothing | a pair and its neighbours |
| who, what without a list | profiles | rungs decide for groups of equivalent cases, the profiles; ten times the cases have about five times the profiles |
| every pair decided | people x profiles | a person's row is decided once per profile, by arrays |
| every pair written, a complete list | pairs | each is a row in a file, two to three bytes of Parquet |
| memory of a process | cases, most of all | their ids, titles and groups; people go by one after another |

## In parts

**By people.** `seewhy export access --part K/N` decides a slice of the people and nobody else
([exports](exports.md#in-parts)): the processes read one Neo4j, or copies of one graph folder on machines of their own, and
write one Parquet dataset. Every part pays for opening the graph, the index of the cases and the halves of the rungs, so
parts are worth it while their people take longer than that.

**By systems.** A case is decided by the rows of its own system, the people and the units: no rung leads through another
system. So each system may be loaded into a graph of its own, without the rows of the others and without those that name
what is left out, and the union of their pairs is exactly that of one graph
(`tests/unit/test_parts.py::test_systems_in_graphs_of_their_own_are_the_whole`). Memory is then that of the largest
system. What is asked across systems (`what` of a person, findings about two systems) is asked of each.

## The next snapshot

A server gets the difference between two snapshots: of a million cases with 1 % of the grants ended, some 10,000 nodes and
31,000 relationships. So does an embedded graph from 300,000 nodes and relationships on: the file of the load before is opened,
changed by the texts that change a server, and saved as the next file (`graph/engines/changed_graph.py`). It is made anew where
more than one row in eight differs, where another version of SeeWhy, of the engine or of a scheme wrote it, where the result
would not hold as many nodes and relationships as it has to, and by `--fresh`, `upgrade` and `restore`. Both ways in turn, medians of three (`python -m benchmarks.next_snapshot`; the access matrices of the
two are the same bit for bit):

| 20,000 people, 1,000,000 cases | changed, s | CPU | made anew, s | CPU |
|---|---|---|---|---|
| memberships | 23.0 | 36.3 | 27.7 | 35.0 |
| privileges | 26.5 | 40.3 | 32.5 | 41.3 |

Changing and saving take some 4 s of that, adding and saving every row 17. The rest is the same either way: reading and checking
the rows 4 s, the history of the load before and merging 4, deriving what the graph shall hold 4; and what it holds is derived
beside that, and compared while the file is opened and the history is written (6 s, both cores busy).

## What an explorer holds

Of a million cases about 1.5 GB: 0.84 GB is the graph in kglite, which keeps more than 262,144 relationships with properties
on the heap and never in a mapped file, and takes 0.4 GB more while it opens it; 0.18 GB the code of the pages, 0.29 GB
today's access matrix (half of it a mapped file), 0.15 GB the cases that can be searched.
"""


@dataclass(frozen=True, slots=True)
class Units:
    """What one organisation costs on one engine: seconds and megabytes per million cases, seconds per person and pair."""

    engine: str
    row: dict[str, Any]

    @property
    def millions(self) -> float:
        """Cases, in millions."""
        return float(self.row["cases"] / 1e6)

    def seconds(self, stage: str, *at: str) -> float | None:
        """The clock of a stage, CPU time where neighbours kept the machine busy; None where it was not measured."""
        found = self._found(stage, *at)
        return None if found is None else self._spent(stage, found)

    def _spent(self, stage: str, found: dict[str, Any]) -> float:
        busy = self.engine == "embedded" and self.row[stage].get("busy", 0) > (os.cpu_count() or 1)
        return float(min(found["wall"], found["cpu"]) if busy else found["wall"])

    def memory(self, stage: str) -> float | None:
        """Peak memory of a stage's process in MB."""
        found = self._found(stage)
        return None if found is None else float(found["memory_mb"])

    def _found(self, stage: str, *at: str) -> dict[str, Any] | None:
        found = self.row.get(stage)
        for name in at:
            found = found.get(name) if isinstance(found, dict) else None
        return found if isinstance(found, dict) and "error" not in found else None

    @property
    def pairs(self) -> int:
        """Visible pairs."""
        return int((self._found("pairs") or {}).get("pairs", 0))

    @property
    def fixed(self) -> float | None:
        """Seconds that every part pays for itself: the graph opened, index and halves."""
        opened, one = self.seconds("part", "open"), self.seconds("part", "one")
        return None if opened is None or one is None else opened + one

    @property
    def writing(self) -> float | None:
        """Seconds per pair to decide and write, without what every part pays."""
        eighth, one = self._found("part", "eighth"), self._found("part", "one")
        if eighth is None or one is None or eighth["rows"] <= one["rows"]:
            return None
        spent = self._spent("part", eighth) - self._spent("part", one)
        return max(spent, 0) / (eighth["rows"] - one["rows"])


def _units(units: Units) -> list[str]:
    row, lines = units.row, [f"| {ENGINES[units.engine]} | | |"]
    load, profiles = units.seconds("load"), row["load"]["profiles"]

    def add(name: str, value: float | None, unit: str, of: str) -> None:
        if value is not None:
            lines.append(f"| {name} | {number(value)} {unit} | {of} |")

    add("load", load and load / units.millions, "s", "a million cases")
    add("the next snapshot", (took := units.seconds("next")) and took / units.millions, "s", "a million cases")
    add("opening a graph", (took := units.seconds("part", "open")) and took / units.millions, "s", "a million cases")
    decided = units.seconds("pairs")
    add("every pair decided, as counts", decided and decided * 1e9 / (row["people"] * profiles), "ns", "person and profile")
    add("every pair decided and written", units.writing and units.writing * 1e6, "s", "a million pairs")
    add("what every part pays for itself", (took := units.fixed) and took / units.millions, "s", "a million cases")
    for stage, name in (("load", "memory of a load"), ("part", "memory of a part, to Parquet")):
        add(name, (used := units.memory(stage)) and used / units.millions, "MB", "a million cases")
    if size := row["load"].get("graph_mb"):
        add("graph folder", size / units.millions, "MB", "a million cases")
    if (export := row.get("export, matrix", row.get("export", {}))).get("rows"):
        add("Parquet of every pair", export["file_mb"] / export["rows"] * 1e6, "MB", "a million pairs")
    return lines


def _beyond(units: Units) -> list[str]:
    """What so many cases take with the same people, the pairs growing as the cases do."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**20
    lines = []
    for cases in ASKED:
        times = cases / units.row["cases"]
        mark = "" if times == 1 else "about "
        load, pairs, used = units.seconds("load"), units.pairs * times, units.memory("load")
        if load is None or used is None or units.writing is None or units.fixed is None:
            return []
        export = units.writing * pairs + units.fixed * times
        part = units.writing * pairs / PARTS + units.fixed * times
        fits = "" if used * times < memory else ", more than this machine has"
        lines.append(
            f"| {ENGINES[units.engine]} | {cases:,} | {mark}{duration(load * times)} | {mark}{number(used * times / 1000)} GB{fits} "
            f"| {mark}{number(pairs / 1e9)} thousand million | about {duration(export)} | about {duration(part)} |"
        )
    return lines


def duration(seconds: float) -> str:
    """`45 s`, `12 min`, `3.4 h`."""
    return f"{number(seconds)} s" if seconds < 120 else f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def write_scaling(kept: dict[str, Any], page: Path) -> None:
    """Write the page from what was measured."""
    rows = [row for row in kept.get("organisations", {}).values() if row["kind"] == "memberships" and row.get("load", {}).get("profiles")]
    lines = [_TEXT]
    largest = max(((row["cases"], row["people"]) for row in rows), default=None)
    if largest:
        found = [Units(row["engine"], row) for row in rows if (row["cases"], row["people"]) == largest]
        found.sort(key=lambda one: one.engine)
        first = found[0]
        lines += [
            "## What each costs", "",
            f"By the clock (on a busy machine by CPU time), of {largest[1]:,} people and {largest[0]:,} cases of memberships ({first.row['load']['profiles']:,} profiles, "
            f"{first.pairs:,} pairs), without an access matrix, on {machine()}. Anybody can run it: `{first.row['command'].strip()}`.", "",
            "| what | costs | for |", "|---|---|---|", *(line for one in found for line in _units(one)), "",
        ]  # fmt: skip
        beyond = [line for one in found for line in _beyond(one)]
        if beyond:
            lines += [
                "## What so many cases take", "",
                f"With the same {largest[1]:,} people, the pairs growing as the cases do. Eight parts run on eight machines, each "
                "with its copy of the graph, or on one with the processors and the memory.", "",
                f"| engine | cases | load | memory of the load | pairs | every pair to Parquet, one process | each of {PARTS} parts |",
                "|---|---|---|---|---|---|---|", *beyond, "", *_end(found), "",
            ]  # fmt: skip
    page.write_text("\n".join(lines).rstrip() + "\n", "utf-8")


def _end(found: list[Units]) -> list[str]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**20
    told = []
    for one in found:
        used = max(one.memory("load") or 0, one.memory("part") or 0)
        if used:
            told.append(f"{ENGINES[one.engine]} at about {memory / (used / one.millions):.0f} million cases in one graph")
    return [
        f"Where it ends: memory, before time. The processes of SeeWhy fill the {memory / 1024:.0f} GiB of this machine on "
        f"{', on '.join(told)}; on Neo4j the server needs its own. Beyond that a graph for each system, or a larger machine; one "
        "system that is larger than a machine's memory is the end, since parts by people divide the work and not the index "
        "of the cases. Past some 70 million cases in one graph the ids of a column no longer fit the dictionary of a Parquet file "
        "(1 GiB), and each row repeats its own.",
    ]  # fmt: skip
