"""Which kinds of question each role may ask. A kind has the name of its command, endpoint or page.

What of an answer a role may see (the scope, pseudonyms) is decided where the answer is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from seewhy.graph.errors import SeeWhyError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seewhy.auth.actor import Actor

LISTS = frozenset({"check", "who", "what", "compare", "structure", "findings", "eligible", "diff", "search"})
"""What is answered without a reason."""
REASONS = frozenset({"why", "timeline", "person", "row", "test", "reasons", "paths"})
"""What is answered with them; `reasons` is the part of an evaluation that is for those who look after access."""
FILES = frozenset({"export", "evidence"})
PROGRAMS = frozenset({"evaluation", "search"})
"""What a program asks that decides on behalf of others."""
ABOUT_ACCESS = LISTS | REASONS | FILES | PROGRAMS | {"whatif"}
"""Every question about who may see what."""

KINDS = {
    "admin": ABOUT_ACCESS | {"query"},
    "auditor": ABOUT_ACCESS | {"log", "query"},
    "analyst": LISTS | FILES | PROGRAMS,
    "owner": ABOUT_ACCESS,
    "self": frozenset({"check", "what", "why", "timeline", "evidence"}),
    "api": PROGRAMS | {"reasons"},
}
"""Role to the kinds of question that it may ask."""


class Denied(SeeWhyError):
    """A question that the one who asks may not ask."""


class Permissions(Protocol):
    """What one who asks may ask now."""

    @property
    def roles(self) -> frozenset[str]:
        """The roles, none for somebody who may ask nothing."""

    @property
    def scope_text(self) -> str:
        """The part of the organisation that may be asked about, in words; blank for everything."""

    def may(self, kind: str) -> bool:
        """Whether this kind of question may be asked at all."""


class Access(Protocol):
    """Who has which role."""

    def of(self, actor: Actor) -> Permissions:
        """What an actor may ask now; asked anew for every question."""


@dataclass(frozen=True, slots=True)
class Roles:
    """Permissions that are those of roles, and narrower where `only` names kinds."""

    roles: frozenset[str]
    only: frozenset[str] = frozenset()
    scope_text: str = ""

    def may(self, kind: str) -> bool:
        """Whether a role has the kind and nothing narrows it away."""
        return kind in kinds_of(self.roles) and (not self.only or kind in self.only)


def kinds_of(roles: Iterable[str]) -> frozenset[str]:
    """The kinds of question of several roles together."""
    return frozenset().union(*(KINDS.get(role, frozenset()) for role in roles))


class EverybodyWhoSignsIn:
    """Access without a list of roles: who has signed in may ask everything."""

    def of(self, actor: Actor) -> Permissions:
        """All kinds of question."""
        return Roles(frozenset({"admin"}))
