"""Laws of access: promises that hold in every world, each named as its sentence."""

from __future__ import annotations

import random
from functools import cache

import pytest

from tests.support.examples import worlds
from tests.support.world_graphs import Together, Variants, by_lists, by_who, embedded
from tests.worlds.builder import DAY
from tests.worlds.strategies import seeded_world

SCHEMES = ("positions", "memberships", "portal", "privileges", "mixed")
SEEDS = range(100, 100 + worlds(12))
ORDER = ("none", "view", "edit")
FACTS = (
    "memberships",
    "case_people",
    "case_parties",
    "holdings",
    "work",
    "portal_roles",
    "group_members",
    "role_assignments",
    "privilege_grants",
    "case_rules",
    "access_rules",
    "policies",
)
"""Files whose rows are facts about a person or a case; the others are what they stand on."""


@cache
def together(scheme: str) -> Together:
    """The worlds of a scheme, one graph for all laws."""
    return Together([seeded_world(scheme, seed) for seed in SEEDS], DAY)


@cache
def answers(scheme: str):
    """Every pair of a person and a case of one world, by `check`."""
    return together(scheme).pairs(DAY)


def seen(scheme: str):
    """Each world with the pairs in it that have access."""
    for world in together(scheme).worlds:
        people = set(world.people)
        yield world, [pair for pair, answer in answers(scheme).items() if pair[0] in people and answer[0] != "none"]


def without_orphans(rows):
    """Attachments of rules that are gone go too, or the world would not load."""
    rules = {row["rule_id"].strip() for row in rows.get("access_rules", [])}
    return {**rows, "case_rules": [row for row in rows.get("case_rules", []) if row["rule_id"].strip() in rules]}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_who_and_what_are_inverse_and_agree_with_check(scheme: str) -> None:
    worlds = together(scheme)
    graph = worlds.graph
    what = {
        (person, row.case): (row.value, row.value_now, row.step)
        for person in worlds.people
        for row in graph.what(person, DAY).cases
    }
    assert what == by_who(graph, worlds.cases, DAY) == by_lists(graph, DAY)
    own = {pair: answer for pair, answer in what.items() if pair in answers(scheme)}
    assert own == {pair: answer for pair, answer in answers(scheme).items() if answer[0] != "none"}
    for person, case in what.keys() - own.keys():  # across worlds, by a policy or a right that knows no bounds
        check = graph.check(person, case, DAY)
        assert (check.value, check.value_now, check.step) == what[person, case]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_why_says_what_check_says_and_proves_it(scheme: str) -> None:
    graph, rows = together(scheme).graph, together(scheme).rows
    known = {(f"{stem}.csv", str(number)) for stem, table in rows.items() for number in range(2, len(table) + 2)}
    for person, case in answers(scheme):
        answer = graph.why(person, case, DAY)
        assert answer.check == graph.check(person, case, DAY)
        assert [rung.outcome for rung in answer.ladder].count("decided") == 1
        decided = [rung.step for rung in answer.ladder].index(answer.check.step)
        for place, rung in enumerate(answer.ladder):
            assert (rung.outcome in ("not met",)) == (place < decided)
            assert rung.outcome != "not met" or not [r for r in answer.reasons if r.step == rung.step]
        if answer.check.value != "none" or answer.blocked:
            assert answer.reasons
            assert answer.reasons[0].step == answer.check.step
            assert answer.reasons[0].decides
        for reason in answer.reasons:
            assert reason.sentence.endswith(".")
            assert reason.path
            for step in reason.path:
                assert tuple(step.source.rsplit(":", 1)) in known, (step, person, case)
                assert not step.since or step.since <= DAY
                assert not step.until or step.until > DAY


@pytest.mark.parametrize("scheme", ["positions", "memberships", "portal", "privileges"])
def test_ending_every_fact_of_every_reason_ends_access(scheme: str) -> None:
    variants = Variants()
    for number, (world, pairs) in enumerate(seen(scheme)):
        for person, case in random.Random(number).sample(pairs, min(6, len(pairs))):
            cited = {
                step.source
                for reason in together(scheme).graph.why(person, case, DAY).reasons
                if reason.value != "none"
                for step in reason.path
                if step.source.split(".")[0] in FACTS
            }
            if not cited:  # a case of the person's firm rests on the case's own row alone
                continue

            def ended(after, told=(person, case, cited)) -> None:
                assert after.value == "none", (told, after)

            variants.ask(without_orphans(world.without(cited)), person, case, ended)
    assert variants.prove(DAY) > 30


@pytest.mark.parametrize("scheme", ["positions", "memberships", "portal", "privileges"])
def test_each_granting_reason_alone_suffices(scheme: str) -> None:
    """Without every other fact that grants, blocks or denies; role assignments stay, because they clear sensitivity."""
    variants = Variants()
    for number, (world, pairs) in enumerate(seen(scheme)):
        everything = set().union(*(world.sources(stem) for stem in FACTS if stem != "role_assignments"))
        for person, case in random.Random(number).sample(pairs, min(4, len(pairs))):
            for reason in [r for r in together(scheme).graph.why(person, case, DAY).reasons if r.decides][:2]:
                kept = {step.source for step in reason.path} | world.sources("policies")
                kept |= world.sources("case_rules") if reason.step == "named_rule" else set()
                kept |= world.sources("case_people") if scheme == "portal" else set()

                def suffices(alone, told=(person, case, reason)) -> None:
                    assert ORDER.index(alone.value) >= ORDER.index(told[2].value), (told, alone)

                variants.ask(without_orphans(world.without(everything - kept)), person, case, suffices)
    assert variants.prove(DAY) > 30


def test_the_order_of_rows_is_irrelevant() -> None:
    worlds = together("mixed")
    shuffled = {stem: random.Random(1).sample(table, len(table)) for stem, table in worlds.rows.items()}
    graph = embedded(shuffled, DAY)
    got = {pair: graph.check(*pair, DAY) for pair in answers("mixed")}
    assert {pair: (one.value, one.value_now, one.step) for pair, one in got.items()} == answers("mixed")


def test_a_denial_beats_a_grant_on_the_same_rung() -> None:
    """Denying one of the matching memberships of somebody who sees a case by memberships leaves nothing."""
    variants = Variants()
    for world, pairs in seen("memberships"):
        for person, case in [pair for pair in pairs if answers("memberships")[pair][2] == "memberships"][:5]:
            (first, *_) = [r for r in together("memberships").graph.why(person, case, DAY).reasons if r.decides]
            (source,) = [step.source for step in first.path if step.source.startswith("memberships")]
            number = int(source.rsplit(":", 1)[1]) - world.first["memberships"]
            changed = [
                {**row, "access": "deny"} if n == number else row for n, row in enumerate(world.rows["memberships"])
            ]
            kept = [row for row in world.rows.get("policies", []) if row["policy"] != "deny_blocks_view_all"]

            def denied(answer, told=(person, case)) -> None:
                assert (answer.value, answer.step) == ("none", "memberships"), told

            variants.ask({**world.rows, "memberships": changed, "policies": kept}, person, case, denied)
    assert variants.prove(DAY) > 15
