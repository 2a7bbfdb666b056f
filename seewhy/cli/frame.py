"""What all commands share: the app, the common options, how answers are printed."""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console

from graph.errors import ConfigurationError
from seewhy.cli import today
from seewhy.cli.commands import Commands

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seewhy.api import Graph

HUNG_UP = 141
"""The exit code when nobody reads the answer any more (`| head`): neither a yes nor a no."""

app = typer.Typer(
    name="seewhy",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Terminal(Console):
    """A stream for text: never wrapped outside a terminal, never marked up."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)

    def on_broken_pipe(self) -> None:
        """Rich would leave with 1, which is the no of `check`."""
        hang_up()


def hang_up() -> NoReturn:
    """Leave quietly: the reader of standard output has gone."""
    _let_go()
    raise SystemExit(HUNG_UP)


def _let_go() -> None:
    """What is still buffered for standard output goes nowhere, instead of failing again at the end of the process."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


out = Terminal()
err = Terminal(stderr=True)

GraphOption = Annotated[
    str | None,
    typer.Option(
        "--graph",
        metavar="GRAPH",
        help="A folder, neo4j://… or bolt://… (default: SEEWHY_GRAPH, then NEO4J_URI, then seewhy-graph).",
    ),
]
DateOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        callback=today.when_left_out,
        help="The day that is asked about, YYYY-MM-DD (default: today).",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]

_json_wanted = False


def _version(wanted: bool) -> None:
    if wanted:
        from loaders.load import product_version

        out.print(f"seewhy {product_version()}")
        raise typer.Exit


@app.callback()
def seewhy(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Who can see a case, and why: every answer with its reasons as paths of facts."""


@contextmanager
def graph(target: str | None, as_json: bool = False, *, write: bool = False) -> Iterator[Graph]:
    """An open graph for one command; remembers whether errors are to be printed as JSON, too."""
    from seewhy.api import connect

    wants_json(as_json)
    with connect(target, write=write) as opened:
        yield opened


def wants_json(as_json: bool) -> None:
    """Errors of this command are printed as JSON on standard output as well."""
    global _json_wanted  # one process runs one command
    _json_wanted = as_json


def json_wanted() -> bool:
    """Whether the command was asked for JSON."""
    return _json_wanted


def say_json(value: Any) -> None:
    """One JSON document on standard output, never wrapped; ConfigurationError where that cannot be written."""
    try:
        sys.stdout.write(json.dumps(today.with_zone(value), ensure_ascii=False, indent=2) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        hang_up()
    except OSError as error:
        wants_json(False)  # the error cannot go there either
        _let_go()
        raise ConfigurationError(f"the answer cannot be written: {os.strerror(error.errno or 0).lower()}") from None


def many(number: int, one: str, several: str = "") -> str:
    """`1 case`, `2,000 cases`; `several` where it is no plain s."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def whole(option: str, least: int, most: int | None = None) -> Callable[[str], int]:
    """A reader of whole numbers for an option; anything else is a ConfigurationError."""
    told = f"from {least}" + (f" to {most}" if most is not None else "")

    def read(text: str) -> int:
        try:
            number = int(str(text))
        except ValueError:
            number = least - 1
        if number < least or (most is not None and number > most):
            raise ConfigurationError(f"`{text}` is no value of `{option}`", f"a whole number {told}")
        return number

    return read
