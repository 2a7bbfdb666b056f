"""The guard in front of Streamlit: every request, HTTP or websocket, is checked here first, and most are refused.

Host       one of ours, with the port, once                          else 403
Origin     none or that same host; a websocket names it              else 403
health     answered without a cookie: alive or not, nothing else     503 when something is stuck
method     GET or HEAD                                               else 405
           PUT and DELETE of a file that is dropped on a page, at the address that Streamlit gave this browser for it:
           named origin, visitor, role and length are looked at first        else 403, 404, 411, 413
visitor    with sign-in: a live session of ours, else pages lead to the sign-in and the rest is refused (people.py);
           without: the cookie, or the one-time token that is exchanged for it; else 403, with a sentence how to open it
path       the pages and what they are made of                       else 404
files      with sign-in: only those that a page of the same person named       else 404
beside     what another application answers in this process goes to it unseen: it has checks of its own
messages   of a websocket, those that pages send; the others are dropped (clear every cache, install, …). Once the
           session has ended no part of a page is drawn any more, only the whole, which says so

Long because everything that a request has to pass stands here, in the order in which it is looked at.
"""

from __future__ import annotations

import logging
import re
import sys
import time
from typing import TYPE_CHECKING

from streamlit.proto.BackMsg_pb2 import BackMsg

from seewhy.auth import service_log
from seewhy.explorer.door import first_page
from seewhy.explorer.door.answer import Answer
from seewhy.explorer.door.headers import headers, inline_scripts
from seewhy.explorer.door.nowhere import NOTHING, nothing
from seewhy.explorer.door.people import PATHS
from seewhy.explorer.door.pulse import PULSE
from seewhy.explorer.door.request import cookies, only, parameter, parameters, same_origin, values, without
from seewhy.explorer.door.windows import FULL, HEADER, REFUSED, Windows
from seewhy.explorer.page_list import DENIED, MOST_MEGABYTES, PAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from seewhy.explorer.door.beside import Beside
    from seewhy.explorer.door.people import People
    from seewhy.explorer.door.pulse import Pulse
    from seewhy.explorer.door.tickets import Tickets

HEALTH = "/_stcore/health"
STREAM = "/_stcore/stream"
SHOWN = frozenset({"/", *(f"/{entry.address}" for entry in PAGES)})
SHOWN_TO_PEOPLE = SHOWN | {f"/{DENIED.address}"}
_FILES = frozenset({HEALTH, "/_stcore/host-config", "/favicon.png"})
_MEDIA = "/media/"
_FOLDERS = ("/static/", _MEDIA, "/_stcore/bidi-components/")
_SENT = frozenset({"rerun_script", "stop_script", "app_heartbeat", "deferred_file", "file_urls_request"})
_DROPPED = re.compile(r"/_stcore/upload_file(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}){2}")
_LARGEST = MOST_MEGABYTES * 1024 * 1024 + 16 * 1024
"""Bytes of a request with a file: Streamlit, which counts again, allows about this much around one."""
DROPS = "evidence"
"""The kind of question that files are dropped for: its page is the only one that takes any."""
_TOKEN = "token"
_KINDS = {
    "": "ask", **{entry.address: entry.address for entry in (*PAGES, DENIED) if entry.address},
    "_stcore": "stream", "media": "file", "static": "file", "auth": "sign-in",
}  # fmt: skip
"""The beginning of a path, and how the log calls what is asked for there."""
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
        people: People | None = None,
        windows: Windows | None = None,
    ) -> None:
        """`hosts` are exact Host headers in lower case; without `tickets` no token is asked for.

        With `people` everybody has to sign in, under the host of their public address; under the others there is only
        the health.
        """
        self._app = app
        self._hosts = frozenset(hosts)
        self._tickets = tickets
        self._cookie = cookie
        self._pulse = pulse
        self._beside = beside
        self._people = people
        self._windows = windows or Windows(sys.maxsize, sys.maxsize)
        self._scripts = inline_scripts()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, refuse, or hand on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if self._beside is not None and scope["type"] == "http" and self._beside.owns(scope["path"]):
            await self._beside.app(scope, receive, send)
            return
        host, people, began = only(scope, b"host").lower(), self._people, time.perf_counter()
        hosts = self._hosts if people is None else {people.host}
        if people is not None and scope["type"] == "http" and scope["path"] == HEALTH:
            hosts = {people.host, *self._hosts}
        origins = {f"http://{host}", f"https://{host}"} if people is None else {people.origin}
        answer = Answer(scope, send, headers(host if host in hosts else "invalid", self._scripts))
        if host not in hosts:
            await answer.refuse(403, "This explorer is not served under that name.")
        elif not same_origin(scope, origins):
            await answer.refuse(403, "This request comes from another site.")
        elif people is not None:
            await self._of_people(scope, receive, answer, people)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, answer)
        else:
            await self._http(scope, receive, answer)
        if answer.refused:
            kind = _KINDS.get(scope["path"].partition("/")[2].partition("/")[0], "other")
            service_log.request("page", service_log.new_id(), kind, answer.refused, time.perf_counter() - began)

    # --- with sign-in

    async def _of_people(self, scope: Scope, receive: Receive, answer: Answer, people: People) -> None:
        path, socket = scope["path"], scope["type"] == "websocket"
        if not socket and _is_drop(scope):
            await self._drop(scope, receive, answer, people)
        elif not socket and (scope["method"] not in ("GET", "HEAD") or (path in PATHS and scope["method"] != "GET")):
            await answer.refuse(405, "Only reading is possible here.")
        elif not socket and path == HEALTH:
            await self._health(scope, receive, answer, known=False)
        elif not socket and path in PATHS:
            await people.answer(scope, answer)
        elif (session := people.session(scope)) is None:
            if not socket and path in SHOWN_TO_PEOPLE:
                await people.come_in(scope, answer)
            else:
                await answer.refuse(403, "You are not signed in.")
        elif socket and path == STREAM:

            async def told(message: Message) -> None:
                people.told(session, message.get("bytes") or b"")
                await answer.send(message)

            def live(active: bool) -> bool:
                return people.live(session.key, active=active)

            inside = people.stripped(scope, session)
            await self._stream(inside, lambda: _wanted(receive, live), told, answer, session.actor.id)
        elif not socket and _is_there(path) and (not path.startswith(_MEDIA) or people.may_have(session, path)):
            await self._handed_on(people.stripped(scope, session), receive, answer)
        else:
            await nothing(scope, answer)

    # --- files that are dropped on a page

    async def _drop(self, scope: Scope, receive: Receive, answer: Answer, people: People | None) -> None:
        session = None if people is None else people.session(scope)
        if not values(scope, b"origin"):  # what it names was looked at already; here it has to be named
            await answer.refuse(403, "This request comes from nowhere.")
        elif (session is None) if people is not None else not self._admitted(scope):
            await answer.refuse(403, "You are not signed in." if people is not None else _CLOSED)
        elif people is not None and session is not None and not people.may_drop(session, scope["path"]):
            await answer.refuse(404, NOTHING)
        elif scope["method"] == "PUT" and not (length := only(scope, b"content-length")).isdecimal():
            await answer.refuse(411, "A file that is dropped says how long it is.")
        elif scope["method"] == "PUT" and (len(length) > 12 or int(length) > _LARGEST):
            await answer.refuse(413, f"A file that is dropped has at most {MOST_MEGABYTES} MB.")
        else:
            inside = scope if people is None or session is None else people.stripped(scope, session)
            await self._handed_on(inside, receive, answer)

    # --- without

    async def _websocket(self, scope: Scope, receive: Receive, answer: Answer) -> None:
        if not self._admitted(scope):
            await answer.refuse(403, _CLOSED)
        elif scope["path"] != STREAM:
            await answer.refuse(404, NOTHING)
        else:
            await self._stream(scope, lambda: _wanted(receive), answer.send, answer)

    async def _stream(self, scope: Scope, receive: Receive, send: Send, answer: Answer, who: str = "") -> None:
        """The connection of a window, for as long as it is open."""
        with self._pulse.visited(), self._windows.opened(who) as full:
            if full == REFUSED:
                await answer.refuse(503, FULL)
                return
            inside = without(scope, {HEADER}, ())
            inside["headers"] += [(HEADER, full.encode())] if full else []
            await self._app(inside, receive, send)

    async def _http(self, scope: Scope, receive: Receive, answer: Answer) -> None:
        path, admitted = scope["path"], self._admitted(scope)
        if _is_drop(scope):
            await self._drop(scope, receive, answer, None)
        elif scope["method"] not in ("GET", "HEAD"):
            await answer.refuse(405, "Only reading is possible here.")
        elif path == HEALTH:
            await self._health(scope, receive, answer, known=admitted)
        elif path in SHOWN and (token := parameter(scope, _TOKEN)) is not None:
            await self._exchanged(scope, answer, token, admitted)
        elif not admitted:
            await answer.refuse(403, _CLOSED, again=path in SHOWN)
        elif not _served(path):
            await nothing(scope, answer)
        else:
            await self._handed_on(scope, receive, answer)

    async def _health(self, scope: Scope, receive: Receive, answer: Answer, *, known: bool) -> None:
        if trouble := self._pulse.trouble():
            await answer.text(503, trouble)
        else:
            answer.without_cookies = not known
            await self._handed_on(scope, receive, answer)

    async def _exchanged(self, scope: Scope, answer: Answer, token: str, admitted: bool) -> None:
        """Leave the token out of the address, and give the cookie for it when it is good."""
        session = None if admitted or self._tickets is None else self._tickets.exchange(token)
        if session is None and not admitted:
            await answer.refuse(403, _SPENT)
            return
        rest = b"&".join(part for part in scope["query_string"].split(b"&") if not _is_token(part))
        # The path is one of the pages' own, so it cannot lead elsewhere.
        there = scope["path"] + ("?" + rest.decode("latin-1") if rest else "")
        cookie = f"{self._cookie}={session}; Path=/; HttpOnly; SameSite=Strict"
        await answer.go(there, [(b"set-cookie", cookie.encode())] if session else [])

    async def _handed_on(self, scope: Scope, receive: Receive, answer: Answer) -> None:
        page = scope["path"] in SHOWN_TO_PEOPLE and scope["method"] == "GET"
        try:
            if page:
                await self._app(first_page.plain(scope), receive, first_page.told(answer.send))
            else:
                await self._app(scope, receive, answer.send)
        except Exception:
            if answer.begun:
                raise
            id = service_log.new_id()
            _log.exception("a request failed, request %s", id, extra={"said": {"event": "fault", "request_id": id}})
            await answer.refuse(500, f"Something went wrong here; please try again. The log says where, under `{id}`.")

    def _admitted(self, scope: Scope) -> bool:
        return self._tickets is None or self._tickets.admit(cookies(scope, self._cookie))


_CLOSED = "This explorer opens with the address that `seewhy serve` shows in its terminal; it holds a one-time token."
_SPENT = (
    "The token in this address was used already, or is of an earlier start: the terminal of `seewhy serve` shows a new "
    "address after each use."
)


async def _wanted(receive: Receive, live: Callable[[bool], bool] | None = None) -> Message:
    """The next message of a websocket that a page sends.

    `live` says whether its session has not ended, given whether somebody does something now: a page that looks again by
    itself is nobody.
    """
    while True:
        message = await receive()
        data = message.get("bytes")
        if message["type"] != "websocket.receive" or not data:
            return message
        if (passed := _passed(data, live)) is not None:
            return {**message, "bytes": passed}


def _passed(data: bytes, live: Callable[[bool], bool] | None) -> bytes | None:
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except Exception:
        return data  # Streamlit closes the connection
    kind: str | None = message.WhichOneof("type")
    if kind == "backend_operation_request":
        kind = message.backend_operation_request.WhichOneof("payload")
    if kind not in _SENT:
        return None
    run = kind == "rerun_script"
    if live is None or live(run and not message.rerun_script.is_auto_rerun):
        return data
    if not run:
        return None
    # A part of a page would be drawn without asking who it is for.
    message.rerun_script.fragment_id = ""
    return bytes(message.SerializeToString())


def _is_token(part: bytes) -> bool:
    return any(name == _TOKEN for name, _ in parameters(part))


def _is_drop(scope: Scope) -> bool:
    return scope["method"] in ("PUT", "DELETE") and _DROPPED.fullmatch(scope["path"]) is not None


def _is_there(path: str) -> bool:
    """Whether a path is there for somebody who has signed in."""
    return path in SHOWN_TO_PEOPLE or _served(path)


def _served(path: str) -> bool:
    """Whether a path, as it was decoded, is a page or a part of one."""
    if path in SHOWN or path in _FILES:
        return True
    normal = not any(part in ("", ".", "..") for part in path.split("/")[1:]) and "\\" not in path and "\0" not in path
    return normal and path.startswith(_FOLDERS)
