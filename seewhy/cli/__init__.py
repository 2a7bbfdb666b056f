"""The command line: each command is a question or a chore of contract section 5, said in one small function."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from seewhy.cli import today
from seewhy.cli.faults import fail, sentence_of
from seewhy.cli.frame import app, wants_json

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

INTERRUPTED = 130
"""The exit code of a command that Ctrl-C stopped, as shells have it."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code.

    Every error is one sentence on standard error (with `--json` also a document on standard output) and exit code 2;
    a traceback is shown only with `SEEWHY_DEBUG=1`, and only for a defect of ours.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    wants_json("--json" in given)
    today.begin()
    try:
        code = app(given, prog_name="seewhy", standalone_mode=False)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except Exception as error:
        fail(sentence_of(error))
    if code == INTERRUPTED:
        sys.stderr.write("seewhy: stopped\n")
    sys.exit(code if isinstance(code, int) else 0)
