"""The rows of each report, as a stream of Arrow tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from seewhy.cypher.ladders import ladder_for, ladders
from seewhy.cypher.rungs import VALUES
from seewhy.graph.questions.check import VIEW, allows
from seewhy.graph.reports import registers
from seewhy.graph.schemes.in_use import schemes
from seewhy.graph.scope.pairs import visible_pairs
from seewhy.graph.scope.question import from_rows
from seewhy.graph.session import Session, day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seewhy.graph.matrix.pairs import Pairs
    from seewhy.graph.reports.parts import Part

ROWS = 1_000_000
"""Rows per table of a stream, about: one person's cases are never divided."""
REPORTS = {
    "access": "every visible pair of person and case, with value, value now and deciding step",
    "people": "every person with the number of cases they can see",
    "cases": "every case with the number of people who can see it",
    **registers.REGISTERS,
}
_CODE = pa.dictionary(pa.int16(), pa.string())
_ID = pa.dictionary(pa.int32(), pa.string())
_SCHEMAS: dict[str, pa.Schema] = {
    "access": pa.schema(
        [("person_id", _ID), ("case_id", _ID), ("value", _CODE), ("value_now", _CODE), ("step", _CODE)]
    ),
    "people": pa.schema(
        [
            ("person_id", pa.string()),
            ("name", pa.string()),
            ("cases", pa.int64()),
            ("edit", pa.int64()),
            ("view", pa.int64()),
        ]
    ),
    "cases": pa.schema(
        [
            ("case_id", pa.string()),
            ("title", pa.string()),
            ("system_id", pa.string()),
            ("people", pa.int64()),
            ("edit", pa.int64()),
            ("view", pa.int64()),
        ]
    ),
    **registers.SCHEMAS,
}
Stream = "Iterator[pa.Table]"


def _words(action: str) -> dict[str, pa.Array]:
    """The same in every table of a stream, so that a writer takes them over as they are."""
    steps = ("", *dict.fromkeys(step for ladder in ladders().values() for step in ladder.steps))
    values = pa.array(dict.fromkeys((*VALUES, action)), pa.string())
    return {"value": values, "value_now": values, "step": pa.array(steps, pa.string())}


def report_columns(report: str) -> pa.Schema:
    """The columns of a report with their types."""
    return _SCHEMAS[report]


@from_rows("export")
def report_tables(
    session: Session,
    report: str,
    as_of: str | None,
    progress: Callable[[str, int, int], None] | None = None,
    *,
    action: str = VIEW,
    part: Part | None = None,
) -> tuple[str, Iterator[pa.Table]]:
    """The day that was asked about, and the report as a stream of tables of `report_columns`; `access` has `action` and
    `part`."""
    date = day(as_of)
    asked = {} if report != "access" else {"action": action, "part": part}
    return date, _STREAMS[report](session, date, progress, **asked)


def _dictionary(indices: np.ndarray[Any, Any], values: pa.Array) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(indices), values)


@from_rows("export")
def people_of(session: Session) -> list[str]:
    """Everybody, in order of ids: what parts are cut from."""
    return sorted(row["id"] for row in session.run("organisation/people"))


def _deciding(session: Session, date: str, action: str, part: Part | None) -> Pairs:
    """Every pair on which an action is allowed, in the systems whose scheme knows it; of a part its people's only."""
    people = None if part is None else part.among(people_of(session))
    if action == VIEW:
        return visible_pairs(session, date, people)
    in_graph = sorted({row["scheme"] for row in session.run("organisation/systems")})
    ladders = [ladder_for(scheme, action).name for scheme in in_graph if action in schemes()[scheme].actions]
    return visible_pairs(
        session, date, people, ladders=ladders, enough=lambda name, value: allows(name.partition(":")[0], action, value)
    )


def _access(
    session: Session,
    date: str,
    progress: Callable[[str, int, int], None] | None,
    action: str = VIEW,
    part: Part | None = None,
) -> Iterator[pa.Table]:
    pairs = _deciding(session, date, action, part)
    people, cases = pa.array(pairs.people, pa.string()), pa.array(pairs.cases, pa.string())
    place = {person: n for n, person in enumerate(pairs.people)}
    batch: list[tuple[int, Any]] = []
    held, every_word = 0, _words(action)

    def table() -> pa.Table:
        codes = np.concatenate([sight.codes for _, sight in batch])
        columns = [
            _dictionary(np.repeat(np.array([n for n, _ in batch], np.int32), [len(s.cases) for _, s in batch]), people),
            _dictionary(np.concatenate([s.cases for _, s in batch]).astype(np.int32), cases),
        ]
        for read, words in every_word.items():
            place = {word: n for n, word in enumerate(words.to_pylist())}
            at = np.array([place[getattr(d, read)] for d in pairs.decisions], np.int16)
            columns.append(_dictionary(at[codes], words))
        return pa.table(columns, schema=_SCHEMAS["access"])

    for sight in pairs:
        batch.append((place[sight.person], sight))
        held += len(sight.cases)
        if progress:
            progress("people", place[sight.person] + 1, len(pairs.people))
        if held >= ROWS:
            yield table()
            batch, held = [], 0
    if batch:
        yield table()


def _people(session: Session, date: str, progress: Callable[[str, int, int], None] | None) -> Iterator[pa.Table]:
    pairs = visible_pairs(session, date)
    names = {row["id"]: row["name"] for row in session.run("organisation/people")}
    counts = pairs.counts()
    if progress:
        progress("people", len(pairs.people), len(pairs.people))
    rows = [
        (p, names[p], c.get("edit", 0) + c.get("view", 0), c.get("edit", 0), c.get("view", 0))
        for p in pairs.people
        for c in [counts.get(p, {})]
    ]
    yield pa.table(
        [list(column) for column in zip(*rows, strict=True)] or [[] for _ in _SCHEMAS["people"]],
        schema=_SCHEMAS["people"],
    )


def _cases(session: Session, date: str, progress: Callable[[str, int, int], None] | None) -> Iterator[pa.Table]:
    pairs = visible_pairs(session, date)
    edit, view = np.zeros(len(pairs.cases), np.int64), np.zeros(len(pairs.cases), np.int64)
    for n, sight in enumerate(pairs):
        changes = np.array([d.value == "edit" for d in pairs.decisions])[sight.codes]
        edit[sight.cases[changes]] += 1
        view[sight.cases[~changes]] += 1
        if progress:
            progress("people", n + 1, len(pairs.people))
    about = {row["id"]: row for row in session.run("organisation/cases")}
    yield pa.table(
        [
            pairs.cases,
            [about[c]["caption"] or "" for c in pairs.cases],
            [about[c]["system"] for c in pairs.cases],
            edit + view,
            edit,
            view,
        ],
        schema=_SCHEMAS["cases"],
    )


_STREAMS: dict[str, Any] = {"access": _access, "people": _people, "cases": _cases, **registers.STREAMS}
