"""Times and memory of one process. A machine shared with others shows in wall time first: CPU time stands beside it."""

from __future__ import annotations

import math
import os
import resource
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

SERVER = "BENCHMARKS_SERVER"
"""Environment variable with the process id of the database server whose CPU time is told as well."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of the clock, of this process's CPU, and of the server's (0 where there is none, or it is not known)."""

    wall: float
    cpu: float
    server: float


def server_cpu() -> float:
    """Seconds of CPU that the server has used since it started."""
    if SERVER not in os.environ:
        return 0.0
    times = psutil.Process(int(os.environ[SERVER])).cpu_times()
    return times.user + times.system


class Watch:
    """`with Watch() as watch: …` and then `watch.spent`."""

    def __enter__(self) -> Watch:
        self._began = server_cpu(), time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        wall, cpu = time.perf_counter(), time.process_time()
        self.spent = Spent(wall - self._began[1], cpu - self._began[2], server_cpu() - self._began[0])


def each(ask: Callable[..., Any], questions: Sequence[tuple[Any, ...]]) -> dict[str, float]:
    """Milliseconds per question: n, p50, p95, max of the clock, cpu50 and cpu95, and the mean of the server's CPU. Every
    question is another one."""
    if len(set(questions)) != len(questions):
        raise ValueError("a question was asked twice: a cache could answer it")
    wall, cpu, server = [], [], server_cpu()
    for question in questions:
        began = time.perf_counter(), time.process_time()
        ask(*question)
        wall.append((time.perf_counter() - began[0]) * 1000)
        cpu.append((time.process_time() - began[1]) * 1000)
    return {
        "n": len(questions),
        "p50": statistics.median(wall),
        "p95": percentile(wall, 0.95),
        "max": max(wall),
        "cpu50": statistics.median(cpu),
        "cpu95": percentile(cpu, 0.95),
        "server": (server_cpu() - server) * 1000 / len(questions),
    }


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)]


def peak_memory() -> float:
    """Peak resident memory of this process in MB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000, 1)


def folder_size(path: Path) -> float:
    """Bytes of all files below, in MB."""
    return round(sum(file.stat().st_size for file in path.rglob("*") if file.is_file()) / 1e6, 1)
