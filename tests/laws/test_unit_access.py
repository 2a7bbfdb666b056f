"""Who sees the cases of a unit is what the lists of everybody say, and counts through time are those of lists."""

from __future__ import annotations

import pytest

from seewhy.api import Graph
from seewhy.graph.errors import ConfigurationError, UnknownEntity
from seewhy.graph.questions.seen_over_time import seen_over_time
from seewhy.graph.questions.structure import structure, unit
from seewhy.graph.questions.unit_access import seen_by, unit_access
from tests.support.examples import worlds
from tests.support.world_graphs import embedded, graph_of, loaded, side_by_side
from tests.worlds.builder import DAY
from tests.worlds.histories import seeded_history
from tests.worlds.organisation import organisation
from tests.worlds.strategies import seeded_world

SCHEMES = ("positions", "memberships", "portal", "privileges", "mixed")


@pytest.mark.parametrize("matrix", ["on", "off"])
def test_who_sees_the_cases_of_a_unit_is_what_the_lists_say(matrix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEWHY_MATRIX", matrix)
    together = side_by_side([seeded_world(scheme, seed) for scheme in SCHEMES for seed in range(40, 40 + worlds(2))])
    outsiders = insiders = 0
    for rows in (together, organisation(5, 40, 200)):
        session = embedded(rows, DAY).session
        graph = Graph(session.engine)
        people = [row["id"] for row in session.run("organisation/people")]
        sees = {person: {one.case for one in graph.what(person, DAY).cases} for person in people}
        answer, counts = structure(session, DAY), seen_by(session, DAY)
        assert counts.keys() == answer.units.keys()
        for id in answer.units:
            below = [unit(session, one.id, DAY) for _, one in answer.below(id)]
            cases = {case for one in below for case, _ in one.cases}
            belongs = {place.person for one in below for place in one.people}
            wanted = {(p, len(seen & cases), p in belongs) for p, seen in sees.items() if seen & cases}
            assert counts[id] == len(wanted), id
            if wanted and (len(id) + len(wanted)) % 3 == 0:
                told = unit_access(session, id, DAY)
                assert {(one.person, one.cases, one.belongs) for one in told.seers} == wanted, id
                assert len(told.seers) == len(wanted)
                assert list(told.seers[: len(told.others)]) == list(told.others)
                outsiders += len(told.others)
                insiders += len(told.seers) - len(told.others)
    assert outsiders
    assert insiders


def test_a_unit_that_is_not_there_is_unknown() -> None:
    session = embedded(seeded_world("memberships", 3), DAY).session
    with pytest.raises(UnknownEntity, match="there is no unit `nowhere`"):
        unit_access(session, "nowhere", DAY)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_counts_through_time_are_those_of_the_lists(scheme: str) -> None:
    changed = 0
    for seed in range(60, 60 + worlds(2)):
        loads = seeded_history(scheme, seed)
        history = loaded(loads)
        graph = graph_of(history, loads[-1][0])
        graph.session.engine.history = lambda history=history: history
        for person in history["people"]["person_id"].unique().sort().to_list()[:3]:
            told = seen_over_time(graph.session, person=person, as_of=DAY)
            assert told.seen.total == len(graph.what(person, DAY).cases)
            for one in told.moments:
                for date, seen in ((one.day_before, one.before), (one.date, one.after)):
                    values = [case.value for case in graph.what(person, date).cases]
                    assert (seen.edit, seen.view) == (values.count("edit"), values.count("view")), (person, date)
                changed += one.before != one.after
                assert one.causes, (person, one.date)
        for case in history["cases"]["case_id"].unique().sort().to_list()[:3]:
            of_case = seen_over_time(graph.session, case=case, as_of=DAY)
            for one in of_case.moments:
                after = [who.value for who in graph.who(case, one.date).people]
                assert (one.after.edit, one.after.view) == (after.count("edit"), after.count("view")), (case, one.date)
    assert changed


def test_what_nobody_could_count_is_refused() -> None:
    session = embedded(seeded_world("memberships", 3), DAY).session
    for given in ({}, {"person": "a", "case": "b"}):
        with pytest.raises(ConfigurationError, match="one person or of one case"):
            seen_over_time(session, **given)
