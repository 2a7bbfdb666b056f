"""A rung with one thing wrong is found by the definition, and becomes a story that only the wrong rung fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seewhy.assertions.format import read_story, run_story
from seewhy.cypher.folders import Folder, shipped, using
from seewhy.graph.change.in_memory import in_memory
from seewhy.loaders.ledger import merge
from seewhy.schemes.definition import said_by_definition
from seewhy.schemes.organisations import DAY, Chance
from seewhy.schemes.rungs import said_by_rungs
from seewhy.schemes.second_opinion import second_opinion
from seewhy.schemes.side_by_side import accepted
from seewhy.schemes.under_test import SchemeUnderTest
from tests.unit.schemes.faults import FAULTS, planted

if TYPE_CHECKING:
    from pathlib import Path


def test_every_planted_fault_is_found(tmp_path: Path) -> None:
    unseen = []
    for name in sorted({fault[0] for fault in FAULTS}):
        right = SchemeUnderTest.read(name)
        chance = Chance(right)
        side = accepted([chance.organisation(seed) for seed in range(50)], right.specs)
        pairs = side.pairs(name)
        definition = said_by_definition(right, side.frames, pairs, DAY)
        engine = in_memory(merge({}, side.frames, DAY, "load-0001").history, DAY).engine
        assert said_by_rungs(right, engine, pairs, DAY) == definition, name
        for number, (scheme, file, good, bad) in enumerate(FAULTS):
            if scheme == name:
                folder = planted(tmp_path / str(number), scheme, file, good, bad)
                if said_by_rungs(SchemeUnderTest.read(name, folder), engine, pairs, DAY) == definition:
                    unseen.append((file, good))
    assert not unseen


def test_a_fault_becomes_a_story_that_only_the_wrong_rung_fails(tmp_path: Path) -> None:
    fault = FAULTS[3]
    wrong = SchemeUnderTest.read("memberships", planted(tmp_path / "wrong" / "schemes", *fault))
    found = second_opinion(wrong, pairs=120, stories=tmp_path / "stories", most_stories=1)
    assert found.wrong >= len(found.disagreements) > 0
    first = found.disagreements[0]
    assert first.rungs
    assert first.rungs.step == "memberships" != first.definition.step
    assert [str(path) for path in (tmp_path / "stories").iterdir()] == [first.file]
    told = read_story(tmp_path / "stories" / first.file)
    assert told.given
    # A system, a person, a case, a unit, a membership of access no; somebody may be left who sees all cases.
    assert sum(text.count("\n") - 1 for text in told.given.values()) < 12, first.story
    assert not [one.wrong for one in run_story(told) if one.wrong]
    others = [one for one in shipped().values() if one.name != "memberships"]
    with using([*others, Folder("memberships", tmp_path / "wrong" / "schemes" / "memberships", "wrong")]):
        assert [one.wrong for one in run_story(told) if one.wrong]
