"""All that the benchmarks know of how the access matrix is made, opened and kept, and of what is asked of it alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from seewhy.graph.change.kept_matrix import day_matrix
from seewhy.graph.matrix.precomputed import precomputed

if TYPE_CHECKING:
    from collections.abc import Callable

    from seewhy.api import Graph

OFF = {"SEEWHY_MATRIX": "off"}
"""Environment in which nothing is answered from a matrix."""


def make(g: Graph, day: str) -> None:
    """The matrix of a day from nothing, and kept where it is kept."""
    precomputed(g.session, day, make=True)


def open_kept(g: Graph, day: str) -> None:
    """The matrix of a day as a process finds it that did not make it."""
    precomputed(g.session, day, make=True)


def keep(g: Graph, day: str) -> None:
    """The matrix of a day, made of that of the load before where one is at hand."""
    day_matrix(g.session, day)


def checked(g: Graph, day: str) -> Callable[[str, str], bool]:
    """Whether a person sees a case, from the matrix of the day."""
    matrix = precomputed(g.session, day, make=True)
    assert matrix
    return lambda person, case: matrix.decision(person, matrix.index.at(case) or 0).value != "none"


def listed(g: Graph, day: str) -> Callable[[str], list[str]]:
    """The ids of all cases that a person sees, value and step decided; from the matrix of the day where there is one."""
    matrix = precomputed(g.session, day, make=True)
    if matrix is None:
        return lambda person: g.what(person, day).cases.frame()["case"].to_list()  # type: ignore[attr-defined]

    def cases(person: str) -> list[str]:
        (sight,) = matrix.visible_cases([person])
        found: list[str] = matrix.index.ids.take(sight.cases[matrix.visible[sight.codes]]).to_pylist()
        return found

    return cases


def counted(g: Graph, day: str) -> Callable[[], int]:
    """The number of all pairs, from the matrix of the day where there is one."""
    if matrix := precomputed(g.session, day, make=True):
        return lambda: int(matrix.totals()[: len(matrix.decisions)][matrix.visible].sum())
    return lambda: sum(sum(tally.values()) for tally in g.pairs(day).counts().values())


def file_size(graph: str) -> float | None:
    """Megabytes of the files of the matrix of all days; None where none is kept."""
    files = [file for file in Path(graph).rglob("*matrix*") if file.is_file()] if Path(graph).is_dir() else []
    return round(sum(file.stat().st_size for file in files) / 1e6, 1) if files else None


def differing(g: Graph, start: str, end: str) -> int:
    """How many pairs differ between two days."""
    return sum(g.diff(start, end).counts.values())


def differing_to_parquet(g: Graph, start: str, end: str, file: Path, *, reasons: bool) -> int:
    """Every pair that differs between two days, named, in a file, with or without the rows that did it; returns how
    many."""
    pairs = g.diff(start, end).differing
    table = pairs.table if reasons else pairs.without_reasons
    table.write_parquet(file, compression="zstd", compression_level=1)
    return len(table)
