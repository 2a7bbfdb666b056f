"""All checks over all files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seewhy.graph.inputs.checks.agreement import check_access_rules, check_case_rules, check_placements, check_work
from seewhy.graph.inputs.checks.cells import check_cells, check_period
from seewhy.graph.inputs.checks.columns import check_columns, unknown_file
from seewhy.graph.inputs.checks.findings import Findings
from seewhy.graph.inputs.checks.periods import check_holdings, check_keys
from seewhy.graph.inputs.checks.references import check_references
from seewhy.graph.inputs.checks.trees import check_tree
from seewhy.graph.inputs.files import FILES
from seewhy.graph.problems import UNREAD_CELL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import polars as pl

    from seewhy.graph.inputs.tables import RawTable
    from seewhy.graph.problems import Problem
    from seewhy.graph.schemes.columns import FileSpec


_OWN: Mapping[str, Callable[[Findings], None]] = {
    "holdings": check_holdings,
    "work": check_work,
    "access_rules": check_access_rules,
    "case_rules": check_case_rules,
    "role_assignments": check_placements,
}
"""What is asked of one file only."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The rows of every file in normal form, by stem, and all problems; with any problem the frames are for no graph.

    Every stem of `FILES` has a frame, with all its columns in order, `row` and `source` (`memberships.csv:14`).
    Ids, text and enumerations are text, "" where blank; enumerations lower case; booleans are never null; numbers are
    null where blank; dates ISO text. Defaults of the columns are filled in, and a client's blank slot is 1.
    """

    frames: dict[str, pl.DataFrame]
    problems: tuple[Problem, ...]


def check(tables: Mapping[str, RawTable]) -> Checked:
    """Check tables by stem; absent files are empty. Problems are in the order of files, rows and columns.

    A million rows take seconds, and about two copies of the largest file in memory.
    """
    found = Findings(tables)
    for stem, table in tables.items():
        found.problems += table.problems
        if stem not in FILES:
            found.problems.append(unknown_file(stem, table.file, found.nearest))
        else:
            _mark_unread(found, FILES[stem])
    for spec in FILES.values():
        if spec.stem in tables:
            check_columns(found, spec)
        found.frames[spec.stem] = check_cells(found, spec)
    for spec in FILES.values():
        if found.frames[spec.stem].is_empty():
            continue
        if spec.dated:
            check_period(found, spec.stem)
        check_references(found, spec)
        check_keys(found, spec)
        if any(column.name == "parent_id" and column.references == spec.stem for column in spec.columns):
            check_tree(found, spec)
        if spec.stem in _OWN:
            _OWN[spec.stem](found)
    stems = {table.file: stem for stem, table in tables.items()}
    return Checked(found.frames, in_order(_without_effects(found.problems), stems))


def _mark_unread(found: Findings, spec: FileSpec) -> None:
    """Rows of which a cell of key or period could not be read: what they repeat is not known."""
    rows = {
        problem.row
        for problem in found.tables[spec.stem].problems
        if problem.code in UNREAD_CELL and problem.column in (*spec.key, "since", "until")
    }
    if rows:
        found.unread.setdefault(spec.stem, set()).update(rows)


def _without_effects(problems: list[Problem]) -> list[Problem]:
    """A cell that could not be read is not reported as empty as well."""
    unread = {(one.file, one.row, one.column) for one in problems if one.code in UNREAD_CELL}
    if not unread:
        return problems
    return [one for one in problems if one.code != "blank_cell" or (one.file, one.row, one.column) not in unread]


def in_order(problems: list[Problem], stems: Mapping[str, str]) -> tuple[Problem, ...]:
    """The problems by file in the order of `FILES`, row, and column; `stems` tells the stem of a file's name."""
    files = {
        stem: (place, {name: i for i, name in enumerate(spec.names)})
        for place, (stem, spec) in enumerate(FILES.items())
    }
    last = len(FILES), dict[str, int]()

    def place(problem: Problem) -> tuple[int, str, int, int, str, str]:
        file, columns = files.get(stems.get(problem.file, problem.file.partition(".")[0]), last)
        column = columns.get(problem.column, -1 if not problem.column else len(columns))
        return file, problem.file, problem.row, column, problem.column, problem.code

    return tuple(sorted(problems, key=place))
