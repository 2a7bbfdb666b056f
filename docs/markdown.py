"""Cells and tables of Markdown pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FEW = 4


def code(text: str) -> str:
    """Text as code."""
    return f"`{text}`"


def listed(names: Sequence[str], *, whole: bool = True) -> str:
    """Names in a row; with `whole=False` a long list is told by its ends and its length."""
    if whole or len(names) <= FEW:
        return ", ".join(names)
    return f"{names[0]} to {names[-1]} ({len(names)})"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; line breaks in a cell become spaces, bars are escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
