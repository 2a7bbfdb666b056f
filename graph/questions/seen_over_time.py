"""`seen_over_time`: how many cases a person sees, or how many people see a case, through time.

It is counted on each day on which a row that names the person or the case begins or ends, and on the day before it, so
that what such a row did is not mixed up with the rest: cases come and go, and what a role holds changes, without a row
that names the person. About the days between nothing is claimed. The counts are those of `what` and `who`, which take
them from the access matrix of a day where it is at hand. Cost: two counts a day, each some milliseconds, without a
matrix up to some 50 for a million cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from seewhy.graph.change.changed_rows import changed_rows, cuts
from seewhy.graph.change.in_memory import kept_history
from seewhy.graph.days import day_before
from seewhy.graph.errors import ConfigurationError, UnknownEntity
from seewhy.graph.explain.names import namer
from seewhy.graph.inputs.files import FILES
from seewhy.graph.questions.timeline import Cause, cause_of
from seewhy.graph.questions.what import what
from seewhy.graph.questions.who import who
from seewhy.graph.record import question
from seewhy.graph.scope.question import keeps_itself, view_of, whole_of
from seewhy.graph.scope.view import rows_naming
from seewhy.graph.session import day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from seewhy.graph.answers.as_json import Provenance
    from seewhy.graph.scope.view import View
    from seewhy.graph.session import Session

FIRST_DAY = "0001-01-01"


@dataclass(frozen=True, slots=True)
class Seen:
    """How many are seen, or see: with `edit` and with `view` only."""

    edit: int = 0
    view: int = 0

    @property
    def total(self) -> int:
        """Both together."""
        return self.edit + self.view


@dataclass(frozen=True, slots=True)
class Moment:
    """A day on which rows that name the person or the case begin or end. `day_before` is the day before it."""

    date: str
    day_before: str
    before: Seen
    after: Seen
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class SeenOverTime:
    """One person or one case through time: all its moments in order, and what holds on the day asked about."""

    person: str
    case: str
    name: str
    as_of: str
    seen: Seen
    moments: tuple[Moment, ...]
    provenance: Provenance


@question("seen_over_time")
@keeps_itself("timeline")
def seen_over_time(
    session: Session,
    *,
    person: str = "",
    case: str = "",
    as_of: str | dt.date | None = None,
    watch: Callable[[str], None] = lambda words: None,
) -> SeenOverTime:
    """The cases of one person, or the people of one case, counted through time. `watch` is told how far it is.

    Unknown ids raise UnknownEntity; both or neither, or a graph that keeps no rows, ConfigurationError.
    """
    date, whole = day(as_of), whole_of(session)
    view, provenance = view_of(session, "timeline", date), session.provenance()
    if bool(person) == bool(case):
        raise ConfigurationError("counts through time are those of one person or of one case", "name one of them")
    if view is not None:
        view.require([person], [case])
    name, seen = _counted(session, person, case, date)
    stem, id = ("people", person) if person else ("cases", case)
    history = kept_history(whole)
    around = {
        one: _told(view, one, rows_naming(one, frame, stem, id)) for one, frame in history.items() if one in FILES
    }
    words, days = namer([history]), [one for one in cuts(around.values()) if one > FIRST_DAY]
    moments = []
    for number, one in enumerate(days, 1):
        watch(f"day {number:,} of {len(days):,}")
        yesterday = day_before(one)
        if not (changed := changed_rows(around, yesterday, around, one)):
            continue
        try:
            counts = [_counted(session, person, case, date)[1] for date in (yesterday, one)]
        except UnknownEntity:
            if view is None:
                raise
            continue  # on that day the person or the case is outside what may be asked about
        moments.append(Moment(one, yesterday, counts[0], counts[1], tuple(cause_of(row, words) for row in changed)))
    return SeenOverTime(person, case, name, date, seen, tuple(moments), provenance)


def _counted(session: Session, person: str, case: str, date: str) -> tuple[str, Seen]:
    """The name of the person or the case, and how many on a day."""
    counts = {"edit": 0, "view": 0}
    if person:
        of_person = what(session, person, date)
        for (_, _, value), count in of_person.counts.items():
            counts[value] += count
        return of_person.name, Seen(**counts)
    of_case = who(session, case, date)
    for (_, value), count in of_case.counts.items():
        counts[value] += count
    return of_case.case_name, Seen(**counts)


def _told(view: View | None, stem: str, rows: pl.DataFrame) -> pl.DataFrame:
    if view is None:
        return rows
    inside: list[bool] = [not view.names_outside(stem, row) for row in rows.iter_rows(named=True)]
    return rows.filter(pl.Series(inside, dtype=pl.Boolean))
