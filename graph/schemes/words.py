"""Reads `words.toml`: per rung its question, and what to say when it is or is not met."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from seewhy.cypher.folders import common
from seewhy.graph.schemes.faults import Fault, SchemeRejected, Toml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from importlib.resources.abc import Traversable

    from seewhy.cypher.ladder import Ladder

FILE = "words.toml"
PHRASES = ("question", "met", "lacks", "nothing", "blocked")
_FILLED = re.compile(r"\{(\w*)\}")

Words = dict[str, dict[str, str]]


def read_words(folder: Traversable, ladder: Ladder | None, faults: list[Fault]) -> Words:
    """The phrases of each step; a step that is unknown, or has no words, is a fault."""
    toml = Toml(folder, FILE, faults, required=True)
    found: Words = {}
    for step, given in toml.data.items():
        if ladder and not toml.among(step, ladder.steps, "step of this scheme", step):
            continue
        own = toml.known(given, PHRASES, step)
        found[step] = {name: toml.one_text(own, name, step) for name in own}
        for name, text in found[step].items():
            for word in _FILLED.findall(text):
                toml.among(word, ("person", "found"), "word in braces", step, name)
            if text.count("{") != text.count("}") or "{" in _FILLED.sub("", text):
                toml.wrong(f"braces stand around `person` or `found` only, not as in `{text}`", step, name)
    for step in ladder.steps if ladder and toml.there and toml.data else ():
        if not found.get(step, {}).get("question"):
            toml.wrong(f"the step `{step}` has no `question`", step)
        elif not {"met", "lacks", "nothing"} & found[step].keys():
            toml.wrong(f"the step `{step}` says neither `met` nor `lacks` nor `nothing`", step)
    return found


@cache
def gate_words() -> Words:
    """The phrases of what stands before every ladder."""
    faults: list[Fault] = []
    found = read_words(common(), None, faults)
    if faults:
        raise SchemeRejected("common", faults)
    return found


def filled(phrases: Mapping[str, str], which: str, *, person: str, found: Sequence[str] = ()) -> str:
    """One phrase of a step, filled; falls back from `lacks` to `nothing`, and is blank when there is none."""
    others = ("met",) if which == "blocked" else ("nothing", "met")
    text = next(filter(None, map(phrases.get, (which, *others))), "")
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
