"""The search for paths: what was met so far, one level at a time from both ends, and the paths that are read off it."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

from seewhy.cypher.neighbours import labels
from seewhy.graph.answers.paths import FoundPath
from seewhy.graph.answers.reasons import End, PathStep
from seewhy.graph.explain.paths import Cells, kind, step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from seewhy.graph.session import Session

LONGER = 1
"""How many hops a longer path has beyond the shortest, at the most."""
MOST_ROWS, MOST_SECONDS, MOST_HOPS = 150_000, 20.0, 12
"""Facts and seconds for which one question looks, and hops of a path."""
JOINS_ALL = frozenset({"everyone", "system"})
"""Kinds of things that join nearly everybody: no path is led over them."""
Key = tuple[str, str]


def label_of(named: str) -> str:
    """The label of a kind of thing."""
    return next((label for label in labels() if kind(label) == named), "Person")


@dataclass(frozen=True, slots=True)
class Leg:
    """The paths between two things, and how many shortest there are."""

    paths: tuple[FoundPath, ...]
    shortest: int


class Search:
    """What was met so far: facts by the two things that they join, and the names of things."""

    def __init__(self, session: Session, date: str, kinds: Sequence[str]) -> None:
        self.session, self.date, self.kinds = session, date, list(kinds)
        self.near: dict[Key, dict[Key, list[dict[str, Any]]]] = {}
        self.names: dict[Key, str | None] = {}
        self.done: set[Key] = set()
        self.rows, self.until, self.cut = 0, time.monotonic() + MOST_SECONDS, ""

    def end(self, key: Key) -> End:
        """A thing as an end of a path."""
        if key not in self.names:
            found = self.session.run(f"thing/{label_of(key[0])}", id=key[1])
            self.names[key] = found[0]["name"] if found else ""
        return End(*key, self.names[key] or "")

    def expand(self, keys: Iterable[Key]) -> bool:
        """Look one step around some things; False when there was too much to look at."""
        by_label: dict[str, list[str]] = {}
        for key in keys:
            if key not in self.done and key[0] not in JOINS_ALL:
                self.done.add(key)
                by_label.setdefault(label_of(key[0]), []).append(key[1])
        for label, ids in sorted(by_label.items()):
            for begin in range(0, len(ids), 1000):
                part = ids[begin : begin + 1000]
                rows = self.session.run(f"neighbours/{label}", ids=part, kinds=self.kinds, as_of=self.date)
                self.rows += len(rows)
                for row in rows:
                    self._met(row)
                if self.rows > MOST_ROWS or time.monotonic() > self.until:
                    self.cut = (
                        f"The search ended after {self.rows:,} facts: there may be shorter or further paths. "
                        "Leave out a kind of relationship, or name a stop."
                    )
                    return False
        return True

    def _met(self, row: dict[str, Any]) -> None:
        """Keep a row by the two things that it joins; it is worded when a path needs it, which few rows are."""
        cells = row["cells"]
        a = ("case", row["case_id"]) if row["case_id"] else (kind(cells[0]), cells[1])
        b = (kind(cells[4]), cells[5])
        if a == b or a[0] == "access_profile" or b[0] == "access_profile":
            return
        self.names[a] = row["case_name"] if row["case_id"] else cells[2]
        self.names[b] = cells[6]
        for one, other in ((a, b), (b, a)):
            self.near.setdefault(one, {}).setdefault(other, []).append(row)

    def facts(self, one: Key, other: Key) -> list[PathStep]:
        """The facts that join two things, each once, in the order of their words: engines bring them in any."""
        found: dict[PathStep, None] = {}
        for row in self.near[one][other]:
            cells = Cells.read(row["cells"])
            start = End("case", row["case_id"], row["case_name"] or "") if row["case_id"] else cells.start
            found[step(start, cells.relationship, cells.end, **cells.row, **cells.details)] = None
        return sorted(found, key=lambda fact: (fact.relationship, fact.sentence, fact.source, fact.since))

    def leg(self, start: Key, end: Key, most: int, longer: int) -> Leg:
        """The paths from one thing to another."""
        if start == end:
            return Leg((FoundPath(0, (self.end(start),), ()),), 1)
        sides = ({start: 0}, {end: 0})
        fronts = [[start], [end]]
        depth = [0, 0]
        best: int | None = None
        beyond = LONGER if longer else 0
        while best is None or sum(depth) < best + beyond:
            side = 0 if (len(fronts[0]) <= len(fronts[1]) and fronts[0]) or not fronts[1] else 1
            if not fronts[side] or sum(depth) >= MOST_HOPS:
                break
            whole = self.expand(fronts[side])
            depth[side] += 1
            fronts[side] = self._next(fronts[side], sides[side], depth[side])
            meeting = [sides[0][key] + sides[1][key] for key in sides[0].keys() & sides[1].keys()]
            best = min(meeting) if meeting else None
            if not whole:
                break
        if best is None:
            if not self.cut and sum(depth) >= MOST_HOPS:
                self.cut = f"Paths of more than {MOST_HOPS} steps were not looked for."
            return Leg((), 0)
        far = self._distances(end)
        ways = self._ways(start, end, far, most, best)
        if longer:
            ways += [way for more in range(1, beyond + 1) for way in self._ways(start, end, far, longer, best + more)]
        return Leg(tuple(map(self._path, ways)), self._count(start, end, far))

    def _next(self, front: Sequence[Key], known: dict[Key, int], depth: int) -> list[Key]:
        fresh = dict.fromkeys(other for key in front for other in self._around(key) if other not in known)
        known.update(dict.fromkeys(fresh, depth))
        return list(fresh)

    def _around(self, key: Key) -> list[Key]:
        """The things that a path may be led on to."""
        return [other for other in self.near.get(key, ()) if other[0] not in JOINS_ALL]

    def _distances(self, end: Key) -> dict[Key, int]:
        found, queue = {end: 0}, deque([end])
        while queue:
            key = queue.popleft()
            for other in self._around(key):
                if other not in found:
                    found[other] = found[key] + 1
                    queue.append(other)
        return found

    def _ways(self, start: Key, end: Key, far: dict[Key, int], most: int, length: int) -> list[tuple[Key, ...]]:
        """Up to so many ways of exactly this length that lead over no thing twice, in the order of names."""

        def along(way: tuple[Key, ...]) -> Iterator[tuple[Key, ...]]:
            left = length - len(way) + 1
            if not left:
                if way[-1] == end:
                    yield way
                return
            if way[-1] == end:
                return
            for other in sorted(self._around(way[-1])):
                if far.get(other, length) < left and other not in way:
                    yield from along((*way, other))

        return list(islice(along((start,)), most))

    def _count(self, start: Key, end: Key, far: dict[Key, int]) -> int:
        """How many shortest ways there are, counted without listing them."""
        counted = {end: 1}
        for key in sorted((one for one in far if far[one] <= far[start]), key=lambda one: far[one]):
            if key != end:
                counted[key] = sum(counted[one] for one in self._around(key) if far.get(one) == far[key] - 1)
        return counted.get(start, 0)

    def _path(self, way: Sequence[Key]) -> FoundPath:
        facts = dict.fromkeys(fact for a, b in pairwise(way) for fact in self.facts(a, b))
        return FoundPath(len(way) - 1, tuple(self.end(key) for key in way), tuple(facts))
