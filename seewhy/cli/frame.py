"""What all commands share: the app, the common options, how answers are printed."""

from __future__ import annotations

import json
import re
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graph.errors import ConfigurationError
from seewhy.cli import today
from seewhy.cli.commands import Commands
from seewhy.cli.given import App
from seewhy.cli.terminal import Terminal, hang_up, json_escaped, unwritten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seewhy.api import Graph

app = App(
    name="seewhy",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

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
OverwriteOption = Annotated[
    bool, typer.Option("--overwrite", help="Replace files that have these names; otherwise they are left alone.")
]
SignOption = Annotated[
    Path | None, typer.Option("--sign", metavar="KEY", help="Sign it with this private key (see `seewhy key new`).")
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
    """One JSON document on standard output, never wrapped; ConfigurationError where that cannot be written.

    It holds no raw control or direction character, and is plain ASCII where the stream's encoding is not UTF-8.
    """
    poor = not str(getattr(sys.stdout, "encoding", None) or "utf-8").lower().startswith("utf")
    document = json_escaped(json.dumps(today.with_zone(value), ensure_ascii=poor, indent=2))
    try:
        sys.stdout.write(document + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        hang_up()
    except OSError as error:
        raise unwritten(error) from None


def many(number: int, one: str, several: str = "") -> str:
    """`1 case`, `2,000 cases`; `several` where it is no plain s."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]{1,18}")
_DIGITS = re.compile(r"\+?[0-9]+")
MOST = 1_000_000_000
"""The largest number that any option takes."""
_MEANT = 1_000_000


def whole(option: str, least: int, most: int = MOST) -> Callable[[str], int]:
    """A reader of whole numbers for an option: plain digits within the range; anything else is a ConfigurationError.

    A limit beyond what anybody means is named only to who goes beyond it.
    """

    def read(text: str) -> int:
        given = str(text).strip()
        if _PLAIN_NUMBER.fullmatch(given) and least <= (number := int(given)) <= most:
            return number
        large = _DIGITS.fullmatch(given) and (len(given) > 18 or int(given) > most)
        told = f"from {least}" + (f" to {most}" if large or most < _MEANT else "")
        raise ConfigurationError(f"`{text}` is no value of `{option}`", f"a whole number {told}")

    return read
