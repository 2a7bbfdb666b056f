"""Options that commands share, whole numbers for options, and the graph that a command opens."""

from __future__ import annotations

import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seewhy.cli import default_day
from seewhy.cli.output import wants_json
from seewhy.graph.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seewhy.api import Graph

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
        callback=default_day.when_left_out,
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


@contextmanager
def graph(
    target: str | None, as_json: bool = False, *, write: bool = False, for_others: bool = False
) -> Iterator[Graph]:
    """An open graph for one command, as far as whoever gives it may ask; remembers whether errors are to be printed as
    JSON, too. `write`: the command is for admins. `for_others`: it answers others, who are asked who they are."""
    from seewhy.api import connect
    from seewhy.cli.actor import permitted

    wants_json(as_json)
    with connect(target, write=write) as opened:
        yield opened if for_others or write else permitted(opened)


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
        span = f"from {least}" + (f" to {most}" if large or most < _MEANT else "")
        raise ConfigurationError(f"`{text}` is no value of `{option}`", f"a whole number {span}")

    return read
