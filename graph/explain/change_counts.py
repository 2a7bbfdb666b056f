"""What a comparison comes to, in sentences: `Rosa would lose 9 cases`, `4 people would lose access to 9 cases`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from seewhy.graph.schemes.words import short

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seewhy.graph.answers.change import DiffAnswer

_ORDER = ("lost", "gained", "changed", "other_reason")
_WOULD = {
    "lost": "lose {}",
    "gained": "gain {}",
    "changed": "get other access to {}",
    "other_reason": "keep {} for another reason",
}
_DID = {
    "lost": "lost {}",
    "gained": "gained {}",
    "changed": "got other access to {}",
    "other_reason": "kept {} for another reason",
}
_SEVERAL = {"lost": "access to ", "gained": "access to "}


def by_person(answer: DiffAnswer, *, would: bool = True) -> list[tuple[str, str]]:
    """Person id and sentence, who loses most first, then who gains most."""
    counts: dict[str, dict[str, int]] = {}
    for person, kind, number in answer.differing.without_reasons.group_by("person", "kind").len().iter_rows():
        counts.setdefault(person, {})[kind] = number
    order = sorted(counts, key=lambda one: (*(-counts[one].get(kind, 0) for kind in _ORDER), one))
    words = _WOULD if would else _DID
    return [(one, _sentence(short(answer.names.get(one) or one), counts[one], words, would)) for one in order]


def headline(answer: DiffAnswer, *, would: bool = True) -> str:
    """All of it in one sentence; blank when nothing differs."""
    table, words = answer.differing.without_reasons, _WOULD if would else _DID
    people = table["person"].n_unique()
    if people == 0:
        return ""
    if people == 1:
        return by_person(answer, would=would)[0][1]
    parts = []
    for kind in _ORDER:
        some = table.filter(pl.col("kind") == kind)
        if len(some):
            who, what = some["person"].n_unique(), some["case"].n_unique()
            case = f"case {short(some['case'][0])}" if what == 1 else f"{what:,} cases"
            said = words[kind].format(f"{_SEVERAL.get(kind, '')}{case}")
            one = some["person"][0]
            name = short(answer.names.get(one) or one) if who == 1 else f"{who:,} people"
            parts.append(f"{name} {'would ' if would else ''}{said}")
    return _joined(parts)


def _sentence(name: str, counts: Mapping[str, int], words: Mapping[str, str], would: bool) -> str:
    parts = [words[kind].format(f"{n:,} case{'' if n == 1 else 's'}") for kind in _ORDER if (n := counts.get(kind, 0))]
    return f"{name} {'would ' if would else ''}{_joined(parts)}"


def _joined(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
