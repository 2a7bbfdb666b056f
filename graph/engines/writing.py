"""Tables and history into Neo4j: in batches for a first or fresh load, in one transaction for a delta.

Batches of 5,000 rows on two sessions at once were fastest on two cores (50,000 relationships a second); nodes come
before relationships, and relationships are sorted by their end, so that two sessions seldom wait for one busy node.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

import polars as pl

from seewhy.graph.derivation.tables import Arrow, GraphTables
from seewhy.graph.engines.base import Progress
from seewhy.graph.engines.bulk import relationship_rows
from seewhy.graph.engines.chain import history_line
from seewhy.graph.engines.deltas import GraphDelta
from seewhy.graph.engines.texts import KIND_LABELS, OWN_LABELS, text
from seewhy.graph.errors import EngineUnavailable
from seewhy.graph.schemes.in_use import arrows, labels

BATCH = 5_000
SESSIONS = 2
PIECE = 1_000_000
"""Bytes of history per node."""

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one text did: its rows, and how much it created."""

    rows: Rows
    nodes_created: int
    relationships_created: int


Run = Callable[[str, Mapping[str, Any]], Outcome]
"""Runs one text within a transaction."""
InTransaction = Callable[[Callable[[Run], None]], None]
"""Runs a function in a transaction of its own, again when the server asks for it."""


@dataclass(frozen=True, slots=True)
class _Batch:
    what: str
    query: str
    rows: pl.DataFrame
    arrow: Arrow | None


def write_in_batches(
    tables: GraphTables, transaction: InTransaction, check: Callable[[], None], progress: Progress | None
) -> None:
    """Create everything in an empty graph. `check` is called before every batch and stops the load by raising."""
    total, done = sum(tables.size), 0
    with ThreadPoolExecutor(SESSIONS, thread_name_prefix="seewhy-load") as pool:
        for batches in (_node_batches(tables), _relationship_batches(tables)):
            waiting = set()
            for batch in batches:
                check()
                waiting.add(pool.submit(_write_batch, batch, transaction))
                if len(waiting) >= 2 * SESSIONS:
                    finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    for future in finished:
                        done += future.result()
                        if progress:
                            progress(batch.what, done, total)
            for future in waiting:
                done += future.result()
            if progress and waiting:
                progress(batch.what, done, total)


def write_delta(delta: GraphDelta, run: Run, progress: Progress | None) -> None:
    """Turn one graph into another, inside one transaction or before it is saved."""
    total, done = len(delta), 0

    def write(what: str, query: str, frame: pl.DataFrame, rows_of: Callable[[pl.DataFrame], Rows]) -> list[Outcome]:
        nonlocal done
        outcomes = []
        for part in frame.iter_slices(BATCH):
            outcomes.append(run(query, {"rows": rows_of(part)}))
            done += len(part)
            if progress:
                progress(what, done, total)
        return outcomes

    for pair in delta.pairs:
        query = text("load/delete_relationships_by_pair", **_names(pair.arrow))
        write(pair.arrow[0], query, pair.deleted, relationship_rows)
    for node in delta.nodes:
        write(node.label, text("load/delete_nodes_by_id", LABEL=node.label), node.deleted, pl.DataFrame.to_dicts)
        write(node.label, text("load/update_nodes", LABEL=node.label), node.updated, _node_rows)
        write(node.label, text("load/create_nodes", LABEL=node.label), node.created, _node_rows)
    for pair in delta.pairs:
        query = text("load/create_relationships_by_id", **_names(pair.arrow))
        outcomes = write(pair.arrow[0], query, pair.created, relationship_rows)
        _check_ends(pair.arrow, sum(o.relationships_created for o in outcomes), len(pair.created))


def delete_other(run: Run) -> None:
    """Delete what an earlier version of a scheme made and nothing makes now; `write_delta` knows nothing of it."""
    run(text("load/delete_other_relationships"), {"arrows": [list(arrow) for arrow in arrows()]})
    run(text("load/delete_other_nodes"), {"labels": [*labels(), *OWN_LABELS]})


def write_kind_labels(tables: GraphTables, run: Run) -> None:
    """Give units their second label by kind, and take it from those that changed."""
    units = tables.nodes.get("Unit")
    if units is None or "kind" not in units.columns:
        return
    for kind in sorted({*units["kind"].drop_nulls().unique().to_list()} & KIND_LABELS.keys()):
        run(text("load/add_kind_label", LABEL=KIND_LABELS[kind]), {"kind": kind})
    for kind, label in KIND_LABELS.items():
        run(text("load/remove_kind_label", LABEL=label), {"kind": kind})


def write_history(history: Mapping[str, pl.DataFrame], stored: Mapping[str, str], run: Run) -> list[str]:
    """Store the history as parquet bytes; `stored` has the digest of each stem that is there, equal ones stay. Returns
    what the state says of it."""
    lines = []
    for stem in stored.keys() - history.keys():
        run(text("load/delete_history"), {"stem": stem})
    for stem, frame in history.items():
        data = _parquet(frame)
        digest = hashlib.sha256(data).hexdigest()
        lines.append(history_line(stem, digest, len(frame)))
        if stored.get(stem) == digest:
            continue
        run(text("load/delete_history"), {"stem": stem})
        for part, start in enumerate(range(0, len(data), PIECE)):
            piece = data[start : start + PIECE]
            run(text("load/create_history"), {"stem": stem, "part": part, "digest": digest, "bytes": piece})
    return lines


def _node_batches(tables: GraphTables) -> Iterator[_Batch]:
    for label, frame in tables.nodes.items():
        for part in frame.iter_slices(BATCH):
            yield _Batch(label, text("load/create_nodes", LABEL=label), part, None)


def _relationship_batches(tables: GraphTables) -> Iterator[_Batch]:
    for arrow, frame in tables.relationships.items():
        query = text("load/create_relationships_by_id", **_names(arrow))
        for part in frame.sort("to").iter_slices(BATCH):
            yield _Batch(arrow[0], query, part, arrow)


def _write_batch(batch: _Batch, transaction: InTransaction) -> int:
    rows = _node_rows(batch.rows) if batch.arrow is None else relationship_rows(batch.rows)

    def work(run: Run) -> None:
        outcome = run(batch.query, {"rows": rows})
        if batch.arrow is not None:
            _check_ends(batch.arrow, outcome.relationships_created, len(rows))

    transaction(work)
    return len(rows)


def _check_ends(arrow: Arrow, created: int, wanted: int) -> None:
    if created != wanted:
        raise EngineUnavailable(
            f"the graph was not written: {wanted - created} `{arrow[0]}` relationships begin or end at nothing"
        )


def _node_rows(frame: pl.DataFrame) -> Rows:
    return frame.to_dicts()


def _names(arrow: Arrow) -> dict[str, str]:
    return {"TYPE": arrow[0], "FROM": arrow[1], "TO": arrow[2]}


def _parquet(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd", compression_level=3)
    return buffer.getvalue()
