"""`unit_access`: how many people see cases of each unit, and who they are.

Which cases lie at a unit, and who belongs to it, is what `structure` says; below means the unit and all units under it.
Everybody is decided for it: by the access matrix of the day, which is made where there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seewhy.graph.errors import UnknownEntity
from seewhy.graph.nearest import nearest
from seewhy.graph.questions.structure import structure
from seewhy.graph.record import question
from seewhy.graph.scope.pairs import visible_pairs
from seewhy.graph.scope.question import from_rows

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from seewhy.graph.answers.as_json import Provenance
    from seewhy.graph.questions.structure import StructureAnswer
    from seewhy.graph.session import Session


@dataclass(frozen=True, slots=True)
class UnitSeer:
    """Somebody who sees cases of a unit or below it: how many, and whether they belong to it or below it."""

    person: str
    name: str
    cases: int
    belongs: bool


@dataclass(frozen=True, slots=True)
class UnitAccess:
    """Everybody who sees a case of one unit or below it: first those who do not belong there, then by number."""

    unit: str
    as_of: str
    seers: tuple[UnitSeer, ...]
    provenance: Provenance

    @property
    def others(self) -> tuple[UnitSeer, ...]:
        """Those who do not belong to the unit or below it."""
        return tuple(one for one in self.seers if not one.belongs)


@question("seen_by")
@from_rows("structure")
def seen_by(session: Session, as_of: str | dt.date | None = None) -> Mapping[str, int]:
    """By unit of the day how many people see at least one case of it or below it."""
    answer = structure(session, as_of)
    below = _groups_below(session, answer)
    found = np.zeros(len(below), np.int64)
    for _, counts in visible_pairs(session, answer.as_of, kind="structure").counts_in([*below.values()]):
        found += counts > 0
    return dict(zip(below, found.tolist(), strict=True))


@question("unit_access")
@from_rows("structure")
def unit_access(session: Session, unit: str, as_of: str | dt.date | None = None) -> UnitAccess:
    """Everybody who sees a case of the unit or below it. A unit that is not there on the day raises UnknownEntity."""
    answer = structure(session, as_of)
    date = answer.as_of
    if unit not in answer.units:
        known = {one.id: one.name for one in answer.units.values()}
        raise UnknownEntity(f"there is no unit `{unit}` on {date}", nearest(unit, known, always=True))
    names = {row["id"]: row["name"] or "" for row in session.run("organisation/people")}
    inside = {one.id for _, one in answer.below(unit)}
    of_units = {row["unit"]: row["people"] for row in session.run("organisation/structure_people", as_of=date)}
    belongs = {person for one in inside for person in of_units.get(one, ())}
    groups = _groups_below(session, answer)[unit]
    seers = [
        UnitSeer(person, names.get(person, ""), int(counts[0]), person in belongs)
        for person, counts in visible_pairs(session, date, kind="structure").counts_in([groups])
        if counts[0]
    ]
    seers.sort(key=lambda one: (one.belongs, -one.cases, one.name, one.person))
    return UnitAccess(unit, date, tuple(seers), answer.provenance)


def _groups_below(session: Session, answer: StructureAnswer) -> dict[str, set[str]]:
    """By unit of the day the groups of equivalent cases at it and below it."""
    at = {row["unit"]: row["profiles"] for row in session.run("organisation/structure_cases")}
    return {unit: {group for _, one in answer.below(unit) for group in at.get(one.id, ())} for unit in answer.units}
