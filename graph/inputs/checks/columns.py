"""Files and columns: known, present, named once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from seewhy.graph.inputs.files import FILES
from seewhy.graph.inputs.headers import known_names
from seewhy.graph.problems import Problem
from seewhy.graph.schemes.columns import PERIOD

if TYPE_CHECKING:
    from seewhy.graph.inputs.checks.findings import Findings, Nearest
    from seewhy.graph.schemes.columns import FileSpec

_PERIOD = frozenset(column.name for column in PERIOD)
# How pandas calls an index that was written as a column, and one that was read back as a column.
_PANDAS_INDEX = re.compile(r"__index_level_[0-9]+__|Unnamed: [0-9]+(?:_level_[0-9]+)?|level_[0-9]+|index")
# How alike (0 to 1) a word is to the name of a column at least to be that name with a slip of the pen.
_SLIP = 0.75


def unknown_file(stem: str, file: str, nearest: Nearest) -> Problem:
    """The problem of a file that no load knows."""
    return Problem("unknown_file", file, 1, "", f"unknown file `{stem}`", nearest("file", stem, lambda: tuple(FILES)))


def check_columns(found: Findings, spec: FileSpec) -> None:
    """Unknown columns, and required ones that are missing."""
    stem = spec.stem
    header = found.tables[stem].frame.columns
    absent = tuple(name for name in spec.names if name not in header)
    if header and _no_header(spec, header):
        named = ", ".join(column.name for column in spec.columns if column.required)
        message = f"the first row names no column of `{stem}`: is the header missing?"
        found.problems.append(
            Problem("missing_header", found.file(stem), 1, "", message, f"the columns are {named}, …")
        )
        return
    for name in header:
        if name not in spec.names:
            found.column("unknown_column", stem, name, f"unknown column `{name}`", _meant(found, spec, name, absent))
    if not header:
        # Nothing was given, or the reader has said why there is no header.
        return
    for column in spec.columns:
        if column.required and column.name in absent:
            found.column("missing_column", stem, column.name, f"the required column `{column.name}` is missing")


def _no_header(spec: FileSpec, header: list[str]) -> bool:
    """Is the first row none, since no cell of it is the name of a column, or a slip of one?"""
    names = (*spec.names, *_PERIOD)
    slips = (
        process.extractOne(cell.lower(), names, scorer=OSA.normalized_similarity, score_cutoff=_SLIP) for cell in header
    )
    return not known_names(header, names) and not any(slips)


def _meant(found: Findings, spec: FileSpec, name: str, absent: tuple[str, ...]) -> str:
    if _PANDAS_INDEX.fullmatch(name):
        return "it is the index of pandas: write the file with `index=False`"
    if name in _PERIOD:
        return f"`{spec.stem}` has no periods: its rows begin and end with the loads that bring and drop them"
    return found.nearest(f"column of {spec.stem}", name, lambda: absent)
