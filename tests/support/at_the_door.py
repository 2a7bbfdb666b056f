"""Requests to a door without a server: what reaches Streamlit of each, and what is answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.servers.visitors import together

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seewhy.explorer.door.guard import Guard

SOCKET = "/_stcore/stream"
THEIRS = [(b"content-type", b"text/plain"), (b"x-frame-options", b"ALLOWALL"), (b"set-cookie", b"theirs=1")]
"""Headers of what stands behind the door."""


@dataclass
class Asked:
    """What a request came to: the scopes and messages that reached what stands behind the door, and what was sent."""

    reached: list[dict[str, Any]] = field(default_factory=list)
    heard: list[bytes] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)

    @property
    def status(self) -> int:
        """0 for a websocket that was accepted."""
        return next((m["status"] for m in self.sent if m["type"].endswith("response.start")), 0)

    @property
    def header_list(self) -> list[tuple[str, str]]:
        start = next((m for m in self.sent if "headers" in m), {"headers": []})
        return [(name.decode(), value.decode()) for name, value in start["headers"]]

    @property
    def headers(self) -> dict[str, str]:
        found = dict(self.header_list)
        assert len(found) == len(self.header_list), "a header stands twice"
        return found

    @property
    def text(self) -> str:
        return "".join(m["body"].decode() for m in self.sent if "body" in m)


def ask(
    guard: Guard,
    path: str,
    headers: Iterable[tuple[str, str | None]],
    *,
    query: str = "",
    method: str = "GET",
    messages: Iterable[bytes] = (),
    peer: str = "127.0.0.1",
    kind: str = "http",
    says: bytes = b"",
    fails: bool = False,
    theirs: Sequence[tuple[bytes, bytes]] = THEIRS,
) -> Asked:
    """Send one request. `messages` are what a websocket sends, `says` what Streamlit says to it; a header that is None
    is not sent; with `fails` what stands behind the door does, else it answers with the headers `theirs`."""
    asked, waiting = Asked(), [{"type": "websocket.receive", "bytes": one} for one in messages]

    async def behind(scope: Any, receive: Any, send: Any) -> None:
        asked.reached.append(scope)
        if fails:
            raise RuntimeError("behind the door")
        if kind == "websocket":
            await send({"type": "websocket.accept"})
            if says:
                await send({"type": "websocket.send", "bytes": says})
            while (message := await receive())["type"] == "websocket.receive":
                asked.heard.append(message["bytes"])
            return
        await send({"type": "http.response.start", "status": 200, "headers": theirs})
        await send({"type": "http.response.body", "body": b"from Streamlit"})

    async def receive() -> dict[str, Any]:
        return waiting.pop(0) if waiting else {"type": f"{kind}.disconnect"}

    async def send(message: Any) -> None:
        asked.sent.append(message)

    scope = {
        "type": kind,
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers if value is not None],
        "client": (peer, 50000),
        "extensions": {"websocket.http.response": {}},
    }
    guard._app = behind
    together(guard(scope, receive, send))
    return asked
