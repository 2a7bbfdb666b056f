"""The composed decisions for pairs that a finding asks about: the same texts as `what`, person by person in batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cypher.ladders import ladders
from graph.questions.access import decided_cases
from graph.questions.decision import Claim, decide
from graph.questions.pairs import BATCH, Pairs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from graph.questions.decision import Decision
    from graph.session import Session

_NOTHING = Claim(None, None, None, None, False)


class Sight:
    """Decisions of some people in one scheme; who is not active sees nothing, with whatever claim."""

    def __init__(self, session: Session, scheme: str, date: str) -> None:
        self._session, self._scheme, self._date = session, scheme, date
        self._ladder = ladders()[scheme]
        self._nothing = decide(self._ladder, _NOTHING)
        self._claims: dict[str, Any] = {}

    def of(self, people: Iterable[str]) -> Sight:
        """The same, knowing these people as well."""
        wanted = sorted(set(people) - self._claims.keys())
        for begin in range(0, len(wanted), BATCH):
            batch = wanted[begin : begin + BATCH]
            decided = decided_cases(self._session, batch, self._scheme, self._date)
            self._claims |= {person: decided.get(person, ({}, {})) for person in batch}
        return self

    def decision(self, person: str, case: str, profile: str) -> Decision:
        """What decides about one case that has this profile on the day."""
        profiles, cases = self._claims.get(person, ({}, {}))
        claim = cases[case][1] if case in cases else profiles.get(profile)
        return self._nothing if claim is None else decide(self._ladder, claim)

    def hidden(self, person: str, profile: str, members: Sequence[str]) -> list[str]:
        """Those of the profile's cases that the person cannot see, in their order."""
        profiles, cases = self._claims.get(person, ({}, {}))
        claim = profiles.get(profile)
        shown = claim is not None and decide(self._ladder, claim).value != "none"
        if not cases:
            return [] if shown else list(members)
        return [
            case
            for case in members
            if (decide(self._ladder, cases[case][1]).value == "none" if case in cases else not shown)
        ]


def members_of(session: Session, profiles: Iterable[str], date: str) -> dict[str, dict[str, str]]:
    """The cases of some profiles on the day: profile id to {case id: title}, by case id."""
    wanted = sorted(set(profiles))
    rows = session.run("organisation/cases_of_profiles", profiles=wanted, as_of=date) if wanted else []
    return {row["profile_id"]: {case: title or "" for case, title in sorted(row["cases"])} for row in rows}


def blocked_by_sensitivity(session: Session, people: Iterable[str], date: str) -> dict[str, set[str]]:
    """Per person the profiles of `privileges` systems whose highest claim is the queue's, and whose sensitivity stops
    it (rows of the composed lists tell both apart)."""
    ladder = ladders()["privileges"]
    found: dict[str, set[str]] = {}
    wanted = sorted(set(people))
    for begin in range(0, len(wanted), BATCH):
        for row in session.run(
            "what/privileges/profiles", people=wanted[begin : begin + BATCH], as_of=date, action="view"
        ):
            rank, guard = row["rank"], row["guard_rank"]
            if rank is not None and guard is not None and rank < guard and ladder.step_of(rank) == "queue":
                found.setdefault(row["person"], set()).update(row["members"])
    return found


class Sweep:
    """One pass over every visible pair: who sees anything at all, and how many people see each of some cases."""

    def __init__(self, session: Session, date: str, watched: Iterable[str], *, schemes: Sequence[str] | None) -> None:
        pairs = Pairs(session, date)
        if schemes is not None:
            pairs.schemes = [scheme for scheme in pairs.schemes if scheme in schemes]
        counted = np.zeros(len(pairs.cases), np.int64)
        self.seeing: set[str] = set()
        for sight in pairs:
            counted[sight.cases] += 1
            self.seeing.add(sight.person)
        wanted = set(watched)
        self.viewers = {case: int(n) for case, n in zip(pairs.cases, counted, strict=True) if case in wanted}
