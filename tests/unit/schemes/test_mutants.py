"""Changes of one place: which there are, and that stories and generated organisations tell what becomes of a few."""

from __future__ import annotations

from pathlib import Path

import pytest

from seewhy.cypher.ladders import ladders
from seewhy.schemes.comparison import Comparison, Organisation, remembered
from seewhy.schemes.edits import edits_of
from seewhy.schemes.mutants import mutants_of_question, mutants_of_rungs
from seewhy.schemes.proof import (
    Score,
    Stories,
    mutants_of_folder,
    prove_rungs,
    prove_scheme,
)
from seewhy.schemes.question_proof import QuestionProof
from seewhy.schemes.stated import loaded_stories
from tests.support.story_files import SCHEMES, STORIES
from tests.support.world_graphs import side_by_side
from tests.worlds.builder import DAY
from tests.worlds.strategies import seeded_world

ROOT = Path(__file__).parents[3]
RUNGS = ROOT / "cypher" / "schemes"

TEXT = """// query: name, WHERE nothing = 'here'
MATCH (p:Person)-[m:MEMBER_OF|ACTS_AT]->(u:Unit)
WHERE ON_DAY(m) AND (u.kind = 'a AND b' OR NOT u.id IN ['x', 'y'])
  AND NOT EXISTS { MATCH (p)<-[x:OWNER]-(c) WHERE x.since <= $as_of }
RETURN p.id AS person, CASE WHEN u.rank > 1 THEN 'WHERE' ELSE '' END AS odd
"""
CHANGES = """
dropped the day: `ON_DAY(m)`
negated `ON_DAY(m)`
dropped the condition `(u.kind = 'a AND b' OR NOT u.id IN ['x', 'y'])`
negated `(u.kind = 'a AND b' OR NOT u.id IN ['x', 'y'])`
dropped the alternative `u.kind = 'a AND b'`
dropped the alternative `NOT u.id IN ['x', 'y']`
negated `NOT u.id IN ['x', 'y']`
dropped NOT EXISTS: `NOT EXISTS { MATCH (p)<-[x:OWNER]-(c) WHERE x.since <= $as_of }`
negated `NOT EXISTS { MATCH (p)<-[x:OWNER]-(c) WHERE x.since <= $as_of }`
dropped the condition `x.since <= $as_of`
negated `x.since <= $as_of`
`<>` for `=` in `u.kind = 'a`
`<` for `<=` in `x.since <= $as_of`
`>=` for `>` in `u.rank > 1`
turned `[m:MEMBER_OF|ACTS_AT]` round
`[m:MEMBER_OF|ACTS_AT]` is narrowed to `ACTS_AT`
`[m:MEMBER_OF|ACTS_AT]` is narrowed to `MEMBER_OF`
`[m:MEMBER_OF|ACTS_AT]` is widened to `MEMBER_OF|ACTS_AT|COUNTS_AS`
turned `[x:OWNER]` round
`[x:OWNER]` is widened to `OWNER|CLIENT`
the list `['x', 'y']` lacks 'x'
the list `['x', 'y']` lacks 'y'
"""


def test_every_place_of_a_text_is_changed_once() -> None:
    assert [one.change for one in edits_of(TEXT, widen=1)] == CHANGES.strip().splitlines()
    texts = [mutant.files["q.cypher"] for mutant in mutants_of_question("q.cypher", TEXT)]
    assert len(set(texts)) == len(texts) == 22
    assert texts[0] is not None
    assert "WHERE (u.kind = 'a AND b' OR NOT u.id IN ['x', 'y'])" in texts[0]
    assert all(text and text.startswith("// query: name, WHERE nothing = 'here'\n") for text in texts)


def test_what_a_rung_says_is_changed_and_its_place() -> None:
    files = {
        "1_up.cypher": "// step: up\n// says: edit, view\n// value: l.access\n// match: r.a = f.a\n// case:\n",
        "2_stop.cypher": "// step: stop\n// guard: yes\n// says: none\n// person:\nMATCH (p:Person)\n",
        "3_end.cypher": "// step: end\n// otherwise: none\n",
    }
    assert [(one.place, one.change) for one in mutants_of_rungs(files)] == [
        ("1_up.cypher:2", "`none` for `edit` in `says`"),
        ("1_up.cypher:2", "`none` for `view` in `says`"),
        ("1_up.cypher:2", "`view` above `edit` in `says`"),
        ("1_up.cypher:4", "dropped `match: r.a = f.a`"),
        ("2_stop.cypher:3", "`view` for `none` in `says`"),
        ("2_stop.cypher:3", "`edit` for `none` in `says`"),
        ("2_stop.cypher:1", "dropped the guard"),
        ("3_end.cypher:2", "`view` for `none` in `otherwise`"),
        ("3_end.cypher:2", "`edit` for `none` in `otherwise`"),
        ("2_stop.cypher:1", "`stop` stands above `up`"),
    ]


def test_a_half_in_two_orders_is_changed_in_both() -> None:
    (once, *_) = [one for one in mutants_of_folder(RUNGS / "privileges") if one.change.endswith("`o.at = 'team'`")]
    text = once.files["6_queue.cypher"] or ""
    assert "o.at = 'team'" not in text
    assert text.count("o.at = 'office'") == 2


def test_the_shipped_rungs_and_questions_have_their_mutants() -> None:
    count = {folder.name: len(mutants_of_folder(folder)) for folder in RUNGS.iterdir() if folder.is_dir()}
    assert min(count[scheme] for scheme in ladders()) > 70
    assert count["common"] > 10


@pytest.fixture(scope="module")
def organisation() -> Organisation:
    rows = side_by_side([seeded_world("memberships", seed, hostile=False) for seed in range(12)])
    return Organisation(remembered(rows, DAY), DAY)


SAMPLE = {
    "negated `NOT f.limited`": "killed",
    "dropped the condition `f.limited`": "killed",
    "`memberships` stands above `limited`": "equivalent",
    "`limited` stands above `other_staff`": "killed",
    "`view` for `none` in `otherwise`": "killed",
    "dropped the guard": "killed",
    "`[i:IN_OFFICE|IN_TEAM|IN_CATEGORY]` is narrowed to `IN_OFFICE|IN_TEAM`": "killed",
}


def test_stories_notice_a_sample_of_changed_rungs(organisation: Organisation) -> None:
    ladder, folder = ladders()["memberships"], RUNGS / "memberships"
    names = (
        "limited",
        "other_staff_beats_deny_and_limit",
        "limited_without_the_policy",
        "category",
        "office",
        "view_all",
    )
    files = [SCHEMES / "memberships" / "stories" / f"{name}.yaml" for name in names]
    wanted = {one.change: one for one in reversed(mutants_of_folder(folder)) if one.change in SAMPLE}
    killers = [Stories(ladder, loaded_stories(files))]
    verdicts = list(
        prove_rungs("memberships", folder, killers, Comparison(ladder, [organisation]), list(wanted.values()))
    )
    assert {one.mutant.change: one.outcome for one in verdicts} == SAMPLE
    assert all(one.by.partition("/")[0] == "memberships" for one in verdicts if one.outcome == "killed")
    assert all(one.compared > 100 for one in verdicts if one.outcome == "equivalent")
    assert Score.of(verdicts).killed == 1.0
    # Without stories the organisation alone tells those that answer otherwise, and nobody says which answer is right.
    alone = prove_rungs("memberships", folder, [], Comparison(ladder, [organisation]), list(wanted.values()))
    score = Score.of(alone)
    assert (score.by_stories, score.by_definition) == (0, 0)
    assert score.survived >= 5


def test_a_definition_that_contradicts_the_rungs_is_told(organisation: Organisation) -> None:
    wrong = Organisation(organisation.history, DAY, defined={("p1", "c1"): ("edit", "edit", "nothing")})
    with pytest.raises(ValueError, match=r"\('p1', 'c1'\) on 2026-06-15: .*, defined \('edit', 'edit', 'nothing'\)"):
        Comparison(ladders()["memberships"], [wrong])


def test_a_story_that_fails_as_it_is_proves_nothing(tmp_path: Path) -> None:
    office = SCHEMES / "memberships" / "stories" / "office.yaml"
    story = office.read_text("utf-8").replace("step: no_rule", "step: limited")
    (tmp_path / "wrong.yaml").write_text(story, encoding="utf-8")
    with pytest.raises(ValueError, match=r"wrong.yaml test 3 fails before anything is changed"):
        next(prove_scheme("memberships", RUNGS / "memberships", [tmp_path / "wrong.yaml"]))


def test_stories_notice_a_sample_of_changed_questions() -> None:
    name = "findings/case_without_office"
    proof = QuestionProof(loaded_stories([STORIES / "findings" / "case_without_office.yaml"]))
    source = (RUNGS / "memberships" / "findings" / "case_without_office.cypher").read_text("utf-8")
    outcomes = {one.mutant.change: one.outcome for one in proof.prove(name, source)}
    assert outcomes["turned `[:IN_OFFICE]` round"] == "killed"
    assert list(outcomes.values()).count("killed") >= 5
