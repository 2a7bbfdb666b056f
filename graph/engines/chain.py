"""What the state of a graph on Neo4j says must be there: its loads and its history, each with a digest, and its size.

Nodes can be deleted and changed by hand there. The lines are written with each load, in the transaction that publishes
it, and compared whenever loads or history are read. A graph whose last load is older than these lines has none.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from seewhy.graph.derivation.periods import reopened
from seewhy.graph.errors import EngineUnavailable
from seewhy.graph.loads import Load

HINT = "restore a backup with `seewhy restore FILE --fresh`, or load the source folder again with `--fresh`"


def load_line(load: Load) -> str:
    """One finished load with the digest of its record."""
    record = json.dumps(load.as_dict(), sort_keys=True, ensure_ascii=False)
    return f"{load.id} sha256:{hashlib.sha256(record.encode()).hexdigest()}"


def history_line(stem: str, digest: str, rows: int) -> str:
    """The stored history of one file."""
    return f"{stem} sha256:{digest} rows:{rows}"


def checked_loads(loads: Sequence[Load], lines: Sequence[str] | None, target: str) -> tuple[Load, ...]:
    """The loads, when they are those of the state; `lines` None: it keeps no account of them."""
    if lines is not None:
        found = [load_line(load) for load in loads]
        if wrong := _first_wrong(found, lines):
            raise damaged(target, f"the record of `{wrong[0]}` {wrong[1]}")
    return tuple(loads)


def checked_history(
    rows: Iterable[dict[str, Any]], lines: Sequence[str] | None, target: str
) -> dict[str, pl.DataFrame]:
    """History frames from the stored pieces (stem, digest, bytes), which come in order.

    EngineUnavailable when one of them is missing or is not what a load stored.
    """
    pieces: dict[str, list[bytes]] = {}
    digests: dict[str, str] = {}
    for row in rows:
        pieces.setdefault(row["stem"], []).append(bytes(row["bytes"] or b""))
        digests[row["stem"]] = row["digest"]
    frames: dict[str, pl.DataFrame] = {}
    found = []
    for stem, parts in pieces.items():
        content = b"".join(parts)
        if hashlib.sha256(content).hexdigest() != digests[stem]:
            raise damaged(target, f"the history of `{stem}` is not as it was stored (its sha256 differs)")
        try:
            frames[stem] = pl.read_parquet(io.BytesIO(content))
        except (OSError, pl.exceptions.PolarsError):
            raise damaged(target, f"the history of `{stem}` cannot be read") from None
        found.append(history_line(stem, digests[stem], len(frames[stem])))
    if lines is None:
        return {stem: reopened(frame) for stem, frame in frames.items()}
    if wrong := _first_wrong(found, lines):
        raise damaged(target, f"the history of `{wrong[0]}` {wrong[1]}")
    return frames


def damaged(target: str, what: str) -> EngineUnavailable:
    """The error for a part of the graph that somebody took away or changed."""
    return EngineUnavailable(f"the graph at `{target}` is damaged: {what}", HINT)


def _first_wrong(found: Sequence[str], wanted: Sequence[str]) -> tuple[str, str] | None:
    """Name of the first thing that is missing, changed or too much, and what is wrong with it."""
    held, names = set(found), {line.partition(" ")[0] for line in found}
    for line in wanted:
        name = line.partition(" ")[0]
        if line not in held:
            return name, "is not as it was written (its sha256 differs)" if name in names else "is missing"
    extra = [line for line in found if line not in set(wanted)]
    return (extra[0].partition(" ")[0], "was not written by a load") if extra else None
