"""Rows of the tables and columns that schemes bring, in words: what somebody has of them, and what the structure is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from seewhy.graph.answers.person import Origin, OwnFact
from seewhy.graph.change.changed_rows import held
from seewhy.graph.change.in_memory import history_of
from seewhy.graph.explain.fact_words import phrase
from seewhy.graph.explain.names import namer
from seewhy.graph.inputs.files import FILES
from seewhy.graph.record import question
from seewhy.graph.schemes.columns import as_cell
from seewhy.graph.scope.answers import told_own_facts
from seewhy.graph.scope.question import answered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from seewhy.graph.session import Session


@question("person")
@answered("person", told_own_facts, days=("date",))
def facts_of_person(session: Session, person: str, date: str) -> tuple[OwnFact, ...]:
    """Rows of tables about the person, and cells of columns that schemes add to `people`, that hold on the day."""
    if not _any():
        return ()
    history = history_of(session)
    name = namer([history])
    found = [
        fact
        for spec in FILES.values()
        if spec.scheme and spec.about == "person" and spec.stem in history
        for fact in _rows(spec.stem, history[spec.stem].filter(pl.col("person_id") == person), date, name)
    ]
    people = history.get("people", pl.DataFrame(schema={"person_id": pl.String}))
    for row in held(people.filter(pl.col("person_id") == person), date).iter_rows(named=True) if len(people) else ():
        for column in FILES["people"].columns:
            cell = as_cell(row.get(column.name))
            if column.scheme and cell:
                shown = name(column.references, cell) if column.references else cell
                words = column.name.removesuffix("_id").replace("_", " ")
                found.append(OwnFact("people", words, f"{words}: {shown}", _origin(row)))
    return tuple(found)


@question("structure")
@answered("structure", told_own_facts, days=("date",))
def facts_of_structure(session: Session, date: str) -> tuple[OwnFact, ...]:
    """Rows of the tables about structure that schemes bring, that hold on the day, by table."""
    if not _any():
        return ()
    history = history_of(session)
    name = namer([history])
    stems = [spec.stem for spec in FILES.values() if spec.scheme and spec.about == "structure" and spec.stem in history]
    return tuple(fact for stem in stems for fact in _rows(stem, history[stem], date, name))


def _any() -> bool:
    """Whether some scheme in use brings tables or columns at all."""
    return any(spec.scheme for spec in FILES.values()) or any(c.scheme for c in FILES["people"].columns)


def _rows(stem: str, rows: pl.DataFrame, date: str, name: Callable[[str, str], str]) -> Iterator[OwnFact]:
    for row in held(rows, date).iter_rows(named=True):
        yield OwnFact(stem, FILES[stem].noun, phrase(stem, row, name), _origin(row))


def _origin(row: Mapping[str, Any]) -> Origin:
    said = (row.get("granted_by") or "", row.get("note") or "")
    return Origin(row["source"], row["load"], row["since"], row["until"], *said)
