"""What goes to a file is what a terminal shows, without its colours."""

from __future__ import annotations

import errno
import io
import re

import pytest
from rich.text import Text

from seewhy.cli.terminal import HUNG_UP, Terminal
from seewhy.graph.errors import ConfigurationError

LINES = (
    "a plain line",
    "",
    "  indented, with two spaces at its end  ",
    "a\tb\nc\x1b[2J \u202eana",
    "`" + "x" * 200 + "` and " + "y" * 90,
    "z" * 5_000,
    Text("one style", style="bold"),
    Text.assemble(("high ", "red"), "MEM-26  no style, ", ("a\nb", "dim")),
    Text.assemble("first ", ("x" * 100, "dim"), ("y" * 100, "cyan")),
    Text(),
    Text.assemble(("", "red"), "after nothing"),
)


def printed(coloured: bool, monkeypatch: pytest.MonkeyPatch) -> str:
    for name in ("FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    if coloured:
        monkeypatch.setenv("FORCE_COLOR", "1")
    out = Terminal()
    out.file = io.StringIO()
    assert bool(out.color_system) is coloured
    for line in LINES:
        out.print(line)
    out.print("two", Text("in one", style="dim"))
    out.print()
    out.listed("ids: ", ["a\nb", "x" * 300, "c"])
    found = out.file.getvalue()
    assert ("\x1b[" in found) is coloured
    return found


def test_a_file_gets_what_a_terminal_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    shown, written = printed(True, monkeypatch), printed(False, monkeypatch)
    assert re.sub(r"\x1b\[[\d;]*m", "", shown) == written


class Full(io.StringIO):
    def __init__(self, error: int) -> None:
        super().__init__()
        self.error = error

    def write(self, text: str) -> int:
        raise OSError(self.error, "no")


def test_a_file_that_takes_no_more_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seewhy.cli.terminal.let_go", lambda: None)
    out, err = Terminal(), Terminal(stderr=True)
    out.file, err.file = Full(errno.ENOSPC), Full(errno.ENOSPC)
    with pytest.raises(ConfigurationError, match="the answer cannot be written: no space left on device"):
        out.print("a line")
    err.print("a line")
    out.file = Full(errno.EPIPE)
    with pytest.raises(SystemExit) as left:
        out.print("a line")
    assert left.value.code == HUNG_UP
