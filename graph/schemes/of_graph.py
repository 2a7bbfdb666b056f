"""The schemes that a graph was loaded with, compared with those in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seewhy.graph.errors import EngineUnavailable
from seewhy.graph.schemes.in_use import schemes

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from seewhy.graph.loads import Load

KEPT = 32
"""Hex digits of a digest that a load remembers."""


def digests_of(names: Collection[str]) -> str:
    """Some schemes with their digests, as a load remembers them: `departments@1a2b… portal@3c4d…`."""
    return " ".join(f"{name}@{schemes()[name].digest[:KEPT]}" for name in sorted(names))


def require_schemes(loads: Sequence[Load]) -> None:
    """Raises EngineUnavailable when the newest load was made with a scheme that is not in use."""
    missing = sorted(set(loads[-1].scheme_digests) - set(schemes())) if loads else []
    if missing:
        named = ", ".join(f"`{name}`" for name in missing)
        raise EngineUnavailable(
            f"the graph was loaded with the scheme {named}, which is not in use",
            "name its folder with `--schemes` or in `SEEWHY_SCHEMES`",
        )


def changed_schemes(load: Load, *, built_in: bool = False) -> str:
    """Which schemes are not as they were when the load was made, in words; blank when all are."""
    known = schemes()
    changed = [
        name
        for name, digest in load.scheme_digests.items()
        if name in known and not known[name].digest.startswith(digest) and (built_in or not known[name].built_in)
    ]
    if not changed:
        return ""
    named = ", ".join(f"`{name}`" for name in changed)
    word = "scheme has" if len(changed) == 1 else "schemes have"
    return f"the {word} changed since the graph was loaded: {named}; load again"


def ruled_otherwise(load: Load) -> bool:
    """Whether a load was made with a scheme that has changed or is not in use."""
    return bool(set(load.scheme_digests) - set(schemes()) or changed_schemes(load, built_in=True))
