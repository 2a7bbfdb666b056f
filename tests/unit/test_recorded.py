"""No question can be asked unrecorded: every public one, through every door, and whatever else is sent to a graph.

These lists fail when a question is added and nothing here asks it, and when one is not told to the record.
"""

from __future__ import annotations

import gc
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from seewhy import graph as package
from seewhy.api import Graph
from seewhy.cli.commands import SECTIONS
from seewhy.graph import record
from seewhy.graph.errors import ConfigurationError, UnknownEntity
from seewhy.graph.record import Asked, Caller, preparing
from seewhy.http.questions import ENDPOINTS
from seewhy.reports import export_report
from tests.unit.cli.conftest import Run, run
from tests.unit.http.conftest import Client

__all__ = ["run"]
DAY = "2026-11-25"
CHANGES = {"end": {"memberships": [{"person_id": "sam", "unit_id": "fraud"}]}}
PAIR = {"person": "sam", "case": "c-102"}


class Heard:
    """A record in memory."""

    def __init__(self) -> None:
        self.begun: list[tuple[Asked, Caller, Mapping[str, str]]] = []
        self.ended: list[tuple[int, int, str, str, Any]] = []

    def begin(self, asked: Sequence[Asked], caller: Caller, graph: Mapping[str, str]) -> int:
        self.begun += [(one, caller, graph) for one in asked]
        return len(self.begun) - len(asked)

    def end(self, first: int, count: int, outcome: str, error: str, seconds: float, answer: Any) -> None:
        self.ended.append((first, count, outcome, error, answer))

    def proof(self, number: int, *, opened: bool) -> bytes:
        return b""

    def only(self) -> Asked:
        """The one question that was asked since the last look, which was answered."""
        begun, ended = self.begun, self.ended
        self.begun, self.ended = [], []
        assert [one.kind for one, _, _ in begun] == [begun[0][0].kind], begun
        assert [(first, count, outcome) for first, count, outcome, _, _ in ended] == [(0, 1, "answered")]
        assert begun[0][2]["load"] == "load-0001"
        return begun[0][0]


@pytest.fixture
def heard() -> Iterator[Heard]:
    found = Heard()
    record.use(found)
    yield found
    record.use(None)


ASKED: dict[str, Callable[[Graph, Path], Any]] = {
    "check": lambda g, _: g.check("sam", "c-102", DAY),
    "why": lambda g, _: g.why("sam", "c-102", DAY, changes=True),
    "who": lambda g, _: g.who("c-102", DAY),
    "what": lambda g, _: g.what("sam", DAY),
    "eligible": lambda g, _: g.eligible("assign", DAY, case="c-102"),
    "findings": lambda g, _: g.findings(DAY),
    "person": lambda g, _: g.person("sam", DAY),
    "evidence": lambda g, folder: g.evidence("sam", "c-102", folder / "sam.zip", DAY),
    "diff": lambda g, _: g.diff("2026-11-20", DAY),
    "whatif": lambda g, _: g.whatif(CHANGES, DAY),
    "row": lambda g, _: g.row("memberships.csv", 4, DAY),
    "row_alone": lambda g, _: g.row_alone("memberships.csv", 4, DAY),
    "paths": lambda g, _: g.paths("person:sam", "case:c-102", DAY),
    "pairs": lambda g, _: [*g.pairs(DAY, ["sam"])],
}
NO_QUESTIONS = {"close", "provenance", "load"}
"""What a Graph has besides: it answers nobody about anybody."""


def test_every_question_of_the_python_interface_is_recorded(graph: Graph, heard: Heard, tmp_path: Path) -> None:
    public = {name for name in vars(Graph) if not name.startswith("_")}
    assert public == ASKED.keys() | NO_QUESTIONS
    for name, ask in ASKED.items():
        if name == "pairs":  # made and walked through: what it reads before the first row is one more
            ask(graph, tmp_path)
            assert {one.kind for one, _, _ in heard.begun} == {"pairs", "read"}
            assert [outcome for _, _, outcome, _, _ in heard.ended] == ["answered"] * len(heard.begun)
            heard.begun, heard.ended = [], []
            continue
        ask(graph, tmp_path)
        asked = heard.only()
        assert asked.kind == name
        given = inspect.signature(getattr(Graph, name)).parameters
        assert asked.person == ("sam" if "person" in given and name not in ("diff", "whatif") else "")
        assert asked.case == ("c-102" if ("case" in given and asked.person) or name in ("who", "eligible") else "")
        assert asked.as_of == ("" if name == "diff" else DAY)
    for report in ("access", "people"):
        export_report(graph, report, tmp_path / f"{report}.csv", DAY)
        assert heard.only().options["report"] == report


def test_every_function_that_answers_from_a_session_is_a_question(graph: Graph) -> None:
    # Pieces of questions: they are reached only through one that is recorded, or are recorded text by text.
    pieces = {
        "graph.questions.absent", "graph.questions.warm", "graph.questions.eligibility", "graph.questions.why",
        "graph.questions.check.checked", "graph.questions.what", "graph.questions.diff.known",
        "graph.questions.person.review_due", "graph.evidence.make.members", "graph.evidence.graph_check",
        "graph.reports.told.names_of",
    }  # fmt: skip
    unrecorded, recorded = [], set()
    for room in ("questions", "counterfactual", "evidence", "reports"):
        place = importlib.import_module(f"{package.__name__}.{room}")
        for found in pkgutil.walk_packages(place.__path__, f"{place.__name__}."):
            module = importlib.import_module(found.name)
            for name, one in inspect.getmembers(module, inspect.isfunction):
                if one.__module__ != found.name or name.startswith("_"):
                    continue
                full = f"{found.name}.{name}".removeprefix("seewhy.")
                if hasattr(one, "question"):
                    recorded.add(full)
                elif next(iter(inspect.signature(one).parameters), "") == "session" and not any(
                    full == piece or full.startswith(f"{piece}.") for piece in pieces
                ):
                    unrecorded.append(full)
    inner = {name for name in unrecorded if name.startswith(("graph.counterfactual.", "graph.reports.tables."))}
    assert set(unrecorded) - inner == set()
    assert {f"graph.questions.{one}" for one in ("check.check", "why.why", "who.who", "what.what")} <= recorded


def test_a_text_outside_every_question_is_one_itself(graph: Graph, heard: Heard) -> None:
    graph.session.run("organisation/person", person="sam")
    assert heard.only() == Asked("read", "sam", options={"query": "organisation/person"})
    with preparing():
        graph.session.run("organisation/people")
    assert heard.begun == []


def test_what_is_not_answered_has_an_outcome_as_well(graph: Graph, heard: Heard, monkeypatch: Any) -> None:
    with pytest.raises(UnknownEntity):
        graph.check("nobody", "c-102", DAY)
    with pytest.raises(ConfigurationError):
        graph.who("c-102", "no day")
    monkeypatch.setattr(graph.session.engine, "read", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        graph.what("sam", DAY)
    outcomes = [(outcome, error, answer) for _, _, outcome, error, answer in heard.ended]
    assert outcomes == [
        ("refused", "UnknownEntity", None), ("refused", "ConfigurationError", None),
        ("failed", "ZeroDivisionError", None),
    ]  # fmt: skip


def test_no_garbage_is_collected_while_an_answer_is_made(graph: Graph, heard: Heard) -> None:
    collecting: list[bool] = []

    @record.question("check")
    def asked(session: Any, wrong: bool = False) -> None:
        collecting.append(gc.isenabled())
        if wrong:
            raise UnknownEntity("no")

    asked(graph.session)
    assert (collecting, gc.isenabled()) == ([False], True)
    with pytest.raises(UnknownEntity):
        asked(graph.session, wrong=True)
    assert gc.isenabled()
    gc.disable()
    try:
        asked(graph.session)
        assert not gc.isenabled(), "a process that has switched it off is left as it is"
    finally:
        gc.enable()


def test_without_its_log_nothing_is_answered(graph: Graph, monkeypatch: Any) -> None:
    monkeypatch.setenv(record.VARIABLE, "no-such-log")
    with pytest.raises(ConfigurationError, match="is not open, so nothing is answered"):
        graph.check("sam", "c-102", DAY)


STORY = """name: one
as_of: 2026-11-25
tests:
  - check: {person: sam, case: c-102}
    expect: {value: none}
"""
GIVEN: dict[str, dict[str, Any]] = {
    "check": PAIR, "why": PAIR, "who": {"case": "c-102"}, "what": {"person": "sam"}, "person": {"person": "sam"},
    "diff": {"from": "2026-11-20"}, "findings": {}, "timeline": PAIR, "whatif": {"changes": CHANGES},
    "eligible": {"kind": "assign", "case": "c-102"}, "row": {"file": "memberships.csv", "row": "4"},
    "test": {"assertions": STORY},
}  # fmt: skip


def test_every_endpoint_is_recorded(graph: Graph, heard: Heard) -> None:
    client = Client(graph)
    assert GIVEN.keys() == {endpoint.name for endpoint in ENDPOINTS}
    for endpoint in ENDPOINTS:
        how = ("POST", {"json": GIVEN[endpoint.name]}) if endpoint.post else ("GET", {"params": GIVEN[endpoint.name]})
        headers = {"x-request-id": "r-7", "x-purpose": "audit"}
        answer = client.send(how[0], f"/v1/{endpoint.name}", headers=headers, **how[1])
        assert answer.status_code == 200, answer.text
        assert heard.begun[0][1] == Caller("", "", "http", "127.0.0.1", "r-7", "audit")
        assert heard.only().kind == endpoint.name
    assert client.send("GET", "/v1/evidence", params=PAIR).status_code == 200
    assert heard.only()[:3] == ("evidence", "sam", "c-102")
    entities = {"subject": {"type": "user", "id": "sam"}, "resource": {"type": "case", "id": "c-102"}}
    whole = {**entities, "action": {"name": "view"}, "context": {"as_of": DAY}}
    for name in ("evaluation", "search/action"):
        client.post(f"/access/v1/{name}", whole if name == "evaluation" else entities)
        assert heard.only()[:3] == (name, "sam", "c-102")
    client.post("/access/v1/search/subject", {**whole, "subject": {"type": "user"}})
    assert heard.only()[:3] == ("search/subject", "", "c-102")
    client.post("/access/v1/search/resource", {**whole, "resource": {"type": "case"}})
    assert heard.only()[:3] == ("search/resource", "sam", "")
    # Every evaluation of a batch is a question of its own, and all have one outcome.
    items = [{"resource": {"type": "case", "id": one}} for one in ("c-101", "c-102")]
    client.post("/access/v1/evaluations", {**whole, "evaluations": [*items, {"resource": 5}]})
    assert [one[:3] for one, _, _ in heard.begun] == [
        ("evaluations", "sam", "c-101"), ("evaluations", "sam", "c-102"), ("evaluations", "sam", ""),
    ]  # fmt: skip
    assert [(first, count, outcome) for first, count, outcome, _, _ in heard.ended] == [(0, 3, "answered")]
    heard.begun, heard.ended = [], []
    assert client.send("GET", "/v1/check", params={"person": "sam"}).status_code == 400
    assert client.send("GET", "/readyz").status_code == 200
    assert heard.begun == []  # what names no question, and how the server is, asks nothing


WORDS: dict[str, list[str]] = {
    "check": ["sam", "c-102"], "why": ["sam", "c-102"], "who": ["c-102"], "what": ["sam"], "person": ["sam"],
    "eligible": ["assign", "c-102"], "findings": [], "diff": ["--from", "2026-11-20", "--to", DAY], "whatif": ["PLAN"],
    "row": ["memberships.csv:4"], "paths": ["person:sam", "case:c-102"],
}  # fmt: skip


def test_every_command_is_recorded(folder: Path, heard: Heard, run: Run, tmp_path: Path) -> None:
    assert WORDS.keys() == SECTIONS["Questions"].keys()
    plan = tmp_path / "plan.yaml"
    plan.write_text("end: {memberships: [{person_id: sam, unit_id: fraud}]}\n")
    for name, words in WORDS.items():
        done = run(name, *[str(plan) if word == "PLAN" else word for word in words], "--graph", folder, "--json")
        assert done.code in (0, 1), done.err
        assert heard.only().kind == name
    for words in (["export", "people", "-o", "people.csv"], ["evidence", "sam", "c-102", "-o", "e.zip"]):
        assert run(*words, "--graph", folder).code == 0
        assert heard.only().kind == words[0]
