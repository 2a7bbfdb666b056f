"""Schemes of one's own on Neo4j: stories are green there, and every question is answered as on the embedded engine."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

import seewhy
from seewhy.graph.engines.doctor import diagnose
from seewhy.graph.questions.timeline import timeline
from tests.support.example_schemes import (
    DAY,
    EXAMPLES,
    NAMES,
    everybody,
    given_of,
    use,
    write_organisation,
    write_scheme,
)
from tests.unit.cli.conftest import Run, run
from tests.unit.http.conftest import Client
from tests.unit.http.test_own_schemes import ACTIONS, ASKS, BATCH, RESOURCE, SUBJECT, asked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.servers.neo4j import Neo4jServer

__all__ = ["run"]
LATER = "2026-06-01"
SECOND = {
    "departments": {"people": given_of("departments")["people"].replace("bo,Bo,employee,sales", "bo,Bo,manager,legal")},
    "repositories": {
        "team_members": "person_id,team_id,until\nbo,platform,\ndee,platform,2026-05-01\n",
        "team_roles": given_of("repositories")["team_roles"].replace("other,docs,admin\n", ""),
    },
}
"""What the second snapshot has otherwise: rows of own columns and own tables that begin, change and end."""
CHANGES = {
    "departments": {"set": {"people": [{"person_id": "ana", "role": "manager"}]}},
    "repositories": {"add": {"collaborators": [{"person_id": "cy", "repository_id": "core", "role": "admin"}]}},
}


def said(answer: Any) -> Any:
    """An answer as plain data, without the name of the engine that gave it."""
    cells = answer.as_dict() if hasattr(answer, "as_dict") else {"periods": repr(answer.periods), "cuts": answer.cuts}
    return {key: value for key, value in json.loads(json.dumps(cells)).items() if key != "engine"}


Ask = Callable[[seewhy.Graph], Any]


def questions(scheme: str) -> Iterator[tuple[str, Ask]]:
    """Every question about the organisation, by what it is called in a failure."""
    people, cases = everybody(scheme)
    for person in people:
        for case in cases:
            # What would change the answer costs a look at the neighbourhood: for one case of each person.
            changes = case == cases[people.index(person) % len(cases)]
            yield f"why {person} {case}", lambda g, p=person, c=case, w=changes: g.why(p, c, DAY, changes=w)
            yield f"check {person} {case}", lambda g, p=person, c=case: g.check(p, c, LATER)
    for action in ("view", "delete"):
        for case in cases:
            yield f"who {case} {action}", lambda g, c=case, a=action: g.who(c, DAY, action=a)
        for person in people:
            yield f"what {person} {action}", lambda g, p=person, a=action: g.what(p, DAY, action=a)
    for person in people[:2]:
        yield f"timeline {person}", lambda g, p=person: timeline(g.session, p, cases[0])
        yield f"person {person}", lambda g, p=person: g.person(p, DAY)
    yield "diff", lambda g: g.diff(DAY, LATER)
    yield "whatif", lambda g: g.whatif(CHANGES[scheme], LATER, with_findings=False)


def loaded(graph: seewhy.Graph, scheme: str, place: Path) -> None:
    graph.load(write_organisation(scheme, place / "first"), as_of=DAY)
    graph.load(write_organisation(scheme, place / "second", **SECOND[scheme]), as_of=LATER)


@pytest.mark.parametrize("scheme", NAMES)
def test_its_stories_are_green_on_both_engines(server: Neo4jServer, run: Run, scheme: str) -> None:
    ran = run("scheme", "test", EXAMPLES / scheme, "--graph", server.uri)
    assert (ran.code, ran.out.count(" passed, 0 failed")) == (0, 2), ran.out + ran.err
    assert "on Neo4j" in ran.out or "on neo4j" in ran.out, ran.out


@pytest.mark.parametrize("scheme", NAMES)
def test_every_question_is_answered_as_embedded(server: Neo4jServer, tmp_path: Path, scheme: str) -> None:
    use(scheme)
    wrong, compared = [], 0
    with seewhy.connect(server.uri, write=True) as there, seewhy.connect(tmp_path / "graph", write=True) as here:
        loaded(there, scheme, tmp_path / "there")
        loaded(here, scheme, tmp_path / "here")
        for name, ask in questions(scheme):
            one, two = said(ask(there)), said(ask(here))
            compared += 1
            if one != two:
                wrong.append((name, one, two))
        kinds = {(p.before == "none", p.after == "none") for p in there.diff(DAY, LATER).pairs()}
    assert not wrong, (len(wrong), compared, wrong[0])
    assert kinds & {(True, False), (False, True)}, "the second snapshot opens and closes nothing"


def test_programs_are_answered_over_http_as_embedded(server: Neo4jServer, tmp_path: Path) -> None:
    """Every pair and action, the searches, and a role that the request brings along."""
    use(write_scheme("departments", tmp_path / "scheme", **ASKS))
    people, cases = everybody("departments")
    asks = [asked(p, c, a) for p in people for c in cases for a in ACTIONS]
    asks += [asked(p, "r-1", "delete", action={"soft": soft}) for p in people for soft in (True, False, "false")]
    asks += [asked(p, "r-1", "delete", subject={"role": "manager"}) for p in people]
    told = []
    with seewhy.connect(server.uri, write=True) as there, seewhy.connect(tmp_path / "graph", write=True) as here:
        for graph, name in ((there, "there"), (here, "here")):
            graph.load(write_organisation("departments", tmp_path / name), as_of=DAY)
            client = Client(graph)
            batch = [one["decision"] for one in client.post(BATCH, {"evaluations": asks})["evaluations"]]
            found = [client.post(RESOURCE, asked(p, "") | {"resource": {"type": "record"}})["results"] for p in people]
            found += [client.post(SUBJECT, asked("", c) | {"subject": {"type": "user"}})["results"] for c in cases]
            told.append((batch, found))
    assert told[0] == told[1]
    assert set(told[0][0]) == {True, False}
    assert any(told[0][1])


def test_a_changed_scheme_is_told_and_the_next_load_derives_anew(server: Neo4jServer, tmp_path: Path) -> None:
    scheme, files = write_scheme("departments", tmp_path / "scheme"), write_organisation("departments", tmp_path / "in")
    use(scheme)
    with seewhy.connect(server.uri, write=True) as graph:
        graph.load(files, as_of=DAY)
        assert graph.check("nowhere", "r-1", DAY).value == "none"
    write_scheme(
        "departments", scheme, _4_manager=("WHERE z.role = 'manager' AND ON_DAY(z)", "WHERE ON_DAY(z)"),
        graph=('label = "Department"\n', 'label = "Branch"\n'),
        _2_department_manager=(":Department", ":Branch"), _3_same_department=(":Department", ":Branch"),
    )  # fmt: skip
    use(scheme)
    with seewhy.connect(server.uri, write=True) as graph:
        told = "the scheme has changed since the graph was loaded: `departments`; load again"
        assert graph.check("nowhere", "r-1", DAY).provenance.schemes == told
        found = diagnose(graph.session.engine)
        assert (told in found.notes, found.problems) == (True, ())
        assert graph.load(files, as_of=DAY).changed
        assert graph.check("nowhere", "r-1", DAY).value == "view"
        assert graph.check("cy", "r-1", DAY).step == "department_manager"
        assert graph.check("cy", "r-1", DAY).provenance.schemes == ""
        made = "MATCH (n) UNWIND labels(n) AS label RETURN DISTINCT label"
        found = {row["label"] for row in server.rows(made)}
        assert "Branch" in found
        assert "Department" not in found, "what the first version made is left"
        assert diagnose(graph.session.engine).problems == ()


def test_relationships_of_an_earlier_version_do_not_stay(server: Neo4jServer, tmp_path: Path) -> None:
    files = write_organisation("departments", tmp_path / "in")
    old = {
        name: ("OF_DEPARTMENT", "FILED_UNDER") for name in ("graph", "_2_department_manager", "_3_same_department")
    }  # fmt: skip
    use(write_scheme("departments", tmp_path / "scheme", **old))
    with seewhy.connect(server.uri, write=True) as graph:
        graph.load(files, as_of=DAY)
    use(write_scheme("departments", tmp_path / "scheme"))
    with seewhy.connect(server.uri, write=True) as graph:
        graph.load(files, as_of=DAY)
        types = {row["kind"] for row in server.rows("MATCH ()-[r]->() RETURN DISTINCT type(r) AS kind")}
        assert "OF_DEPARTMENT" in types
        assert "FILED_UNDER" not in types
        assert graph.check("bo", "r-1", DAY).value == "view"
        assert diagnose(graph.session.engine).problems == ()


def test_without_the_folder_questions_are_refused(server: Neo4jServer, tmp_path: Path) -> None:
    use("departments")
    with seewhy.connect(server.uri, write=True) as graph:
        graph.load(write_organisation("departments", tmp_path), as_of=DAY)
    use()
    with seewhy.connect(server.uri) as graph, pytest.raises(seewhy.EngineUnavailable, match="which is not in use"):
        graph.check("eve", "r-1", DAY)
    with seewhy.connect(server.uri, write=True) as graph:
        (problem,) = diagnose(graph.session.engine).problems
        assert "which is not in use" in problem
