"""The access matrix of a day, worked out once per load and stored beside it.

    this process ──► beside the load ──► a matrix of another day, changed where impact analysis says ──► from nothing

It is never waited for by a question that the graph answers sooner: only one at hand is used, unless `precomputed` is
told to make one. What was stored is compared with the graph at some cells, drawn anew each time; one difference, and it
is not used.
"""

from __future__ import annotations

import hashlib
import random
import warnings
from collections.abc import Callable, Mapping
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from seewhy.cypher.catalogue import book
from seewhy.graph.matrix.access_matrix import AccessMatrix
from seewhy.graph.matrix.case_index import CaseIndex
from seewhy.graph.matrix.claims import decided_pairs
from seewhy.graph.matrix.packing import packed
from seewhy.graph.matrix.row_decider import DecisionCodes, RowDecider
from seewhy.graph.session import Session, brings_something, hold
from seewhy.graph.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

Keep = Callable[[Mapping[str, AccessMatrix]], AccessMatrix | None]
"""Makes a matrix of those of other days that are at hand, by day; None where none serves."""
_MAKING = Lock()
"""Two people who ask at once wait for one and the same."""
DAYS = 4
"""Matrices that a process keeps at hand, each some 60 MB for a million cases."""
ENOUGH = 500_000
"""Cases listed one answer after another, some two seconds of work, after which a matrix is made beside the next."""
CELLS = 100
"""Cells of a stored matrix that are compared with the graph before it is used."""
LARGE = 2_000_000
"""People times cases from which a matrix is stored: below, making it takes less than a moment."""


def precomputed(session: Session, date: str, *, make: bool, keep: Keep | None = None) -> AccessMatrix | None:
    """The matrix of this day; with `make` it is made when there is none, by `keep` where that gives one. Without `make`
    only what is held, and with `keep` what is stored or that gives. None where matrices are switched off, or the
    question brings along what others do not."""
    session.newest()
    if brings_something() or not session.remembered("matrix wanted", lambda: read_settings().seewhy_matrix):
        return None
    held: dict[str, AccessMatrix] = session.remembered("access matrices", dict)
    if date in held or not (make or keep):
        return held.get(date)
    with _MAKING:
        if date not in held:
            found = _stored(session, date)
            if found is None:
                found = keep(held) if keep else None
                if make and not any(found is one for one in held.values()):
                    found = _made(session, date, found)
            if found is None:
                return None
            hold(held, date, found, DAYS)
    return held.get(date)


def _made(session: Session, date: str, kept: AccessMatrix | None) -> AccessMatrix:
    made = kept or AccessMatrix(from_nothing(session, date))
    if len(made.people) * len(made.index) >= LARGE:
        session.engine.keep_derived(_name(session, date), content(made.record))
    return made


def from_nothing(session: Session, date: str) -> pa.RecordBatch:
    """Everybody decided; the record of an AccessMatrix."""
    index, codes = CaseIndex.at_hand(session, date), DecisionCodes(blocked=True)
    decider = RowDecider(session, date, schemes_in(session), index, codes)
    people = sorted((row["id"], row["name"] or "") for row in session.run("organisation/people"))
    rows = decider.rows(decider.alike(person for person, _ in people))
    return packed(index, people, rows, codes.decisions)


def schemes_in(session: Session) -> list[str]:
    """The schemes that decide about cases of this graph."""
    return sorted({row["scheme"] for row in session.run("organisation/systems")})


def content(record: pa.RecordBatch) -> bytes:
    """A record as a file."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, record.schema) as file:
        file.write_batch(record)
    return bytes(sink.getvalue())


def _name(session: Session, date: str) -> str:
    """Of what a matrix is: the load, the day, and the texts that decide."""
    texts = book()
    halves = [texts[name].text for name in sorted(texts) if name.startswith("halves/")]
    load = session.newest()
    known = hashlib.sha256("\0".join([load.id, load.digest, load.finished, *halves]).encode()).hexdigest()
    return f"matrix-{date}-{known[:16]}"


def _stored(session: Session, date: str) -> AccessMatrix | None:
    """What lies beside the load, when the graph says the same of some cells."""
    if (file := session.engine.derived(_name(session, date))) is None:
        return None
    try:
        matrix = AccessMatrix(pa.ipc.open_file(file).get_batch(0))
    except (pa.ArrowException, KeyError, ValueError, TypeError):
        return None
    if wrong := _differing(session, matrix, date):
        warnings.warn(
            f"the stored access matrix of {date} says of {wrong[0]} and {wrong[1]} what the graph does not say; "
            "it is not used",
            RuntimeWarning,
            stacklevel=2,
        )
        return None
    return matrix


def _differing(session: Session, matrix: AccessMatrix, date: str) -> tuple[str, str] | None:
    """A pair about which matrix and graph differ, among some that are drawn."""
    if not len(matrix.index) or not matrix.people:
        return None
    drawn: dict[str, list[tuple[str, int]]] = {}
    for person, place in _drawn(matrix):
        drawn.setdefault(matrix.index.about[matrix.index.group_of[place]].scheme, []).append((person, place))
    for scheme, some in drawn.items():
        asked = {(person, str(matrix.index.ids[place])): place for person, place in some}
        decided = decided_pairs(session, scheme, asked, date)
        for pair, place in asked.items():
            said = matrix.decision(pair[0], place)
            value, step = decided.get(pair, ("", ""))
            if said.value != value or (said.step and said.step != step):
                return pair
    return None


def _drawn(matrix: AccessMatrix) -> Sequence[tuple[str, int]]:
    """Half of them anywhere, where nearly all are no; the others where somebody has a claim."""
    draw = random.SystemRandom()
    people = [draw.choice(matrix.people) for _ in range(CELLS)]
    found = [(person, draw.randrange(len(matrix.index))) for person in people[::2]]
    for row in matrix.rows(people[1::2]):
        claimed = row.places
        if not len(claimed) or draw.random() < 0.5:
            groups = np.flatnonzero(row.table)
            claimed = matrix.index.members(groups[draw.randrange(len(groups)) :][:1]) if len(groups) else claimed
        if len(claimed):
            found.append((row.person, int(claimed[draw.randrange(len(claimed))])))
    return found
