"""A batch of requests for secondary access: one row of a file is one request, and each gets its own verdict.

Columns: person_id*, position_id* (several separated by `;`: one form), access*, functionally_unique.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seewhy.graph.errors import ConfigurationError, LoadRejected, SeeWhyError
from seewhy.graph.inputs.characters import refusal, refused, trimmed
from seewhy.graph.inputs.checks.cells import FALSE, TRUE
from seewhy.graph.inputs.regular import UnreadableFile
from seewhy.graph.inputs.tables import FIRST_ROW
from seewhy.graph.nearest import nearest
from seewhy.graph.problems import UNREAD_CELL, Problem
from seewhy.graph.questions.eligibility.secondary_access import ACCESS
from seewhy.graph.schemes.columns import key
from seewhy.loaders.one_table import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from seewhy.api import Graph
    from seewhy.graph.answers.eligibility import Verdict
    from seewhy.graph.inputs.tables import RawTable

REQUIRED = ("person_id", "position_id", "access")
COLUMNS = (*REQUIRED, "functionally_unique")


@dataclass(frozen=True, slots=True)
class Request:
    """One row: `row` counts records, the header being 1."""

    row: int
    person: str
    positions: tuple[str, ...]
    access: str
    functionally_unique: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """A request with its verdict."""

    request: Request
    verdict: Verdict

    def as_dict(self) -> dict[str, Any]:
        """Keys row, person, position (a list), access, functionally_unique, and those of the verdict."""
        asked = self.request
        return {
            "row": asked.row,
            "person": asked.person,
            "position": list(asked.positions),
            "access": asked.access,
            "functionally_unique": asked.functionally_unique,
            **self.verdict.as_dict(),
        }


def judge_requests(graph: Graph, path: Path, as_of: str | None = None) -> tuple[Judged, ...]:
    """One verdict per row, in order, each on its own; with any wrong row LoadRejected with all problems, no verdict."""
    try:
        table = read_table(path, COLUMNS)
    except UnreadableFile as error:
        hint = error.hint or f"a CSV file, a parquet file or a workbook with {', '.join(COLUMNS)}"
        raise ConfigurationError(error.message, hint) from None
    unseen = [*_control_characters(table)]
    # Such an id is none that anybody knows, and an unread cell may hold any: the cause is named, and that alone.
    unread = {(problem.row, problem.column) for problem in table.problems if problem.code in UNREAD_CELL}
    hidden = {(problem.row, problem.column) for problem in unseen} | unread
    problems = [*table.problems, *_header(table), *unseen]
    judged: list[Judged] = []
    for request, wrong in _requests(graph, table):
        problems += [p for p in wrong if (p.row, p.column) not in hidden]
        if wrong or unread:
            continue
        try:
            judged.append(Judged(request, _ask(graph, request, as_of)))
        except SeeWhyError as error:
            problems.append(Problem("no_answer", path.name, request.row, "position_id", error.message, error.hint))
    if problems:
        raise LoadRejected(f"`{path.name}` has {len(problems)} problem(s); no request was judged", problems)
    return tuple(judged)


def _ask(graph: Graph, request: Request, as_of: str | None) -> Verdict:
    found = graph.eligible(
        "secondary-access",
        as_of,
        person=request.person,
        position=request.positions,
        access=request.access,
        functionally_unique=request.functionally_unique,
    )
    return found  # type: ignore[return-value]  # this kind answers with a verdict


def _header(table: RawTable) -> list[Problem]:
    given = table.frame.columns
    found = [
        Problem("unknown_column", table.file, 1, name, f"unknown column `{name}`", nearest(name, COLUMNS))
        for name in given
        if name not in COLUMNS
    ]
    return found + [
        Problem("missing_column", table.file, 1, name, f"the required column `{name}` is missing")
        for name in REQUIRED
        if given and name not in given
    ]


def _control_characters(table: RawTable) -> Iterator[Problem]:
    """Ids with a character that no id holds."""
    for name in table.frame.columns:
        wrong = refused(key(name), table.frame[name])
        for place in wrong.arg_true() if wrong is not None else ():
            message, hint = refusal(key(name), table.frame[name][place])
            yield Problem("control_character", table.file, place + FIRST_ROW, name, message, hint)


def _requests(graph: Graph, table: RawTable) -> Iterator[tuple[Request, list[Problem]]]:
    """Every row that has cells, with what is wrong in it; nothing when a required column is missing."""
    if not set(REQUIRED) <= set(table.frame.columns):
        return
    run = graph.session.run
    people = {row["id"]: row["name"] for row in run("organisation/people")}
    positions = {row["id"]: row["name"] for row in run("eligibility/positions")}
    for number, cells in enumerate(table.frame.iter_rows(named=True), FIRST_ROW):
        if not any(cells.values()):
            continue
        asked = tuple(trimmed(part) for part in cells["position_id"].split(";") if trimmed(part))
        access, unique = cells["access"].lower(), cells.get("functionally_unique", "").lower()
        wrong = [(name, "blank_cell", f"`{name}` is required and blank", "") for name in REQUIRED if not cells[name]]
        if cells["person_id"] and cells["person_id"] not in people:
            message = f"unknown person `{cells['person_id']}`"
            wrong.append(("person_id", "unknown_id", message, nearest(cells["person_id"], people, always=True)))
        wrong += [
            ("position_id", "unknown_id", f"unknown position `{one}`", nearest(one, positions, always=True))
            for one in asked
            if one not in positions
        ]
        if access and access not in ACCESS:
            hint = nearest(access, ACCESS) or "use `absence` or `hierarchical`"
            wrong.append(("access", "bad_choice", f"`{cells['access']}` is no kind of secondary access", hint))
        if unique and unique not in (*TRUE, *FALSE):
            message = f"`{cells['functionally_unique']}` is not true or false"
            wrong.append(("functionally_unique", "bad_boolean", message, ""))
        problems = [Problem(code, table.file, number, name, message, hint) for name, code, message, hint in wrong]
        yield Request(number, cells["person_id"], asked, access, unique in TRUE), problems
