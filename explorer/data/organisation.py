"""Questions of the pages about the organisation, kept per load and day, each with the statements that made it.

Kept as shared values: nothing changes an answer. A list of arguments is part of the key.
"""

from __future__ import annotations

import json
import time
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

import streamlit as st

from seewhy.explorer.data import connection
from seewhy.explorer.data.background import Later
from seewhy.explorer.data.connection import Revision, Statement, answered
from seewhy.graph.change.changeset import changes_from
from seewhy.graph.counterfactual.whatif import whatif as ask_whatif
from seewhy.graph.counterfactual.would_change import would_change as ask_would_change
from seewhy.graph.matrix.steps import decided_by_step
from seewhy.graph.policies import POLICIES
from seewhy.graph.questions.eligibility.ask import eligible as ask_eligible
from seewhy.graph.questions.findings import findings as ask_findings
from seewhy.graph.questions.person import person as ask_person
from seewhy.graph.questions.structure import structure as ask_structure
from seewhy.graph.questions.structure import unit as ask_unit
from seewhy.graph.questions.timeline import timeline as ask_timeline
from seewhy.graph.questions.why import why as ask_why

if TYPE_CHECKING:
    from collections.abc import Callable

    from seewhy.graph.answers.change import WhatifAnswer
    from seewhy.graph.answers.counterfactual import WouldChange
    from seewhy.graph.answers.eligibility import EligiblePeople, Verdict
    from seewhy.graph.answers.findings import FindingsAnswer, Occurrence
    from seewhy.graph.answers.person import PersonAnswer
    from seewhy.graph.questions.structure import StructureAnswer, UnitAnswer
    from seewhy.graph.questions.timeline import TimelineAnswer
    from seewhy.graph.session import Session

Statements = tuple[Statement, ...]


def counts_of_day(now: Revision, as_of: str) -> dict[str, int]:
    """How much of each kind (person, case, unit, position, role, rule) there is on the day."""
    return _counts_of_day(now.key, as_of)


@st.cache_data(max_entries=16, show_spinner=False)
def _counts_of_day(key: str, as_of: str) -> dict[str, int]:
    with connection.session() as opened:
        return {row["kind"]: row["number"] for row in opened.run("organisation/counts_of_day", as_of=as_of)}


def structure(now: Revision, as_of: str) -> tuple[StructureAnswer, Statements]:
    """The units of the day as trees, with counts."""
    return _structure(now.key, as_of)


@st.cache_resource(max_entries=16, show_spinner=False)
def _structure(key: str, as_of: str) -> tuple[StructureAnswer, Statements]:
    return answered(lambda opened: ask_structure(opened, as_of))


def unit(now: Revision, one: str, as_of: str) -> tuple[UnitAnswer, Statements]:
    """One unit in full; an unknown id raises UnknownEntity."""
    return _unit(now.key, one, as_of)


@st.cache_resource(max_entries=64, show_spinner=False)
def _unit(key: str, one: str, as_of: str) -> tuple[UnitAnswer, Statements]:
    return answered(lambda opened: ask_unit(opened, one, as_of))


def person(now: Revision, one: str, as_of: str) -> tuple[PersonAnswer, Statements]:
    """What a person is on the day; an unknown id raises UnknownEntity."""
    return _person(now.key, one, as_of)


@st.cache_resource(max_entries=64, show_spinner=False)
def _person(key: str, one: str, as_of: str) -> tuple[PersonAnswer, Statements]:
    return answered(lambda opened: ask_person(opened, one, as_of))


def findings(now: Revision, as_of: str) -> tuple[FindingsAnswer, Statements]:
    """Every finding of the day; what takes longer than a moment shows how far it is."""
    begun, shown = time.monotonic(), st.empty()

    def told(kind: str, n: int, of: int) -> None:
        if time.monotonic() - begun > _MOMENT:
            shown.progress(n / of, text=f"Looking for findings: {kind.replace('_', ' ')} …")

    answer = _found(now.key, as_of).all(as_of, told)
    shown.empty()
    return answer


def findings_of(now: Revision, as_of: str, kind: str) -> tuple[Occurrence, ...]:
    """The findings of one kind."""
    done = _found(now.key, as_of)
    if kind not in done.kinds:
        answer = done.whole or answered(lambda opened: ask_findings(opened, as_of, rule=kind))
        done.kinds[kind] = tuple(one for one in answer[0].findings if one.name == kind)
    return done.kinds[kind]


def findings_later(now: Revision, as_of: str) -> Later | None:
    """The findings of the day as the start page has them: found beside it, once for everybody; None in an organisation
    so large that they are looked for only when somebody asks."""
    done = _found(now.key, as_of)
    cases = connection.health(now).nodes.get("CaseFile", 0)
    if done.whole is None and cases <= _FEW:
        done.all(as_of)
    return done.later if cases <= _SMALL or done.whole is not None else None


class _Found:
    """What was found so far for one load and day."""

    def __init__(self, as_of: str) -> None:
        self.kinds: dict[str, tuple[Occurrence, ...]] = {}
        self.whole: tuple[FindingsAnswer, Statements] | None = None
        self.later = Later(lambda: self.all(as_of)[0])
        self._finding = Lock()

    def all(self, as_of: str, told: Callable[[str, int, int], None] | None = None) -> tuple[FindingsAnswer, Statements]:
        """All of it, looked for by one of those who want it while the others wait."""
        with self._finding:
            if self.whole is None:
                self.whole = answered(lambda opened: ask_findings(opened, as_of, progress=told))
        return self.whole


@st.cache_resource(max_entries=8, show_spinner=False)
def _found(key: str, as_of: str) -> _Found:
    return _Found(as_of)


_MOMENT = 0.4
_FEW, _SMALL = 500, 5_000
"""Cases up to which all findings are found in no time, and in some seconds."""


def eligible(
    now: Revision, kind: str, as_of: str, arguments: dict[str, Any]
) -> tuple[Verdict | EligiblePeople, Statements]:
    """One kind of eligibility; unknown ids raise UnknownEntity, what does not fit the kind ConfigurationError."""
    return _eligible(now.key, kind, as_of, tuple(sorted(arguments.items())))


@st.cache_resource(max_entries=100, show_spinner=False)
def _eligible(
    key: str, kind: str, as_of: str, arguments: tuple[tuple[str, Any], ...]
) -> tuple[Verdict | EligiblePeople, Statements]:
    return answered(lambda opened: ask_eligible(opened, kind, as_of, **dict(arguments)))


def decided(now: Revision, as_of: str) -> dict[str, dict[str, int]]:
    """Visible pairs by deciding step and value: decides everything, so only on demand."""
    return _decided(now.key, as_of)


@st.cache_resource(max_entries=8, show_spinner="Deciding every pair of person and case …")
def _decided(key: str, as_of: str) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = answered(lambda opened: decided_by_step(opened, as_of))[0]
    return found


def timeline(now: Revision, person: str, case: str) -> tuple[TimelineAnswer, Statements]:
    """One pair through time; unknown ids raise UnknownEntity."""
    return _timeline(now.key, person, case)


@st.cache_resource(max_entries=64, show_spinner="Asking about every day on which a fact begins or ends …")
def _timeline(key: str, person: str, case: str) -> tuple[TimelineAnswer, Statements]:
    return answered(lambda opened: ask_timeline(opened, person, case))


def would_change(now: Revision, person: str, case: str, as_of: str) -> Later:
    """What would change the answer of a `why`, looked for beside the page: it takes longer than the answer."""
    return _would_change(now.key, person, case, as_of)


@st.cache_resource(max_entries=200, show_spinner=False)
def _would_change(key: str, person: str, case: str, as_of: str) -> Later:
    def ask(opened: Session) -> tuple[WouldChange, ...]:
        return ask_would_change(opened, ask_why(opened, person, case, as_of))

    return Later(lambda: answered(ask)[0])


class Switch(NamedTuple):
    """A policy of two values: what it is on the day, what it could be, and whether a row says so (else the default)."""

    system: str
    policy: str
    value: str
    other: str
    written: bool


def switches(now: Revision, as_of: str) -> tuple[Switch, ...]:
    """Every policy with two values, of every system."""
    return _switches(now.key, as_of)


@st.cache_resource(max_entries=16, show_spinner=False)
def _switches(key: str, as_of: str) -> tuple[Switch, ...]:
    def ask(opened: Session) -> tuple[Switch, ...]:
        found = []
        for system in opened.run("organisation/systems"):
            rows = opened.run("organisation/policies", system=system["id"], as_of=as_of)
            given = {row["policy"]: row["value"] for row in rows}
            for policy in POLICIES.get(system["scheme"], {}).values():
                values = ("true", "false") if policy.kind == "bool" else policy.choices
                if len(values) == 2:
                    value = given.get(policy.name, policy.default)
                    other = next(one for one in values if one != value)
                    found.append(Switch(system["id"], policy.name, value, other, policy.name in given))
        return tuple(found)

    answer: tuple[Switch, ...] = answered(ask)[0]
    return answer


def whatif(now: Revision, as_of: str, changes: str) -> tuple[WhatifAnswer, Statements]:
    """What changes (JSON of the form of contract section 5) would do; raises LoadRejected with all problems."""
    return _whatif(now.key, as_of, changes)


@st.cache_resource(max_entries=12, show_spinner="Trying the changes on a copy …")
def _whatif(key: str, as_of: str, changes: str) -> tuple[WhatifAnswer, Statements]:
    return answered(lambda opened: ask_whatif(opened, changes_from(json.loads(changes)), as_of))
