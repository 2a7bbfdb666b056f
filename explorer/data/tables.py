"""Answers that are lists, kept per load and day, with their rows as a table that can be filtered quickly."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, fields
from threading import Thread
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import polars as pl
import pyarrow as pa

from seewhy.explorer.data import connection
from seewhy.explorer.data.connection import Revision, Statement, Statements, ask, per_load
from seewhy.explorer.data.search_index import table
from seewhy.graph.change.kept_matrix import day_matrix
from seewhy.graph.errors import SeeWhyError
from seewhy.graph.questions.batch import batch as ask_batch
from seewhy.graph.questions.case_list import cases_related, people_related
from seewhy.graph.questions.compare import Difference, compare, compare_days
from seewhy.graph.questions.warm import warm
from seewhy.graph.questions.what import what as ask_what
from seewhy.graph.questions.what import what_texts
from seewhy.graph.questions.who import who as ask_who
from seewhy.graph.record import preparing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seewhy.graph.answers.batch import BatchAnswer
    from seewhy.graph.answers.lists import WhatAnswer, WhoAnswer
    from seewhy.graph.questions.compare import Comparison
    from seewhy.graph.session import Session

T = TypeVar("T")
_MANY = 10_000
"""Cases from which the access matrix of the day is precomputed."""


@dataclass(frozen=True, slots=True, eq=False)
class AccessTable(Generic[T]):
    """Who can see a case, or what a person can see; `related` holds the ids of the rows in each relation.

    Columns of `rows`: person, name, about (or case, title, system), then value, value_now, step, blocked.
    """

    answer: T
    rows: pl.DataFrame
    related: Mapping[str, frozenset[str]]
    statements: Statements

    def export(self) -> pa.Table:
        """The rows that are no denial, as files have them."""
        return arrow(self.rows.filter(~pl.col("blocked")).drop("about", "blocked", strict=False))


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """Where two sides differ: the fields of a `Difference` as columns."""

    answer: Comparison
    rows: pl.DataFrame
    statements: Statements


@per_load(4, question=None)
def prepare(revision: Revision, as_of: str) -> Thread:
    """Begin, beside the page, what makes the next answers quick: the plan cache of a server is warmed, and the access
    matrix of the day is precomputed where there are many cases."""
    with connection.whole() as opened:

        def work() -> None:
            # An engine that does not answer says so on the page that asks next.
            with suppress(SeeWhyError), preparing(), opened.engine.snapshot():
                if opened.engine.name == "neo4j":
                    warm(opened, as_of)
                if connection.health(revision).nodes.get("CaseFile", 0) >= _MANY:
                    day_matrix(opened, as_of)

    thread = Thread(target=work, daemon=True)
    thread.start()
    return thread


@per_load(32, needs="who")
def who(revision: Revision, case: str, as_of: str) -> AccessTable[WhoAnswer]:
    """Everybody who can see the case; an unknown id raises UnknownEntity."""
    (answer, related), statements = ask(
        lambda opened: (ask_who(opened, case, as_of), people_related(opened, case, as_of))
    )
    about = dict(table(revision, "person").select("id", "about").iter_rows())
    rows = [
        (row.person, row.name, about.get(row.person, ""), row.value, row.value_now, row.step, blocked)
        for blocked, listed in ((False, answer.people), (True, answer.blocked))
        for row in listed
    ]
    names = ("person", "name", "about", "value", "value_now", "step")
    schema = {**dict.fromkeys(names, pl.String), "blocked": pl.Boolean}
    return AccessTable(answer, pl.DataFrame(rows, schema, orient="row").with_columns(_job()), related, statements)


def _job() -> pl.Expr:
    """The column `about` without job titles that the name says already."""
    name, about = (pl.col(column).str.to_lowercase() for column in ("name", "about"))
    return pl.when(~name.str.contains(about, literal=True)).then("about").otherwise(pl.lit("")).alias("about")


@per_load(12, needs="what")
def what(revision: Revision, person: str, as_of: str) -> AccessTable[WhatAnswer]:
    """Every case that the person can see; an unknown id raises UnknownEntity."""

    def asked(opened: Session) -> tuple[WhatAnswer, pl.DataFrame, Mapping[str, frozenset[str]]]:
        answer = ask_what(opened, person, as_of)
        # The whole list is read here, from the same load and among the statements.
        both: tuple[tuple[Any, bool], ...] = ((answer.cases, False), (answer.blocked, True))
        rows = pl.concat([listed.frame().with_columns(blocked=pl.lit(blocked)) for listed, blocked in both])
        return answer, rows, cases_related(opened, person, as_of)

    (answer, rows, related), statements = ask(asked)
    return AccessTable(answer, rows, related, (*_texts(answer, statements), *statements))


def _texts(answer: WhatAnswer, statements: Statements) -> list[Statement]:
    """The texts that the question is sent as, where the answer came from the precomputed matrix instead."""
    if any(statement.name.startswith("what/") for statement in statements):
        return []
    parameters = {"people": [answer.person], "as_of": answer.as_of}
    return [Statement(name, text, parameters) for name, text in what_texts(answer).items()]


@per_load(12, needs="compare", question="compare")
def compared(revision: Revision, people: tuple[str, ...], days: tuple[str, ...]) -> Compared:
    """Where two people differ on a day, or one person on two days."""
    question = compare if len(people) == 2 else compare_days
    answer, statements = ask(lambda opened: question(opened, *people, *days))
    names = [field.name for field in fields(Difference)]
    rows = [tuple(getattr(difference, name) for name in names) for difference in answer.differences]
    return Compared(answer, pl.DataFrame(rows, dict.fromkeys(names, pl.String), orient="row"), statements)


@per_load(12, needs="who", question="check")
def batch(
    revision: Revision, people: tuple[str, ...], cases: tuple[str, ...], as_of: str
) -> tuple[BatchAnswer, Statements]:
    """What each of the people may do with each of the cases; raises LoadRejected with all unknown ids."""
    return ask(lambda opened: ask_batch(opened, people, cases, as_of))


def arrow(rows: pl.DataFrame) -> pa.Table:
    """The rows as the oldest kind of Arrow text, which every reader of the written files knows."""
    return rows.to_arrow(compat_level=pl.CompatLevel.oldest())


def text_table(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> pa.Table:
    """Rows of text with these columns."""
    return pa.Table.from_pylist(rows, schema=pa.schema([(name, pa.string()) for name in names]))
