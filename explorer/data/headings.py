"""What headings say beside the answer: which position somebody works in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from seewhy.explorer.data.connection import Revision, per_load, session
from seewhy.graph.explain.paths import day_words, row_words
from seewhy.graph.vocabulary import ALWAYS

if TYPE_CHECKING:
    from collections.abc import Sequence


class InUse(NamedTuple):
    """A position that somebody works in: system, name of the position, since when (ISO), and the row that says so."""

    system: str
    name: str
    since: str
    source: str

    @property
    def words(self) -> str:
        """`Caseworker 2 is in use since 1 Sep 2026`."""
        return f"{self.name} is in use" + (f" since {day_words(self.since)}" if self.since != ALWAYS else "")

    @property
    def row(self) -> str:
        """`holdings.csv, row 3`."""
        return row_words(self.source)


@per_load(500, question=None)
def in_use(revision: Revision, person: str, as_of: str) -> tuple[InUse, ...]:
    """The positions that the person works in on the day, at most one of each system."""
    with session() as opened:
        rows = opened.run("organisation/person_positions", person=person, as_of=as_of)
    return tuple(
        InUse(row["system"], row["name"] or row["position_id"], row["since"], row["source"])
        for row in rows
        if row["in_use"]
    )


def in_use_words(positions: Sequence[InUse]) -> str:
    """All of them in one sentence, each with the system where there are several; blank for none."""
    several = len({position.system for position in positions}) > 1
    parts = [f"{one.words}{f' in {one.system}' if several else ''} ({one.row})" for one in positions]
    return "; ".join(parts)
