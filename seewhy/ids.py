"""Ids in questions are read as ids in files are: without the blanks and invisible characters at their ends that come
along when somebody copies one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seewhy.graph.inputs.characters import trimmed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

IDS = frozenset(["person", "case", "system", "unit", "position", "work", "rule"])
"""Parameters of questions that are ids, or several."""


def as_loaded(
    names: Sequence[str], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments of a question with its ids trimmed; `names` are those of the positional ones, in order."""
    first = tuple(_trimmed(name, value) for name, value in zip(names, args, strict=False))
    return (*first, *args[len(first) :]), {name: _trimmed(name, value) for name, value in kwargs.items()}


def _trimmed(name: str, value: Any) -> Any:
    if name not in IDS:
        return value
    if isinstance(value, list | tuple):
        return [_trimmed(name, one) for one in value]
    return trimmed(value) if isinstance(value, str) else value
