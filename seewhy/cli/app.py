"""The app: its commands, each imported when it is called, and `--version`."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any

import typer
import typer.core
import typer.main

from seewhy.cli.arguments import App
from seewhy.cli.commands import MODULES, SECTIONS, WholeHelp
from seewhy.cli.output import out

if TYPE_CHECKING:
    from collections.abc import Mapping


class Commands(WholeHelp, typer.core.TyperGroup):
    """The commands of SECTIONS, imported when called."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All names in the order of the help."""
        return list(MODULES)

    def sections(self, ctx: Any) -> Mapping[str, Mapping[str, str]]:
        """SECTIONS without the modules."""
        return {
            heading: {name: sentence for name, (_, sentence) in section.items()}
            for heading, section in SECTIONS.items()
        }

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, None when there is none."""
        if cmd_name in MODULES and cmd_name not in self.commands:
            import_module(f"seewhy.cli.{MODULES[cmd_name]}")
            self.commands.update(typer.main.get_group(app).commands)
        return self.commands.get(cmd_name)


app = App(
    name="seewhy",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        from seewhy.loaders.load import product_version

        out.print(f"seewhy {product_version()}")
        raise typer.Exit


@app.callback()
def seewhy(
    schemes: Annotated[
        str | None,
        typer.Option(
            "--schemes",
            metavar="DIR",
            help="A scheme folder, or a folder of them, of your own; may stand with any command, and several times.",
        ),
    ] = None,
    as_: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="WHO",
            help="Ask as somebody else; for the owner of the access file (SEEWHY_ACCESS), with any command.",
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Who can see a case, and why: every answer with its reasons as paths of facts."""


@cache
def group() -> Any:
    """All commands, to be called with arguments; made once for a process, however many it runs."""
    return typer.main.get_command(app)
