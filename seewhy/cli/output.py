"""How commands answer: text for a terminal, one JSON document, and whether errors are JSON as well."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from rich.text import Text

from seewhy.cli import default_day
from seewhy.cli.terminal import Terminal, hang_up, json_escaped, unwritten

if TYPE_CHECKING:
    from seewhy.graph.answers.as_json import Provenance

out = Terminal()
err = Terminal(stderr=True)

_json_wanted = False


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
    document = json_escaped(json.dumps(default_day.with_zone(value), ensure_ascii=poor, indent=2))
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


def footer(note: str, provenance: Provenance) -> None:
    """The last line of an answer: how complete it is, the engine, the load, and today's date where no day was given."""
    if provenance.schemes:
        out.print(provenance.schemes)
    if provenance.hidden:
        out.print(provenance.hidden.sentence)
    out.print(Text(f"{note} · {provenance.engine} · {provenance.load}{default_day.note()}", style="dim"))
