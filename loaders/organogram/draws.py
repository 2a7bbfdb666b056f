"""Draws that depend on a seed and a name only, so that one more person or case changes nobody else's."""

from __future__ import annotations

from bisect import bisect_left
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def point(seed: int, *name: str) -> int:
    """A whole number in 0 .. 2**64-1."""
    return int.from_bytes(blake2b("\x1f".join((str(seed), *name)).encode(), digest_size=8).digest(), "big")


def share(seed: int, *name: str) -> float:
    """A number in 0 .. 1 (1 excluded)."""
    return (point(seed, *name) >> 11) / 2**53


class Ring:
    """Members on a circle; a draw meets the next one. Who leaves is replaced by the neighbours, all others stay.

    (Consistent hashing, Karger et al. 1997.) `weights` gives how many places each member takes. Uneven gaps make
    uneven caseloads, as in life.
    """

    def __init__(self, seed: int, weights: Mapping[str, int]) -> None:
        placed = sorted(
            (point(seed, "ring", member, str(n)), member) for member, weight in weights.items() for n in range(weight)
        )
        self._points = [where for where, _ in placed]
        self._members = [member for _, member in placed]
        self.size = len(weights)

    def draw(self, where: int, but: str = "") -> str:
        """The member at or behind the point `where`, not `but`; blank when there is no other."""
        start, size = bisect_left(self._points, where), len(self._members)
        around = (self._members[(start + step) % size] for step in range(size))
        return next((member for member in around if member != but), "")
