"""The findings about who can see what: candidates of their queries, chosen by the composed decisions.

Where one cause (a membership, a privilege) shows on many cases, it is one finding: a first case with its facts, and
the ids of all others.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from graph.questions.sight import Sweep, blocked_by_sensitivity, members_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from graph.finding_answers import Occurrence
    from graph.questions.finding_rows import Asked, Row
    from graph.rules.findings import Finding


def on_many(asked: Asked, kind: Finding, row: Row, system: str, cases: dict[str, str], **words: Any) -> Occurrence:
    """One finding that shows on several cases (id to title, at least one), the first with its row as a fact."""
    (first, title), *others = cases.items()
    own = asked.session.run("organisation/case_rows", cases=[first], as_of=asked.as_of)
    told = {**row, "case_id": first, "case_name": title, **words}
    one = asked.occurrence(kind, told, system, cells=[*row["facts"], *(r["fact"] for r in own)], case=first)
    also = tuple(case for case, _ in others)
    return with_others(one, also)


def with_others(one: Occurrence, also: tuple[str, ...]) -> Occurrence:
    """The finding, saying on how many other cases it shows."""
    more = f" The same on {len(also):,} more case{'s' if len(also) > 1 else ''}." if also else ""
    return replace(one, also=also, message=one.message + more, grouped=True)


def _tasks(asked: Asked, kind: Finding) -> Iterator[Occurrence]:
    for system in asked.chosen(kind.scheme):
        rows = asked.rows(kind, system)
        members = members_of(asked.session, (p for row in rows for p in row["profiles"]), asked.as_of)
        sight = asked.sight(kind.scheme).of(row["person"] for row in rows)
        for row in rows:
            hidden = {
                case: members[profile][case]
                for profile in row["profiles"]
                if profile in members
                for case in sight.hidden(row["person"], profile, list(members[profile]))
            }
            if hidden:
                yield on_many(asked, kind, row, system, dict(sorted(hidden.items())))


def _supported(asked: Asked, kind: Finding) -> Iterator[Occurrence]:
    for system in asked.chosen(kind.scheme):
        rows = asked.rows(kind, system)
        sight = asked.sight(kind.scheme).of(row["person"] for row in rows)
        for row in rows:
            hidden = sorted(
                (case, other)
                for case, profile, other in row["reached"]
                if sight.decision(row["person"], case, profile).value == "none"
            )
            if hidden:
                (named,) = asked.session.run("organisation/cases_named", cases=[hidden[0][0]])
                cases = {case: named["caption"] or "" for case, _ in hidden}
                yield on_many(asked, kind, row, system, cases, other=hidden[0][1])


def _unseen(asked: Asked, kind: Finding) -> Iterator[Occurrence]:
    """Candidates are pairs: those without sight remain."""
    for system in asked.chosen(kind.scheme):
        rows = asked.rows(kind, system)
        sight = asked.sight(kind.scheme).of(row["person"] for row in rows)
        for row in rows:
            if sight.decision(row["person"], row["case_id"], row["profile_id"]).value == "none":
                yield asked.occurrence(kind, row, system)


def _stopped(asked: Asked, kind: Finding) -> Iterator[Occurrence]:
    for system in asked.chosen(kind.scheme):
        rows = asked.rows(kind, system)
        blocked = blocked_by_sensitivity(asked.session, (row["person"] for row in rows), asked.as_of)
        wanted = {p for row in rows for p in row["profiles"] if p in blocked.get(row["person"], ())}
        members = members_of(asked.session, wanted, asked.as_of)
        sight = asked.sight(kind.scheme).of(blocked)
        for row in rows:
            stopped = {
                case: title
                for profile in row["profiles"]
                if profile in blocked.get(row["person"], ())
                for case, title in members.get(profile, {}).items()
                if sight.decision(row["person"], case, profile).step == "sensitivity"
            }
            if stopped:
                yield on_many(asked, kind, row, system, dict(sorted(stopped.items())))


def _sweep(asked: Asked, *, everything: bool) -> Sweep:
    """One pass for both findings that need one; over all schemes only when somebody asks for all."""
    if "sweep" not in asked.shared or (everything and not asked.shared["sweep"][0]):
        watched = [row["case_id"] for rows in asked.shared.get("sensitive", {}).values() for row in rows]
        schemes = None if everything else ["privileges"]
        asked.shared["sweep"] = everything, Sweep(asked.session, asked.as_of, watched, schemes=schemes)
    found: Sweep = asked.shared["sweep"][1]
    return found


def _seen_by_many(asked: Asked, kind: Finding) -> Iterator[Occurrence]:
    limit = dict(kind.parameters)["limit"]
    sensitive = {system: asked.rows(kind, system) for system in asked.chosen(kind.scheme)}
    asked.shared["sensitive"] = sensitive
    if not any(sensitive.values()):
        return
    viewers = _sweep(asked, everything=asked.everything).viewers
    for system, rows in sensitive.items():
        for row in rows:
            if (count := viewers[row["case_id"]]) > limit:
                yield asked.occurrence(kind, row, system, words={"count": count, "limit": limit})


def _without_access(asked: Asked, kind: Finding) -> Iterator[Occurrence]:
    seeing = _sweep(asked, everything=True).seeing
    for row in asked.rows(kind):
        if row["person"] not in seeing:
            yield asked.occurrence(kind, row)


READERS: dict[str, Callable[[Asked, Finding], Iterator[Occurrence]]] = {
    "task_visible_case_not": _tasks,
    "admin_support_cannot_open": _supported,
    "watcher_without_sight": _unseen,
    "allocated_without_sight": _unseen,
    "queue_without_sensitive_role": _stopped,
    "sensitive_case_seen_by_many": _seen_by_many,
    "person_without_access": _without_access,
}
