"""Reads a request's body: a JSON object in UTF-8, or a refusal with its status."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from starlette.requests import ClientDisconnect

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.session import day

if TYPE_CHECKING:
    from starlette.requests import Request

MOST_BYTES = 1_000_000
"""A larger body is refused with 413."""
SECONDS = 10.0
"""Within which a body has to be there, so that a slow client holds nothing."""


class Refused(Exception):
    """A request that is not answered: the status, and one sentence for whoever sent it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


async def read_object(request: Request) -> dict[str, Any]:
    """The JSON object of the body. Raises Refused: 400 for anything else, 408 when slow, 413 when too large."""
    _check_type(request)
    data = bytearray()
    try:
        async with asyncio.timeout(SECONDS):
            async for chunk in request.stream():
                data += chunk
                if len(data) > MOST_BYTES:
                    raise Refused(413, f"the body is larger than {MOST_BYTES:,} bytes")
    except ClientDisconnect:
        # Nobody is there to read it; it is counted.
        raise Refused(400, "the body ended early") from None
    except TimeoutError:
        raise Refused(408, f"the body did not arrive within {SECONDS:.0f} seconds") from None
    return parsed(bytes(data))


def parsed(data: bytes) -> dict[str, Any]:
    """The object that these bytes are. Raises Refused (400)."""
    if not data.strip():
        raise Refused(400, "the body is empty: a JSON object is expected")
    try:
        found = json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise Refused(400, "the body is not UTF-8") from None
    except RecursionError:
        raise Refused(400, "the body is nested too deeply") from None
    except ValueError:
        raise Refused(400, "the body is no JSON") from None
    if not isinstance(found, dict):
        raise Refused(400, "the body is no JSON object")
    return found


def _check_type(request: Request) -> None:
    types = request.headers.getlist("content-type")
    kind, *parameters = (part.strip().lower() for part in (types[0] if len(types) == 1 else "").split(";"))
    named = dict(part.partition("=")[::2] for part in parameters if part)
    charset = named.pop("charset", "utf-8").strip('"')
    if kind != "application/json" or charset not in ("utf-8", "utf8"):
        raise Refused(400, "the Content-Type has to be application/json")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refused(400, "the body has to be sent without a Content-Encoding")
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length[:20]) > MOST_BYTES:
        raise Refused(413, f"the body is larger than {MOST_BYTES:,} bytes")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The members of an object, when none stands twice: nobody knows which of the two was meant."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refused(400, "a member of an object stands twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def day_of(context: dict[str, Any] | None) -> str:
    """The day that is asked about: `context.as_of`, default today; Refused (400) for what is no date."""
    text = (context or {}).get("as_of")
    if text is not None and not isinstance(text, str):
        raise Refused(400, "`context.as_of` has to be a date (YYYY-MM-DD)")
    try:
        return day(text)
    except ConfigurationError:
        raise Refused(400, "`context.as_of` has to be a date (YYYY-MM-DD)") from None
