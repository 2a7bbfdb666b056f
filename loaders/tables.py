"""The input of a load as tables: a folder of CSV and parquet files and workbooks, or one workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from graph.errors import ConfigurationError
from graph.inputs.checks.columns import unknown_file
from graph.inputs.checks.findings import Nearest
from graph.inputs.csvtext import csv_table
from graph.inputs.files import FILES
from graph.inputs.problems import Problem
from graph.inputs.tables import RawTable
from loaders.formats.parquet import parquet_table
from loaders.formats.workbook import sheets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_READERS: dict[str, Callable[[str, str, bytes], RawTable]] = {".csv": csv_table, ".parquet": parquet_table}
_WORKBOOK = ".xlsx"
_EXPECTED = "expected a folder with systems.csv, people.csv, … (or .parquet files, or one .xlsx workbook)"


def read_input(path: Path) -> tuple[dict[str, RawTable], list[Problem]]:
    """The tables of an organisation folder or workbook by stem, in the contract's order, and problems of whole files.

    What is wrong inside a file is kept with its table (`RawTable.problems`) and told by `check`. Other endings,
    subfolders, and files that begin with `.` or `~$` (left behind by systems and by Excel) are ignored. Raises
    ConfigurationError when `path` is neither, or holds no input at all.
    """
    found: dict[str, tuple[RawTable, str]] = {}
    problems: list[Problem] = []
    nearest = Nearest()
    seen = False
    for stem, file, origin, read in _sources(_files(path), problems):
        seen = True
        if stem not in FILES:
            problems.append(unknown_file(stem, file, nearest))
        elif stem in found:
            message = f"`{stem}` is given twice: in {found[stem][1]} and in {origin}"
            problems.append(Problem("file_twice", file, 1, "", message, "keep one of the two"))
        else:
            found[stem] = read(), origin
    if not seen and not problems:
        raise ConfigurationError(f"`{path}` holds no input files", _EXPECTED)
    if any(problem.code == "unreadable_file" for problem in problems):
        # A workbook was lost, and with it nobody knows which files.
        lost = {stem: RawTable(stem, stem, pl.DataFrame(), complete=False) for stem in FILES if stem not in found}
        found |= {stem: (table, "") for stem, table in lost.items()}
    return {stem: found[stem][0] for stem in FILES if stem in found}, problems


def _files(path: Path) -> list[Path]:
    try:
        if path.is_dir():
            names = sorted(p for p in path.iterdir() if not p.name.startswith((".", "~$")))
            return [p for p in names if p.suffix.lower() in (*_READERS, _WORKBOOK) and not p.is_dir()]
        if path.suffix.lower() == _WORKBOOK and path.is_file():
            return [path]
        exists = path.exists()
    except OSError as error:
        raise ConfigurationError(f"`{path}` cannot be read: {_reason(error)}", _EXPECTED) from error
    if exists:
        raise ConfigurationError(f"`{path}` is neither a folder nor an .xlsx workbook", _EXPECTED)
    raise ConfigurationError(f"`{path}` does not exist", _EXPECTED)


def _sources(files: list[Path], problems: list[Problem]) -> Iterator[tuple[str, str, str, Callable[[], RawTable]]]:
    """Stem, name for messages, where it is, and how to read it, of every table of the files."""
    for path in files:
        try:
            data = path.read_bytes()
        except OSError as error:
            message = f"`{path.name}` cannot be read: {_reason(error)}"
            problem = Problem("unreadable_file", path.name, 1, "", message)
            if path.suffix.lower() == _WORKBOOK:
                problems.append(problem)
            else:
                lost = RawTable(path.stem, path.name, pl.DataFrame(), (problem,), complete=False)
                yield path.stem, path.name, path.name, lambda lost=lost: lost  # type: ignore[misc]
            continue
        reader = _READERS.get(path.suffix.lower())
        if reader is not None:
            yield path.stem, path.name, path.name, lambda r=reader, p=path, d=data: r(p.stem, p.name, d)  # type: ignore[misc]
            continue
        opened = sheets(data, path.name)
        if isinstance(opened, str):
            problems.append(Problem("unreadable_file", path.name, 1, "", f"`{path.name}` {opened}"))
            continue
        for sheet in opened:
            name = sheet.name.strip()
            yield name, name, f"sheet {name} of {path.name}", sheet.table


def _reason(error: OSError) -> str:
    return (error.strerror or "it is not readable").lower()
