"""Two versions of a scheme on the whole population of a graph: who would gain and lose, by which rung.

Both versions decide every pair of the systems that go by the scheme, from the same history, in graphs in memory; no
graph is changed. Cost: two derivations, and per person one array of a byte per case and version.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from seewhy.cypher.folders import Folder, in_use, shipped, using, using_set
from seewhy.cypher.ladders import ladders
from seewhy.cypher.rungs import VALUES
from seewhy.graph.change.in_memory import in_memory, kept_history
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.matrix.case_index import CaseIndex
from seewhy.graph.matrix.row_decider import DecisionCodes, RowDecider
from seewhy.graph.questions.findings import findings
from seewhy.graph.session import day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from seewhy.graph.session import Session

SHOWN = 20
"""Pairs that are named for each way in which pairs change."""
Outcome = tuple[str, str]
"""Value and step."""
STRICTER, LOOSER, BOTH, EQUAL = "stricter", "looser", "both", "equal"


@dataclass(slots=True)
class StepChange:
    """What became of one step: pairs that it decides in either version."""

    step: str
    gained: int = 0
    lost: int = 0
    raised: int = 0
    lowered: int = 0
    same: int = 0

    @property
    def verdict(self) -> str:
        """stricter, looser, both or equal."""
        looser, stricter = self.gained + self.raised, self.lost + self.lowered
        return BOTH if looser and stricter else LOOSER if looser else STRICTER if stricter else EQUAL


@dataclass(frozen=True, slots=True)
class SchemeDiff:
    """The whole comparison. `moves` counts pairs by (outcome before, outcome after) where they differ; `examples` names
    the first of each."""

    old: str
    new: str
    as_of: str
    systems: tuple[str, ...]
    pairs: int
    moves: Mapping[tuple[Outcome, Outcome], int]
    examples: Mapping[tuple[Outcome, Outcome], tuple[tuple[str, str], ...]]
    steps: tuple[StepChange, ...]
    findings: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def looser(self) -> bool:
        """Whether somebody would gain something."""
        return any(step.verdict in (LOOSER, BOTH) for step in self.steps)

    @property
    def stricter(self) -> bool:
        """Whether somebody would lose something."""
        return any(step.verdict in (STRICTER, BOTH) for step in self.steps)

    def as_dict(self) -> dict[str, Any]:
        """The JSON of `scheme diff`."""
        return {
            "old": self.old,
            "new": self.new,
            "as_of": self.as_of,
            "systems": list(self.systems),
            "pairs": self.pairs,
            "looser": self.looser,
            "stricter": self.stricter,
            "steps": [
                {
                    "step": one.step, "verdict": one.verdict, "gained": one.gained, "lost": one.lost,
                    "raised": one.raised, "lowered": one.lowered, "same": one.same,
                }
                for one in self.steps
            ],
            "moves": [
                {
                    "before": {"value": before[0], "step": before[1]},
                    "after": {"value": after[0], "step": after[1]},
                    "pairs": count,
                    "first": [list(pair) for pair in self.examples[before, after]],
                }
                for (before, after), count in sorted(self.moves.items(), key=lambda item: (-item[1], item[0]))
            ],
            "findings": {name: {"before": one, "after": two} for name, (one, two) in sorted(self.findings.items())},
        }  # fmt: skip


def scheme_diff(session: Session, old: Folder, new: Folder, as_of: str | dt.date | None = None) -> SchemeDiff:
    """Compare two versions on a graph that has systems of the old one; ConfigurationError where it has none."""
    date, history = day(as_of), kept_history(session)
    rows = history["systems"].filter(pl.col("scheme").is_in([old.name, new.name]))
    systems = tuple(sorted(rows["system_id"].unique().to_list()))
    if not systems:
        known = sorted(history["systems"]["scheme"].unique().to_list())
        raise ConfigurationError(
            f"no system of the graph `{session.engine.target}` goes by `{old.name}`",
            f"its schemes are {', '.join(known)}",
        )
    both = [_decided(folder, history, systems, date) for folder in (old, new)]
    (cases, before), (_, after) = both
    moves: Counter[tuple[Outcome, Outcome]] = Counter()
    same: Counter[str] = Counter()
    examples: dict[tuple[Outcome, Outcome], list[tuple[str, str]]] = {}
    people = sorted(before.people | after.people)
    for person, one, two in zip(people, before.rows(people), after.rows(people), strict=True):
        pair = one.astype(np.int64) * 256 + two
        counts = np.bincount(pair, minlength=1)
        for number in np.flatnonzero(counts).tolist():
            was, now = before.outcome(number // 256), after.outcome(number % 256)
            if was == now:
                same[was[1]] += int(counts[number])
                continue
            moves[was, now] += int(counts[number])
            shown = examples.setdefault((was, now), [])
            if len(shown) < SHOWN:
                places = np.flatnonzero(pair == number)[: SHOWN - len(shown)]
                shown += [(person, cases[place]) for place in places.tolist()]
    changed = {name: pair for name, pair in _findings(both[0][1], both[1][1]).items() if pair[0] != pair[1]}
    return SchemeDiff(
        old.origin, new.origin, date, systems, len(cases) * len(people), moves,
        {key: tuple(pairs) for key, pairs in examples.items()}, tuple(_steps(moves, same)), changed,
    )  # fmt: skip


class _Decided:
    """Every decision of one version, person by person: a number per case, by places of the case list."""

    def __init__(self, session: Session, scheme: str, date: str) -> None:
        self.session, self.date = session, date
        self.version = partial(using_set, in_use())
        self.people = {row["id"] for row in session.run("organisation/people")}
        self._index = CaseIndex.of_day(session, date)
        self._book = DecisionCodes(blocked=True)
        self._matrix = RowDecider(session, date, [scheme], self._index, self._book)
        self.cases = self._index.cases
        step, value = ladders()[scheme].otherwise
        self._otherwise = value, step

    def rows(self, people: Sequence[str]) -> Iterator[Any]:
        """The numbers of each person, in the order given."""
        rows = self._matrix.rows(people)
        for _ in people:
            with self.version():  # a generator goes on in the context of whoever asks for the next
                row = next(rows)
            codes = row.table[self._index.group_of]
            codes[row.places] = row.codes
            yield codes

    def outcome(self, number: int) -> Outcome:
        """Value and step; 0: no claim."""
        if number == 0:
            return self._otherwise
        decision = self._book.decisions[number]
        return decision.value, decision.step


def _decided(
    folder: Folder, history: Mapping[str, pl.DataFrame], systems: Iterable[str], date: str
) -> tuple[list[str], _Decided]:
    with using([*shipped().values(), folder]):
        governed = pl.col("system_id").is_in(list(systems))
        frame = history["systems"]
        scheme = pl.when(governed).then(pl.lit(folder.name)).otherwise("scheme")
        of_these = {
            **history,
            "systems": frame.with_columns(scheme=scheme).filter(governed),
            "policies": history["policies"].filter(governed),
            "cases": history["cases"].filter(governed),
        }
        found = _Decided(in_memory(of_these, date, dangling=True), folder.name, date)
    return found.cases, found


def _steps(moves: Mapping[tuple[Outcome, Outcome], int], same: Mapping[str, int]) -> Iterator[StepChange]:
    found: dict[str, StepChange] = {}
    for step, count in same.items():
        found.setdefault(step, StepChange(step)).same += count
    for ((was, step), (now, by)), count in moves.items():
        for one in {step, by}:
            change = found.setdefault(one, StepChange(one))
            if was == now:
                change.same += count
            elif "none" in (was, now):
                setattr(change, "gained" if was == "none" else "lost", count + (
                    change.gained if was == "none" else change.lost))  # fmt: skip
            elif VALUES.index(was) < VALUES.index(now):
                change.raised += count
            else:
                change.lowered += count
    yield from sorted(found.values(), key=lambda one: one.step)


def _findings(before: _Decided, after: _Decided) -> dict[str, tuple[int, int]]:
    """How many there are of each kind of finding, in both versions."""
    counted = []
    for side in (before, after):
        with side.version():
            counted.append(Counter(one.name for one in findings(side.session, side.date).findings))
    return {name: (counted[0][name], counted[1][name]) for name in counted[0] | counted[1]}
