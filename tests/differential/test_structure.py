"""Structure, one pair through time, and decisions by step say the same on both engines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seewhy.graph.matrix.pairs import Pairs
from seewhy.graph.matrix.steps import decided_by_step
from seewhy.graph.questions.structure import structure, unit
from seewhy.graph.questions.timeline import timeline
from seewhy.graph.questions.unit_access import seen_by
from tests.support.world_graphs import embedded, history_of, ids, on_neo4j, side_by_side
from tests.worlds.builder import DAY
from tests.worlds.strategies import seeded_world

if TYPE_CHECKING:
    from tests.servers.neo4j import Neo4jServer

SCHEMES = ("positions", "memberships", "portal", "privileges", "mixed")


def test_both_engines_say_the_same(neo4j_server: Neo4jServer) -> None:
    rows = side_by_side([seeded_world(scheme, 3) for scheme in SCHEMES])
    one = embedded(rows, DAY)
    with on_neo4j(neo4j_server, history_of(rows, DAY), DAY) as two:
        trees = [structure(graph.session, DAY) for graph in (one, two)]
        assert trees[0].units == trees[1].units
        assert trees[0].roots == trees[1].roots
        for id in trees[0].units:
            a, b = (unit(graph.session, id, DAY) for graph in (one, two))
            assert (a.people, a.seats, a.cases) == (b.people, b.seats, b.cases)
        assert any(line.people_below > line.people_at for line in trees[0].units.values())
        assert any(line.cases_at for line in trees[0].units.values())
        counted = decided_by_step(one.session, DAY)
        assert counted == decided_by_step(two.session, DAY)
        every = sum(len(sight.cases) for sight in Pairs(one.session, DAY))
        assert sum(sum(values.values()) for values in counted.values()) == every > 0
        assert seen_by(one.session, DAY) == seen_by(two.session, DAY)
        assert any(seen_by(one.session, DAY).values())
        people, cases = ids(rows)
        seen = [(s.person, Pairs(one.session, DAY).cases[s.cases[0]]) for s in Pairs(one.session, DAY)][:4]
        for person, case in [*seen, (people[0], cases[-1])]:
            told = timeline(two.session, person, case)
            assert told.periods[0].since == "0000-01-01"
            for period in told.periods:
                day = max(period.since, "0001-01-01")
                check = one.check(person, case, day)
                assert (period.value, period.value_now, period.step) == (check.value, check.value_now, check.step)
