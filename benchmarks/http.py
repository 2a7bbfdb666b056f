"""The HTTP interface as programs meet it: `seewhy api` in a process of its own, asked over the loopback address.

    python -m benchmarks.http [--size S|L] [--seconds 10] [--graph G]

Every evaluation is about another pair. The client is a plain socket per connection: what a library would add is not
measured. Client and server share the machine's processors. Writes its part of docs/benchmarks.md; with `--graph`, which
names an embedded graph that is there, it only prints.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import os
import random
import shlex
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import psutil

import seewhy
from benchmarks import organisations
from benchmarks.__main__ import PAGE, RESULTS
from benchmarks.measure import percentile
from benchmarks.page import write_page

AS_OF = "2026-11-01"
ROOT = Path(__file__).parent.parent
CLIENTS = 50
MOST = 12
"""People whose searches are measured: those who see most."""
SIZES = {"S": ("all four", 2_000, 100_000), "L": ("memberships", 20_000, 1_000_000)}


class Connection:
    """One connection that is kept open."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def open(self) -> Connection:
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        """The JSON of an answer, which has to be 200."""
        data = json.dumps(body).encode()
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
        self._writer.write(head.encode() + data)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        if not answer.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(answer.decode("latin-1"))
        size = next(line for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        return json.loads(await self._reader.readexactly(int(size.split(b":")[1])))


def evaluation(person: str, case: str) -> dict[str, Any]:
    """The body of an evaluation."""
    return {
        "subject": {"type": "person", "id": person},
        "action": {"name": "view"},
        "resource": {"type": "case", "id": case},
        "context": {"as_of": AS_OF},
    }


def spread(seconds: list[float], **more: float) -> dict[str, float]:
    """Milliseconds: n, p50, p95, max."""
    ms = [1000 * one for one in seconds]
    return {"n": len(ms), "p50": percentile(ms, 0.5), "p95": percentile(ms, 0.95), "max": max(ms), **more}


async def measure(
    port: int, server: psutil.Process, people: list[str], cases: list[str], most: list[tuple[str, int]], seconds: float
) -> dict[str, dict[str, float]]:
    """All figures by what was asked, with `cpu`, the milliseconds of processors that the server used for each.

    `most` are those who see most, with the number of cases, the highest first.
    """
    found: dict[str, dict[str, float]] = {}
    before = 0.0

    def used() -> float:
        """Milliseconds of processors since the last call."""
        nonlocal before
        times = server.cpu_times()
        last, before = before, 1000 * (times.user + times.system)
        return before - last

    draw = random.Random(5)
    asked: set[tuple[str, str]] = set()

    def pair() -> tuple[str, str]:
        while (one := (draw.choice(people), draw.choice(cases))) in asked:
            pass
        asked.add(one)
        return one

    def say(what: str, figures: dict[str, float]) -> None:
        figures["cpu"] = used() / figures["n"]
        found[what] = figures
        sys.stdout.write(f"{what:50} {'  '.join(f'{name} {value:,.1f}' for name, value in figures.items())}\n")
        sys.stdout.flush()

    one = await Connection(port).open()
    for _ in range(20):
        await one.post("/access/v1/evaluation", evaluation(*pair()))
    used()
    times = []
    for _ in range(1000):
        body, began = evaluation(*pair()), time.perf_counter()
        await one.post("/access/v1/evaluation", body)
        times.append(time.perf_counter() - began)
    say("evaluation, one client", spread(times))

    times, ends = [], time.perf_counter() + seconds
    connections = [await Connection(port).open() for _ in range(CLIENTS)]

    async def client(connection: Connection) -> None:
        while time.perf_counter() < ends:
            body, began = evaluation(*pair()), time.perf_counter()
            await connection.post("/access/v1/evaluation", body)
            times.append(time.perf_counter() - began)

    await asyncio.gather(*(client(connection) for connection in connections))
    say(f"evaluation, {CLIENTS} clients", spread(times, a_second=len(times) / seconds))

    times = []
    for _ in range(20):
        items = [{"subject": {"id": p}, "resource": {"id": c}} for p, c in (pair() for _ in range(1000))]
        body, began = {**evaluation("x", "y"), "evaluations": items}, time.perf_counter()
        answer = await one.post("/access/v1/evaluations", body)
        times.append(time.perf_counter() - began)
        if len(answer["evaluations"]) != 1000:
            raise RuntimeError("a batch is not whole")
    say("a batch of 1,000", spread(times))

    async def first_page(person: str, expected: int) -> float:
        search = {**evaluation(person, "x"), "resource": {"type": "case"}, "page": {"limit": 50}}
        began = time.perf_counter()
        answer = await one.post("/access/v1/search/resource", search)
        took = time.perf_counter() - began
        if answer["page"]["total"] != expected:
            raise RuntimeError(f"{answer['page']['total']} cases found, {expected} expected")
        return took

    # Who sees most comes last: the answers before made what it rests on.
    times = [await first_page(*who) for who in reversed(most[1:])]
    say("resource search, first page, others who see much", spread(times))
    say("resource search, first page, who sees most", spread([await first_page(*most[0])]))
    person, expected = most[0]
    search = {**evaluation(person, "x"), "resource": {"type": "case"}, "page": {"limit": 10_000}}
    times, seen = [], set()
    while True:
        began = time.perf_counter()
        answer = await one.post("/access/v1/search/resource", search)
        times.append(time.perf_counter() - began)
        seen |= {result["id"] for result in answer["results"]}
        if not (token := answer["page"]["next_token"]):
            break
        search["page"] = {"token": token}
    if len(seen) != expected:
        raise RuntimeError(f"{len(seen)} cases found, {expected} expected")
    say("all pages of 10,000, as `what` has them", spread(times, cases=len(seen), whole=sum(times)))
    return found


def served(graph: Path, seconds: float) -> dict[str, Any]:
    """The figures of a server of this graph."""
    with seewhy.connect(graph) as opened:
        people = [row["id"] for row in opened.session.run("organisation/people")]
        cases = [row["id"] for row in opened.session.run("organisation/cases")]
        counts = sorted(((len(sight.cases), sight.person) for sight in opened.pairs(AS_OF)), reverse=True)[:MOST]
        most = [(person, count) for count, person in counts]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from seewhy.cli import main; main()", "api", "--port", str(port)]
    server = subprocess.Popen(
        [*command, "--graph", str(graph)], cwd=ROOT, env={**os.environ}, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(240):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                    break
            except OSError:
                time.sleep(0.25)
        return asyncio.run(measure(port, psutil.Process(server.pid), people, cases, most, seconds))
    finally:
        server.terminate()
        server.wait(20)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.http", description=__doc__.splitlines()[0])
    parser.add_argument("--size", choices=sorted(SIZES), default="S")
    parser.add_argument("--seconds", type=float, default=10, help=f"how long {CLIENTS} clients ask")
    parser.add_argument("--graph", type=Path, help="print the figures of this graph, write nothing")
    wanted = parser.parse_args()
    if wanted.graph:
        served(wanted.graph, wanted.seconds)
        return 0
    kind, people, cases = SIZES[wanted.size]
    busy = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="seewhy-http-") as name:
        scratch = Path(name)
        make = organisations.memberships if kind == "memberships" else organisations.small
        organisations.write(make(people, cases), scratch / "organisation")
        with seewhy.connect(scratch / "graph", write=True) as graph:
            graph.load(scratch / "organisation", AS_OF)
        figures = served(scratch / "graph", wanted.seconds)
    kept: dict[str, Any] = json.loads(RESULTS.read_text("utf-8"))
    kept.setdefault("http", {})[wanted.size] = {
        "kind": kind, "people": people, "cases": cases, "figures": figures, "busy": round(busy, 1),
        "command": "python -m benchmarks.http " + shlex.join(sys.argv[1:]),
        "when": dt.datetime.now(dt.UTC).isoformat(timespec="minutes"),
    }  # fmt: skip
    RESULTS.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
    write_page(kept, PAGE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
