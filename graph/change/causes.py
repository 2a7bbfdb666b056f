"""Causes: for every differing pair the smallest set of changed rows whose undoing takes the change back.

    rows whose impact covers the pair (impact.py) ──► sets of them undone, asked again (undo.py) ──► the smallest

Nothing is asked where one row only can have done it, nor where somebody was not active, or a case was not there: the
row that says so comes before every rung. Pairs of one group (the same rows, the same value and step before and after,
and the same person where a row is a person's own) share an answer once a sample of them was asked one by one and
agrees. One answer asks at most `MOST_QUESTIONS` times; what is left gets the rows of files that did it for pairs like
it, and is reported as not verified.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from seewhy.graph.change.by_number import order_of
from seewhy.graph.change.covering import Covering
from seewhy.graph.change.day_facts import DayFacts
from seewhy.graph.change.joint_cases import ABSENT
from seewhy.graph.change.smallest_set import EXACT, GATES, Search, gates, ranking, smallest
from seewhy.graph.change.undo import Question, Undo
from seewhy.graph.inputs.files import files_about

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import numpy.typing as npt
    import polars as pl

    from seewhy.graph.change.changed_rows import ChangedRow
    from seewhy.graph.change.differing import Alone, Lines
    from seewhy.graph.change.impact import Impact
    from seewhy.graph.change.pair_diff import PairDiff
    from seewhy.graph.matrix.claims import Outcome

SAMPLED_PAIRS_PER_GROUP = 8
"""Pairs of a group that are asked one by one before the others share their answer."""
MOST_QUESTIONS = 4_000
"""Times that one answer asks a pair again with rows undone; about a millisecond each."""


@dataclass(slots=True)
class _Task:
    """One pair (standing for the others of its block) whose rows are looked for."""

    person: str
    case: str
    scheme: str
    before: Outcome
    after: Outcome
    possible: frozenset[int]
    needed: frozenset[int]
    """Rows without whose undoing no rung is reached."""
    chosen: frozenset[int] = frozenset()
    verified: bool = False
    wider: bool = False
    """Whether rows outside the impacts that cover the pair were taken in."""


@dataclass(slots=True)
class _Group:
    """Lines with the same rows behind them, the same outcomes and, where a row is a person's own, one person."""

    lines: npt.NDArray[np.int64]
    task: _Task
    """What is looked for, without person and case."""
    asked: dict[int, _Task] = field(default_factory=dict)


class Causes:
    """The changed rows behind each line of differing pairs. `histories` are those of the two sides."""

    def __init__(
        self,
        changed: Sequence[ChangedRow],
        impacts: Iterable[Impact],
        compared: PairDiff,
        alone: Alone,
        histories: tuple[Mapping[str, pl.DataFrame], Mapping[str, pl.DataFrame]],
        watch: Callable[[str], None] = lambda words: None,
    ) -> None:
        self._changed, self._impacts, self._compared, self._histories = changed, list(impacts), compared, histories
        self._alone, self._better, self._watch = alone, ranking(changed), watch
        self._kinds_of: dict[frozenset[int], frozenset[tuple[str, str]]] = {}

    def of(self, lines: Lines) -> tuple[npt.NDArray[np.int32], list[tuple[frozenset[int], bool]]]:
        """Per line a place in the list of causes: the places of the changed rows that did it, and whether that was
        asked."""
        groups = self._grouped(lines)
        self._settle(lines, [group for group in groups if group.task.possible and not group.task.verified])
        places: dict[tuple[frozenset[int], bool], int] = {}
        because = np.zeros(len(lines), np.int32)

        def place(task: _Task) -> int:
            return places.setdefault((task.chosen, task.verified), len(places))

        for group in groups:
            because[group.lines] = place(group.task)
            for line, task in group.asked.items():
                because[line] = place(task)
        return because, list(places)

    def _grouped(self, lines: Lines) -> list[_Group]:
        """The lines in groups; settled at once where one row only, or one before all rungs, can have done it."""
        covering = Covering(self._impacts, self._compared, lines, self._watch)
        number, possible = covering.sets()
        files = files_about("person")
        own = np.array([any(self._changed[n].stem in files for n in places) for places in possible], np.bool_)
        schemes = np.array([one.scheme for one in self._compared.joint.about])
        groups = lines.group
        of_scheme = np.unique(schemes, return_inverse=True)[1][groups]
        alike = (number, lines.before, lines.after, of_scheme, np.where(own[number], lines.person, ABSENT))
        order = order_of(*alike)
        begin = np.flatnonzero(np.any([np.diff(column[order]) != 0 for column in alike], axis=0)) + 1
        parts = np.split(order, begin) if len(order) else []
        first = order[np.append(0, begin)[: len(parts)]]
        about = (one[first].tolist() for one in (number, lines.before, lines.after, groups))
        return [
            self._group(lines, some, possible[places], str(schemes[group]), before, after)
            for some, places, before, after, group in zip(parts, *about, strict=True)
        ]

    def _group(
        self, lines: Lines, some: npt.NDArray[np.int64], places: frozenset[int], scheme: str, before: int, after: int
    ) -> _Group:
        """The group of some lines, which these rows may have changed."""
        was, now = (self._compared.outcomes.known[one] for one in (before, after))
        chosen, needed = frozenset[int](), frozenset[int]()
        if was[1] in GATES or now[1] in GATES:
            person, case = self._compared.pair(lines, int(some[0]), self._alone)
            chosen, needed = (gates(self._changed, places, step, person, case) for _, step in (was, now))
        if not chosen and len(places) < 2:
            chosen = places
        task = _Task("", "", scheme, was, now, places, needed, chosen, verified=bool(chosen) or not places)
        return _Group(some, task)

    def _asked(self, lines: Lines, group: _Group, turn: int) -> _Task:
        """The task of a line of a group, which is asked by itself."""
        line = int(group.lines[turn])
        person, case = self._compared.pair(lines, line, self._alone)
        group.asked[line] = task = replace(group.task, person=person, case=case)
        return task

    def _settle(self, lines: Lines, groups: Sequence[_Group]) -> None:
        turns = (
            self._asked(lines, group, turn)
            for turn in range(SAMPLED_PAIRS_PER_GROUP)
            for group in groups
            if turn < len(group.lines)
        )
        self._find(_within(turns, MOST_QUESTIONS))
        unlike: list[_Group] = []
        for group in groups:
            found = [task.chosen for task in group.asked.values() if task.verified]
            if len(found) == min(len(group.lines), SAMPLED_PAIRS_PER_GROUP) and len({*found}) == 1:
                group.task.chosen, group.task.verified = found[0], True
                group.asked.clear()
            else:
                unlike.append(group)
        spent = sum(_cost(task) for group in groups for task in group.asked.values() if task.verified)
        spent += sum(_cost(group.task) * min(len(group.lines), SAMPLED_PAIRS_PER_GROUP)
                     for group in groups if group.task.verified)  # fmt: skip

        def others() -> Iterator[_Task]:
            for group in unlike:
                for turn in range(SAMPLED_PAIRS_PER_GROUP, len(group.lines)):
                    yield self._asked(lines, group, turn)

        self._find(_within(others(), MOST_QUESTIONS - spent))
        self._guess(groups)

    def _find(self, tasks: Sequence[_Task]) -> None:
        """Let all searches go on together, round by round, each round with one in-memory graph."""
        if not tasks:
            return
        days = (DayFacts.of(h, side.day) for h, side in zip(self._histories, self._compared.sides, strict=True))
        undo = Undo(self._changed, *days)
        searches: list[tuple[_Task, Search, list[frozenset[int]]]] = []
        for task in tasks:
            search = smallest(task.possible, task.needed, self._better)
            searches.append((task, search, next(search)))
        while searches:
            self._watch(f"which sets of rows take {len(searches):,} changes back")
            outcomes = undo.outcomes(
                Question(task.person, task.case, task.scheme, places) for task, _, asked in searches for places in asked
            )
            going = []
            for task, search, asked in searches:
                restored = {
                    places: outcomes[Question(task.person, task.case, task.scheme, places)] == task.before
                    for places in asked
                }
                try:
                    going.append((task, search, search.send(restored)))
                except StopIteration as done:
                    task.chosen, task.verified = done.value
                    if not task.verified and self._widened(task):
                        search = smallest(task.possible, task.needed, self._better)
                        going.append((task, search, next(search)))
            searches = going

    def _widened(self, task: _Task) -> bool:
        """Take in the person's and the case's other rows: at which step somebody gets nothing may depend on rows that
        give nothing (a role elsewhere, a holding), which lie in no impact on the pair."""
        if task.wider:
            return False
        task.wider = True
        owners = {(stem, "person_id", task.person) for stem in files_about("person")}
        owners |= {(stem, "case_id", task.case) for stem in files_about("case")}
        own = {
            n
            for n, row in enumerate(self._changed)
            if any(
                (row.stem, name, row.rows[0][name]) in owners
                for name in ("person_id", "case_id")
                if name in row.rows[0]
            )
        }
        wider = task.possible | own
        if wider == task.possible:
            return False
        task.possible = wider
        return True

    def _guess(self, groups: Sequence[_Group]) -> None:
        """What was not asked gets the rows of files that did it for pairs with rows like it."""
        seen: dict[object, Counter[frozenset[tuple[str, str]]]] = {}
        for group in groups:
            verified = [task for task in group.asked.values() if task.verified]
            counted = Counter(self._kinds(task.chosen) for task in verified)
            if group.task.verified:
                counted[self._kinds(group.task.chosen)] += len(group.lines)
            if counted:
                seen.setdefault(self._shape(group.task), Counter()).update(counted)
        likely = {shape: counted.most_common(1)[0][0] for shape, counted in seen.items()}
        guessed: dict[tuple[frozenset[int], frozenset[tuple[str, str]]], frozenset[int]] = {}
        for group in groups:
            for task in (group.task, *group.asked.values()):
                if not task.verified and not task.chosen:
                    key = task.possible, likely.get(self._shape(task), frozenset())
                    if key not in guessed:
                        guessed[key] = frozenset(n for n in key[0] if self._kind(n) in key[1]) or key[0]
                    task.chosen = guessed[key]

    def _shape(self, task: _Task) -> object:
        return task.scheme, task.before, task.after, self._kinds(task.possible)

    def _kinds(self, places: frozenset[int]) -> frozenset[tuple[str, str]]:
        if (known := self._kinds_of.get(places)) is None:
            known = self._kinds_of[places] = frozenset(self._kind(n) for n in places)
        return known

    def _kind(self, place: int) -> tuple[str, str]:
        return self._changed[place].stem, self._changed[place].did


def _within(tasks: Iterable[_Task], budget: int) -> list[_Task]:
    """The first of the tasks that so many questions are enough for."""
    found = []
    for task in tasks:
        budget -= _cost(task)
        if budget < 0:
            break
        found.append(task)
    return found


def causes_of(
    changed: Sequence[ChangedRow],
    days: tuple[DayFacts, DayFacts],
    pair: tuple[str, str, str],
    before: Outcome,
    after: Outcome,
) -> tuple[ChangedRow, ...]:
    """The same for one pair (person, case, scheme), any of the rows that changed between two days; none when all of
    them undone do not take the change back."""
    person, case, scheme = pair
    every = frozenset(range(len(changed)))
    if first := gates(changed, every, before[1], person, case):
        return tuple(changed[n] for n in sorted(first))
    undo = Undo(changed, *days)
    search = smallest(every, gates(changed, every, after[1], person, case), ranking(changed))
    asked = next(search)
    while True:
        outcomes = undo.outcomes(Question(person, case, scheme, places) for places in asked)
        try:
            asked = search.send({question.undone: outcome == before for question, outcome in outcomes.items()})
        except StopIteration as done:
            chosen, verified = done.value
            return tuple(changed[n] for n in sorted(chosen)) if verified else ()


def _cost(task: _Task) -> int:
    size = len(task.possible - task.needed)
    return 1 << size if size <= EXACT else 4 * size + (1 << EXACT)
