"""One-time tokens for the address, and the cookies that they are exchanged for.

Other users of the machine reach its loopback address as well; what they have not seen is the terminal. Kept are digests
only, in memory: with the process everything is gone.
"""

from __future__ import annotations

import hashlib
import secrets
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_BYTES = 32


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


class Tickets:
    """The token that is good now, and who has been let in. Safe to use from several threads."""

    def __init__(self, announce: Callable[[str], None]) -> None:
        """`announce` is called with every new token, from the first to the last."""
        self._announce = announce
        self._lock = Lock()
        self._token = b""
        self._sessions: list[bytes] = []

    def renew(self) -> None:
        """Make a new token, the only one that is good from now on, and announce it."""
        token = secrets.token_urlsafe(_BYTES)
        with self._lock:
            self._token = _digest(token)
        self._announce(token)

    def exchange(self, token: str) -> str | None:
        """The value of a new cookie for the token that is good now, which is spent with that; None for any other."""
        with self._lock:
            if not self._token or not secrets.compare_digest(_digest(token), self._token):
                return None
            self._token = b""
            session = secrets.token_urlsafe(_BYTES)
            self._sessions.append(_digest(session))
        self.renew()
        return session

    def admit(self, sessions: Iterable[str]) -> bool:
        """Whether one of these values of the cookie was given out."""
        given = [_digest(session) for session in sessions]
        with self._lock:
            return any([secrets.compare_digest(one, known) for one in given for known in self._sessions])
