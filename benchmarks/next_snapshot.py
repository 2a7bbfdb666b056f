"""Both ways to write the next snapshot of an embedded graph, in turn: `python -m benchmarks.next_snapshot --cases 1000000`.

The graph of the load before is changed, or made anew; each time in a process of its own, on a copy of the same folder.
Exit code 1 when the access matrices of the two differ in a bit.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import statistics
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from unittest import mock

import seewhy
from benchmarks.days import AS_OF, LATER
from benchmarks.later import later
from benchmarks.measure import Watch, peak_memory
from benchmarks.organisations import memberships, privileges, write
from seewhy.graph.engines import changed_graph
from seewhy.graph.matrix.precomputed import content, from_nothing

ORGANISATIONS = {"memberships": memberships, "privileges": privileges}
WAYS = {"the graph before, changed": 0, "the graph made anew": sys.maxsize}
"""How a graph is written, and from how many nodes and relationships on it is changed."""


def measured(way: str, graph: Path, snapshot: Path) -> tuple[float, float, float, str]:
    """Seconds of the clock and of CPU, megabytes, and the digest of the matrix of the day."""
    with mock.patch.object(changed_graph, "LARGE", WAYS[way]), seewhy.connect(graph, write=True) as g:
        with Watch() as watch:
            g.load(snapshot, LATER)
        memory = peak_memory()
        return watch.spent.wall, watch.spent.cpu, memory, hashlib.sha256(content(from_nothing(g.session, LATER))).hexdigest()


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--organisation", choices=ORGANISATIONS, default="memberships")
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place, digests = Path(folder), set()
        frames = ORGANISATIONS[asked.organisation](asked.people, asked.cases)
        write(frames, place / "first")
        write(later(frames), place / "next")
        with seewhy.connect(place / "graph", write=True) as g:
            g.load(place / "first", AS_OF)
        told: dict[str, list[tuple[float, ...]]] = {way: [] for way in WAYS}
        for number in range(asked.rounds):
            for way in WAYS:
                copy = shutil.copytree(place / "graph", place / f"copy-{number}")
                with ProcessPoolExecutor(1, get_context("spawn")) as alone:
                    *spent, digest = alone.submit(measured, way, copy, place / "next").result()
                told[way].append(tuple(spent))
                digests.add(digest)
                shutil.rmtree(copy)
    lines = ["| the next snapshot | s | s of CPU | MB |", "|---|---|---|---|"]
    for way, runs in told.items():
        wall, cpu, memory = (statistics.median(column) for column in zip(*runs, strict=True))
        lines.append(f"| {way} | {wall:.1f} | {cpu:.1f} | {memory:,.0f} |")
    sys.stdout.write("\n".join([*lines, ""]))
    sys.exit(len(digests) > 1)


if __name__ == "__main__":
    main()
