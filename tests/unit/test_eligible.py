"""`eligible` on the sample organisation: its walk-through, the shape of answers, the sentences of errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from seewhy.api import Graph
from seewhy.cli.eligible import eligible as commands
from seewhy.graph.answers.eligibility import Condition, Verdict
from seewhy.graph.derivation.derive import derive
from seewhy.graph.engines.embedded import EmbeddedEngine
from seewhy.graph.errors import ConfigurationError, SeeWhyError, UnknownEntity
from seewhy.graph.inputs.checks import check
from seewhy.graph.questions.eligibility.ask import KINDS
from seewhy.graph.rules.catalogue import rule
from seewhy.graph.schemes.scheme import KINDS_OF_ELIGIBILITY
from seewhy.loaders.ledger import merge
from seewhy.loaders.tables import read_input
from tests.support.world_graphs import load_record

SAMPLE = Path(__file__).resolve().parents[2] / "loaders" / "sample"
DAY = "2026-11-22"


@pytest.fixture(scope="module")
def sample() -> Graph:
    tables, problems = read_input(SAMPLE)
    assert not problems
    history = merge({}, check(tables).frames, DAY, "load-0001").history
    return Graph(EmbeddedEngine.scratch(derive(history, DAY), loads=(load_record(DAY),)))


def verdict(graph: Graph, **asked: Any) -> Verdict:
    found = graph.eligible(as_of=DAY, **asked)
    assert isinstance(found, Verdict)
    return found


@pytest.mark.parametrize(
    ("person", "positions", "access", "word", "rules"),
    [
        ("bo", ["jr-a1"], "absence", "refused", ["CMS-08", "CMS-09"]),
        ("bo", ["nc-a1"], "hierarchical", "refused", ["CMS-24"]),
        ("bo", ["jr-a1", "app-a1"], "hierarchical", "refused", ["CMS-04", "CMS-28"]),
        ("bo", ["jr-a1"], "hierarchical", "allowed", []),
        ("omar", ["app-a-tl"], "absence", "refused", ["CMS-04"]),
    ],
)
def test_the_walk_through_of_the_sample(
    sample: Graph, person: str, positions: list[str], access: str, word: str, rules: list[str]
) -> None:
    found = verdict(sample, kind="secondary-access", person=person, position=positions, access=access)
    assert (found.verdict, list(found.rules)) == (word, rules)


def test_the_walk_through_names_the_people(sample: Graph) -> None:
    found = verdict(sample, kind="secondary-access", person="bo", position="jr-a1", access="hierarchical")
    assert found.people.as_dict() == {
        "ask": ["chidi", "dana", "elif", "zola"],
        "agree": ["grace", "hiro"],
        "authorise": [],
    }
    assert found.people.agree[0].because == "team leader in Judicial review, borrowing side (jr-a-tl)"
    assert found.people.agree[0].source == "holdings.csv:16"


def test_the_walk_through_ends_with_the_accepted_form(tmp_path: Path) -> None:
    for file in SAMPLE.glob("*.csv"):
        text = file.read_text("utf-8")
        if file.name == "people.csv":
            text = text.replace("Team leader Escalated complaints,false", "Team leader Escalated complaints,true")
        (tmp_path / file.name).write_text(text, "utf-8")
    tables, _ = read_input(tmp_path)
    history = merge({}, check(tables).frames, DAY, "load-0001").history
    cleared = Graph(EmbeddedEngine.scratch(derive(history, DAY), loads=(load_record(DAY),)))
    found = verdict(cleared, kind="secondary-access", person="omar", position="app-a-tl", access="absence")
    assert found.verdict == "allowed"
    assert "3 positions need security clearance, and Omar Farouk (omar) has it" in [c.because for c in found.conditions]


def test_the_json_of_a_verdict_has_the_keys_of_the_contract(sample: Graph) -> None:
    found = verdict(sample, kind="removal", person="farid", position="app-a2").as_dict()
    assert list(found) == [
        *("kind", "as_of", "verdict", "rules", "conditions", "work", "missing", "people", "engine", "load"),
    ]
    assert [list(one) for one in found["conditions"]] == [["rule", "met", "because", "source", "would_meet"]] * 2
    assert found["work"] == ["w-16"]
    assert found["rules"] == ["CMS-29"]
    assert json.loads(json.dumps(found)) == found


def test_the_json_of_a_list_has_the_keys_of_the_contract(sample: Graph) -> None:
    found = sample.eligible("contribute", DAY, case="e-201").as_dict()
    assert list(found) == ["kind", "case", "as_of", "people", "count", "engine", "load"]
    assert [(row["person"], row["name"]) for row in found["people"]] == [("lars", "Lars Eriksen")]
    assert found["count"] == 1


def test_a_warning_is_no_refusal_and_decides_only_when_nothing_else_does(sample: Graph) -> None:
    provenance = sample.provenance
    warns = Condition("CMS-26", False, "it is", would_meet="another way", warns=True)
    refuses = Condition("CMS-24", False, "it is not", would_meet="elsewhere")
    met = Condition("CMS-03", True, "it is")
    for conditions, word, decides in (
        ((met,), "allowed", None),
        ((met, warns), "warning", warns),
        ((warns, refuses), "refused", refuses),
    ):
        found = Verdict("secondary-access", DAY, "a request", conditions, provenance)
        assert (found.verdict, found.deciding) == (word, decides)


def test_every_rule_that_a_condition_names_is_in_the_catalogue(sample: Graph) -> None:
    for asked in (
        {"kind": "secondary-access", "person": "bo", "position": ["jr-a1"], "access": "absence"},
        {"kind": "secondary-access", "person": "bo", "position": ["jr-a1"], "access": "hierarchical"},
        {"kind": "removal", "person": "ana", "position": "jr-a2"},
        {"kind": "reassign", "work": "w-01", "person": "farid"},
        {"kind": "capability", "person": "isaac", "name": "add-unregistered-user"},
    ):
        for one in verdict(sample, **asked).conditions:
            assert asked["kind"] in rule(one.rule).carriers("eligibility"), one.rule
    for kind, more in (("assign", {}), ("task", {"role": "team_member"})):
        for name in sample.eligible(kind, DAY, case="c-101", **more).rules:
            assert kind in rule(name).carriers("eligibility")
    for kind, more in (("draft", {}), ("contribute", {}), ("cc", {}), ("advise", {}), ("qa", {"type": "Press Office"})):
        for name in sample.eligible(kind, DAY, case="e-201", **more).rules:
            assert kind in rule(name).carriers("eligibility"), name


def test_every_kind_of_the_contract_can_be_asked_and_has_its_command() -> None:
    assert tuple(KINDS) == KINDS_OF_ELIGIBILITY
    assert {one.name or one.callback.__name__ for one in commands.registered_commands if one.callback} == set(KINDS)


@pytest.mark.parametrize(
    ("asked", "error", "message", "hint"),
    [
        ({"kind": "asign"}, ConfigurationError, "`asign` is no kind of eligibility", "`assign`"),
        ({"kind": "assign"}, ConfigurationError, "`assign` needs `case`", "it takes case"),
        (
            {"kind": "assign", "case": "c-101", "role": "x"},
            ConfigurationError,
            "`assign` takes no `role`",
            "it takes case",
        ),
        ({"kind": "assign", "case": "c-10"}, UnknownEntity, "unknown case `c-10`", "`c-101`"),
        (
            {"kind": "assign", "case": "e-201"},
            ConfigurationError,
            "the case `e-201` belongs to the system `ecase`, which goes by privileges; the Assign To list is a matter "
            "of memberships",
            "systems that go by memberships: `cm`",
        ),
        (
            {"kind": "draft", "case": "m-101"},
            ConfigurationError,
            "the case `m-101` belongs to the system `cms`, which goes by positions; who is offered as drafter is a "
            "matter of privileges",
            "`ecase`",
        ),
        (
            {"kind": "task", "case": "c-101", "role": "team_manger"},
            UnknownEntity,
            "unknown task role `team_manger`",
            "`team_manager`",
        ),
        (
            {"kind": "qa", "case": "e-201", "type": "Pres Office"},
            UnknownEntity,
            "unknown QA type `Pres Office`",
            "`Press Office`",
        ),
        (
            {"kind": "secondary-access", "person": "boo", "position": "jr-a1", "access": "absence"},
            UnknownEntity,
            "unknown person `boo`",
            "`bo`",
        ),
        (
            {"kind": "secondary-access", "person": "bo", "position": ["jr-a1", "jr-a9"], "access": "absence"},
            UnknownEntity,
            "unknown position `jr-a9`",
            "`jr-a1`",
        ),
        (
            {"kind": "secondary-access", "person": "bo", "position": "jr-a1", "access": "absense"},
            ConfigurationError,
            "`absense` is no kind of secondary access",
            "`absence`",
        ),
        (
            {"kind": "removal", "person": "dana", "position": "enf-a1"},
            ConfigurationError,
            "`dana` does not hold the position `enf-a1` on 2026-11-22",
            "held that day: `enf-b-tl`",
        ),
        ({"kind": "reassign", "work": "w-99", "person": "bo"}, UnknownEntity, "unknown work item `w-99`", "`w-09`"),
        (
            {"kind": "reassign", "work": "w-07", "person": "bo"},
            ConfigurationError,
            "the work item `w-07` is not open on 2026-11-22",
            "only open work",
        ),
        (
            {"kind": "capability", "person": "isaac", "name": "asign-role"},
            UnknownEntity,
            "unknown capability `asign-role`",
            "`assign-role`",
        ),
        (
            {"kind": "capability", "person": "isaac", "name": "assign-role", "unit": "hrr"},
            UnknownEntity,
            "unknown unit `hrr`",
            "`hr`",
        ),
        (
            {"kind": "capability", "person": "isaac", "name": "manage-team-on-organogram"},
            ConfigurationError,
            "`manage-team-on-organogram` is about one team",
            "--unit",
        ),
        (
            {"kind": "capability", "person": "isaac", "name": "change-role", "unit": "hr"},
            ConfigurationError,
            "`change-role` is not about one team",
            "leave --unit out",
        ),
        (
            {"kind": "removal", "person": "ana", "position": ["enf-a1", "jr-a2"]},
            ConfigurationError,
            "`removal` takes one `position`, not 2",
            "",
        ),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, dict) else "",
)
def test_what_cannot_be_answered_is_one_sentence_with_a_hint(
    sample: Graph, asked: dict[str, Any], error: type[SeeWhyError], message: str, hint: str
) -> None:
    with pytest.raises(error) as caught:
        sample.eligible(as_of=DAY, **asked)
    assert caught.value.message == message
    assert hint in caught.value.hint


def test_positions_of_two_systems_are_no_request() -> None:
    rows = {
        "systems": "system_id,scheme\na,positions\nb,positions\nc,memberships",
        "people": "person_id,name\np,P",
        "units": "unit_id,kind,name\nu,team,U",
        "positions": "position_id,system_id,unit_id,level\npa,a,u,team_leader\npb,b,u,team_leader\npc,c,u,team_leader",
    }
    from tests.support.world_graphs import embedded

    graph = embedded(rows, DAY)  # type: ignore[arg-type]  # CSV text is given, too
    asked = {"kind": "secondary-access", "person": "p", "access": "absence"}
    with pytest.raises(ConfigurationError, match="the positions belong to several systems: `a` and `b`"):
        graph.eligible(as_of=DAY, position=["pa", "pb"], **asked)
    with pytest.raises(
        ConfigurationError, match="which goes by memberships; secondary access is a matter of positions"
    ):
        graph.eligible(as_of=DAY, position="pc", **asked)
