"""What the door sends back: a line of text, a page with a sentence, or what Streamlit says; always with our headers."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from seewhy.explorer.palette import css

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.types import Message, Scope, Send

_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem;background:var(--page);"
    "color:var(--ink)}h1{font-size:21px}a{color:var(--brand)}code{background:var(--sunk);padding:0 4px}"
)
_NOT_KEPT = (b"cache-control", b"no-store")


class Answer:
    """What is sent back to one request."""

    def __init__(self, scope: Scope, send: Send, ours: list[tuple[bytes, bytes]]) -> None:
        self._scope, self._send, self._ours = scope, send, ours
        self.begun = self.without_cookies = False
        self.refused = 0
        """The status that it was refused with, 0 when it was not."""

    async def send(self, message: Message) -> None:
        """Send what Streamlit says, with our headers in the place of its own of that name."""
        if message["type"] in ("http.response.start", "websocket.accept", "websocket.http.response.start"):
            self.begun = True
            names = {name for name, _ in self._ours} | ({b"set-cookie"} if self.without_cookies else set())
            theirs = [(name, value) for name, value in message.get("headers", ()) if name.lower() not in names]
            message = {**message, "headers": [*theirs, *self._ours]}
        await self._send(message)

    async def text(self, status: int, body: str, more: Iterable[tuple[bytes, bytes]] = ()) -> None:
        """A line of text."""
        await self._reply(status, body.encode(), b"text/plain; charset=utf-8", more)

    async def go(self, address: str, more: Iterable[tuple[bytes, bytes]] = ()) -> None:
        """Send the browser to another address."""
        await self.text(303, "", [(b"location", address.encode("latin-1")), _NOT_KEPT, *more])

    async def refuse(self, status: int, sentence: str, *, again: bool = False) -> None:
        """A page with one sentence; `again` offers the same address once more, for who came from another site."""
        # A strict cookie stays at home when a link of another site is followed.
        self.refused = status
        link = '<p>Is it open in this browser already? <a href="">Open this page</a>.</p>' if again else ""
        await self._page(status, sentence, link)

    async def page(
        self, status: int, sentence: str, links: Mapping[str, str], more: Iterable[tuple[bytes, bytes]] = ()
    ) -> None:
        """A page with one sentence and what can be done next: text to address."""
        items = (f'<p><a href="{escape(address)}">{escape(text)}</a></p>' for text, address in links.items())
        await self._page(status, sentence, "".join(items), more)

    async def _page(self, status: int, sentence: str, rest: str, more: Iterable[tuple[bytes, bytes]] = ()) -> None:
        parts = escape(sentence).split("`")
        html = "".join(f"<code>{part}</code>" if n % 2 else part for n, part in enumerate(parts))
        page = (
            '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>SeeWhy</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<style>:root{{color-scheme:light dark}}{css()}{_STYLE}</style>"
            f"<h1>SeeWhy</h1><p>{html}</p>{rest}</html>"
        )
        await self._reply(status, page.encode(), b"text/html; charset=utf-8", [_NOT_KEPT, *more])

    async def _reply(self, status: int, body: bytes, kind: bytes, more: Iterable[tuple[bytes, bytes]]) -> None:
        start, rest = "http.response.start", "http.response.body"
        if self._scope["type"] == "websocket":
            if "websocket.http.response" not in self._scope.get("extensions", {}):
                await self._send({"type": "websocket.close", "code": 1008})
                return
            start, rest = f"websocket.{start}", f"websocket.{rest}"
        allowed = [(b"allow", b"GET, HEAD")] if status == 405 else []
        length = (b"content-length", str(len(body)).encode())
        ours = [(b"content-type", kind), length, *allowed, *more]
        await self.send({"type": start, "status": status, "headers": ours})
        silent = self._scope.get("method") == "HEAD"
        await self._send({"type": rest, "body": b"" if silent else body})
