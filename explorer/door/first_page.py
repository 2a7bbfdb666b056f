"""The page that Streamlit sends for every address of ours, told where its server is.

By itself its script asks below the address of the page first (`/why/_stcore/health`): two requests that end in 404.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import Message, Scope

_SCRIPT = 'window.__streamlit={BACKEND_BASE_URL:location.origin+"/"}'
SOURCE = f"'sha256-{base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()}'"
"""The script, as a source of a content security policy."""
_HEAD = b"<head>"


def plain(scope: Scope) -> Scope:
    """The same request, answered uncompressed."""
    headers = [(name, value) for name, value in scope["headers"] if name.lower() != b"accept-encoding"]
    return {**scope, "headers": headers}


def told(send: Callable[[Message], Awaitable[None]]) -> Callable[[Message], Awaitable[None]]:
    """Sends on what is sent, with the script in the head of a page; what is no page goes through as it is."""
    held: Message | None = None
    body = b""

    async def sent(message: Message) -> None:
        nonlocal held, body
        if message["type"] == "http.response.start" and message["status"] == 200:
            held = message
            return
        if held is None or message["type"] != "http.response.body":
            await send(message)
            return
        body += message.get("body", b"")
        if message.get("more_body"):
            return
        whole = body.replace(_HEAD, _HEAD + f"<script>{_SCRIPT}</script>".encode(), 1)
        length = (b"content-length", str(len(whole)).encode())
        kept = [(name, value) for name, value in held.get("headers", ()) if name.lower() != b"content-length"]
        await send({**held, "headers": [*kept, length]})
        await send({"type": "http.response.body", "body": whole})

    return sent
