"""What `own units` and `self` reach, for the person of people.csv who asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seewhy.graph.days import day
from seewhy.graph.questions.structure import LEADING
from seewhy.graph.questions.what import what
from seewhy.graph.scope.reach import Part, Selected

if TYPE_CHECKING:
    from seewhy.graph.session import Session

NOBODY = Part(frozenset(), frozenset())


@dataclass(frozen=True, slots=True)
class OwnUnits:
    """People and cases of the units that a person leads today, and of all units below.

    Leading is a membership marked as manager, or a position of a team leader or segment manager. Today decides who
    leads, the day that is asked about who and what belongs to the units.
    """

    person: str

    @property
    def text(self) -> str:
        """Names the person and today: who leads no more reaches nothing any more."""
        return f"own units of {self.person} on {day(None)}"

    def part(self, session: Session, date: str) -> Part:
        """What belongs to them."""
        units = led_units(session, self.person, day(None))
        return Selected((("unit", units),), (("unit", units),)).part(session, date) if units else NOBODY


def led_units(session: Session, person: str, date: str) -> tuple[str, ...]:
    """The units that a person leads on a day, by id."""
    asked = {"person": person, "as_of": date}
    members = session.run("organisation/person_memberships", **asked)
    found = {row["unit"] for row in members if row["manager"]}
    found |= {row["unit"] for row in session.run("organisation/person_positions", **asked) if row["level"] in LEADING}
    return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class Oneself:
    """A person, the cases that they see, and those that a rule keeps from them although another one grants them.

    Titles of the latter are not told. A case that nothing connects with the person is as unknown as any.
    """

    person: str

    @property
    def text(self) -> str:
        """Names the person."""
        return f"self: {self.person}"

    def part(self, session: Session, date: str) -> Part:
        """The person with these cases."""
        answer = what(session, self.person, date)
        seen, blocked = (_ids(cases) for cases in (answer.cases, answer.blocked))
        return Part(frozenset([self.person]), seen | blocked, blocked)


def _ids(cases: object) -> frozenset[str]:
    frame = getattr(cases, "frame", None)
    if frame is not None:
        return frozenset(frame()["case"].to_list())
    return frozenset(one.case for one in cases)  # type: ignore[attr-defined]
