"""A filter of a list by what its things are marked with, *sensitive* included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seewhy.explorer.data.marks import marked
from seewhy.explorer.widgets.filters import choice

if TYPE_CHECKING:
    from collections.abc import Set


def mark_filter(kind: str, ids: Set[str]) -> tuple[str, frozenset[str]]:
    """Draw the filter (`mark` in the address) where anything of the list is marked; the mark that is wanted, blank for
    any, and the ids that have it."""
    found = marked(kind, ids)
    words = sorted({word for labels in found.values() for word in labels})
    if not words:
        return "", frozenset()
    chosen = choice("mark", "Marked", {"": "any", **{word: word for word in words}})
    return chosen, frozenset(id for id, labels in found.items() if chosen in labels)
