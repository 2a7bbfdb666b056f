"""Reads `words.toml`: per rung its question, and what to say when it is or is not met."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@cache
def words() -> dict[str, dict[str, dict[str, str]]]:
    """scheme (or `gate`) to step to phrases."""
    return tomllib.loads((files("seewhy.graph") / "schemes" / "words.toml").read_text("utf-8"))


def phrase(scheme: str, step: str, which: str, *, person: str, found: Sequence[str] = ()) -> str:
    """One phrase, filled; falls back from `lacks` to `nothing`, and is blank when there is none."""
    group = words()["gate" if step in words()["gate"] else scheme][step]
    text = group.get(which) or group.get("nothing") or group.get("met", "")
    return text.format(person=short(person), found=listing([short(one) for one in found]))


LONGEST = 80
"""How many characters of a name a sentence takes; the answer beside it has the whole."""


def short(name: str) -> str:
    """The name, cut with an ellipsis where it is longer than a sentence takes."""
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def listing(names: Sequence[str], limit: int = 4) -> str:
    """`a, b and c`, or `a, b, c, d and 3 more`."""
    shown = list(names[:limit])
    if len(names) > limit:
        return ", ".join(shown) + f" and {len(names) - limit} more"
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " and " + shown[-1] if shown else "nobody"
