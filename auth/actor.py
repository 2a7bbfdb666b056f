"""Who asks: the person that a sign-in named, or the program that a token stands for."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Actor:
    """One who asks, as the identity provider, the proxy or the token says."""

    id: str
    """What stays the same when name and address change; `token:NAME` for a program."""
    name: str
    email: str
    """Blank where it is not known, or known not to be verified."""
    groups: frozenset[str] = frozenset()
    claims: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    """Everything that was said, by name; values are those of JSON."""

    @property
    def shown(self) -> str:
        """The name, else the address, else the id."""
        return self.name or self.email or self.id

    def to_json(self) -> str:
        """The text that `from_json` reads."""
        said = [self.id, self.name, self.email, sorted(self.groups), dict(self.claims)]
        return json.dumps(said, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Actor:
        """The actor of a text that `to_json` wrote."""
        id, name, email, groups, claims = json.loads(text)
        return cls(id, name, email, frozenset(groups), MappingProxyType(claims))


def from_claims(claims: Mapping[str, Any]) -> Actor:
    """The actor of the claims of an id token: `sub`, `name`, `email`, `groups` (a list or one text)."""
    groups = claims.get("groups") or ()
    verified = claims.get("email_verified") not in (False, "false")
    return Actor(
        str(claims["sub"]),
        str(claims.get("name") or claims.get("preferred_username") or ""),
        str(claims.get("email") or "") if verified else "",
        frozenset(map(str, groups if isinstance(groups, list) else [groups])),
        MappingProxyType({name: value for name, value in claims.items() if name not in _OF_THE_TOKEN}),
    )


_OF_THE_TOKEN = frozenset({"nonce", "at_hash", "c_hash", "s_hash", "jti", "sid", "exp", "nbf", "iat", "auth_time"})
