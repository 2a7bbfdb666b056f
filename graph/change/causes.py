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
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seewhy.graph.change.day_facts import DayFacts
from seewhy.graph.change.smallest_set import EXACT, Search, gates, ranking, smallest
from seewhy.graph.change.undo import Question, Undo
from seewhy.graph.inputs.files import files_about

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import polars as pl

    from seewhy.graph.change.changed_rows import ChangedRow
    from seewhy.graph.change.impact import Impact
    from seewhy.graph.change.pair_diff import Block
    from seewhy.graph.change.snapshot import Snapshot
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
    sample: list[_Task] = field(default_factory=list)
    others: list[_Task] = field(default_factory=list)


class Causes:
    """The changed rows behind each differing pair: `settle`, then `of`. `histories` are those of the two sides."""

    def __init__(
        self,
        changed: Sequence[ChangedRow],
        impacts: Iterable[Impact],
        sides: tuple[Snapshot, Snapshot],
        histories: tuple[Mapping[str, pl.DataFrame], Mapping[str, pl.DataFrame]],
    ) -> None:
        self._changed, self._sides, self._histories = changed, sides, histories
        self._people: dict[tuple[str, str], list[Impact]] = {}
        self._groups: dict[str, list[Impact]] = {}
        self._cases: dict[str, list[Impact]] = {}
        self._all: dict[str, list[Impact]] = {}
        self._better = ranking(changed)
        self._tasks: dict[tuple[str, str], _Task] = {}
        for impact in impacts:
            if impact.people is not None and (
                impact.groups is None or len(impact.people) <= len(impact.groups) + len(impact.cases)
            ):
                for person in impact.people:
                    self._people.setdefault((impact.scheme, person), []).append(impact)
            elif impact.groups is None:
                self._all.setdefault(impact.scheme, []).append(impact)
            else:
                for group in impact.groups:
                    self._groups.setdefault(group, []).append(impact)
                for case in impact.cases:
                    self._cases.setdefault(case, []).append(impact)

    def settle(self, blocks: Sequence[Block]) -> None:
        """Find the rows of all blocks, asking for those of all at the same time."""
        for block in blocks:
            for cases in _parts(block):
                task = self._task(block, cases[0], alone=len(cases) == 1)
                if task.possible:
                    self._tasks[block.person, cases[0]] = task
        self._ask([task for task in self._tasks.values() if not task.verified])

    def of(self, block: Block) -> list[tuple[Sequence[str], frozenset[int], bool]]:
        """The block's cases, the places of the changed rows that did it, and whether that was asked; split where cases
        have their own rows."""
        found: list[tuple[Sequence[str], frozenset[int], bool]] = []
        for cases in _parts(block):
            task = self._tasks.get((block.person, cases[0]))
            found.append((cases, task.chosen, task.verified) if task else (cases, frozenset(), True))
        return found

    def _task(self, block: Block, case: str, *, alone: bool) -> _Task:
        """What is asked about a pair; settled at once where one row only, or one before all rungs, can have done it."""
        outcomes = [
            outcome or side.outcome_without_claim(block.person, case)
            for outcome, side in zip((block.before, block.after), self._sides, strict=True)
        ]
        found = self._possible(block, case, alone=alone)
        task = _Task(block.person, case, block.scheme, outcomes[0], outcomes[1], found, frozenset())
        first, needed = (gates(self._changed, found, step, block.person, case) for _, step in outcomes)
        if len(found) == 1 or first:
            task.chosen, task.verified = first or found, True
        task.needed = needed
        return task

    def _possible(self, block: Block, case: str, *, alone: bool) -> frozenset[int]:
        person, groups = block.person, block.groups
        possible = [*self._people.get((block.scheme, person), ()), *self._all.get(block.scheme, ())]
        possible += [impact for group in set(groups) for impact in self._groups.get(group, ())]
        if alone:
            possible += self._cases.get(case, ())
        return frozenset(
            impact.row for impact in possible if impact.scheme == block.scheme and impact.covers(person, case, groups)
        )

    # asking

    def _ask(self, tasks: Sequence[_Task]) -> None:
        groups: dict[tuple[object, ...], _Group] = {}
        for task in tasks:
            own = any(self._changed[n].stem in files_about("person") for n in task.possible)
            key = task.scheme, task.before, task.after, task.possible, task.person if own else ""
            group = groups.setdefault(key, _Group())
            (group.sample if len(group.sample) < SAMPLED_PAIRS_PER_GROUP else group.others).append(task)
        turns = sorted(
            ((turn, task) for group in groups.values() for turn, task in enumerate(group.sample)),
            key=lambda pair: pair[0],
        )
        self._find(self._within([task for _, task in turns], MOST_QUESTIONS))
        more: list[_Task] = []
        for group in groups.values():
            chosen = {task.chosen for task in group.sample}
            if len(chosen) == 1 and all(task.verified for task in group.sample):
                for task in group.others:
                    task.chosen, task.verified = next(iter(chosen)), True
            else:
                more += group.others
        spent = sum(_cost(task) for group in groups.values() for task in group.sample if task.verified)
        self._find(self._within(more, MOST_QUESTIONS - spent))
        self._guess(tasks)

    @staticmethod
    def _within(tasks: Sequence[_Task], budget: int) -> list[_Task]:
        found = []
        for task in tasks:
            budget -= _cost(task)
            if budget < 0:
                break
            found.append(task)
        return found

    def _find(self, tasks: Sequence[_Task]) -> None:
        """Let all searches go on together, round by round, each round with one in-memory graph."""
        if not tasks:
            return
        before, after = self._histories
        undo = Undo(self._changed, DayFacts.of(before, self._sides[0].day), DayFacts.of(after, self._sides[1].day))
        searches: list[tuple[_Task, Search, list[frozenset[int]]]] = []
        for task in tasks:
            search = smallest(task.possible, task.needed, self._better)
            searches.append((task, search, next(search)))
        while searches:
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

    def _guess(self, tasks: Sequence[_Task]) -> None:
        """What was not asked gets the rows of files that did it for pairs with rows like it."""
        seen: dict[object, Counter[frozenset[tuple[str, str]]]] = {}
        for task in tasks:
            if task.verified:
                seen.setdefault(self._shape(task), Counter())[self._kinds(task.chosen)] += 1
        for task in tasks:
            if not task.verified and not task.chosen:
                likely = seen.get(self._shape(task))
                kinds = likely.most_common(1)[0][0] if likely else frozenset()
                task.chosen = frozenset(n for n in task.possible if self._kind(n) in kinds) or task.possible

    def _shape(self, task: _Task) -> object:
        return task.scheme, task.before, task.after, self._kinds(task.possible)

    def _kinds(self, places: Iterable[int]) -> frozenset[tuple[str, str]]:
        return frozenset(self._kind(n) for n in places)

    def _kind(self, place: int) -> tuple[str, str]:
        return self._changed[place].stem, self._changed[place].did


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


def _parts(block: Block) -> list[Sequence[str]]:
    """The cases of a block by what can have changed them: together where they stay where they were."""
    if len(block.cases) > 1 and block.groups[0] == block.groups[1]:
        return [block.cases]
    return [[case] for case in block.cases]


def _cost(task: _Task) -> int:
    size = len(task.possible - task.needed)
    return 1 << size if size <= EXACT else 4 * size + (1 << EXACT)
