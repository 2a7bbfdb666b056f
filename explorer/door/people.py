"""People at the door: who has signed in, how they sign in and out, and which files are theirs.

    /auth/login         to the identity provider, and back to the page that was asked for
    /auth/callback      from it: a session begins, those of the same browser before it end
    /auth/sign-out      the session ends, whoever may hold a copy of its cookie
    /auth/signed-out    says so

Streamlit's own sign-in is not used: it keeps the identity in a cookie of 30 days that nobody can revoke and everybody
can read, looks at it once per connection, and would need its own paths open. Ours it never sees: cookie and identity
headers are taken out of every request, and the key of the session is put in.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections import OrderedDict
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from cryptography.fernet import Fernet, InvalidToken

from seewhy.auth import proxy
from seewhy.auth.oidc import OpenIdConnect, SignInFailed
from seewhy.auth.sessions import ABSOLUTE_SECONDS, Sessions
from seewhy.explorer.door.request import cookies, parameters, values, without

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from starlette.types import Scope

    from seewhy.auth.actor import Actor
    from seewhy.auth.sessions import Session
    from seewhy.auth.settings import SignIn
    from seewhy.auth.store import Store
    from seewhy.explorer.door.answer import Answer

LOGIN, CALLBACK, SIGN_OUT, SIGNED_OUT = (f"/auth/{name}" for name in ("login", "callback", "sign-out", "signed-out"))
PATHS = frozenset({LOGIN, CALLBACK, SIGN_OUT, SIGNED_OUT})
SESSION_HEADER = b"x-seewhy-session"
LOGIN_SECONDS = 600
"""Within which a sign-in has to come to its end."""
_LONGEST = 2_000
_FILES_OF_ONE = 500
_PROTOCOL = b"sec-websocket-protocol"
_MEDIA = re.compile(rb"/media/[A-Za-z0-9._-]+|/_stcore/upload_file/[0-9a-f-]+/[0-9a-f-]+")
"""Addresses that Streamlit tells one browser: of files to fetch, and for files that are dropped."""


class People:
    """Who has signed in."""

    def __init__(
        self,
        sign_in: SignIn,
        store: Store,
        *,
        port: int,
        pages: Collection[str],
        takes_files: Callable[[Actor], bool] = lambda actor: False,
    ) -> None:
        """`pages` are the paths that somebody who signs in may be sent to; `takes_files` says who may drop files on
        them."""
        self._takes_files = takes_files
        self._public, self._pages = sign_in.public_url, frozenset(pages)
        self._secure = self._public.startswith("https://")
        self.sessions = Sessions(store)
        self._proxy = proxy.TrustedProxy(sign_in.proxy) if sign_in.proxy else None
        self._provider = OpenIdConnect(sign_in.provider, self._public + CALLBACK) if sign_in.provider else None
        # A name with this beginning is taken by browsers only with Secure, and from this host alone.
        self._cookie = "__Host-seewhy" if self._secure else f"seewhy-{port}"
        self._login = f"{self._cookie}-login"
        self._sealed = Fernet(Fernet.generate_key())
        self._key = secrets.token_bytes(32)
        self._files: OrderedDict[str, OrderedDict[str, None]] = OrderedDict()

    @property
    def host(self) -> str:
        """The Host header of the public address, in lower case."""
        return urlsplit(self._public).netloc

    @property
    def origin(self) -> str:
        """The only origin that requests may name."""
        return self._public

    def session(self, scope: Scope) -> Session | None:
        """The live session of a request; in a browser that holds two cookies nobody is signed in."""
        given = cookies(scope, self._cookie)
        session = self.sessions.find(given[0]) if len(given) == 1 else None
        if session is not None and self._proxy is not None and self._vouched(scope) != session.actor:
            return None
        return session

    def stripped(self, scope: Scope, session: Session) -> Scope:
        """The request as Streamlit gets it: without the cookie and what only a proxy may say, with the session's key.

        A websocket begins anew: Streamlit would give the state of a lost connection to whoever names its id.
        """
        inside = without(scope, {*proxy.HEADERS, SESSION_HEADER}, {self._cookie, self._login})
        inside["headers"].append((SESSION_HEADER, session.key.encode()))
        if scope["type"] == "websocket":
            kept = [part.strip() for part in ",".join(values(scope, _PROTOCOL)).split(",")[:2] if part.strip()]
            inside["headers"] = [(name, value) for name, value in inside["headers"] if name.lower() != _PROTOCOL]
            inside["headers"] += [(_PROTOCOL, ", ".join(kept).encode("latin-1"))] if kept else []
            inside["subprotocols"] = kept
        return inside

    def live(self, key: str, *, active: bool) -> bool:
        """Whether the session has not ended; `active`: its person does something."""
        session = self.sessions.live(key)
        if session is not None and active:
            self.sessions.touch(session)
        return session is not None

    def told(self, session: Session, data: bytes) -> None:
        """Note the files that a message of Streamlit names to somebody, and the places for theirs."""
        if b"/media/" in data or b"/upload_file/" in data:
            files = self._files.setdefault(session.actor.id, OrderedDict())
            self._files.move_to_end(session.actor.id)
            for path in _MEDIA.findall(data):
                files[path.decode()] = None
            for many, most in ((files, _FILES_OF_ONE), (self._files, _FILES_OF_ONE)):
                while len(many) > most:
                    many.popitem(last=False)

    def may_have(self, session: Session, path: str) -> bool:
        """Whether a file was named to this person."""
        return path in self._files.get(session.actor.id, ())

    def may_drop(self, session: Session, path: str) -> bool:
        """Whether this place for a file was named to this person, whose role takes files."""
        return self.may_have(session, path) and self._takes_files(session.actor)

    def sign_out_address(self, key: str) -> str:
        """The address that ends this session; no other site can guess it."""
        return f"{SIGN_OUT}?{urlencode({'of': self._proof(key)})}"

    # --- signing in and out

    async def come_in(self, scope: Scope, answer: Answer) -> None:
        """Answer a request for a page of somebody who has not signed in."""
        there = self._address(scope["path"], scope["query_string"].decode("latin-1"))
        if self._proxy is None:
            await answer.go(f"{LOGIN}?{urlencode({'to': there})}" if there != "/" else LOGIN)
        elif (actor := self._vouched(scope)) is not None:
            await answer.go(there, [self._begun(scope, actor)])
        else:
            await answer.refuse(403, _NOBODY)

    async def answer(self, scope: Scope, answer: Answer) -> None:
        """Answer one of PATHS."""
        path = scope["path"]
        if path == SIGN_OUT:
            await self._sign_out(scope, answer)
        elif path == SIGNED_OUT:
            elsewhere = await self._provider.sign_out_address(f"{self._public}{SIGNED_OUT}") if self._provider else ""
            links = {"Sign in again": "/", **({"Sign out of the sign-in service, too": elsewhere} if elsewhere else {})}
            await answer.page(200, "You are signed out of SeeWhy.", links)
        elif self._provider is None:
            await answer.go("/")
        elif path == LOGIN:
            await self._begin(scope, answer, self._provider)
        else:
            await self._finish(scope, answer, self._provider)

    async def _begin(self, scope: Scope, answer: Answer, provider: OpenIdConnect) -> None:
        asked = urlsplit(next((value for name, value in parameters(scope["query_string"]) if name == "to"), "/"))
        there = self._address(asked.path, asked.query) if not (asked.scheme or asked.netloc) else "/"
        try:
            address, begun = await provider.begin()
        except SignInFailed as failed:
            await answer.refuse(failed.status, failed.sentence)
            return
        sealed = self._sealed.encrypt(json.dumps({**begun, "to": there}).encode()).decode()
        await answer.go(address, [self._set(self._login, sealed, LOGIN_SECONDS)])

    async def _finish(self, scope: Scope, answer: Answer, provider: OpenIdConnect) -> None:
        given, cookie = parameters(scope["query_string"]), cookies(scope, self._login)
        over = self._set(self._login, "", 0)
        try:
            if len(cookie) != 1 or len(dict(given)) != len(given):
                raise SignInFailed(403, _ELSEWHERE)
            begun = json.loads(self._sealed.decrypt(cookie[0].encode("latin-1"), ttl=LOGIN_SECONDS))
            actor = await provider.finish(begun, dict(given))
        except InvalidToken:
            await answer.page(403, _ELSEWHERE, {"Sign in": LOGIN}, [over])
        except SignInFailed as failed:
            await answer.page(failed.status, failed.sentence, {"Sign in": LOGIN}, [over])
        else:
            await answer.go(begun["to"], [self._begun(scope, actor), over])

    async def _sign_out(self, scope: Scope, answer: Answer) -> None:
        session = self.session(scope)
        if session is None:
            await answer.go(SIGNED_OUT, [self._set(self._cookie, "", 0)])
        elif ("of", self._proof(session.key)) in parameters(scope["query_string"]):
            self.sessions.end(session.key)
            await answer.go(SIGNED_OUT, [self._set(self._cookie, "", 0)])
        else:
            links = {"Sign out": self.sign_out_address(session.key), "Stay": "/"}
            await answer.page(200, f"Sign out {session.actor.shown}?", links)

    def _begun(self, scope: Scope, actor: Actor) -> tuple[bytes, bytes]:
        """The header with the cookie of a new session; those that this browser holds end."""
        for secret in cookies(scope, self._cookie):
            if (before := self.sessions.find(secret)) is not None:
                self.sessions.end(before.key)
        return self._set(self._cookie, self.sessions.begin(actor), int(ABSOLUTE_SECONDS))

    def _vouched(self, scope: Scope) -> Actor | None:
        """Whom the proxy names as the one who asks."""
        peer = (scope.get("client") or ("",))[0]
        return self._proxy.actor(peer, scope["headers"]) if self._proxy else None

    def _set(self, name: str, value: str, seconds: int) -> tuple[bytes, bytes]:
        secure = "; Secure" if self._secure else ""
        # Lax: the way back from the identity provider is a link of another site. Whatever changes something asks for
        # more than the cookie.
        return b"set-cookie", f"{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}".encode()

    def _address(self, path: str, query: str) -> str:
        """The address of a page of ours; the start page for whatever else was asked."""
        plain = query.isascii() and query.isprintable() and " " not in query and len(query) <= _LONGEST
        return f"{path}{f'?{query}' if query else ''}" if path in self._pages and plain else "/"

    def _proof(self, key: str) -> str:
        return hmac.new(self._key, key.encode(), hashlib.sha256).hexdigest()


_NOBODY = "Nobody is signed in: the proxy before SeeWhy has to say who asks."
_ELSEWHERE = "This sign-in was begun in another browser, or too long ago."
