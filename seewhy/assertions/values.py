"""Whether an answer is what a test expects: of a mapping only the keys given count, a list is everything in any order.

Expected values come from YAML as the characters that stand there; what the answer holds says what they are.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from seewhy.graph.inputs.checks.cells import FALSE, TRUE

if TYPE_CHECKING:
    from collections.abc import Sequence


def agrees(expected: Any, got: Any) -> bool:
    """Whether `got` is as expected. A person of a list may be named by the id alone."""
    if isinstance(expected, dict):
        return isinstance(got, dict) and all(key in got and agrees(one, got[key]) for key, one in expected.items())
    if isinstance(expected, list | tuple):
        return isinstance(got, list | tuple) and matched(expected, got)
    if isinstance(got, dict):
        return "person" in got and agrees(expected, got["person"])
    return _same(expected, got)


def matched(expected: Sequence[Any], got: Sequence[Any]) -> bool:
    """Whether each expected value can be paired with one of its own that it fits, and none is left over."""
    if len(expected) != len(got):
        return False
    if not any(isinstance(one, dict | list | tuple | bool) for one in (*expected, *got)):
        return Counter(map(_word, expected)) == Counter(map(_word, got))
    fits = [[place for place, one in enumerate(got) if agrees(want, one)] for want in expected]
    taken: dict[int, int] = {}

    def placed(want: int, tried: set[int]) -> bool:
        """Whether `want` finds a place, if need be by moving others to places that fit them too."""
        free = next((place for place in fits[want] if place not in taken), None)
        if free is not None:
            taken[free] = want
            return True
        for place in fits[want]:
            if place not in tried:
                tried.add(place)
                if placed(taken[place], tried):
                    taken[place] = want
                    return True
        return False

    return all(placed(want, set()) for want in range(len(expected)))


def _same(expected: Any, got: Any) -> bool:
    if isinstance(got, bool):
        return (str(expected).lower() in TRUE) is got and str(expected).lower() in (*TRUE, *FALSE)
    return _word(expected) == _word(got)


def _word(value: Any) -> str:
    return "" if value is None else str(value)
