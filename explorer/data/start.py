"""What the start page says besides what was asked: what the newest load changed, who sees most, what is seen by most.

All of it is worked out in the background, and for whoever may ask about everything: within a scope it would count what
is outside.
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from seewhy.auth.asker import may
from seewhy.explorer.data.background import PendingAnswer
from seewhy.explorer.data.connection import Revision, per_load, session
from seewhy.graph.change.kept_matrix import day_matrix
from seewhy.graph.inputs.files import FILES
from seewhy.graph.matrix.most import Most, most

_LISTED = 5


class FileChange(NamedTuple):
    """What a load did to the rows of one file, counted by key: new ones, ones that ended, ones with other values."""

    stem: str
    new: int
    ended: int
    changed: int


def load_changes(revision: Revision) -> PendingAnswer | None:
    """One FileChange for each file that the newest load changed; None for who may not ask, and of a first load."""
    with session() as opened:
        first = opened.digest or len(opened.engine.loads()) < 2
    return None if first or not may("diff") else _load_changes(revision)


@per_load(8, needs="diff")
def _load_changes(revision: Revision) -> PendingAnswer:
    def read() -> tuple[FileChange, ...]:
        with session() as opened:
            found = [
                _changed(stem, rows, list(spec.key), revision.load)
                for stem, spec in FILES.items()
                if spec.key
                and (rows := opened.engine.history(stem, (*spec.key, "load", "ended_load")).get(stem)) is not None
            ]
            return tuple(one for one in found if any(one[1:]))

    return PendingAnswer(read)


def _changed(stem: str, rows: pl.DataFrame, key: list[str], load: str) -> FileChange:
    new, ended = (rows.filter(pl.col(column) == load).select(key).unique() for column in ("load", "ended_load"))
    both = len(new.join(ended, on=key, how="semi", nulls_equal=True))
    return FileChange(stem, len(new) - both, len(ended) - both, both)


def most_of_day(revision: Revision, as_of: str) -> PendingAnswer | None:
    """The `Most` of a day, None as its answer where matrices are switched off; None for who may not ask."""
    with session() as opened:
        within = opened.digest
    return None if within or not (may("who") and may("what")) else _most(revision, as_of)


@per_load(8, needs="who", question="most")
def _most(revision: Revision, as_of: str) -> PendingAnswer:
    def read() -> Most | None:
        with session() as opened, opened.engine.snapshot():
            opened.newest()
            matrix = day_matrix(opened, as_of)
            return None if matrix is None else most(matrix, _LISTED)

    return PendingAnswer(read)
