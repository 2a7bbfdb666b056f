"""AuthZEN with a scheme of one's own: its types, its actions and what its rungs ask for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import seewhy
from tests.support.example_schemes import DAY, everybody, use, write_organisation, write_scheme
from tests.unit.http.conftest import Client

if TYPE_CHECKING:
    from collections.abc import Iterator

EVALUATION, BATCH = "/access/v1/evaluation", "/access/v1/evaluations"
SUBJECT, RESOURCE, ACTION = (f"/access/v1/search/{kind}" for kind in ("subject", "resource", "action"))
ACTIONS = ("view", "edit", "delete")
AT = {"context": {"as_of": DAY}}
ASKS = {
    "scheme": (
        'profile = ["department_id"]',
        'asks = ["subject.role", "resource.archived", "action.soft"]\nprofile = ["department_id", "archived"]',
    ),
    "tables__more_of_cases": (
        'columns = [{ name = "department_id", references = "departments" }]',
        'columns = [{ name = "department_id", references = "departments" }, { name = "archived", type = "bool" }]',
    ),
    "_5_deletes_own": (
        "MATCH (p:Person)\n// case:", "MATCH (p:Person)\nWHERE ($action_soft OR $subject_role = 'manager')\n// case:",
    ),
    "_4_manager": (
        "MATCH (f:AccessProfile)", "MATCH (f:AccessProfile)\nWHERE NOT coalesce($resource_archived, false)",
    ),
}  # fmt: skip
"""The example with a rung that reads what a request brings along: archived records open to no manager of another
department, and who deletes does so softly or is a manager."""


def asked(person: str, case: str, action: str = "view", /, **properties: dict[str, Any]) -> dict[str, Any]:
    """A request; `subject`, `resource`, `action` are properties of them."""
    found: dict[str, Any] = {
        "subject": {"type": "user", "id": person}, "resource": {"type": "record", "id": case},
        "action": {"name": action}, **AT,
    }  # fmt: skip
    for side, more in properties.items():
        found[side]["properties"] = more
    return found


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("own")
    use("departments")
    with seewhy.connect(place / "graph", write=True) as graph:
        graph.load(write_organisation("departments", place / "files"), as_of=DAY)
    return place


@pytest.fixture
def own(place: Path) -> Iterator[Client]:
    use("departments")
    with seewhy.connect(place / "graph") as graph:
        yield Client(graph)


@pytest.fixture
def asking(place: Path, tmp_path: Path) -> Iterator[Client]:
    """A client of the copy whose rungs ask; r-2 is archived."""
    use(write_scheme("departments", tmp_path / "scheme", **ASKS))
    cases = "case_id,system_id,department_id,archived\nr-1,records,sales,false\nr-2,records,legal,true\nr-3,records,,\n"
    with seewhy.connect(tmp_path / "graph", write=True) as graph:
        graph.load(write_organisation("departments", tmp_path / "files", cases=cases), as_of=DAY)
        yield Client(graph)


def allowed(client: Client) -> dict[str, set[tuple[str, str]]]:
    """The pairs by action for which `check` says yes."""
    people, cases = everybody("departments")
    return {
        action: {(p, c) for p in people for c in cases if client.graph.check(p, c, DAY, action=action).yes}
        for action in ACTIONS
    }


def test_every_interface_agrees_with_check(own: Client) -> None:
    """One question, a batch, and the three searches, for every pair and action of the organisation."""
    people, cases = everybody("departments")
    checked = allowed(own)
    assert all(checked.values())
    pairs = [(p, c, a) for p in people for c in cases for a in ACTIONS]
    expected = [(p, c) in checked[a] for p, c, a in pairs]
    single = [own.post(EVALUATION, asked(*pair))["decision"] for pair in pairs]
    batch = own.post(BATCH, {"evaluations": [asked(*pair) for pair in pairs]})["evaluations"]
    assert (single, [one["decision"] for one in batch]) == (expected, expected)
    wrong = []
    for action in ACTIONS:
        for case in cases:
            request = asked("", case, action) | {"subject": {"type": "identity"}}
            found = own.post(SUBJECT, request)["results"]
            if found != [{"type": "identity", "id": p} for p in sorted(people) if (p, case) in checked[action]]:
                wrong.append((action, case, found))
        for person in people:
            request = asked(person, "", action) | {"resource": {"type": "record"}}
            found = own.post(RESOURCE, request)["results"]
            if found != [{"type": "record", "id": c} for c in sorted(cases) if (person, c) in checked[action]]:
                wrong.append((action, person, found))
    for person in people:
        for case in cases:
            found = own.post(ACTION, {k: v for k, v in asked(person, case).items() if k != "action"})["results"]
            if {one["name"] for one in found} != {a for a in ACTIONS if (person, case) in checked[a]}:
                wrong.append((person, case, found))
    assert wrong == []


def test_types_of_the_scheme_and_those_of_seewhy_mean_the_same(own: Client) -> None:
    told = {}
    for subject in ("person", "user", "identity", "robot"):
        for resource in ("case", "record", "case:records", "issue"):
            typed = {"subject": {"type": subject, "id": "eve"}, "resource": {"type": resource, "id": "r-1"}}
            told[subject, resource] = own.post(EVALUATION, asked("eve", "r-1") | typed)["decision"]
    assert told == {(s, r): s != "robot" and r != "issue" for s, r in told}


def test_what_is_unknown_is_no_and_gives_nothing_away(own: Client) -> None:
    """A type or an action of another scheme is answered as an unknown person is, and a search finds nothing."""
    requests = [
        asked("nobody", "r-1"), asked("eve", "nothing"), asked("eve", "r-1", "close"), asked("eve", "r-1", "delet"),
        asked("eve", "r-1") | {"resource": {"type": "issue", "id": "r-1"}},
        asked("eve", "r-1") | {"subject": {"type": "robot", "id": "eve"}},
    ]  # fmt: skip
    answers = [own.post(EVALUATION, request) for request in requests]
    assert {json.dumps(one) for one in answers} == {json.dumps(answers[0])}
    assert answers[0]["decision"] is False
    assert "step" not in answers[0]["context"]
    empty = [
        own.post(SUBJECT, asked("", "r-1", "close") | {"subject": {"type": "user"}}),
        own.post(SUBJECT, asked("", "r-1") | {"subject": {"type": "robot"}}),
        own.post(RESOURCE, asked("eve", "") | {"resource": {"type": "issue"}}),
        own.post(RESOURCE, asked("eve", "", "delet") | {"resource": {"type": "record"}}),
        own.post(ACTION, asked("eve", "r-1") | {"resource": {"type": "issue", "id": "r-1"}}),
    ]
    assert [one["results"] for one in empty] == [[]] * 5


def test_a_denial_of_an_action_has_its_reason(own: Client) -> None:
    told = own.post(EVALUATION, asked("cy", "r-1", "delete"))
    assert (told["decision"], told["context"]["step"], told["context"]["value"]) == (False, "no_rule", "none")
    yes = own.post(EVALUATION, asked("eve", "r-1", "delete"))
    assert (yes["decision"], yes["context"]["value"]) == (True, "delete")


def test_what_a_request_brings_along_decides(asking: Client) -> None:
    """It wins over the stored cell; the stored cell counts where it brings nothing; without either it is null."""

    def decision(*pair: str, **properties: dict[str, Any]) -> bool:
        answer: bool = asking.post(EVALUATION, asked(*pair, **properties))["decision"]
        return answer

    for odd in ("false", "true", 0, 1, {"a": 1}, [True], None):
        assert not decision("eve", "r-1", "delete", action={"soft": odd}), odd
    told = {
        "stored false": decision("dee", "r-1"),
        "stored true": decision("cy", "r-2"),
        "brought true": decision("dee", "r-1", resource={"archived": True}),
        "brought false": decision("cy", "r-2", resource={"archived": False}),
        "nobody asks for it": decision("dee", "r-1", resource={"colour": "red"}),
        "no action property": decision("eve", "r-1", "delete"),
        "soft": decision("eve", "r-1", "delete", action={"soft": True}),
        "not soft": decision("eve", "r-1", "delete", action={"soft": False}),
        "role brought": decision("eve", "r-1", "delete", subject={"role": "manager"}, action={"soft": False}),
        "another's record": decision("ana", "r-1", "delete", subject={"role": "manager"}, action={"soft": True}),
    }
    assert told == {
        "stored false": True, "stored true": False, "brought true": False, "brought false": True,
        "nobody asks for it": True, "no action property": False, "soft": True, "not soft": False, "role brought": True,
        "another's record": False,
    }  # fmt: skip


def test_batches_and_searches_take_them_too(asking: Client) -> None:
    """In a batch per item; in a search of people for the record, whose own roles are the stored ones."""
    items = [asked("eve", "r-1", "delete", action={"soft": soft}) for soft in (True, False, True)]
    batch = asking.post(BATCH, {"evaluations": items})["evaluations"]
    assert [one["decision"] for one in batch] == [True, False, True]
    found = {
        archived: [
            one["id"]
            for one in asking.post(
                SUBJECT,
                asked("", "r-1", resource={"archived": archived}) | {"subject": {"type": "user"}},
            )["results"]
        ]
        for archived in (True, False)
    }
    assert found == {True: ["ana", "bo", "cy", "eve"], False: ["ana", "bo", "cy", "dee", "eve"]}
    request = asked("eve", "", "delete", action={"soft": True}) | {"resource": {"type": "record"}}
    assert asking.post(RESOURCE, request)["results"] == [{"type": "record", "id": "r-1"}]


BROUGHT = ("manager' OR true", "true", 7, 0, [True], ["manager"], {"a": 1}, None, 1e300)


def test_a_property_of_another_kind_lets_nobody_in(asking: Client) -> None:
    """Whatever a request brings for a column, it is answered, never an error, and opens nothing."""
    requests = [asked("eve", "r-1", "delete", subject={"role": one}) for one in BROUGHT]
    requests += [asked("cy", "r-2", resource={"archived": one}) for one in BROUGHT if one is not None]
    told = [asking.send("POST", EVALUATION, json=request) for request in requests]
    assert {one.status_code for one in told} == {200}
    assert [request for request, one in zip(requests, told, strict=True) if one.json()["decision"]] == []
