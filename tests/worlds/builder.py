"""What every generated world is made of: choices, ids that try to break things, periods around the day in question.

The choices come from a `Source`, so that the same builder serves Hypothesis (which shrinks what it finds) and a seeded
`random.Random` (which is quick, for measuring how often each step occurs). The plainest of a list of options is first.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

from tests.worlds.tables import COLUMNS, DATED, KEYS, Rows

T = TypeVar("T")
DAY = "2026-06-15"  # the day in question; BEFORE and AFTER are its neighbours
BEFORE, AFTER = "2026-06-14", "2026-06-16"
PAST, FUTURE = "2025-01-01", "2027-03-01"

HOSTILE = (
    *("a'b", 'a"b', '["x"]', "MATCH (n)", "--", "//", "0", "null", "None", "NaN", "true", "007", "7", "1e3", "$day"),
    *("a b", "a,b", "a;b", "a\\b", "{id: 1}", "2026-06-15", "=1+1", "`x`", "é", "e\u0301", "日本", "😀", "Ana", "ana"),
    *("x" * 200, "a:b", "a|b", "%s", "*", "~", "-1", "<b>", "#1"),
)
HOLDING_PERIODS = (("", ""), (PAST, ""), ("", FUTURE), (DAY, ""), ("", AFTER), (PAST, FUTURE), (DAY, AFTER))
OTHER_PERIODS = (("", DAY), (AFTER, ""), (PAST, DAY), ("", PAST), (FUTURE, ""), (AFTER, FUTURE), (BEFORE, DAY))
CUTS = (DAY, AFTER, BEFORE, PAST, FUTURE)


class Source(Protocol):
    """Where choices come from."""

    def index(self, size: int) -> int:
        """A number from 0 to size - 1."""


class Seeded:
    """Choices from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def index(self, size: int) -> int:
        return self._random.randrange(size)


class Builder:
    """Rows under construction. Keys never come twice, except in periods that do not overlap."""

    def __init__(self, source: Source, *, hostile: bool = True) -> None:
        self.source, self.hostile = source, hostile
        self.rows: Rows = {stem: [] for stem in COLUMNS}
        self._keys: set[tuple[str, ...]] = set()
        self._ids: dict[str, set[str]] = {}

    # choices

    def pick(self, options: Sequence[T]) -> T:
        return options[self.source.index(len(options))]

    def chance(self, times: int, out_of: int) -> bool:
        return self.source.index(out_of) >= out_of - times

    def count(self, least: int, most: int) -> int:
        return least + self.source.index(most - least + 1)

    def some(self, options: Sequence[T], least: int, most: int) -> list[T]:
        """Different options, in their order of choice."""
        left, chosen = list(options), []
        for _ in range(min(self.count(least, most), len(left))):
            chosen.append(left.pop(self.source.index(len(left))))
        return chosen

    def maybe(self, options: Sequence[str], times: int = 3, out_of: int = 4) -> str:
        """One of the options, or blank."""
        return self.pick(options) if options and self.chance(times, out_of) else ""

    def flag(self, times: int, out_of: int) -> str:
        """A boolean in one of the spellings that a load knows."""
        return (
            self.pick(("true", "yes", "1", "TRUE"))
            if self.chance(times, out_of)
            else self.pick(("", "false", "no", "0"))
        )

    # rows

    def new_id(self, stem: str, plain: str) -> str:
        """An id that the stem does not have yet; one in six tries to break something."""
        taken = self._ids.setdefault(stem, set())
        free = [each for each in HOSTILE if each not in taken]
        number = 1
        while f"{plain}{number}" in taken:
            number += 1
        name = self.pick(free) if self.hostile and free and self.chance(1, 6) else f"{plain}{number}"
        taken.add(name)
        return name

    def add(self, stem: str, **cells: str) -> bool:
        """Add an undated row, or one with the period given, unless its key is there already."""
        key = (stem, *self._key(stem, cells))
        if key in self._keys:
            return False
        self._keys.add(key)
        self.rows[stem].append(dict(cells))
        return True

    def _key(self, stem: str, cells: dict[str, str]) -> Iterable[str]:
        defaults = {"slot": "1", "placement": "team"}  # a blank cell and its default are the same key
        return (cells.get(column) or defaults.get(column, "") for column in KEYS[stem])

    def dated(self, stem: str, values: Callable[[], dict[str, str]] = dict, /, **key: str) -> bool:
        """Add one row, or two with different values whose periods meet; three in four rows hold on the day."""
        assert stem in DATED
        how = self.source.index(12)
        if how < 8:
            since, until = self.pick(HOLDING_PERIODS)
        elif how < 10:
            since, until = self.pick(OTHER_PERIODS)
        else:
            return self.moved(stem, values, **key)
        return self.add(stem, **key, **values(), since=since, until=until)

    def moved(self, stem: str, values: Callable[[], dict[str, str]] = dict, /, **key: str) -> bool:
        """Add two rows whose periods meet on a day, or leave a gap."""
        cut = self.pick(CUTS)
        again = "2027-06-01" if self.chance(1, 6) else cut
        if not self.add(stem, **key, **values(), since="", until=cut):
            return False
        self.rows[stem].append({**key, **values(), "since": again, "until": ""})
        return True
