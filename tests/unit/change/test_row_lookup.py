"""One number may stand for rows of several loads: which one is meant is said, or it is an error, never a guess."""

from __future__ import annotations

from dataclasses import replace

import pytest

from seewhy.api import Graph
from seewhy.graph.counterfactual.named_changes import named_changes
from seewhy.graph.errors import ConfigurationError, UnknownEntity
from tests.support.world_graphs import graph_of, load_record, loaded

FIRST, SECOND = "2026-01-01", "2026-06-01"
PEOPLE = [{"person_id": id, "name": id.title()} for id in ("ana", "bo", "cy")]


def member(person: str) -> dict[str, str]:
    return {"person_id": person, "unit_id": "red", "access": "view"}


@pytest.fixture(scope="module")
def graph() -> Graph:
    """Bo's row is the third of the first load; in the second Cy's takes its place, and Bo's row stays what it was."""
    rows = {
        "systems": [{"system_id": "s", "name": "S", "scheme": "memberships"}],
        "people": PEOPLE,
        "units": [{"unit_id": "red", "kind": "team", "name": "Red"}],
        "cases": [{"case_id": "c-1", "system_id": "s", "title": "One", "team_id": "red"}],
        "memberships": [member("ana"), member("bo")],
    }
    later = {**rows, "memberships": [member("ana"), member("cy"), member("bo")]}
    history = loaded([(FIRST, rows), (SECOND, later)])
    opened = graph_of(history, SECOND)
    opened.session.engine.history = lambda: history  # type: ignore[method-assign]
    records = load_record(FIRST), replace(load_record(SECOND), id="load-0002")
    opened.session.engine.loads = lambda: records  # type: ignore[method-assign]
    return opened


def test_a_row_is_told_apart_by_its_load(graph: Graph) -> None:
    old, new = (graph.row("memberships.csv", 3, SECOND, load=f"load-000{n}") for n in (1, 2))
    assert (old.cells["person_id"], new.cells["person_id"]) == ("bo", "cy")
    assert [one.load for one in old.others] == ["load-0002"]
    assert [(pair.person, pair.case) for pair in old.gives] == [("bo", "c-1")]
    assert [(pair.person, pair.case) for pair in new.gives] == [("cy", "c-1")]
    assert graph.row("memberships", "3", FIRST).cells["person_id"] == "bo"
    lost = graph.row_alone("memberships.csv", 3, SECOND, load="load-0001")
    assert [(pair.person, pair.after) for pair in lost.pairs()] == [("bo", "none")]


def test_changes_do_not_guess_which_row_is_meant(graph: Graph) -> None:
    with pytest.raises(ConfigurationError) as said:
        named_changes(graph.session, end=["memberships.csv:3"], as_of=SECOND)
    assert "rows of several loads" in said.value.message
    assert "`memberships.csv:3@load-0002`" in said.value.hint
    data = named_changes(graph.session, end=["memberships.csv:3@load-0002"], as_of=SECOND)
    assert data == {"end": {"memberships": [{"person_id": "cy", "unit_id": "red"}]}}
    assert graph.whatif(data, SECOND).counts["lost"] == 1
    given = named_changes(graph.session, set_=["memberships.csv:2,access=edit"], as_of=SECOND)
    assert graph.whatif(given, SECOND).counts["changed"] == 1


def test_what_is_no_row_is_one_sentence(graph: Graph) -> None:
    wrong = {
        ("memberships.csv", "9"): "has no row 9",
        ("memberships.csv", "1.5"): "is no number of a row",
        ("members.csv", "2"): "unknown file `members.csv`",
    }
    for (file, row), says in wrong.items():
        with pytest.raises((UnknownEntity, ConfigurationError)) as said:
            graph.row(file, row, SECOND)
        assert says in said.value.message
        assert said.value.hint
