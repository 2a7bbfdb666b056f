"""Citing pairs: which pairs of a person and a case have a reason that rests on one row of the input.

    the row ──► impacts (impact.py) ──► pairs with a claim there ──► `why/SCHEME/pairs` ──► reasons that name the row

Impact analysis bounds the pairs; a reason decides. Equivalent cases have the same reasons, so that one of a group is
asked for all, except where reasons name what only one case has. Cost: some milliseconds per person and group; at most
`most` of these are asked, and then the answer is not complete and says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from seewhy.cypher.ladders import ladder_named
from seewhy.graph.answers.reasons import End
from seewhy.graph.answers.row import CitingPair
from seewhy.graph.change.fact_index import FactIndex
from seewhy.graph.change.impact import impacts
from seewhy.graph.change.joint_cases import JointCases
from seewhy.graph.change.snapshot import MANY, Outcomes, Snapshot, decided
from seewhy.graph.explain.case_rows import CaseOnDay, case_facts, guard_paths
from seewhy.graph.explain.paths import Cells, paths, reaching

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import polars as pl

    from seewhy.cypher.ladder import Ladder
    from seewhy.graph.change.changed_rows import ChangedRow
    from seewhy.graph.change.impact import Impact
    from seewhy.graph.explain.paths import CaseFacts
    from seewhy.graph.matrix.claims import Outcome
    from seewhy.graph.session import Session

MOST = 4_000
PAIRS_PER_QUESTION = 250
PEOPLE_AT_ONCE = 200
GROUPS = 200
"""Groups of equivalent cases up to which their people are asked for; above it is quicker to go through everybody."""
_DIRECT = frozenset(
    {"memberships", "holdings", "portal_roles", "role_assignments", "privilege_grants", "group_members"}
)
"""Files whose rows a step of a path names itself; those of all others may stand behind a derived step."""
_OF_ONE_CASE = frozenset({"positions"})
"""Files that say nothing about a case and are named only where that one case has something, such as work."""


class _Candidate(NamedTuple):
    """A person and a case that is asked about, and the cases that it stands for, the case itself among them."""

    person: str
    case: str
    scheme: str
    value: str
    cases: tuple[str, ...]


@dataclass(slots=True)
class CitingPairs:
    """The pairs that see by the row, those that it keeps out, and whether all were asked."""

    gives: list[CitingPair] = field(default_factory=list)
    keeps_out: list[CitingPair] = field(default_factory=list)
    complete: bool = True


def citing(
    session: Session,
    day: str,
    row: ChangedRow,
    history: Mapping[str, pl.DataFrame],
    *,
    most: int = MOST,
    told: Callable[[str, str], bool] = lambda person, case: True,
) -> CitingPairs:
    """The pairs on a day with a reason that rests on a row that holds then; `told`: those that may be told of."""
    side = Snapshot(session, day)
    found = impacts([row], FactIndex([history], JointCases(side.index, side.index).frame()))
    answer, asking = CitingPairs(), list[_Candidate]()
    (cells,) = row.rows
    asked = _Asked(session, day, row.stem, (cells["source"], cells["load"]))
    for candidate in _Candidates(side, found, spread=row.stem in _OF_ONE_CASE, told=told).each():
        if len(asking) == most:
            answer.complete = False
            break
        asking.append(candidate)
    for one, decides in asked.citing(asking):
        pairs = [CitingPair(one.person, case, one.value, decides) for case in one.cases]
        (answer.gives if one.value != "none" else answer.keeps_out).extend(pairs)
    for listed in (answer.gives, answer.keeps_out):
        listed[:] = sorted(set(listed))
    return answer


class _Candidates:
    """The pairs with a claim that the impacts of a row allow, each once."""

    def __init__(
        self, side: Snapshot, found: Sequence[Impact], *, spread: bool, told: Callable[[str, str], bool]
    ) -> None:
        self._side, self._impacts, self._spread, self._told = side, found, spread, told
        self._outcomes = Outcomes()
        self._seen: set[tuple[str, str]] = set()

    def each(self) -> Iterator[_Candidate]:
        for impact in self._impacts:
            for one in self._of(impact):
                if (one.person, one.case) not in self._seen:
                    self._seen.add((one.person, one.case))
                    cases = tuple(case for case in one.cases if self._told(one.person, case))
                    if cases:
                        yield one._replace(cases=cases)

    def _of(self, impact: Impact) -> Iterator[_Candidate]:
        if impact.people is not None:
            yield from self._rows(impact, sorted(impact.people & self._side.people.keys()))
            return
        if impact.cases:
            yield from self._columns(impact)
        if impact.groups is None:
            yield from self._rows(impact, sorted(self._side.people))
        elif groups := impact.groups & self._side.about.keys():
            people = set(self._side.people)
            if not self._side.whole and len(groups) <= GROUPS:
                claims = self._side.columns(groups, "profiles", impact.scheme)
                people = {person for of_group in claims.values() for person in of_group}
            yield from self._rows(impact, sorted(people))

    def _rows(self, impact: Impact, people: Sequence[str]) -> Iterator[_Candidate]:
        """Person by person, from what is decided about them."""
        side, index = self._side, self._side.index
        of_scheme = {n for n, one in enumerate(index.about) if one.scheme == impact.scheme}
        for begin in range(0, len(people), PEOPLE_AT_ONCE):
            some = people[begin : begin + PEOPLE_AT_ONCE]
            for row in side.rows(some, self._outcomes, of_many=len(people) > MANY):
                known = self._outcomes.known
                for place, code in zip(row.places.tolist(), row.codes.tolist(), strict=True):
                    group, case = int(index.group_of[place]), str(index.ids[place])
                    name = index.groups[group]
                    if code and group in of_scheme and impact.covers(row.person, case, (name, name)):
                        yield self._one(row.person, impact.scheme, known[code], (case,))
                for group in np.flatnonzero(row.table).tolist():
                    if group in of_scheme and (impact.groups is None or index.groups[group] in impact.groups):
                        places = np.setdiff1d(index.members(np.array([group])), row.places)
                        cases = tuple(str(index.ids[place]) for place in places.tolist())
                        outcome = known[int(row.table[group])]
                        for part in [(case,) for case in cases] if self._spread else [cases] if cases else []:
                            yield self._one(row.person, impact.scheme, outcome, part)

    def _columns(self, impact: Impact) -> Iterator[_Candidate]:
        """Everybody with a claim on single cases."""
        side, index = self._side, self._side.index
        at = {case: index.at(case) for case in sorted(impact.cases)}
        groups = {case: index.groups[int(index.group_of[n])] for case, n in at.items() if n is not None}
        groups = {case: group for case, group in groups.items() if side.about[group][1] == impact.scheme}
        low = side.columns(set(groups.values()), "profiles", impact.scheme)
        high = side.columns(groups, "cases", impact.scheme)
        for case, group in groups.items():
            of_group, own = low.get(group, {}), high.get(case, {})
            claims = of_group | {person: claim.merged(of_group.get(person)) for person, claim in own.items()}
            for person in sorted(claims):
                yield self._one(person, impact.scheme, decided(impact.scheme, claims[person]), (case,))

    @staticmethod
    def _one(person: str, scheme: str, outcome: Outcome, cases: tuple[str, ...]) -> _Candidate:
        return _Candidate(person, cases[0], scheme, outcome[0], cases)


class _Asked:
    """Reasons of many pairs, looked through for one row, which is named by source and load."""

    def __init__(self, session: Session, day: str, stem: str, row: tuple[str, str]) -> None:
        self._session, self._day, self._direct, self._row = session, day, stem in _DIRECT, row
        self._facts: dict[str, CaseFacts] = {}

    def citing(self, candidates: Sequence[_Candidate]) -> Iterator[tuple[_Candidate, bool]]:
        """Those that have such a reason, and whether it decides."""
        by_scheme: dict[str, list[_Candidate]] = {}
        for one in candidates:
            by_scheme.setdefault(one.scheme, []).append(one)
        for scheme, listed in by_scheme.items():
            for begin in range(0, len(listed), PAIRS_PER_QUESTION):
                some = {(one.person, one.case): one for one in listed[begin : begin + PAIRS_PER_QUESTION]}
                rows: dict[tuple[str, str], list[dict[str, Any]]] = {}
                for row in self._session.run(
                    f"why/{scheme}/pairs", pairs=[list(pair) for pair in some], as_of=self._day, action="view"
                ):
                    rows.setdefault((row["person"], row["case_id"]), []).append(row)
                for pair, claims in rows.items():
                    if (decides := self._cites(ladder_named(scheme), some[pair], claims)) is not None:
                        yield some[pair], decides

    def _cites(self, ladder: Ladder, one: _Candidate, claims: Sequence[dict[str, Any]]) -> bool | None:
        """Whether a reason that rests on the row decides; None where none does. Of a pair that sees only what grants
        counts, of one that does not only what decides."""
        top, found = max(claim["rank"] for claim in claims), None
        for claim in sorted(claims, key=lambda row: -row["rank"]):
            decides = claim["rank"] == top
            counts = ladder.value_of(claim["rank"]) != "none" if one.value != "none" else decides
            if counts and found is None and self._names(ladder, one, claim):
                found = decides
        return found

    def _names(self, ladder: Ladder, one: _Candidate, claim: dict[str, Any]) -> bool:
        if self._direct and claim["path"]:
            return any(self._row in _rows_of(Cells.read(cells), self._day) for cells in claim["path"])
        facts = self._facts_of(one)
        if claim["path"]:
            ways = paths(claim["path"], facts, self._day)
        else:
            about = CaseOnDay(ladder.scheme, facts.system.id, self._day)
            properties = ladder.properties(ladder.step_of(claim["rank"]))
            ways = [reaching(way, facts) for way in guard_paths(self._session, properties, about, facts)]
        return any((step.source, step.load) == self._row for way in ways for step in way)

    def _facts_of(self, one: _Candidate) -> CaseFacts:
        if one.case not in self._facts:
            # By its caption, as in paths: a path that reaches the case is told by it.
            caption = self._session.pair(one.person, one.case)["caption"] or ""
            self._facts[one.case] = case_facts(self._session, End("case", one.case, caption), self._day)
        return self._facts[one.case]


def _rows_of(cells: Cells, day: str) -> set[tuple[str, str]]:
    """The rows that a step names itself, by source and load."""
    if cells.until and not cells.since <= day < cells.until:
        return set()
    through = cells.details.get("via", ""), cells.details.get("via_load", "")
    return {(cells.source, cells.load), through}
