"""People whom a proxy signed in: it asks from its network, sends the shared secret, and says who it is in headers.

    X-SeeWhy-Proxy-Secret           the secret of the file
    X-Forwarded-User                the id of the person, which stays the same
    X-Forwarded-Email, X-Forwarded-Preferred-Username, X-Forwarded-Groups (commas between)

Each at most once. The same headers of anybody else are ignored, and no header of these goes any further.
"""

from __future__ import annotations

import ipaddress
import secrets
from types import MappingProxyType
from typing import TYPE_CHECKING

from seewhy.auth.actor import Actor

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seewhy.auth.settings import Proxy

SECRET = b"x-seewhy-proxy-secret"
USER, EMAIL, NAME, GROUPS = (
    b"x-forwarded-user",
    b"x-forwarded-email",
    b"x-forwarded-preferred-username",
    b"x-forwarded-groups",
)
HEADERS = frozenset({SECRET, USER, EMAIL, NAME, GROUPS})


class TrustedProxy:
    """Reads who is signed in from the headers of a request."""

    def __init__(self, settings: Proxy) -> None:
        self._networks, self._secret = settings.networks, settings.secret.encode()

    def actor(self, peer: str, headers: Iterable[tuple[bytes, bytes]]) -> Actor | None:
        """Whom the proxy names; None when it is not the proxy that asks, or it names nobody, or somebody twice.

        `peer` is the address that the request came from, as the socket has it.
        """
        said = [(name.lower(), value) for name, value in headers if name.lower() in HEADERS]
        found = dict(said)
        if len(found) != len(said) or not self._is_from(peer):
            return None
        if not secrets.compare_digest(found.get(SECRET, b""), self._secret):
            return None
        user, email, name, groups = (_text(found.get(one, b"")) for one in (USER, EMAIL, NAME, GROUPS))
        if user is None or email is None or name is None or groups is None or not (id := user or email):
            return None
        listed = frozenset(filter(None, (group.strip() for group in groups.split(","))))
        claims = {"sub": id, "email": email, "preferred_username": name, "groups": sorted(listed)}
        return Actor(id, name, email, listed, MappingProxyType(claims))

    def _is_from(self, peer: str) -> bool:
        try:
            address = ipaddress.ip_address(peer.partition("%")[0])
        except ValueError:
            return False
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        return any(address in network for network in self._networks)


def _text(value: bytes) -> str | None:
    """The header as text; None for what is no UTF-8 or holds control characters."""
    try:
        text = value.decode("utf-8").strip()
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() else None
