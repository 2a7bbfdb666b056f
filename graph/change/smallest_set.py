"""Search for a smallest set of rows that takes a change back, in rounds, so that many searches share each question.

Up to `EXACT` rows every set is asked. Of more, rows that do it alone are looked for, then those that cannot be left
out, then pairs; what is left is made smaller row by row until no row can be left out.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from seewhy.graph.inputs.files import FILES

if TYPE_CHECKING:
    from seewhy.graph.change.changed_rows import ChangedRow

EXACT = 5
"""Rows up to which every set of them is asked."""
PAIRED = 12
"""Rows up to which every two of them are asked."""
GATES = {"inactive": "people", "no_case": "cases"}
"""Steps that come before every rung, with the file whose row says so."""
_NAMED = frozenset({"systems", "people", "units", "case_types", "cases", "positions", "roles", "access_rules"})
"""Files whose rows others refer to: of sets of one size, one that leaves them where they are is named first."""
Places = frozenset[int]
Search = Generator[list[Places], dict[Places, bool], tuple[Places, bool]]
"""Yields sets to undo, is sent which of them take the change back, returns the set and whether that was asked."""


def smallest(possible: Places, needed: Places, better: Callable[[Places], tuple[object, ...]]) -> Search:
    """The smallest set with all of `needed` that takes the change back; of several, the first by `better`."""
    rest = sorted(possible - needed)

    def best(restores: dict[Places, bool]) -> Places | None:
        return min((places for places, good in restores.items() if good), key=better, default=None)

    if len(rest) <= EXACT:
        restores = yield _subsets(rest, needed)
        found = best(restores)
        return (possible, False) if found is None else (found, True)

    alone = {place: needed | {place} for place in rest}
    restores = yield [*([needed] if needed else []), *alone.values(), *(possible - {place} for place in rest), possible]
    without = {place for place in rest if not restores[possible - {place}]}
    if not restores[possible]:
        return possible, False
    if needed and restores[needed]:
        return needed, True
    found = best({places: restores[places] for places in alone.values()})
    if found is not None:
        return found, True
    indispensable = needed | without
    asked = _subsets(sorted(without), needed) if len(without) <= EXACT else [indispensable]
    if len(rest) <= PAIRED:
        asked += [needed | set(two) for two in combinations(rest, 2)]
    restores = yield list(dict.fromkeys(asked))
    found = best(restores)
    if found is not None:
        return found, True
    current = possible
    while True:
        smaller = [current - {place} for place in sorted(current - indispensable)]
        restores = (yield smaller) if smaller else {}
        found = best(restores)
        if found is None:
            break
        current = found
    if len(current - needed) <= EXACT + 2:
        restores = yield [places for places in _subsets(sorted(current - needed), needed) if places != current]
        current = best(restores) or current
    return current, True


def _subsets(rest: Iterable[int], needed: Places) -> list[Places]:
    """All sets of some of the rest together with what is needed, without the empty one."""
    listed = list(rest)
    every = (needed | set(some) for size in range(len(listed) + 1) for some in combinations(listed, size))
    return [places for places in every if places]


def gates(changed: Sequence[ChangedRow], places: Iterable[int], step: str, person: str, case: str) -> frozenset[int]:
    """The row that says that somebody is not active, or that a case is not there, when that is what decided."""
    if step not in GATES:
        return frozenset()
    key = GATES[step], (person if GATES[step] == "people" else case,)
    return frozenset(n for n in places if (changed[n].stem, changed[n].key) == key)


def ranking(changed: Sequence[ChangedRow]) -> Callable[[frozenset[int]], tuple[object, ...]]:
    """What is named first: fewer rows, none that others refer to, then in the order of files and rows."""
    order = _order(changed)

    def rank(places: frozenset[int]) -> tuple[object, ...]:
        taken = sum(changed[n].stem in _NAMED and changed[n].did == "began" for n in places)
        return len(places), taken, sorted(order[n] for n in places)

    return rank


def _order(changed: Sequence[ChangedRow]) -> list[int]:
    """The rank of each changed row by file, then row."""
    files = {stem: n for n, stem in enumerate(FILES)}
    ranked = sorted(
        range(len(changed)), key=lambda n: (files[changed[n].stem], min(row["row"] for row in changed[n].rows), n)
    )
    ranks = [0] * len(changed)
    for rank, place in enumerate(ranked):
        ranks[place] = rank
    return ranks
