"""A session for somebody: what they may ask, of what, and under which names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from seewhy.auth.asker import asker
from seewhy.auth.permissions import Permissions
from seewhy.graph.change.in_memory import in_memory, kept_history
from seewhy.graph.errors import NotAllowed
from seewhy.graph.evidence.pseudonyms import Pseudonyms
from seewhy.graph.scope.elsewhere import renamed
from seewhy.graph.scope.session import ScopedSession

if TYPE_CHECKING:
    from seewhy.graph.session import Session


PSEUDONYMS = "SEEWHY_PSEUDONYMS"
"""The file of the key for roles that are told no names."""


def pseudonyms_named() -> Pseudonyms | None:
    """The key that the environment names; None where it names none. Raises ConfigurationError for a file that is no
    key."""
    file = os.environ.get(PSEUDONYMS, "").strip()
    return Pseudonyms.read(Path(file)) if file else None


def as_asked(session: Session) -> Session:
    """The session as far as whoever asks here may ask; itself where sign-in is off. Raises SessionEnded."""
    who = asker()
    if who is None or not isinstance(who.permissions, Permissions):
        return session  # who has no access file is kept to kinds of question, and to nothing else
    return scoped_session(session, who.permissions, pseudonyms_named())


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
        # What is asked of it is asked of the organisation, and recorded.
        cast("Any", copy.engine).target = session.engine.target
        return copy

    copy = session.remembered(f"copy under {pseudonyms.fingerprint}", copied)
    return renamed(scoped, copy, pseudonyms.of)
