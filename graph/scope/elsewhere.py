"""The same limits in a copy of the graph in which people and cases have other ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seewhy.graph.scope.reach import Fixed, Grant, Limits, Part
from seewhy.graph.scope.session import ScopedSession

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from seewhy.graph.session import Session


def renamed(
    session: Session, copy: Session, of: Callable[[str, str], str], as_of: str | dt.date | None = None
) -> Session:
    """`copy` with the limits that `session` has on the day; `of` gives the id in the copy for a kind (`person`, `case`)
    and an id."""
    if not isinstance(session, ScopedSession):
        return copy

    def there(kind: str, ids: frozenset[str] | None) -> frozenset[str] | None:
        return None if ids is None else frozenset(of(kind, id) for id in ids)

    grants = []
    for number, grant in enumerate(session.limits.grants):
        part = session.part(grant.reach, as_of)
        bare = there("case", part.untitled) or frozenset()
        moved = Part(there("person", part.people), there("case", part.cases), bare)
        grants.append(Grant(grant.kinds, Fixed(moved, f"{number} {grant.reach.text}")))
    return ScopedSession(copy, Limits(tuple(grants)))
