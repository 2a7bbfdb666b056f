"""Who asks over HTTP: the token of a request, and whether it opens the endpoint that is asked.

    Authorization: Bearer sw1_…             or Basic, with the token as the password
    401, with WWW-Authenticate              no token, a wrong, ended or revoked one, or two of them
    403                                     a token that does not include this question

From the first token that was made in the state folder on, and wherever an access file is in force, nobody is answered
without one. What needs none says nothing of anybody: discovery, `/openapi.json`, `/livez`, `/readyz`.
"""

from __future__ import annotations

import base64
import binascii
import logging
import os
from typing import TYPE_CHECKING

from seewhy.auth.access import Access, Rules
from seewhy.auth.asker import Asker, asked_by
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.record import caller, calling
from seewhy.http.asking import refusal

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Receive, Scope, Send

    from seewhy.auth.permissions import Permissions
    from seewhy.auth.tokens import Token, Tokens

_log = logging.getLogger("seewhy.http")
_MISSING = "this interface answers programs that send a token: Authorization: Bearer sw1_…"
_WRONG = "the token is not known, has ended, or was revoked"


def kind_of(path: str) -> str:
    """The kind of question that is asked at a path: `evaluation`, `search`, or the name of SeeWhy's own question."""
    if path.startswith("/access/v1/"):
        family = path.removeprefix("/access/v1/").partition("/")[0]
        return "evaluation" if family == "evaluations" else family
    return path.removeprefix("/v1/") if path.startswith("/v1/") else ""


class Credentials:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, tokens: Tokens | None, *, open_paths: Collection[str], always: bool) -> None:
        """Without `tokens` everybody is answered. `always`: nobody without one, although none was made yet. Raises
        AccessRejected for an access file (`SEEWHY_ACCESS`) that cannot be kept to."""
        self._app, self._tokens, self._open, self._always = app, tokens, frozenset(open_paths), always
        file = os.environ.get("SEEWHY_ACCESS", "").strip()
        self._access = Access(file) if file else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the one who holds the token, or refuse."""
        if scope["type"] != "http" or self._tokens is None or scope["path"] in self._open:
            await self._app(scope, receive, send)
            return
        given = [value for name, value in scope["headers"] if name == b"authorization"]
        try:
            needed = self._always or self._access is not None or self._tokens.asked_for()
            token = self._tokens.find(_secret(given[0])) if needed and len(given) == 1 else None
        except ConfigurationError:
            _log.exception("tokens cannot be read")
            await refusal(503, "tokens cannot be checked at the moment", again=5)(scope, receive, send)
            return
        if not needed:
            # A credential has no effect while nobody needs one.
            await self._app(scope, receive, send)
        elif token is None and not given:
            await _unknown(_MISSING, "Bearer")(scope, receive, send)
        elif token is None:
            await _unknown(_WRONG, 'Bearer error="invalid_token"')(scope, receive, send)
        elif (refused := _refused(permissions := self._permissions(token), kind_of(scope["path"]))) is not None:
            await refusal(403, refused)(scope, receive, send)
        else:
            who, roles = Asker(token.actor, permissions), ", ".join(sorted(permissions.roles))
            with asked_by(who), calling(caller()._replace(actor=token.actor.id, role=roles)):
                await self._app(scope, receive, send)


    def _permissions(self, token: Token) -> Permissions:
        """What the token opens, and never more than an access file in force says of its role."""
        rules = self._access.rules if self._access is not None else Rules()
        return rules.of_role(token.role, token.only, token.scope)


def _refused(permissions: Permissions, kind: str) -> str | None:
    return f"this token does not include `{kind[:80]}`" if kind and not permissions.may(kind) else None


def _unknown(sentence: str, scheme: str) -> ASGIApp:
    told = refusal(401, sentence)
    told.headers["WWW-Authenticate"] = f'{scheme}{"," if " " in scheme else ""} realm="SeeWhy"'
    return told


def _secret(header: bytes) -> str:
    """The token of an Authorization header, blank when it holds none."""
    kind, _, value = header.decode("latin-1").strip().partition(" ")
    if kind.lower() == "bearer":
        return value.strip()
    if kind.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value.strip(), validate=True).decode("utf-8").partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
