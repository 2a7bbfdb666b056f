"""The steps of differing pairs on which one side has no claim: they decide nothing, and are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seewhy.graph.change.joint_cases import ABSENT
from seewhy.graph.matrix.claims import PAIRS_PER_QUESTION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from seewhy.graph.change.differing import Lines
    from seewhy.graph.change.joint_cases import JointCases
    from seewhy.graph.change.snapshot import Outcomes, Snapshot
    from seewhy.graph.matrix.claims import Pair

    Places = npt.NDArray[np.int64]


CELLS = 10_000_000
"""People times groups that are looked at in one go, in some 100 MB."""


class StepsWithoutClaim:
    """Of two sides; `pair` names a pair that stands for a line."""

    def __init__(
        self,
        sides: Sequence[Snapshot],
        joint: JointCases,
        everybody: Sequence[str],
        outcomes: Outcomes,
        pair: Callable[[Lines, int], Pair],
    ) -> None:
        self._sides, self._joint, self._everybody, self._outcomes = sides, joint, everybody, outcomes
        self._pair = pair

    def filled(self, lines: Lines) -> Lines:
        """The lines, which are in the order of people, with the outcomes of pairs on which one side has no claim."""
        about = self._joint.about
        for at, side in enumerate(self._sides):
            groups, outcomes = lines.side(at)
            unknown = np.flatnonzero(outcomes == 0)
            # A guard decides by the group; else it is the same for all of a system, and for all that are not there.
            places: dict[object, int] = {}
            of_group = [
                places.setdefault((one.id in side.guarded and one.id, one.system, one.scheme), len(places))
                for one in about
            ]
            width = len(places) + 1
            where = np.array([*of_group, len(places)], np.int64)[groups[unknown]]
            people = lines.person[unknown].astype(np.int64)
            step = max(1, min(len(self._everybody), CELLS // width))
            for first in range(0, len(self._everybody), step):
                part = slice(*np.searchsorted(people, [first, first + step]).tolist())
                cell = (people[part] - first) * width + where[part]
                line = np.full(step * width, -1)
                line[cell] = unknown[part]
                met = np.flatnonzero(line >= 0)
                numbers = np.zeros(len(line), np.uint16)
                numbers[met] = self._of(lines, at, line[met])
                outcomes[unknown[part]] = numbers[cell]
        return lines

    def _of(self, lines: Lines, at: int, some: Places) -> npt.NDArray[np.uint16]:
        """The outcomes of lines without a claim on a side: many from the guards, else asked for a pair of each."""
        joint, side = self._joint, self._sides[at]
        schemes = sorted({one.scheme for one in joint.about})
        scheme_of = np.array([*(schemes.index(one.scheme) for one in joint.about), -1])
        of_scheme, there = scheme_of[lines.group[some]], lines.side(at)[0][some]
        numbers = np.zeros(len(some), np.uint16)
        for n, scheme in enumerate(schemes):
            places = np.flatnonzero(of_scheme == n)
            if len(places) > PAIRS_PER_QUESTION and side.every_guard_listed(scheme):
                here = (there[places] != ABSENT) & (scheme_of[there[places]] == n)
                own, places = places[here], places[~here]
                person = lines.person[some[own]]
                for mine in np.split(own, np.flatnonzero(np.diff(person)) + 1):
                    if len(mine):
                        who, groups = self._everybody[lines.person[some[mine[0]]]], joint.sides[at][there[mine]]
                        numbers[mine] = side.without_claim(who, groups, scheme, self._outcomes)
            pairs = [self._pair(lines, int(some[place])) for place in places]
            checked = side.checked(pairs, scheme)
            numbers[places] = [self._outcomes.number(checked[pair]) for pair in pairs]
        return numbers
