"""What somebody may ask: the kinds of question of their roles, each within the scope of its role."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seewhy.auth.reaches import NOBODY, Oneself, OwnUnits
from seewhy.auth.rights import ABOUT_ACCESS
from seewhy.graph.scope.reach import Everything, Fixed, Limits
from seewhy.graph.scope.reach import Grant as Limited

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seewhy.auth.actor import Actor
    from seewhy.graph.scope.reach import Reach
    from seewhy.graph.session import Session

OWN_UNITS, SELF = "own units", "self"
IMPLIED = {"evaluation": frozenset({"check"}), "search": frozenset({"who", "what"})}
"""Questions that a door asks on behalf of one that may be asked; with `reasons` an evaluation asks `why`, too."""


@dataclass(frozen=True, slots=True)
class Spec:
    """A scope as the access file has it: its text, and its reach where that does not depend on who asks."""

    text: str
    reach: Reach | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """One role of somebody: its kinds of question, its scope, and whether names are told as pseudonyms only."""

    role: str
    kinds: frozenset[str]
    scope: Spec
    pseudonyms: bool = False


@dataclass(frozen=True, slots=True)
class Finder:
    """Which claim finds somebody in people.csv: `email` by the column `email`, every other one by the person id."""

    claim: str = "email"

    def value(self, actor: Actor) -> str:
        """What the actor says of themselves; blank where they say nothing."""
        said = actor.email if self.claim == "email" else actor.claims.get(self.claim)
        return said.strip() if isinstance(said, str) else ""

    def person(self, session: Session, value: str) -> str:
        """The id of the one person; blank when nobody has the value, or several have."""
        if not value:
            return ""
        people = session.remembered("people", lambda: session.run("organisation/people"))
        if self.claim == "email":
            found = [row["id"] for row in people if (row["email"] or "").strip().casefold() == value.casefold()]
        else:
            found = [row["id"] for row in people if row["id"] == value]
        return found[0] if len(found) == 1 else ""


@dataclass(frozen=True, slots=True)
class Permissions:
    """What an actor may ask now. `value` is what finds them among the people of the organisation."""

    grants: tuple[Grant, ...]
    finder: Finder = Finder()
    value: str = ""
    only: frozenset[str] | None = None
    """Kinds of question that are left, where something (a token) narrows them."""

    @property
    def roles(self) -> frozenset[str]:
        """The roles; none for somebody who may ask nothing."""
        return frozenset(grant.role for grant in self.grants)

    @property
    def scope_text(self) -> str:
        """What may be asked about, in words; blank for everything."""
        texts = dict.fromkeys(grant.scope.text for grant in self.grants)
        return "" if "everything" in texts else "; ".join(texts)

    def may(self, kind: str) -> bool:
        """Whether a kind of question may be asked at all."""
        return (self.only is None or kind in self.only) and any(kind in grant.kinds for grant in self.grants)

    def narrowed(self, only: Iterable[str]) -> Permissions:
        """The same for some kinds of question at the most."""
        kinds = frozenset(only)
        return replace(self, only=kinds if self.only is None else self.only & kinds)

    @property
    def pseudonyms(self) -> bool:
        """Whether names are told as pseudonyms only: some role says so, and no other one but `self` tells names."""
        hidden = {grant.pseudonyms for grant in self.grants if grant.role != "self"}
        return hidden == {True}

    @property
    def unlimited(self) -> bool:
        """Whether everything may be asked about everything, by one role."""
        return self.only is None and any(
            grant.kinds >= ABOUT_ACCESS and isinstance(grant.scope.reach, Everything) and not grant.pseudonyms
            for grant in self.grants
        )

    def limits(self, session: Session, *, pseudonyms: bool) -> Limits:
        """The limits of a session without a scope for the one who asks: those of the roles that tell names, or of
        those that tell pseudonyms only."""
        found = []
        for grant in self.grants:
            if grant.pseudonyms == pseudonyms:
                kinds = grant.kinds if self.only is None else grant.kinds & self.only
                found.append(Limited(_with_implied(kinds), self._reach(session, grant)))
        return Limits(tuple(found))

    def _reach(self, session: Session, grant: Grant) -> Reach:
        if grant.scope.reach is not None:
            return grant.scope.reach
        person = self.finder.person(session, self.value)
        if not person:
            return Fixed(NOBODY, "nobody")
        return OwnUnits(person) if grant.scope.text == OWN_UNITS else Oneself(person)


def _with_implied(kinds: frozenset[str]) -> frozenset[str]:
    found = kinds.union(*(IMPLIED[kind] for kind in IMPLIED.keys() & kinds))
    return found | {"why"} if {"evaluation", "reasons"} <= kinds else found
