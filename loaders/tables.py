"""The input of a load as tables: a folder of CSV and parquet files and workbooks, or one workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.inputs.checks.columns import unknown_file
from seewhy.graph.inputs.checks.findings import Nearest
from seewhy.graph.inputs.csvtext import csv_table
from seewhy.graph.inputs.files import FILES
from seewhy.graph.inputs.regular import MOST_TABLE_BYTES, UnreadableFile, read_regular, shown
from seewhy.graph.inputs.tables import RawTable, lost
from seewhy.graph.problems import Problem
from seewhy.loaders.folder import EXPECTED, TABLES, listing
from seewhy.loaders.formats.parquet import parquet_table
from seewhy.loaders.formats.workbook import sheets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_READERS: dict[str, Callable[[str, str, bytes], RawTable]] = dict(zip(TABLES, (csv_table, parquet_table), strict=True))


def read_input(path: Path) -> tuple[dict[str, RawTable], list[Problem]]:
    """The tables of an organisation folder or workbook by stem, in the order of `FILES`, and problems of whole files.

    What is wrong inside a file is kept with its table (`RawTable.problems`) and reported by `check`. A file that only
    looks like one of the input is a problem where nothing else gives what it seems to hold, since an absent file counts
    as empty; other files, subfolders, and names that begin with `.` or `~$` are ignored. Raises ConfigurationError when
    `path` is neither folder nor workbook, or holds no input at all.
    """
    found: dict[str, tuple[RawTable, str]] = {}
    problems: list[Problem] = []
    nearest = Nearest()
    seen = False
    entries = listing(path)
    # What a file with a wrong name was meant to give: nobody knows its rows, so nothing is missed in it.
    meant: set[str] = set()
    for stem, file, origin, read in _sources(path, entries.read, problems):
        seen = True
        if stem not in FILES:
            problems.append(unknown_file(stem, file, nearest))
            meant |= {name for name in FILES if f"did you mean `{name}`" in problems[-1].hint}
        elif stem in found:
            message = f"`{stem}` is given twice: in {found[stem][1]} and in {origin}"
            problems.append(Problem("file_twice", file, 1, "", message, "keep one of the two"))
        else:
            found[stem] = read(), origin
    for alike in entries.unread:
        if alike.stem and alike.stem not in found:
            problems.append(alike.problem())
            meant.add(alike.stem)
    if not seen and not problems:
        unread = f"{entries.unread[0].name} is not read: {entries.unread[0].hint}" if entries.unread else ""
        raise ConfigurationError(f"`{shown(path)}` holds no input files", unread or EXPECTED)
    # With a workbook that was lost, nobody knows which files were.
    gone = set(FILES) if any(problem.code == "unreadable_file" for problem in problems) else meant
    found |= {stem: (lost(stem, stem, ()), "") for stem in gone if stem not in found}
    return {stem: found[stem][0] for stem in FILES if stem in found}, problems


def not_read(path: Path) -> tuple[str, ...]:
    """The names of files in the folder that look like input and were left out."""
    return tuple(alike.name for alike in listing(path).unread)


def _sources(
    folder: Path, files: tuple[Path, ...], problems: list[Problem]
) -> Iterator[tuple[str, str, str, Callable[[], RawTable]]]:
    """Stem, name for messages, where it is, and how to read it, of every table of the files."""
    inside = None if files == (folder,) else folder
    for path in files:
        name, ending = shown(path.name), path.suffix.lower()
        if ending in _READERS:
            yield path.stem, name, name, lambda p=path: _table(p, inside)  # type: ignore[misc]
            continue
        try:
            opened = sheets(read_regular(path, MOST_TABLE_BYTES, inside=inside), name)
        except UnreadableFile as error:
            opened = error.reason
        if isinstance(opened, str):
            problems.append(Problem("unreadable_file", name, 1, "", f"`{name}` {opened}"))
            continue
        for sheet in opened:
            title = sheet.name.strip()
            yield title, title, f"sheet {title} of {name}", sheet.table


def _table(path: Path, inside: Path | None) -> RawTable:
    """The table of one file, or of a folder of parquet parts; lost when it cannot be read."""
    name, ending = shown(path.name), path.suffix.lower()
    if ending == ".parquet" and path.is_dir():
        return _parts(path, inside)
    try:
        data = read_regular(path, MOST_TABLE_BYTES, inside=inside)
    except UnreadableFile as error:
        return lost(path.stem, name, [Problem("unreadable_file", name, 1, "", f"`{name}` {error.reason}", error.hint)])
    return _READERS[ending](path.stem, name, data)


def _parts(folder: Path, inside: Path | None) -> RawTable:
    """A folder of parquet files as one table: its rows are counted on from part to part, by name."""
    name, stem = shown(folder.name), folder.stem
    entries = [entry for entry in sorted(folder.iterdir()) if not entry.name.startswith((".", "_"))]
    strange = [entry.name for entry in entries if entry.suffix.lower() != ".parquet" or entry.is_dir()]
    if strange or not entries:
        what = f"is a folder with `{shown(strange[0])}` in it" if strange else "is a folder without parquet files"
        message, hint = f"`{name}` {what}", "a folder of parts holds parquet files only"
        return lost(stem, name, [Problem("unreadable_file", name, 1, "", message, hint)])
    tables = []
    for entry in entries:
        part = f"{name}/{shown(entry.name)}"
        try:
            tables.append(parquet_table(stem, part, read_regular(entry, MOST_TABLE_BYTES, inside=inside)))
        except UnreadableFile as error:
            tables.append(lost(stem, part, [Problem("unreadable_file", part, 1, "", f"`{part}` {error.reason}")]))
    frame = pl.concat([table.frame for table in tables], how="diagonal").with_columns(pl.all().fill_null(""))
    problems = tuple(problem for table in tables for problem in table.problems)
    return RawTable(stem, name, frame, problems, all(table.complete for table in tables))
