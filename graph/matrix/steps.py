"""How many visible pairs each step decides on a day: everything is decided, nothing is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seewhy.graph.matrix.pairs import Pairs
from seewhy.graph.record import question

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from seewhy.graph.session import Session


@question("decided_by_step")
def decided_by_step(
    session: Session,
    as_of: str | dt.date | None = None,
    progress: Callable[[int, int], None] | None = None,
    pairs: Pairs | None = None,
) -> dict[str, dict[str, int]]:
    """Step to value (view, edit) to number of pairs; a step that decides none is left out.

    `progress` is called with people done and people in all. `pairs` are those to count; all of the day by default.
    """
    pairs = pairs or Pairs(session, as_of)
    place = {person: n for n, person in enumerate(pairs.people, 1)}
    found: dict[str, dict[str, int]] = {}
    for row in pairs:
        for code, count in zip(*np.unique(row.codes, return_counts=True), strict=True):
            decision = pairs.decisions[int(code)]
            values = found.setdefault(decision.step, {})
            values[decision.value] = values.get(decision.value, 0) + int(count)
        if progress:
            progress(place[row.person], len(pairs.people))
    return found
