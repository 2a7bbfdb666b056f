"""The hint beside a wrong name: the known ones nearest to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from seewhy.graph.lookalike import LETTER_CASE, difference, lookalikes

if TYPE_CHECKING:
    from collections.abc import Sequence

_SAME_SHAPE = 45.0
"""How alike (0 to 100) two ids are at least, letter by letter, for one to be a hint for the other."""


_COMPARED = 200
"""How much of a wrong name is compared: a megabyte would take minutes."""


def nearest(name: str, known: Mapping[str, str] | Sequence[str], *, always: bool = False) -> str:
    """A hint with up to three known ids nearest to a wrong one, by id or by the name it stands for (`known`: ids, or
    id -> name). Blank when none is near; with `always` (for ids) the nearest of all then.

    Ids that look like the wrong one come first, each with what sets it apart: `josé` (e + U+0301, not U+00E9)."""
    from rapidfuzz import fuzz, process  # wanted for wrong names only

    name = name[:_COMPARED]
    names = dict(known) if isinstance(known, Mapping) else dict.fromkeys(known, "")
    by_id = [
        match
        for match in process.extract(name, list(names), limit=10, score_cutoff=60)
        # A short id lies within many long names: that alone makes it no neighbour.
        if fuzz.ratio(name, match[0]) >= _SAME_SHAPE or (len(name) > 2 and name.lower() in match[0].lower())
    ][:3]
    by_name = process.extract(name, {k: v for k, v in names.items() if v}, limit=3, score_cutoff=80)
    same = lookalikes(name, list(names))[:3]
    found = dict.fromkeys([*same, *(match[0] for match in by_id), *(match[2] for match in by_name)])
    if found:
        return did_you_mean(name, *list(found)[:3])
    one = process.extractOne(name, list(names), scorer=fuzz.ratio) if always else None
    return f"the nearest known one is `{one[0]}`" if one else ""


def did_you_mean(wrong: str, *found: str) -> str:
    """The question with known ids; where one looks the same as the wrong one, in what it differs."""
    apart = {one: difference(one, wrong) for one in found}
    told = [f"`{one}` ({why})" if why and why != LETTER_CASE else f"`{one}`" for one, why in apart.items()]
    case = [one for one, why in apart.items() if why == LETTER_CASE]
    only = f" only letter case {'differs' if len(found) == 1 else f'sets `{case[0]}` apart'}" if case else ""
    return f"did you mean {', '.join(told)}?{only}"
