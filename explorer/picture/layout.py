"""Where the cards are: person left, case right, every path in a row of its own. Same answer, same picture."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDTH, HEIGHT = 178, 54
"""Size of a card in picture units."""
_ROW = 70
_STEPS = {1: 420, 2: 340, 3: 290}
"""Distance of two columns by number of steps from person to case; short paths leave room for words on the lines."""
_STEP = 248


@dataclass(frozen=True, slots=True)
class Chain:
    """One path from person to case: cards in its order, pairs that a fact joins, pairs joined for the eye."""

    cards: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    implied: tuple[tuple[str, str], ...]


def chained(person: str, case: str, pairs: Sequence[tuple[str, str]]) -> Chain:
    """Join the facts of one reason to one chain.

    Facts of the person (a role, a privilege) and of the case (its team, the units above) may meet only in a rule, not
    in a row: such parts are joined end to end, from the far end of the person's part to the far end of the case's part.
    """
    order = list(dict.fromkeys([person, *(card for pair in pairs for card in pair), case]))
    parts: list[list[str]] = []
    seen: set[str] = set()
    for card in order:
        if card not in seen:
            part = list(_distances(card, pairs))
            seen.update(part)
            parts.append(sorted(part, key=order.index))
    first = next(part for part in parts if person in part)
    last = next(part for part in parts if case in part)
    implied: list[tuple[str, str]] = []
    if first is not last:
        between = [part for part in parts if part is not first and part is not last]
        end = _far(person, first, pairs)
        for part in between:
            implied.append((end, part[0]))
            end = part[-1]
        implied.append((end, _far(case, last, pairs)))
    return Chain(tuple(order), tuple(pairs), tuple(implied))


def _distances(start: str, pairs: Iterable[tuple[str, str]]) -> dict[str, int]:
    near: dict[str, list[str]] = {}
    for a, b in pairs:
        near.setdefault(a, []).append(b)
        near.setdefault(b, []).append(a)
    found, queue = {start: 0}, deque([start])
    while queue:
        card = queue.popleft()
        for other in near.get(card, ()):
            if other not in found:
                found[other] = found[card] + 1
                queue.append(other)
    return found


def _far(start: str, part: Sequence[str], pairs: Sequence[tuple[str, str]]) -> str:
    """The card of a part that is farthest from `start`; among equals the last one of the path."""
    distance = _distances(start, pairs)
    return max(part, key=lambda card: (distance[card], part.index(card)))


def longest(person: str, case: str, chains: Sequence[Chain]) -> int:
    """Most steps from person to case on any chain, at least 1."""
    return max((_distances(person, (*c.pairs, *c.implied))[case] for c in chains), default=1)


def placed(person: str, case: str, chains: Sequence[Chain]) -> dict[str, tuple[float, float]]:
    """Card to (x, y), centre of the card, in picture units. No two cards overlap."""
    share: dict[str, list[float]] = {}
    rows: dict[str, list[int]] = {}
    for row, chain in enumerate(chains):
        all_pairs = (*chain.pairs, *chain.implied)
        forth, back = _distances(person, all_pairs), _distances(case, all_pairs)
        for card in chain.cards:
            share.setdefault(card, []).append(forth[card] / max(1, forth[card] + back[card]))
            rows.setdefault(card, []).append(row)
    steps = longest(person, case, chains)
    across = steps * _STEPS.get(steps, _STEP)
    wanted = {
        card: (sum(share[card]) / len(share[card]) * across, sum(rows[card]) / len(rows[card]) * _ROW) for card in share
    }
    middle = max(0, len(chains) - 1) * _ROW / 2
    done: dict[str, tuple[float, float]] = {person: (0.0, middle), case: (float(across), middle)}
    for card, (x, y) in sorted(wanted.items(), key=lambda item: (item[1][1], item[1][0], item[0])):
        if card in done:
            continue
        while any(abs(x - x2) < WIDTH + 24 and abs(y - y2) < HEIGHT + 12 for x2, y2 in done.values()):
            y += _ROW / 4
        done[card] = (round(x, 1), round(y, 1))
    return done


@dataclass(frozen=True, slots=True)
class Curve:
    """A line between two cards: four points of a cubic curve, and where its label is."""

    points: tuple[float, float, float, float, float, float, float, float]
    label: tuple[float, float]


def curve(a: tuple[float, float], b: tuple[float, float], lean: float = 0.5) -> Curve:
    """From the side of card `a` to the side of `b`; `lean` (0 to 1) says how far along its label is."""
    (xa, ya), (xb, yb) = a, b
    if abs(xb - xa) < WIDTH:  # one above the other: from edge to edge, downwards or upwards
        turn = HEIGHT / 2 if yb > ya else -HEIGHT / 2
        middle = (ya + yb) / 2
        return Curve((xa, ya + turn, xa, middle, xb, middle, xb, yb - turn), ((xa + xb) / 2, middle))
    left, right = xa + WIDTH / 2, xb - WIDTH / 2
    middle = (left + right) / 2
    t, u = lean, 1 - lean
    x = left * u**3 + 3 * middle * u * u * t + 3 * middle * u * t * t + right * t**3
    y = ya * u * u * (1 + 2 * t) + yb * t * t * (3 - 2 * t)
    return Curve((left, ya, middle, ya, middle, yb, right, yb), (round(x, 1), round(y, 1)))
