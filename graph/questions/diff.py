"""`diff`: who gained or lost between two days, and which rows did it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from seewhy.graph.answers.change import KINDS, ChangedFact, DiffAnswer
from seewhy.graph.change.causes import Causes
from seewhy.graph.change.changed_rows import changed_rows
from seewhy.graph.change.differing import DifferingPairs
from seewhy.graph.change.fact_index import FactIndex
from seewhy.graph.change.impact import impacts
from seewhy.graph.change.in_memory import history_of
from seewhy.graph.change.pair_diff import PairDiff, Plan
from seewhy.graph.change.snapshot import Snapshot
from seewhy.graph.errors import ConfigurationError, UnknownEntity
from seewhy.graph.explain.fact_words import difference, phrase
from seewhy.graph.explain.names import namer
from seewhy.graph.nearest import nearest
from seewhy.graph.record import question
from seewhy.graph.scope.changes import told_diff
from seewhy.graph.scope.question import answered
from seewhy.graph.scope.selection import chosen
from seewhy.graph.session import Session, day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    import numpy.typing as npt
    import polars as pl

    from seewhy.graph.change.changed_rows import ChangedRow
    from seewhy.graph.change.differing import Lines


@question("diff")
@answered("diff", told_diff, days=("start", "end"))
def diff(
    session: Session,
    start: str | dt.date,
    end: str | dt.date | None = None,
    *,
    system: str | None = None,
    person: str | None = None,
    case: str | None = None,
    unit: str | None = None,
) -> DiffAnswer:
    """Every pair whose value or step on `end` (default today) is not that on `start`, each with the rows that did it.

    `unit`: the pairs whose person belongs to it or below it on one of the days, or whose case does. Pairs that are none
    on both days are left out, whatever their step. Unknown ids raise UnknownEntity, days in the wrong order
    ConfigurationError.
    """
    one, two = day(start), day(end)
    if one > two:
        raise ConfigurationError(f"`{one}` is after `{two}`", "the earlier day comes first")
    history = history_of(session)
    before = Snapshot(session, one)
    after = Snapshot(session, two)
    known(session, before, system, person, case)
    about = None if unit is None else _of_unit(session, unit, (one, two))
    return differences(
        before, after, history, history, (one, two), system=system, person=person, case=case, about=about
    )


class Part(NamedTuple):
    """Some people and some cases: the pairs of either."""

    people: set[str]
    cases: set[str]


def _of_unit(session: Session, unit: str, days: tuple[str, str]) -> Part:
    """Who and what is at a unit or below it on one of the days."""
    people, cases = (
        set().union(*(chosen(session, side, {"unit": [unit]}, date) for date in days)) for side in ("people", "cases")
    )
    return Part(people, cases)


def known(session: Session, side: Snapshot, system: str | None, person: str | None, case: str | None) -> None:
    """Raise UnknownEntity, with the nearest ids, for what the graph never held."""
    if person is not None and person not in side.people:
        raise session.unknown("person", person)
    if case is not None and not session.run("organisation/cases_named", cases=[case]):
        raise session.unknown("case", case)
    systems = {row["id"]: row["name"] for row in session.run("organisation/systems")} if system is not None else {}
    if system is not None and system not in systems:
        raise UnknownEntity(f"unknown system `{system}`", nearest(system, systems, always=True))


def differences(
    before: Snapshot,
    after: Snapshot,
    history: Mapping[str, pl.DataFrame],
    changed_history: Mapping[str, pl.DataFrame],
    shown: tuple[str, str],
    *,
    system: str | None = None,
    person: str | None = None,
    case: str | None = None,
    about: Part | None = None,
    with_causes: bool = True,
) -> DiffAnswer:
    """The same for any two graphs: `history` is what `before` was made of, `changed_history` what `after` was.

    `about`: the pairs of some people or cases. `with_causes=False` leaves out which rows did it.
    """
    changed = changed_rows(history, before.day, changed_history, after.day)
    compared = PairDiff(before, after)
    histories = [history] if history is changed_history else [history, changed_history]
    found = impacts(changed, FactIndex(histories, compared.joint.frame()))
    plan = compared.plan(found)
    lines = compared.lines(_restricted(person, case, plan) or _about(about, compared, plan))
    if about is not None:
        lines = compared.part(lines, about.people, about.cases)
    if system is not None or person is not None or case is not None:
        lines = lines.at(_wanted(compared, lines, system, person, case))
    causes = Causes(changed, found if with_causes else (), compared, (history, changed_history))
    because, becauses = causes.of(lines)
    differing = DifferingPairs(
        lines, compared.everybody, compared.outcomes.known, compared.joint, compared.alone, because
    )
    counts = np.zeros((len(changed), len(KINDS)), np.int64)
    for (places, _), counted in zip(becauses, differing.counted_by(len(becauses)), strict=True):
        counts[sorted(places)] += counted
    names = namer([history, changed_history], {**before.people, **after.people})
    facts = [_fact(row, of, names) for row, of in zip(changed, counts.tolist(), strict=True) if any(of)]
    facts.sort(key=lambda fact: (-fact.total, fact.sentence))
    sources = tuple(
        tuple(dict.fromkeys(source for place in sorted(places) for source in changed[place].sources))
        for places, _ in becauses
    )
    return DiffAnswer(
        *shown,
        differing,
        sources,
        tuple(facts),
        before.session.provenance(),
        {**before.people, **after.people},
        unverified=frozenset(n for n, (_, verified) in enumerate(becauses) if not verified),
    )


def _restricted(person: str | None, case: str | None, plan: Plan) -> Plan | None:
    """What is asked when the question is about one person, one case, or both."""
    if case is not None:
        return Plan(cases={case}) if person is None else Plan(pairs={(person, case)})
    return None if person is None else Plan(people={person}, apart=plan.apart)


def _about(about: Part | None, compared: PairDiff, plan: Plan) -> Plan:
    """What is asked when the question is about some people and cases, where that is less than what was touched."""
    if about is None:
        return plan
    narrow = compared.costed(Plan(people=set(about.people), cases=set(about.cases), apart=plan.apart))
    return narrow if narrow.cost < compared.costed(plan).cost else plan


def _wanted(
    compared: PairDiff, lines: Lines, system: str | None, person: str | None, case: str | None
) -> npt.NDArray[np.bool_]:
    """The lines that a restricted question is about."""
    wanted = np.ones(len(lines), np.bool_)
    if system is not None:
        wanted &= np.array([one.system == system for one in compared.joint.about], np.bool_)[lines.group]
    if person is not None:
        wanted &= np.isin(lines.person, compared.places([person]))
    if case is not None:
        wanted &= lines.case == compared.joint.at(case)
    return wanted


def _fact(row: ChangedRow, counts: Sequence[int], name: Callable[[str, str], str]) -> ChangedFact:
    if row.did == "changed":
        sentence = difference(row.stem, row.ended[-1], row.began[-1], name)
    else:
        sentence = f"{phrase(row.stem, row.rows[-1], name)} {row.did}"
    if row.stem == "people" and row.did != "changed":
        sentence = f"{name('people', row.key[0])} {'came' if row.did == 'began' else 'left'}"
    gained, lost, changed, other = counts
    newest = row.rows[-1]
    grant = newest.get("granted_by") or "", newest.get("note") or ""
    return ChangedFact(row.stem, row.did, sentence, row.sources, (gained, lost, changed, other), *grant)
