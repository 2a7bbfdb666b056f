"""One path as a chain of boxes: the pairs that facts join, and how parts that no fact joins are joined for the eye."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Chain:
    """One path from start to end: boxes in its order, pairs that a fact joins, pairs joined for the eye."""

    cards: tuple[str, ...]
    pairs: tuple[Pair, ...]
    implied: tuple[Pair, ...] = ()

    @property
    def lines(self) -> tuple[Pair, ...]:
        """Every pair once, whichever way round it is said."""
        found: dict[frozenset[str], Pair] = {}
        for pair in (*self.pairs, *self.implied):
            if pair[0] != pair[1]:
                found.setdefault(frozenset(pair), pair)
        return tuple(found.values())


def chained(person: str, case: str, pairs: Sequence[Pair]) -> Chain:
    """Join the facts of one reason to one chain.

    Facts of the person (a role, a privilege) and of the case (its team, the units above) may meet only in a rule, not
    in a row: such parts are joined end to end, from the far end of the person's part to the far end of the case's part.
    """
    order = list(dict.fromkeys([person, *(card for pair in pairs for card in pair), case]))
    parts: list[list[str]] = []
    seen: set[str] = set()
    for card in order:
        if card not in seen:
            part = list(distances(card, pairs))
            seen.update(part)
            parts.append(sorted(part, key=order.index))
    first = next(part for part in parts if person in part)
    last = next(part for part in parts if case in part)
    implied: list[Pair] = []
    if first is not last:
        between = [part for part in parts if part is not first and part is not last]
        end = _far(person, first, pairs)
        for part in between:
            implied.append((end, part[0]))
            end = part[-1]
        implied.append((end, _far(case, last, pairs)))
    else:
        implied += [(person, part[0]) for part in parts if part is not first]
    return Chain(tuple(order), tuple(pairs), tuple(implied))


def distances(start: str, pairs: Iterable[Pair], without: str = "") -> dict[str, int]:
    """Steps from `start` to every card that can be reached, not over `without`."""
    near: dict[str, list[str]] = {}
    for a, b in pairs:
        near.setdefault(a, []).append(b)
        near.setdefault(b, []).append(a)
    found, queue = {start: 0}, deque([start])
    while queue:
        card = queue.popleft()
        for other in near.get(card, ()):
            if other not in found and other != without:
                found[other] = found[card] + 1
                queue.append(other)
    return found


def _far(start: str, part: Sequence[str], pairs: Sequence[Pair]) -> str:
    """The card of a part that is farthest from `start`; among equals the last one of the path."""
    distance = distances(start, pairs)
    return max(part, key=lambda card: (distance[card], part.index(card)))
