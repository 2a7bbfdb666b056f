"""Hypothesis strategies: small worlds as `stem -> rows` that a load would take."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.worlds.builder import Seeded, Source
from tests.worlds.histories import history
from tests.worlds.small import SCHEMES, Mixed, Small
from tests.worlds.tables import Rows


class _Drawn(Source):
    def __init__(self, draw: Any) -> None:
        self._draw = draw

    def index(self, size: int) -> int:
        return int(self._draw(st.integers(0, size - 1))) if size > 1 else 0


@st.composite
def worlds(draw: Any, scheme: str, *, hostile: bool = True) -> Rows:
    """An organisation of one scheme; the day in question is `tests.worlds.builder.DAY`."""
    return Small(_Drawn(draw), hostile=hostile).make((scheme,))


@st.composite
def mixed_worlds(draw: Any, *, hostile: bool = True) -> Rows:
    """An organisation with a system of each scheme, over the same people and units."""
    return Mixed(_Drawn(draw), hostile=hostile).make(SCHEMES)


@st.composite
def histories(draw: Any, scheme: str, *, hostile: bool = True) -> list[tuple[str, Rows]]:
    """Two or three loads `(as_of, rows)` of an organisation of one scheme, or `mixed`."""
    return history(_Drawn(draw), scheme, hostile=hostile)


def seeded_world(scheme: str, seed: int, *, hostile: bool = True) -> Rows:
    """The same kind of world from a seed; `mixed` for all four schemes. Quick, and not shrunk."""
    if scheme == "mixed":
        return Mixed(Seeded(seed), hostile=hostile).make(SCHEMES)
    return Small(Seeded(seed), hostile=hostile).make((scheme,))
