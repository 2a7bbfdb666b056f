"""The question itself: what a person may do with a case on a day, by the scheme of the case's system."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tests.definition.memberships import Memberships
from tests.definition.portal import Portal
from tests.definition.positions import Positions
from tests.definition.privileges import Privileges
from tests.definition.world import Claim, Day, Decision, Row, World

SCHEMES: dict[str, Callable[[Day], Any]] = {
    "positions": Positions,
    "memberships": Memberships,
    "portal": Portal,
    "privileges": Privileges,
}
INACTIVE, NO_CASE = Decision("none", "none", "inactive"), Decision("none", "none", "no_case")


def scheme_of(now: Day, case: Row) -> Any:
    """The ladder that governs the case."""
    return now.ladder(SCHEMES[now.scheme[case["system_id"]]])


def decide(world: World, person: str, case: str, day: str) -> Decision:
    """The value and the step that decided. Ids without any row are inactive people and missing cases."""
    now = world.on(day)
    if person not in now.active:
        return INACTIVE
    if case not in now.case:
        return NO_CASE
    return judged(scheme_of(now, now.case[case]), person, now.case[case])


def judged(ladder: Any, person: str, row: Row) -> Decision:
    step = ladder.claims(person, row)[0][0]
    value = ladder.value(person, row)
    return Decision(value, ladder.value_now(person, row) if isinstance(ladder, Positions) else value, step)


def claims(world: World, person: str, case: str, day: str) -> list[Claim]:
    """Every rung that is met and the value it says, the deciding one first; the last rung only when no other is met.

    The values are those of the rungs: an upgrade (ECASE-118) shows in `decide` only.
    """
    now = world.on(day)
    if person not in now.active:
        return [("inactive", "none")]
    if case not in now.case:
        return [("no_case", "none")]
    met: list[Claim] = scheme_of(now, now.case[case]).claims(person, now.case[case])
    return met


def found(world: World, person: str, case: str, day: str) -> bool:
    """Whether a search finds the case (action search, ECASE-196); false in schemes without searching."""
    now = world.on(day)
    if person not in now.active or case not in now.case:
        return False
    ladder = scheme_of(now, now.case[case])
    return isinstance(ladder, Privileges) and ladder.found(person, now.case[case])


def all_pairs(
    world: World, day: str, people: Iterable[str] | None = None, cases: Iterable[str] | None = None
) -> Iterator[tuple[str, str, Decision]]:
    """Every pair with its decision, people outside, cases inside, in the order given (default: sorted, all).

    Cases that look alike to a scheme and have no link to the person are decided once per person: 1-2 microseconds per
    pair, so 200 people x 100,000 cases take half a minute, all of 2,000 x 100,000 five minutes.
    """
    now = world.on(day)
    wanted = world.cases if cases is None else list(cases)
    looks: dict[Any, int] = {}
    like: list[int] = []  # the place of each case's look, -1 for a case that is not there
    sample: list[str] = []
    for case in wanted:
        row = now.case.get(case)
        if row is None:
            like.append(-1)
            continue
        place = looks.setdefault(scheme_of(now, row).alike(row), len(looks))
        like.append(place)
        if place == len(sample):
            sample.append(case)
    linked: dict[str, set[str]] = {}
    for case, people_of in now.links.items():
        for person in people_of:
            linked.setdefault(person, set()).add(case)
    unlinked = _Unlinked(now)
    for person in world.people if people is None else people:
        if person not in now.active:
            for case in wanted:
                yield person, case, INACTIVE
            continue
        decisions = [unlinked.decide(person, case) for case in sample] + [NO_CASE]  # so that -1 finds no_case
        own = linked.get(person, ())
        for case, place in zip(wanted, like, strict=True):
            yield person, case, decide(world, person, case, day) if case in own else decisions[place]


class _Unlinked:
    """Decides a case as if the person had no link to it: the sample of a look may be a case that they are linked to."""

    def __init__(self, now: Day) -> None:
        self.now = now

    def decide(self, person: str, case: str) -> Decision:
        row = self.now.case[case]
        links = self.now.links.get(case, {})
        kept = links.pop(person, None)
        try:
            return judged(scheme_of(self.now, row), person, row)
        finally:
            if kept is not None:
                links[person] = kept
