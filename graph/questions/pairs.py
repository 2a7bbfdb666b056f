"""Every pair of the organisation, person by person, without ever holding all of them.

The graph decides per person and group of look-alike cases; the groups are spread over cases here, as arrays: one byte
per case and person (4 MB of index per million cases). Bound: the largest single step is one person's row of cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cypher.ladders import ladders
from graph.questions.access import decided_cases
from graph.questions.decision import Claim, Decision, decide
from graph.session import Session, day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

BATCH = 100
"""People per question: large enough to hide round trips, small enough to stay far from any time limit."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What one person sees: positions into `Pairs.cases`, ascending, and per case the index into `Pairs.decisions`."""

    person: str
    cases: npt.NDArray[np.int64]
    codes: npt.NDArray[np.uint8]


class Pairs:
    """Every visible pair on a day. `cases` and `people` are in code point order; iterate for one Sight per person."""

    def __init__(
        self, session: Session, as_of: str | dt.date | None = None, people: Sequence[str] | None = None
    ) -> None:
        self.session, self.as_of = session, day(as_of)
        self.provenance = session.provenance()
        known = sorted(row["id"] for row in session.run("organisation/people"))
        self.people = known if people is None else sorted(people)
        groups = {
            row["profile_id"]: row["cases"] for row in session.run("organisation/case_profiles", as_of=self.as_of)
        }
        self.cases: list[str] = sorted(case for members in groups.values() for case in members)
        self._place = {case: n for n, case in enumerate(self.cases)}
        self._groups = {
            profile: np.fromiter((self._place[case] for case in members), np.int64, len(members))
            for profile, members in groups.items()
        }
        self.schemes = sorted({row["scheme"] for row in session.run("organisation/systems")})
        self.decisions: list[Decision] = [Decision("none", "none", "")]
        self._codes: dict[Decision, int] = {self.decisions[0]: 0}
        self._decoded: dict[tuple[str, Claim], int] = {}

    def _code(self, scheme: str, claim: Claim) -> int:
        key = (scheme, claim)
        if key not in self._decoded:
            full = decide(ladders()[scheme], claim)
            decision = Decision(full.value, full.value_now, full.step) if full.value != "none" else self.decisions[0]
            if decision not in self._codes:
                self._codes[decision] = len(self.decisions)
                self.decisions.append(decision)
            self._decoded[key] = self._codes[decision]
        return self._decoded[key]

    def __iter__(self) -> Iterator[Sight]:
        """One Sight per person with at least one visible case, in order of person id."""
        row = np.zeros(len(self.cases), np.uint8)
        for begin in range(0, len(self.people), BATCH):
            batch = self.people[begin : begin + BATCH]
            halves: dict[str, dict[str, Any]] = {
                s: decided_cases(self.session, batch, s, self.as_of) for s in self.schemes
            }
            for person in batch:
                row[:] = 0
                for scheme, decided in halves.items():
                    profiles, cases = decided.get(person, ({}, {}))
                    for profile, claim in profiles.items():
                        if profile in self._groups and (code := self._code(scheme, claim)):
                            row[self._groups[profile]] = code
                    for case, (_, claim) in cases.items():
                        row[self._place[case]] = self._code(scheme, claim)
                seen = np.flatnonzero(row)
                if len(seen):
                    yield Sight(person, seen, row[seen])

    def counts(self) -> dict[str, dict[str, int]]:
        """Per person the number of cases by value (none left out)."""
        out: dict[str, dict[str, int]] = {}
        for sight in self:
            tally: dict[str, int] = {}
            for code, count in zip(*np.unique(sight.codes, return_counts=True), strict=True):
                value = self.decisions[int(code)].value
                tally[value] = tally.get(value, 0) + int(count)
            out[sight.person] = tally
        return out
