"""`what`: every case that a person can see, listed column by column; nobody's thousand cases become objects unread."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from seewhy.cypher.catalogue import book
from seewhy.cypher.ladders import ladder_for, ladder_named
from seewhy.graph.answers.lists import SeenCase, WhatAnswer
from seewhy.graph.change.kept_matrix import begin
from seewhy.graph.matrix.claims import Claims, decided_cases
from seewhy.graph.matrix.decision import NO_CLAIM, decide
from seewhy.graph.matrix.inside import kept_inside
from seewhy.graph.matrix.matrix_cases import matrix_cases
from seewhy.graph.matrix.precomputed import ENOUGH, precomputed
from seewhy.graph.matrix.profile_cases import SCHEMA, ProfileCases, ProfileReader, SeenProfile
from seewhy.graph.questions.absent import absent_person
from seewhy.graph.questions.check import SEARCH, VIEW, action_of, allows
from seewhy.graph.record import question
from seewhy.graph.schemes.in_use import schemes
from seewhy.graph.scope.answers import told_what
from seewhy.graph.scope.question import answered
from seewhy.graph.session import Session, day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from seewhy.cypher.ladder import Ladder
    from seewhy.graph.matrix.case_table import CaseTable
    from seewhy.graph.matrix.decision import Claim, Decision
    from seewhy.graph.matrix.inside import Inside

_ABOUT = ("profiles", "cases")
_ANY: frozenset[str] = frozenset()


@question("what")
@answered("what", told_what)
def what(session: Session, person: str, as_of: str | dt.date | None = None, *, action: str = "view") -> WhatAnswer:
    """Every case that `person` can see, complete, ordered by case id; with action search also what they can find.

    Counts and first cases of a long list come without the rest, which is read from the same load when it is looked at;
    on Neo4j that raises EngineUnavailable once another load has been published.
    """
    provenance, date = session.provenance(), day(as_of)
    rows = session.run("organisation/person", person=person)
    if not rows:
        raise session.unknown("person", person)
    systems = session.remembered("systems", lambda: session.run("organisation/systems"))
    about = tuple((row["id"], row["scheme"]) for row in systems)

    def answer(cases: Sequence[SeenCase], blocked: Sequence[SeenCase]) -> WhatAnswer:
        note = "" if len(cases) or len(blocked) else absent_person(session, person, date)
        return WhatAnswer(person, rows[0]["name"], date, cases, provenance, about, True, blocked, note)

    if action_of(action) == VIEW:
        if whole := precomputed(session, date, make=False):
            return answer(*matrix_cases(session, whole, person))
        listed = session.remembered("listed", Counter)
        if listed[date] > ENOUGH:
            listed[date] = 0
            begin(session, date)
    in_graph = sorted({row["scheme"] for row in systems})
    if action not in (VIEW, SEARCH):
        return answer(_allowed(session, person, date, action, in_graph), ())
    decided = {scheme: decided_cases(session, [person], scheme, date).get(person, ({}, {})) for scheme in in_graph}
    every, _ = _listed(session, date, decided)
    seen, blocked = every.narrowed(_ANY, _seen), every.narrowed(_ANY, lambda value: not _seen(value))
    if action == VIEW:
        return answer(seen, blocked)
    return answer(*_found(session, person, date, {row["id"]: row["scheme"] for row in systems}, seen, blocked))


def _seen(value: str) -> bool:
    return value != "none"


def _allowed(session: Session, person: str, date: str, action: str, in_graph: Sequence[str]) -> CaseTable:
    """The cases on which an action is allowed, in the systems whose scheme knows it."""
    decided = {}
    for scheme in (one for one in in_graph if action in schemes()[one].actions):
        name = ladder_for(scheme, action).name
        decided[name] = decided_cases(session, [person], name, date).get(person, ({}, {}))
    listed, names = _listed(session, date, decided)
    return listed.decided_by(
        code
        for code, (name, decision) in enumerate(zip(names, listed.decisions, strict=True))
        if allows(ladder_named(name).scheme, action, decision.value)
    )


def _found(
    session: Session, person: str, date: str, scheme_of: dict[str, str], seen: CaseTable, blocked: CaseTable
) -> tuple[tuple[SeenCase, ...], tuple[SeenCase, ...]]:
    """The same for the action search: each case with whether it is found, and those that are only found."""
    found: set[str] = set()
    known = {one.case: one for one in (*seen, *blocked)}
    for scheme in sorted({scheme for scheme in scheme_of.values() if schemes()[scheme].ladder.has_search}):
        if all(row["person"] != person for row in session.run(f"find/{scheme}/searchers", as_of=date)):
            continue
        found |= {one.case for one in seen if scheme_of[one.system] == scheme}
        sought = decided_cases(session, [person], scheme, date, search=True).get(person, ({}, {}))
        nothing = decide(ladder_named(scheme), NO_CLAIM)
        for one in _listed(session, date, {scheme: sought})[0].narrowed(_ANY, _seen):
            found.add(one.case)
            only_found = SeenCase(one.case, one.title, one.system, nothing.value, nothing.value_now, nothing.step)
            known.setdefault(one.case, only_found)
    cases = [replace(known[case], found=case in found) for case in sorted(known)]
    return tuple(c for c in cases if c.value != "none" or c.found), tuple(c for c in cases if c.value == "none")


def what_texts(answer: WhatAnswer) -> dict[str, str]:
    """The composed texts of a `what`, by name; an answer from the access matrix is compared with them."""
    names = [f"what/{scheme}/{half}" for scheme in sorted({s for _, s in answer.systems}) for half in _ABOUT]
    return {name: book()[name].text for name in names}


def _listed(session: Session, date: str, decided: dict[str, Claims]) -> tuple[ProfileCases, list[str]]:
    """Every case with a claim, those that something stops among them; and the ladder of each of its decisions."""
    codes: dict[tuple[str, Decision], int] = {}
    own_profile = {case: profile for _, cases in decided.values() for case, (profile, _) in cases.items()}
    reader = _reader(session, date, own_profile)
    own: list[tuple[str, str, str, int]] = []
    steady: list[SeenProfile] = []
    moving: list[SeenProfile] = []
    sizes = _sizes(session, (profile for profiles, _ in decided.values() for profile in profiles))
    for name, (profiles, cases) in decided.items():
        ladder = ladder_named(name)

        def code(claim: Claim, name: str = name, ladder: Ladder = ladder) -> int:
            return codes.setdefault((name, decide(ladder, claim)), len(codes))

        # A case's own claims go before those of its group: they hold both.
        taken = Counter(profile for profile, _ in cases.values())
        for row in session.run("organisation/cases_named", cases=sorted(cases)) if cases else ():
            own.append((row["id"], row["caption"] or "", row["system"], code(cases[row["id"]][1])))
        # Many profiles have one and the same claim.
        by_claim = {key: code(claim) for key, claim in {id(one): one for one in profiles.values()}.items()}
        for profile, claim in profiles.items():
            size = sizes[profile]
            known = size["steady_since"] is not None and size["steady_since"] <= date < size["steady_until"]
            counts = size["cases"], taken[profile], size["first_cases"]
            (steady if known else moving).append(SeenProfile(profile, size["system"], *counts, by_claim[id(claim)]))
    cells = pl.DataFrame(own, SCHEMA, orient="row")
    # How many cases these have on the day nobody has counted.
    cells = pl.concat([cells, reader.cells(moving)]).sort("case")
    names = [name for name, _ in codes]
    return ProfileCases(cells, steady, reader, [decision for _, decision in codes]), names


def _sizes(session: Session, profiles: Iterable[str]) -> dict[str, dict[str, Any]]:
    """System, number of cases and lowest id of at least these profiles."""
    known: dict[str, dict[str, Any]] = session.remembered("sizes of profiles", dict)
    if asked := [one for one in profiles if one not in known]:
        known.update((row["id"], row) for row in session.run("organisation/profile_sizes", profiles=asked))
    return known


def _reader(session: Session, date: str, elsewhere: Mapping[str, str]) -> ProfileReader:
    """Reads the cases of profiles from the load that is read now, whenever it is called; counts what is read."""
    held, listed = session.held(), session.remembered("listed", Counter)

    def cases(profiles: Sequence[str]) -> list[dict[str, Any]]:
        with held():
            rows = session.run("organisation/cases_of_profiles", profiles=profiles, as_of=date)
        listed[date] += sum(len(row["cases"]) for row in rows)
        return rows

    def titles(named: Sequence[str]) -> list[dict[str, Any]]:
        with held():
            return session.run("organisation/cases_named", cases=named)

    def inside(some: frozenset[str], make: bool) -> Mapping[str, Inside] | None:
        with held():
            return kept_inside(session, date, some, make=make)

    return ProfileReader(cases, titles, elsewhere, session.begun, inside)
