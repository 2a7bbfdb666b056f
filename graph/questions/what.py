"""`what`: every case that a person can see, listed column by column; nobody's thousand cases become objects unread."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from seewhy.cypher.catalogue import book
from seewhy.cypher.ladders import ladder_for, ladder_named
from seewhy.graph.answers.lists import SeenCase, WhatAnswer
from seewhy.graph.matrix.case_table import CaseTable
from seewhy.graph.matrix.claims import Claims, decided_cases
from seewhy.graph.matrix.decision import NO_CLAIM, decide
from seewhy.graph.matrix.matrix_cases import matrix_cases
from seewhy.graph.matrix.precomputed import ENOUGH, precomputed
from seewhy.graph.questions.absent import absent_person
from seewhy.graph.questions.check import SEARCH, VIEW, action_of, allows
from seewhy.graph.record import question
from seewhy.graph.schemes.in_use import schemes
from seewhy.graph.scope.answers import told_what
from seewhy.graph.scope.question import answered
from seewhy.graph.session import Session, day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from seewhy.graph.matrix.decision import Decision

_ABOUT = ("profiles", "cases")


@question("what")
@answered("what", told_what)
def what(session: Session, person: str, as_of: str | dt.date | None = None, *, action: str = "view") -> WhatAnswer:
    """Every case that `person` can see, complete, ordered by case id; with action search also what they can find."""
    provenance, date = session.provenance(), day(as_of)
    rows = session.run("organisation/person", person=person)
    if not rows:
        raise session.unknown("person", person)
    systems = session.remembered("systems", lambda: session.run("organisation/systems"))
    about = tuple((row["id"], row["scheme"]) for row in systems)

    def answer(cases: Sequence[SeenCase], blocked: Sequence[SeenCase]) -> WhatAnswer:
        note = "" if len(cases) or len(blocked) else absent_person(session, person, date)
        return WhatAnswer(person, rows[0]["name"], date, cases, provenance, about, True, blocked, note)

    if action_of(action) == VIEW and (whole := precomputed(session, date, make=False)):
        return answer(*matrix_cases(session, whole, person))
    in_graph = sorted({row["scheme"] for row in systems})
    if action not in (VIEW, SEARCH):
        return answer(*_allowed(session, person, date, action, in_graph))
    decided = {scheme: decided_cases(session, [person], scheme, date).get(person, ({}, {})) for scheme in in_graph}
    if action == VIEW and _listed_enough(session, date, decided) and (whole := precomputed(session, date, make=True)):
        return answer(*matrix_cases(session, whole, person))
    seen, blocked = _listed(session, date, decided)
    if action == VIEW:
        return answer(seen, blocked)
    return answer(*_found(session, person, date, {row["id"]: row["scheme"] for row in systems}, seen, blocked))


def _allowed(
    session: Session, person: str, date: str, action: str, in_graph: Sequence[str]
) -> tuple[tuple[SeenCase, ...], tuple[SeenCase, ...]]:
    """The cases on which an action is allowed, in the systems whose scheme knows it."""
    found: list[SeenCase] = []
    for scheme in (one for one in in_graph if action in schemes()[one].actions):
        name = ladder_for(scheme, action).name
        claims = decided_cases(session, [person], name, date).get(person, ({}, {}))
        found += [one for one in _listed(session, date, {name: claims})[0] if allows(scheme, action, one.value)]
    return tuple(sorted(found, key=lambda one: one.case)), ()


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
        for one in _listed(session, date, {scheme: sought})[0]:
            found.add(one.case)
            only_found = SeenCase(one.case, one.title, one.system, nothing.value, nothing.value_now, nothing.step)
            known.setdefault(one.case, only_found)
    cases = [replace(known[case], found=case in found) for case in sorted(known)]
    return tuple(c for c in cases if c.value != "none" or c.found), tuple(c for c in cases if c.value == "none")


def what_texts(answer: WhatAnswer) -> dict[str, str]:
    """The composed texts of a `what`, by name; an answer from the access matrix is compared with them."""
    names = [f"what/{scheme}/{half}" for scheme in sorted({s for _, s in answer.systems}) for half in _ABOUT]
    return {name: book()[name].text for name in names}


def _profiles(session: Session) -> dict[str, Any]:
    rows: dict[str, Any] = session.remembered(
        "profiles", lambda: {row["id"]: row for row in session.run("organisation/profiles")}
    )
    return rows


def _listed_enough(session: Session, date: str, decided: dict[str, Claims]) -> bool:
    """Whether so much was listed for this day that the access matrix may be precomputed; then counts this answer in.

    By the counts kept on the groups, which are right about the newest day.
    """
    about = _profiles(session)
    listed: Counter[str] = session.remembered("listed", Counter)
    before = listed[date]
    listed[date] += sum(int(about[group]["cases"]) for profiles, _ in decided.values() for group in profiles)
    return before > ENOUGH


def _listed(session: Session, date: str, decided: dict[str, Claims]) -> tuple[CaseTable, CaseTable]:
    """Every case with a claim, by case id: those that are seen, and those that something stops."""
    decisions: dict[Decision, int] = {}
    columns: dict[str, list[Any]] = {"case": [], "title": [], "system": [], "code": []}

    def add(cases: Sequence[str], titles: Sequence[str], system: str, decision: Decision) -> None:
        code = decisions.setdefault(decision, len(decisions))
        added: tuple[Sequence[Any], ...] = (cases, titles, [system] * len(cases), [code] * len(cases))
        for name, cells in zip(columns, added, strict=True):
            columns[name].extend(cells)

    # A case's own claims go before those of its group: they hold both.
    for scheme, (_, cases) in decided.items():
        for row in session.run("organisation/cases_named", cases=sorted(cases)) if cases else ():
            add([row["id"]], [row["caption"] or ""], row["system"], decide(ladder_named(scheme), cases[row["id"]][1]))
    for scheme, (profiles, _) in decided.items():
        by_profile = {profile: decide(ladder_named(scheme), claim) for profile, claim in profiles.items()}
        asked = {"profiles": sorted(by_profile), "as_of": date}
        for row in session.run("organisation/cases_of_profiles", **asked) if by_profile else ():
            profile = row["profile_id"]
            add(row["cases"], row["titles"], _profiles(session)[profile]["system"], by_profile[profile])
    schema = {"case": pl.String, "title": pl.String, "system": pl.String, "code": pl.UInt32}
    cells = pl.DataFrame(columns, schema).unique("case", keep="first").sort("case")
    decided_by = list(decisions)
    stopped = pl.col("code").is_in([code for decision, code in decisions.items() if decision.value == "none"])
    return CaseTable(cells.filter(~stopped), decided_by), CaseTable(cells.filter(stopped), decided_by)
