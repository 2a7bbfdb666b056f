"""Law of paths: every shortest path is there and none that is none, as another library finds them in all facts."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import TYPE_CHECKING

import networkx
import pytest

from seewhy.api import Graph
from seewhy.cypher.neighbours import labels
from seewhy.graph.explain import path_search
from seewhy.graph.explain.path_search import JOINS_ALL
from seewhy.graph.explain.paths import kind
from seewhy.graph.questions.paths import LISTED, relationship_kinds
from tests.support.world_graphs import graph_of, history_of, on_neo4j
from tests.worlds.builder import DAY
from tests.worlds.strategies import seeded_world

if TYPE_CHECKING:
    from tests.servers.neo4j import Neo4jServer
    from tests.worlds.tables import Rows

ASKED = ("person", "unit", "role", "privilege", "rule", "case_type", "case", "position", "group")


def facts_of(graph: Graph, kinds: list[str]) -> networkx.Graph:
    """All facts of the day, each thing asked for what is around it."""
    found = networkx.Graph()
    for label in labels():
        things = [row["id"] for row in graph.session.run(f"things/{label}")]
        found.add_nodes_from((kind(label), id) for id in things)
        for row in graph.session.run(f"neighbours/{label}", ids=things, kinds=kinds, as_of=DAY):
            cells = row["cells"]
            start = ("case", row["case_id"]) if row["case_id"] else (kind(cells[0]), cells[1])
            end = kind(cells[4]), cells[5]
            if start != end and "access_profile" not in (start[0], end[0]):
                found.add_edge(start, end)
    return found


def shortest(facts: networkx.Graph, one: tuple[str, str], two: tuple[str, str]) -> list[list[tuple[str, str]]]:
    inner = [node for node in facts if node[0] not in JOINS_ALL or node in (one, two)]
    try:
        return sorted(networkx.all_shortest_paths(facts.subgraph(inner), one, two))
    except networkx.NetworkXNoPath:
        return []


def written(key: tuple[str, str]) -> str:
    return f"{key[0]}:{key[1]}"


def questions(facts: networkx.Graph, seed: int, count: int) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    things = sorted(node for node in facts if node[0] in ASKED and node[1] and facts.degree(node))
    draw = random.Random(seed)
    return [(draw.choice(things), draw.choice(things)) for _ in range(count)]


def test_all_shortest_paths_are_found_and_every_step_is_a_fact() -> None:
    wrong: list[str] = []
    lengths = set()
    for seed in range(3):
        graph = graph_of(history_of(seeded_world("mixed", seed), DAY), DAY)
        for left in ((), ("member_of", "has_role")):
            kinds = [one for one in relationship_kinds() if one.lower() not in left]
            facts = facts_of(graph, kinds)
            for one, two in questions(facts, seed, 25):
                answer = graph.paths(written(one), written(two), DAY, without=left, longer=4)
                right = shortest(facts, one, two)
                told = [[(end.kind, end.id) for end in path.things] for path in answer.paths]
                least = sorted(way for way in told if len(way) - 1 == answer.hops)
                lengths.add(answer.hops)
                name = f"{seed} {one} {two} without {left}"
                whole = least == right[: len(least)] and len(least) == min(LISTED, len(right))
                if answer.shortest != len(right) or not whole:
                    wrong.append(f"{name}: {answer.shortest} {least[:3]} instead of {len(right)} {right[:3]}")
                wrong += [f"{name}: {way} is led twice over a thing" for way in told if len(set(way)) < len(way)]
                hops = (pair for way in told for pair in pairwise(way))
                wrong += [f"{name}: no fact joins {pair}" for pair in hops if pair not in facts.edges]
                wrong += [
                    f"{name}: {fact.sentence}"
                    for path in answer.paths
                    for fact in path.path
                    if fact.relationship.lower() in left or (fact.until and not fact.since <= DAY < fact.until)
                ]
    assert not wrong, f"{len(wrong)} faults\n" + "\n".join(wrong[:8])
    assert len(lengths) > 4


def test_stops_are_led_over_in_their_order() -> None:
    graph = graph_of(history_of(seeded_world("mixed", 3), DAY), DAY)
    facts = facts_of(graph, list(relationship_kinds()))
    for one, two in questions(facts, 9, 8):
        stops = [pair[0] for pair in questions(facts, 10, 2)]
        answer = graph.paths(written(one), written(two), DAY, via=[written(stop) for stop in stops])
        counts = [len(shortest(facts, a, b)) for a, b in pairwise([one, *stops, two])]
        assert answer.shortest == counts[0] * counts[1] * counts[2]
        for path in answer.paths:
            way = [(end.kind, end.id) for end in path.things]
            places = [way.index(stop) for stop in stops]
            assert (way[0], way[-1]) == (one, two)
            assert places == sorted(places)


def test_both_engines_find_the_same(neo4j_server: Neo4jServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(path_search, "MOST_SECONDS", 600.0)  # what a busy machine leaves out is no difference
    rows: Rows = seeded_world("mixed", 5)
    history = history_of(rows, DAY)
    embedded = graph_of(history, DAY)
    asked = questions(facts_of(embedded, list(relationship_kinds())), 5, 40)
    with on_neo4j(neo4j_server, history, DAY) as server:
        for one, two in asked:
            found = [graph.paths(written(one), written(two), DAY, longer=3).as_dict() for graph in (embedded, server)]
            assert {**found[0], "engine": ""} == {**found[1], "engine": ""}
