"""A session for somebody: what they may ask, of what, and under which names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seewhy.graph.change.in_memory import in_memory, kept_history
from seewhy.graph.errors import NotAllowed
from seewhy.graph.scope.elsewhere import renamed
from seewhy.graph.scope.session import ScopedSession

if TYPE_CHECKING:
    from seewhy.auth.permissions import Permissions
    from seewhy.graph.evidence.pseudonyms import Pseudonyms
    from seewhy.graph.session import Session


def scoped_session(session: Session, permissions: Permissions, pseudonyms: Pseudonyms | None = None) -> Session:
    """The session for one who has these permissions; the same session when they may ask everything.

    Somebody who is told pseudonyms only asks a copy of the graph in memory, one for each load and key, which costs the
    time and the memory of a load. Raises NotAllowed for them without a key.
    """
    if permissions.unlimited:
        return session
    limits = permissions.limits(session, pseudonyms=permissions.pseudonyms)
    scoped = ScopedSession(session, limits)
    if not permissions.pseudonyms:
        return scoped
    if pseudonyms is None:
        raise NotAllowed(
            "your role is told pseudonyms only, and there is no key to make them with",
            "whoever runs SeeWhy names the file of a key in SEEWHY_PSEUDONYMS",
        )
    load = session.newest()

    def copied() -> Session:
        history = pseudonyms.history(kept_history(session))
        copy = in_memory(history, load.as_of, session.engine.loads(), dangling=True)
        copy.newest()
        copy.remembered("history", lambda: history)  # a graph in memory keeps none of its own
        return copy

    copy = session.remembered(f"copy under {pseudonyms.fingerprint}", copied)
    return renamed(scoped, copy, pseudonyms.of)
