"""Answers as plain data for JSON, from the fields of their dataclasses."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from typing import Any

HIDDEN: dict[str, Any] = {"key": None}
"""Metadata of a field that the JSON does not have."""
OPTIONAL: dict[str, Any] = {"optional": True}
"""Metadata of a field that the JSON has only where it differs from its default."""


def key(name: str) -> dict[str, str]:
    """Metadata of a field that the JSON has under another key."""
    return {"key": name}


class Answer:
    """A dataclass whose JSON has its fields in their order, tuples as lists; engine and load of a provenance last."""

    __slots__ = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain data, keys as the fields."""
        found: dict[str, Any] = {}
        last: dict[str, Any] = {}
        kind: Any = type(self)
        for name, shown, unless in _cells(kind):
            value = getattr(self, name)
            if isinstance(value, Provenance):
                last = value.as_dict()
            elif value != unless:
                found[shown] = plain(value)
        return {**found, **last}


@dataclass(frozen=True, slots=True)
class Hidden(Answer):
    """How many people and cases of the graph, of any day, the one who asks may not ask about."""

    people: int
    cases: int

    @property
    def sentence(self) -> str:
        """`12 people and 340 cases are outside what you may ask about.`"""
        people, cases = (
            f"{number:,} {one if number == 1 else several}"
            for number, one, several in ((self.people, "person", "people"), (self.cases, "case", "cases"))
        )
        return f"{people} and {cases} are outside what you may ask about."


@dataclass(frozen=True, slots=True)
class Provenance(Answer):
    """Where an answer comes from: the engine with its version, and the newest finished load."""

    engine: str
    load: str
    loaded_as_of: str = field(default="", metadata=HIDDEN)
    schemes: str = field(default="", metadata=OPTIONAL)
    """What is to be said when a scheme is not the one that the graph was loaded with."""
    hidden: Hidden | None = field(default=None, metadata=OPTIONAL)
    """How much is outside what may be asked about, where a scope is set."""


@cache
def _cells(kind: Any) -> tuple[tuple[str, str, Any], ...]:
    """Name, key, and the value that is left out, of each field that the JSON has."""
    found = []
    for f in fields(kind):
        shown = f.metadata.get("key", f.name)
        if shown is not None:
            found.append((f.name, shown, f.default if f.metadata.get("optional") else MISSING))
    return tuple(found)


def plain(value: Any) -> Any:
    """A field's value: answers as their JSON, tuples as lists."""
    if isinstance(value, tuple):
        return [plain(part) for part in value]
    return value.as_dict() if isinstance(value, Answer) else value


def grant_cells(granted_by: str, note: str) -> dict[str, str]:
    """`granted_by` and `note` for JSON, each only where the row has it."""
    return {key: value for key, value in (("granted_by", granted_by), ("note", note)) if value}
