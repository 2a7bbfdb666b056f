"""The HTTP interface as programs meet it: `seewhy api` in a process of its own, asked over the loopback address.

    python -m benchmarks.http [--people 2000] [--cases 100000] [--seconds 10]

Every evaluation is about another pair. The client is a plain socket per connection: what a library would add is not
measured. Client and server share the machine's processors. Prints a table; nothing is written.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import seewhy
from benchmarks import organisations
from benchmarks.measure import percentile

AS_OF = "2026-11-01"
ROOT = Path(__file__).parent.parent
CLIENTS = 50


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


def milliseconds(times: list[float]) -> str:
    """Median, p95 and the slowest."""
    ms = [1000 * one for one in times]
    return (
        f"p50 {percentile(ms, 0.5):8.1f} ms   p95 {percentile(ms, 0.95):8.1f} ms   max {max(ms):8.1f} ms   n {len(ms)}"
    )


async def measure(port: int, people: list[str], cases: list[str], most: str, expected: int, seconds: float) -> None:
    """All figures."""
    draw = random.Random(5)
    asked: set[tuple[str, str]] = set()

    def pair() -> tuple[str, str]:
        while (one := (draw.choice(people), draw.choice(cases))) in asked:
            pass
        asked.add(one)
        return one

    def say(what: str, told: str) -> None:
        sys.stdout.write(f"{what:44} {told}\n")
        sys.stdout.flush()

    one = await Connection(port).open()
    for _ in range(20):
        await one.post("/access/v1/evaluation", evaluation(*pair()))
    times = []
    for _ in range(1000):
        body, began = evaluation(*pair()), time.perf_counter()
        await one.post("/access/v1/evaluation", body)
        times.append(time.perf_counter() - began)
    say("evaluation, one client", milliseconds(times))

    times, ends = [], time.perf_counter() + seconds
    connections = [await Connection(port).open() for _ in range(CLIENTS)]

    async def client(connection: Connection) -> None:
        while time.perf_counter() < ends:
            body, began = evaluation(*pair()), time.perf_counter()
            await connection.post("/access/v1/evaluation", body)
            times.append(time.perf_counter() - began)

    await asyncio.gather(*(client(connection) for connection in connections))
    say(f"evaluation, {CLIENTS} clients", f"{milliseconds(times)}   {len(times) / seconds:,.0f} a second")

    times = []
    for _ in range(20):
        items = [{"subject": {"id": p}, "resource": {"id": c}} for p, c in (pair() for _ in range(1000))]
        body, began = {**evaluation("x", "y"), "evaluations": items}, time.perf_counter()
        answer = await one.post("/access/v1/evaluations", body)
        times.append(time.perf_counter() - began)
        if len(answer["evaluations"]) != 1000:
            raise RuntimeError("a batch is not whole")
    say("a batch of 1,000", milliseconds(times))

    search = {**evaluation(most, "x"), "resource": {"type": "case"}, "page": {"limit": 50}}
    began = time.perf_counter()
    answer = await one.post("/access/v1/search/resource", search)
    say("search, the one who sees most: first page of 50", milliseconds([time.perf_counter() - began]))
    began, found = time.perf_counter(), set()
    search["page"] = {"limit": 10_000}
    while True:
        answer = await one.post("/access/v1/search/resource", search)
        found |= {result["id"] for result in answer["results"]}
        if not (token := answer["page"]["next_token"]):
            break
        search["page"] = {"token": token}
    if len(found) != expected:
        raise RuntimeError(f"{len(found)} cases found, {expected} expected")
    say(
        "search, all pages of 10,000",
        f"{time.perf_counter() - began:8.2f} s for {len(found):,} cases: as `what` has it",
    )


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=10)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="seewhy-http-") as name:
        scratch = Path(name)
        organisations.write(organisations.small(wanted.people, wanted.cases), scratch / "organisation")
        with seewhy.connect(scratch / "graph", write=True) as graph:
            graph.load(scratch / "organisation", AS_OF)
            people = [row["id"] for row in graph.session.run("organisation/people")]
            cases = [row["id"] for row in graph.session.run("organisation/cases")]
            seen = {sight.person: len(sight.cases) for sight in graph.pairs(AS_OF)}
        most = max(seen, key=lambda person: (seen[person], person))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "-c", "from seewhy.cli import main; main()", "api", "--port", str(port)]
        server = subprocess.Popen(
            [*command, "--graph", str(scratch / "graph")], cwd=ROOT, env={**os.environ}, stderr=subprocess.DEVNULL
        )
        try:
            for _ in range(240):
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                        break
                except OSError:
                    time.sleep(0.25)
            asyncio.run(measure(port, people, cases, most, seen[most], wanted.seconds))
        finally:
            server.terminate()
            server.wait(20)
    return 0


if __name__ == "__main__":
    sys.exit(main())
