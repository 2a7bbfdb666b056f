"""Nothing that can be asked is without its treatment of a scope, and whoever may ask nothing is answered nothing."""

from __future__ import annotations

import importlib
import inspect
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from seewhy.api import Graph
from seewhy.auth.rights import KINDS
from seewhy.cypher.catalogue import book
from seewhy.graph.errors import NotAllowed
from seewhy.graph.reports.tables import REPORTS, report_tables
from seewhy.graph.scope import rows
from seewhy.graph.scope.session import ScopedSession
from seewhy.http.questions import ENDPOINTS
from seewhy.http.questions import ask as ask_endpoint
from tests.contract.repository import ROOT, python_files, shown
from tests.support.scoped import within
from tests.support.world_graphs import embedded
from tests.worlds.builder import DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ASKED_OF = ("questions", "counterfactual", "reports", "evidence", "findings", "explain")
"""Rooms of `graph` whose functions ask a session."""
INSIDE = {
    "absent": "parts of who and what",
    "eligibility": "kinds of `eligible`, which are asked of cut rows",
    "explain": "words of answers that are cut",
    "findings/differing": "a part of whatif, whose answer is cut as it grows and at last",
    "questions/findings": "parts of `findings`",
    "questions/diff:known": "a part of diff and whatif",
    "questions/person:review_due": "a part of person and of a report, which are asked of cut rows",
    "questions/warm": "its answers are dropped, and it is asked of a session without a scope",
    "questions/timeline": "parts of timeline",
    "counterfactual/candidates": "a part of would_change",
}
"""Functions that ask a session and are no question of their own, by the beginning of their place, with the reason."""
MAY_LOOK_BEHIND = (
    *("graph/scope/", "graph/questions/timeline.py", "graph/counterfactual/whatif.py", "graph/questions/findings.py"),
    *("graph/counterfactual/would_change.py", "graph/evidence/make.py", "graph/reports/export.py"),
    *("graph/counterfactual/named_changes.py", "graph/counterfactual/row_alone.py", "graph/questions/row.py"),
    "graph/questions/seen_over_time.py",
)
"""Where the session behind a scope is used: each cuts what it makes of it."""


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Public functions of the rooms whose first argument is a session, by their place `questions/check:check`."""
    for room in ASKED_OF:
        for path in python_files(f"graph/{room}"):
            place = path.relative_to(ROOT / "graph").with_suffix("")
            module = importlib.import_module("seewhy.graph." + ".".join(place.parts))
            for name, found in inspect.getmembers(module, inspect.isfunction):
                first = next(iter(inspect.signature(found).parameters.values()), None)
                asks = first is not None and "Session" in str(first.annotation)
                if found.__module__ == module.__name__ and asks and not name.startswith("_"):
                    yield f"{place.as_posix()}:{name}", found


def test_every_question_keeps_to_a_scope() -> None:
    every = dict(functions())
    inside = tuple(INSIDE)
    lacking = [
        place for place, one in every.items()
        if not hasattr(one, "keeps_scope") and not any(part in place for part in inside)
    ]  # fmt: skip
    assert not lacking, f"no treatment of a scope (graph/scope/question.py): {', '.join(lacking)}"
    kinds = {one.keeps_scope for one in every.values() if hasattr(one, "keeps_scope")}
    assert kinds <= KINDS["admin"], kinds - KINDS["admin"]
    assert len(kinds) > 12
    unused = [part for part in inside if not any(part in place for place in every)]
    assert not unused, unused


@cache
def nothing() -> Graph:
    """A graph for somebody who may ask nothing."""
    return within(embedded({"systems": [{"system_id": "s", "scheme": "memberships"}]}, DAY), kinds=frozenset())


GIVEN: dict[str, Any] = {
    "person": "p", "case": "c", "kind": "assign", "start": DAY, "from": DAY, "changes": {"end": {}},
    "path": "never.zip", "file": "memberships.csv", "row": "2", "end": "case:c",
    "assertions": "name: x\ntests:\n  - check: {person: p, case: c}\n    expect: {value: none}\n",
}  # fmt: skip


def refused(ask: Callable[[], Any]) -> bool:
    try:
        list(found) if hasattr(found := ask(), "__next__") else found
    except NotAllowed:
        return True
    return False


def test_who_may_ask_nothing_is_answered_nothing() -> None:
    graph = nothing()
    answered = []
    for name, method in inspect.getmembers(Graph, inspect.isfunction):
        if name.startswith("_") or name in ("close", "load"):
            continue
        needs = [
            GIVEN[one.name] for one in inspect.signature(method).parameters.values()
            if one.default is one.empty and one.name in GIVEN and one.kind is not one.VAR_KEYWORD
        ]  # fmt: skip
        if not refused(lambda m=method, n=needs: m(graph, *n)):
            answered.append(f"Graph.{name}")
    for endpoint in ENDPOINTS:
        members = {name: GIVEN[name] for name in endpoint.required}
        if not refused(lambda e=endpoint, m=members: ask_endpoint(graph, e, m)):
            answered.append(f"/v1/{endpoint.name}")
    for report in REPORTS:
        if not refused(lambda r=report: report_tables(graph.session, r, DAY)[1]):
            answered.append(f"report {report}")
    for name in book():
        if rows.rule_of(name) is None and not refused(lambda n=name: graph.session.run(n)):
            answered.append(f"query {name}")
    assert not answered
    with pytest.raises(NotAllowed):
        graph.load(ROOT / "loaders" / "sample")


def test_cut_queries_are_queries_of_the_book() -> None:
    assert not rows._RULES.keys() - book().keys()
    assert all(any(pattern.fullmatch(name) for name in book()) for pattern, _ in rows._PATTERNS)


def test_few_places_look_behind_a_scope() -> None:
    behind = re.compile(r"\bwhole_of\b|\bsession\.whole\b|\bopened\.whole\b|\.__wrapped__\b")
    wrong = [
        shown(path)
        for path in python_files("graph", "loaders", "explorer", "seewhy", "auth")
        if behind.search(path.read_text("utf-8")) and not shown(path).startswith(MAY_LOOK_BEHIND)
    ]
    assert not wrong
    assert isinstance(nothing().session, ScopedSession)
