"""What may be told on a day: the reaches of one kind of question, resolved, and everything that is decided by them."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from seewhy.graph.answers.as_json import Hidden
from seewhy.graph.change.changed_rows import deciding
from seewhy.graph.change.in_memory import history_of
from seewhy.graph.errors import UnknownEntity
from seewhy.graph.inputs.files import FILES
from seewhy.graph.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from seewhy.graph.answers.as_json import Provenance
    from seewhy.graph.scope.reach import Part
    from seewhy.graph.session import Session

PERSON, CASE = "somebody outside what you may ask about", "a case outside what you may ask about"
ROW = "a row about somebody or something outside what you may ask about"
_BY_KIND = {("access_rules", "subject_id"): ("subject_kind", "person", "people"),
            ("access_rules", "target_id"): ("target_kind", "case", "cases")}  # fmt: skip
"""Columns that name a person or a case where another column says so."""


class View:
    """Some people and cases of one load. `parts` are the reaches; what one of them has may be told."""

    def __init__(self, whole: Session, parts: Iterable[Part]) -> None:
        self.whole, self.parts = whole, tuple(parts)

    @property
    def everything(self) -> bool:
        """Whether nobody and no case is outside."""
        return any(part.everything for part in self.parts)

    def person(self, id: str) -> bool:
        """Whether a person may be told of. What is blank names nobody."""
        return not id or any(part.people is None or id in part.people for part in self.parts)

    def case(self, id: str) -> bool:
        """Whether a case may be told of."""
        return not id or any(part.cases is None or id in part.cases for part in self.parts)

    def pair(self, person: str, case: str) -> bool:
        """Whether a person and a case may be told of together."""
        return self.all([person], [case])

    def all(self, people: Iterable[str] = (), cases: Iterable[str] = ()) -> bool:
        """Whether all of these may be told of together."""
        people, cases = {one for one in people if one}, {one for one in cases if one}
        return any(part.holds(people, cases) for part in self.parts)

    def cases_with(self, person: str) -> frozenset[str] | None:
        """The cases that may be told of together with a person; None: all."""
        return _union(part.cases for part in self.parts if part.holds([person]))

    def people_with(self, case: str) -> frozenset[str] | None:
        """The people that may be told of together with a case; None: all."""
        return _union(part.people for part in self.parts if part.holds((), [case]))

    def titled(self, case: str) -> bool:
        """Whether the title of a case may be told: one part that has it tells it."""
        return any((part.cases is None or case in part.cases) and case not in part.untitled for part in self.parts)

    @cached_property
    def untitled(self) -> frozenset[str]:
        """The cases of which only the id is told."""
        return frozenset(case for part in self.parts for case in part.untitled if not self.titled(case))

    # what is outside

    @cached_property
    def hidden(self) -> Hidden:
        """How many people and cases of the whole graph are outside."""
        people, cases = (_union(getattr(part, side) for part in self.parts) for side in ("people", "cases"))
        total = self.whole.remembered("how many there are", self._totals)
        return Hidden(0 if people is None else total[0] - len(people), 0 if cases is None else total[1] - len(cases))

    def _totals(self) -> tuple[int, int]:
        cases = sum(len(row["cases"]) for row in self.whole.run("organisation/case_names"))
        return len(self.whole.run("organisation/people")), cases

    def provenance(self, provenance: Provenance) -> Provenance:
        """Where an answer comes from, saying how much is outside."""
        return replace(provenance, hidden=self.hidden)

    def unknown(self, kind: str, name: str) -> UnknownEntity:
        """The error for an id that does not exist or is outside: the same sentence, hints from inside."""
        query, told = {"person": ("people", self.person), "case": ("cases", self.titled)}[kind]
        rows = self.whole.remembered(query, lambda: self.whole.run(f"organisation/{query}"))
        known = {row["id"]: row["name"] for row in rows if told(row["id"])}
        return UnknownEntity(f"unknown {kind} `{name}`", nearest(name, known, always=True))

    def require(self, people: Iterable[str] = (), cases: Iterable[str] = ()) -> None:
        """Raises UnknownEntity for the first person or case that is outside, or not together with the others."""
        people, cases = [one for one in people if one], [one for one in cases if one]
        for one in people:
            if not self.all([one]):
                raise self.unknown("person", one)
        for one in cases:
            if not self.all(people, [one]):
                raise self.unknown("case", one)

    # rows of the input

    def names_outside(self, stem: str, row: Mapping[str, Any]) -> bool:
        """Whether a row of an input file names a person or a case that may not be told of, or both not together."""
        people, cases = named(stem, row)
        return not self.all(people, cases)

    def rows_outside(self, sources: Iterable[str]) -> frozenset[str]:
        """Those of some sources (`memberships.csv:5`) whose row, of whatever load, names somebody or something
        outside. A source of no row that is kept names nothing."""
        wanted, found = set(sources), set[str]()
        for stem, frame in history_of(self.whole).items() if wanted else ():
            if _names_any(stem):
                rows = frame.filter(pl.col("source").is_in(list(wanted)))
                found |= {row["source"] for row in rows.iter_rows(named=True) if self.names_outside(stem, row)}
        return frozenset(found)


def _union(sides: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    found = list(sides)
    if len(found) == 1:
        return found[0]
    return None if None in found else frozenset().union(*(side for side in found if side is not None))


def named(stem: str, row: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The people and the cases that a row of an input file names; who granted it is no part of what it says."""
    people: list[str] = []
    cases: list[str] = []
    for column, to in references(stem, row):
        if cell := str(row.get(column) or ""):
            (people if to == "people" else cases).append(cell)
    return people, cases


def rows_naming(stem: str, frame: pl.DataFrame, to: str, id: str) -> pl.DataFrame:
    """The rows of an input file that name a person (`to` is people) or a case (cases) in a column that decides."""
    decides = {*deciding(stem)}
    names = pl.lit(False)
    for column, kind in references(stem, None):
        if kind == to and column in decides:
            here = pl.col(column) == id
            if (stem, column) in _BY_KIND:
                beside, word, _ = _BY_KIND[stem, column]
                here &= pl.col(beside) == word
            names |= here
    return frame.filter(names)


def references(stem: str, row: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    """The columns that name people or cases; without a row those that might."""
    spec = FILES[stem]
    for column in spec.columns:
        if column.name == "granted_by":
            continue
        to = column.references or (stem if column.name == spec.id else None)
        if to in ("people", "cases"):
            yield column.name, to
        elif (stem, column.name) in _BY_KIND:
            beside, kind, to = _BY_KIND[stem, column.name]
            if row is None or row.get(beside) == kind:
                yield column.name, to


def _names_any(stem: str) -> bool:
    return stem in FILES and any(True for _ in references(stem, None))
