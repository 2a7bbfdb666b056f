"""Times and memory of one process. A machine shared with others shows in wall time first: CPU time stands beside it."""

from __future__ import annotations

import math
import resource
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of the clock, and of this process's CPU (a server's work is not in it)."""

    wall: float
    cpu: float


class Watch:
    """`with Watch() as watch: …` and then `watch.spent`."""

    def __enter__(self) -> Watch:
        self._began = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        wall, cpu = time.perf_counter(), time.process_time()
        self.spent = Spent(wall - self._began[0], cpu - self._began[1])


def each(ask: Callable[..., Any], questions: Sequence[tuple[Any, ...]]) -> dict[str, float]:
    """Milliseconds per question: n, p50, p95, max of the clock, and cpu50, cpu95. Every question is another one."""
    if len(set(questions)) != len(questions):
        raise ValueError("a question was asked twice: a cache could answer it")
    wall, cpu = [], []
    for question in questions:
        with Watch() as watch:
            ask(*question)
        wall.append(watch.spent.wall * 1000)
        cpu.append(watch.spent.cpu * 1000)
    return {
        "n": len(questions),
        "p50": statistics.median(wall),
        "p95": percentile(wall, 0.95),
        "max": max(wall),
        "cpu50": statistics.median(cpu),
        "cpu95": percentile(cpu, 0.95),
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
