"""Standing promises of assertion files: `never` and `only`, over people and cases chosen by selectors (contract 7).

`never`: nobody of the people has the value on any of the cases. `only`: nobody outside the people has it. A selector is
a mapping; several keys mean all of them, a list of values any of them, a blank one everybody or every case of the day.

What is asked: `who` case by case, or all cases person by person, whichever asks less.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from graph.errors import ConfigurationError
from graph.inputs.files import PORTAL_ROLES
from graph.nearest import nearest
from graph.questions.access import who
from graph.questions.pairs import Pairs
from graph.questions.why import why
from graph.session import day

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from graph.session import Session

PROMISES = ("never", "only")
KEYS = ("people", "cases", "value", "as_of")
SELECTORS: dict[str, dict[str, str]] = {
    "people": {"ids": "", "unit": "people_of_unit", "role": "people_of_role", "system": "people_of_system"},
    "cases": {"ids": "", "unit": "cases_of_unit", "case_type": "cases_of_type", "system": "cases_of_system"},
}
"""Per side the keys of a selector, and the query `organisation/select_…` that each asks."""
_KNOWN = {
    "unit": ("unit", "units", "units"),
    "role": ("role", "roles", "roles"),
    "system": ("system", "systems", "systems"),
    "case_type": ("case type", "case_types", "types"),
}
"""Per key: the noun, the query that lists what is known, and the parameter of the selecting query."""
FIRST = 5
"""How many counterexamples are told; all are counted."""
FEW = 200
"""Cases up to which they are asked about one by one; beyond, everybody's sight is cheaper."""


class WrongPromise(ConfigurationError):
    """A promise that cannot be asked: an unknown key or id; the assertion file is wrong."""


@dataclass(frozen=True, slots=True)
class Counterexample:
    """One pair that breaks a promise."""

    person: str
    case: str
    value: str
    step: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Whether a promise holds: `broken` counts the pairs that break it, `first` holds the first few by person and case.

    `wrong` (blank when it holds) and `why` are what a test run shows.
    """

    broken: int
    first: tuple[Counterexample, ...]
    wrong: str
    why: str


def faults(kind: str, asked: Any) -> list[str]:
    """What is wrong with the writing of a promise, before any graph is asked; empty when nothing is."""
    if not isinstance(asked, dict):
        return [f"`{kind}` takes a mapping with people, cases and value"]
    found = [_unknown("key", str(key), KEYS) for key in asked if key not in KEYS]
    if str(asked.get("value") or "view") not in ("view", "edit"):
        found.append(f"`{kind}` has the value `{asked['value']}`; a value is view or edit")
    for side, keys in SELECTORS.items():
        chosen = asked.get(side)
        if chosen is None:
            continue
        if not isinstance(chosen, dict):
            found.append(f"`{side}` of `{kind}` is a mapping with {', '.join(keys)}")
            continue
        found += [f"{_unknown('selector', str(key), tuple(keys))} of {side}" for key in chosen if key not in keys]
        found += [
            f"`{key}` of `{side}` is one id or a list of ids"
            for key, value in chosen.items()
            if isinstance(value, dict) or value is None or value == []
        ]
    try:
        day(str(asked["as_of"]) if asked.get("as_of") is not None else None)
    except ConfigurationError as error:
        found.append(error.message)
    return found


def _unknown(what: str, name: str, known: tuple[str, ...]) -> str:
    hint = nearest(name, known) or f"known are {', '.join(known)}"
    return f"unknown {what} `{name}` ({hint})"


def told(kind: str, asked: Mapping[str, Any]) -> str:
    """The promise in words, for the line of a test."""
    sides = []
    for side in SELECTORS:
        chosen = asked.get(side) or {}
        words = " and ".join(f"{key} {', '.join(_values(value))}" for key, value in chosen.items())
        sides.append(f"{side}: {words or ('everybody' if side == 'people' else 'all')}")
    return f"{kind} {', '.join(sides)}, value: {asked.get('value') or 'view'}"


def keep(session: Session, kind: str, asked: Mapping[str, Any], as_of: str) -> Kept:
    """Ask whether a promise holds on the day. Raises WrongPromise for unknown keys and ids."""
    if wrong := faults(kind, asked):
        raise WrongPromise("; ".join(wrong))
    date = day(str(asked["as_of"])) if asked.get("as_of") is not None else as_of
    value = str(asked.get("value") or "view")
    with session.engine.snapshot():
        people = _chosen(session, "people", asked.get("people") or {}, date)
        cases = _chosen(session, "cases", asked.get("cases") or {}, date)
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
            return Kept(0, (), "", "")
        shown = "; ".join(f"{one.person} on {one.case} ({one.value}, by {one.step})" for one in first)
        more = f"; and {broken - len(first):,} more" if broken > len(first) else ""
        whom = "nobody" if kind == "never" else "nobody else"
        wrong_text = f"expected {whom}, got {broken:,} {'pair' if broken == 1 else 'pairs'}: {shown}{more}"
        return Kept(broken, tuple(first), wrong_text, "\n".join(_reasons(session, one, date) for one in first))


def _order(one: Counterexample) -> tuple[str, str]:
    return one.person, one.case


def _reasons(session: Session, one: Counterexample, date: str) -> str:
    answer = why(session, one.person, one.case, date)
    own = [reason.sentence for reason in answer.reasons if reason.step == one.step] or [
        rung.because for rung in answer.ladder if rung.outcome == "decided"
    ]
    return f"{answer.verdict} {' '.join(dict.fromkeys(own))}"


def _values(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]


def _chosen(session: Session, side: str, selector: Mapping[str, Any], date: str) -> set[str]:
    """The ids that every key of a selector chooses; without a key everybody, or every case of the day."""
    listed = "organisation/people" if side == "people" else "organisation/select_cases_of_day"
    chosen: set[str] | None = None if selector else {row["id"] for row in session.run(listed, as_of=date)}
    for key, value in selector.items():
        values = _values(value)
        if key == "ids":
            known = {row["id"]: row["name"] for row in session.run(f"organisation/{side}")}
            _check("person" if side == "people" else "case", values, known)
            found = set(values)
        else:
            noun, listing, parameter = _KNOWN[key]
            known = {row["id"]: row["name"] for row in session.run(f"organisation/{listing}") if row["id"]}
            if key == "role":
                known |= dict.fromkeys(PORTAL_ROLES.split(), "")
            _check(noun, values, known)
            name = f"organisation/select_{SELECTORS[side][key]}"
            found = {row["id"] for row in session.run(name, as_of=date, **{parameter: values})}
        chosen = found if chosen is None else chosen & found
    return chosen or set()


def _check(noun: str, values: list[str], known: dict[str, str]) -> None:
    for one in values:
        if one not in known:
            raise WrongPromise(f"unknown {noun} `{one}`", nearest(one, known, always=True))


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
        worth = np.array([decision.value in values for decision in pairs.decisions])
        for at in np.flatnonzero(wanted[sight.cases] & worth[sight.codes]):
            decision = pairs.decisions[int(sight.codes[at])]
            yield Counterexample(sight.person, pairs.cases[int(sight.cases[at])], decision.value, decision.step)
