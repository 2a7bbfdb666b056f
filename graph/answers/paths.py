"""Paths between two things as values: every hop with the facts that join its two ends."""

from __future__ import annotations

from dataclasses import dataclass, field

from seewhy.graph.answers.as_json import Answer, Provenance, key
from seewhy.graph.answers.reasons import End, PathStep


@dataclass(frozen=True, slots=True)
class FoundPath(Answer):
    """One path: how many hops it has, the things it leads over (both ends included), and the facts in its order.

    Where several facts join the same two things, all of them are there: `path` may be longer than `hops`.
    """

    hops: int
    things: tuple[End, ...]
    path: tuple[PathStep, ...]

    @property
    def words(self) -> str:
        """`Ana Ferreira → North office → c-101`."""
        return " → ".join(one.id if one.kind == "case" else one.name or one.id for one in self.things)


@dataclass(frozen=True, slots=True)
class PathsAnswer(Answer):
    """Paths from one thing to another on a day, the shortest first.

    `shortest` is how many there are of the least number of hops, whether or not all are listed; `cut` says in words
    what was not looked for, or not listed, blank where nothing is left out of what was asked.
    """

    start: End = field(metadata=key("from"))
    end: End = field(metadata=key("to"))
    via: tuple[End, ...]
    without: tuple[str, ...]
    as_of: str
    hops: int
    shortest: int
    paths: tuple[FoundPath, ...]
    cut: str
    provenance: Provenance

    @property
    def sentence(self) -> str:
        """What was found, in one sentence."""
        one, two = (end.id if end.kind == "case" else end.name or end.id for end in (self.start, self.end))
        over = f" over {', '.join(end.name or end.id for end in self.via)}" if self.via else ""
        if not self.paths:
            return f"No path leads from {one} to {two}{over}."
        many = f"{self.shortest:,} shortest paths lead" if self.shortest != 1 else "One shortest path leads"
        hops = f"{self.hops} step{'' if self.hops == 1 else 's'}"
        return f"{many} from {one} to {two}{over}, in {hops}."
