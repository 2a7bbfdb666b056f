"""`why`: the answer with all reasons, every rung tried, and for a no whether it is blocked or was never granted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seewhy.cypher.ladder import Ladder
from seewhy.graph.answers.check import CheckAnswer, WhyAnswer
from seewhy.graph.answers.reasons import Action, End, Reason, Tried
from seewhy.graph.explain.case_rows import case_facts, guard_paths
from seewhy.graph.explain.paths import CaseFacts, Cells, now_because, of_row, paths, reaching, sentence, step
from seewhy.graph.questions.check import VIEW, action_in, action_of, checked
from seewhy.graph.record import question
from seewhy.graph.rules.privileges import privilege
from seewhy.graph.schemes.in_use import phrase, reading, schemes
from seewhy.graph.schemes.words import short
from seewhy.graph.scope.answers import told_why
from seewhy.graph.scope.question import answered
from seewhy.graph.session import Session, day

if TYPE_CHECKING:
    import datetime as dt

_LEVEL = {"view": "can see {case}, and cannot change it", "edit": "can see {case}, and can change it"}


@question("why")
@answered("why", told_why, veiled=("candidates/",))
def why(
    session: Session,
    person: str,
    case: str,
    as_of: str | dt.date | None = None,
    *,
    action: str = VIEW,
    rungs: bool = True,
    about: dict[str, Any] | None = None,
) -> WhyAnswer:
    """Why `person` can or cannot see `case` on the day; unknown ids raise UnknownEntity.

    Without `rungs` the ladder and the privileges that could be used are left out, half of the work, and reasons are not
    asked for where no rung is met. `about` is what `session.pair` says of the two, where it was asked already.
    """
    provenance, date = session.provenance(), day(as_of)
    about = about or session.pair(person, case)
    check = checked(session, about, date, provenance, action_of(action))
    ladder = action_in(action, check.scheme)
    who = End("person", person, about["person_name"])
    file = End("case", case, about["caption"] or "")
    if check.step in ("inactive", "no_case"):
        return _at_the_gate(session, check, ladder, who, file)
    rows: list[dict[str, Any]] = []
    reasons: tuple[Reason, ...] = ()
    # The last rung decides when there is no claim, and reasons are what claims rest on.
    if rungs or check.step != ladder.otherwise[0]:
        rows = session.run(f"why/{ladder.name}", person=person, case=case, as_of=date, action="view")
        reasons = _reasons(session, ladder, check, rows, case_facts(session, file, date))
    actions = None
    if rungs and shows_actions(ladder.scheme):
        actions = tuple(
            Action(r["privilege"], r["rule"], r["role"] or "grant", r["unit"], r["case_type"])
            for r in session.run("organisation/actions", person=person, case=case, as_of=date)
        )
    blocked = check.value == "none" and check.step in schemes()[check.scheme].blocks
    return WhyAnswer(
        check,
        who.name,
        file.name,
        verdict(check, who, file, blocked),
        blocked,
        reasons,
        _ladder(session, ladder, check, rows, reasons, who) if rungs else (),
        (),
        actions,
        _now(session, check),
    )


def shows_actions(scheme: str) -> bool:
    """Whether the scheme decides by privileges that people hold: what they could do with them is part of the answer."""
    return scheme in reading("HOLDS")


def _now(session: Session, check: CheckAnswer) -> str:
    """Why the access of the moment is less: the position in use. Blank where it is the same."""
    if check.value_now == check.value:
        return ""
    rows = session.run("organisation/person_positions", person=check.person, as_of=check.as_of)
    return now_because(check.value_now, [row for row in rows if row["in_use"] and row["system"] == check.system])


def verdict(check: CheckAnswer, who: End, file: End, blocked: bool) -> str:
    """The answer as a full sentence."""
    case, name = f"case {short(file.id)}", short(who.name)
    if check.action is not None and check.step not in ("inactive", "no_case"):
        if check.allowed:
            return f"Yes. {name} may {check.action} {case}."
        because = (
            f"blocked, because {phrase(check.scheme, check.step, 'blocked', person=name)}"
            if blocked
            else ("nothing grants it" if check.value == "none" else f"the answer is {check.value} only")
        )
        return f"No. {name} may not {check.action} {case}: {because}."
    if check.value != "none":
        if check.value_now == check.value:
            return f"Yes. {name} {_LEVEL[check.value].format(case=case)}."
        now = f"can view {case} now, and change it" if check.value_now == "view" else f"can change {case}"
        return f"Yes. {name} {now} after switching position."
    if check.step == "inactive":
        return f"No. {name} cannot see {case}: {name} is not active on this day."
    if check.step == "no_case":
        return f"No. {name} cannot see {case}: the case does not exist on this day."
    if blocked:
        by = phrase(check.scheme, check.step, "blocked", person=name)
        return f"No. {name} cannot see {case}: blocked, because {by}."
    return f"No. {name} cannot see {case}: nothing grants it."


def _reasons(
    session: Session, ladder: Ladder, check: CheckAnswer, rows: list[dict[str, Any]], facts: CaseFacts
) -> tuple[Reason, ...]:
    found: dict[tuple[Any, ...], Reason] = {}
    top = max((r["rank"] for r in rows), default=None)
    for row in rows:
        name, value = ladder.step_of(row["rank"]), ladder.value_of(row["rank"])
        worded = (
            [(path, sentence(path)) for path in paths(row["path"], facts, check.as_of)]
            if row["path"]
            else [
                (path, f"{sentence(path)[:-1]}: {row['way']}." if row["way"] and path else sentence(path))
                for path in (
                    reaching(path, facts) for path in guard_paths(session, ladder.properties(name), check, facts)
                )
            ]
        )
        for path, text in worded:
            if path:
                rules = ladder.rules[name] + _queue_rules(row["path"])
                found.setdefault(
                    (name, value, path), Reason(name, value, text, rules, path, row["way"], row["rank"] == top)
                )
    return tuple(found.values())


def _queue_rules(path: list[list[Any]]) -> tuple[str, ...]:
    """The rule ids of the privileges that a queue opens for."""
    return tuple(privilege(cells.end.id).id for cells in map(Cells.read, path) if cells.relationship == "OPENS_FOR")


def _at_the_gate(session: Session, check: CheckAnswer, ladder: Ladder, who: End, file: End) -> WhyAnswer:
    """Inactive people and missing cases: the gate decides, no rung is reached."""
    rows = session.run("organisation/roster", person=who.id) if check.step == "inactive" else []
    reasons = tuple(
        Reason(
            "inactive",
            "none",
            f"{short(who.name)} is listed as not active.",
            check.rules,
            (
                step(
                    who,
                    "LISTED_IN",
                    End("roster", "roster", "the roster"),
                    **of_row(r),
                    active=False,
                ),
            ),
            "",
            True,
        )
        for r in rows
        if r["since"] <= check.as_of < r["until"] and not r["active"]
    )
    because = phrase("gate", check.step, "met", person=who.name)
    if check.step == "inactive" and not reasons:
        because = f"{short(who.name)} has no row for this day" + (
            f": active until {max(r['until'] for r in rows)}"
            if rows and all(r["until"] <= check.as_of for r in rows)
            else ""
        )
    tried = [
        Tried(check.step, "decided", because, phrase("gate", check.step, "question", person=who.name), check.rules)
    ]
    tried += [
        Tried(name, "not reached", "", phrase(ladder.scheme, name, "question", person=who.name), ladder.rules[name])
        for name in ladder.tried
    ]
    return WhyAnswer(
        check,
        who.name,
        file.name,
        verdict(check, who, file, False),
        False,
        reasons,
        tuple(tried),
        (),
        () if shows_actions(ladder.scheme) else None,
    )


def _ladder(
    session: Session,
    ladder: Ladder,
    check: CheckAnswer,
    rows: list[dict[str, Any]],
    reasons: tuple[Reason, ...],
    who: End,
) -> tuple[Tried, ...]:
    met = {ladder.step_of(row["rank"]) for row in rows}
    near: dict[str, list[str]] = {}
    for row in session.run(f"candidates/{ladder.name}", case=check.case, as_of=check.as_of, action="view"):
        near.setdefault(row["step"], []).append(row["name"] or row["id"])
    dated = _other_days(session, ladder, check, met)
    tried, past = [], False
    for name in ladder.tried:
        if name == check.step:
            outcome, past = "decided", True
        else:
            outcome = ("met, not needed" if name in met else "not reached") if past else "not met"
        own = [reason for reason in reasons if reason.step == name]
        if name in met and own:
            because = " ".join(reason.sentence for reason in own[:3]) + (
                f" And {len(own) - 3} more." if len(own) > 3 else ""
            )
        elif name in met or outcome == "decided":
            because = phrase(ladder.scheme, name, "met", person=who.name)
        elif name == ladder.otherwise[0]:
            because = "an earlier rung decides"
        else:
            found = list(dict.fromkeys(near.get(name, [])))
            because = phrase(ladder.scheme, name, "lacks" if found else "nothing", person=who.name, found=found)
            because += f"; {dated[name]}" if name in dated else ""
        tried.append(
            Tried(name, outcome, because, phrase(ladder.scheme, name, "question", person=who.name), ladder.rules[name])
        )
    return tuple(tried)


def _other_days(session: Session, ladder: Ladder, check: CheckAnswer, met: set[str]) -> dict[str, str]:
    """For rungs that are not met: whether they were, or will be."""
    found: dict[str, str] = {}
    for row in session.run(
        f"why/{ladder.name}/untimed", person=check.person, case=check.case, as_of=check.as_of, action="view"
    ):
        name = ladder.step_of(row["rank"])
        spans = [(cells.since, cells.until) for cells in map(Cells.read, row["path"]) if cells.since]
        if name in met or not spans:
            continue
        since, until = max(s for s, _ in spans), min(u for _, u in spans)
        if since < until <= check.as_of:
            found[name] = f"it was met until {until}"
        elif check.as_of < since < until:
            found.setdefault(name, f"it will be met from {since}")
    return found
