"""Tokens for programs: shown once, kept as SHA-256, with a role, an end, and what narrows them."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from seewhy.auth.access import AccessRejected, scope_of
from seewhy.auth.actor import Actor
from seewhy.auth.rights import KINDS, PROGRAMS, Roles, kinds_of
from seewhy.auth.store import digest
from seewhy.graph.errors import ConfigurationError, UnknownEntity
from seewhy.graph.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seewhy.auth.store import Store

BEGINNING = "sw1_"
LONGEST_DAYS = 366
NOTED_SECONDS = 60.0
"""How often the last use is written down."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LENGTH = re.compile(r"([0-9]{1,4})([hdw])")
_HOURS = {"h": 1, "d": 24, "w": 168}


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token. Times are seconds since 1970, UTC."""

    name: str
    role: str
    only: frozenset[str]
    """The kinds of question that it is for, of those of its role; none: all of them."""
    scope: str
    """What it may ask about, as `--scope` said; blank: whatever its role may."""
    made: float
    expires: float
    used: float | None
    revoked: float | None

    def state(self, now: float) -> str:
        """`live`, `expired` or `revoked`."""
        return "revoked" if self.revoked is not None else "live" if now < self.expires else "expired"

    @property
    def actor(self) -> Actor:
        """The program that holds it."""
        said = {"role": self.role, "only": sorted(self.only), "scope": self.scope}
        return Actor(f"token:{self.name}", self.name, "", frozenset(), MappingProxyType(said))

    @property
    def permissions(self) -> Roles:
        """What it opens: its role, narrowed."""
        return Roles(frozenset({self.role}), self.only, self.scope)


class Tokens:
    """The tokens of a store."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        self._store, self._clock = store, clock

    def asked_for(self) -> bool:
        """Whether one was ever made: from then on nobody is answered without."""
        return bool(self._store.read("SELECT 1 FROM tokens LIMIT 1"))

    def new(self, name: str, role: str, expires: str, only: Sequence[str] = (), scope: str = "") -> tuple[str, Token]:
        """Make one: its secret, which is shown now and never again, and what is kept.

        A program gets no reasons unless `only` names them. Raises ConfigurationError with all that is wrong with it.
        """
        faults = []
        now, known = self._clock(), {token.name for token in self.all()}
        name = name or next(one for n in range(1, len(known) + 2) if (one := f"token-{n}") not in known)
        if not _NAME.fullmatch(name):
            faults.append(f"`{name}` is no name for a token: letters, digits, `.`, `-` and `_`, 64 at the most")
        elif name in known:
            faults.append(f"there is a token `{name}` already")
        if role not in KINDS:
            faults.append(f"there is no role `{role}`{_or(nearest(role, list(KINDS)))}")
        for kind in only:
            if role in KINDS and kind not in kinds_of([role]):
                faults.append(f"`{kind}` is no question of the role `{role}`: {', '.join(sorted(kinds_of([role])))}")
        seconds = _seconds(expires)
        if seconds is None:
            faults.append(f"`{expires}` is no length of time up to {LONGEST_DAYS} days, such as `12h`, `30d` or `8w`")
        if scope.strip():
            try:
                scope_of(scope.strip())
            except AccessRejected as error:
                faults += [f"`{scope.strip()}` is no scope: {one}" for one in error.sentences]
        if faults or seconds is None:
            raise ConfigurationError.of_all(faults)
        secret = BEGINNING + secrets.token_urlsafe(32)
        kinds = frozenset(only) or (PROGRAMS if role == "api" else frozenset())
        made = Token(name, role, kinds, scope.strip(), now, now + seconds, None, None)
        self._store.write(
            "INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL)",
            digest(secret), name, role, " ".join(sorted(made.only)), made.scope, now, made.expires,
        )  # fmt: skip
        return secret, made

    def find(self, secret: str) -> Token | None:
        """The token of a secret when it is good now; its use is noted."""
        if not secret.startswith(BEGINNING):
            return None
        found, now = self._rows("WHERE id = ?", digest(secret)), self._clock()
        if not found or found[0].state(now) != "live":
            return None
        if found[0].used is None or now - found[0].used >= NOTED_SECONDS:
            self._store.write("UPDATE tokens SET used = ? WHERE id = ?", now, digest(secret))
        return found[0]

    def all(self) -> list[Token]:
        """Every token that was made, the oldest first."""
        return self._rows("ORDER BY made, name")

    def revoke(self, name: str) -> Token:
        """End the token of this name, or of this secret, for good. Raises UnknownEntity."""
        now = self._clock()
        column, value = ("id", digest(name)) if name.startswith(BEGINNING) else ("name", name)
        if self._rows(f"WHERE {column} = ?", value):
            self._store.write(f"UPDATE tokens SET revoked = ? WHERE {column} = ? AND revoked IS NULL", now, value)
            return self._rows(f"WHERE {column} = ?", value)[0]
        shown = f"`{BEGINNING}…`" if name.startswith(BEGINNING) else f"`{name}`"
        known = [token.name for token in self.all()]
        raise UnknownEntity(f"there is no token {shown}", nearest(name, known) or "see `seewhy token list`")

    def _rows(self, rest: str, *values: bytes | str) -> list[Token]:
        columns = "name, role, only, scope, made, expires, used, revoked"
        rows = self._store.read(f"SELECT {columns} FROM tokens {rest}", *values)
        return [Token(name, role, frozenset(only.split()), *others) for name, role, only, *others in rows]


def _or(hint: str) -> str:
    return f" ({hint})" if hint else ""


def _seconds(text: str) -> float | None:
    """A length of time; None for what is none."""
    match = _LENGTH.fullmatch(text.strip())
    hours = int(match[1]) * _HOURS[match[2]] if match else 0
    return hours * 3600.0 if 0 < hours <= LONGEST_DAYS * 24 else None
