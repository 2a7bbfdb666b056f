"""`python -m benchmarks.soak --minutes 20`: fifty people click through the explorer of the sample at once; how long they
wait, the health, and the memory. Kept in docs/benchmarks.json, and shown in docs/benchmarks.md."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
import tempfile
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import seewhy
from benchmarks.page import write_page
from benchmarks.results import PAGE, kept_results, write_results
from tests.servers.explorer import served
from tests.servers.visitors import SAMPLE_DAY, Crowd, crowd

PEOPLE, MINUTES, PAUSE = 50, 20.0, 5.0
"""A click of somebody every five seconds, on average, is ten pages a second of all."""


def measured(people: int, minutes: float, pause: float) -> dict[str, Any]:
    """Figures of a run on the sample organisation, in a graph of its own."""
    with tempfile.TemporaryDirectory(prefix="seewhy-soak-") as place:
        target = Path(place) / "graph"
        with seewhy.connect(target, write=True) as graph, as_file(files("seewhy.loaders") / "sample") as folder:
            graph.load(folder, as_of=SAMPLE_DAY)
        with served(target) as address:
            # Everybody has seen every page once before it counts: what comes first is measured elsewhere.
            crowd(address, people, 0, least=1)
            return figures(crowd(address, people, minutes * 60, pause=pause))


def figures(met: Crowd) -> dict[str, Any]:
    """Clicks, seconds, memory (MB) and what was wrong."""
    seconds = sorted(one for some in met.seconds for one in some)
    memory = [round(one / 1e6) for one in met.memory]
    return {
        "clicks": len(seconds),
        "p50": round(1000 * seconds[len(seconds) // 2]),
        "p95": round(1000 * seconds[int(len(seconds) * 0.95)]),
        "longest": round(1000 * seconds[-1]),
        "memory_mb": [memory[0], memory[len(memory) // 2], memory[-1]],
        "looks": len(met.healthy),
        "healthy": met.healthy.count(200),
        "wrong": len(met.wrong),
    }


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--pause", type=float, default=PAUSE, help="seconds between two clicks of somebody, on average")
    parser.add_argument("--dry-run", action="store_true", help="print the figures, and keep none")
    chosen = parser.parse_args()
    busy = round(os.getloadavg()[0], 1)
    found = measured(chosen.people, chosen.minutes, chosen.pause)
    found |= {"people": chosen.people, "minutes": chosen.minutes, "pause": chosen.pause, "busy": busy}
    found["when"] = dt.datetime.now(dt.UTC).isoformat(timespec="minutes")
    sys.stdout.write(f"{found}\n")
    if not chosen.dry_run:
        kept = kept_results()
        kept["soak"] = found
        write_results(kept)
        write_page(kept, PAGE)
    return 0 if found["healthy"] == found["looks"] and not found["wrong"] else 1


if __name__ == "__main__":
    sys.exit(main())
