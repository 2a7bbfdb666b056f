"""`timeline`: one pair through time. The answer holds between two cuts; a cut is a day on which a fact around the pair
begins or ends, and each change of the answer names the facts that did it.

The facts around a pair are those that its answer rests on (`change/neighbourhood.py`), so nothing changes between cuts.
Where the answer is another one, the facts did it whose undoing takes it back (`causes.py`). Where only the reasons
are others, those did it that a reason on either side cites; when none is cited, all are named.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from seewhy.graph.change.causes import causes_of
from seewhy.graph.change.changed_rows import ChangedRow, changed_rows, cuts
from seewhy.graph.change.day_facts import DayFacts
from seewhy.graph.change.in_memory import kept_history
from seewhy.graph.change.neighbourhood import rows_around
from seewhy.graph.days import day_before
from seewhy.graph.explain.fact_words import phrase
from seewhy.graph.explain.names import namer
from seewhy.graph.inputs.files import FILES
from seewhy.graph.questions.why import why
from seewhy.graph.record import question
from seewhy.graph.scope.answers import told_reason
from seewhy.graph.scope.question import treated
from seewhy.graph.scope.view import ROW
from seewhy.graph.vocabulary import ALWAYS, OPEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import polars as pl

    from seewhy.graph.answers.as_json import Provenance
    from seewhy.graph.answers.check import WhyAnswer
    from seewhy.graph.answers.reasons import Reason
    from seewhy.graph.scope.session import ScopedSession
    from seewhy.graph.scope.view import View
    from seewhy.graph.session import Session


GATES = ("inactive", "no_case")
"""Steps before every ladder: the person is not active, the case is not there."""


@dataclass(frozen=True, slots=True)
class Period:
    """A time in which the answer and its reasons are the same: since inclusive, until exclusive."""

    since: str
    until: str
    value: str
    value_now: str
    step: str
    verdict: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """One fact that began, ended or changed on a day: in words, with its rows."""

    did: str
    sentence: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A day on which the answer changes; `flips` when the value does, not only a reason."""

    date: str
    before: Period
    after: Period
    causes: tuple[Cause, ...]

    @property
    def flips(self) -> bool:
        """Whether the value (now, or after switching) is another one."""
        return (self.before.value, self.before.value_now) != (self.after.value, self.after.value_now)

    @property
    def comes_or_goes(self) -> bool:
        """Whether the person or the case comes or goes and nobody's access with it: `not active`, then `no case`."""
        steps = {self.before.step, self.after.step}
        return not self.flips and len(steps) > 1 and not steps.isdisjoint(GATES)


@dataclass(frozen=True, slots=True)
class Span:
    """A time in which a reason holds; `decides` when it is (one of) the deciding ones."""

    since: str
    until: str
    decides: bool


@dataclass(frozen=True, slots=True)
class ReasonBar:
    """One reason with the times in which it holds, in order."""

    step: str
    value: str
    sentence: str
    rules: tuple[str, ...]
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class TimelineAnswer:
    """The pair from always until further notice: periods without gaps, changes between them, bars per reason."""

    person: str
    person_name: str
    case: str
    case_name: str
    system: str
    scheme: str
    periods: tuple[Period, ...]
    changes: tuple[Change, ...]
    bars: tuple[ReasonBar, ...]
    cuts: int
    """Days that were asked about."""
    provenance: Provenance


OUTSIDE = "outside what you may ask about"
"""The step of a period of which nothing may be told."""


def _within(session: ScopedSession, question: Callable[..., TimelineAnswer], person: str, case: str) -> TimelineAnswer:
    """The periods on whose first day the pair may be told of; of the others only that they are. A pair of which no
    period may be told is as unknown as any."""
    today = session.view("timeline")
    if today.everything:
        return question(session.whole, person, case)
    (row,) = session.whole.run("organisation/pair", person=person, case=case)
    if row["person"] is None or row["case_id"] is None:
        today.require([person], [case])
        raise today.unknown("person" if row["person"] is None else "case", person if row["person"] is None else case)
    answer = question(session.whole, person, case)
    views = {one.since: session.view("timeline", _first_day(one.since)) for one in answer.periods}
    told = {since for since, view in views.items() if view.pair(person, case)}
    if not told:
        today.require([person], [case])
        raise today.unknown("case", case)
    periods: list[Period] = []
    for one in answer.periods:
        if one.since in told:
            periods.append(_told(views[one.since], one))
        elif periods and periods[-1].step == OUTSIDE:
            periods[-1] = replace(periods[-1], until=one.until)
        else:
            periods.append(Period(one.since, one.until, "", "", OUTSIDE, f"This is {OUTSIDE}.", ()))
    causes = {
        change.date: _told_causes(views[change.date], change.causes)
        for change in answer.changes
        if {change.before.since, change.after.since} <= told
    }
    return replace(
        answer,
        case_name=answer.case_name if today.titled(case) else "",
        periods=tuple(periods),
        changes=tuple(Change(two.since, one, two, causes.get(two.since, ())) for one, two in pairwise(periods)),
        bars=_bars(periods),
        cuts=len(periods),
        provenance=today.provenance(answer.provenance),
    )


def _first_day(since: str) -> str:
    return since if since != ALWAYS else "0001-01-01"


def _told(view: View, period: Period) -> Period:
    return replace(period, reasons=tuple(told_reason(view, reason) for reason in period.reasons))


def _told_causes(view: View, causes: tuple[Cause, ...]) -> tuple[Cause, ...]:
    outside = view.rows_outside(source for cause in causes for source in cause.sources)
    return tuple(Cause(one.did, ROW, ()) if not outside.isdisjoint(one.sources) else one for one in causes)


@question("timeline")
@treated("timeline", _within)
def timeline(session: Session, person: str, case: str) -> TimelineAnswer:
    """How the answer for the pair came about; unknown ids raise UnknownEntity."""
    about = session.pair(person, case)
    around = rows_around(kept_history(session), person, case)
    days = [ALWAYS, *cuts(around.values())]
    # The day before the first cut stands for everything before it: the calendar begins with year 1.
    answers = [why(session, person, case, date if date != ALWAYS else "0001-01-01") for date in days]
    periods: list[Period] = []
    for since, until, answer in zip(days, [*days[1:], OPEN], answers, strict=True):
        last = periods[-1] if periods else None
        if last is not None and _same(last, answer):
            periods[-1] = _period(last.since, until, answer)
        else:
            periods.append(_period(since, until, answer))
    changes = tuple(
        Change(after.since, before, after, _causes(around, before, after, person, case, answers[0].check.scheme))
        for before, after in pairwise(periods)
    )
    first = answers[0]
    return TimelineAnswer(
        person,
        about["person_name"],
        case,
        about["caption"] or "",
        first.check.system,
        first.check.scheme,
        tuple(periods),
        changes,
        _bars(periods),
        len(days),
        session.provenance(),
    )


def _period(since: str, until: str, answer: WhyAnswer) -> Period:
    check = answer.check
    return Period(since, until, check.value, check.value_now, check.step, answer.verdict, answer.reasons)


def _key(reason: Reason) -> tuple[object, ...]:
    path = tuple((step.start.id, step.relationship, step.end.id) for step in reason.path)
    return reason.step, reason.value, path


def _same(period: Period, answer: WhyAnswer) -> bool:
    check = answer.check
    return (period.value, period.value_now, period.step) == (check.value, check.value_now, check.step) and [
        (_key(r), r.decides) for r in period.reasons
    ] == [(_key(r), r.decides) for r in answer.reasons]


def _bars(periods: Iterable[Period]) -> tuple[ReasonBar, ...]:
    held: dict[tuple[object, ...], tuple[Reason, list[Span]]] = {}
    for period in periods:
        for reason in period.reasons:
            _, spans = held.setdefault(_key(reason), (reason, []))
            if spans and spans[-1].until == period.since and spans[-1].decides == reason.decides:
                spans[-1] = Span(spans[-1].since, period.until, reason.decides)
            elif not spans or spans[-1].since != period.since:
                spans.append(Span(period.since, period.until, reason.decides))
    bars = [ReasonBar(r.step, r.value, r.sentence, r.rules, tuple(spans)) for r, spans in held.values()]
    return tuple(sorted(bars, key=lambda bar: (bar.spans[0].since, bar.step, bar.sentence)))


def _causes(
    around: Mapping[str, pl.DataFrame], before: Period, after: Period, person: str, case: str, scheme: str
) -> tuple[Cause, ...]:
    date = after.since
    yesterday = day_before(date) if date > "0001-01-01" else ALWAYS
    changed = changed_rows(around, yesterday, around, date)
    names = namer([around])
    outcomes = (before.value, before.step), (after.value, after.step)
    if changed and outcomes[0] != outcomes[1] and not outcomes[0][0] == outcomes[1][0] == "none":
        days = DayFacts.of(around, yesterday), DayFacts.of(around, date)
        if did := causes_of(changed, days, (person, case, scheme), *outcomes):
            return tuple(cause_of(row, names) for row in did)
    changed = changed or list(_beginning_or_ending(around, date))
    one, two = ({step.source for reason in side.reasons for step in reason.path} for side in (before, after))
    steps = {before.step, after.step}
    gates = {stem for stem, step in (("people", "inactive"), ("cases", "no_case")) if step in steps}
    cited = [
        row for row in changed if (row.stem in gates and row.key[0] in (person, case)) or set(row.sources) & (one ^ two)
    ]
    return tuple(cause_of(row, names) for row in cited or changed)


def _beginning_or_ending(around: Mapping[str, pl.DataFrame], date: str) -> Iterable[ChangedRow]:
    """Rows that begin or end on the day with columns that only the position in use depends on."""
    for stem, spec in FILES.items():
        rows: dict[tuple[str, ...], tuple[list[dict[str, object]], list[dict[str, object]]]] = {}
        for row in around[stem].iter_rows(named=True) if stem in around else ():
            for place, side in ((0, "until"), (1, "since")):
                if row[side] == date:
                    rows.setdefault(tuple(row[name] for name in spec.key), ([], []))[place].append(row)
        for key, (ended, began) in rows.items():
            yield ChangedRow(stem, key, tuple(ended), tuple(began))


def cause_of(row: ChangedRow, names: Callable[[str, str], str]) -> Cause:
    """What a changed row did, in words."""
    if row.did == "changed":
        was, now = (phrase(row.stem, side[-1], names) for side in (row.ended, row.began))
        text = f"{was} became {now}" if was != now else f"{was} changed"
    else:
        text = f"{phrase(row.stem, row.rows[-1], names)} {row.did}"
    return Cause(row.did, text, row.sources)
