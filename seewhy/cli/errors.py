"""From an exception to what a user reads: one sentence, a hint apart, and exit code 2."""

from __future__ import annotations

import os
import re
import sys
import traceback
from contextlib import suppress
from typing import Any, NoReturn

import typer

from seewhy.cli.output import err, json_wanted, say_json
from seewhy.cli.terminal import sentence
from seewhy.graph.errors import ConfigurationError, LoadRejected, SeeWhyError

SHOWN_PROBLEMS = 100
"""How many problems the terminal shows; all are counted."""

# Typer keeps its classes of wrong usage to itself; what is public is one of them.
_WRONG_USAGE = typer.BadParameter.__mro__[1]


def sentence_of(error: BaseException) -> SeeWhyError:
    """The error as a user meets it. For one that nobody foresaw `SEEWHY_DEBUG=1` writes the traceback first."""
    if isinstance(error, SeeWhyError):
        return error
    if isinstance(error, _WRONG_USAGE):
        return _wrong_usage(error)
    if os.environ.get("SEEWHY_DEBUG") == "1":
        with suppress(Exception):
            err.print("".join(traceback.format_exception(error)).rstrip(), whole=True)
    if isinstance(error, OSError) and error.errno:
        place = f"`{os.fsdecode(error.filename)}`" if isinstance(error.filename, str | bytes) else "a file"
        return ConfigurationError(f"{place} cannot be used: {os.strerror(error.errno).lower()}")
    if isinstance(error, MemoryError):
        return SeeWhyError("there is not enough memory for this", "ask about less, or on a machine with more")
    return SeeWhyError(
        "something went wrong that should not have; please report it",
        "run it again with SEEWHY_DEBUG=1 and add what it shows to the report",
    )


def fail(error: SeeWhyError) -> NoReturn:
    """Print an error as sentences (all problems of a load) and leave with exit code 2."""
    if json_wanted():
        with suppress(SeeWhyError):  # a full disk: the sentence below is what is left
            if isinstance(error, LoadRejected):
                say_json({"problems": [problem.as_dict() for problem in error.problems], "load": None})
            else:
                say_json({"error": error.message, "hint": error.hint})
    elif isinstance(error, LoadRejected):
        for problem in error.problems[:SHOWN_PROBLEMS]:
            place = f"{problem.file}:{problem.row}" + (f" {problem.column}" if problem.column else "")
            err.print(sentence(f"{place}: {problem.message}" + (f" ({problem.hint})" if problem.hint else "")))
        if len(error.problems) > SHOWN_PROBLEMS:
            err.print(f"… and {len(error.problems) - SHOWN_PROBLEMS:,} more (all of them with --json)")
    for one in error.sentences[:SHOWN_PROBLEMS]:
        err.print(sentence(f"seewhy: {one}"))
    if len(error.sentences) > SHOWN_PROBLEMS:
        err.print(f"… and {len(error.sentences) - SHOWN_PROBLEMS:,} more (all of them with --json)")
    if error.hint:
        err.print(sentence(f"hint: {error.hint}"))
    sys.exit(2)


def _wrong_usage(error: Any) -> SeeWhyError:
    """Missing and unknown arguments and options, in our words."""
    see = f"see `{error.ctx.command_path} --help`" if error.ctx is not None else "see `seewhy --help`"
    kind = type(error).__name__
    if kind == "NoArgsIsHelpError":
        err.print(error.message.rstrip(), whole=True)
        sys.exit(2)
    if kind == "NoSuchOption":
        name = error.option_name
        if error.ctx is not None and _later(error.ctx, error.ctx.command, name):
            after = f"`{error.ctx.command_path} COMMAND {name} …`"
            return ConfigurationError(f"option `{name}` stands before the command", f"write it after: {after}")
        near = ", ".join(f"`{one}`" for one in error.possibilities or ())
        return ConfigurationError(f"unknown option `{name}`", f"did you mean {near}?" if near else see)
    if kind == "MissingParameter" and error.param is not None:
        argument = error.param.param_type_name == "argument"
        name = (error.param.metavar or error.param.name) if argument else error.param.opts[-1]
        return ConfigurationError(f"{'argument' if argument else 'option'} `{name}` is missing", see)
    if kind == "BadParameter" and error.param is not None:
        name = error.param.metavar if error.param.param_type_name == "argument" else error.param.opts[-1]
        return ConfigurationError(f"`{name}` cannot be used so: {_lowered(error.message)}", see)
    return ConfigurationError(_lowered(error.message), see)


def _later(ctx: Any, group: Any, option: str) -> bool:
    """Whether a command of this group, or of a group in it, has the option."""
    if not hasattr(group, "list_commands"):
        return False
    commands = [group.get_command(ctx, name) for name in group.list_commands(ctx)]
    return any(
        any(option in parameter.opts for parameter in command.params) or _later(ctx, command, option)
        for command in commands
    )


def _lowered(message: str) -> str:
    """Typer's sentence in our style: lower case, values in backticks, no full stop."""
    message = re.sub(
        r"^Got unexpected extra argument\(?s?\)? \((.*)\)$", r"unexpected argument `\1`", message.rstrip(".")
    )
    return re.sub(r"'([^']*)'", r"`\1`", message[:1].lower() + message[1:])
