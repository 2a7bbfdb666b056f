"""Every story on the embedded engine as `seewhy test` runs it; every question of every story on Neo4j as well.

On Neo4j the stories stand side by side in one graph, each with a prefix before its ids: a load costs seconds there.
Their answers must be those of the embedded engine, which must be those that the story expects.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from seewhy.assertions.format import read_story, run_story
from seewhy.assertions.run import run_files
from seewhy.graph.errors import SeeWhyError
from seewhy.graph.inputs.checks import check
from seewhy.graph.inputs.given import tables_from_given
from seewhy.loaders.ledger import merge
from tests.support.story_files import STORY_FILES, story_name
from tests.support.world_graphs import graph_of, on_neo4j, prefixed

if TYPE_CHECKING:
    from collections.abc import Callable

    from seewhy.api import Graph
    from tests.servers.neo4j import Neo4jServer

FILES = STORY_FILES
DAY = "2026-11-22"
"""The day of nearly every story."""
ASKED = ("check", "who", "what", "eligible")
IDS = ("person", "case", "position", "unit", "work")
"""Arguments that are ids."""


@pytest.mark.parametrize("path", FILES, ids=story_name)
def test_a_story(path: Path) -> None:
    outcomes = run_story(read_story(path))
    wrong = [f"{outcome.test} {outcome.question}: {outcome.wrong}" for outcome in outcomes if outcome.wrong]
    assert not wrong, "\n".join(wrong)


def test_every_scheme_has_stories() -> None:
    folders = {story_name(path).partition("/")[0] for path in FILES}
    assert folders >= {"common", "positions", "memberships", "portal", "privileges", "mixed"}


def _rows(given: Any) -> dict[str, list[dict[str, str]]]:
    tables = tables_from_given(given)
    return {stem: table.frame.to_dicts() for stem, table in tables.items()}


@pytest.mark.parametrize("group", ["findings", "findings of other days", "the others"])
def test_neo4j_answers_every_question_of_every_story(
    group: str, neo4j_server: Neo4jServer, record_property: Callable[[str, object], None]
) -> None:
    """Stories about findings have graphs of their own: each finding is a query per system, on each of their days, and
    the others have 600 systems."""
    asked: list[tuple[str, str, str, dict[str, Any]]] = []
    days: set[str] = set()
    together: dict[str, list[dict[str, str]]] = {}
    for number, path in enumerate(FILES):
        story = read_story(path)
        if story.given is None or any("load" in test for test in story.tests):
            continue
        own = {str(test["findings"].get("as_of", story.as_of)) for test in story.tests if "findings" in test}
        if group != ("the others" if not own else "findings" if own == {DAY} else "findings of other days"):
            continue
        prefix = f"s{number}:"
        for stem, table in prefixed(_rows(story.given), prefix).items():
            together.setdefault(stem, []).extend(table)
        for test in story.tests:
            kind = next(key for key in test if key != "expect")
            day = str(test[kind].get("as_of", story.as_of))
            if kind in ASKED:
                arguments = {k: _told(k, v, prefix) for k, v in test[kind].items() if k != "as_of"}
                asked.append((prefix, kind, day, arguments))
            elif kind == "findings":
                days.add(day)
    checked = check(tables_from_given(together))
    assert not checked.problems, checked.problems[:3]
    history = merge({}, checked.frames, DAY, "load-0001").history
    local, found, wrong = graph_of(history, DAY), 0, []
    with on_neo4j(neo4j_server, history, DAY) as server:
        for prefix, kind, day, arguments in asked:
            one, two = (_answer(graph, kind, day, dict(arguments), prefix) for graph in (local, server))
            if one != two:
                wrong.append(f"{kind} {arguments} on {day}: embedded {one}, neo4j {two}")
        for day in sorted(days):
            one, two = ({**graph.findings(day).as_dict(), "engine": ""} for graph in (local, server))
            assert one == two, day
            found += len(one["findings"])
    assert not wrong, "\n".join(wrong)
    record_property("compared", f"stories: {len(asked)} questions and {found} findings, the same on both engines")
    assert {
        "findings": days == {DAY} and found > 100,
        "findings of other days": len(days) > 2 and found > len(days),
        "the others": len(asked) > 900,
    }[group], (days, found, len(asked))


def _told(name: str, value: Any, prefix: str) -> Any:
    """An argument in the common graph: ids have the story's prefix."""
    if isinstance(value, list):
        return [_told(name, one, prefix) for one in value]
    return value if isinstance(value, bool) else (prefix if name in IDS else "") + str(value)


def _answer(graph: Graph, kind: str, day: str, arguments: dict[str, Any], prefix: str) -> Any:
    try:
        got: Any = graph.eligible(as_of=day, **arguments) if kind == "eligible" else None
    except SeeWhyError as error:
        return error.message
    if got is not None:
        return {**got.as_dict(), "engine": ""}
    got = getattr(graph, kind)(**arguments, as_of=day)
    if kind == "check":
        return got.value, got.value_now, got.step, got.rules, got.found
    rows = got.people if kind == "who" else got.cases
    return [row for row in rows if (row.person if kind == "who" else row.case).startswith(prefix)]


def test_a_story_runs_on_an_empty_neo4j_which_is_empty_again_afterwards(
    clean_neo4j: Neo4jServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in clean_neo4j.environment().items():
        monkeypatch.setenv(name, value)
    result = run_files(FILES[:1], clean_neo4j.uri)
    assert (result.failed, result.engine.split()[0]) == (0, "neo4j")
    assert clean_neo4j.rows("MATCH (n) RETURN count(n) AS n") == [{"n": 0}]
