"""Answers that are lists, kept per load and day, with their rows as a table that can be filtered quickly.

Kept as shared values, not as copies: a hundred thousand cases are not unpacked anew for every click. Nothing changes
them.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING, Any

import polars as pl
import streamlit as st

from seewhy.explorer.data import connection
from seewhy.explorer.data.connection import Revision, Statement, answered
from seewhy.explorer.data.lookup import table
from seewhy.graph.errors import SeeWhyError
from seewhy.graph.matrix.precomputed import precomputed
from seewhy.graph.questions.case_list import cases_related, people_related
from seewhy.graph.questions.compare import compare, compare_days
from seewhy.graph.questions.warm import warm
from seewhy.graph.questions.what import what as ask_what
from seewhy.graph.questions.what import what_texts
from seewhy.graph.questions.who import who as ask_who

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from seewhy.graph.answers.lists import WhatAnswer, WhoAnswer
    from seewhy.graph.questions.compare import Comparison

_TEXT = pl.String
_MANY = 10_000
"""Cases from which what large lists are made from is prepared."""


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Who can see a case: columns person, name, about, value, value_now, step, blocked."""

    answer: WhoAnswer
    rows: pl.DataFrame
    related: Mapping[str, frozenset[str]]
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """What a person can see: columns case, title, system, value, value_now, step, blocked."""

    answer: WhatAnswer
    rows: pl.DataFrame
    related: Mapping[str, frozenset[str]]
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """Where two sides differ: the fields of a `Difference` as columns."""

    answer: Comparison
    rows: pl.DataFrame
    statements: tuple[Statement, ...]


def prepare(now: Revision, as_of: str) -> None:
    """Begin, beside the page, what makes answers quick, once per load and day: a server plans the texts, and what large
    lists are made from stands."""
    _prepared(now.key, as_of, now)


@st.cache_resource(max_entries=4, show_spinner=False)
def _prepared(key: str, as_of: str, _now: Revision) -> Thread:
    many = connection.health(_now).nodes.get("CaseFile", 0) >= _MANY
    with connection.session() as opened:

        def make() -> None:
            # An engine that does not answer says so on the page that asks next.
            with suppress(SeeWhyError), opened.engine.snapshot():
                if opened.engine.name == "neo4j":
                    warm(opened, as_of)
                if many:
                    precomputed(opened, as_of, make=True)

    thread = Thread(target=make, daemon=True)
    thread.start()
    return thread


def who(now: Revision, case: str, as_of: str) -> People:
    """Everybody who can see the case; an unknown id raises UnknownEntity."""
    return _who(now.key, case, as_of, now)


@st.cache_resource(max_entries=32, show_spinner=False)
def _who(key: str, case: str, as_of: str, _now: Revision) -> People:
    (answer, related), statements = answered(
        lambda opened: (ask_who(opened, case, as_of), people_related(opened, case, as_of))
    )
    about = dict(table(_now, "person").select("id", "about").iter_rows())
    rows = [
        (row.person, row.name, about.get(row.person, ""), row.value, row.value_now, row.step, blocked)
        for blocked, listed in ((False, answer.people), (True, answer.blocked))
        for row in listed
    ]
    names = ("person", "name", "about", "value", "value_now", "step")
    return People(answer, _table(rows, names), related, statements)


def what(now: Revision, person: str, as_of: str) -> Cases:
    """Every case that the person can see; an unknown id raises UnknownEntity."""
    return _what(now.key, person, as_of)


@st.cache_resource(max_entries=12, show_spinner=False)
def _what(key: str, person: str, as_of: str) -> Cases:
    (answer, related), statements = answered(
        lambda opened: (ask_what(opened, person, as_of), cases_related(opened, person, as_of))
    )
    both = ((answer.cases, False), (answer.blocked, True))
    rows = pl.concat([listed.frame().with_columns(blocked=pl.lit(blocked)) for listed, blocked in both])
    return Cases(answer, rows, related, (*_as_asked(answer, statements), *statements))


def _as_asked(answer: WhatAnswer, statements: Sequence[Statement]) -> list[Statement]:
    """The texts that say what was asked, where the answer came from what was prepared (the same rungs in halves)."""
    if any(statement.name.startswith("what/") for statement in statements):
        return []
    given = {"people": [answer.person], "as_of": answer.as_of}
    return [Statement(name, text, given) for name, text in what_texts(answer).items()]


def compared(now: Revision, first: str, second: str, as_of: str) -> Compared:
    """Where two people differ on a day."""
    return _compared(now.key, first, second, as_of, "")


def compared_days(now: Revision, person: str, one: str, two: str) -> Compared:
    """Where one person on two days differs."""
    return _compared(now.key, person, "", one, two)


@st.cache_resource(max_entries=12, show_spinner=False)
def _compared(key: str, first: str, second: str, one: str, two: str) -> Compared:
    answer, statements = answered(
        lambda opened: compare_days(opened, first, one, two) if two else compare(opened, first, second, one)
    )
    names = (
        "case",
        "title",
        "system",
        "kind",
        "first",
        "first_now",
        "first_step",
        "second",
        "second_now",
        "second_step",
    )
    rows = [tuple(getattr(one, name) for name in names) for one in answer.differences]
    return Compared(answer, pl.DataFrame(rows, dict.fromkeys(names, _TEXT), orient="row"), statements)


def _table(rows: Sequence[tuple[Any, ...]], names: Iterable[str]) -> pl.DataFrame:
    return pl.DataFrame(rows, {**dict.fromkeys(names, _TEXT), "blocked": pl.Boolean}, orient="row")
