"""Case table: a list of cases as columns; a case becomes an object when somebody looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

import polars as pl

from seewhy.graph.answers.lists import CaseList, SeenCase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from seewhy.graph.matrix.decision import Decision

_AT_ONCE = 10_000
_WORDS = ("value", "value_now", "step")


def _worded(codes: pl.Series, decisions: Sequence[Decision]) -> list[pl.Series]:
    """Columns value, value_now, step for places in a list of decisions."""
    return [
        pl.Series(name, [getattr(decision, name) for decision in decisions], pl.String).gather(codes).alias(name)
        for name in _WORDS
    ]


def _is_one_of(cases: Iterable[str]) -> pl.Expr:
    return pl.col("case").is_in(pl.Series(list(cases), dtype=pl.String).implode())


class CaseTable(CaseList):
    """Columns case, title, system and `code`, the place of what decides in `decisions`; in the order of the rows."""

    def __init__(self, cells: pl.DataFrame, decisions: Sequence[Decision]) -> None:
        self._cells, self._decisions = cells, decisions

    def __len__(self) -> int:
        return len(self._cells)

    @overload
    def __getitem__(self, place: int) -> SeenCase: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[SeenCase, ...]: ...
    def __getitem__(self, place: int | slice) -> SeenCase | tuple[SeenCase, ...]:
        if isinstance(place, slice):
            return tuple(self._made(place))
        at = range(len(self))[place]
        return next(self._made(slice(at, at + 1)))

    def __iter__(self) -> Iterator[SeenCase]:
        for begin in range(0, len(self), _AT_ONCE):
            yield from self._made(slice(begin, begin + _AT_ONCE))

    def counts(self) -> dict[tuple[str, str, str], int]:
        """Number of cases by (system, step, value)."""
        counted: dict[tuple[str, str, str], int] = {}
        for system, code, count in self._cells.group_by("system", "code").len().iter_rows():
            key = (system, self._decisions[code].step, self._decisions[code].value)
            counted[key] = counted.get(key, 0) + count
        return counted

    def frame(self) -> pl.DataFrame:
        """Columns case, title, system, value, value_now, step, without an object per case."""
        cells = self._part(slice(None))
        return cells.select("case", "title", "system", *_worded(cells["code"], self._decisions))

    def narrowed(self, systems: AbstractSet[str], wanted: Callable[[str], bool]) -> CaseTable:
        """Those of some systems (none named: any) whose value is wanted."""
        return CaseTable(self._part(slice(None)).filter(self._kept(systems, self._wanted(wanted))), self._decisions)

    def within(self, inside: Iterable[str] | None, untitled: Iterable[str]) -> CaseTable:
        """Those whose ids are inside (None: all), without the titles of `untitled`."""
        if inside is None and not untitled:
            return self
        cells = self._part(slice(None))
        if inside is not None:
            cells = cells.filter(_is_one_of(inside))
        cells = cells.with_columns(title=pl.when(_is_one_of(untitled)).then(pl.lit("")).otherwise("title"))
        return CaseTable(cells, self._decisions)

    def _wanted(self, wanted: Callable[[str], bool]) -> list[int]:
        return [code for code, decision in enumerate(self._decisions) if wanted(decision.value)]

    @staticmethod
    def _kept(systems: AbstractSet[str], codes: Sequence[int]) -> pl.Expr:
        kept = pl.col("code").is_in(codes)
        return kept & pl.col("system").is_in(sorted(systems)) if systems else kept

    def _part(self, part: slice) -> pl.DataFrame:
        return self._cells[part]

    def _made(self, part: slice) -> Iterator[SeenCase]:
        for case, title, system, code in self._part(part).iter_rows():
            decision = self._decisions[code]
            yield SeenCase(case, title, system, decision.value, decision.value_now, decision.step)
