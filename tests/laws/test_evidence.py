"""Laws of evidence: the rows taken are enough to decide a pair again, in every word, and each cited one is needed."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import pytest

from seewhy.api import Graph
from seewhy.graph.change.neighbourhood import rows_around
from seewhy.graph.evidence.compare import differences
from seewhy.graph.evidence.files import read_back, written
from seewhy.graph.evidence.make import plain
from seewhy.graph.evidence.pseudonyms import Pseudonyms
from seewhy.graph.evidence.scratch import scratch
from seewhy.graph.inputs.checks import check
from seewhy.graph.inputs.given import tables_from_given
from seewhy.graph.loads import Load
from seewhy.graph.questions.why import why
from seewhy.loaders.ledger import merge
from tests.support.world_graphs import by_lists, history_of, ids, load_record
from tests.worlds.builder import DAY
from tests.worlds.histories import DAYS, seeded_history
from tests.worlds.strategies import seeded_world

if TYPE_CHECKING:
    from seewhy.graph.answers.access import WhyAnswer

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
    return why(scratch(rows, day, loads), person, case, day)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_rows_around_a_pair_give_the_same_answer_in_every_word(scheme: str) -> None:
    for seed in (200, 201, 202):
        rows = seeded_world(scheme, seed)
        history, (people, cases) = history_of(rows, DAY), ids(rows)
        whole = scratch(history, DAY, LOADS)
        pairs = [(person, case) for person in people for case in cases]
        for person, case in pairs if seed == 200 else random.Random(seed).sample(pairs, min(8, len(pairs))):
            around = rows_around(history, person, case)
            assert again(around, person, case, DAY) == why(whole, person, case, DAY), (person, case)
            others = set(around["people"]["person_id"]) - {person}
            named = set(around["case_people"]["person_id"]) | set(around["access_rules"]["subject_id"])
            assert others <= named, "somebody whom neither the case nor a rule on it names"
            assert set(around["cases"]["case_id"]) == {case}


@pytest.mark.parametrize("seed", range(4))
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
    whole = scratch(history, loads[-1].as_of, loads)
    chance = random.Random(seed)
    for _ in range(8):
        person, case, day = chance.choice(sorted(people)), chance.choice(sorted(cases)), chance.choice(DAYS)
        around = read_back(written(rows_around(history, person, case)))
        assert again(around, person, case, day, loads) == why(whole, person, case, day), (person, case, day)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_rows_survive_the_files_of_the_contract(scheme: str) -> None:
    for seed in range(300, 312):
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
    removed = ended = 0
    for seed in range(210, 216):
        rows = seeded_world(scheme, seed)
        history = history_of(rows, DAY)
        whole = scratch(history, DAY, LOADS)
        seen = sorted(by_lists(Graph(whole.engine), DAY))
        for person, case in random.Random(seed).sample(seen, min(4, len(seen))):
            told, around = why(whole, person, case, DAY), rows_around(history, person, case)
            granting = [reason for reason in told.reasons if reason.value != "none"]
            cited = sorted({one.source for reason in granting for one in reason.path if stem_of(one.source) in FACTS})
            for source in cited[:3]:
                less = again(without(around, {source}), person, case, DAY)
                assert differences(plain(told), plain(less)), (person, case, source)
                removed += 1
            if cited:
                left = again(without(around, set(cited)), person, case, DAY)
                assert left.check.value == "none", (person, case, cited, left.check)
                ended += 1
    assert removed > 10
    assert ended > 3


@pytest.mark.parametrize("scheme", SCHEMES)
def test_pseudonyms_change_no_decision_and_leave_no_name(scheme: str) -> None:
    for seed in (220, 221):
        rows = seeded_world(scheme, seed)
        history, (people, cases) = history_of(rows, DAY), ids(rows)
        whole = scratch(history, DAY, LOADS)
        pairs = [(person, case) for person in people for case in cases]
        for person, case in random.Random(seed).sample(pairs, min(10, len(pairs))):
            told = why(whole, person, case, DAY)
            masked = KEY.history(rows_around(history, person, case))
            got = again(masked, KEY.of("person", person), KEY.of("case", case), DAY)
            for key in ("value", "value_now", "step", "rules", "scheme"):
                assert getattr(got.check, key) == getattr(told.check, key)
            # Rows are numbered anew: which file, and how many facts.
            stems = [
                sorted((r.step, r.value, sorted(stem_of(s.source) for s in r.path)) for r in answer.reasons)
                for answer in (got, told)
            ]
            assert stems[0] == stems[1]
            assert [(t.step, t.outcome) for t in got.ladder] == [(t.step, t.outcome) for t in told.ladder]
