"""Questions of the pages, their answers kept per load and day, each with the statements that made it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from seewhy.explorer.data.background import PendingAnswer, tell
from seewhy.explorer.data.connection import Revision, Statements, ask, per_load, session
from seewhy.explorer.data.search_index import Thing, table, thing
from seewhy.graph.change.changeset import changes_from
from seewhy.graph.counterfactual.named_changes import named_changes as ask_named_changes
from seewhy.graph.counterfactual.row_alone import row_alone as ask_row_alone
from seewhy.graph.counterfactual.whatif import why_after as ask_why_after
from seewhy.graph.counterfactual.would_change import would_change as ask_would_change
from seewhy.graph.matrix.steps import decided_by_step
from seewhy.graph.questions.eligibility.ask import eligible as ask_eligible
from seewhy.graph.questions.own_facts import facts_of_structure
from seewhy.graph.questions.paths import neighbours as ask_neighbours
from seewhy.graph.questions.paths import paths as ask_paths
from seewhy.graph.questions.person import person as ask_person
from seewhy.graph.questions.query import query as ask_query
from seewhy.graph.questions.row import row as ask_row
from seewhy.graph.questions.row import rows_about as ask_rows_about
from seewhy.graph.questions.seen_over_time import seen_over_time as ask_seen_over_time
from seewhy.graph.questions.structure import structure as ask_structure
from seewhy.graph.questions.structure import unit as ask_unit
from seewhy.graph.questions.timeline import timeline as ask_timeline
from seewhy.graph.questions.unit_access import seen_by as ask_seen_by
from seewhy.graph.questions.unit_access import unit_access as ask_unit_access
from seewhy.graph.questions.why import why as ask_why
from seewhy.graph.schemes.in_use import policies_of
from seewhy.graph.scope.pairs import visible_pairs

if TYPE_CHECKING:
    from seewhy.graph.answers.check import WhyAnswer
    from seewhy.graph.answers.counterfactual import WouldChange
    from seewhy.graph.answers.eligibility import EligiblePeople, Verdict
    from seewhy.graph.answers.paths import PathsAnswer
    from seewhy.graph.answers.person import OwnFact, PersonAnswer
    from seewhy.graph.answers.reasons import PathStep
    from seewhy.graph.answers.row import Neighbours, RowAnswer
    from seewhy.graph.questions.query import QueryAnswer
    from seewhy.graph.questions.seen_over_time import SeenOverTime
    from seewhy.graph.questions.structure import StructureAnswer, UnitAnswer
    from seewhy.graph.questions.timeline import TimelineAnswer
    from seewhy.graph.session import Session

NAMED_PAIRS = 200
"""Pairs of person and case that are named of what else a change would do."""


@per_load(500, needs="why")
def why(revision: Revision, person: str, case: str, as_of: str) -> tuple[WhyAnswer, Statements]:
    """Why the person can see the case, or why not; unknown ids raise UnknownEntity."""
    return ask(lambda opened: ask_why(opened, person, case, as_of))


@per_load(200, needs="why")
def would_change(revision: Revision, person: str, case: str, as_of: str) -> PendingAnswer:
    """What would change the answer of `why`, found in the background: it takes longer than the answer."""

    def asked(opened: Session) -> tuple[WouldChange, ...]:
        return ask_would_change(opened, ask_why(opened, person, case, as_of), first=NAMED_PAIRS, watch=tell)

    return PendingAnswer(lambda: ask(asked)[0])


@per_load(200, needs="row")
def row(revision: Revision, file: str, row: str, load: str, as_of: str) -> tuple[RowAnswer, Statements]:
    """What a row says, its history, its neighbours; what rests on it is asked apart. An unknown one raises
    UnknownEntity."""
    return ask(lambda opened: ask_row(opened, file, row, as_of, load=load or None, most=0))


@per_load(64, needs="row", question=None)
def row_pairs(revision: Revision, file: str, row: str, load: str, as_of: str) -> PendingAnswer:
    """The same with whose access rests on it, found in the background; with the statements."""
    return PendingAnswer(lambda: ask(lambda opened: ask_row(opened, file, row, as_of, load=load or None)))


@per_load(64, needs="whatif")
def row_alone(revision: Revision, file: str, row: str, load: str, as_of: str) -> PendingAnswer:
    """What hangs on a row alone, found in the background."""
    return PendingAnswer(lambda: ask(lambda opened: ask_row_alone(opened, file, row, as_of, load=load or None))[0])


@per_load(64, "Asking about every day on which a fact begins or ends …", needs="timeline")
def timeline(revision: Revision, person: str, case: str) -> tuple[TimelineAnswer, Statements]:
    """One pair through time; unknown ids raise UnknownEntity."""
    return ask(lambda opened: ask_timeline(opened, person, case))


@per_load(64, needs="timeline")
def seen_over_time(revision: Revision, person: str, case: str, as_of: str) -> PendingAnswer:
    """One person or one case counted through time, found in the background, with the statements; an unknown id raises
    UnknownEntity."""

    def asked(opened: Session) -> SeenOverTime:
        return ask_seen_over_time(opened, person=person, case=case, as_of=as_of, watch=tell)

    return PendingAnswer(lambda: ask(asked))


@per_load(16, needs="structure")
def structure(revision: Revision, as_of: str) -> tuple[StructureAnswer, Statements]:
    """The units of the day as trees, with counts."""
    return ask(lambda opened: ask_structure(opened, as_of))


@per_load(16, needs="structure", question=None)
def seen_by(revision: Revision, as_of: str) -> PendingAnswer:
    """By unit how many people see a case of it or below it, found in the background: everybody is decided."""
    return PendingAnswer(lambda: ask(lambda opened: ask_seen_by(opened, as_of))[0])


@per_load(64, needs="structure")
def unit_access(revision: Revision, unit: str, as_of: str) -> PendingAnswer:
    """Everybody who sees a case of a unit or below it, found in the background."""
    return PendingAnswer(lambda: ask(lambda opened: ask_unit_access(opened, unit, as_of))[0])


@per_load(16, needs="structure")
def own_structure(revision: Revision, as_of: str) -> tuple[OwnFact, ...]:
    """The rows of the tables about structure that schemes bring, on the day."""
    facts, _ = ask(lambda opened: facts_of_structure(opened, as_of))
    return facts


@per_load(64, needs="structure")
def unit(revision: Revision, unit: str, as_of: str) -> tuple[UnitAnswer, Statements]:
    """A unit in full; an unknown id raises UnknownEntity."""
    return ask(lambda opened: ask_unit(opened, unit, as_of))


@per_load(64, needs="structure")
def person(revision: Revision, person: str, as_of: str) -> tuple[PersonAnswer, Statements]:
    """What a person is on the day; an unknown id raises UnknownEntity."""
    return ask(lambda opened: ask_person(opened, person, as_of))


@per_load(100, "Looking for paths …", needs="paths")
def paths(
    revision: Revision, start: str, end: str, as_of: str, via: tuple[str, ...], without: tuple[str, ...], longer: int
) -> tuple[PathsAnswer, Statements]:
    """How two things hang together; unknown ids raise UnknownEntity, what is no thing ConfigurationError."""
    return ask(lambda opened: ask_paths(opened, start, end, as_of, via=via, without=without, longer=longer))


@per_load(200, needs="paths")
def neighbours(revision: Revision, of: str, as_of: str) -> tuple[PathStep, ...]:
    """The facts that join one thing (`unit:north`) to others."""
    return ask(lambda opened: ask_neighbours(opened, of, as_of))[0]


@per_load(50, "Asking …", needs="query")
def query(revision: Revision, text: str, parameters: str) -> tuple[QueryAnswer, Statements]:
    """The rows of a text that reads; `parameters` are their JSON. Raises ConfigurationError for one that does more."""
    return ask(lambda opened: ask_query(opened, text, json.loads(parameters)))


@per_load(100, needs="eligible")
def eligible(
    revision: Revision, kind: str, as_of: str, arguments: dict[str, Any]
) -> tuple[Verdict | EligiblePeople, Statements]:
    """One kind of eligibility; unknown ids raise UnknownEntity, what does not fit the kind ConfigurationError."""
    return ask(lambda opened: ask_eligible(opened, kind, as_of, **arguments))


@per_load(12, "Trying the changes on a copy …", needs="whatif", question="whatif")
def why_after(revision: Revision, person: str, case: str, as_of: str, changes: str) -> tuple[WhyAnswer, Statements]:
    """Why the person could see the case, or not, if the changes were made; `changes` is their JSON."""
    return ask(lambda opened: ask_why_after(opened, person, case, changes_from(json.loads(changes)), as_of))


@per_load(64, needs="whatif", question=None)
def named_changes(
    revision: Revision, end: tuple[str, ...], add: tuple[str, ...], set_: tuple[str, ...], as_of: str
) -> dict[str, dict[str, list[dict[str, str]]]]:
    """Changes that are named by rows, as plain data. Raises UnknownEntity and ConfigurationError."""
    return ask(lambda opened: ask_named_changes(opened, end=end, add=add, set_=set_, as_of=as_of))[0]


@per_load(64, needs="row", question="row")
def rows_about(revision: Revision, kind: str, id: str, as_of: str) -> tuple[Neighbours, Statements]:
    """The rows that name a person, a unit, a case or a rule on the day; `kind` is the stem of its file."""
    return ask(lambda opened: ask_rows_about(opened, kind, id, as_of))


class Contents(NamedTuple):
    """How much of each kind (person, case, unit, position, role, rule) there is on a day, and the systems by id."""

    counts: dict[str, int]
    systems: tuple[Thing, ...]


@per_load(16, question=None)
def contents(revision: Revision, as_of: str) -> PendingAnswer:
    """What is in the graph on the day, found in the background: a large graph takes seconds to be opened."""

    def read() -> Contents:
        with session() as opened:
            rows = opened.run("organisation/counts_of_day", as_of=as_of)
        systems = table(revision, "system")
        listed = tuple(thing("system", systems, place) for place in range(len(systems)))
        return Contents({row["kind"]: row["number"] for row in rows}, listed)

    return PendingAnswer(read)


@per_load(8, "Deciding every pair of person and case …", needs="structure")
def decided(revision: Revision, as_of: str) -> dict[str, dict[str, int]]:
    """Visible pairs by deciding step and value: decides everything, so only on demand."""
    return ask(lambda opened: decided_by_step(opened, as_of, pairs=visible_pairs(opened, as_of)))[0]


class Switch(NamedTuple):
    """A policy of two values: what it is on the day, what it could be, and whether a row says so (else the default)."""

    system: str
    policy: str
    value: str
    other: str
    written: bool


@per_load(16, needs="whatif")
def switches(revision: Revision, as_of: str) -> tuple[Switch, ...]:
    """Every policy with two values, of every system."""

    def read(opened: Session) -> tuple[Switch, ...]:
        found = []
        for system in opened.run("organisation/systems"):
            rows = opened.run("organisation/policies", system=system["id"], as_of=as_of)
            given = {row["policy"]: row["value"] for row in rows}
            for policy in policies_of(system["scheme"]).values():
                values = ("true", "false") if policy.kind == "bool" else policy.choices
                if len(values) == 2:
                    value = given.get(policy.name, policy.default)
                    other = next(choice for choice in values if choice != value)
                    found.append(Switch(system["id"], policy.name, value, other, policy.name in given))
        return tuple(found)

    return ask(read)[0]
