"""Snapshot: a graph on a day as one side of a comparison, its decisions as numbers, and the step without a claim.

Decisions come from an access matrix that is at hand, else from the halves of rungs for many people and from the
composed questions for few; here they are only fetched in bulk and numbered.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from seewhy.cypher.ladders import ladder_named
from seewhy.graph.matrix.case_index import CaseIndex
from seewhy.graph.matrix.claims import Outcome, Pair, decided_pairs
from seewhy.graph.matrix.decision import NO_CLAIM, Claim, decide
from seewhy.graph.matrix.hash_join import RungJoin
from seewhy.graph.matrix.pairs import PEOPLE_PER_QUESTION, decided_rows
from seewhy.graph.matrix.precomputed import precomputed
from seewhy.graph.matrix.row_decider import DecisionCodes, PerTable, Row, RowDecider

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy.typing as npt

    from seewhy.graph.matrix.access_matrix import AccessMatrix
    from seewhy.graph.matrix.decision import Decision
    from seewhy.graph.session import Session

KEYS_PER_QUESTION = 100
"""Groups or cases per question: far from any time limit."""
MANY = 30
"""People from which halves of rungs are quicker than asking for each: of 100,000 cases a person who sees many takes as
long as twenty times the halves of everybody take for each."""


class Outcomes:
    """Values with their deciding steps as numbers, the same on both sides of a comparison; 0 is no claim."""

    def __init__(self) -> None:
        self.known: list[Outcome] = [("none", "")]
        self._numbers: dict[Outcome, int] = {}

    def number(self, outcome: Outcome) -> int:
        """The number of an outcome."""
        if outcome not in self._numbers:
            self._numbers[outcome] = len(self.known)
            self.known.append(outcome)
        return self._numbers[outcome]

    def of(self, decisions: Sequence[Decision]) -> npt.NDArray[np.uint16]:
        """The numbers of decisions, whose first stands for no claim."""
        return np.array([0, *(self.number((one.value, one.step)) for one in decisions[1:])], np.uint16)

    def differ(self) -> npt.NDArray[np.bool_]:
        """Of every two numbers, whether a comparison has something to say: not equal, and not none on both sides."""
        seen = np.array([value != "none" for value, _ in self.known])
        differing: npt.NDArray[np.bool_] = (seen[:, None] | seen[None, :]) & ~np.eye(len(seen), dtype=bool)
        return differing


class OutcomeRow(NamedTuple):
    """What is decided about one person, as numbers of outcomes: per group, and of single cases, which go first."""

    person: str
    table: npt.NDArray[np.uint16]
    places: npt.NDArray[np.int64]
    codes: npt.NDArray[np.uint16]


class Snapshot:
    """A graph on a day."""

    only: frozenset[str] | None = None
    """The people about whom alone it may differ from what it is compared with; None: anybody."""

    def __init__(
        self, session: Session, day: str, matrix: AccessMatrix | None = None, *, index: CaseIndex | None = None
    ) -> None:
        """`matrix`: that of the day; left out, one that is at hand. `index`: of the cases of the day."""
        self.session, self.day = session, day
        self.people = {row["id"]: row["name"] for row in session.run("organisation/people")}
        self.matrix = matrix or precomputed(session, day, make=False)
        self.index = self.matrix.index if self.matrix else index or CaseIndex.at_hand(session, day)
        self.about = {one.id: (one.system, one.scheme) for one in self.index.about}
        self.schemes = sorted({one.scheme for one in self.index.about})
        self._guards: dict[str, RungJoin] = {}
        self._of_rank: dict[str, dict[int, Outcome]] = {}
        self.codes = DecisionCodes(blocked=True)

    @cached_property
    def guarded(self) -> set[str]:
        """The groups that a guard may close to somebody."""
        return {row["id"] for scheme in self.schemes for row in self.session.run(f"guarded/{scheme}")}

    @staticmethod
    def every_guard_listed(scheme: str) -> bool:
        """Whether the halves of rungs tell what is decided without a claim."""
        return all(rung.guard != "implied" for rung in ladder_named(scheme).rungs)

    def without_claim(self, person: str, groups: npt.NDArray[np.int64], scheme: str, outcomes: Outcomes) -> Any:
        """The numbers of what is decided about somebody and the cases of some groups (their places in `index`) where
        nothing gives a claim."""
        if scheme not in self._guards:
            names = [self.index.groups[n] for n in self.index.of_scheme(scheme)]
            self._guards[scheme] = RungJoin(self.session, scheme, self.day, names, guards_only=True)
        guards = self._guards[scheme]
        if person not in guards.lifted:
            return np.full(len(groups), outcomes.number(("none", "inactive")), np.uint16)
        ranks = guards.guard_ranks(person, groups - self.index.of_scheme(scheme).start).tolist()
        of_rank = self._of_rank.setdefault(scheme, {})
        for rank in set(ranks) - of_rank.keys():
            claim = Claim(rank, None, rank, None, False) if rank else NO_CLAIM
            of_rank[rank] = decided(scheme, claim)
        return np.array([outcomes.number(of_rank[rank]) for rank in ranks], np.uint16)

    @property
    def whole(self) -> bool:
        """Whether everybody is decided already."""
        return self.matrix is not None

    def rows(self, people: Sequence[str], outcomes: Outcomes, *, of_many: bool) -> Iterator[OutcomeRow]:
        """One row per person, in the order given; `of_many`: of more than `MANY`."""
        numbers = np.zeros(0, np.uint16)
        tables = PerTable(lambda table: numbers[table], lambda table: table.nbytes)
        for row in self.matrix.rows(people) if self.matrix else self.decided_rows(people, of_many=of_many):
            decisions = self.matrix.decisions if self.matrix else self.codes.decisions
            if len(decisions) != len(numbers):
                numbers = outcomes.of(decisions)
            yield OutcomeRow(row.person, tables.of(row.table), row.places, numbers[row.codes])

    def decided_rows(self, people: Sequence[str], *, of_many: bool | None = None) -> Iterator[Row]:
        """One row per person, in the order given, decided by the graph; codes are those of `codes`."""
        if len(people) > MANY if of_many is None else of_many:
            yield from self._decider.rows(people)
        else:
            for begin in range(0, len(people), PEOPLE_PER_QUESTION):
                some = people[begin : begin + PEOPLE_PER_QUESTION]
                yield from decided_rows(self.session, some, self.schemes, self.day, self.index, self.codes)

    @cached_property
    def _decider(self) -> RowDecider:
        return RowDecider(self.session, self.day, self.schemes, self.index, self.codes)

    def columns(self, keys: Iterable[str], about: str, scheme: str) -> dict[str, dict[str, Claim]]:
        """The claims of everybody on some groups (`about` profiles) or single cases (`cases`: own claims only), by key
        and person."""
        listed, found = sorted(keys), dict[str, dict[str, Claim]]()
        for begin in range(0, len(listed), KEYS_PER_QUESTION):
            some = listed[begin : begin + KEYS_PER_QUESTION]
            for row in self.session.run(f"seers/{scheme}/{about}", keys=some, as_of=self.day, action="view"):
                found.setdefault(row["key"], {}).update(dict.fromkeys(row["people"], Claim.from_row(row)))
        return found

    def checked(self, pairs: Iterable[Pair], scheme: str) -> dict[Pair, Outcome]:
        """Some pairs, asked pair by pair; who or what is not in this graph sees nothing and is not seen."""
        wanted = sorted(set(pairs))
        found: dict[Pair, Outcome] = {
            (person, case): ("none", "no_case" if person in self.people else "inactive") for person, case in wanted
        }
        return found | decided_pairs(self.session, scheme, wanted, self.day)


def decided(scheme: str, claim: Claim) -> Outcome:
    """Value and step of a claim."""
    decision = decide(ladder_named(scheme), claim)
    return decision.value, decision.step
