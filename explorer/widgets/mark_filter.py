"""A filter of a list by what its things are marked with, *sensitive* included."""

from __future__ import annotations

from seewhy.explorer.data.marks import marked
from seewhy.explorer.widgets.filters import choice


def mark_filter(kind: str, label: str = "Marked") -> frozenset[str] | None:
    """Draw the filter (`mark` in the address) where anything of the kind is marked; the ids it leaves, None for all."""
    found = marked(kind)
    words = sorted({word for labels in found.values() for word in labels})
    if not words:
        return None
    chosen = choice("mark", label, {"": "whatever it is marked with", **{word: word for word in words}})
    return frozenset(id for id, labels in found.items() if chosen in labels) if chosen else None
