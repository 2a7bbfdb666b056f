"""Answers of `who` and `what`: lists of people and of cases, complete."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, TypeVar

from seewhy.graph.answers.as_json import OPTIONAL, Answer, Provenance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from collections.abc import Set as AbstractSet

    import pandas as pd
    import polars as pl

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Seer(Answer):
    """One person in a `who`."""

    person: str
    name: str
    value: str
    value_now: str
    step: str
    found: bool | None = field(default=None, metadata=OPTIONAL)


@dataclass(frozen=True, slots=True)
class SeenCase(Answer):
    """One case in a `what`."""

    case: str
    title: str
    system: str
    value: str
    value_now: str
    step: str
    found: bool | None = field(default=None, metadata=OPTIONAL)


@dataclass(frozen=True, slots=True)
class WhoAnswer:
    """Everybody who can see a case, by person id. `blocked` are those with a claim that a denial or limit beat."""

    case: str
    case_name: str
    as_of: str
    system: str
    scheme: str
    people: tuple[Seer, ...]
    blocked: tuple[Seer, ...]
    provenance: Provenance
    complete: bool = True
    note: str = ""
    """Why nobody can see it, where a row says so: the case has no row on the day."""

    @property
    def only_found(self) -> int:
        """How many of the people only find it by search, and cannot see it."""
        return sum(row.value == "none" for row in self.people)

    @property
    def counts(self) -> dict[tuple[str, str], int]:
        """Number of people by (step, value), most first."""
        return _counted((row.step, row.value) for row in self.people)

    def to_pandas(self) -> pd.DataFrame:
        """Columns person, name, value, value_now, step."""
        return _frame(self.people, Seer)

    def as_dict(self) -> dict[str, Any]:
        """The JSON of `who`."""
        return {
            "case": self.case,
            "as_of": self.as_of,
            "system": self.system,
            "scheme": self.scheme,
            "people": [row.as_dict() for row in self.people],
            "complete": self.complete,
            "count": len(self.people),
            **({"note": self.note} if self.note else {}),
            **self.provenance.as_dict(),
        }


class CaseList(Sequence[SeenCase]):
    """Cases that are not made into objects before somebody looks at them; equal to any sequence of the same cases."""

    def counts(self) -> dict[tuple[str, str, str], int]:
        """Number of cases by (system, step, value)."""
        raise NotImplementedError

    def narrowed(self, systems: AbstractSet[str], wanted: Callable[[str], bool]) -> CaseList:
        """Those of some systems (none named: any) whose value is wanted."""
        raise NotImplementedError

    def within(self, inside: Iterable[str] | None, untitled: Iterable[str]) -> CaseList:
        """Those whose ids are inside (None: all), without the titles of `untitled`."""
        raise NotImplementedError

    def frame(self) -> pl.DataFrame:
        """All of them as columns case, title, system, value, value_now, step."""
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))


@dataclass(frozen=True, slots=True)
class WhatAnswer:
    """Every case that a person can see, by case id; `counts` by (system, step, value) come without listing."""

    person: str
    name: str
    as_of: str
    cases: Sequence[SeenCase]
    provenance: Provenance
    systems: tuple[tuple[str, str], ...] = ()
    """(system, scheme) of every system in the graph."""
    complete: bool = True
    blocked: Sequence[SeenCase] = field(default=())
    note: str = ""
    """Why there is none, where a row says so: the person has no row on the day, or is not active."""

    @property
    def only_found(self) -> int:
        """How many of the cases are only found by search, and cannot be seen."""
        return 0 if isinstance(self.cases, CaseList) else sum(row.value == "none" for row in self.cases)

    @property
    def counts(self) -> dict[tuple[str, str, str], int]:
        """Number of cases by (system, step, value), most first."""
        if isinstance(self.cases, CaseList):
            return dict(sorted(self.cases.counts().items(), key=lambda item: (-item[1], str(item[0]))))
        return _counted((row.system, row.step, row.value) for row in self.cases)

    def to_pandas(self) -> pd.DataFrame:
        """Columns case, title, system, value, value_now, step."""
        return _frame(self.cases, SeenCase)

    def as_dict(self) -> dict[str, Any]:
        """The JSON of `what`."""
        return {
            "person": self.person,
            "as_of": self.as_of,
            "cases": [row.as_dict() for row in self.cases],
            "complete": self.complete,
            "count": len(self.cases),
            **({"note": self.note} if self.note else {}),
            **self.provenance.as_dict(),
        }


def _counted(keys: Iterable[K]) -> dict[K, int]:
    return dict(sorted(Counter(keys).items(), key=lambda item: (-item[1], str(item[0]))))


def _frame(rows: Sequence[Any], kind: Any) -> pd.DataFrame:
    import pandas as pd

    names = [f.name for f in fields(kind) if f.name != "found" or any(row.found is not None for row in rows)]
    return pd.DataFrame([{name: getattr(row, name) for name in names} for row in rows], columns=names)
