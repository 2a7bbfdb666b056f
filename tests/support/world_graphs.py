"""A generated world on an engine, and every pair of it asked in both ways."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from seewhy.api import Graph
from seewhy.graph.derivation.derive import derive
from seewhy.graph.engines import open_engine
from seewhy.graph.engines.embedded import EmbeddedEngine
from seewhy.graph.inputs.checks import check
from seewhy.graph.inputs.files import FILES
from seewhy.graph.inputs.given import tables_from_given
from seewhy.graph.loads import MODEL, Load
from seewhy.loaders.ledger import merge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl

    from seewhy.graph.derivation.tables import GraphTables
    from tests.servers.neo4j import Neo4jServer
    from tests.worlds.tables import Rows

Answer = tuple[str, str, str]
"""value, value_now, step."""


def history_of(rows: Rows, day: str) -> dict[str, pl.DataFrame]:
    checked = check(tables_from_given(rows))
    assert not checked.problems, checked.problems[:5]
    return merge({}, checked.frames, day, "load-0001").history


def load_record(day: str) -> Load:
    return Load("load-0001", day, "2026-01-01T00:00:00+00:00", "2026-01-01T00:00:01+00:00", "0" * 64, 1, MODEL, "0")


def tables_of(rows: Rows, day: str) -> GraphTables:
    return derive(history_of(rows, day), day)


def embedded(rows: Rows, day: str) -> Graph:
    return Graph(EmbeddedEngine.scratch(tables_of(rows, day), loads=(load_record(day),)))


@contextmanager
def on_neo4j(server: Neo4jServer, history: Mapping[str, pl.DataFrame], day: str) -> Iterator[Graph]:
    """What is remembered, loaded into a server without data."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in server.environment().items():
            environment.setenv(name, value)
        engine = open_engine(server.uri, write=True)
        try:
            with engine.loading():
                engine.publish(load_record(day), history, derive(history, day), before=None, fresh=True)
            yield Graph(engine)
        finally:
            engine.close()


def ids(rows: Rows) -> tuple[list[str], list[str]]:
    return (
        sorted({row["person_id"].strip() for row in rows.get("people", [])}),
        sorted({row["case_id"].strip() for row in rows.get("cases", [])}),
    )


def one_by_one(graph: Graph, people: list[str], cases: list[str], day: str) -> dict[tuple[str, str], Answer]:
    """Every pair by `check`."""
    answers = {}
    for person in people:
        for case in cases:
            got = graph.check(person, case, day)
            answers[person, case] = (got.value, got.value_now, got.step)
    return answers


def by_lists(graph: Graph, day: str) -> dict[tuple[str, str], Answer]:
    """Every visible pair by the composition behind `what`, reports and exports."""
    pairs = graph.pairs(day)
    return {
        (sight.person, pairs.cases[place]): (
            pairs.decisions[code].value,
            pairs.decisions[code].value_now,
            pairs.decisions[code].step,
        )
        for sight in pairs
        for place, code in zip(sight.cases, sight.codes, strict=True)
    }


def by_who(graph: Graph, cases: list[str], day: str) -> dict[tuple[str, str], Answer]:
    """Every visible pair by `who`."""
    return {
        (row.person, case): (row.value, row.value_now, row.step)
        for case in cases
        for row in graph.who(case, day).people
    }


def prefixed(rows: Rows, prefix: str) -> Rows:
    """The same world with `prefix` before every id, so that several worlds stand side by side in one graph."""
    out: Rows = {}
    for stem, table in rows.items():
        names = [
            column.name
            for column in FILES[stem].columns
            if column.kind == "id" or column.name in ("subject_id", "target_id")
        ]
        out[stem] = [
            {key: prefix + value if key in names and value.strip() else value for key, value in row.items()}
            for row in table
        ]
    return out


def side_by_side(worlds: list[Rows]) -> Rows:
    """Several worlds as one organisation; the first keeps its ids (hostile ones included), the others get a prefix."""
    out: Rows = {}
    for number, rows in enumerate(worlds):
        for stem, table in (prefixed(rows, f"w{number}:") if number else rows).items():
            out.setdefault(stem, []).extend(table)
    return out
