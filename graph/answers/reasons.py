"""Reasons as values: each complete way in which a rung is met, as a path of facts, and what became of every rung."""

from __future__ import annotations

from dataclasses import dataclass, field

from seewhy.graph.answers.as_json import HIDDEN, OPTIONAL, Answer, key


@dataclass(frozen=True, slots=True)
class End(Answer):
    """One end of a path step: the kind in words (`person`, `unit` …), its id and name."""

    kind: str
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class PathStep(Answer):
    """One fact: `source` is the row that says so (`memberships.csv:14`), `load` the load that began it."""

    start: End = field(metadata=key("from"))
    relationship: str
    end: End = field(metadata=key("to"))
    source: str
    load: str
    since: str
    until: str
    sentence: str
    granted_by: str = field(default="", metadata=OPTIONAL)
    """The id of the person who granted the row; blank where it names none."""
    note: str = field(default="", metadata=OPTIONAL)


@dataclass(frozen=True, slots=True)
class Reason(Answer):
    """One complete way in which a rung is met. `decides` marks those of the deciding step with the deciding value."""

    step: str
    value: str
    sentence: str
    rules: tuple[str, ...]
    path: tuple[PathStep, ...]
    way: str = field(default="", metadata=HIDDEN)
    decides: bool = field(default=False, metadata=HIDDEN)


@dataclass(frozen=True, slots=True)
class Tried(Answer):
    """One rung of the ladder: `outcome` is decided, not met, "met, not needed" or not reached."""

    step: str
    outcome: str
    because: str
    question: str = field(metadata=HIDDEN)
    rules: tuple[str, ...] = field(metadata=HIDDEN)


@dataclass(frozen=True, slots=True)
class Action(Answer):
    """A privilege that the person holds and that could be used on this case, and what it comes through."""

    privilege: str
    rule: str
    through: str
    unit: str
    case_type: str
