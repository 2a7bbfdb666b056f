"""Snapshot: a graph on a day as one side of a comparison, its claims decoded, and the step where there is no claim.

Claims come from the composed questions; here they are only fetched in bulk and remembered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seewhy.cypher.ladders import ladder_named
from seewhy.graph.matrix.case_index import CaseIndex
from seewhy.graph.matrix.claims import Outcome, Pair, decided_cases, decided_pairs
from seewhy.graph.matrix.decision import Claim, decide
from seewhy.graph.matrix.row_decider import DecisionCodes, RowDecider

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seewhy.graph.session import Session

BATCH = 100
"""People or keys per question: far from any time limit."""
MANY = 300
"""People from which the access matrix is quicker than asking for each."""
PersonOutcomes = tuple[dict[str, Outcome], dict[str, Outcome]]
"""What is decided about a person's groups, and about single cases, which go first; without a claim no entry."""


class Snapshot:
    """A graph on a day."""

    def __init__(self, session: Session, day: str) -> None:
        self.session, self.day = session, day
        self.people = {row["id"]: row["name"] for row in session.run("organisation/people")}
        self.about: dict[str, tuple[str, str]] = {
            row["id"]: (row["system"], row["scheme"]) for row in session.run("organisation/profiles")
        }
        rows = session.run("organisation/case_profiles", as_of=day)
        self.groups: dict[str, list[str]] = {row["profile_id"]: row["cases"] for row in rows}
        self.group_of = {case: group for group, cases in self.groups.items() for case in cases}
        self._outcomes: dict[tuple[str, Claim], Outcome] = {}
        self._without_claim: dict[tuple[str, str], Outcome] = {}
        in_graph = sorted({scheme for _, scheme in self.about.values()})
        self._guarded = {row["id"] for scheme in in_graph for row in session.run(f"guarded/{scheme}")}
        self._matrix: dict[str, RowDecider] = {}
        self._index: CaseIndex | None = None

    def rows(self, people: Sequence[str], scheme: str, *, of_many: bool) -> dict[str, PersonOutcomes]:
        """What is decided for some people about everything of a scheme; `of_many`: many more will be asked about."""
        known = [person for person in people if person in self.people]
        if of_many:
            return self._from_matrix(known, scheme)
        found: dict[str, PersonOutcomes] = {}
        for begin in range(0, len(known), BATCH):
            decided = decided_cases(self.session, known[begin : begin + BATCH], scheme, self.day)
            for person, (groups, cases) in decided.items():
                found[person] = (
                    {group: self._decided(scheme, claim) for group, claim in groups.items()},
                    {case: self._decided(scheme, claim) for case, (_, claim) in cases.items()},
                )
        return found

    def _from_matrix(self, people: Sequence[str], scheme: str) -> dict[str, PersonOutcomes]:
        if scheme not in self._matrix:
            self._index = self._index or CaseIndex.of_day(self.session, self.day)
            book = DecisionCodes(blocked=True)
            self._matrix[scheme] = RowDecider(self.session, self.day, [scheme], self._index, book)
        whole = self._matrix[scheme]
        found: dict[str, PersonOutcomes] = {}
        for row in whole.rows(people):
            outcome = [(decision.value, decision.step) for decision in whole.book.decisions]
            groups = np.flatnonzero(row.table)
            found[row.person] = (
                {whole.index.groups[n]: outcome[code] for n, code in zip(groups, row.table[groups], strict=True)},
                {whole.index.cases[n]: outcome[code] for n, code in zip(row.places, row.codes, strict=True)},
            )
        return found

    def columns(self, keys: Iterable[str], scheme: str, about: str) -> dict[str, dict[str, Claim]]:
        """The claims of everybody on some groups (`about` profiles) or single cases (`cases`: own claims only), by key
        and person."""
        listed = sorted(key for key in keys if key in (self.groups if about == "profiles" else self.group_of))
        found: dict[str, dict[str, Claim]] = {}
        for begin in range(0, len(listed), BATCH):
            for row in self.session.run(
                f"seers/{scheme}/{about}", keys=listed[begin : begin + BATCH], as_of=self.day, action="view"
            ):
                found.setdefault(row["key"], {}).update(dict.fromkeys(row["people"], Claim.from_row(row)))
        return found

    def outcome(self, scheme: str, claim: Claim | None) -> Outcome | None:
        """Value and step of a claim; None without one (`outcome_without_claim` knows the step then)."""
        return None if claim is None else self._decided(scheme, claim)

    def _decided(self, scheme: str, claim: Claim) -> Outcome:
        key = scheme, claim
        if key not in self._outcomes:
            decision = decide(ladder_named(scheme), claim)
            self._outcomes[key] = decision.value, decision.step
        return self._outcomes[key]

    def checked(self, pairs: Iterable[Pair], scheme: str) -> dict[Pair, Outcome]:
        """Some pairs, asked pair by pair; who or what is not in this graph sees nothing and is not seen."""
        wanted = sorted(set(pairs))
        found: dict[Pair, Outcome] = {
            (person, case): ("none", "no_case" if person in self.people else "inactive") for person, case in wanted
        }
        return found | decided_pairs(self.session, scheme, wanted, self.day)

    def know(self, pairs: Iterable[Pair], scheme: str) -> None:
        """Fetch what `outcome_without_claim` will return, all at once."""
        wanted = {(person, self._place(case)): (person, case) for person, case in pairs}
        outcome = self.checked((pair for key, pair in wanted.items() if key not in self._without_claim), scheme)
        self._without_claim |= {key: outcome[pair] for key, pair in wanted.items() if key not in self._without_claim}

    def outcome_without_claim(self, person: str, case: str) -> Outcome:
        """A pair without a claim that is known (`know`)."""
        return self._without_claim[person, self._place(case)]

    def _place(self, case: str) -> str:
        """What the step of such a pair depends on: the system, and the group only where a guard may hold."""
        group = self.group_of.get(case, "")
        return group if group in self._guarded or not group else self.about[group][0]


def visible(outcome: Outcome | None) -> str:
    """The value of an outcome, none where there is none."""
    return outcome[0] if outcome else "none"


def same(one: Outcome | None, two: Outcome | None) -> bool:
    """Whether a comparison has nothing to say: equal, or none on both sides."""
    return one == two or (visible(one) == "none" and visible(two) == "none")
