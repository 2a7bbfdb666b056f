"""The guard in front of Streamlit: every request, HTTP or websocket, is checked here first, and most are refused.

Host       one of ours, with the port, once                          else 403
Origin     none or that same host; a websocket names it              else 403
health     answered without a cookie: alive or not, nothing else     503 when something is stuck
method     GET or HEAD                                               else 405
token      the cookie, or the one-time token that is exchanged for it; else 403, with a sentence how to open it
path       the pages and what they are made of                       else 404
beside     what another application answers in this process goes to it unseen: it has checks of its own
messages   of a websocket, those that pages send; the others are dropped (clear every cache, install, …)
"""

from __future__ import annotations

import logging
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from streamlit.proto.BackMsg_pb2 import BackMsg

from seewhy.explorer.door.headers import headers, inline_scripts
from seewhy.explorer.door.pulse import PULSE
from seewhy.explorer.page_list import PAGES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from seewhy.explorer.door.beside import Beside
    from seewhy.explorer.door.pulse import Pulse
    from seewhy.explorer.door.tickets import Tickets

HEALTH = "/_stcore/health"
STREAM = "/_stcore/stream"
_SHOWN = frozenset({"/", *(f"/{entry.address}" for entry in PAGES)})
_FILES = frozenset({HEALTH, "/_stcore/host-config", "/favicon.png"})
_FOLDERS = ("/static/", "/media/", "/_stcore/bidi-components/")
_SENT = frozenset({"rerun_script", "stop_script", "app_heartbeat", "deferred_file"})
_TOKEN = "token"
_log = logging.getLogger("seewhy.door")


class Guard:
    """ASGI middleware."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: Iterable[str],
        tickets: Tickets | None,
        cookie: str,
        pulse: Pulse = PULSE,
        beside: Beside | None = None,
    ) -> None:
        """`hosts` are exact Host headers in lower case; without `tickets` no token is asked for."""
        self._app = app
        self._hosts = frozenset(hosts)
        self._tickets = tickets
        self._cookie = cookie
        self._pulse = pulse
        self._beside = beside
        self._scripts = inline_scripts()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, refuse, or hand on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if self._beside is not None and scope["type"] == "http" and self._beside.owns(scope["path"]):
            await self._beside.app(scope, receive, send)
            return
        host = _only(scope, b"host").lower()
        answer = _Answer(scope, send, headers(host if host in self._hosts else "invalid", self._scripts))
        if host not in self._hosts:
            await answer.refuse(403, "This explorer is not served under that name.")
        elif not _same_origin(scope, host):
            await answer.refuse(403, "This request comes from another site.")
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, answer)
        else:
            await self._http(scope, receive, answer)

    async def _websocket(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        if not self._admitted(scope):
            await answer.refuse(403, _CLOSED)
        elif scope["path"] != STREAM:
            await answer.refuse(404, _NOTHING)
        else:
            with self._pulse.visited():
                await self._app(scope, lambda: _wanted(receive), answer.send)

    async def _http(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        path, admitted = scope["path"], self._admitted(scope)
        if scope["method"] not in ("GET", "HEAD"):
            await answer.refuse(405, "Only reading is possible here.")
        elif path == HEALTH and (trouble := self._pulse.trouble()):
            await answer.text(503, trouble)
        elif path == HEALTH:
            answer.without_cookies = not admitted
            await self._handed_on(scope, receive, answer)
        elif path in _SHOWN and (token := _given(scope)) is not None:
            await self._exchanged(scope, answer, token, admitted)
        elif not admitted:
            await answer.refuse(403, _CLOSED, again=path in _SHOWN)
        elif not _served(path):
            await answer.refuse(404, _NOTHING)
        else:
            await self._handed_on(scope, receive, answer)

    async def _exchanged(self, scope: Scope, answer: _Answer, token: str, admitted: bool) -> None:
        """Leave the token out of the address, and give the cookie for it when it is good."""
        session = None if admitted or self._tickets is None else self._tickets.exchange(token)
        if session is None and not admitted:
            await answer.refuse(403, _SPENT)
            return
        rest = b"&".join(part for part in scope["query_string"].split(b"&") if not _is_token(part))
        # The path is one of the pages' own, so it cannot lead elsewhere.
        there = scope["path"].encode("ascii") + (b"?" + rest if rest else b"")
        cookie = f"{self._cookie}={session}; Path=/; HttpOnly; SameSite=Strict"
        more = [(b"set-cookie", cookie.encode())] if session else []
        await answer.text(303, "", [(b"location", there), (b"cache-control", b"no-store"), *more])

    async def _handed_on(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        try:
            await self._app(scope, receive, answer.send)
        except Exception:
            if answer.begun:
                raise
            _log.exception("a request failed")
            await answer.refuse(500, "Something went wrong here; please try again.")

    def _admitted(self, scope: Scope) -> bool:
        return self._tickets is None or self._tickets.admit(_cookies(scope, self._cookie))


_CLOSED = "This explorer opens with the address that `seewhy serve` shows in its terminal; it holds a one-time token."
_SPENT = (
    "The token in this address was used already, or is of an earlier start: the terminal of `seewhy serve` shows a new "
    "address after each use."
)
_NOTHING = "There is nothing at this address."


class _Answer:
    """What is sent back, always with our headers."""

    def __init__(self, scope: Scope, send: Send, ours: list[tuple[bytes, bytes]]) -> None:
        self._scope, self._send, self._ours = scope, send, ours
        self.begun = self.without_cookies = False

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

    async def refuse(self, status: int, sentence: str, *, again: bool = False) -> None:
        """A page with one sentence; `again` offers the same address once more, for who came from another site."""
        link = (
            '<p>Is it open in this browser already? <a href="">Open this page</a>.</p>' if again else ""
        )  # a strict cookie stays at home when a link of another site is followed
        parts = escape(sentence).split("`")
        html = "".join(f"<code>{part}</code>" if n % 2 else part for n, part in enumerate(parts))
        page = (
            '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>SeeWhy</title>'
            "<style>body{font:16px/1.5 sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}</style>"
            f"<h1>SeeWhy</h1><p>{html}</p>{link}</html>"
        )
        await self._reply(status, page.encode(), b"text/html; charset=utf-8", [(b"cache-control", b"no-store")])

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


async def _wanted(receive: Receive) -> Message:
    """The next message of a websocket that a page sends."""
    while True:
        message = await receive()
        data = message.get("bytes")
        if message["type"] != "websocket.receive" or not data or _is_sent(data):
            return message


def _is_sent(data: bytes) -> bool:
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except Exception:
        return True  # Streamlit closes the connection
    if message.WhichOneof("type") == "backend_operation_request":
        return message.backend_operation_request.WhichOneof("payload") in _SENT
    return message.WhichOneof("type") in _SENT


def _served(path: str) -> bool:
    """Whether a path, as it was decoded, is a page or a part of one."""
    if path in _SHOWN or path in _FILES:
        return True
    normal = not any(part in ("", ".", "..") for part in path.split("/")[1:]) and "\\" not in path and "\0" not in path
    return normal and path.startswith(_FOLDERS)


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


def _only(scope: Scope, name: bytes) -> str:
    """The header that is given once, else blank."""
    values = _values(scope, name)
    return values[0].strip() if len(values) == 1 else ""


def _same_origin(scope: Scope, host: str) -> bool:
    """Whether a request names the host itself as its origin, or names none where browsers may leave it out."""
    given = _values(scope, b"origin")
    if not given:
        return bool(scope["type"] == "http")
    return [origin.strip().lower() for origin in given] in ([f"http://{host}"], [f"https://{host}"])


def _cookies(scope: Scope, name: str) -> list[str]:
    pairs = (part.strip().partition("=") for line in _values(scope, b"cookie") for part in line.split(";"))
    return [value for key, _, value in pairs if key == name]


def _is_token(part: bytes) -> bool:
    return any(name == _TOKEN for name, _ in parse_qsl(part.decode("latin-1"), keep_blank_values=True))


def _given(scope: Scope) -> str | None:
    """The token of the address, None when it has none."""
    query: list[tuple[str, Any]] = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return next((value for name, value in query if name == _TOKEN), None)
