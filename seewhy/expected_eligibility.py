"""What a story expects of `eligible`: the ids of a list, or any keys of a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graph.eligibility import Verdict
from graph.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seewhy.api import Graph


def eligible_answer(graph: Graph, asked: Mapping[str, Any], expect: Any, day: str) -> tuple[bool, Any]:
    """Ask one `eligible` of a story; whether the answer is as expected, and what of it was compared."""
    if "kind" not in asked:
        raise ConfigurationError("`eligible` needs `kind`")
    found = graph.eligible(as_of=day, **asked)
    got = found.as_dict()
    if isinstance(expect, dict):
        told: Any = {key: got.get(key) for key in expect}
    elif isinstance(found, Verdict):
        raise ConfigurationError(f"`{found.kind}` answers with a verdict", "expect keys such as `verdict`, `rules`")
    else:
        return _agrees(expect, got["people"]), [one.person for one in found.people]
    return _agrees(expect, got), told


def _agrees(expected: Any, got: Any) -> bool:
    """Of a mapping the keys given; of a list everything, in any order; a person may be named by id alone."""
    if isinstance(expected, dict):
        return isinstance(got, dict) and all(key in got and _agrees(one, got[key]) for key, one in expected.items())
    if isinstance(expected, list):
        if not isinstance(got, list) or len(expected) != len(got):
            return False
        left = list(got)
        for want in sorted(expected, key=lambda one: -len(one) if isinstance(one, dict) else 0):
            hit = next((one for one in left if _agrees(want, one)), None)
            if hit is None:
                return False
            left.remove(hit)
        return True
    if isinstance(got, dict):
        return str(expected) == got.get("person")
    return expected == got if isinstance(expected, bool) or isinstance(got, bool) else str(expected) == str(got)
