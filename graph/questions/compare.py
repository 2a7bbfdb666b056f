"""`compare`: where two people differ, or one person on two days. Carries two answers of `what`, decides nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.questions.what import what
from seewhy.graph.record import question
from seewhy.graph.scope.question import from_rows
from seewhy.graph.session import Session, day

if TYPE_CHECKING:
    import datetime as dt

    from seewhy.graph.answers.as_json import Provenance
    from seewhy.graph.answers.lists import SeenCase, WhatAnswer

ONLY_FIRST, ONLY_SECOND, OTHER_VALUE, OTHER_REASON = "only_first", "only_second", "other_value", "other_reason"
Reason = tuple[str, tuple[str, str, str], tuple[str, str, str]]
KINDS = (ONLY_FIRST, ONLY_SECOND, OTHER_VALUE, OTHER_REASON)
"""Only one side sees the case; both do with another value; both do with the same value by another step."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: a person on a day, and how many cases they see."""

    person: str
    name: str
    as_of: str
    count: int


@dataclass(frozen=True, slots=True)
class Difference:
    """One case in which the sides differ; value `none` and a blank step where a side does not see it."""

    case: str
    title: str
    system: str
    kind: str
    first: str
    first_now: str
    first_step: str
    second: str
    second_now: str
    second_step: str

    @property
    def reason(self) -> Reason:
        """What differences are grouped by: kind, then step, value and value now of the first side, of the second."""
        first, second = (self.first_step, self.first, self.first_now), (self.second_step, self.second, self.second_now)
        return self.kind, first, second


@dataclass(frozen=True, slots=True)
class Comparison:
    """All differences, by case id; `same` counts the cases that both see alike (value, value now and step)."""

    first: Side
    second: Side
    differences: tuple[Difference, ...]
    same: int
    provenance: Provenance

    @property
    def counts(self) -> dict[str, int]:
        """Number of cases by kind, in the order of `KINDS`."""
        found = Counter(one.kind for one in self.differences)
        return {kind: found[kind] for kind in KINDS}

    @property
    def groups(self) -> dict[Reason, int]:
        """Number of cases by `Difference.reason`: kinds in the order of `KINDS`, the largest group first."""
        found = Counter(one.reason for one in self.differences)
        return dict(sorted(found.items(), key=lambda item: (KINDS.index(item[0][0]), -item[1], item[0])))


@question("compare")
@from_rows("compare")
def compare(session: Session, first: str, second: str, as_of: str | dt.date | None = None) -> Comparison:
    """Two people on one day. Unknown ids raise UnknownEntity; the same person twice raises ConfigurationError."""
    if first == second:
        raise ConfigurationError(f"`{first}` is on both sides", "choose another person, or compare two days")
    date = day(as_of)
    return _compared(what(session, first, date), what(session, second, date))


@question("compare")
@from_rows("compare", days=("first", "second"))
def compare_days(session: Session, person: str, first: str | dt.date, second: str | dt.date) -> Comparison:
    """One person on two days, the first side on day `first`. The same day twice raises ConfigurationError."""
    days = day(first), day(second)
    if days[0] == days[1]:
        raise ConfigurationError(f"`{days[0]}` is on both sides", "choose another day")
    return _compared(what(session, person, days[0]), what(session, person, days[1]))


def _compared(first: WhatAnswer, second: WhatAnswer) -> Comparison:
    left, right = ({row.case: row for row in answer.cases} for answer in (first, second))
    found, same = [], 0
    for case in sorted(left.keys() | right.keys()):
        a, b = left.get(case), right.get(case)
        if (kind := _kind(a, b)) is None:
            same += 1
            continue
        known = b or a
        assert known is not None
        found.append(Difference(case, known.title, known.system, kind, *_cells(a), *_cells(b)))
    return Comparison(_side(first), _side(second), tuple(found), same, second.provenance)


def _kind(a: SeenCase | None, b: SeenCase | None) -> str | None:
    if a is None or b is None:
        return ONLY_SECOND if a is None else ONLY_FIRST
    if (a.value, a.value_now) != (b.value, b.value_now):
        return OTHER_VALUE
    return OTHER_REASON if a.step != b.step else None


def _cells(row: SeenCase | None) -> tuple[str, str, str]:
    return ("none", "none", "") if row is None else (row.value, row.value_now, row.step)


def _side(answer: WhatAnswer) -> Side:
    return Side(answer.person, answer.name, answer.as_of, len(answer.cases))
