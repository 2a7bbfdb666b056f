"""kill -9 of a load while exports run beside it and after it: every pair is that of before or that of after.

`SEEWHY_KILLS=200` with `-o faulthandler_timeout=0` makes a long run of it: ten minutes on a quiet machine. The
processors are kept busy meanwhile, so that kill, load and exports meet at moments that a quiet machine never shows.
Every second kill waits for the load to begin writing, where it matters most.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

import seewhy
from seewhy.graph.engines.doctor import diagnose
from seewhy.graph.engines.embedded import EmbeddedEngine
from seewhy.graph.engines.repair import repair
from seewhy.reports import export_report
from tests.support import small_graph as small

SAMPLE = Path(__file__).parents[2] / "loaders" / "sample"
DAYS = ("2026-11-20", "2026-11-25")
KILLS = int(os.environ.get("SEEWHY_KILLS", "4"))
BUSY, GIVES_WAY = 4, 5 if "SEEWHY_KILLS" in os.environ else 19
"""Processes that keep the processors busy, and how much they give way: a long run is alone on its machine; in a run of
all tests the other worker keeps it busy, and what these took would be taken from its tests."""
REPORTS = ("access", "people")
LOAD = """
import sys
import seewhy
import seewhy.graph.derivation.derive, seewhy.graph.inputs.checks, seewhy.loaders.load, seewhy.loaders.tables
import kglite, polars, pandas
target, folder, day = sys.argv[1:]
print("ready", flush=True)
sys.stdin.readline()
with seewhy.connect(target, write=True) as graph:
    graph.load(folder, day)
print("done", flush=True)
"""


@pytest.fixture
def busy() -> Iterator[None]:
    """Other work for every processor, which gives way when the tests end."""
    burn = f"import os\nos.nice({GIVES_WAY})\nwhile os.getppid() == int(os.environ['PARENT']): sum(range(100_000))"
    environment = {**os.environ, "PARENT": str(os.getpid())}
    others = [subprocess.Popen([sys.executable, "-c", burn], env=environment) for _ in range(BUSY)]
    yield
    for other in others:
        other.kill()
        other.wait()


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """The sample with fewer memberships, portal roles and rules: answers of every scheme differ."""
    folder = shutil.copytree(SAMPLE, tmp_path / "later")
    for name in ("memberships", "portal_roles", "role_assignments", "holdings"):
        rows = (folder / f"{name}.csv").read_text("utf-8").splitlines(keepends=True)
        (folder / f"{name}.csv").write_text("".join(rows[:1] + rows[3:]), "utf-8")
    return folder


def exported(target: Path, to: Path) -> tuple[str, ...]:
    """Every pair today and what each person sees, each export by its digest: a load may come between two of them."""
    digests = []
    with seewhy.connect(target) as graph:
        for report in REPORTS:
            output = to / f"{report}.csv"
            export_report(graph, report, output, DAYS[1], overwrite=True)
            digests.append(hashlib.sha256(output.read_bytes()).hexdigest())
    return tuple(digests)


def exporting(target: Path, to: Path, stop: Event, seen: list[tuple[str, ...]]) -> None:
    to.mkdir(exist_ok=True)
    while not stop.is_set():
        seen.append(exported(target, to))


def wait_for_writing(target: Path, load: subprocess.Popen[str]) -> None:
    while load.poll() is None and not list(target.glob("building-*")):
        time.sleep(0.001)


def test_kills_with_exports(
    tmp_path: Path, later: Path, busy: None, record_property: Callable[[str, object], None]
) -> None:
    base, done = tmp_path / "base", tmp_path / "done"
    with seewhy.connect(base, write=True) as graph:
        graph.load(SAMPLE, DAYS[0])
    shutil.copytree(base, done)
    started = time.monotonic()
    with seewhy.connect(done, write=True) as graph:
        graph.load(later, DAYS[1])
    length = time.monotonic() - started
    before, after = exported(base, tmp_path), exported(done, tmp_path)
    assert not set(before) & set(after)
    outcomes: Counter[str] = Counter()
    kills = 0
    for attempt in range(KILLS):
        target = shutil.copytree(base, tmp_path / "graph")
        load = small.python(LOAD, str(target), str(later), DAYS[1], input=True)
        assert load.stdin is not None
        assert load.stdout is not None
        assert load.stdout.readline() == "ready\n", load.stderr and load.stderr.read()
        stop, beside = Event(), list[tuple[str, ...]]()
        exports = Thread(target=exporting, args=(target, tmp_path / "beside", stop, beside))
        exports.start()
        try:
            load.stdin.write("\n")
            load.stdin.flush()
            if attempt % 2:
                wait_for_writing(target, load)
            time.sleep(random.uniform(0, length / (2 if attempt % 2 else 0.5)))
            load.kill()
            kills += "done" not in load.stdout.read()
        finally:
            load.kill()
            load.communicate()
            stop.set()
            exports.join()
        afterwards = [exported(target, tmp_path) for _ in range(3)]
        assert set(afterwards) in ({before}, {after}), (attempt, afterwards)
        order = [
            (before[place], after[place]).index(digest)
            for one in (*beside, *afterwards)
            for place, digest in enumerate(one)
        ]
        assert order == sorted(order), "an answer went back to the load before"
        assert not [p for p in diagnose(EmbeddedEngine.open(target, write=True)).problems if "unfinished" not in p]
        assert repair(target).fault == ""
        with seewhy.connect(target, write=True) as graph:
            graph.load(later, DAYS[1])
        assert exported(target, tmp_path) == after
        outcomes["before" if afterwards[0] == before else "after"] += 1
        shutil.rmtree(target)
    assert kills, "every load was over before it was killed"
    told = ", ".join(f"{count} times {what}" for what, count in sorted(outcomes.items()))
    record_property("compared", f"kills beside exports, embedded: {KILLS}, {kills} during a load; {told}, nothing else")
