"""Graphs in memory, made from facts and gone when dropped, and the history that they are made from."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl

from seewhy.graph.change.changeset import LOAD
from seewhy.graph.derivation.derive import derive
from seewhy.graph.derivation.tables import GraphTables
from seewhy.graph.engines.embedded import EmbeddedEngine
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.inputs.files import FILES
from seewhy.graph.loads import MODEL, Load
from seewhy.graph.schemes.columns import PERIOD
from seewhy.graph.session import Session

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def history_of(session: Session) -> dict[str, pl.DataFrame]:
    """The rows of the input files that the graph keeps, by file, read once per load; empty when it keeps none.

    With the files and columns of the schemes in use now: what another set brought at the load is left out or blank.
    """
    session.newest()
    found: dict[str, pl.DataFrame] = session.remembered("history", session.engine.history)
    return _of_files_in_use(found) if {"people", "systems"} <= found.keys() else found


def _of_files_in_use(history: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    kept = {"bool": (pl.Boolean(), False), "int": (pl.Int64(), None)}
    after = {}
    for stem, spec in FILES.items():
        # What every file has besides its columns is taken from one of SeeWhy that is dated as this one is.
        like = stem if stem in history else "people" if spec.dated else "systems"
        frame = history[like]
        if like != stem:
            frame = frame.select(pl.exclude([c.name for c in FILES[like].columns if c not in PERIOD])).clear()
        lacking = [c for c in spec.columns if c not in PERIOD and c.name not in frame.columns]
        blanks = [(c.name, *kept.get(c.kind, (pl.String(), ""))) for c in lacking]
        more = [pl.lit(cell, dtype).alias(name) for name, dtype, cell in blanks]
        after[stem] = frame.with_columns(more) if more else frame
    same = after.keys() == history.keys() and all(after[stem] is frame for stem, frame in history.items())
    return history if same else after


def kept_history(session: Session) -> dict[str, pl.DataFrame]:
    """The same; a ConfigurationError when the graph keeps no rows (a graph in memory)."""
    if not (history := history_of(session)):
        raise ConfigurationError(
            f"the graph `{session.engine.target}` keeps no rows of its input files", "use a graph that was loaded"
        )
    return history


def in_memory(
    history: Mapping[str, pl.DataFrame], as_of: str, loads: Sequence[Load] | None = None, *, dangling: bool = False
) -> Session:
    """A session on a graph of the embedded engine that holds these facts, whatever engine they came from.

    `loads` are the loads that it names; by default one that says that nobody loaded these facts. `dangling`: facts may
    name what has no row, and such relationships are left out. Off by default, because the look at both ends of every
    relationship costs as much as deriving a small graph.
    """
    if loads is None:
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        loads = [Load(LOAD, as_of, now, now, "", sum(map(len, history.values())), MODEL, "")]
    tables = derive(history, as_of)
    return Session(EmbeddedEngine.scratch(_attached(tables) if dangling else tables, loads=tuple(loads)))


def _attached(tables: GraphTables) -> GraphTables:
    """The tables without the relationships that lack an end."""
    ids = {label: frame["id"].implode() for label, frame in tables.nodes.items()}
    attached = {
        arrow: frame.filter(pl.col("from").is_in(ids[arrow[1]]) & pl.col("to").is_in(ids[arrow[2]]))
        for arrow, frame in tables.relationships.items()
    }
    return GraphTables(tables.nodes, attached)
