"""Laws of causes: undoing the rows that a difference names gives the earlier answer back, and undoing fewer does not.

Rows are undone in the input files, and the independent definition is asked.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations

import polars as pl
import pytest

from seewhy.graph.change import causes as module
from seewhy.graph.change.changed_rows import changed_rows
from seewhy.graph.change.snapshot import Snapshot
from seewhy.graph.inputs.checks import check
from seewhy.graph.inputs.files import FILES
from seewhy.graph.inputs.given import tables_from_given
from seewhy.graph.questions.diff import differences
from seewhy.graph.questions.timeline import timeline
from seewhy.graph.rules.privileges import privilege
from tests.definition.decide import decide
from tests.definition.world import World
from tests.support.examples import worlds
from tests.support.world_graphs import graph_of, loaded, on_neo4j
from tests.worlds.histories import seeded_history

SCHEMES = ("positions", "memberships", "portal", "privileges", "mixed")
SEEDS = range(311, 311 + worlds(2))
MOST = 6
"""Named rows up to which every part of them is undone as well."""


def key_of(stem: str, row) -> tuple[str, ...]:
    """The key of a row of an input file, in its normal form."""
    cells = []
    for name in FILES[stem].key:
        column = next(one for one in FILES[stem].columns if one.name == name)
        cell = (row.get(name) or "").strip() or column.default
        cell = cell.lower() if column.kind == "enum" else cell
        cells.append(privilege(cell).name if name == "privilege" else cell)
    return tuple(cells)


class Undo:
    """Two snapshots of one day, the second with some keys as in the first."""

    def __init__(self, before, after, day: str) -> None:
        self.before, self.after, self.day = before, after, day
        self.known: dict = {}

    def rows(self, which):
        out = {stem: list(table) for stem, table in self.after.items()}
        for one in which:
            wanted = tuple("" if cell is None else str(cell) for cell in one.key)
            kept = [row for row in out.get(one.stem, []) if key_of(one.stem, row) != wanted]
            back = [row for row in self.before.get(one.stem, []) if key_of(one.stem, row) == wanted]
            out[one.stem] = kept + back
        return out

    def told(self, which, person: str, case: str) -> tuple[str, str]:
        place = frozenset((one.stem, one.key) for one in which)
        if place not in self.known:
            self.known[place] = World(self.rows(which))
        decision = decide(self.known[place], person, case, self.day)
        return decision.value, decision.step

    def loads(self, which) -> bool:
        """Whether a load would take the rows: nothing refers to what is not there."""
        return not check(tables_from_given(self.rows(which))).problems


@cache
def of_world(scheme, seed):
    """A generated history, and what `compared` says of it."""
    loads = seeded_history(scheme, seed)
    return loads, compared(loads)


def compared(loads):
    """First and last snapshot as two graphs of one day, their histories, and what differs."""
    first, last = loaded(loads[:1]), loaded(loads[-1:])
    # Rows of the two snapshots are told apart by the name of their file.
    last = {stem: frame.with_columns(source=pl.lit("new/") + pl.col("source")) for stem, frame in last.items()}
    day = loads[-1][0]
    one, two = graph_of(first, day), graph_of(last, day)
    answer = differences(Snapshot(one.session, day), Snapshot(two.session, day), first, last, (day, day))
    return answer, changed_rows(first, day, last, day), day


def named(answer_pair, changed):
    return [one for one in changed if set(one.sources) & set(answer_pair.because)]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_undoing_the_named_rows_and_nothing_less_takes_a_change_back(scheme: str, seed: int) -> None:
    loads, (answer, changed, day) = of_world(scheme, seed)
    undo = Undo(loads[0][1], loads[-1][1], day)
    assert not answer.unverified
    for pair in answer.pairs():
        rows = named(pair, changed)
        before = pair.before, pair.before_step
        assert rows, pair
        assert undo.told(rows, pair.person, pair.case) == before, pair
        for size in range(1, len(rows)) if len(rows) <= MOST else ():
            for part in combinations(rows, size):
                less = undo.told(part, pair.person, pair.case)
                assert less != before or not undo.loads(part), (pair, [(one.stem, one.key) for one in part])


def test_worlds_of_the_law_have_pairs_that_need_several_rows() -> None:
    found = [
        len(named(pair, changed))
        for scheme in SCHEMES
        for _, (answer, changed, _) in [of_world(scheme, 312)]
        for pair in answer.pairs()
    ]
    assert len(found) >= 10
    assert max(found) >= 2


def test_what_is_not_asked_is_told_as_not_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    loads, (answer, _, _) = of_world("memberships", 312)
    assert not answer.unverified
    assert "not_verified" not in answer.as_dict()
    several = sum(len(pair.because) > 1 for pair in answer.pairs())
    monkeypatch.setattr(module, "MOST_QUESTIONS", 0)
    answer, _, _ = compared(loads)
    assert several
    assert answer.not_verified >= several
    assert answer.as_dict()["not_verified"] == answer.not_verified
    assert all(pair.because for pair in answer.pairs())


POSITIONS = {
    "systems": [{"system_id": "ps", "scheme": "positions"}],
    "people": [{"person_id": "ana", "name": "Ana"}],
    "units": [{"unit_id": "red", "kind": "team", "name": "Red"}],
    "positions": [{"position_id": "q1", "system_id": "ps", "unit_id": "red", "level": "caseworker"}],
    "holdings": [{"person_id": "ana", "position_id": "q1", "kind": "primary", "active": "true"}],
    "cases": [{"case_id": "c1", "system_id": "ps", "status": "open", "title": "One"}],
    "work": [{"work_id": "w1", "case_id": "c1", "position_id": "q1", "status": "open"}],
}
PORTAL = {
    "systems": [{"system_id": "po", "scheme": "portal"}],
    "people": [{"person_id": "ana", "name": "Ana"}],
    "units": [
        {"unit_id": "f1", "kind": "firm", "name": "F1"},
        {"unit_id": "f2", "kind": "firm", "name": "F2"},
        {"unit_id": "r1", "kind": "referrer", "name": "R1"},
    ],
    "portal_roles": [{"person_id": "ana", "system_id": "po", "role": "referrer_manager", "unit_id": "r1"}],
    "cases": [{"case_id": "c1", "system_id": "po", "firm_id": "f1"}],
    "case_parties": [{"case_id": "c1", "unit_id": "r1", "role": "referrer"}],
}
PRIVILEGES = {
    "systems": [{"system_id": "pr", "scheme": "privileges"}],
    "policies": [{"system_id": "pr", "policy": "default_policy", "value": "open"}],
    "people": [{"person_id": "ana", "name": "Ana"}],
    "units": [{"unit_id": "red", "kind": "team", "name": "Red"}],
    "roles": [{"role_id": "reader", "name": "Reader"}],
    "role_privileges": [{"role_id": "reader", "privilege": "View cases"}],
    "cases": [{"case_id": "c1", "system_id": "pr", "team_id": "red"}],
}
RULE = {"rule_id": "no", "system_id": "pr", "subject_kind": "everyone", "action": "view"}


def changed_to(rows, **tables):
    return {**rows, **tables}


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        pytest.param(
            POSITIONS,
            changed_to(
                POSITIONS,
                cases=[{**POSITIONS["cases"][0], "status": "closed", "title": "Done", "created_on": "2026-01-02"}],
                work=[{**POSITIONS["work"][0], "status": "closed"}],
            ),
            {"work.csv:2"},
            id="case and work closed on one day",
        ),
        pytest.param(
            PORTAL,
            changed_to(PORTAL, cases=[{**PORTAL["cases"][0], "firm_id": "f2"}], case_parties=[]),
            {"case_parties.csv:2"},
            id="a party ended and the firm changed",
        ),
        pytest.param(
            PRIVILEGES,
            changed_to(
                PRIVILEGES,
                role_assignments=[{"person_id": "ana", "role_id": "reader", "unit_id": "red"}],
                access_rules=[
                    {**RULE, "level": "global", "effect": "cannot", "target_kind": "all_cases"},
                ],
            ),
            {"access_rules.csv:2"},
            id="a role that grants and a rule that forbids",
        ),
        pytest.param(
            changed_to(
                PRIVILEGES,
                access_rules=[{**RULE, "level": "named", "effect": "cannot", "target_kind": "attached"}],
                case_rules=[{"case_id": "c1", "rule_id": "no"}],
            ),
            PRIVILEGES,
            {"access_rules.csv:2", "case_rules.csv:2"},
            id="a named rule and its attachment end",
        ),
        pytest.param(
            PRIVILEGES,
            changed_to(
                PRIVILEGES,
                access_rules=[{**RULE, "level": "named", "effect": "cannot", "target_kind": "attached"}],
                case_rules=[{"case_id": "c1", "rule_id": "no"}],
            ),
            {"case_rules.csv:2"},
            id="a named rule and its attachment begin",
        ),
    ],
)
def test_the_row_that_did_it_is_named(before, after, wanted) -> None:
    loads = [("2026-06-15", before), ("2026-07-01", after)]
    history = loaded(loads)
    graph = graph_of(history, "2026-07-01")
    one, two = (Snapshot(graph.session, day) for day, _ in loads)
    (pair,) = differences(one, two, history, history, ("2026-06-15", "2026-07-01")).pairs()
    assert set(pair.because) == wanted
    graph.session.newest()
    graph.session.remembered("history", lambda: history)
    change = timeline(graph.session, "ana", "c1").changes[-1]
    assert change.date == "2026-07-01"
    assert {source for cause in change.causes for source in cause.sources} == wanted


def test_neo4j_names_the_same_rows(neo4j_server) -> None:
    """The days are asked on the server, rows are undone beside it: both name the same."""
    loads = seeded_history("mixed", 311)
    history, days = loaded(loads), ("2024-06-01", loads[-1][0])
    told = []
    with on_neo4j(neo4j_server, history, days[1]) as there:
        for graph in (graph_of(history, days[1]), there):
            one, two = (Snapshot(graph.session, day) for day in days)
            told.append(list(differences(one, two, history, history, days).pairs()))
    assert told[0]
    assert told[0] == told[1]
