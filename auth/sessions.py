"""Sessions of people who signed in: what decides is the record here, not what the browser holds.

A browser holds a random secret, the record its digest: whoever reads the file can sign in as nobody. A session ends
after 8 hours, after 30 minutes in which nobody did anything, at sign-out, and when it is revoked; a copied secret ends
with it.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seewhy.auth.actor import Actor
from seewhy.auth.store import digest

if TYPE_CHECKING:
    from collections.abc import Callable

    from seewhy.auth.store import Store

ABSOLUTE_SECONDS = 8 * 3600.0
IDLE_SECONDS = 30 * 60.0
MOST_OF_ONE = 50
"""Live sessions of one actor; with a further one the oldest ends."""
NOTED_SECONDS = 60.0
"""How often it is noted that somebody does something; so much earlier a session may count as idle."""


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in. Times are seconds since 1970, UTC."""

    key: str
    """The digest of its secret, hexadecimal: names it, and opens nothing."""
    actor: Actor
    issued: float
    seen: float


class Sessions:
    """The sessions of a store."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        self._store, self._clock = store, clock

    def begin(self, actor: Actor) -> str:
        """Begin one; returns its secret, which is kept nowhere else. Records that ended are deleted on the way."""
        secret, now = secrets.token_urlsafe(32), self._clock()
        self._store.write(
            "DELETE FROM sessions WHERE issued <= ? OR seen <= ?", now - ABSOLUTE_SECONDS, now - IDLE_SECONDS
        )
        self._store.write(
            "UPDATE sessions SET revoked = ? WHERE actor_id = ? AND revoked IS NULL AND id NOT IN (SELECT id FROM "
            "sessions WHERE actor_id = ? AND revoked IS NULL ORDER BY issued DESC, seen DESC LIMIT ?)",
            now, actor.id, actor.id, MOST_OF_ONE - 1,
        )  # fmt: skip
        self._store.write(
            "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, NULL)", digest(secret), actor.id, actor.to_json(), now, now
        )
        return secret

    def find(self, secret: str) -> Session | None:
        """The session of a secret, None when it has ended or never was."""
        return self.live(digest(secret).hex())

    def live(self, key: str) -> Session | None:
        """The session of this key, None when it has ended or never was."""
        now = self._clock()
        rows = self._store.read(
            "SELECT actor, issued, seen FROM sessions WHERE id = ? AND revoked IS NULL AND issued > ? AND seen > ?",
            bytes.fromhex(key),
            now - ABSOLUTE_SECONDS,
            now - IDLE_SECONDS,
        )
        return Session(key, Actor.from_json(rows[0][0]), rows[0][1], rows[0][2]) if rows else None

    def touch(self, session: Session) -> None:
        """Note that its person does something."""
        if (now := self._clock()) - session.seen >= NOTED_SECONDS:
            self._store.write("UPDATE sessions SET seen = ? WHERE id = ?", now, bytes.fromhex(session.key))

    def end(self, key: str) -> None:
        """End one, for good."""
        self._store.write(
            "UPDATE sessions SET revoked = ? WHERE id = ? AND revoked IS NULL", self._clock(), bytes.fromhex(key)
        )

    def end_all(self, actor_id: str) -> int:
        """End every session of an actor; returns how many."""
        return self._store.write(
            "UPDATE sessions SET revoked = ? WHERE actor_id = ? AND revoked IS NULL", self._clock(), actor_id
        )

    def all(self) -> list[Session]:
        """The sessions that are live, the newest first."""
        now = self._clock()
        rows = self._store.read(
            "SELECT id, actor, issued, seen FROM sessions WHERE revoked IS NULL AND issued > ? AND seen > ? "
            "ORDER BY issued DESC",
            now - ABSOLUTE_SECONDS,
            now - IDLE_SECONDS,
        )
        return [Session(id.hex(), Actor.from_json(actor), issued, seen) for id, actor, issued, seen in rows]
