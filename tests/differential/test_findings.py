"""Findings and `person` say the same on both engines, and what they say about sight is what the definition says."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from seewhy.api import Graph
from seewhy.cypher.catalogue import book
from seewhy.graph.matrix import lookup
from seewhy.graph.reports.registers import SCHEMAS
from seewhy.graph.reports.tables import report_tables
from tests.definition import World, decide
from tests.support.world_graphs import embedded, history_of, ids, on_neo4j, side_by_side
from tests.worlds.builder import DAY
from tests.worlds.organisation import organisation
from tests.worlds.strategies import seeded_world

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.definition.decide import Decision
    from tests.servers.neo4j import Neo4jServer
    from tests.worlds.tables import Rows

SCHEMES = ("positions", "memberships", "portal", "privileges", "mixed")
SEEDS = range(8)
LISTS = {"codes", "duties", "organisation_wide", "private_office", "team_level"}
PARTS = {"drafter", "adviser", "contributor", "qa_recipient", "task_holder"}


def plain(graph: Graph) -> list[dict[str, Any]]:
    return graph.findings(DAY).as_dict()["findings"]


def pairs_of(graph: Graph, name: str) -> set[tuple[str, str]]:
    return {(one.person, one.case) for one in graph.findings(DAY, rule=name).findings}


def linked(graph: Graph, kinds: Iterable[str]) -> set[tuple[str, str, str]]:
    """Person, case and status of every link of these kinds on a case of the day, from the relationships."""
    text = (
        "MATCH (p:Person)<-[l:" + "|".join(kind.upper() for kind in kinds) + "]-(c:CaseFile)-[h:HAS_PROFILE]->(f) "
        "WHERE l.since <= $d AND $d < l.until AND h.since <= $d AND $d < h.until AND c.scheme = 'privileges' "
        "RETURN p.id AS person, c.id AS one, h.status AS status"
    )
    rows = graph.session.engine.read(text, {"d": DAY})
    return {(row["person"], row["one"], row["status"]) for row in rows}


@cache
def decided_worlds(scheme: str) -> tuple[Rows, Graph, dict[tuple[str, str], Decision]]:
    """Generated worlds side by side, their graph, and what the definition decides for every pair."""
    rows = side_by_side([seeded_world(scheme, seed) for seed in SEEDS])
    world, (people, cases) = World(rows), ids(rows)
    return rows, embedded(rows, DAY), {(p, c): decide(world, p, c, DAY) for p in people for c in cases}


@pytest.mark.parametrize("batch", [lookup.PEOPLE_PER_QUESTION, 0], ids=["few people", "many people"])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_findings_about_sight_are_what_the_definition_says(
    scheme: str, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few people are asked about with the whole composition, many from its halves."""
    monkeypatch.setattr(lookup, "PEOPLE_PER_QUESTION", batch)
    rows, graph, decided = decided_worlds(scheme)
    people, cases = ids(rows)
    active = {p for p in people if decided[p, cases[0]].step != "inactive"}
    seeing = {p for (p, _), one in decided.items() if one.value != "none"}
    blind = active - seeing
    assert {person for person, _ in pairs_of(graph, "person_without_access")} == blind
    watching = {(p, c) for p, c, _ in linked(graph, {"watcher"}) if p in active and decided[p, c].value == "none"}
    assert pairs_of(graph, "watcher_without_sight") == watching
    allocated = {
        (p, c)
        for p, c, status in linked(graph, PARTS)
        if (p in active or status == "open") and decided[p, c].value == "none"
    }
    assert pairs_of(graph, "allocated_without_sight") == allocated
    counted = len(blind) + len(watching) + len(allocated)
    for name, step in (("queue_without_sensitive_role", "sensitivity"), ("task_visible_case_not", "")):
        for one in graph.findings(DAY, rule=name).findings:
            for case in (one.case, *one.also):
                found = decided[one.person, case]
                assert found.value == "none"
                assert step in ("", found.step)
                counted += 1
    for one in graph.findings(DAY, rule="separation_of_duties").findings:
        assert all(decided[one.person, case].value != "none" for case in (one.case, *one.also))
    assert counted


def test_both_engines_find_the_same(neo4j_server: Neo4jServer) -> None:
    worlds: list[Rows] = [seeded_world(scheme, seed) for seed in SEEDS[:3] for scheme in SCHEMES]
    rows = side_by_side([*worlds, organisation(3, 80, 400)])
    mine = embedded(rows, DAY)
    with on_neo4j(neo4j_server, history_of(rows, DAY), DAY) as theirs:
        here, there = plain(mine), plain(theirs)
        assert [one["id"] for one in there] == [one["id"] for one in here]
        assert there == here
        assert len({one["name"] for one in here}) >= 25
        people, _ = ids(rows)
        for person in people[::11]:
            expected, got = mine.person(person, DAY).as_dict(), theirs.person(person, DAY).as_dict()
            assert {**got, "engine": ""} == {**expected, "engine": ""}
        for report in SCHEMAS:
            tables = [
                [row for table in report_tables(one.session, report, DAY)[1] for row in table.to_pylist()]
                for one in (mine, theirs)
            ]
            assert tables[0] == tables[1]
        for query in book().values():
            if query.name.startswith("findings/"):
                given = {name: [] if name in LISTS else "" for name in query.parameters}
                assert theirs.session.engine.read(f"EXPLAIN {query.text}", given) == []
