"""Every rule of the four products is in the catalogue, carried by something that exists, and told in our own words."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import Path

import pytest

from seewhy.assertions.format import read_story
from seewhy.cypher.catalogue import book
from seewhy.cypher.ladders import gate, ladders
from seewhy.graph.errors import UnknownEntity
from seewhy.graph.rules import catalogue, findings, privileges
from seewhy.graph.rules.page import rules_markdown
from seewhy.graph.schemes.in_use import schemes
from seewhy.graph.schemes.scheme import KINDS_OF_ELIGIBILITY
from seewhy.graph.schemes.words import gate_words
from tests.support.story_files import STORY_FILES

PHRASES = Path(__file__).parent / "data" / "seed_phrases.txt"
LADDERS = {
    "positions": ("own_work", "team_lead", "segment_manager", "no_position"),
    "memberships": ("assigned_to", "other_staff", "limited", "memberships", "view_all", "no_rule"),
    "portal": ("firm", "creator", "supervisor", "referrer", "estate_agent", "client", "no_rights", "no_rule"),
    "privileges": (
        "owner",
        "ignore_access_rules",
        "case_rule",
        "named_rule",
        "sensitivity",
        "queue",
        "global_rule",
        "default_policy",
    ),
}
"""The ladders, written by hand a second time."""
GATE = ("inactive", "no_case")
IDS = (
    [f"CMS-{n:02}" for n in range(1, 43)]
    + [f"MEM-{n:02}" for n in range(1, 59)]
    + [f"ICON-{n:02}" for n in range(1, 19)]
    + [f"ECASE-{n:02}" for n in (*range(1, 11), *range(101, 205))]
)
RULES = catalogue.rules()


def spans(*pairs: tuple[int, int]) -> set[str]:
    return {f"ECASE-{n:02}" for first, last in pairs for n in range(first, last + 1)}


ELIGIBLE = {
    "assign": {f"MEM-{n}" for n in range(44, 49)},
    "task": {f"MEM-{n}" for n in range(49, 54)},
    "draft": spans((116, 116), (204, 204)),
    "contribute": spans((166, 166)),
    "cc": spans((167, 168)),
    "advise": spans((101, 101)),
    "qa": spans((6, 9), (148, 148), (165, 165), (169, 190)),
    "secondary-access": {f"CMS-{n:02}" for n in (3, 4, 8, 9, 18, 24, 26, 28)},
    "removal": {"CMS-01", "CMS-11", "CMS-29"},
    "reassign": {"CMS-39", "CMS-40"},
    "capability": spans((115, 115), (119, 119), (126, 126), (137, 137), (159, 159), (202, 203)),
}
"""The rules whose conditions each kind of eligibility answers with."""


def test_every_rule_of_the_sources_is_there_once_and_in_order() -> None:
    assert [rule.id for rule in RULES if rule.basis == "source"] == IDS


def test_our_own_rules_are_about_structure_and_duties() -> None:
    own = [rule for rule in RULES if rule.basis == "own"]
    assert own
    assert {rule.scheme for rule in own} == {"organisation"}
    assert {rule.id.partition("-")[0] for rule in own} == {"ORG", "SOD"}


def test_nothing_is_planned() -> None:
    for rule in RULES:
        assert (rule.status, bool(rule.carried_by), bool(rule.reason)) in (
            ("carried", True, False),
            ("not_about_access", False, True),
        ), rule.id


def test_rungs_named_in_the_catalogue_exist() -> None:
    steps = {f"{scheme}/{step}" for scheme, own in LADDERS.items() for step in own}
    for rule in RULES:
        for rung in rule.carriers("rung"):
            assert rung in steps, rule.id
            assert rung.partition("/")[0] == rule.scheme, rule.id
        assert set(rule.carriers("gate")) <= set(GATE), rule.id


def test_every_step_of_every_ladder_and_both_gates_are_carried_by_a_rule() -> None:
    steps = {f"{scheme}/{step}" for scheme, own in LADDERS.items() for step in own}
    assert not steps - {rung for rule in RULES for rung in rule.carriers("rung")}
    assert not set(GATE) - {step for rule in RULES for step in rule.carriers("gate")}


def test_ladders_of_the_query_files_are_those_of_the_contract() -> None:
    assert {scheme: ladder.steps for scheme, ladder in ladders().items()} == LADDERS
    assert set(gate()) == set(GATE)


def test_every_rung_has_its_words() -> None:
    words = {"gate": gate_words(), **{name: one.words for name, one in schemes().items()}}
    told = {f"{scheme}/{step}" for scheme, own in words.items() for step, said in own.items() if said.get("question")}
    assert told == {
        *(f"gate/{step}" for step in GATE),
        *(f"{scheme}/{step}" for scheme in LADDERS for step in LADDERS[scheme]),
    }


def test_every_rule_that_a_rung_file_names_says_so_itself() -> None:
    """The header of a rung and the catalogue are written apart: a rule moved in one only is caught here."""
    for scheme, ladder in ladders().items():
        for step, named in ladder.rules.items():
            assert named, f"{scheme}/{step} names no rule"
            for id in named:
                assert f"{scheme}/{step}" in catalogue.rule(id).carriers("rung"), (id, scheme, step)
    for step, rung in gate().items():
        for id in rung.block.names("rules"):
            assert step in catalogue.rule(id).carriers("gate"), (id, step)


def test_every_rule_that_any_query_names_is_known() -> None:
    named = {
        id.strip()
        for query in book().values()
        for id in query.head.get("rules", "").split(",")
        if re.fullmatch(r"[A-Z]+-\d+", id.strip())
    }
    assert named <= {rule.id for rule in RULES}


def test_every_kind_of_eligibility_answers_with_its_rules() -> None:
    carried = {
        kind: {rule.id for rule in RULES if kind in rule.carriers("eligibility")} for kind in KINDS_OF_ELIGIBILITY
    }
    assert not {kind: missing for kind, ids in carried.items() if (missing := ELIGIBLE[kind] - ids)}


def test_every_answer_field_is_carried_by_a_rule() -> None:
    assert {what for rule in RULES for what in rule.carriers("answer")} == set(catalogue.ANSWERS)


def test_every_finding_belongs_to_rules_that_name_it() -> None:
    named = {name for rule in RULES for name in rule.carriers("finding")}
    assert named == {finding.name for finding in findings.findings()}
    asked = {name.removeprefix("findings/") for name in book() if name.startswith("findings/")}
    assert named == asked, "each is a query below cypher/findings"
    for finding in findings.findings():
        assert all(finding.name in catalogue.rule(id).carriers("finding") for id in finding.rules)


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("deny_but_assigned", "MEM-23"),
        ("review_overdue", "CMS-12"),
        ("misplaced_holding", "ECASE-185"),
    ],
)
def test_findings_that_the_contract_names_carry_its_ids(name: str, id: str) -> None:
    assert id in findings.finding(name).rules


def test_every_finding_is_shown_by_a_story() -> None:
    """By its name, or by a rule that no other finding is about."""
    asked = {
        str(test["findings"]["rule"])
        for path in STORY_FILES
        for test in read_story(path).tests
        if "rule" in test.get("findings", {}) and test["expect"]
    }
    named = {path.stem for path in STORY_FILES}
    about = Counter(id for one in findings.findings() for id in one.rules)
    shown = {
        one.name
        for one in findings.findings()
        if one.name in asked | named or asked & {id for id in one.rules if about[id] == 1}
    }
    assert shown == {one.name for one in findings.findings()}


def test_misplaced_holdings_are_those_of_privileges_with_a_place() -> None:
    places = ("organisation_wide", "private_office", "team_level")
    placed = {p.id for p in privileges.privileges() if p.placement in places}
    assert set(findings.finding("misplaced_holding").rules) == placed


@pytest.mark.parametrize("finding", findings.findings(), ids=lambda finding: finding.name)
def test_a_finding_says_one_sentence_about_somebody(finding: findings.Finding) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", finding.name)
    about = {"person", "case", "unit", "role", "access_rule", "group", "permission", "ids"}
    assert about & set(finding.words)
    assert finding.message.endswith(".")
    assert finding.statement.endswith(".")
    assert {catalogue.rule(id).scheme for id in finding.rules} <= {finding.scheme, "organisation"}


def test_duties_are_the_rules_of_their_finding() -> None:
    duties = findings.duties()
    assert tuple(duty.id for duty in duties) == findings.finding("separation_of_duties").rules
    assert len({frozenset((duty.first, duty.second)) for duty in duties}) == len(duties)
    assert {duty.kind for duty in duties} == {"privilege", "position"}


def test_statements_are_short_and_each_says_something_else() -> None:
    counted = Counter(rule.statement.casefold() for rule in RULES)
    assert [text for text, times in counted.items() if times > 1] == []
    for rule in RULES:
        assert 3 <= len(rule.statement.split()) <= 60, rule.id
        assert rule.statement.endswith("."), rule.id
        assert rule.reading != rule.statement, rule.id


def phrases(text: str) -> set[str]:
    """Digests of all runs of nine words; labels in backticks are exact by design and end a run."""
    found = set()
    for part in re.split(r"`[^`]*`", text):
        words = re.findall(r"[a-z0-9]+(?:['’][a-z]+)?", part.lower())
        found |= {" ".join(words[at : at + 9]) for at in range(len(words) - 8)}
    return {hashlib.sha256(phrase.encode()).hexdigest()[:8] for phrase in found}


SOURCE = frozenset(PHRASES.read_text("utf-8").split())
"""The runs of nine words in the four source documents, as digests, so that the test needs no copy of their text."""


def test_no_text_copies_the_sources() -> None:
    texts = [(rule.id, text) for rule in RULES for text in (rule.statement, rule.reading, rule.reason)]
    texts += [(p.id, text) for p in privileges.privileges() for text in (p.opens, p.conditions, p.team, p.how_given)]
    assert [id for id, text in texts if phrases(text) & SOURCE] == []


def test_the_copy_check_sees_a_copy() -> None:
    copied = "Well: secondary access - absence related is only for TLs and SMs, as they say."
    assert phrases(copied) & SOURCE
    assert not phrases(copied.replace("only for", "just for")) & SOURCE


def test_an_unknown_rule_names_the_nearest() -> None:
    assert catalogue.rule(" cms-12 ").id == "CMS-12"
    with pytest.raises(UnknownEntity) as caught:
        catalogue.rule("MEM-233")
    assert caught.value.message == "no rule is called `MEM-233`"
    assert "`MEM-23`" in caught.value.hint


def test_an_unknown_finding_names_the_nearest() -> None:
    with pytest.raises(UnknownEntity) as caught:
        findings.finding("review_due")
    assert caught.value.message == "no finding is called `review_due`"
    assert "`review_overdue`" in caught.value.hint


def test_the_page_shows_every_rule_and_finding_in_whole_rows() -> None:
    page = rules_markdown()
    columns = 0
    shown = set()
    for line in page.splitlines():
        if line.startswith("| "):
            cells = re.split(r"(?<!\\)\|", line)[1:-1]
            columns = columns or len(cells)
            assert len(cells) == columns, line
            shown.add(re.sub(r"\[`(\w+)`\]\(\S+\)", r"\1", cells[0].strip()))
        else:
            columns = 0
    assert {rule.id for rule in RULES} | {f.name for f in findings.findings()} <= shown
    assert page == rules_markdown()
