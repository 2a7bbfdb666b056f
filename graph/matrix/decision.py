"""Decisions: the highest rank among the claims of a pair wins, and is decoded into step and value.

This module decodes; it decides nothing that the rung files do not say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seewhy.cypher.ladder import NO_CASE, Ladder, value_of
from seewhy.cypher.rungs import VALUES

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Claim:
    """The ranks of the highest claims of one pair: of all, among `edit`, among `none` (guards included).

    `now` is the value with the active position (2 edit, 1 view, 0 none; None outside positions); `lifted` says that a
    privilege makes an edit of a view.
    """

    rank: int | None
    edit_rank: int | None
    none_rank: int | None
    now: int | None
    lifted: bool

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Claim:
        """Read a row of `check`, `who` or `what`: a guard is a claim `none` like any other."""
        guard = row.get("guard_rank")
        return cls(
            _max(row["rank"], guard), row["edit_rank"], _max(row["none_rank"], guard), row["now"], bool(row["lifted"])
        )

    @property
    def says_view(self) -> bool:
        """For the action search: the first rung that says anything says can."""
        return self.rank is not None and value_of(self.rank) == "view"

    def merged(self, other: Claim | None) -> Claim:
        """The claims of one pair on the case and on its group, together."""
        if other is None:
            return self
        return Claim(
            _max(self.rank, other.rank),
            _max(self.edit_rank, other.edit_rank),
            _max(self.none_rank, other.none_rank),
            _max(self.now, other.now),
            self.lifted,
        )


NO_CLAIM = Claim(None, None, None, None, False)


@dataclass(frozen=True, slots=True)
class Decision:
    """Value, value with the active position, deciding step; `risen` is the rank of the rung that lifted a view to
    edit."""

    value: str
    value_now: str
    step: str
    risen: int | None = None
    by_privilege: bool = False


def _max(one: int | None, two: int | None) -> int | None:
    return two if one is None else one if two is None else max(one, two)


def decide(ladder: Ladder, claim: Claim) -> Decision:
    """Decode a pair's claims. No claim at all: the ladder's last rung."""
    if claim.rank is None:
        step, value = ladder.otherwise
        return Decision(value, value, step)
    step, value = ladder.step_of(claim.rank), ladder.value_of(claim.rank)
    risen, by_privilege = None, False
    if value == "view" and "view to edit" in ladder.upgrades:
        higher_edit = claim.edit_rank is not None and claim.edit_rank > (
            claim.none_rank if claim.none_rank is not None else -1
        )
        if higher_edit or claim.lifted:
            value, risen, by_privilege = "edit", claim.edit_rank if higher_edit else None, claim.lifted
    now = VALUES[claim.now or 0] if ladder.has_value_now and claim.rank < NO_CASE else value
    return Decision(value, now, step, risen, by_privilege)
