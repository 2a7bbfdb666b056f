"""Pages of a search: what a request asks for, and the tokens that lead from one page to the next.

A token is `payload.signature`, both base64url: digest of the query, limit, position and load, signed with a key of this
process. It is of no use to another server, after a restart, or once a newer load has arrived.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from typing import Any

from seewhy.http.bodies import Refused

_KEY = secrets.token_bytes(32)
_WRONG = "`page.token` is not a token of this server"


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page begins and how many results it holds at most (None: all that are left)."""

    begin: int
    limit: int | None


def read_page(request: dict[str, Any], query: Any, load: str) -> Page | None:
    """The page that a request wants, None when it wants the whole. `query` is what the search is about, as JSON.

    Raises Refused (400) for a token that is not ours, of another query, another limit, or a load that is gone.
    """
    wanted = request.get("page")
    if wanted is None:
        return None
    if not isinstance(wanted, dict):
        raise Refused(400, "`page` has to be an object")
    limit, token = wanted.get("limit"), wanted.get("token")
    if limit is not None and (type(limit) is not int or limit < 1):
        raise Refused(400, "`page.limit` has to be a whole number from 1")
    if token is not None and not isinstance(token, str):
        raise Refused(400, "`page.token` has to be a string")
    if not token:
        return Page(0, limit)
    payload = _read(token)
    if payload["query"] != _digest(query):
        raise Refused(400, "`page.token` belongs to another search")
    if limit is not None and limit != payload["limit"]:
        raise Refused(400, "`page.limit` is not the one that the token was made with")
    if payload["load"] != load:
        raise Refused(400, "a newer load has arrived since `page.token` was given: begin again without it")
    return Page(payload["begin"], payload["limit"])


def next_token(page: Page, begin: int, query: Any, load: str) -> str:
    """The token of the page that begins there."""
    payload = {"query": _digest(query), "limit": page.limit, "begin": begin, "load": load}
    text = _encoded(json.dumps(payload, separators=(",", ":")).encode())
    return f"{text}.{_encoded(_signature(text))}"


def _read(token: str) -> dict[str, Any]:
    text, _, signature = token.partition(".")
    # Compared as text: base64 has more than one spelling of the same bytes.
    if not hmac.compare_digest(_encoded(_signature(text)).encode(), signature.encode("utf-8", "replace")):
        raise Refused(400, _WRONG)
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return found


def _signature(text: str) -> bytes:
    return hmac.new(_KEY, text.encode("utf-8", "replace"), hashlib.sha256).digest()


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _digest(query: Any) -> str:
    return hashlib.sha256(json.dumps(query, sort_keys=True).encode()).hexdigest()[:32]
