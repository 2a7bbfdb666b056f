"""`python -m benchmarks --size S|L [--engines embedded,neo4j] [--peers]`: measure, and write docs/benchmarks.md.

Results are kept as JSON beside the page (`docs/benchmarks.json`): a run replaces its own rows and keeps the others, so
the page shows every size and engine that was ever measured, each with its date.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks import organisations
from benchmarks.page import write_page
from tests.servers import ServerUnavailable
from tests.servers.neo4j import neo4j_server

ROOT = Path(__file__).parent.parent
RESULTS, PAGE = ROOT / "docs" / "benchmarks.json", ROOT / "docs" / "benchmarks.md"
SIZES: dict[str, tuple[tuple[str, int, int], ...]] = {
    "XS": (("all four", 300, 5_000), ("memberships", 200, 10_000), ("privileges", 200, 10_000)),
    "S": (("all four", 2_000, 100_000), ("memberships", 2_000, 100_000), ("privileges", 2_000, 100_000)),
    "L": (("memberships", 20_000, 1_000_000), ("privileges", 20_000, 1_000_000)),
}
STAGES = ("load", "pairs", "export", "ask", "change")
LIMIT = 3_600
"""Seconds after which a stage is given up, and said so."""


def say(text: str) -> None:
    """Progress, for whoever waits."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def stage(name: str, folder: Path, graph: str, scratch: Path, environment: dict[str, str]) -> dict[str, Any]:
    """One stage in a process of its own; an error is a result, too."""
    command = [sys.executable, "-m", "benchmarks.stages", name, str(folder), graph, str(scratch)]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
            cwd=ROOT,
            env={**os.environ, **environment},
        )
    except subprocess.TimeoutExpired:
        return {"error": f"not finished after {LIMIT} s"}
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        say(done.stderr)
        return {"error": lines[-1] if lines else f"exit code {done.returncode}"}
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def measured(kind: str, people: int, cases: int, engines: list[str], only: tuple[str, ...]) -> dict[str, Any]:
    """One organisation on the engines named."""
    out: dict[str, Any] = {}
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="seewhy-bench-")))
        folder = scratch / "organisation"
        make = {"memberships": organisations.memberships, "privileges": organisations.privileges}
        organisations.write(make.get(kind, organisations.small)(people, cases), folder)
        for engine in engines:
            environment: dict[str, str] = {}
            graph = str(scratch / "graph")
            if engine == "neo4j":
                os.environ.setdefault("SEEWHY_NEO4J_HEAP", "2g" if cases > 200_000 else "1g")
                try:
                    server = stack.enter_context(neo4j_server())
                except ServerUnavailable as missing:
                    say(f"SKIPPED: {kind}, {cases:,} cases on Neo4j: {missing}")
                    continue
                environment, graph = server.environment(), server.uri
                environment["SEEWHY_QUERY_TIMEOUT"] = "600"
            found: dict[str, Any] = {}
            for name in only:
                found[name] = stage(name, folder, graph, scratch, environment)
                say(f"{kind}, {people:,} x {cases:,}, {engine}, {name}: {json.dumps(found[name])[:400]}")
            out[engine] = found
    return out


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--size", choices=sorted(SIZES), default="S")
    parser.add_argument("--engines", default="embedded,neo4j", help="comma-separated (default: both)")
    parser.add_argument("--peers", action="store_true", help="also ask other products, on a model of 20,000 cases")
    parser.add_argument(
        "--only", default="", help="organisations of the size to measure, comma-separated (default: all)"
    )
    parser.add_argument(
        "--stages", default="", help="comma-separated; the first needs an empty graph (default: all; L without change)"
    )
    chosen = parser.parse_args()
    kept: dict[str, Any] = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    command = "python -m benchmarks " + " ".join(sys.argv[1:])
    wanted = [one for one in chosen.only.split(",") if one]
    usual = ",".join(STAGES if chosen.size != "L" else STAGES[:-1])
    stages = tuple((chosen.stages or usual).split(","))
    for kind, people, cases in SIZES[chosen.size]:
        if wanted and kind not in wanted:
            continue
        load = os.getloadavg()[0]
        for engine, found in measured(kind, people, cases, chosen.engines.split(","), stages).items():
            kept[f"{kind}|{people}|{cases}|{engine}"] = {
                "kind": kind, "people": people, "cases": cases, "engine": engine, "command": command,
                "when": dt.datetime.now(dt.UTC).isoformat(timespec="minutes"), "busy": round(load, 1), **found,
            }  # fmt: skip
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
    if chosen.peers:
        from benchmarks.peers.run import compare

        kept["peers"] = {
            **compare(say), "command": command, "busy": round(os.getloadavg()[0], 1),
            "when": dt.datetime.now(dt.UTC).isoformat(timespec="minutes"),
        }  # fmt: skip
    RESULTS.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
    write_page(kept, PAGE)
    say(f"wrote {PAGE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
