"""A ladder and a changed one on generated organisations: where they differ, and whether it is known which is right."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seewhy.cypher import compose
from seewhy.graph.change.in_memory import in_memory
from seewhy.graph.inputs.checks import check
from seewhy.graph.inputs.given import tables_from_given
from seewhy.loaders.ledger import merge
from seewhy.schemes.stated import Decisions, Pair, decided

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import polars as pl

    from seewhy.cypher.ladder import Ladder
    from seewhy.graph.matrix.decision import Decision
    from seewhy.graph.session import Session


@dataclass(frozen=True, slots=True)
class Organisation:
    """A generated organisation: what is remembered of its rows, by file stem; the day that is asked about; pairs of a
    person and a case (none: everybody with every case).

    `defined`: what a definition that shares nothing with the rungs says of each pair (value, value_now, step); blank
    where there is none.
    """

    history: Mapping[str, pl.DataFrame]
    day: str
    pairs: Sequence[Pair] = ()
    defined: Mapping[Pair, tuple[str, str, str]] = field(default_factory=dict)


def remembered(rows: Mapping[str, Sequence[Mapping[str, str]]], day: str) -> Mapping[str, pl.DataFrame]:
    """The history of rows that are loaded once. Raises ValueError for rows that would not load."""
    checked = check(tables_from_given(rows))
    if checked.problems:
        raise ValueError(f"a generated organisation does not load: {checked.problems[0].message}")
    return merge({}, checked.frames, day, "load-0001").history


@dataclass(frozen=True, slots=True)
class Difference:
    """A pair about which two ladders differ, in words; `defined` when the definition says which of them is right."""

    words: str
    defined: bool


def _told(one: Decision) -> tuple[str, str, str]:
    return one.value, one.value_now, one.step


class Comparison:
    """The original on generated organisations, to be compared with changed ladders.

    Raises ValueError where a definition contradicts the original.
    """

    def __init__(self, ladder: Ladder, organisations: Iterable[Organisation]) -> None:
        self._searches = "search" in ladder.upgrades
        self._known: list[tuple[Session, Organisation, Decisions, Decisions]] = []
        for organisation in organisations:
            session = in_memory(organisation.history, organisation.day)
            pairs = list(organisation.pairs) or [
                (person["id"], case["id"])
                for person in session.run("organisation/people")
                for case in session.run("organisation/cases")
            ]
            of_scheme = {row["id"] for row in session.run("organisation/systems") if row["scheme"] == ladder.scheme}
            cases = {row["id"] for row in session.run("organisation/cases") if row["system"] in of_scheme}
            pairs = [pair for pair in pairs if pair[1] in cases]
            seen, sought = self._both(session, ladder, pairs, organisation.day)
            for pair, one in seen.items():
                if organisation.defined.get(pair, _told(one)) != _told(one):
                    raise ValueError(
                        f"{pair} on {organisation.day}: {_told(one)}, defined {organisation.defined[pair]}"
                    )
            self._known.append((session, organisation, seen, sought))
        self.pairs = sum(len(known) for _, _, known, _ in self._known)

    def _both(self, session: Session, ladder: Ladder, pairs: Iterable[Pair], day: str) -> tuple[Decisions, Decisions]:
        pairs = list(pairs)
        seen = decided(session.engine, ladder, compose.check(ladder, many=True), pairs, day)
        if not self._searches:
            return seen, {}
        text = compose.check(ladder, search=True, many=True)
        return seen, decided(session.engine, ladder, text, pairs, day, action="search")

    def difference(self, ladder: Ladder) -> Difference | None:
        """The first pair about which a changed ladder says something else, one that is defined before any other."""
        found = None
        for session, organisation, seen, sought in self._known:
            for before, after in zip((seen, sought), self._both(session, ladder, seen, organisation.day), strict=True):
                pair = next((pair for pair, one in before.items() if _told(one) != _told(after[pair])), None)
                if pair:
                    one, other = before[pair], after[pair]
                    words = f"{' and '.join(pair)}: {one.value} by {one.step}, then {other.value} by {other.step}"
                    found = Difference(words, before is seen and pair in organisation.defined)
                    if found.defined:
                        return found
        return found
