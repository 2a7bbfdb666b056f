"""Plain tables: columns on a terminal, one line per row in a file or pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from seewhy.cli.output import out
from seewhy.cli.terminal import sentence, value

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence


def counts(rows: Iterable[tuple[Sequence[str], int]], headings: Sequence[str]) -> None:
    """Counts as a small table, most first."""
    table([(*keys, f"{n:,}") for keys, n in rows], headings)


LINES = {"because", "statement", "answers", "what was done", "through", "reach", "source", "says"}
"""Headings of columns whose cells are lines of words and values, not one value that is cut."""


def table(rows: Sequence[Sequence[str]], headings: Sequence[str], *, lines: Collection[str] = LINES) -> None:
    """A plain table; nothing when there are no rows. Cells are text, never markup, without line breaks.

    A terminal folds what is too long; a file or pipe gets one line per row.
    """
    if not rows:
        return
    right = [heading in ("people", "cases", "count", "rows") for heading in headings]
    as_shown = [sentence if heading in lines else value for heading in headings]
    shown = [[show(str(cell)) for show, cell in zip(as_shown, row, strict=True)] for row in rows]
    if out.is_terminal:
        drawn = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
        for heading, number in zip(headings, right, strict=True):
            drawn.add_column(heading, justify="right" if number else "left", overflow="fold")
        for row in shown:
            drawn.add_row(*map(Text, row))
        out.print(Padding(drawn, (0, 0, 0, 2), expand=False))
    else:
        written: list[Sequence[str]] = [headings, *shown]
        widths = [max(cell_len(line[place]) for line in written) for place in range(len(headings))]
        for line in written:
            cells = [
                " " * (width - cell_len(cell)) + cell if number else cell + " " * (width - cell_len(cell))
                for cell, width, number in zip(line, widths, right, strict=True)
            ]
            out.print(Text(("  " + "  ".join(cells)).rstrip()))
    out.print()
