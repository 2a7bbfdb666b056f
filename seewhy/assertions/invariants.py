"""Invariants of assertion files: `never` and `only`, over people and cases chosen by selectors.

`never`: nobody of the people has the value on any of the cases. `only`: nobody outside the people has it. A selector is
a mapping; several keys mean all of them, a list of values any of them, a blank one everybody or every case of the day.

What is asked: `who` case by case, or all cases person by person, whichever asks less.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from seewhy.assertions.reasons import FIRST, pair_reasons
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.matrix.pairs import Pairs
from seewhy.graph.nearest import nearest
from seewhy.graph.questions.who import who
from seewhy.graph.scope.selection import SELECTORS, UnknownInSelector, chosen, values_of
from seewhy.graph.scope.selection import faults as selector_faults
from seewhy.graph.session import day

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from seewhy.graph.session import Session

INVARIANTS = ("never", "only")
KEYS = ("people", "cases", "value", "as_of")
SHOWN = 10
"""How many values of a selector the line of a test names."""
FEW = 200
"""Cases up to which they are asked about one by one; beyond, everybody's sight is cheaper."""


class WrongInvariant(ConfigurationError):
    """An invariant that cannot be asked: an unknown key or id; the assertion file is wrong."""


@dataclass(frozen=True, slots=True)
class Counterexample:
    """One pair that breaks an invariant."""

    person: str
    case: str
    value: str
    step: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Whether an invariant holds: `broken` counts the pairs that break it, `first` has a few by person and case.

    `wrong` (blank when it holds), and `why`, a line for each of the first pairs, are what a test run shows; `short` is
    `wrong` without the pairs. `note` says when a selector chooses nobody.
    """

    broken: int
    first: tuple[Counterexample, ...]
    wrong: str
    why: str
    note: str = ""
    short: str = ""


def faults(kind: str, asked: Any) -> list[str]:
    """What is wrong with the writing of an invariant, before any graph is asked; empty when nothing is."""
    if not isinstance(asked, dict):
        return [f"`{kind}` takes a mapping with people, cases and value"]
    found = [_unknown("key", str(key), KEYS) for key in asked if key not in KEYS]
    if str(asked.get("value") or "view") not in ("view", "edit"):
        found.append(f"`{kind}` has the value `{asked['value']}`; a value is view or edit")
    for side, keys in SELECTORS.items():
        if (selector := asked.get(side)) is None:
            continue
        if isinstance(selector, dict):
            found += selector_faults(side, selector)
        else:
            found.append(f"`{side}` of `{kind}` is a mapping with {', '.join(keys)}")
    try:
        day(asked.get("as_of"))
    except ConfigurationError as error:
        found.append(error.message)
    return found


def _unknown(what: str, name: str, known: tuple[str, ...]) -> str:
    hint = nearest(name, known) or f"known are {', '.join(known)}"
    return f"unknown {what} `{name}` ({hint})"


def described(kind: str, asked: Mapping[str, Any]) -> str:
    """The invariant in words, for the line of a test."""
    sides = []
    for side in SELECTORS:
        selector = asked.get(side) or {}
        words = " and ".join(f"{key} {_some(values_of(value))}" for key, value in selector.items())
        sides.append(f"{side}: {words or ('everybody' if side == 'people' else 'all')}")
    return f"{kind} {', '.join(sides)}, value: {asked.get('value') or 'view'}"


def _some(values: list[str]) -> str:
    left = len(values) - SHOWN
    return ", ".join(values[:SHOWN]) + (f" and {left:,} more" if left > 0 else "")


def keep(session: Session, kind: str, asked: Mapping[str, Any], as_of: str) -> Kept:
    """Ask whether an invariant holds on the day. Raises WrongInvariant for unknown keys and ids."""
    if wrong := faults(kind, asked):
        raise WrongInvariant("; ".join(wrong))
    date = day(asked["as_of"]) if asked.get("as_of") is not None else as_of
    value = str(asked.get("value") or "view")
    with session.engine.snapshot():
        try:
            people, cases = (chosen(session, side, asked.get(side) or {}, date) for side in SELECTORS)
        except UnknownInSelector as error:
            raise WrongInvariant(error.message, error.hint) from None
        note = _nothing_asked(kind, people, cases, date)
        if kind == "only":
            people = {row["id"] for row in session.run("organisation/people")} - people
        pairs = _pairs(session, people, cases, date, ("edit",) if value == "edit" else ("view", "edit"))
        first: list[Counterexample] = []
        broken = 0
        for pair in pairs:
            broken += 1
            if len(first) < FIRST or _order(pair) < _order(first[-1]):
                first = sorted([*first, pair], key=_order)[:FIRST]
        if not broken:
            return Kept(0, (), "", "", note)
        pairs_told = [f"{one.person} on {one.case} ({one.value}, by {one.step})" for one in first]
        left = f"and {broken - len(first):,} more" if broken > len(first) else ""
        why = [
            f"{line}: {pair_reasons(session, one.person, one.case, date)}"
            for line, one in zip(pairs_told, first, strict=True)
        ]
        whom = "nobody" if kind == "never" else "nobody else"
        short = f"expected {whom}, got {broken:,} {'pair' if broken == 1 else 'pairs'}"
        wrong_text = f"{short}: {'; '.join([*pairs_told, *([left] if left else [])])}"
        return Kept(broken, tuple(first), wrong_text, "\n".join([*why, *([left] if left else [])]), note, short)


def _nothing_asked(kind: str, people: Collection[str], cases: Collection[str], date: str) -> str:
    """Says when an invariant holds only because a selector chooses nobody, or no case; blank otherwise."""
    if not cases:
        return f"`cases` selects no case on {date}, so nothing was asked"
    if not people and kind == "never":
        return f"`people` selects nobody on {date}, so nothing was asked"
    return f"`people` selects nobody on {date}, so nobody at all may" if not people else ""


def _order(one: Counterexample) -> tuple[str, str]:
    return one.person, one.case


def _pairs(
    session: Session, people: Collection[str], cases: Collection[str], date: str, values: tuple[str, ...]
) -> Iterator[Counterexample]:
    """Every pair of people and cases with one of the values."""
    if not people or not cases:
        return
    if len(cases) <= min(len(people), FEW):
        for case in sorted(cases):
            for seer in who(session, case, date).people:
                if seer.person in people and seer.value in values:
                    yield Counterexample(seer.person, case, seer.value, seer.step)
        return
    pairs = Pairs(session, date, sorted(people))
    wanted = np.fromiter((case in cases for case in pairs.cases), np.bool_, len(pairs.cases))
    for sight in pairs:
        counts = np.array([decision.value in values for decision in pairs.decisions])
        for at in np.flatnonzero(wanted[sight.cases] & counts[sight.codes]):
            decision = pairs.decisions[int(sight.codes[at])]
            yield Counterexample(sight.person, pairs.cases[int(sight.cases[at])], decision.value, decision.step)
