"""Laws of access: promises that hold in every world, each named as its sentence."""

from __future__ import annotations

import random

import pytest

from tests.support.world_graphs import by_lists, by_who, embedded, ids, one_by_one
from tests.worlds.builder import DAY
from tests.worlds.strategies import seeded_world

SCHEMES = ("positions", "memberships", "portal", "privileges", "mixed")
SEEDS = range(100, 112)
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


def without(rows, sources):
    """The world without the rows named by `file.csv:row`."""
    gone = {tuple(source.rsplit(":", 1)) for source in sources}
    return {
        stem: [row for number, row in enumerate(table, 2) if (f"{stem}.csv", str(number)) not in gone]
        for stem, table in rows.items()
    }


def without_orphans(rows):
    """Attachments of rules that are gone go too, or the world would not load."""
    rules = {row["rule_id"].strip() for row in rows.get("access_rules", [])}
    return {**rows, "case_rules": [row for row in rows.get("case_rules", []) if row["rule_id"].strip() in rules]}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_who_and_what_are_inverse_and_agree_with_check(scheme: str, seed: int) -> None:
    rows = seeded_world(scheme, seed)
    graph = embedded(rows, DAY)
    people, cases = ids(rows)
    what = {
        (person, row.case): (row.value, row.value_now, row.step)
        for person in people
        for row in graph.what(person, DAY).cases
    }
    assert what == by_who(graph, cases, DAY) == by_lists(graph, DAY)
    assert what == {pair: a for pair, a in one_by_one(graph, people, cases, DAY).items() if a[0] != "none"}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_why_says_what_check_says_and_proves_it(scheme: str, seed: int) -> None:
    rows = seeded_world(scheme, seed)
    graph = embedded(rows, DAY)
    people, cases = ids(rows)
    told = {(f"{stem}.csv", str(number)) for stem, table in rows.items() for number in range(2, len(table) + 2)}
    for person in people:
        for case in cases:
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
                    assert tuple(step.source.rsplit(":", 1)) in told, (step, person, case)
                    assert not step.since or step.since <= DAY
                    assert not step.until or step.until > DAY


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("scheme", ["positions", "memberships", "portal", "privileges"])
def test_ending_every_fact_of_every_reason_ends_access(scheme: str, seed: int) -> None:
    rows = seeded_world(scheme, seed)
    graph = embedded(rows, DAY)
    people, cases = ids(rows)
    seen = [pair for pair, answer in one_by_one(graph, people, cases, DAY).items() if answer[0] != "none"]
    for person, case in random.Random(seed).sample(seen, min(6, len(seen))):
        cited = {
            step.source
            for reason in graph.why(person, case, DAY).reasons
            if reason.value != "none"
            for step in reason.path
            if step.source.split(".")[0] in FACTS
        }
        if cited:  # a case of the person's firm rests on the case's own row alone when the role is the only fact
            after = embedded(without_orphans(without(rows, cited)), DAY).check(person, case, DAY)
            assert after.value == "none", (person, case, cited, after)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("scheme", ["positions", "memberships", "portal", "privileges"])
def test_each_granting_reason_alone_suffices(scheme: str, seed: int) -> None:
    """Without every other fact that grants, blocks or denies; role assignments stay, because they clear sensitivity."""
    rows = seeded_world(scheme, seed)
    graph = embedded(rows, DAY)
    people, cases = ids(rows)
    seen = [pair for pair, answer in one_by_one(graph, people, cases, DAY).items() if answer[0] != "none"]
    everything = {
        f"{stem}.csv:{n}" for stem in FACTS if stem != "role_assignments" for n in range(2, len(rows.get(stem, [])) + 2)
    }
    for person, case in random.Random(seed).sample(seen, min(4, len(seen))):
        for reason in [r for r in graph.why(person, case, DAY).reasons if r.decides][:2]:
            kept = {step.source for step in reason.path}
            kept |= {f"policies.csv:{n}" for n in range(2, len(rows.get("policies", [])) + 2)}
            kept |= (
                {f"case_rules.csv:{n}" for n, row in enumerate(rows.get("case_rules", []), 2)}
                if reason.step == "named_rule"
                else set()
            )
            kept |= {s for s in everything if s.startswith("case_people") and scheme == "portal"}
            alone = embedded(without_orphans(without(rows, everything - kept)), DAY).check(person, case, DAY)
            assert ORDER.index(alone.value) >= ORDER.index(reason.value), (person, case, reason, alone)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_rows_is_irrelevant(seed: int) -> None:
    rows = seeded_world("mixed", seed)
    people, cases = ids(rows)
    shuffled = {stem: random.Random(seed).sample(table, len(table)) for stem, table in rows.items()}
    assert one_by_one(embedded(rows, DAY), people, cases, DAY) == one_by_one(
        embedded(shuffled, DAY), people, cases, DAY
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_a_denial_beats_a_grant_on_the_same_rung(seed: int) -> None:
    """Denying one of the matching memberships of somebody who sees a case by memberships leaves nothing."""
    rows = seeded_world("memberships", seed)
    people, cases = ids(rows)
    graph = embedded(rows, DAY)
    policy = {"system_id": "", "policy": "deny_blocks_view_all"}
    seen = [p for p, a in one_by_one(graph, people, cases, DAY).items() if a[2] == "memberships" and a[0] != "none"]
    for person, case in seen[:5]:
        (first, *_) = [r for r in graph.why(person, case, DAY).reasons if r.decides]
        (source,) = [step.source for step in first.path if step.source.startswith("memberships")]
        number = int(source.rsplit(":", 1)[1]) - 2
        changed = [{**row, "access": "deny"} if n == number else row for n, row in enumerate(rows["memberships"])]
        kept = [row for row in rows.get("policies", []) if row["policy"] != policy["policy"]]
        answer = embedded({**rows, "memberships": changed, "policies": kept}, DAY).check(person, case, DAY)
        assert (answer.value, answer.step) == ("none", "memberships")
