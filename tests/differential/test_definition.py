"""definition = embedded = Neo4j, for every pair: value, value_now and step, by check, by who, and by the lists.

A world that differs is printed as a story, ready to paste into tests/stories. The number of worlds and pairs compared
is printed at the end of the run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from seewhy.api import Graph
from tests.definition import World, decide
from tests.support import examples
from tests.support.world_graphs import (
    Together,
    by_lists,
    by_who,
    embedded,
    history_of,
    ids,
    on_neo4j,
    one_by_one,
    side_by_side,
)
from tests.worlds.builder import DAY
from tests.worlds.stories import check as expectation
from tests.worlds.stories import story
from tests.worlds.strategies import mixed_worlds, seeded_world, worlds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.servers.neo4j import Neo4jServer
    from tests.support.world_graphs import Answer
    from tests.worlds.tables import Rows

SCHEMES = ("positions", "memberships", "portal", "privileges", "mixed")
TOGETHER = 10
"""Worlds of one graph; the smaller, the shorter the story of one that differs."""


def expected(rows: Rows, people: list[str], cases: list[str]) -> dict[tuple[str, str], Answer]:
    world = World(rows)
    decided = {(p, c): decide(world, p, c, DAY) for p in people for c in cases}
    return {pair: (d.value, d.value_now, d.step) for pair, d in decided.items()}


def compare(graph: Graph, rows: Rows, wanted: dict[tuple[str, str], Answer], pairs: Iterable[tuple[str, str]]) -> int:
    """Compare `pairs` by check and everything by lists and by who; what differs first fails with a story."""
    cases = ids(rows)[1]
    visible = {pair: answer for pair, answer in wanted.items() if answer[0] != "none"}
    checks = {pair: graph.check(*pair, DAY) for pair in pairs}
    for way, got, right in (
        (
            "check",
            {pair: (one.value, one.value_now, one.step) for pair, one in checks.items()},
            {pair: wanted[pair] for pair in checks},
        ),
        ("lists", by_lists(graph, DAY), visible),
        ("who", by_who(graph, cases, DAY), visible),
    ):
        for pair in sorted(right.keys() | got.keys()):
            if right.get(pair) != got.get(pair):
                value, now, step = wanted[pair]
                told = story(rows, expectation(*pair, value, step, value_now=now))
                pytest.fail(f"{way} says {got.get(pair)} for {pair}, the definition {wanted[pair]}:\n{told}")
    return len(checks)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_embedded_engine_answers_as_the_definition(
    scheme: str, record_property: Callable[[str, object], None]
) -> None:
    """Seeded worlds are larger than what Hypothesis draws; that one finds and shrinks the rare ones."""
    seen = [0, 0]
    strategy = mixed_worlds() if scheme == "mixed" else worlds(scheme)

    @settings(max_examples=settings.default.max_examples // 10)
    @given(strategy)
    def every_world(rows: Rows) -> None:
        people, cases = ids(rows)
        wanted = expected(rows, people, cases)
        seen[0] += 1
        seen[1] += compare(embedded(rows, DAY), rows, wanted, wanted)

    number = examples.worlds(40)
    for first in range(0, number, TOGETHER):
        seeds = range(first, min(number, first + TOGETHER))
        side = Together([seeded_world(scheme, seed) for seed in seeds], DAY, frames=first == 0)
        own = [(p, c) for world in side.worlds for p in world.people for c in world.cases]
        seen[0] += len(side.worlds)
        seen[1] += compare(side.graph, side.rows, expected(side.rows, side.people, side.cases), own)
    every_world()
    record_property("compared", f"{scheme}, embedded: {seen[0]} worlds, {seen[1]} pairs")
    assert seen[1] > 700


def test_neo4j_answers_as_the_definition(
    neo4j_server: Neo4jServer, record_property: Callable[[str, object], None]
) -> None:
    """Several worlds side by side in one load: a load costs seconds there, a pair milliseconds."""
    worlds_ = [seeded_world(scheme, seed) for seed in range(6) for scheme in SCHEMES]
    rows = side_by_side(worlds_)
    pairs = 0
    with on_neo4j(neo4j_server, history_of(rows, DAY), DAY) as graph:
        for number, world in enumerate(worlds_):
            prefix = f"w{number}:" if number else ""
            people, cases = ([prefix + one for one in group] for group in ids(world))
            wanted = expected(rows, people, cases)
            got = one_by_one(graph, people, cases, DAY)
            assert got == wanted, story(
                rows,
                *[expectation(*pair, wanted[pair][0], wanted[pair][2]) for pair in wanted if got[pair] != wanted[pair]],
            )
            pairs += len(wanted)
        people, cases = ids(rows)
        everything = {pair: answer for pair, answer in expected(rows, people, cases).items() if answer[0] != "none"}
        assert by_lists(graph, DAY) == everything
        assert by_who(graph, cases, DAY) == everything
        told = f"{len(worlds_)} worlds, {pairs} pairs by check, {len(people) * len(cases)} by lists and by who"
        record_property("compared", f"neo4j: {told}")
