"""The question log: how long an entry takes, how many there are a second, and a proof of one of ten million.

    python -m benchmarks.question_log [--seconds 5] [--rate 5000] [--threads 8] [--folder DIR]

Entries are those of a `why` over HTTP. `--folder` says on which disk; each time counts until the entry is synced there.
The ten million entries are one another's likeness, all but the one that is proven: the tree over them is real, and needs
no disk.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from benchmarks.measure import percentile
from seewhy.auth.log import proofs
from seewhy.auth.log.entries import ASKED, canonical
from seewhy.auth.log.notes import Checkpoint, signed_checkpoint
from seewhy.auth.log.reader import Entry, Reader
from seewhy.auth.log.recorder import Recorder
from seewhy.auth.log.tree import leaf_hash, node_hash, root_between
from seewhy.auth.log.writer import Log
from seewhy.graph.record import Asked, Caller

MANY, PROVEN = 10_000_000, 7_654_321
WHY = Asked("why", "person-000123", "case-0004567", "2026-11-25", {"action": "view"})
CALLER = Caller("carol@example.org", "auditor", "http", "192.0.2.17", "0123456789abcdef")
GRAPH = {"engine": "embedded kglite 0.21.2", "load": "load-0001", "schemes": "0123456789abcdef"}


def appended(recorder: Recorder, threads: int, seconds: float, rate: float) -> tuple[float, list[float]]:
    """Entries a second, and the seconds that each took; `rate` 0: as many as can be."""
    took: list[float] = []
    begin = time.perf_counter()

    def ask(first: int) -> None:
        due = begin + first / rate if rate else 0.0
        while time.perf_counter() < begin + seconds:
            if rate and (left := due - time.perf_counter()) > 0:
                time.sleep(left)
            began = time.perf_counter()
            recorder.begin([WHY], CALLER, GRAPH)
            took.append(time.perf_counter() - began)
            due += threads / rate if rate else 0.0

    running = [threading.Thread(target=ask, args=(n,)) for n in range(threads)]
    for one in running:
        one.start()
    for one in running:
        one.join()
    return len(took) / (time.perf_counter() - begin), took


def synced(folder: Path, seconds: float) -> list[float]:
    """The seconds that this disk takes to write and sync 1 kB at the end of a file."""
    took: list[float] = []
    with (folder / "bare").open("wb", buffering=0) as file:
        end = time.perf_counter() + seconds
        while (began := time.perf_counter()) < end:
            file.write(bytes(1024))
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - began)
    return took


class Likeness:
    """What proving asks of a log: ten million entries that are all alike but one."""

    def __init__(self, content: bytes, recorder: Recorder) -> None:
        self._same = [leaf_hash(b"{}")]
        self._other = [leaf_hash(content)]
        for height in range(MANY.bit_length()):
            side = self._same[height]
            pair = (side, self._other[height]) if PROVEN >> height & 1 else (self._other[height], side)
            self._other.append(node_hash(*pair))
            self._same.append(node_hash(side, side))
        self._content = content
        root = root_between(self.node, 0, MANY)
        self.checkpoint: Checkpoint = signed_checkpoint(recorder.log.origin, MANY, root, recorder.log.signer)

    def node(self, height: int, at: int) -> bytes:
        """The root of a perfect subtree."""
        return (self._other if PROVEN >> height == at else self._same)[height]

    def entry(self, n: int) -> Entry:
        """The one that is proven."""
        return Entry(n, self._content, {})


def proof(recorder: Recorder, folder: Path) -> tuple[int, list[float]]:
    """Bytes of the proof of one of ten million, and the seconds of checking it, many times."""
    n = recorder.begin([WHY], CALLER, GRAPH)
    recorder.log.fold()
    entry = Reader(folder).entry(n)
    assert entry is not None
    assert entry.said["outcome"] == ASKED
    likeness: Any = Likeness(canonical({**entry.said, "n": PROVEN}), recorder)
    content = proofs.prove(likeness, PROVEN, recorder.log.signer.public)
    took = []
    for _ in range(200):
        began = time.perf_counter()
        found = proofs.check(content, recorder.log.signer.public)
        took.append(time.perf_counter() - began)
        assert found.n == PROVEN
    return len(content), took


def main(given: list[str] | None = None) -> int:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rate", type=float, default=5000.0)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--folder", help="a folder on the disk to measure (default: the temporary one)")
    options = parser.parse_args(given)
    with tempfile.TemporaryDirectory(dir=options.folder) as place:
        folder = Path(place) / "log"
        took = synced(Path(place), 1.0)
        times = ", ".join(f"p{part} {percentile(took, part / 100) * 1e3:.2f} ms" for part in (50, 95, 99))
        sys.stdout.write(f"this disk syncs 1 kB in: {times}\n")
        recorder = Recorder(Log(folder))
        for rate in (200.0, options.rate, 0.0):
            spent = time.process_time()
            a_second, took = appended(recorder, options.threads, options.seconds, rate)
            at = "as fast as can be" if not rate else f"{rate:,.0f} a second wanted"
            times = ", ".join(f"p{part} {percentile(took, part / 100) * 1e3:.2f} ms" for part in (50, 95, 99))
            spent = (time.process_time() - spent) / len(took) * 1e3
            said = f"{at}, {options.threads} threads: {a_second:,.0f} a second, {times}"
            sys.stdout.write(f"{said}, {spent:.3f} ms of processor each\n")
        size, took = proof(recorder, folder)
        sys.stdout.write(
            f"a proof of one of {MANY:,}: {size:,} bytes, "
            f"checked in {percentile(took, 0.95) * 1e3:.2f} ms (p95)\n"
        )
        recorder.log.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
