"""The list of commands, each with its module and its sentence in `seewhy --help`.

A module is imported when its command is called: `--help` and `rules` need no engine, and a question no explorer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer.core

if TYPE_CHECKING:
    from collections.abc import Mapping

SECTIONS: dict[str, dict[str, tuple[str, str]]] = {
    "Questions": {
        "check": ("questions", "May PERSON see CASE? Exit code 0 yes, 1 no."),
        "why": ("questions", "Why can PERSON see CASE, or why not?"),
        "who": ("questions", "Who can see CASE?"),
        "what": ("questions", "What can PERSON see?"),
        "person": ("person", "What is PERSON: memberships, positions, roles, privileges."),
        "row": ("row", "One row of the input, its history, and whose access rests on it."),
        "eligible": ("eligible", "Who may be given something, and what a request lacks."),
        "paths": ("paths", "How two things of any kind hang together, fact by fact."),
        "findings": ("findings", "What is wrong or odd in the data."),
        "diff": ("change", "Who gained and lost what between two dates, and by which facts."),
        "whatif": ("change", "The same for planned changes; nothing is written."),
    },
    "Files in and out": {
        "load": ("load", "Load a folder of csv files as the snapshot of a day."),
        "organogram": ("load", "Turn a UK government organogram into such a folder."),
        "export": ("export", "Write a report to csv, xlsx, parquet or json."),
        "batch": ("batch", "What each of some people may do with each of some cases."),
        "parts": ("export", "Check that the parts of an export are one whole."),
        "evidence": ("evidence", "Keep an answer with all it rests on in one file."),
        "verify": ("evidence", "Check such a file, offline."),
        "key": ("evidence", "Make a key that signs evidence and exports."),
        "test": ("assertions", "Run assertion files: what must be answered, and what never."),
    },
    "The question log": {
        "log": ("log", "Read, verify and prove from the log of questions, and keep it."),
    },
    "Reference": {
        "rules": ("reference", "The access rules, by id."),
        "scheme": ("scheme", "Schemes of your own: begun, checked, tested, compared, packed."),
        "rungs": ("rungs", "The ladders that decide, rung by rung, each with its file."),
        "queries": ("reference", "The Cypher texts that are sent to the graph."),
        "privileges": ("reference", "The privileges of eCase, and what each opens."),
    },
    "Running it": {
        "serve": ("serve", "Open the explorer in the browser."),
        "api": ("serve", "Answer programs over HTTP, as the AuthZEN Authorization API has it."),
        "token": ("token", "Tokens for programs that ask over HTTP: made, listed, revoked."),
        "session": ("token", "People who are signed in to the explorer: listed, signed out."),
        "demo": ("serve", "Load the sample organisation, ask three questions, open the explorer."),
        "doctor": ("doctor", "Engine, version, size, last load, and what is wrong."),
        "backup": ("backup", "Write the graph, and the question log, into one file."),
        "restore": ("backup", "Make the graph of such a file again, on either engine."),
        "repair": ("repair", "Go back to the newest whole state of a damaged graph."),
        "upgrade": ("upkeep", "Derive a graph that an older SeeWhy made anew, with its history."),
        "forget": ("upkeep", "Remove somebody who left from the history and the log."),
    },
}
"""Heading -> command -> (module of `seewhy.cli`, sentence). The order is that of the help."""

MODULES: dict[str, str] = {name: one[0] for section in SECTIONS.values() for name, one in section.items()}


class WholeHelp:
    """Lists commands with their whole sentences, and names the nearest command for an unknown one."""

    noun = "command"

    def sections(self, ctx: Any) -> Mapping[str, Mapping[str, str]]:
        """Heading -> command -> sentence."""
        group: Any = self
        named = {name: group.get_command(ctx, name) for name in group.list_commands(ctx)}
        return {"Commands": {name: " ".join((one.help or "").split()) for name, one in named.items()}}

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Sentences are wrapped, never cut; all sections have the same columns."""
        sections = self.sections(ctx)
        width = max(len(name) for section in sections.values() for name in section)
        for heading, commands in sections.items():
            with formatter.section(heading):
                formatter.write_dl([(name.ljust(width), sentence) for name, sentence in commands.items()])

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Raises ConfigurationError for an unknown command."""
        group: Any = self
        name = args[0]
        command = group.get_command(ctx, name)
        if command is not None:
            return name, command, args[1:]
        if name.startswith("-"):
            group.parse_args(ctx, args)
        from seewhy.graph.errors import ConfigurationError
        from seewhy.graph.nearest import nearest

        hint = nearest(name, group.list_commands(ctx)) or f"see `{ctx.command_path} --help`"
        raise ConfigurationError(f"unknown {self.noun} `{name}`", hint)


class Kinds(WholeHelp, typer.core.TyperGroup):
    """A command with kinds, such as `eligible`."""

    noun = "kind"
