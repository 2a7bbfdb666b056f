"""A generated world on an engine, and every pair of it asked in both ways."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unittest import mock

import polars as pl
import pytest

from seewhy.api import Graph
from seewhy.graph.derivation.derive import derive
from seewhy.graph.engines import bulk, open_engine
from seewhy.graph.engines.embedded import EmbeddedEngine
from seewhy.graph.inputs.checks import check
from seewhy.graph.inputs.files import FILES
from seewhy.graph.inputs.given import tables_from_given
from seewhy.graph.loads import MODEL, Load
from seewhy.loaders.ledger import merge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from seewhy.graph.answers.check import CheckAnswer
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


def embedded(rows: Rows, day: str, *, frames: bool = False) -> Graph:
    return graph_of(history_of(rows, day), day, frames=frames)


def graph_of(history: Mapping[str, pl.DataFrame], day: str, *, frames: bool = False) -> Graph:
    """What is remembered, on the embedded engine in memory (`frames`: see `filled`)."""
    return Graph(filled(derive(history, day), day, frames=frames))


def filled(tables: GraphTables, day: str, *, frames: bool = False) -> EmbeddedEngine:
    """A graph in memory; with `frames` one that is written as frames, as a large one is.

    A small one is written row by row, which takes a third of the time. That the two are one graph is proved in
    `tests/unit/engines/test_bulk.py`, and the differential tests ask the other one too.
    """
    with mock.patch.object(bulk, "SMALL", -1 if frames else bulk.SMALL):
        return EmbeddedEngine.scratch(tables, loads=(load_record(day),))


def loaded(loads: Sequence[tuple[str, Rows]]) -> dict[str, pl.DataFrame]:
    """The history after some loads `(day, rows)`."""
    history: dict[str, pl.DataFrame] = {}
    for number, (day, rows) in enumerate(loads, 1):
        checked = check(tables_from_given(rows))
        assert not checked.problems, checked.problems[:3]
        history = merge(history, checked.frames, day, f"load-{number:04d}").history
    return history


@contextmanager
def on_neo4j(server: Neo4jServer, history: Mapping[str, pl.DataFrame], day: str) -> Iterator[Graph]:
    """What is remembered, loaded into a server that is emptied first: a test before this one may have left a load."""
    server.empty(plans=False)
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
    """Every visible pair by `who`, in a session that has no access matrix at hand."""
    graph = Graph(graph.session.engine)
    return {
        (row.person, case): (row.value, row.value_now, row.step)
        for case in cases
        for row in graph.who(case, day).people
    }


def _id_columns(stem: str) -> list[str]:
    columns = FILES[stem].columns
    return [one.name for one in columns if one.kind == "id" or one.name in ("subject_id", "target_id")]


def prefixed(rows: Rows, prefix: str) -> Rows:
    """The same world with `prefix` before every id, so that several worlds stand side by side in one graph."""
    out: Rows = {}
    for stem, table in rows.items():
        names = _id_columns(stem)
        out[stem] = [
            {key: prefix + value if key in names and value.strip() else value for key, value in row.items()}
            for row in table
        ]
    return out


def prefix_of(number: int) -> str:
    """What `side_by_side` puts before the ids of a world; nothing before those of the first, hostile ones included."""
    return f"w{number}:" if number else ""


def side_by_side(worlds: Sequence[Rows]) -> Rows:
    """Several worlds as one organisation. A graph costs a tenth of a second however small it is, its rows next to
    nothing: what is asked of fifty worlds is asked of one graph."""
    out: Rows = {}
    for number, rows in enumerate(worlds):
        for stem, table in (prefixed(rows, prefix_of(number)) if number else rows).items():
            out.setdefault(stem, []).extend(table)
    return out


def histories_side_by_side(histories: Sequence[Mapping[str, pl.DataFrame]]) -> dict[str, pl.DataFrame]:
    """The same for what is remembered; rows keep the name of their source row, so several may name the same one."""
    parts: dict[str, list[pl.DataFrame]] = {}
    for number, history in enumerate(histories):
        for stem, frame in history.items():
            before = [
                pl.when(pl.col(name).str.strip_chars() != "")
                .then(pl.lit(prefix_of(number)) + pl.col(name))
                .otherwise(pl.col(name))
                .alias(name)
                for name in _id_columns(stem)
                if name in frame.columns
            ]
            parts.setdefault(stem, []).append(frame.with_columns(before))
    return {stem: pl.concat(frames, how="diagonal") for stem, frames in parts.items()}


@dataclass(frozen=True)
class World:
    """One of the worlds of a `Together`: its rows with their prefix, and the number of its first row in each file."""

    prefix: str
    rows: Rows
    first: Mapping[str, int]
    people: list[str]
    cases: list[str]

    def without(self, sources: Iterable[str]) -> Rows:
        """Its rows without those named `file.csv:row`, by their row in the common files."""
        gone = set(sources)
        return {
            stem: [row for n, row in enumerate(table, self.first[stem]) if f"{stem}.csv:{n}" not in gone]
            for stem, table in self.rows.items()
        }

    def sources(self, stem: str) -> set[str]:
        """The names of its rows of one file."""
        return {f"{stem}.csv:{self.first[stem] + n}" for n in range(len(self.rows.get(stem, ())))}


class Together:
    """Worlds side by side in one embedded graph."""

    def __init__(self, worlds: Sequence[Rows], day: str, *, frames: bool = False) -> None:
        self.rows: Rows = {}
        self.worlds: list[World] = []
        for number, rows in enumerate(worlds):
            own = prefixed(rows, prefix_of(number))
            first = {stem: len(self.rows.get(stem, ())) + 2 for stem in own}
            self.worlds.append(World(prefix_of(number), own, first, *ids(own)))
            for stem, table in own.items():
                self.rows.setdefault(stem, []).extend(table)
        self.graph = embedded(self.rows, day, frames=frames)
        self.people, self.cases = ids(self.rows)

    def pairs(self, day: str) -> dict[tuple[str, str], Answer]:
        """Every pair of a person and a case of one world, by `check`."""
        return {
            pair: answer
            for world in self.worlds
            for pair, answer in one_by_one(self.graph, world.people, world.cases, day).items()
        }


class Variants:
    """Worlds that are collected first and asked afterwards, in one graph; each keeps a question of its own."""

    def __init__(self) -> None:
        self._worlds: list[Rows] = []
        self._asked: list[tuple[str, str, Callable[[CheckAnswer], None]]] = []

    def ask(self, rows: Rows, person: str, case: str, proves: Callable[[CheckAnswer], None]) -> None:
        """`proves` gets what `check` says about the pair in the world `rows`."""
        self._worlds.append(rows)
        self._asked.append((person, case, proves))

    def prove(self, day: str) -> int:
        """Ask every question; returns how many there were."""
        if self._worlds:
            graph = embedded(side_by_side(self._worlds), day)
            for number, (person, case, proves) in enumerate(self._asked):
                proves(graph.check(prefix_of(number) + person, prefix_of(number) + case, day))
        return len(self._asked)
