"""Findings: the table of the sample organisation, registry against query files, duties of one's own, the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from seewhy.api import Graph
from seewhy.cli import findings as findings_command  # noqa: F401  registers the command
from seewhy.cli.app import app
from seewhy.cypher.catalogue import book
from seewhy.graph.answers.findings import FindingsAnswer, Occurrence
from seewhy.graph.errors import ConfigurationError, UnknownEntity
from seewhy.graph.findings.context import months_after
from seewhy.graph.findings.duties import read_duties
from seewhy.graph.questions.findings import findings as ask_findings
from seewhy.graph.questions.findings import in_order
from seewhy.graph.rules.findings import Duty, findings

DAY = "2026-11-22"
LEAD = (
    *("rule", "person", "person_name", "position", "position_name", "case_id", "case_name", "unit", "unit_name"),
    *("about", "facts"),
)
STORIES = Path(__file__).parents[1] / "stories" / "findings"

TABLE = {
    "CMS-12": {("ines", "esc-a-tl")},
    "CMS-03": {("zola",)},
    "CMS-04": {("ines",)},
    "CMS-24": {("kofi", "nc-a2", "newcase")},
    "CMS-21": {("kofi", "nc-a2")},
    "CMS-08": {("lena", "enf-b-tl")},
    "CMS-06": {("lena", "enf-b-tl")},
    "CMS-17": {("jonas", "nc-sm")},
    "CMS-29": {("farid", "app-a2")},
    "ORG-04": {("mateo", "jr-a3")},
    "MEM-23": {("xenia", "c-108", "fraud")},
    "MEM-13": {("aiko",)},
    "MEM-02": {("c-111",)},
    "MEM-03": {("bruno", "c-106")},
    "ICON-06": {("tomas", "i-104"), ("tomas", "i-105")},
    "ICON-12": {("i-103", "homefirst")},
    "ICON-14": {("i-104", "keys")},
    "ICON-15": {("rui", "i-105")},
    "ICON-10": {("jade", "i-102", "brook"), ("gabriel", "i-107", "brook")},
    "ECASE-148": {("gil", "press")},
    "ECASE-185": {("gil", "press")},
    "ECASE-106": {("ewan",)},
    "ECASE-05": {("pedro", "e-203")},
    "ECASE-128": {("isaac",), ("e-210",)},
    "ECASE-201": {("lars", "e-203")},
    "ECASE-129": {("kasia", "e-212"), ("noah", "e-208"), ("n-old",)},
    "ECASE-02": {("scanner",)},
    "ORG-01": {("uma",), ("viktor",)},
    "ORG-02": {("tolls",)},
    "ORG-03": {("priya",), ("suki",), ("nia",), ("tomas",)},
    "ORG-07": {("can_add_cases",)},
    "SOD-01": {("bilal", "e-203")},
    "SOD-09": {("lena", "m-116")},
    "SOD-10": {("omar", "m-113"), ("jonas", "m-110"), ("zola", "m-110")},
}


@pytest.fixture(scope="module")
def answer(graph: Graph) -> FindingsAnswer:
    return graph.findings(DAY)


def test_the_sample_shows_every_finding_that_its_readme_promises(answer: FindingsAnswer) -> None:
    found: dict[str, set[tuple[str, ...]]] = {}
    for one in answer.findings:
        named = tuple(filter(None, (one.person, one.position, one.case, one.unit))) or (one.about,)
        found.setdefault(one.rule, set()).add(named)
    assert {rule: named for rule, named in found.items() if rule not in {"MEM-53", "MEM-26"}} == TABLE


def test_every_finding_has_facts_with_sources_and_says_how_to_ask(answer: FindingsAnswer) -> None:
    for one in answer.findings:
        assert one.facts, one
        assert all(fact.source and fact.sentence and fact.load for fact in one.facts), one
        assert one.message[0] == one.message[0].upper(), one.message
        assert one.message.endswith("."), one.message
        assert not [fact.sentence for fact in one.facts if fact.sentence.endswith((" to", " at", " of", " in"))], one
        assert not any(wrong in one.message for wrong in ("{", "None", "  ", "sensitive case case")), one.message
    assert len({one.id for one in answer.findings}) == len(answer.findings)
    (denied,) = [one for one in answer.findings if one.rule == "MEM-23"]
    assert denied.as_dict(DAY)["why"] == f"seewhy why xenia c-108 --as-of {DAY}"
    (seen,) = [one for one in answer.findings if one.name == "sensitive_case_seen_by_many"]
    assert seen.message.startswith("29 people can see case e-210")
    assert seen.ask(DAY) == f"seewhy who e-210 --as-of {DAY}"


def test_a_finding_has_the_keys_of_the_contract_and_none_that_do_not_apply(answer: FindingsAnswer) -> None:
    plain = answer.as_dict()
    assert plain["count"] == len(plain["findings"]) == len(answer.findings)
    (late,) = [one for one in plain["findings"] if one["rule"] == "CMS-12"]
    assert list(late)[:6] == ["rule", "severity", "person", "position", "message", "facts"]
    assert not {"case", "unit", "why"} & set(late)
    assert [fact["source"] for fact in late["facts"]] == ["holdings.csv:19"]
    assert "Inês Duarte holds" in late["facts"][0]["sentence"]
    assert late["facts"][0]["to"]["id"] == "esc-a-tl"
    assert late["message"].endswith("should have been reviewed by 2026-07-15; the review is overdue since then.")


def test_both_paths_of_two_duties_are_shown(answer: FindingsAnswer) -> None:
    (bilal,) = [one for one in answer.findings if one.rule == "SOD-01"]
    assert [fact.source for fact in bilal.facts] == [
        *("role_assignments.csv:3", "role_privileges.csv:2", "cases.csv:40", "units.csv:21"),
        *("role_assignments.csv:4", "role_privileges.csv:14"),
    ]
    assert bilal.also == ("e-210",)
    (lena,) = [one for one in answer.findings if one.rule == "SOD-09"]
    assert {"holdings.csv:12", "holdings.csv:13", "work.csv:20"} <= {fact.source for fact in lena.facts}


def test_the_route_to_the_privilege_is_shown_as_a_whole(answer: FindingsAnswer) -> None:
    (isaac,) = [one for one in answer.findings if one.name == "route_to_ignore_access_rules"]
    assert {(fact.relationship, fact.source) for fact in isaac.facts} == {
        ("HAS_ROLE", "role_assignments.csv:22"),
        ("GIVES", "role_privileges.csv:18"),
        ("GIVES", "role_privileges.csv:19"),
    }


def test_only_one_rule_one_name_or_one_system(graph: Graph, answer: FindingsAnswer) -> None:
    assert [one.person for one in graph.findings(DAY, rule=" cms-12 ").findings] == ["ines"]
    assert [one.rule for one in graph.findings(DAY, rule="review_overdue").findings] == ["CMS-12"]
    of_icon = graph.findings(DAY, system="icon").findings
    assert {one.rule for one in of_icon} == {"ICON-06", "ICON-10", "ICON-12", "ICON-14", "ICON-15"}
    of_cms = graph.findings(DAY, system="cms").findings
    assert {one.rule for one in of_cms if one.rule.startswith("SOD")} == {"SOD-09", "SOD-10"}
    assert [one.severity for one in answer.findings] == sorted(
        (one.severity for one in answer.findings), key=["high", "medium", "low"].index
    )


@pytest.mark.parametrize(
    ("asked", "message", "near"),
    [
        ({"rule": "MEM-233"}, "no finding is about `MEM-233`", "`MEM-23`"),
        ({"rule": "review_due"}, "no finding is about `review_due`", "`review_overdue`"),
        ({"rule": "CMS-42"}, "no finding is about `CMS-42`", "`CMS-"),
        ({"system": "ecas"}, "unknown system `ecas`", "`ecase`"),
    ],
)
def test_unknown_rules_and_systems_name_the_nearest(
    graph: Graph, asked: dict[str, str], message: str, near: str
) -> None:
    with pytest.raises(UnknownEntity) as caught:
        graph.findings(DAY, **asked)
    assert caught.value.message == message
    assert near in caught.value.hint


@pytest.mark.parametrize(
    ("date", "months", "due"),
    [
        ("2026-01-15", 6, "2026-07-15"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-12-01", 1, "2027-01-01"),
        ("2026-11-30", 0, "2026-11-30"),
        ("9999-12-01", 6, "9999-12-31"),
        ("0000-01-01", 6, ""),
    ],
)
def test_calendar_months(date: str, months: int, due: str) -> None:
    assert months_after(date, months) == due


def test_each_query_file_agrees_with_the_registry() -> None:
    texts = {name.removeprefix("findings/"): query for name, query in book().items() if name.startswith("findings/")}
    assert set(texts) == {kind.name for kind in findings()}
    made = {
        *("due", "route", "count", "limit", "first", "second", "reason", "other", "hint", "members", "groups"),
        *("person", "case", "unit", "position", "ids"),
    }
    for kind in findings():
        query = texts[kind.name]
        assert query.head["finding"] == kind.name
        assert query.head["severity"] == kind.severity
        assert tuple(part.strip() for part in query.head["rules"].split(",")) == kind.rules
        assert query.returns[: len(LEAD)] == LEAD
        assert set(kind.words) <= made | set(query.returns), kind.name


def test_every_finding_has_a_story_that_fires() -> None:
    named = {kind.name for kind in findings()}
    by_rule: dict[str, set[str]] = {}
    for kind in findings():
        for rule in kind.rules:
            by_rule.setdefault(rule, set()).add(kind.name)
    fired: set[str] = set()
    for path in sorted(STORIES.glob("*.yaml")):
        for test in yaml.safe_load(path.read_text("utf-8"))["tests"]:
            if test.get("findings") and test["expect"]:
                rule = test["findings"]["rule"]
                about = {rule} if rule in named else by_rule[rule]
                fired |= about if len(about) == 1 else {name for name in about if path.stem.startswith(name[:5])}
    assert named - fired == set()


OWN = "id,kind,first,second,reason,severity\nO-1,position,enf-b2,enf-b-tl,we say so,high\n"


def test_an_organisation_has_duties_of_its_own(tmp_path: Path, graph: Graph) -> None:
    own = tmp_path / "own.csv"
    own.write_text(OWN + "O-2,privilege,ECASE-116,Receive Team Lead QAs,so do we,low\n", "utf-8")
    duties = read_duties(own)
    assert duties[1] == Duty("O-2", "privilege", "Draft responses", "Receive Team Lead QAs", "so do we", "low")
    one, two = (graph.findings(DAY, rule=rule, duties=duties).findings for rule in ("o-1", "O-2"))
    assert [(f.person, f.case, f.severity) for f in one] == [("lena", "m-116", "high")]
    assert [(f.person, f.case) for f in two] == [("bilal", "e-203")]
    assert len(graph.findings(DAY, rule="SOD-01", duties=duties).findings) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,kind\n", "has the columns id, kind"),
        (OWN + "O-1,position,a,b,c,low\n", "row 3: the id `O-1` stands twice"),
        (OWN + "O-3,position,a,,c,low\n", "row 3 has a blank cell"),
        (OWN + "O-3,position,a,b,c,low,more\n", "row 3: the row has 7 cells, the header 6"),
        (OWN + "O-3,position,a\u202eb,b,c,low\n", "row 3 holds a control or direction character (U+202E"),
        (OWN + OWN, "row 3: the row repeats the header"),
        (OWN + "O-3,group,a,b,c,low\n", "row 3: unknown kind `group`"),
        (OWN + "O-3,privilege,Draught responses,Edit Roles,c,low\n", "no privilege is called `Draught responses`"),
    ],
)
def test_a_wrong_duties_file_is_one_sentence(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "own.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigurationError) as caught:
        read_duties(path)
    assert message in caught.value.message


def test_a_duty_about_a_position_that_is_not_there(tmp_path: Path, graph: Graph) -> None:
    own = tmp_path / "own.csv"
    own.write_text(OWN.replace("enf-b2", "enf-b22"), "utf-8")
    with pytest.raises(UnknownEntity) as caught:
        graph.findings(DAY, duties=read_duties(own))
    assert caught.value.message == "the duty `O-1` is about the unknown position `enf-b22`"
    assert "`enf-b2`" in caught.value.hint


def test_a_missing_duties_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="does not exist"):
        read_duties(tmp_path / "none.csv")
    with pytest.raises(ConfigurationError, match="is a device, not a file"):
        read_duties(Path("/dev/zero"))


def test_duties_as_a_european_excel_writes_them(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_bytes(OWN.replace(",", ";").encode("utf-16"))
    assert [duty.id for duty in read_duties(own)] == ["O-1"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (["--fail-on", "high"], 1),
        ([], 0),
        (["--system", "icon", "--fail-on", "high"], 0),
        (["--system", "icon", "--fail-on", "medium"], 1),
        (["--rule", "CMS-06", "--fail-on", "medium"], 0),
        (["--rule", "CMS-06", "--fail-on", "low"], 1),
    ],
)
def test_the_exit_code_follows_the_severity(folder: Path, more: list[str], code: int) -> None:
    run = CliRunner().invoke(app, ["findings", "--graph", str(folder), "--as-of", DAY, "--json", *more])
    assert run.exit_code == code
    assert json.loads(run.stdout)["as_of"] == DAY


def test_a_severity_that_is_none(folder: Path) -> None:
    run = CliRunner().invoke(app, ["findings", "--graph", str(folder), "--fail-on", "grave"])
    assert isinstance(run.exception, ConfigurationError)
    assert (run.exception.message, run.exception.hint) == ("`grave` is no severity", "use low, medium, high")


def test_each_kind_is_told_when_it_is_found_and_all_are_the_answer(graph: Graph, answer: FindingsAnswer) -> None:
    told: list[tuple[str, tuple[Occurrence, ...]]] = []
    whole = ask_findings(graph.session, DAY, ready=lambda kind, found: told.append((kind, found)))
    assert [kind for kind, _ in told] == [kind.name for kind in findings()]
    assert all(one.name == kind for kind, found in told for one in found)
    assert in_order(one for _, found in reversed(told) for one in found) == whole.findings == answer.findings
