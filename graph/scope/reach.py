"""What somebody may ask about: kinds of question, each with a reach, and what a reach is on one load and day."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Protocol

from seewhy.graph.scope.selection import SELECTORS, chosen, values_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from seewhy.graph.session import Session


@dataclass(frozen=True, slots=True)
class Part:
    """Some people and some cases, None: all of them. A pair is inside when both are.

    `untitled` are those of the cases whose titles are not told.
    """

    people: frozenset[str] | None = None
    cases: frozenset[str] | None = None
    untitled: frozenset[str] = frozenset()

    @property
    def everything(self) -> bool:
        """Whether nobody and no case is outside."""
        return self.people is None and self.cases is None

    def holds(self, people: Iterable[str] = (), cases: Iterable[str] = ()) -> bool:
        """Whether all of these are inside."""
        return (self.people is None or self.people.issuperset(people)) and (
            self.cases is None or self.cases.issuperset(cases)
        )

    def both(self, other: Part) -> Part:
        """What is inside of both, as on two days."""
        return Part(
            _cut(self.people, other.people), _cut(self.cases, other.cases), self.untitled | other.untitled
        )


def _cut(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    return other if one is None else one if other is None else one & other


class Reach(Protocol):
    """Which people and cases, before a load and a day are named."""

    @property
    def text(self) -> str:
        """In words, as the access file has it; the same text is the same reach."""

    def part(self, session: Session, date: str) -> Part:
        """The people and cases on a day of the newest load, by queries without a scope."""


@dataclass(frozen=True, slots=True)
class Everything:
    """Everybody and every case."""

    text: str = "everything"

    def part(self, session: Session, date: str) -> Part:
        """All."""
        del session, date
        return Part()


@dataclass(frozen=True, slots=True)
class Selected:
    """People and cases chosen by selectors, as in assertion files; a blank selector chooses all of its side."""

    people: tuple[tuple[str, tuple[str, ...]], ...] = ()
    cases: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @classmethod
    def of(cls, people: Mapping[str, Any], cases: Mapping[str, Any]) -> Selected:
        """From selectors without faults."""
        return cls(*(tuple((k, tuple(values_of(v))) for k, v in sorted(side.items())) for side in (people, cases)))

    @property
    def text(self) -> str:
        """`people of unit north; cases of unit north`."""
        told = [
            f"{side} of " + " and ".join(f"{key} {', '.join(values)}" for key, values in selector)
            for side, selector in zip(SELECTORS, (self.people, self.cases), strict=True)
            if selector
        ]
        return "; ".join(told) or "everything"

    def part(self, session: Session, date: str) -> Part:
        """By the same queries that answer invariants. Raises UnknownInSelector for an id that was never loaded."""
        people, cases = (
            frozenset(chosen(session, side, {key: list(values) for key, values in selector}, date))
            if selector
            else None
            for side, selector in zip(SELECTORS, (self.people, self.cases), strict=True)
        )
        return Part(people, cases)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What is inside of two reaches."""

    one: Reach
    other: Reach

    @property
    def text(self) -> str:
        """Both."""
        return f"{self.one.text}, of it {self.other.text}"

    def part(self, session: Session, date: str) -> Part:
        """What both have."""
        return self.one.part(session, date).both(self.other.part(session, date))


@dataclass(frozen=True, slots=True)
class Fixed:
    """A part that is known already, on every day."""

    whole: Part
    text: str

    def part(self, session: Session, date: str) -> Part:
        """The part."""
        del session, date
        return self.whole


@dataclass(frozen=True, slots=True)
class Grant:
    """Kinds of question (the names of commands and pages) that may be asked within a reach."""

    kinds: frozenset[str]
    reach: Reach


@dataclass(frozen=True, slots=True)
class Limits:
    """Everything that somebody may ask; what no grant says may not be asked.

    A kind that several grants have may be asked within any of them: a pair is inside when one reach has both its person
    and its case.
    """

    grants: tuple[Grant, ...]

    def may(self, kind: str) -> bool:
        """Whether a kind of question may be asked at all."""
        return any(kind in grant.kinds for grant in self.grants)

    def reaches(self, kind: str) -> tuple[Reach, ...]:
        """Within what; `""` is whatever may be asked about in any way."""
        found = {grant.reach.text: grant.reach for grant in self.grants if not kind or kind in grant.kinds}
        return tuple(found[text] for text in sorted(found))

    @property
    def digest(self) -> str:
        """16 hex digits: the same for the same limits. What is kept of answers is kept under it."""
        told = sorted((grant.reach.text, sorted(grant.kinds)) for grant in self.grants)
        return blake2b(json.dumps(told).encode(), digest_size=8).hexdigest()
