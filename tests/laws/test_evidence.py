"""Laws of evidence: the rows taken are enough to decide a pair again, in every word, and each cited one is needed."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import pytest

from seewhy.api import Graph
from seewhy.graph.change.in_memory import in_memory
from seewhy.graph.change.neighbourhood import rows_around
from seewhy.graph.evidence.differences import differences
from seewhy.graph.evidence.files import read_back, written
from seewhy.graph.evidence.make import answer_json
from seewhy.graph.evidence.pseudonyms import Pseudonyms
from seewhy.graph.inputs.checks import check
from seewhy.graph.inputs.given import tables_from_given
from seewhy.graph.loads import Load
from seewhy.graph.questions.why import why
from seewhy.loaders.ledger import merge
from tests.support.examples import worlds
from tests.support.world_graphs import by_lists, histories_side_by_side, history_of, ids, load_record, prefix_of
from tests.worlds.builder import DAY
from tests.worlds.histories import DAYS, seeded_history
from tests.worlds.strategies import seeded_world

if TYPE_CHECKING:
    from seewhy.graph.answers.check import WhyAnswer

SCHEMES = ("positions", "memberships", "portal", "privileges", "mixed")
KEY = Pseudonyms(b"k" * 64)
LOADS = (load_record(DAY),)
FACTS = (
    *("memberships", "case_people", "case_parties", "holdings", "work", "portal_roles", "group_members"),
    *("role_assignments", "privilege_grants", "case_rules", "access_rules", "policies"),
)
"""Files whose rows are facts about a person or a case; the others are what they stand on."""


def stem_of(source: str) -> str:
    return source.split(".")[0]


def without(rows: dict[str, pl.DataFrame], sources: set[str]) -> dict[str, pl.DataFrame]:
    less = {stem: frame.filter(~pl.col("source").is_in(list(sources))) for stem, frame in rows.items()}
    assert sum(map(len, less.values())) <= sum(map(len, rows.values())) - len(sources), "a cited row was not taken"
    return less


def again(
    rows: dict[str, pl.DataFrame], person: str, case: str, day: str, loads: tuple[Load, ...] = LOADS
) -> WhyAnswer:
    return why(in_memory(rows, day, loads, dangling=True), person, case, day)


class Beside:
    """Pairs, each in a copy of its world with ids of its own: what was taken of the copies stands in one graph.

    A graph for each pair would cost a third of a second; that one pair's rows alone make a graph is asked of a few.
    """

    def __init__(self) -> None:
        self.histories: list[dict[str, pl.DataFrame]] = []
        self.pairs: list[tuple[str, str]] = []

    def add(self, history: dict[str, pl.DataFrame], person: str, case: str) -> None:
        prefix = prefix_of(len(self.pairs))
        self.histories.append(history)
        self.pairs.append((prefix + person, prefix + case))

    def whole(self) -> dict[str, pl.DataFrame]:
        return histories_side_by_side(self.histories)


def whys(beside: Beside, day: str, loads: tuple[Load, ...] = LOADS) -> list[WhyAnswer]:
    """The answer for each pair, from one graph."""
    session = in_memory(beside.whole(), day, loads, dangling=True)
    return [why(session, person, case, day) for person, case in beside.pairs]


def taken(beside: Beside) -> Beside:
    """The rows around each pair, out of all copies."""
    whole, out = beside.whole(), Beside()
    out.pairs = list(beside.pairs)
    parts: dict[str, list[pl.DataFrame]] = {}
    for person, case in beside.pairs:
        for stem, frame in rows_around(whole, person, case).items():
            parts.setdefault(stem, []).append(frame)
    out.histories = [{stem: pl.concat(frames) for stem, frames in parts.items()}]
    return out


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_rows_around_a_pair_give_the_same_answer_in_every_word(scheme: str) -> None:
    beside = Beside()
    for seed in (200, 201, 202):
        rows = seeded_world(scheme, seed)
        history, (people, cases) = history_of(rows, DAY), ids(rows)
        pairs = [(person, case) for person in people for case in cases]
        for number, (person, case) in enumerate(
            pairs if seed == 200 else random.Random(seed).sample(pairs, min(8, len(pairs)))
        ):
            beside.add(history, person, case)
            around = rows_around(history, person, case)
            others = set(around["people"]["person_id"]) - {person}
            named = set(around["case_people"]["person_id"]) | set(around["access_rules"]["subject_id"])
            assert others <= named, "somebody whom neither the case nor a rule on it names"
            assert set(around["cases"]["case_id"]) == {case}
            if number < 2:
                alone = again(around, person, case, DAY)
                assert alone == why(in_memory(history, DAY, LOADS, dangling=True), person, case, DAY), (person, case)
    for got, wanted in zip(whys(taken(beside), DAY), whys(beside, DAY), strict=True):
        assert got == wanted


@pytest.mark.parametrize("seed", range(worlds(2)))
@pytest.mark.parametrize("scheme", SCHEMES)
def test_earlier_and_later_days_too(scheme: str, seed: int) -> None:
    """Several loads: facts that ended, cases that moved, units that were elsewhere."""
    history: dict[str, pl.DataFrame] = {}
    loads: tuple[Load, ...] = ()
    people: set[str] = set()
    cases: set[str] = set()
    for number, (as_of, rows) in enumerate(seeded_history(scheme, seed), 1):
        frames = check(tables_from_given(rows)).frames
        history = merge(history, frames, as_of, f"load-{number:04d}").history
        loads = (*loads, replace(load_record(as_of), id=f"load-{number:04d}"))
        people |= set(frames["people"]["person_id"])
        cases |= set(frames["cases"]["case_id"])
    whole, chance = in_memory(history, loads[-1].as_of, loads, dangling=True), random.Random(seed)
    for _ in range(3):
        person, case, day = chance.choice(sorted(people)), chance.choice(sorted(cases)), chance.choice(DAYS)
        around = read_back(written(rows_around(history, person, case)))
        assert again(around, person, case, day, loads) == why(whole, person, case, day), (person, case, day)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_rows_survive_the_files_of_the_contract(scheme: str) -> None:
    for seed in range(300, 300 + worlds(5)):
        rows = seeded_world(scheme, seed)
        history, (people, cases) = history_of(rows, DAY), ids(rows)
        for person, case in random.Random(seed).sample([(p, c) for p in people for c in cases], 3):
            around = rows_around(history, person, case)
            back = read_back(written(around))
            assert list(back) == list(around)
            for stem, frame in around.items():
                assert back[stem].equals(frame.select(back[stem].columns)), stem
                left = set(frame.columns) - set(back[stem].columns)
                assert left <= {"blank_since"}, "only what merging needs may be left out"


@pytest.mark.parametrize("scheme", SCHEMES[:-1])
def test_without_the_cited_rows_the_answer_falls(scheme: str) -> None:
    """Without one cited row the answer is another one; without all rows of all granting reasons nothing is left."""
    whole, less, ended = Beside(), Beside(), []
    for seed in range(210, 216):
        rows = seeded_world(scheme, seed)
        history = history_of(rows, DAY)
        session = in_memory(history, DAY, LOADS, dangling=True)
        seen = sorted(by_lists(Graph(session.engine), DAY))
        for person, case in random.Random(seed).sample(seen, min(4, len(seen))):
            told, around = why(session, person, case, DAY), rows_around(history, person, case)
            granting = [reason for reason in told.reasons if reason.value != "none"]
            cited = sorted({one.source for reason in granting for one in reason.path if stem_of(one.source) in FACTS})
            for sources in [{source} for source in cited[:3]] + ([set(cited)] if cited else []):
                ended.append(sources == set(cited))
                whole.add(history, person, case)
                less.add(without(around, sources), person, case)
    for before, after, every in zip(whys(whole, DAY), whys(less, DAY), ended, strict=True):
        assert differences(answer_json(before), answer_json(after)), before.check
        assert not every or after.check.value == "none", (before.check, after.check)
    assert ended.count(False) > 7
    assert ended.count(True) > 3


@pytest.mark.parametrize("scheme", SCHEMES)
def test_pseudonyms_change_no_decision_and_leave_no_name(scheme: str) -> None:
    beside, masked = Beside(), Beside()
    for seed in (220, 221):
        rows = seeded_world(scheme, seed)
        history, (people, cases) = history_of(rows, DAY), ids(rows)
        pairs = [(person, case) for person in people for case in cases]
        for person, case in random.Random(seed).sample(pairs, min(10, len(pairs))):
            beside.add(history, person, case)
            hidden = KEY.history(rows_around(history, person, case))
            masked.add(hidden, KEY.of("person", person), KEY.of("case", case))
    for got, told in zip(whys(masked, DAY), whys(beside, DAY), strict=True):
        for key in ("value", "value_now", "step", "rules", "scheme"):
            assert getattr(got.check, key) == getattr(told.check, key)
        # Rows are numbered anew: which file, and how many facts.
        stems = [
            sorted((r.step, r.value, sorted(stem_of(s.source) for s in r.path)) for r in answer.reasons)
            for answer in (got, told)
        ]
        assert stems[0] == stems[1]
        assert [(t.step, t.outcome) for t in got.ladder] == [(t.step, t.outcome) for t in told.ladder]
