"""The command line: each command is a question or a task, one small function that asks and prints."""

from __future__ import annotations

import os
import sys
import warnings
from typing import TYPE_CHECKING

from seewhy.cli import default_day
from seewhy.cli.actor import ask_as
from seewhy.cli.app import group
from seewhy.cli.errors import fail, sentence_of
from seewhy.cli.output import err, wants_json
from seewhy.cli.terminal import hang_up, prepare, unwritten
from seewhy.graph.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seewhy.graph.record import Caller

__all__ = ["main"]

SCHEMES, LOG, AS = "--schemes", "--log", "--as"
LOG_VARIABLE = "SEEWHY_LOG"
INTERRUPTED = 130
"""The exit code of a command that Ctrl-C stopped, as shells have it."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code.

    Every error is one sentence on standard error (with `--json` also a document on standard output) and exit code 2,
    whatever was raised: engines written in Rust raise exceptions that are no `Exception`. A traceback is shown only
    with `SEEWHY_DEBUG=1`, and only for a defect of ours.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    places, logs, names = (_taken(given, option) for option in (SCHEMES, LOG, AS))
    wants_json("--json" in given)
    default_day.begin()
    prepare()
    try:
        _has_output()
        warnings.showwarning = _told
        _use_schemes(places)
        _use_log(logs)
        ask_as(names[-1].strip() if names else "")
        code = group()(given, prog_name="seewhy", standalone_mode=False)
        _written()
    except KeyboardInterrupt:
        code = INTERRUPTED
    except SystemExit:
        raise
    except BaseException as error:
        fail(sentence_of(error))
    if code == INTERRUPTED:
        err.print("seewhy: stopped")
    sys.exit(code if isinstance(code, int) else 0)


def _taken(given: list[str], option: str) -> list[str]:
    """Takes every `--schemes DIR` or the like out of the arguments, wherever it stands: all commands have it."""
    places: list[str] = []
    at = 0
    while at < len(given) and given[at] != "--":
        if given[at] == option and at + 1 < len(given):
            places.append(given[at + 1])
            del given[at : at + 2]
        elif given[at].startswith(f"{option}="):
            places.append(given.pop(at).partition("=")[2])
        else:
            at += 1
    return places


def _use_schemes(places: list[str]) -> None:
    """The schemes of this process, and of those that it starts. Raises ConfigurationError for a place that is none."""
    from seewhy.graph.schemes.places import VARIABLE, use_schemes

    use_schemes(places)
    if places:
        named = [os.path.abspath(place) for place in places]
        before = os.environ.get(VARIABLE, "")
        os.environ[VARIABLE] = os.pathsep.join([*named, *([before] if before else [])])


def _told(message: Warning | str, *_: object, **__: object) -> None:
    err.print(f"seewhy: {message}", markup=False)
def _use_log(folders: list[str]) -> None:
    """The log of this process, and of those that it starts; it is opened when something is asked."""
    if any(not folder.strip() for folder in folders) or len(set(folders)) > 1:
        raise ConfigurationError("`--log` names one folder", "leave the others out")
    named = folders[0] if folders else os.environ.pop(LOG_VARIABLE, "")
    if named.strip():
        from seewhy.graph import record  # with pydantic, which `--help` does not need

        os.environ[LOG_VARIABLE] = os.path.abspath(named)
        record.callers_by(_this_login)


def _this_login() -> Caller:
    from seewhy.auth.log.recorder import local_caller

    return local_caller("command")


def _has_output() -> None:
    """Raises ConfigurationError where there is nowhere to answer to; nothing is done then."""
    if sys.stdout is None or sys.stdout.closed:
        wants_json(False)
        raise ConfigurationError("standard output is closed", "send it to a file, or to /dev/null")


def _written() -> None:
    """What is still buffered goes out now: a full disk is an error of this command, not of the interpreter's end."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        hang_up()
    except OSError as error:
        raise unwritten(error) from None
