"""Every visible pair, within a scope: the pairs of the whole organisation, cut person by person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seewhy.graph.matrix.case_index import VisibleCases
from seewhy.graph.matrix.group_parts import GroupParts
from seewhy.graph.matrix.pairs import Pairs
from seewhy.graph.scope.question import view_of, whole_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import numpy.typing as npt

    from seewhy.graph.scope.view import View
    from seewhy.graph.session import Session


def visible_pairs(
    session: Session,
    as_of: str | dt.date | None = None,
    people: Sequence[str] | None = None,
    *,
    ladders: Sequence[str] | None = None,
    enough: Callable[[str, str], bool] | None = None,
    kind: str = "export",
) -> Pairs:
    """The visible pairs of a day as far as they may be told to a kind of question; without a scope all of them. As
    `Pairs` has it."""
    view, whole = view_of(session, kind, as_of), whole_of(session)
    if view is None:
        return Pairs(whole, as_of, people, ladders=ladders, enough=enough)
    return ScopedPairs(view, as_of, people, ladders=ladders, enough=enough)


class ScopedPairs(Pairs):
    """Those pairs of which one part of a view has both. `cases` and `people` are those inside."""

    def __init__(
        self,
        view: View,
        as_of: str | dt.date | None,
        people: Sequence[str] | None,
        *,
        ladders: Sequence[str] | None,
        enough: Callable[[str, str], bool] | None,
    ) -> None:
        if people is None:
            people = [row["id"] for row in view.whole.run("organisation/people")]
        some = sorted(filter(view.person, people))
        self._whole = Pairs(view.whole, as_of, some, ladders=ladders, enough=enough)
        self.session, self.as_of, self._view = view.whole, self._whole.as_of, view
        self.provenance = view.provenance(self._whole.provenance)
        self.people, self.schemes, self.decisions = some, self._whole.schemes, self._whole.decisions
        inside = np.fromiter(map(view.case, self._whole.cases), np.bool_, len(self._whole.cases))
        self.cases = [self._whole.cases[place] for place in np.flatnonzero(inside).tolist()]
        self._place = np.cumsum(inside) - 1
        self.index = self._whole.index
        self._group_of = self.index.group_of[np.flatnonzero(inside)]
        self._masks: dict[tuple[int, ...], npt.NDArray[np.bool_]] = {}

    def __iter__(self) -> Iterator[VisibleCases]:
        """One VisibleCases per person with at least one visible case that may be told of."""
        for sight in self._whole:
            keep = self._mask(sight.person)[sight.cases]
            if keep.any():
                yield VisibleCases(sight.person, self._place[sight.cases[keep]], sight.codes[keep])

    def _mask(self, person: str) -> npt.NDArray[np.bool_]:
        """Which of all cases may be told of together with the person; the same for all who are in the same parts."""
        parts = [part for part in self._view.parts if part.holds([person])]
        key = tuple(map(id, parts))
        if key not in self._masks:
            cases = self._whole.cases
            told = (any(part.holds((), [case]) for part in parts) for case in cases)
            self._masks[key] = np.fromiter(told, np.bool_, len(cases))
        return self._masks[key]

    def counts(self) -> dict[str, dict[str, int]]:
        """Per person with at least one visible case the number of cases by value."""
        out: dict[str, dict[str, int]] = {}
        for sight in self:
            for code, count in zip(*np.unique(sight.codes, return_counts=True), strict=True):
                tally, value = out.setdefault(sight.person, {}), self.decisions[int(code)].value
                tally[value] = tally.get(value, 0) + int(count)
        return out

    def counts_in(self, parts: Sequence[Iterable[str]]) -> Iterator[tuple[str, npt.NDArray[np.int64]]]:
        """Per person with at least one visible case how many of these are in each of some parts."""
        within = GroupParts(self.index, parts)
        for sight in self:
            yield sight.person, within.sums(self._group_of[sight.cases], np.ones(len(sight.cases), np.int64))
