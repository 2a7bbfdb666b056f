"""Which changed rows did it: for a block of differing pairs, the rows whose rectangle holds it and, where several do,
those that the reasons on either side cite.

Blind spot: what works by being absent (a clearance, a group that denies) is cited by no reason; when no row of several
is cited, all of them are named. At most `CITED` pairs are asked about; beyond that all rows of a rectangle are named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graph.explanation import Cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from graph.questions.changed_rows import ChangedRow
    from graph.questions.differing import Block
    from graph.questions.sides import Side
    from graph.questions.touched import Touch

CITED = 150
_UNCITED = frozenset({"units", "case_types", "policies", "systems", "people", "positions"})
"""Rows that evidence shows only by what follows from them."""

_OF_PERSON = frozenset(
    {
        "people", "memberships", "group_members", "holdings", "portal_roles", "role_assignments", "privilege_grants",
        "case_people",
    }
)  # fmt: skip
_OF_CASE = frozenset({"cases", "case_people", "case_parties", "work", "case_rules"})


class Causes:
    """Changed rows by pair."""

    def __init__(self, changed: Sequence[ChangedRow], touches: Iterable[Touch], sides: tuple[Side, Side]) -> None:
        self._changed, self._sides = changed, sides
        self._people: dict[tuple[str, str], list[Touch]] = {}
        self._groups: dict[str, list[Touch]] = {}
        self._cases: dict[str, list[Touch]] = {}
        self._all: dict[str, list[Touch]] = {}
        self._cited: dict[tuple[Any, ...], frozenset[int]] = {}
        self._left = CITED
        for touch in touches:
            if touch.people is not None and (
                touch.groups is None or len(touch.people) <= len(touch.groups) + len(touch.cases)
            ):
                for person in touch.people:
                    self._people.setdefault((touch.scheme, person), []).append(touch)
            elif touch.groups is None:
                self._all.setdefault(touch.scheme, []).append(touch)
            else:
                for group in touch.groups:
                    self._groups.setdefault(group, []).append(touch)
                for case in touch.cases:
                    self._cases.setdefault(case, []).append(touch)

    def of(self, block: Block) -> list[tuple[Sequence[str], frozenset[int]]]:
        """The block's cases, and the places of the changed rows that did it; split where cases have their own rows."""
        if len(block.cases) > 1 and block.groups[0] == block.groups[1]:
            return [(block.cases, self._places(block, block.cases[0], alone=False))]
        return [([case], self._places(block, case, alone=True)) for case in block.cases]

    def _places(self, block: Block, case: str, *, alone: bool) -> frozenset[int]:
        person, groups = block.person, block.groups
        possible = [*self._people.get((block.scheme, person), ()), *self._all.get(block.scheme, ())]
        possible += [touch for group in set(groups) for touch in self._groups.get(group, ())]
        if alone:
            possible += self._cases.get(case, ())
        here = (touch for touch in possible if touch.scheme == block.scheme and touch.covers(person, case, groups))
        found = self._of_arrival(frozenset(touch.row for touch in here))
        return self._chosen(block, case, found) if len(found) > 1 else found

    def _of_arrival(self, found: frozenset[int]) -> frozenset[int]:
        """Where a person came or left, what happened to the case is no reason; likewise for a case."""
        for stem, own in (("people", _OF_PERSON), ("cases", _OF_CASE)):
            if any(self._changed[n].stem == stem and self._changed[n].did != "changed" for n in found):
                return frozenset(n for n in found if self._changed[n].stem in own)
        return found

    def _chosen(self, block: Block, case: str, found: frozenset[int]) -> frozenset[int]:
        key = block.person, block.groups, block.before, block.after, found, case if len(block.cases) == 1 else ""
        if key not in self._cited and self._left:
            self._left -= 1
            cited = [
                {
                    (source, load)
                    for row in side.session.run(
                        f"why/{block.scheme}", person=block.person, case=case, as_of=side.day, action="view"
                    )
                    for cells in map(Cells.read, row["path"])
                    for source, load in (
                        (cells.source, cells.load),
                        (cells.details.get("via", ""), cells.details.get("via_load", "")),
                    )
                }
                for side in self._sides
            ]
            self._cited[key] = frozenset(
                place
                for place in found
                if self._changed[place].stem in _UNCITED
                or any((row["source"], row["load"]) in cited[0] for row in self._changed[place].ended)
                or any((row["source"], row["load"]) in cited[1] for row in self._changed[place].began)
            )
        return self._cited.get(key) or found
