"""What all commands share: the app, the common options, how answers and errors are printed."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console

from graph.errors import LoadRejected, SeeWhyError
from seewhy.api import Graph, connect

if TYPE_CHECKING:
    from collections.abc import Iterator

app = typer.Typer(
    name="seewhy",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Who can see a case, and why: every answer with its reasons as paths of facts.",
)
out = Console(highlight=False, markup=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)

GraphOption = Annotated[
    str | None,
    typer.Option("--graph", help="A folder, neo4j://… or bolt://… (default: SEEWHY_GRAPH, NEO4J_URI, seewhy-graph)."),
]
DateOption = Annotated[
    str | None, typer.Option("--as-of", help="The day that is asked about, YYYY-MM-DD (default: today).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]

_json_wanted = False


@contextmanager
def graph(target: str | None, as_json: bool = False, *, write: bool = False) -> Iterator[Graph]:
    """An open graph for one command; remembers whether errors are to be printed as JSON, too."""
    wants_json(as_json)
    with connect(target, write=write) as opened:
        yield opened


def wants_json(as_json: bool) -> None:
    """Errors of this command are printed as JSON on standard output as well."""
    global _json_wanted  # one process runs one command
    _json_wanted = as_json


def say_json(value: Any) -> None:
    """One JSON document on standard output, never wrapped."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def fail(error: SeeWhyError) -> NoReturn:
    """Print an error as sentences (all problems of a load) and leave with exit code 2."""
    if _json_wanted:
        if isinstance(error, LoadRejected):
            say_json({"problems": [problem.as_dict() for problem in error.problems], "load": None})
        else:
            say_json({"error": error.message, "hint": error.hint})
    if isinstance(error, LoadRejected) and not _json_wanted:
        for problem in error.problems[:100]:
            place = f"{problem.file}:{problem.row}" + (f" {problem.column}" if problem.column else "")
            err.print(f"{place}: {problem.message}" + (f" ({problem.hint})" if problem.hint else ""))
        if len(error.problems) > 100:
            err.print(f"… and {len(error.problems) - 100:,} more (all of them with --json)")
    err.print(f"seewhy: {error.message}")
    if error.hint:
        err.print(f"hint: {error.hint}")
    sys.exit(2)
