"""Marks: words that an organisation puts on people, units, cases and other things, to be shown wherever they appear.

A CSV file beside the graph, `kind,id,label`. It decides nothing, so it is no input of a load: it may change any day
without one, and no question reads it.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.inputs.characters import trimmed
from seewhy.graph.inputs.encodings import decoded
from seewhy.graph.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "SEEWHY_MARKS"
KINDS = ("person", "unit", "case", "role", "privilege", "rule", "case_type", "position", "group", "system")
COLUMNS = ("kind", "id", "label")
MOST, LONGEST = 100_000, 40
"""Marks of a file, and letters of a label."""
_TOLD = 10

Marks = dict[tuple[str, str], tuple[str, ...]]
"""(kind, id) to its labels, in the order of the file."""


def read_marks(path: Path) -> Marks:
    """The marks of a file. Raises ConfigurationError with every fault (the first ten in words, all counted)."""
    try:
        read = decoded(path.name, path.read_bytes())
    except OSError as error:
        raise ConfigurationError(f"the marks `{path.name}` cannot be read: {error.strerror}") from None
    if read.problem is not None or read.data is None or read.bad_byte >= 0:
        said = read.problem.message if read.problem else f"`{path.name}` is no UTF-8"
        raise ConfigurationError(f"the marks cannot be read: {said}")
    rows = list(csv.reader(io.StringIO(read.data.decode(), newline="")))
    head = [trimmed(cell).lower() for cell in rows[0]] if rows else []
    if sorted(head) != sorted(COLUMNS):
        raise ConfigurationError(
            f"the marks `{path.name}` begin with `{','.join(head)[:80]}`", f"the columns are {', '.join(COLUMNS)}"
        )
    found: dict[tuple[str, str], dict[str, None]] = {}
    wrong: list[str] = []
    for number, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        cells = dict(zip(head, map(trimmed, row), strict=False))
        if fault := _fault(cells, len(row)):
            wrong.append(f"row {number}: {fault}")
        else:
            kind = cells["kind"].lower()
            found.setdefault(("case_type" if kind == "type" else kind, cells["id"]), {})[cells["label"]] = None
    if len(rows) > MOST + 1:
        wrong.append(f"{len(rows) - 1:,} rows are too many; at most {MOST:,} are read")
    if wrong:
        more = f"; and {len(wrong) - _TOLD:,} more" if len(wrong) > _TOLD else ""
        raise ConfigurationError(f"the marks `{path.name}`: {'; '.join(wrong[:_TOLD])}{more}")
    return {key: tuple(labels) for key, labels in found.items()}


def _fault(cells: Mapping[str, str], count: int) -> str:
    if count != len(COLUMNS):
        return f"{count} cells instead of {len(COLUMNS)}"
    if blank := [name for name in COLUMNS if not cells[name]]:
        return f"the {blank[0]} is blank"
    kind = cells["kind"].lower()
    if kind not in (*KINDS, "type"):
        hint = nearest(kind, list(KINDS)) or f"the kinds are {', '.join(KINDS)}"
        return f"unknown kind `{cells['kind']}` ({hint})"
    if len(cells["label"]) > LONGEST:
        return f"the label `{cells['label'][:LONGEST]}…` is longer than {LONGEST} letters"
    return ""
