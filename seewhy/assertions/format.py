"""Assertion files (docs/assertions.md): one file is one story; each test is a question and what it must answer."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seewhy.api import Graph
from seewhy.assertions.expect import answer, compare_problems, reasons, shown
from seewhy.assertions.faults import QUESTIONS, test_faults
from seewhy.assertions.invariants import INVARIANTS, WrongInvariant, described, keep
from seewhy.graph.derivation.derive import derive
from seewhy.graph.engines.embedded import EmbeddedEngine
from seewhy.graph.engines.neo4j import Neo4jEngine
from seewhy.graph.errors import ConfigurationError, SeeWhyError
from seewhy.graph.inputs.checks import check
from seewhy.graph.inputs.given import given_faults, tables_from_given
from seewhy.graph.loads import MODEL, Load
from seewhy.graph.nearest import nearest
from seewhy.graph.session import day
from seewhy.loaders.ledger import digest, merge
from seewhy.loaders.load import load_checked, product_version
from seewhy.yaml_files import read_plain_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seewhy.graph.engines import Engine
    from seewhy.graph.problems import Problem

FILE_KEYS = ("name", "as_of", "given", "tests")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One test of a file: `wrong` is blank when it passed, else `question: expected …, got …`.

    `why` are lines that say why the answer is what it is; `note` is something to know of a test that passed.
    """

    file: str
    test: int
    question: str
    wrong: str = ""
    why: str = ""
    note: str = ""
    short: str = ""
    """`wrong` without the pairs of a broken invariant, which the lines of `why` name too; blank for other questions."""


@dataclass(frozen=True, slots=True)
class Story:
    """A read assertion file."""

    file: str
    name: str
    as_of: str
    given: Mapping[str, Any] | None
    tests: tuple[Mapping[str, Any], ...] = field(default=())
    today: bool = False
    """Whether the day was left out, so that `as_of` is today."""


def read_story(path: Path) -> Story:
    """Read one file; everything wrong with it is one ConfigurationError."""
    data = read_plain_file(path, "an assertion file")
    if not isinstance(data, dict):
        raise ConfigurationError(f"`{path}` is not an assertion file: a mapping with `tests` is expected")
    wrong = [
        f"unknown key `{key}`" + (f" ({hint})" if (hint := nearest(str(key), FILE_KEYS)) else "")
        for key in data
        if key not in FILE_KEYS
    ]
    tests = data.get("tests")
    if not isinstance(tests, list) or not tests:
        wrong.append("`tests` must be a list with at least one test")
        tests = []
    for number, test in enumerate(tests, 1):
        wrong += [f"test {number}: {fault}" for fault in test_faults(test)]
    given = data.get("given")
    if given is not None and not isinstance(given, dict):
        wrong.append("`given` must be a mapping of file stems to rows")
    elif given:
        wrong += [f"given: {fault}" for fault in given_faults(given)]
    name = data.get("name")
    if isinstance(name, dict | list):
        wrong.append("`name` is one sentence")
    try:
        as_of = day(data.get("as_of"))
    except ConfigurationError as error:
        wrong.append(error.message)
        as_of = ""
    if wrong:
        raise ConfigurationError(f"`{path}` is not a valid assertion file: {'; '.join(wrong)}")
    return Story(str(path), str(name or path.stem), as_of, given, tuple(tests), data.get("as_of") is None)


@contextmanager
def world(story: Story, engine: Engine | None) -> Iterator[tuple[Graph | None, tuple[Problem, ...]]]:
    """The graph that a story is decided on: its own rows in a graph in memory or in an empty Neo4j, or the live graph.

    Rows with problems give no graph, only the problems, for a story that asks `load`; else the file is wrong.
    """
    if story.given is None:
        if engine is None:
            raise ConfigurationError(
                f"`{story.file}` has no `given`, so it needs a loaded graph", "name one with --graph"
            )
        yield Graph(engine), ()
        return
    checked = check(tables_from_given(story.given))
    if checked.problems:
        if not any("load" in test for test in story.tests):
            one = checked.problems[0]
            raise ConfigurationError(
                f"the rows given in `{story.file}` have {len(checked.problems)} problem(s); the first: "
                f"{one.file} row {one.row}, column {one.column}: {one.message}",
                one.hint,
            )
        yield None, checked.problems
        return
    if isinstance(engine, Neo4jEngine):
        if engine.loads():
            raise ConfigurationError(
                f"`{story.file}` brings its own rows, and the graph `{engine.target}` is not empty",
                "give an empty database, or a folder for the embedded engine",
            )
        load_checked(engine, checked.frames, given=frozenset(), as_of=story.as_of)
        try:
            yield Graph(engine), ()
        finally:
            engine.clear()
        return
    merged = merge({}, checked.frames, story.as_of, "load-0001")
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    load = Load(
        "load-0001",
        story.as_of,
        now,
        now,
        digest(checked.frames),
        sum(c.begin for c in merged.counts),
        MODEL,
        product_version(),
    )
    yield Graph(EmbeddedEngine.scratch(derive(merged.history, story.as_of), loads=(load,))), ()


def run_story(story: Story, engine: Engine | None = None) -> list[Outcome]:
    """Ask every test of a story; a question that cannot be answered counts as wrong, with the sentence as what was
    got."""
    with world(story, engine) as (graph, problems):
        return [_outcome(story, number, test, graph, problems) for number, test in enumerate(story.tests, 1)]


def _outcome(
    story: Story, number: int, test: Mapping[str, Any], graph: Graph | None, problems: tuple[Problem, ...]
) -> Outcome:
    kind = next(key for key in test if key in QUESTIONS)
    asked = test[kind] or {}
    question = f"{kind} " + ", ".join(f"{key}: {value}" for key, value in asked.items()) if asked else kind
    if kind == "load":
        return Outcome(story.file, number, question, compare_problems(test["expect"], problems))
    if graph is None:
        return Outcome(story.file, number, question, "the given rows have problems, so only `load` can be asked")
    if kind in INVARIANTS:
        return _invariant(story, number, kind, asked, graph)
    try:
        wrong = answer(graph, kind, asked, test.get("expect"), story.as_of)
        because = reasons(graph, kind, asked, test.get("expect"), story.as_of) if wrong else ""
        return Outcome(story.file, number, question, wrong, because)
    except SeeWhyError as error:
        expected = shown(test.get("expect"))
        return Outcome(story.file, number, question, f"expected {expected}, got the error: {error.message}")


def _invariant(story: Story, number: int, kind: str, asked: Mapping[str, Any], graph: Graph) -> Outcome:
    """An invariant that names something unknown is a wrong file; one that is broken is a wrong answer with its why."""
    try:
        kept = keep(graph.session, kind, asked, story.as_of)
    except WrongInvariant as error:
        raise ConfigurationError(f"test {number} of `{story.file}` is wrong: {error.message}", error.hint) from None
    except SeeWhyError as error:
        return Outcome(story.file, number, described(kind, asked), f"got the error: {error.message}")
    return Outcome(story.file, number, described(kind, asked), kept.wrong, kept.why, kept.note, kept.short)
