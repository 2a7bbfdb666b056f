"""What a request says: headers, cookies, parameters, its origin. ASGI gives headers as pairs of bytes; none is joined
or guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import Scope


def values(scope: Scope, name: bytes) -> list[str]:
    """Every value of a header, in lower case, as often as it stands."""
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


def only(scope: Scope, name: bytes) -> str:
    """The header that is given once, else blank."""
    found = values(scope, name)
    return found[0].strip() if len(found) == 1 else ""


def same_origin(scope: Scope, origins: Collection[str]) -> bool:
    """Whether a request names one of these as its origin, once, or none where browsers may leave it out."""
    given = values(scope, b"origin")
    if not given:
        return bool(scope["type"] == "http")
    return len(given) == 1 and given[0].strip().lower() in origins


def _pairs(scope: Scope) -> list[tuple[str, str]]:
    split = (part.strip().partition("=") for line in values(scope, b"cookie") for part in line.split(";"))
    return [(name, value) for name, _, value in split]


def cookies(scope: Scope, name: str) -> list[str]:
    """Every value of a cookie."""
    return [value for key, value in _pairs(scope) if key == name]


def without(scope: Scope, headers: Collection[bytes], cookies: Collection[str]) -> Scope:
    """The same request without these headers and cookies."""
    dropped = {*headers, b"cookie"}
    kept = [(name, value) for name, value in scope["headers"] if name.lower() not in dropped]
    if left := "; ".join(f"{name}={value}" for name, value in _pairs(scope) if name not in cookies):
        kept.append((b"cookie", left.encode("latin-1")))
    return {**scope, "headers": kept}


def parameters(query: bytes) -> list[tuple[str, str]]:
    """Names and values of a query, as often as they stand."""
    return parse_qsl(query.decode("latin-1"), keep_blank_values=True)


def parameter(scope: Scope, name: str) -> str | None:
    """The first value of a parameter of the address, None when it has none."""
    return next((value for key, value in parameters(scope["query_string"]) if key == name), None)
