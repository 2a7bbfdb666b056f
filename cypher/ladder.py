"""One ladder as data: which rungs a scheme has, in which order, and what number each claim carries.

A claim is an integer: (91 - place from the top) x 100 + strength x 10 + value (0 none, 1 view or the action asked
about, 2 edit). Higher decides, so `max(rank)` is the decision. Nobody writes a rank by hand: the place comes from the
file name (`4_memberships`), the strength from the order in the header's `says`.

A rung that says `grants: delete` is asked for that action only. Such rungs make a ladder of their own, with the places
that their files have.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from seewhy.cypher.rungs import VALUES

if TYPE_CHECKING:
    from seewhy.cypher.rungs import Rung

INACTIVE, NO_CASE = 99_990, 99_980
"""Ranks of the gate, above every ladder."""
HIGHEST_PLACE = 90
_OF_PROFILE = re.compile(r"\bf\.(\w+)")


@dataclass(frozen=True, slots=True)
class Ladder:
    """One scheme: its steps from the top, its rungs, what decides when there is no claim, and its
    upgrades (by what they do).

    With `action` it is what the scheme asks for that action alone; `rungs` are then those that grant or refuse it.
    """

    scheme: str
    steps: tuple[str, ...]
    rungs: tuple[Rung, ...]
    otherwise: tuple[str, str]
    rules: dict[str, tuple[str, ...]]
    docs: dict[str, str]
    texts: dict[str, str] = field(default_factory=dict)
    upgrades: dict[str, Rung] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    action: str = ""
    granting: tuple[Rung, ...] = ()
    """Of the ladder of values: the rungs that say something about actions of their own."""

    @property
    def name(self) -> str:
        """What its composed texts are called by: the scheme, `departments:delete` for an action."""
        return f"{self.scheme}:{self.action}" if self.action else self.scheme

    @property
    def tried(self) -> tuple[str, ...]:
        """The steps that this ladder asks, from the top: those of rungs for other actions are left out."""
        own = {rung.step for rung in self.rungs} | {self.otherwise[0]}
        return tuple(step for step in self.steps if step in own)

    def place(self, step: str) -> int:
        """The step's share of the rank: higher stands nearer the top."""
        return HIGHEST_PLACE - self.steps.index(step)

    def step_of(self, rank: int) -> str:
        """The step that a rank names."""
        if rank == INACTIVE:
            return "inactive"
        if rank == NO_CASE:
            return "no_case"
        return self.steps[HIGHEST_PLACE - rank // 100 % 100]

    @property
    def has_value_now(self) -> bool:
        """Whether rungs say a value with the active position."""
        return any("now" in rung.block.head for rung in self.rungs)

    @property
    def has_search(self) -> bool:
        """Whether the scheme says who finds a case by search."""
        return "search" in self.upgrades

    def properties(self, step: str) -> frozenset[str]:
        """The properties of the case's profile that the case halves of a step name."""
        cases = (rung.block.case for rung in (*self.rungs, *self.granting) if rung.step == step)
        return frozenset(one for text in cases for one in _OF_PROFILE.findall(text))

    def value_of(self, rank: int) -> str:
        """The value that a rank names: none, view, edit; of an action none, or the action."""
        return self.action if self.action and rank % 10 else value_of(rank)

    @property
    def actions(self) -> tuple[str, ...]:
        """The actions that rungs grant or refuse by name, in the order of the rungs."""
        return tuple(dict.fromkeys(name for rung in self.granting for name in rung.block.names("grants")))

    def for_action(self, action: str) -> Ladder:
        """The ladder of one of the `actions`."""
        own = tuple(rung for rung in self.granting if action in rung.block.names("grants"))
        return replace(self, action=action, rungs=own, granting=(), otherwise=(self.otherwise[0], "none"), upgrades={})


def value_of(rank: int) -> str:
    """The value that a rank of a ladder of values names."""
    return VALUES[rank % 10]
