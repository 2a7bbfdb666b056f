"""Laws of the access matrix: it says what `check` says, however it came about, and nothing is believed unseen."""

from __future__ import annotations

import random
import shutil
import warnings
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import seewhy
from seewhy.api import Graph
from seewhy.graph.change import kept_matrix as keeping
from seewhy.graph.change.in_memory import in_memory
from seewhy.graph.change.kept_matrix import MatrixBefore, day_matrix, kept_matrix
from seewhy.graph.matrix import precomputed as stored
from seewhy.graph.matrix import row_decider
from seewhy.graph.matrix.access_matrix import AccessMatrix
from seewhy.graph.matrix.packing import packed
from seewhy.graph.matrix.precomputed import content, from_nothing, precomputed
from seewhy.graph.matrix.steps import decided_by_step
from seewhy.graph.questions.compare import compare
from seewhy.graph.questions.seen_over_time import seen_over_time
from seewhy.graph.questions.unit_access import seen_by, unit_access
from seewhy.graph.reports.export import export_report
from seewhy.graph.session import bringing
from tests.support.examples import worlds
from tests.support.later_sample import later_sample
from tests.support.world_graphs import Together, embedded, graph_of, one_by_one
from tests.support.world_graphs import loaded as history_after
from tests.worlds.builder import DAY
from tests.worlds.histories import DAYS, seeded_history, with_rows_ended
from tests.worlds.organisation import organisation
from tests.worlds.strategies import seeded_world

SAMPLE = Path(__file__).parents[2] / "loaders" / "sample"
ON = "2026-11-25"


def matrix_of(graph: Graph, day: str) -> AccessMatrix:
    found = precomputed(graph.session, day, make=True)
    assert found is not None
    return found


@pytest.mark.parametrize("scheme", ["positions", "memberships", "portal", "privileges", "mixed"])
def test_a_matrix_says_of_every_pair_what_check_says(scheme: str) -> None:
    together = Together([seeded_world(scheme, seed) for seed in range(300, 300 + worlds(4))], DAY)
    matrix = matrix_of(together.graph, DAY)
    answers = together.pairs(DAY)
    assert any(value != "none" for value, _, _ in answers.values())
    for (person, case), said in answers.items():
        place = matrix.index.at(case)
        if place is None:
            assert said[0] == "none"
            continue
        decision = matrix.decision(person, place)
        told = (decision.value, decision.value_now, decision.step)
        assert told == said or (told == ("none", "none", "") and said[0] == "none"), (person, case)


def test_rows_and_columns_of_a_matrix_agree() -> None:
    graph = embedded(organisation(5, 80, 600), DAY)
    matrix = matrix_of(graph, DAY)
    by_row = {
        (row.person, matrix.index.cases[place]): matrix.decisions[code]
        for row in matrix.visible_cases(matrix.people)
        for place, code in zip(row.cases.tolist(), row.codes.tolist(), strict=True)
    }
    by_column = {
        (matrix.people[n], case): decision for case in matrix.index.cases for n, decision in matrix.seers(case)
    }
    assert by_row == by_column
    assert matrix.seers("not a case") == []
    assert matrix.row("nobody").table.any() == np.False_


def test_the_same_organisation_gives_the_same_bytes_in_whatever_order_people_are_decided() -> None:
    graph = embedded(organisation(5, 80, 600), DAY)
    matrix = matrix_of(graph, DAY)
    people = list(zip(matrix.people, matrix.names, strict=True))
    order = list(matrix.people)
    random.Random(4).shuffle(order)
    again = packed(matrix.index, people, list(matrix.rows(order)), matrix.decisions)
    assert content(again) == content(matrix.record)


def test_what_is_kept_of_equal_rows_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """However little is kept, with a matrix and without."""
    rows, told = organisation(5, 60, 300), []
    for wanted in ("on", "off"):
        monkeypatch.setenv("SEEWHY_MATRIX", wanted)
        for held in (row_decider.HELD, 0):
            monkeypatch.setattr(row_decider, "HELD", held)
            pairs = embedded(rows, DAY).pairs(DAY)
            sights = [(one.person, one.cases.tolist(), [pairs.decisions[n] for n in one.codes]) for one in pairs]
            told.append((sights, pairs.counts()))
    assert all(one == told[0] for one in told)


def answers(graph: Graph, people: list[str], cases: list[str]) -> list[object]:
    graph.pairs(DAY)
    asked = [graph.what(person, DAY).as_dict() for person in people]
    asked += [graph.who(case, DAY).as_dict() for case in cases]
    asked += [graph.what(people[0], DAY, action="search").as_dict()]
    return [*asked, graph.pairs(DAY).counts()]


def test_without_a_matrix_everything_is_answered_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = organisation(5, 60, 300)
    told = []
    for wanted in ("on", "off"):
        monkeypatch.setenv("SEEWHY_MATRIX", wanted)
        graph = embedded(rows, DAY)
        people = [row["id"] for row in graph.session.run("organisation/people")][:20]
        told.append(answers(graph, people, graph.pairs(DAY).cases[:40]))
        assert (precomputed(graph.session, DAY, make=True) is None) == (wanted == "off")
        with bringing({"subject_device": "phone"}):
            assert precomputed(graph.session, DAY, make=True) is None
    said = [[_without_times(answer) for answer in one] for one in told]
    assert said[0] == said[1]


EARLIER = "2026-01-19"
"""A day on which a row of a person begins."""
ENDED = {"end": {"memberships": [{"person_id": "sam", "unit_id": "fraud"}]}}
USERS: dict[str, Callable[[Graph, Path], object]] = {
    "who": lambda g, _: g.who("c-102", ON).as_dict(),
    "what": lambda g, _: g.what("rosa", ON).as_dict(),
    "compare": lambda g, _: compare(g.session, "rosa", "sam", ON).differences,
    "pairs": lambda g, _: g.pairs(ON).counts(),
    "decided_by_step": lambda g, _: decided_by_step(g.session, ON),
    "export": lambda g, file: (export_report(g.session, "access", file, ON, overwrite=True), file.read_bytes())[1],
    "findings": lambda g, _: g.findings(ON).as_dict(),
    "diff": lambda g, _: g.diff(EARLIER, ON).as_dict(),
    "whatif": lambda g, _: g.whatif(ENDED, ON).as_dict(),
    "would_change": lambda g, _: g.why("chen", "e-201", ON, changes=True).as_dict(),
    "timeline": lambda g, _: (seen_over_time(g.session, person="rosa"), seen_over_time(g.session, case="c-102")),
    "structure": lambda g, _: (seen_by(g.session, ON), unit_access(g.session, "north", ON).seers),
}


@pytest.mark.parametrize("user", USERS)
def test_whoever_looks_into_a_matrix_says_the_same_without(
    user: str, target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = Counter[str]()
    for name in ("rows", "row", "column", "seers", "totals", "decision"):
        look = getattr(AccessMatrix, name)

        def counted(self: AccessMatrix, *given: object, look: Any = look) -> Any:
            looked[wanted] += 1
            return look(self, *given)

        monkeypatch.setattr(AccessMatrix, name, counted)
    told = {}
    for wanted in ("on", "off"):
        monkeypatch.setenv("SEEWHY_MATRIX", wanted)
        with seewhy.connect(target) as graph:
            for day in (EARLIER, ON):
                assert (precomputed(graph.session, day, make=True) is None) == (wanted == "off")
            looked.clear()
            told[wanted] = USERS[user](graph, tmp_path / "access.csv")
        assert bool(looked[wanted]) == (wanted == "on"), user
    assert told["on"] == told["off"]


def _without_times(answer: object) -> object:
    return {k: v for k, v in answer.items() if k not in ("load", "engine")} if isinstance(answer, dict) else answer


@pytest.mark.parametrize("scheme", ["positions", "memberships", "portal", "privileges", "mixed"])
def test_a_kept_matrix_is_what_would_be_made_from_nothing(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Random sequences of days, loads and what-ifs, each step from the one before, however few people there are."""
    monkeypatch.setattr(keeping, "OF_ALL", 1e9)
    kept = {"load": 0, "day": 0, "what if": 0}
    for seed in range(500, 500 + worlds(5)):
        draw, loads = random.Random(seed), seeded_history(scheme, seed)
        histories = [history_after(loads[:n]) for n in range(1, len(loads) + 1)]
        graph_at = cache(lambda at, histories=histories, loads=loads: graph_of(histories[at], loads[at][0]))
        at, day = 0, draw.choice(DAYS)
        before = MatrixBefore(AccessMatrix(from_nothing(graph_at(0).session, day)), day, histories[0])
        for _ in range(6):
            step, history = draw.choice([*kept]), before.history
            if step == "what if":  # the graph in memory that it is asked of; what follows goes on from there
                history = with_rows_ended(dict(history), day, draw)
                session = in_memory(history, day, dangling=True)
            else:
                at = min(at + (step == "load"), len(loads) - 1)
                day = draw.choice(DAYS) if step == "day" else day
                session, history = Graph(graph_at(at).session.engine).session, histories[at]
            found, made = kept_matrix(before, session, day, history), from_nothing(session, day)
            if found is not None:
                kept[step] += 1
                assert content(found.record) == content(made), (seed, step, before.day, day)
            before = MatrixBefore(found or AccessMatrix(made), day, history)
    assert all(kept.values()), kept


def test_a_group_that_was_not_there_before_is_asked_whatever_impact_analysis_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A case with a look that no case had, and nothing said about the row that gave it that look."""
    monkeypatch.setattr(keeping, "OF_ALL", 1e9)
    monkeypatch.setattr(keeping, "impacts", lambda *_: [])
    rows = organisation(5, 60, 120, ["memberships"])
    history = history_after([(DAY, rows)])
    before = MatrixBefore(AccessMatrix(from_nothing(graph_of(history, DAY).session, DAY)), DAY, history)
    seen = 0
    for place in range(12):
        case, other = rows["cases"][place], rows["cases"][-1 - place]
        cases = [{**one, "team_id": other["team_id"]} if one is case else one for one in rows["cases"]]
        after = history_after([(DAY, {**rows, "cases": cases})])
        graph = graph_of(after, DAY)
        made = AccessMatrix(from_nothing(graph.session, DAY))
        new = made.index.group.keys() - before.matrix.index.group.keys()
        seen += any(made.column(made.index.group[name]).any() for name in new)
        found = kept_matrix(before, graph.session, DAY, after)
        assert found is not None
        assert content(found.record) == content(made.record), case
    assert seen


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample with a stored matrix."""
    target = tmp_path_factory.mktemp("matrix") / "graph"
    with seewhy.connect(target, write=True) as graph, pytest.MonkeyPatch.context() as patch:
        graph.load(SAMPLE, ON)
        patch.setattr(stored, "LARGE", 1)
        matrix_of(graph, ON)
    return target


@pytest.fixture
def target(loaded: Path, tmp_path: Path) -> Path:
    return shutil.copytree(loaded, tmp_path / "graph")


def files(target: Path) -> list[Path]:
    return sorted(target.glob("generation-*/derived/*"))


def test_a_stored_matrix_is_used_where_it_lies(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [file] = files(target)
    assert file.stat().st_mode & 0o077 == 0
    with seewhy.connect(target) as graph:
        decided = [matrix_of(graph, ON).record]
        monkeypatch.setattr(stored, "from_nothing", lambda *_: pytest.fail("it was made again"))
    with seewhy.connect(target) as graph:
        assert matrix_of(graph, ON).record == decided[0]
        people = matrix_of(graph, ON).people
        assert one_by_one(graph, people[:3], matrix_of(graph, ON).index.cases[:3], ON)


def test_the_matrix_of_another_day_or_of_the_next_load_is_made_of_the_one_at_hand(
    target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "OF_ALL", 1e9)
    with seewhy.connect(target) as graph:
        assert day_matrix(graph.session, ON)
        monkeypatch.setattr(stored, "from_nothing", lambda *_: pytest.fail("it was made from nothing"))
        kept = day_matrix(graph.session, "2026-11-24")
        with seewhy.connect(target, write=True) as other:
            other.load(later_sample(tmp_path), "2026-11-26")
        assert graph.session.newest().id == "load-0002"
        next_one = day_matrix(graph.session, "2026-11-26")
        monkeypatch.undo()
        for matrix, day in ((kept, "2026-11-24"), (next_one, "2026-11-26")):
            assert matrix is not None
            with seewhy.connect(target) as again:
                assert content(matrix.record) == content(from_nothing(again.session, day)), day


@pytest.mark.parametrize("fault", ["changed", "cut", "empty", "another load", "another day", "no folder"])
def test_what_is_not_as_it_was_stored_is_made_again(target: Path, fault: str) -> None:
    [file] = files(target)
    day = ON
    if fault == "changed":
        inside = bytearray(file.read_bytes())
        inside[len(inside) // 2] ^= 1
        file.write_bytes(inside)
    elif fault == "cut":
        file.write_bytes(file.read_bytes()[:-100])
    elif fault == "empty":
        file.write_bytes(b"")
    elif fault == "another load":
        with seewhy.connect(target, write=True) as graph:
            graph.load(later_sample(target.parent), "2026-11-26")
    elif fault == "another day":
        day = "2026-11-24"
    else:
        file.unlink()
        file.parent.rmdir()
        file.parent.write_text("no folder", "utf-8")
    with seewhy.connect(target) as graph:
        matrix = matrix_of(graph, day)
        place = matrix.index.at("c-101")
        assert place is not None
        assert matrix.decision("rosa", place).value == graph.check("rosa", "c-101", day).value


def test_a_stored_matrix_that_the_graph_contradicts_is_not_used(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "LARGE", 1)
    with seewhy.connect(target, write=True) as graph:
        matrix = matrix_of(graph, ON)
        people = list(zip(matrix.people, matrix.names, strict=True))
        everything = np.ones(len(matrix.index.groups), np.uint8)
        rows = [row._replace(table=everything) for row in matrix.rows(matrix.people)]
        forged = packed(matrix.index, people, rows, matrix.decisions)
        name = stored._name(graph.session, ON)
        graph.session.engine.keep_derived(name, content(forged))
        assert len(files(target)) == 1
    with seewhy.connect(target) as graph:
        with pytest.warns(RuntimeWarning, match="it is not used"):
            again = matrix_of(graph, ON)
        assert content(again.record) == content(matrix.record)
    with warnings.catch_warnings(), seewhy.connect(target) as graph:
        warnings.simplefilter("error")
        matrix_of(graph, ON)
