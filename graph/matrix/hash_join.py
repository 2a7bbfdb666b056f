"""Every pair of one scheme: the two halves of each rung, hash-joined outside the graph.

The graph answers two small questions per rung (`cypher/rungs.py`): which people arrive at which join node, and which
groups of equivalent cases lie behind it. Here the two are joined into one row per person: the highest claim per group,
as arrays. The arithmetic is that of `compose.people` (highest rank, highest `edit`, highest `none`, guards as claims
`none`) and nothing else; what a rank means is decided by `decision.decide`.

Bound: four whole numbers per group while one person is worked on; the join nodes with their groups stay in
memory, about as many numbers as there are (join node, group) pairs.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from seewhy.cypher.catalogue import book
from seewhy.cypher.ladders import ladder_named
from seewhy.graph.matrix.claim_table import ClaimTable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import numpy.typing as npt

    from seewhy.cypher.halves import Halves
    from seewhy.cypher.rungs import Rung
    from seewhy.graph.session import Session

    Places = npt.NDArray[np.int32]
    Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Claim:
    """One claim of somebody on several groups (their places) or cases (their ids); `now` is 0 where there is none."""

    places: Any
    rank: int
    now: int


@dataclass(frozen=True, slots=True)
class _Rung:
    """A rung with an exception: claims by person, and what is taken out of them by person."""

    claims: Mapping[str, list[_Claim]]
    unless: Mapping[str, list[_Claim]]


@dataclass(frozen=True, slots=True)
class _Guard:
    """A guard: its rank, the groups that it concerns, and by person the groups that it lets through."""

    rank: int
    groups: npt.NDArray[np.bool_]
    unless: Mapping[str, list[_Claim]]


class RungJoin:
    """All claims of everybody active in one scheme on a day; `of` gives one person's. With `guards_only` there are no
    claims, and `guard_ranks` says what decides where there is none."""

    def __init__(
        self, session: Session, scheme: str, date: str, groups: Sequence[str], *, guards_only: bool = False
    ) -> None:
        self.scheme, self._session, self._date = scheme, session, date
        self._place = {group: n for n, group in enumerate(groups)}
        self._rows: dict[str, Any] = {}
        self.lifted = {row["person"]: bool(row["lifted"]) for row in self._run(f"halves/{scheme}/active")}
        self._by_person: dict[str, list[_Claim]] = defaultdict(list)
        self._rungs: list[_Rung] = []
        self._guards: list[_Guard] = []
        self._by_rule: list[Mapping[str, list[_Claim]]] = []
        self._own: list[str] = []
        for n, rung in enumerate(ladder_named(scheme).rungs):
            if rung.guard != "implied" and (rung.guard or not guards_only):
                self._take(f"halves/{scheme}/{n}", rung, len(groups))
        self._rows.clear()
        self._table = ClaimTable.empty(len(groups))
        nothing = np.zeros(0, np.int64)
        self._signature: dict[str, int] = {}
        self._signatures: dict[tuple[object, ...], int] = {}
        self._last: tuple[int, tuple[Numbers, Numbers]] = -1, (nothing, nothing)

    def _take(self, name: str, rung: Rung, groups: int) -> None:
        """Join one rung, and keep its claims by what they are about."""
        assert rung.halves
        if rung.personal:
            self._own.append(f"{name}/own")
        elif rung.about == "case":
            self._by_rule.append(self._joined(name, rung.halves, list))
        else:
            unless = self._joined(f"{name}/unless", rung.unless, self._places) if rung.unless else {}
            if rung.guard:
                concerned = np.zeros(groups, np.bool_)
                for row in self._run(f"{name}/case"):
                    concerned[self._places(row["members"])] = True
                self._guards.append(_Guard(rung.rank, concerned, unless))
                return
            claims = self._joined(name, rung.halves, self._places)
            if unless:
                self._rungs.append(_Rung(claims, unless))
            else:
                for person, own in claims.items():
                    self._by_person[person] += own

    def _run(self, name: str) -> list[dict[str, Any]]:
        """A question's rows; several rungs ask for the same people."""
        text = book()[name].text
        if text not in self._rows:
            self._rows[text] = self._session.run(name, as_of=self._date, action="view")
        rows: list[dict[str, Any]] = self._rows[text]
        return rows

    def _places(self, groups: Iterable[str]) -> Places | slice:
        found = np.unique(np.fromiter((self._place[group] for group in groups), np.int32))
        return slice(0, len(found)) if len(found) == len(self._place) else found

    def _joined(self, name: str, halves: Halves, reached: Callable[[list[str]], Any]) -> dict[str, list[_Claim]]:
        """Claims by person: both halves hash-joined on their keys."""
        behind: dict[tuple[Any, ...], list[tuple[int | None, Any]]] = defaultdict(list)
        for row in self._run(f"{name}/case"):
            behind[tuple(row[key] for key in halves.keys)].append((row.get("rank"), reached(row["members"])))
        found: dict[str, list[_Claim]] = defaultdict(list)
        if not behind:
            return found
        for row in self._run(f"{name}/person"):
            for rank, places in behind.get(tuple(row[key] for key in halves.keys), ()):
                said = row.get("rank") if rank is None else rank
                claim = _Claim(places, said or 0, row.get("now") or 0)
                for person in set(row["members"]):
                    found[person].append(claim)
        return found

    def signature(self, person: str) -> int:
        """A number for what the claims of a person on groups depend on: the same for those who arrive at the same join
        nodes."""
        if (known := self._signature.get(person)) is None:
            kinds = (self._by_person, *(held for rung in self._rungs for held in (rung.claims, rung.unless)))
            kinds += tuple(guard.unless for guard in self._guards)
            at = (self.lifted.get(person, -1), *(tuple(map(id, held.get(person, ()))) for held in kinds))
            known = self._signature[person] = self._signatures.setdefault(at, len(self._signatures))
        return known

    def of(self, person: str) -> tuple[Numbers, Numbers]:
        """Places of the groups that an active person has a claim on, and their claims, packed (`ClaimTable`)."""
        if (signature := self.signature(person)) != self._last[0]:
            self._last = signature, self._claimed(person)
        return self._last[1]

    def _claimed(self, person: str) -> tuple[Numbers, Numbers]:
        table = self._table
        table.clear(self._last[1][0])
        for claim in self._by_person.get(person, ()):
            table.add(claim.places, claim.rank, claim.now)
        for rung in self._rungs:
            if person in rung.claims:
                free = np.ones(len(self._place), np.bool_)
                for out in rung.unless.get(person, ()):
                    free[out.places] = False
                for claim in rung.claims[person]:
                    places = np.arange(len(free))[claim.places]
                    table.add(places[free[places]], claim.rank, claim.now)
        claimed = table.claimed()
        return claimed, table.at(claimed).packed(self.guard_ranks(person, claimed))

    def with_cases(self, person: str, groups: Numbers, claims: ClaimTable) -> Numbers:
        """Claims on single cases together with those on their groups, packed.

        Belongs to the person that `of` was asked about last.
        """
        return claims.merged(self._table.at(groups)).packed(self.guard_ranks(person, groups))

    def own_cases(self, people: Sequence[str]) -> dict[str, list[tuple[int, int, list[str]]]]:
        """By person the claims on single cases: rank, value with the active position, case ids."""
        found: dict[str, list[tuple[int, int, list[str]]]] = defaultdict(list)
        for name in self._own:
            for row in self._session.run(name, people=people, as_of=self._date, action="view"):
                found[row["person"]].append((row["rank"], row["now"] or 0, row["members"]))
        for claims in self._by_rule:
            for person in claims.keys() & people:
                found[person] += [(claim.rank, claim.now, claim.places) for claim in claims[person]]
        return found

    def guard_ranks(self, person: str, groups: Numbers) -> Numbers:
        """The rank of the guard that stops the person at each group, 0 where none does."""
        ranks = np.zeros(len(groups), np.int64)
        for guard in self._guards:
            stopped = guard.groups[groups]
            if not stopped.any():
                continue
            if person in guard.unless:
                free = np.zeros(len(self._place), np.bool_)
                for through in guard.unless[person]:
                    free[through.places] = True
                stopped &= ~free[groups]
            ranks[stopped] = np.maximum(ranks[stopped], guard.rank)
        return ranks
