"""Laws of change over time: `diff` finds exactly the pairs that a full computation on both days finds."""

from __future__ import annotations

import random
from functools import cache, partial

import pytest

from seewhy.api import Graph
from seewhy.graph.change import pair_diff, without_claim
from seewhy.graph.change.snapshot import Snapshot
from seewhy.graph.change.undo import Undo
from seewhy.graph.questions.diff import differences
from seewhy.graph.scope.selection import chosen
from tests.support.examples import worlds
from tests.support.world_graphs import graph_of, loaded, one_by_one
from tests.worlds.histories import DAYS, seeded_history

SCHEMES = ("positions", "memberships", "portal", "privileges", "mixed")
SEEDS = range(300, 300 + worlds(3))
DATES = ("2020-01-01", *DAYS)


@pytest.fixture(autouse=True, params=["parts", "everybody"])
def way(request, monkeypatch):
    """In a world of eight people asking everybody is always cheaper; here only the touched parts are asked, too."""
    if request.param == "parts":
        for name in ("PER_GROUP", "PER_CASE", "PER_CHECK"):
            monkeypatch.setattr(pair_diff, name, 0.0)
    return request.param


@cache
def remembered(scheme, seed):
    """The history after all loads, and the engine that holds it."""
    loads = seeded_history(scheme, seed)
    history = loaded(loads)
    return history, graph_of(history, loads[-1][0]).session.engine


@cache
def first_and_last(scheme, seed):
    """The first and the last snapshot, each on an engine of the last day."""
    loads = seeded_history(scheme, seed)
    histories = loaded(loads[:1]), loaded(loads[-1:])
    return histories, [graph_of(history, loads[-1][0]).session.engine for history in histories], loads[-1][0]


_UNDONE: dict = {}


def undone_once(monkeypatch, *compared):
    """What a pair's answer is without some of the changed rows is the same however the pair was found: it is asked
    once for the two sides `compared`, and each way of finding pairs looks for causes in what is known already."""
    ask = Undo.outcomes

    def outcomes(self, questions):
        # A question names changed rows by their places.
        known = _UNDONE.setdefault((compared, tuple((row.stem, row.key) for row in self._changed)), {})
        every = list(questions)
        if new := [question for question in every if question not in known]:
            known.update(ask(self, new))
        return {question: known[question] for question in every}

    monkeypatch.setattr(Undo, "outcomes", outcomes)


@cache
def answers(scheme, seed, day):
    """Every pair on a day, by `check`: what a diff is held against, however it is found."""
    graph = Graph(remembered(scheme, seed)[1])
    people, cases = ([row["id"] for row in graph.session.run(f"organisation/{what}")] for what in ("people", "cases"))
    return one_by_one(graph, people, cases, day)


@cache
def answers_of_both(scheme, seed):
    """The same in the first and in the last snapshot, on the day of the last; only pairs that are in it."""
    _, engines, day = first_and_last(scheme, seed)
    told = []
    for graph in map(Graph, engines):
        lists = [[row["id"] for row in graph.session.run(f"organisation/{what}")] for what in ("people", "cases")]
        told.append({pair: (a[0], a[2]) for pair, a in one_by_one(graph, *lists, day).items()})
    return told


def full(scheme, seed, one, two):
    """Every pair that differs, by asking every pair."""
    was, now = answers(scheme, seed, one), answers(scheme, seed, two)
    told = {pair: ((was[pair][0], was[pair][2]), (now[pair][0], now[pair][2])) for pair in was}
    return {
        pair: sides for pair, sides in told.items() if sides[0] != sides[1] and not sides[0][0] == sides[1][0] == "none"
    }


def found(answer):
    pairs = answer.differing.without_reasons  # before any reason is looked for
    assert pairs.equals(answer.table.drop("because"))
    for most in {0, 1, 3, len(pairs) // 2, len(pairs) - 1, len(pairs), len(pairs) + 1} - {-1}:
        assert answer.differing.first(most).equals(answer.table.head(most)), most
    return {(p.person, p.case): ((p.before, p.before_step), (p.after, p.after_step)) for p in answer.pairs()}


@pytest.mark.parametrize("many", [pair_diff.MANY, 0], ids=["few people", "many people"])
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_diff_is_complete_and_every_pair_has_its_rows(
    scheme: str, seed: int, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few people's rows are asked for with the whole composition, many people's come from halves of rungs, and steps
    without a claim are filled in a few people at a time."""
    monkeypatch.setattr(pair_diff, "MANY", many)
    if not many:
        monkeypatch.setattr(without_claim, "CELLS", 20)
    history, engine = remembered(scheme, seed)
    graph = Graph(engine)  # a session of its own, which remembers nothing
    chosen = random.Random(seed)
    for _ in range(4):
        one, two = sorted(chosen.sample(DATES, 2))
        with monkeypatch.context() as patch:
            undone_once(patch, scheme, seed, one, two)
            answer = differences(
                Snapshot(graph.session, one), Snapshot(graph.session, two), history, history, (one, two)
            )
        assert found(answer) == full(scheme, seed, one, two), (one, two)
        assert all(pair.because for pair in answer.pairs())
        assert sum(answer.counts.values()) == len(answer.table)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_two_graphs_on_one_day_are_compared_completely(scheme: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever changed between them: rows gone, rows new, structure."""
    (first, last), engines, day = first_and_last(scheme, seed)
    one, two = map(Graph, engines)
    undone_once(monkeypatch, scheme, seed)
    answer = differences(Snapshot(one.session, day), Snapshot(two.session, day), first, last, (day, day))
    got = found(answer)
    told = answers_of_both(scheme, seed)
    wanted = {}
    for pair in told[0].keys() | told[1].keys():
        sides = [side.get(pair, ("none", "")) for side in told]
        if sides[0] != sides[1] and not sides[0][0] == sides[1][0] == "none":
            wanted[pair] = tuple(sides)
    assert got.keys() == wanted.keys()
    for pair, sides in wanted.items():
        assert [side for side in got[pair] if side[0] != "none"] == [side for side in sides if side[0] != "none"]


@pytest.mark.parametrize("seed", SEEDS)
def test_one_person_and_one_case_are_parts_of_the_whole(seed: int) -> None:
    history, engine = remembered("mixed", seed)
    graph = Graph(engine)
    one, two = Snapshot(graph.session, "2024-06-01"), Snapshot(graph.session, "2026-06-20")
    # Causes of everything are what `test_a_diff_is_complete_and_every_pair_has_its_rows` asks for.
    whole = found(differences(one, two, history, history, ("a", "b"), with_causes=False))
    for place, (person, case) in enumerate(list(whole)[:6]):
        part = partial(differences, one, two, history, history, ("a", "b"), with_causes=place == 0)
        assert found(part(person=person)) == {pair: told for pair, told in whole.items() if pair[0] == person}
        assert found(part(case=case)) == {pair: told for pair, told in whole.items() if pair[1] == case}
        assert found(part(person=person, case=case)) == {(person, case): whole[person, case]}



def test_a_diff_of_a_unit_is_that_part_of_the_whole():
    """Pairs of whoever belongs to the unit or below it on one of the days, and of whatever case does."""
    told, (one, two) = 0, (DATES[0], DATES[-1])
    for scheme in SCHEMES:
        history, engine = remembered(scheme, SEEDS[0])
        graph = Graph(engine)
        whole = list(map(_outcome, graph.diff(one, two).pairs()))
        for unit in sorted(set(history["units"]["unit_id"]))[:6]:
            people, cases = (
                {id for day in (one, two) for id in chosen(graph.session, side, {"unit": [unit]}, day)}
                for side in ("people", "cases")
            )
            got = list(map(_outcome, graph.diff(one, two, unit=unit).pairs()))
            assert got == [pair for pair in whole if pair[0] in people or pair[1] in cases], (scheme, unit)
            told += 0 < len(got) < len(whole)
    assert told, "no unit had a part of what changed"


def _outcome(pair):
    return pair.person, pair.case, pair.before, pair.before_step, pair.after, pair.after_step
