"""Answers as values: frozen, plain, and the same for the command line, Python, and the explorer.

`as_dict()` is the JSON of contract section 5, to which `engine` and `load` are added ("every answer names its engine
and load").

Long because all values of the questions stand in one place, each a few lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, TypeVar

from seewhy.cypher.ladders import file_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    import polars as pl

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an answer comes from: the engine with its version, and the newest finished load."""

    engine: str
    load: str
    loaded_as_of: str = ""

    def as_dict(self) -> dict[str, str]:
        """Keys engine, load."""
        return {"engine": self.engine, "load": self.load}


@dataclass(frozen=True, slots=True)
class End:
    """One end of a path step: the kind in words (`person`, `unit` …), its id and name."""

    kind: str
    id: str
    name: str

    def as_dict(self) -> dict[str, str]:
        """Keys kind, id, name."""
        return {"kind": self.kind, "id": self.id, "name": self.name}


def said(granted_by: str, note: str) -> dict[str, str]:
    """`granted_by` and `note` for JSON, each only where the row has it."""
    return {key: value for key, value in (("granted_by", granted_by), ("note", note)) if value}


@dataclass(frozen=True, slots=True)
class PathStep:
    """One fact: `source` is the row that says so (`memberships.csv:14`), `load` the load that began it."""

    start: End
    relationship: str
    end: End
    source: str
    load: str
    since: str
    until: str
    sentence: str
    granted_by: str = ""
    """The id of the person who granted the row; blank where it names none."""
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Keys from, relationship, to, source, load, since, until, sentence; granted_by and note where the row has
        them."""
        return {
            "from": self.start.as_dict(),
            "relationship": self.relationship,
            "to": self.end.as_dict(),
            "source": self.source,
            "load": self.load,
            "since": self.since,
            "until": self.until,
            "sentence": self.sentence,
            **said(self.granted_by, self.note),
        }


@dataclass(frozen=True, slots=True)
class Reason:
    """One complete way in which a rung is met. `decides` marks those of the deciding step with the deciding value."""

    step: str
    value: str
    sentence: str
    rules: tuple[str, ...]
    path: tuple[PathStep, ...]
    way: str = ""
    decides: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Keys step, value, sentence, rules, path."""
        return {
            "step": self.step,
            "value": self.value,
            "sentence": self.sentence,
            "rules": list(self.rules),
            "path": [step.as_dict() for step in self.path],
        }


@dataclass(frozen=True, slots=True)
class Tried:
    """One rung of the ladder: `outcome` is decided, not met, "met, not needed" or not reached."""

    step: str
    outcome: str
    because: str
    question: str
    rules: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Keys step, outcome, because."""
        return {"step": self.step, "outcome": self.outcome, "because": self.because}


@dataclass(frozen=True, slots=True)
class Action:
    """A privilege that the person holds and that could be used on this case, and what it comes through."""

    privilege: str
    rule: str
    through: str
    unit: str
    case_type: str

    def as_dict(self) -> dict[str, str]:
        """Keys privilege, rule, through, unit, case_type."""
        return {
            "privilege": self.privilege,
            "rule": self.rule,
            "through": self.through,
            "unit": self.unit,
            "case_type": self.case_type,
        }


@dataclass(frozen=True, slots=True)
class FactChange:
    """One row to add or to end: `row` holds the cells of contract section 2 (the form that `whatif` takes)."""

    do: str
    file: str
    row: tuple[tuple[str, str], ...]

    def as_dict(self) -> dict[str, Any]:
        """Keys do, file, row."""
        return {"do": self.do, "file": self.file, "row": dict(self.row)}


@dataclass(frozen=True, slots=True)
class WouldChange:
    """A smallest set of facts that would change the answer to `value`, verified by asking again.

    `also_affects` holds other pairs (person, case, value before, value after) in the order of person, then case;
    `opened` (none before), `closed` (none after), `raised` (view to edit) and `lowered` (edit to view) count them all.
    """

    change: tuple[FactChange, ...]
    value: str
    step: str
    also_affects: tuple[tuple[str, str, str, str], ...]
    sentence: str
    opened: int = 0
    closed: int = 0
    raised: int = 0
    lowered: int = 0

    @property
    def others(self) -> int:
        """How many other pairs of person and case would have another value."""
        return self.opened + self.closed + self.raised + self.lowered

    def as_dict(self) -> dict[str, Any]:
        """Keys change, value, step, sentence, opened, closed, raised, lowered, also_affects (count, pairs)."""
        return {
            "change": [c.as_dict() for c in self.change],
            "value": self.value,
            "step": self.step,
            "sentence": self.sentence,
            "opened": self.opened,
            "closed": self.closed,
            "raised": self.raised,
            "lowered": self.lowered,
            "also_affects": {
                "count": self.others,
                "pairs": [{"person": p, "case": c, "before": b, "after": a} for p, c, b, a in self.also_affects],
            },
        }


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """May this person see this case? `value` and `value_now` are none, view or edit; `found` only when searching was
    asked."""

    person: str
    case: str
    as_of: str
    system: str
    scheme: str
    value: str
    value_now: str
    step: str
    rules: tuple[str, ...]
    provenance: Provenance
    found: bool | None = None

    @property
    def can_see(self) -> bool:
        """True when the value is view or edit."""
        return self.value != "none"

    @property
    def file(self) -> str:
        """The query file that decided, by its path in the repository: `cypher/schemes/portal/1_firm.cypher`."""
        return file_of(self.scheme, self.step)

    def as_dict(self) -> dict[str, Any]:
        """The JSON of `check`."""
        plain: dict[str, Any] = {
            "person": self.person,
            "case": self.case,
            "as_of": self.as_of,
            "system": self.system,
            "scheme": self.scheme,
            "value": self.value,
            "value_now": self.value_now,
            "step": self.step,
            "rules": list(self.rules),
            "file": self.file,
        }
        if self.found is not None:
            plain["found"] = self.found
        return {**plain, **self.provenance.as_dict()}


@dataclass(frozen=True, slots=True)
class WhyAnswer:
    """The same with everything that leads to it: all reasons (deciding first), every rung, what would change it."""

    check: CheckAnswer
    person_name: str
    case_name: str
    verdict: str
    blocked: bool
    """For a none: True when a denial or limit decided it, False when nothing ever granted it."""
    reasons: tuple[Reason, ...]
    ladder: tuple[Tried, ...]
    would_change: tuple[WouldChange, ...] = ()
    actions: tuple[Action, ...] | None = None
    now_because: str = ""
    """Where the access of the moment is less: which position is in use, since when, and the row that says so."""

    @property
    def file(self) -> str:
        """The query file that decided, as in the check."""
        return self.check.file

    def as_dict(self) -> dict[str, Any]:
        """The JSON of `why`; its sentence is the verdict, and why the access of the moment is less."""
        return {
            **self.check.as_dict(),
            "sentence": f"{self.verdict} {self.now_because}".rstrip(),
            "blocked": self.blocked,
            "reasons": [reason.as_dict() for reason in self.reasons],
            "ladder": [rung.as_dict() for rung in self.ladder],
            "would_change": [change.as_dict() for change in self.would_change],
            **({} if self.actions is None else {"actions": [action.as_dict() for action in self.actions]}),
        }


@dataclass(frozen=True, slots=True)
class Seer:
    """One person in a `who`."""

    person: str
    name: str
    value: str
    value_now: str
    step: str
    found: bool | None = None

    def as_dict(self) -> dict[str, Any]:
        """Keys person, name, value, value_now, step, and found when it was asked."""
        plain: dict[str, Any] = {
            "person": self.person,
            "name": self.name,
            "value": self.value,
            "value_now": self.value_now,
            "step": self.step,
        }
        return plain if self.found is None else {**plain, "found": self.found}


@dataclass(frozen=True, slots=True)
class SeenCase:
    """One case in a `what`."""

    case: str
    title: str
    system: str
    value: str
    value_now: str
    step: str
    found: bool | None = None

    def as_dict(self) -> dict[str, Any]:
        """Keys case, title, system, value, value_now, step, and found when it was asked."""
        plain: dict[str, Any] = {
            "case": self.case,
            "title": self.title,
            "system": self.system,
            "value": self.value,
            "value_now": self.value_now,
            "step": self.step,
        }
        return plain if self.found is None else {**plain, "found": self.found}


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
    """Why nobody can see it, where that is plain: the case has no row on the day."""

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
    """Why there is none, where that is plain: the person has no row on the day, or is not active."""

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
