"""What every request meets first: the Host that it names, and its id, which comes back unchanged on every answer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from seewhy.auth import service_log
from seewhy.graph.record import Caller, caller, calling
from seewhy.http.asking import DEFECT, refusal
from seewhy.http.questions import ENDPOINTS

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCAL = ("127.0.0.1", "localhost", "[::1]")
"""The names of this machine."""
_VERSIONS = ("1.0", "1.1", "2")
_QUESTIONS = {
    "evaluation", "evaluations", "search/subject", "search/resource", "search/action", "evidence",
    *(endpoint.name for endpoint in ENDPOINTS),
}  # fmt: skip
_SENTENCES = {404: "there is nothing at this address", 405: "this address does not take that method"}


class Surroundings:
    """ASGI middleware. `hosts` are the names, with or without a port, that a Host header may have; none means any."""

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...]) -> None:
        self._app, self._hosts = app, frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope = _of_this_server(scope)
        headers = scope["headers"]
        caller, began, status = _caller(scope), time.perf_counter(), 500
        given = [(name, value) for name, value in headers if name == b"x-request-id"]
        ids = given or [(b"x-request-id", caller.request_id.encode())]

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                extra = [*ids, (b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store")]
                message = {**message, "headers": [*message["headers"], *extra]}
            await send(message)

        try:
            await self._answer(scope, receive, named, caller)
        finally:
            kind = _kind(scope["path"])
            if kind or status >= 400:
                seconds = time.perf_counter() - began
                service_log.request("http", service_log.plain_id(caller.request_id), kind, status, seconds)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, caller: Caller) -> None:
        if scope.get("http_version", "1.1") not in _VERSIONS:
            await refusal(400, "this server speaks HTTP/1.1")(scope, receive, send)
            return
        hosts = [value.decode("latin-1").lower() for name, value in scope["headers"] if name == b"host"]
        if self._hosts and (len(hosts) != 1 or not {hosts[0], hosts[0].rpartition(":")[0]} & self._hosts):
            await refusal(400, "the Host header does not name this server")(scope, receive, send)
            return
        with calling(caller):
            await self._app(scope, receive, send)


def _kind(path: str) -> str:
    """What is asked at a path, blank for what is no question; no part of an unknown path."""
    kind = path.removeprefix("/access/v1/") if path.startswith("/access/v1/") else path.removeprefix("/v1/")
    return kind if kind in _QUESTIONS else ""


def _caller(scope: Scope) -> Caller:
    """Who asks, as far as the request says: its address, its id, or one of ours, and what for."""
    said = {name: value.decode("latin-1") for name, value in scope["headers"]}
    peer = scope.get("client") or ("", 0)
    id = said.get(b"x-request-id") or service_log.new_id()
    return Caller(door="http", peer=str(peer[0]), request_id=id, purpose=said.get(b"x-purpose", ""))


def _of_this_server(scope: Scope) -> Scope:
    """A request whose target is a whole address (`GET http://host/path`) as one for its path, of that host."""
    kind, mark, rest = scope["path"].partition("://")
    if not mark or kind.lower() not in ("http", "https"):
        return scope
    host, _, path = rest.partition("/")
    headers = [(name, value) for name, value in scope["headers"] if name != b"host"]
    headers.append((b"host", host.encode("latin-1", "replace")))
    raw = b"/" + scope["raw_path"].partition(b"://")[2].partition(b"/")[2]
    return {**scope, "path": f"/{path}", "raw_path": raw, "headers": headers}


async def no_such_route(_: Request, error: Exception) -> Response:
    """404 and 405 as one sentence."""
    assert isinstance(error, HTTPException)
    told = refusal(error.status_code, _SENTENCES.get(error.status_code, "refused"))
    told.headers.update(error.headers or {})
    return told


async def failed(_: Request, __: Exception) -> Response:
    """500; the details are in the log."""
    return refusal(500, DEFECT, service_log.where_it_is(caller().request_id))
