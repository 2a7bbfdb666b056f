"""Answers cut to what may be told: checks, reasons, lists, findings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from seewhy.graph.answers.lists import CaseList
from seewhy.graph.answers.reasons import End, PathStep
from seewhy.graph.explain.paths import sentence
from seewhy.graph.scope.view import CASE, PERSON, ROW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seewhy.graph.answers.check import CheckAnswer, WhyAnswer
    from seewhy.graph.answers.findings import FindingsAnswer, Occurrence
    from seewhy.graph.answers.lists import SeenCase, WhatAnswer, WhoAnswer
    from seewhy.graph.answers.person import OwnFact
    from seewhy.graph.answers.reasons import Reason, Tried
    from seewhy.graph.scope.view import View

OUTSIDE = "OUTSIDE"
"""The relationship of a fact that is not told."""


def told_check(view: View, answer: CheckAnswer) -> CheckAnswer:
    """A check is about its person and case alone."""
    return replace(answer, provenance=view.provenance(answer.provenance))


# reasons


def told_why(view: View, answer: WhyAnswer) -> WhyAnswer:
    """Facts about anybody outside become one sentence without names, dates and row; all others are told."""
    reasons = tuple(told_reason(view, reason) for reason in answer.reasons)
    return replace(
        answer,
        check=told_check(view, answer.check),
        case_name=answer.case_name if view.titled(answer.check.case) else "",
        reasons=reasons,
        ladder=tuple(_told_rung(tried, answer.reasons, reasons) for tried in answer.ladder),
    )


def told_reason(view: View, reason: Reason) -> Reason:
    """The reason with its facts as far as they may be told, and its sentence made of them."""
    path = tuple(told_step(view, step) for step in reason.path)
    if path == reason.path:
        return reason
    # What the sentence says beside its facts (the way of a rung) is kept when no fact is hidden.
    hides = any(step.relationship == OUTSIDE for step in path)
    return replace(reason, path=path, sentence=sentence(path) if hides else reason.sentence)


def told_step(view: View, step: PathStep) -> PathStep:
    """A fact, without who granted it where that is outside, and without its note."""
    ends = step.start, step.end
    people, cases = ([end.id for end in ends if end.kind == kind] for kind in ("person", "case"))
    if view.all(people, cases):
        granted = step.granted_by if view.person(step.granted_by) else ""
        start, end = (_told_end(view, end) for end in ends)
        return replace(step, start=start, end=end, granted_by=granted, note="")
    start, end = (_told_end(view, end) for end in ends)
    return PathStep(start, OUTSIDE, end, "", "", "", "", ROW)


def _told_end(view: View, end: End) -> End:
    if end.kind == "person" and not view.person(end.id):
        return End(end.kind, "", PERSON)
    if end.kind == "case" and not view.case(end.id):
        return End(end.kind, "", CASE)
    return End(end.kind, end.id, "") if end.kind == "case" and not view.titled(end.id) else end


def _told_rung(tried: Tried, before: Sequence[Reason], after: Sequence[Reason]) -> Tried:
    """What a rung says is what its first reasons say, where it has some."""
    was, now = (_because([one for one in reasons if one.step == tried.step]) for reasons in (before, after))
    return replace(tried, because=now) if was and tried.because == was else tried


def _because(own: Sequence[Reason]) -> str:
    more = f" And {len(own) - 3} more." if len(own) > 3 else ""
    return " ".join(reason.sentence for reason in own[:3]) + more


# lists


def told_who(view: View, answer: WhoAnswer) -> WhoAnswer:
    """Those of the people who may be told of together with the case."""
    inside = view.people_with(answer.case)
    people, blocked = (
        tuple(one for one in listed if inside is None or one.person in inside)
        for listed in (answer.people, answer.blocked)
    )
    return replace(
        answer,
        case_name=answer.case_name if view.titled(answer.case) else answer.case,
        people=people,
        blocked=blocked,
        provenance=view.provenance(answer.provenance),
    )


def told_what(view: View, answer: WhatAnswer) -> WhatAnswer:
    """Those of the cases that may be told of together with the person."""
    cases, blocked = (_told_cases(view, answer.person, listed) for listed in (answer.cases, answer.blocked))
    return replace(answer, cases=cases, blocked=blocked, provenance=view.provenance(answer.provenance))


def _told_cases(view: View, person: str, cases: Sequence[SeenCase]) -> Sequence[SeenCase]:
    inside = view.cases_with(person)
    if isinstance(cases, CaseList):
        return cases.within(inside, view.untitled)
    return tuple(
        one if view.titled(one.case) else replace(one, title="")
        for one in cases
        if inside is None or one.case in inside
    )


def told_own_facts(view: View, facts: tuple[OwnFact, ...]) -> tuple[OwnFact, ...]:
    """Rows of tables that schemes bring; those that name anybody outside are left out."""
    outside = view.rows_outside(fact.origin.source for fact in facts)
    return tuple(
        replace(fact, origin=replace(fact.origin, granted_by=_granted(view, fact.origin.granted_by), note=""))
        for fact in facts
        if fact.origin.source not in outside
    )


def _granted(view: View, person: str) -> str:
    return person if view.person(person) else ""


# findings

OF_EVERYBODY = frozenset({"sensitive_case_seen_by_many"})
"""Findings about one case that count everybody."""


def told_findings(view: View, answer: FindingsAnswer) -> FindingsAnswer:
    """Those that are about somebody or some case, and name nobody and nothing outside."""
    return replace(
        answer, findings=told_occurrences(view, answer.findings), provenance=view.provenance(answer.provenance)
    )


def told_occurrences(view: View, found: Sequence[Occurrence]) -> tuple[Occurrence, ...]:
    """Whole or not at all. One that names no person and no case says something of everybody, and is left out."""
    return tuple(
        replace(one, facts=tuple(told_step(view, step) for step in one.facts)) for one in found if _tells(view, one)
    )


def _tells(view: View, one: Occurrence) -> bool:
    people, cases = {one.person} - {""}, {one.case, *one.also} - {""}
    for step in one.facts:
        for end in (step.start, step.end):
            if end.kind == "person":
                people.add(end.id)
            elif end.kind == "case":
                cases.add(end.id)
    if one.name in OF_EVERYBODY or not (people or cases):
        return False
    run = view.whole.run
    known: Any = view.whole.remembered("ids of people", lambda: {row["id"] for row in run("organisation/people")})
    about = one.about if one.about in known else ""
    return view.all([*people, about], cases) and all(map(view.titled, cases))
