"""Actions beyond view and edit: every question and door asks for them, and they let nobody see anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import seewhy
from seewhy.assertions.run import run_files
from seewhy.graph.errors import ConfigurationError
from tests.support.example_schemes import DAY, EXAMPLES, NAMES, everybody, use, write_organisation
from tests.unit.cli.conftest import Run, run

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["run"]
ACTIONS = {"departments": ("view", "edit", "delete"), "repositories": ("view", "edit", "close", "delete")}
DELETE = {
    "departments": {("eve", "r-1"), ("bo", "r-2")},
    "repositories": {("ana", "i-1"), ("ana", "i-2"), ("ana", "i-3"), ("cy", "i-4")},
}
"""Who may delete what, read off the stories by hand."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both examples, loaded."""
    place = tmp_path_factory.mktemp("actions")
    use(*NAMES)
    for name in NAMES:
        with seewhy.connect(place / name, write=True) as graph:
            graph.load(write_organisation(name, place / f"{name}-files"), as_of=DAY)
    return place


@pytest.fixture(params=NAMES)
def scheme(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    use(name)
    return name


@pytest.fixture
def graph(place: Path, scheme: str) -> Iterator[seewhy.Graph]:
    with seewhy.connect(place / scheme) as opened:
        yield opened


def allowed(graph: seewhy.Graph, scheme: str, action: str) -> set[tuple[str, str]]:
    """The pairs that `check` allows an action for."""
    people, cases = everybody(scheme)
    return {(p, c) for p in people for c in cases if graph.check(p, c, DAY, action=action).yes}


def test_who_may_delete(graph: seewhy.Graph, scheme: str) -> None:
    assert allowed(graph, scheme, "delete") == DELETE[scheme]


def test_every_question_agrees_with_check(graph: seewhy.Graph, scheme: str) -> None:
    """Who, what and why of every action and pair of the organisation; `pairs` for view."""
    people, cases = everybody(scheme)
    wrong = []
    for action in ACTIONS[scheme]:
        checked = allowed(graph, scheme, action)
        assert checked, action
        who = {(row.person, case) for case in cases for row in graph.who(case, DAY, action=action).people}
        what = {(person, row.case) for person in people for row in graph.what(person, DAY, action=action).cases}
        why = {(p, c) for p in people for c in cases if graph.why(p, c, DAY, action=action).check.yes}
        for name, found in (("who", who), ("what", what), ("why", why)):
            wrong += [(action, name, found ^ checked)] if found != checked else []
    assert wrong == []
    pairs = graph.pairs(DAY)
    listed = {(sight.person, pairs.cases[at]) for sight in pairs for at in sight.cases}
    assert listed == allowed(graph, scheme, "view")


def test_values_and_steps_agree_too(graph: seewhy.Graph, scheme: str) -> None:
    """The lists name the same value and rung as `check`."""
    people, cases = everybody(scheme)
    wrong = []
    for action in ACTIONS[scheme]:
        for case in cases:
            for row in graph.who(case, DAY, action=action).people:
                one = graph.check(row.person, case, DAY, action=action)
                if (row.value, row.step) != (one.value, one.step):
                    wrong.append((action, row, one))
        for person in people:
            for seen in graph.what(person, DAY, action=action).cases:
                one = graph.check(person, seen.case, DAY, action=action)
                if (seen.value, seen.step) != (one.value, one.step):
                    wrong.append((action, seen, one))
    assert wrong == []


def test_close_needs_what_edit_needs(place: Path) -> None:
    """An action of scheme.toml that needs `edit`, and is granted by no rung."""
    use("repositories")
    with seewhy.connect(place / "repositories") as graph:
        assert allowed(graph, "repositories", "close") == allowed(graph, "repositories", "edit")
        answer = graph.check("dee", "i-1", DAY, action="close")
        assert (answer.value, answer.allowed, answer.action) == ("view", False, "close")


def test_why_of_an_action_tells_its_rungs_and_rows(place: Path) -> None:
    use("departments")
    with seewhy.connect(place / "departments") as graph:
        yes, no = (graph.why(p, "r-1", DAY, action="delete", changes=True) for p in ("eve", "cy"))
    assert (yes.check.step, yes.check.value) == ("deletes_own", "delete")
    assert "case_people.csv:2" in json.dumps(yes.as_dict())
    assert (no.check.step, no.check.allowed) == ("no_rule", False)
    assert "deletes_own" in {tried.step for tried in no.ladder}
    assert "delete" in no.verdict


def test_an_action_beyond_edit_gives_nobody_view(tmp_path: Path) -> None:
    """Somebody whom only the rung of an action lets in deletes a case that they cannot see."""
    scheme = tmp_path / "bin"
    (scheme / "stories").mkdir(parents=True)
    for name, text in BIN.items():
        (scheme / name).write_text(text, "utf-8")
    use(scheme)
    files = tmp_path / "files"
    files.mkdir()
    for stem, text in ORGANISATION.items():
        (files / f"{stem}.csv").write_text(text, "utf-8")
    with seewhy.connect(tmp_path / "graph", write=True) as graph:
        graph.load(files, as_of=DAY)
        told = {a: graph.check("cleaner", "c-1", DAY, action=a) for a in ("view", "edit", "delete")}
        assert {a: (one.yes, one.value) for a, one in told.items()} == {
            "view": (False, "none"), "edit": (False, "none"), "delete": (True, "delete"),
        }  # fmt: skip
        assert [row.person for row in graph.who("c-1", DAY).people] == ["owner"]
        assert [row.person for row in graph.who("c-1", DAY, action="delete").people] == ["cleaner"]
        assert list(graph.what("cleaner", DAY).cases) == []
        assert [row.case for row in graph.what("cleaner", DAY, action="delete").cases] == ["c-1"]
        assert [(sight.person, list(sight.cases)) for sight in graph.pairs(DAY) if len(sight.cases)] == [("owner", [0])]


BIN = {
    "scheme.toml": (
        'name = "bin"\ntitle = "Bin"\nproduct = "Bin"\nversion = "1"\nlinks = ["owner", "assigned_to"]\n'
        'profile = []\nblocks = []\n[actions]\nview = "view"\nedit = "edit"\n'
    ),
    "1_owner.cypher": (
        "// step:  owner\n// on:    case\n// rules: BIN-01\n// says:  edit\n// evidence: l\n//\n// Owners change.\n"
        "// person:\nMATCH (p:Person)\n// case:\nMATCH (c:CaseFile)-[l:OWNER]->(p:Person)\nWHERE ON_DAY(l)\n"
    ),
    "2_deletes.cypher": (
        "// step:   deletes\n// on:     case\n// rules:  BIN-02\n// grants: delete\n// says:   yes\n// evidence: l\n"
        "//\n// Who is assigned throws it away.\n"
        "// person:\nMATCH (p:Person)\n// case:\nMATCH (c:CaseFile)-[l:ASSIGNED_TO]->(p:Person)\nWHERE ON_DAY(l)\n"
    ),
    "3_no_rule.cypher": "// step:  no_rule\n// rules: BIN-03\n// otherwise: none\n//\n// Nothing gave access.\n",
    "words.toml": (
        '[owner]\nquestion = "Owner?"\nnothing = "no owner"\n[deletes]\nquestion = "Assigned?"\nnothing = "nobody"\n'
        '[no_rule]\nquestion = "Otherwise"\nmet = "nothing gives {person} access"\n'
    ),
    "rules.toml": "\n".join(f'[[rule]]\nid = "BIN-0{n}"\nstatement = "Rule {n}."\n' for n in (1, 2, 3)),
}
ORGANISATION = {
    "systems": "system_id,scheme\nb,bin\n",
    "people": "person_id,name\nowner,Owner\ncleaner,Cleaner\n",
    "cases": "case_id,system_id\nc-1,b\n",
    "case_people": "case_id,person_id,link\nc-1,owner,owner\nc-1,cleaner,assigned_to\n",
}


@pytest.mark.parametrize(("given", "nearest"), [("delet", "delete"), ("veiw", "view"), ("Delete", "delete")])
def test_an_unknown_action_is_told_with_the_nearest(graph: seewhy.Graph, scheme: str, given: str, nearest: str) -> None:
    people, cases = everybody(scheme)
    asked = {
        "check": lambda: graph.check(people[0], cases[0], DAY, action=given),
        "why": lambda: graph.why(people[0], cases[0], DAY, action=given),
        "who": lambda: graph.who(cases[0], DAY, action=given),
        "what": lambda: graph.what(people[0], DAY, action=given),
    }
    told = {}
    for name, ask in asked.items():
        with pytest.raises(ConfigurationError) as caught:
            ask()
        told[name] = (f"`{given}`" in caught.value.message, nearest in (caught.value.hint or "") + caught.value.message)
    assert told == dict.fromkeys(asked, (True, True))


def test_the_commands_take_the_action(place: Path, scheme: str, run: Run) -> None:
    """Exit code and sentence of `check`; `who`, `what` and `why` list what `check` says."""
    more = ("--graph", place / scheme, "--schemes", EXAMPLES / scheme, "--as-of", DAY)
    person, case = sorted(DELETE[scheme])[0]
    ran = run("check", person, case, "--action", "delete", *more)
    assert (ran.code, f"{person} may delete case {case}" in ran.out) == (0, True), ran.out
    people, _ = everybody(scheme)
    other = next(p for p in people if (p, case) not in DELETE[scheme])
    ran = run("check", other, case, "--action", "delete", *more)
    assert (ran.code, f"{other} may not delete case {case}" in ran.out) == (1, True), ran.out
    who = run("who", case, "--action", "delete", "--json", *more).json()
    assert [row["person"] for row in who["people"]] == sorted(p for p, c in DELETE[scheme] if c == case)
    what = run("what", person, "--action", "delete", "--json", *more).json()
    assert [row["case"] for row in what["cases"]] == sorted(c for p, c in DELETE[scheme] if p == person)
    why = run("why", person, case, "--action", "delete", "--json", *more).json()
    assert (why["value"], why["allowed"]) == ("delete", True)
    wrong = run("check", person, case, "--action", "delet", *more)
    assert (wrong.code, "delete" in wrong.err) == (2, True), wrong.err


STORY = """
name: Only owners delete
as_of: 2026-03-01
tests:
  - check: {{person: eve, case: r-1, action: delete}}
    expect: {{value: {value}}}
  - check: {{person: cy, case: r-1, action: delete}}
    expect: {{allowed: {allowed}}}
  - who: {{case: r-2, action: delete}}
    expect: {{delete: [{who}]}}
  - what: {{person: bo, action: delete}}
    expect: {{delete: [{what}]}}
"""
RIGHT = {"value": "delete", "allowed": "false", "who": "bo", "what": "r-2"}


@pytest.mark.parametrize("wrong", [{}, {"value": "none"}, {"allowed": "true"}, {"who": "bo, dee"}, {"what": "r-1"}])
def test_assertions_judge_actions(place: Path, tmp_path: Path, wrong: dict[str, str]) -> None:
    """A right file passes; each wrong expectation fails, and only it."""
    use("departments")
    path = tmp_path / "story.yaml"
    path.write_text(STORY.format(**{**RIGHT, **wrong}), "utf-8")
    result = run_files([path], str(place / "departments"))
    assert (result.failed, result.passed) == (len(wrong), 4 - len(wrong)), [one.wrong for one in result.wrong]
