"""`python -m benchmarks --size S|L|curve [--engines embedded,neo4j] [--also explorer,http,peers]`: measure, and write
docs/benchmarks.md and docs/scaling.md.

Results are kept as JSON beside the pages (`docs/benchmarks.json`): a run replaces the stages that it ran and keeps the
others, each with its date, so the pages can be made in several runs, of one organisation, engine or stage each. What is
measured is made in between, never inside measured time, and every stage is a process of its own.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil

from benchmarks import explorer, matrix, organisations
from benchmarks.aims import ORGANOGRAM
from benchmarks.measure import SERVER
from benchmarks.page import write_page
from benchmarks.results import PAGE, RESULTS, ROOT, SCALING, kept_results, write_results
from benchmarks.scaling_page import write_scaling
from benchmarks.stages import NEEDS, STAGES, WITHOUT
from seewhy.loaders.organogram import convert
from tests.servers import ServerUnavailable
from tests.servers.neo4j import neo4j_server

__all__ = ["PAGE", "RESULTS", "main"]
GENERATED = ("all four", "memberships", "privileges", "positions", "portal")
KINDS = (*GENERATED, ORGANOGRAM)
SIZES: dict[str, tuple[tuple[str, int, int], ...]] = {
    "XS": tuple((kind, 200, 5_000) for kind in GENERATED),
    "S": ((ORGANOGRAM, 10_618, 5_000), *((kind, 2_000, 100_000) for kind in GENERATED)),
    "L": (("memberships", 20_000, 1_000_000), ("privileges", 20_000, 1_000_000)),
    "curve": (("memberships", 2_000, 10_000), ("memberships", 2_000, 100_000), ("memberships", 2_000, 1_000_000)),
}
CURVE = ("load", "pairs", "export", "part", "ask", "matrix", "ask, matrix", "next", "diff", "whatif", "would")
OF_ORGANOGRAM = ("load", "pairs", "matrix", "findings")
LEFT_OUT = {
    "L": ("export",),
    "S": ("export", "part", "whatif", "kept"),
}
"""Stages that are not run unless they are named, so that a size takes less than twenty minutes: of `L` what `part` and
`export, matrix` show as well, of `S` on Neo4j what the organisation with all four schemes shows."""
PUBLISHED = "home_office-2012-09-30"
ALSO = ("explorer", "http", "peers")
LIMIT = 240
"""Seconds after which a stage is given up, and said so."""


def say(text: str) -> None:
    """Progress, for whoever waits."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def told(found: dict[str, Any], busy: float) -> dict[str, Any]:
    """What was found, with the moment and the load average before it."""
    return {**found, "when": dt.datetime.now(dt.UTC).isoformat(timespec="minutes"), "busy": round(busy, 1)}


def stage(
    name: str, folder: Path, graph: str, scratch: Path, environment: dict[str, str], limit: float
) -> dict[str, Any]:
    """One stage in a process of its own; an error is a result, too."""
    command = [sys.executable, "-m", "benchmarks.stages", name, str(folder), graph, str(scratch)]
    more = matrix.OFF if name in WITHOUT else {}
    busy = os.getloadavg()[0]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=limit, check=False, cwd=ROOT,
            env={**os.environ, **environment, **more},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return told({"error": f"not finished after {limit:.0f} s"}, busy)
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        say(done.stderr)
        return told({"error": lines[-1][:200] if lines else f"exit code {done.returncode}"}, busy)
    return told(json.loads(done.stdout.strip().splitlines()[-1]), busy)


def made(kind: str, people: int, cases: int, folder: Path) -> None:
    """The organisation as files."""
    large = {"memberships": organisations.memberships, "privileges": organisations.privileges}
    if kind == ORGANOGRAM:
        convert(*(ROOT / "tests" / "data" / "uk_organograms" / f"{PUBLISHED}-{of}.csv" for of in ("senior", "junior")), folder, cases)
        return
    if kind in large:
        frames = large[kind](people, cases)
    else:
        frames = organisations.small(people, cases, systems=() if kind == "all four" else (kind,))
    organisations.write(frames, folder)


def measured(
    kind: str, people: int, cases: int, stages: dict[str, list[str]], limit: float, extra: list[str]
) -> dict[str, dict[str, Any]]:
    """One organisation, some stages on each engine: stage to what it found, by engine."""
    out: dict[str, dict[str, Any]] = {}
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="seewhy-bench-")))
        folder = scratch / "organisation"
        began = time.monotonic()
        made(kind, people, cases, folder)
        say(f"{kind}, {people:,} x {cases:,}: made in {time.monotonic() - began:.0f} s")
        for engine, only in stages.items():
            environment = {"SEEWHY_QUERY_TIMEOUT": "600"}
            graph = str(scratch / "graph")
            if engine == "neo4j":
                os.environ.setdefault("SEEWHY_NEO4J_HEAP", "2g" if cases > 200_000 else "1g")
                try:
                    server = stack.enter_context(neo4j_server())
                except ServerUnavailable as missing:
                    say(f"SKIPPED: {kind}, {cases:,} cases on Neo4j: {missing}")
                    continue
                environment |= server.environment()
                graph = server.uri
                for child in psutil.Process().children(recursive=True):
                    if "java" in child.name():
                        environment[SERVER] = str(child.pid)
            found: dict[str, Any] = {}
            for name in only:
                began = time.monotonic()
                found[name] = stage(name, folder, graph, scratch, environment, limit)
                took = time.monotonic() - began
                say(f"{kind}, {people:,} x {cases:,}, {engine}, {name}, {took:.0f} s: {json.dumps(found[name])[:300]}")
                if name in ("load", "pairs") and "error" in found[name]:
                    break
            if "explorer" in extra and engine == "embedded":
                found["explorer"] = told(explorer.started(Path(graph), scratch), os.getloadavg()[0])
                say(f"{kind}, {people:,} x {cases:,}, explorer: {json.dumps(found['explorer'])}")
            out[engine] = found
    return out


def wanted_stages(given: str, size: str, kind: str, engine: str) -> list[str]:
    """The stages to run, with those that they need, in order."""
    usual = set(OF_ORGANOGRAM if kind == ORGANOGRAM else CURVE if size == "curve" else STAGES)
    if size == "L" or (engine == "neo4j" and kind != "all four"):
        usual -= {*LEFT_OUT.get(size, ())}
    chosen = {one.strip().replace("+", ", ") for one in given.split(",") if one.strip()} if given else usual
    if unknown := chosen - STAGES.keys():
        raise SystemExit(f"no stages: {', '.join(sorted(unknown))}; stages: {', '.join(STAGES).replace(', m', '+m')}")
    chosen |= {need for name in chosen for need in NEEDS.get(name, ())}
    return [name for name in STAGES if name in chosen]


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--size", choices=[*SIZES, "none"], default="S")
    parser.add_argument("--engines", default="embedded,neo4j", help="comma-separated (default: both)")
    parser.add_argument("--also", default="", help=f"comma-separated: {', '.join(ALSO)}")
    parser.add_argument("--only", default="", help="organisations of the size, comma-separated (default: all)")
    parser.add_argument(
        "--stages", default="", help="comma-separated, `ask+matrix` with the matrix made (default: all); what they need runs, too"
    )
    parser.add_argument("--limit", type=float, default=LIMIT, help=f"seconds that a stage may take (default: {LIMIT})")
    parser.add_argument("--page", action="store_true", help="measure nothing, write the pages")
    chosen = parser.parse_args()
    began = time.monotonic()
    command = "python -m benchmarks " + shlex.join(sys.argv[1:])
    only = [one.strip() for one in chosen.only.split(",") if one.strip()]
    also = [one.strip() for one in chosen.also.split(",") if one.strip()]
    if unknown := {*also} - {*ALSO} | {*only} - {*KINDS}:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    for kind, people, cases in () if chosen.page else SIZES.get(chosen.size, ()):
        if only and kind not in only:
            continue
        engines = chosen.engines.split(",")
        stages = {engine: wanted_stages(chosen.stages, chosen.size, kind, engine) for engine in engines}
        # The explorer is measured where the aim is set, and on the organisation with every scheme.
        extra = also if kind == "all four" or (cases >= 1_000_000 and people >= 20_000) else []
        found = measured(kind, people, cases, stages, chosen.limit, extra)
        kept = kept_results()
        for engine, results in found.items():
            key = f"{kind}|{people}|{cases}|{engine}"
            about = {"kind": kind, "people": people, "cases": cases, "engine": engine, "command": command}
            kept["organisations"][key] = {**kept["organisations"].get(key, {}), **about, **results}
        write_results(kept)
    if "http" in also:
        size = "L" if chosen.size == "L" else "S"
        subprocess.run([sys.executable, "-m", "benchmarks.http", "--size", size, "--seconds", "6"], check=False, cwd=ROOT)
    if "peers" in also:
        from benchmarks.peers.run import compare

        busy = os.getloadavg()[0]
        kept = kept_results()
        kept["peers"] = told({**compare(say), "command": command}, busy)
        write_results(kept)
    kept = kept_results()
    write_page(kept, PAGE)
    write_scaling(kept, SCALING)
    say(f"wrote {PAGE.relative_to(ROOT)} and {SCALING.relative_to(ROOT)} after {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
