"""The marks of a thing as chips beside its name; `explorer/data/marks.py` says which it has."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SENSITIVE = "sensitive"


def _none(kind: str, id: str) -> tuple[str, ...]:
    del kind, id
    return ()


_find: Callable[[str, str], tuple[str, ...]] = _none


def found_by(find: Callable[[str, str], tuple[str, ...]]) -> None:
    """Ask this for the marks of a thing (kind and id) from now on."""
    global _find  # pieces of pages are below what asks the graph
    _find = find


def chips(kind: str, id: str) -> str:
    """The marks of one thing as HTML, blank where it has none."""
    return "".join(
        f' <span class="mark-of{" sensitive" if label == SENSITIVE else ""}">{escape(label)}</span>'
        for label in _find(kind, id)
    )


def words(kind: str, id: str) -> str:
    """The same as text, for a picture: `sensitive, key account`."""
    return ", ".join(_find(kind, id))
