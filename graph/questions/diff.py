"""`diff`: who gained or lost between two days, and which rows did it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from seewhy.graph.answers.change import KINDS, ChangedFact, DiffAnswer, Reasons
from seewhy.graph.change.causes import Causes
from seewhy.graph.change.changed_rows import changed_rows
from seewhy.graph.change.differing import DifferingPairs, Explained, counted_by
from seewhy.graph.change.fact_index import FactIndex
from seewhy.graph.change.impact import impacts
from seewhy.graph.change.in_memory import history_of
from seewhy.graph.change.kept_matrix import at_hand, day_matrix
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
    from collections.abc import Callable, Collection, Mapping, Sequence

    import numpy.typing as npt
    import polars as pl

    from seewhy.graph.change.changed_rows import ChangedRow
    from seewhy.graph.change.differing import Lines
    from seewhy.graph.change.impact import Impact
    from seewhy.graph.change.joint_cases import JointCases

    History = Mapping[str, pl.DataFrame]


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
    watch: Callable[[str], None] | None = None,
) -> DiffAnswer:
    """Every pair whose value or step on `end` (default today) is not that on `start`, each with the rows that did it.

    `unit`: the pairs whose person belongs to it or below it on one of the days, or whose case does. Pairs that are none
    on both days are left out, whatever their step. `watch` is told how far the search for the rows that did it is; the
    search begins when somebody asks for them, and ends with whatever `watch` raises. Unknown ids raise UnknownEntity,
    days in the wrong order ConfigurationError.
    """
    one, two = day(start), day(end)
    if one > two:
        raise ConfigurationError(f"`{one}` is after `{two}`", "the earlier day comes first")
    history = history_of(session)
    before, after = (Snapshot(session, date, at_hand(session, date)) for date in (one, two))
    known(session, before, system, person, case)
    about = None if unit is None else _of_unit(session, unit, (one, two))
    return differences(
        before,
        after,
        history,
        history,
        (one, two),
        system=system,
        person=person,
        case=case,
        about=about,
        whole=_decided,
        watch=watch or (lambda words: None),
    )


def _decided(side: Snapshot, other: Snapshot) -> Snapshot:
    """The same with everybody decided: what is asked next about that day takes no time. It is asked for where the
    other day differs so much that asking everybody is cheaper."""
    matrix = None if side.whole else day_matrix(side.session, side.day, unlike=other.day)
    return Snapshot(side.session, side.day, matrix) if matrix else side


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
    whole: Callable[[Snapshot, Snapshot], Snapshot] = lambda side, other: side,
    watch: Callable[[str], None] = lambda words: None,
) -> DiffAnswer:
    """The same for any two graphs: `history` is what `before` was made of, `changed_history` what `after` was.

    `about`: the pairs of some people or cases. `with_causes=False` leaves out which rows did it. `whole` is asked for
    each side again, and told the other, where everybody is compared.
    """
    compared = PairDiff(before, after)
    touched = partial(_touched, compared.joint, (history, before.day), (changed_history, after.day), watch)
    found = None
    plan = _restricted(person, case)
    if after.only is not None:
        mine = after.only if person is None else after.only & {person}
        plan = Plan(people=set(mine).intersection(compared.everybody))
    if plan is None and not compared.whole:
        found = touched()
        plan = _about(about, compared, compared.plan(found[1]))
        if plan.everybody:
            compared = PairDiff(whole(before, after), whole(after, before))
    lines = compared.lines(plan or Plan(everybody=True))
    if about is not None:
        lines = compared.part(lines, about.people, about.cases)
    if system is not None or person is not None or case is not None:
        lines = lines.at(_wanted(compared, lines, system, person, case))
    names = {**before.people, **after.people}

    def explained() -> Explained:
        changed, impacts = found or touched({compared.everybody[n] for n in np.unique(lines.person).tolist()})
        apart, alone = compared.apart(lines, impacts)
        causes = Causes(changed, impacts if with_causes else (), compared, alone, (history, changed_history), watch)
        because, becauses = causes.of(apart)
        counted = counted_by(apart, because, len(becauses), compared.outcomes.known)
        return Explained(
            apart, alone, because, _reasons(changed, becauses, counted, namer([history, changed_history], names))
        )

    differing = DifferingPairs(
        lines, compared.alone, compared.everybody, compared.outcomes.known, compared.joint, explained
    )
    return DiffAnswer(*shown, differing, before.session.provenance(), names)


def _touched(
    joint: JointCases,
    before: tuple[History, str],
    after: tuple[History, str],
    watch: Callable[[str], None],
    people: Collection[str] | None = None,
) -> tuple[list[ChangedRow], list[Impact]]:
    """The rows that differ between two days of one or two histories, and what each can affect of some people."""
    changed = changed_rows(*before, *after)
    histories = [before[0]] if before[0] is after[0] else [before[0], after[0]]
    return changed, impacts(changed, FactIndex(histories, joint.frame()), watch, about=people)


def _reasons(
    changed: Sequence[ChangedRow],
    becauses: Sequence[tuple[frozenset[int], bool]],
    counted: npt.NDArray[np.int64],
    name: Callable[[str, str], str],
) -> Reasons:
    """`counted`: the pairs of each of `becauses` by kind."""
    counts = np.zeros((len(changed), len(KINDS)), np.int64)
    for (places, _), pairs in zip(becauses, counted, strict=True):
        counts[sorted(places)] += pairs
    facts = [_fact(row, of, name) for row, of in zip(changed, counts.tolist(), strict=True) if any(of)]
    facts.sort(key=lambda fact: (-fact.total, fact.sentence))
    sources = tuple(
        tuple(dict.fromkeys(source for place in sorted(places) for source in changed[place].sources))
        for places, _ in becauses
    )
    return Reasons(sources, tuple(facts), frozenset(n for n, (_, verified) in enumerate(becauses) if not verified))


def _restricted(person: str | None, case: str | None) -> Plan | None:
    """What is asked when the question is about one person, one case, or both."""
    if case is not None:
        return Plan(cases={case}) if person is None else Plan(pairs={(person, case)})
    return None if person is None else Plan(people={person})


def _about(about: Part | None, compared: PairDiff, plan: Plan) -> Plan:
    """What is asked when the question is about some people and cases, where that is less than what was touched."""
    if about is None:
        return plan
    narrow = compared.costed(Plan(people=set(about.people), cases=set(about.cases)))
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
