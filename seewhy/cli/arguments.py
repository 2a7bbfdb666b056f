"""What a command is given: every argument and option is text that can be read, before anything is done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer
import typer.core

from seewhy.graph.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Checked(typer.core.TyperCommand):
    """A command that refuses empty values, bytes that are no UTF-8 and NUL characters, whatever they are for, and who
    may not give it.

    An empty value is never what was meant: `--system "$SYSTEM"` with a variable that is not set would ask about all.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Raises ConfigurationError for the first value that cannot be used."""
        given, _, _ = self.make_parser(ctx).parse_args(list(args))
        for param in self.params:
            for value in _texts(given.get(param.name or "")):
                _check(param, value)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Raises NotAllowed where an access file is in force and whoever gives the command may not."""
        from seewhy.cli.actor import require

        require(ctx.command_path.partition(" ")[2], ctx.params)
        return super().invoke(ctx)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


def _check(param: Any, value: str) -> None:
    if param.param_type_name == "argument":
        name = f"argument `{param.metavar or param.name}`"
    else:
        name = f"option `{param.opts[-1]}`"
    if not value.strip():
        hint = "give it a value" + ("" if param.required else ", or leave it out")
        raise ConfigurationError(f"{name} is empty", hint)
    if "\x00" in value:
        raise ConfigurationError(f"{name} holds a NUL character: `{value}`")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise ConfigurationError(f"{name} is no UTF-8: `{value}`", "use a terminal that is set to UTF-8") from None


class App(typer.Typer):
    """A group of commands that are all `Checked`."""

    def command(self, name: str | None = None, **options: Any) -> Callable[[Any], Any]:
        """Register a command, as Typer does."""
        return super().command(name, **{"cls": Checked, **options})
