"""A small identity provider for tests: OpenID Connect with discovery, authorization code with PKCE, and signed tokens.

It is strict where a client may be lax: a code works once, for the client, address and verifier that it was made for.
What it says can be bent (`bend`), which is how tests make the answers of somebody who attacks.

`python -m tests.servers.identity --port 9000` runs one for trying out by hand.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

CLIENT, SECRET = "seewhy", "a-secret-of-this-client"
PEOPLE: dict[str, dict[str, Any]] = {
    "u-ana": {"name": "Ana Ferreira", "email": "ana@example.org", "groups": ["sg-mi"]},
    "u-sam": {"name": "Sam O'Neill", "email": "sam@example.org", "groups": ["sg-audit"]},
    "u-eve": {"name": "Eve", "email": "eve@example.org", "groups": []},
}


@dataclass
class Provider:
    """A running provider."""

    issuer: str
    redirects: set[str] = field(default_factory=set)
    """Addresses that it sends browsers to; none: any."""
    bend: Callable[[dict[str, Any]], None] | None = None
    """Changes the claims of an id token before it is signed."""
    sign_with: ECKey | None = None
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "one", "use": "sig"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """Paths of requests, in their order."""

    def metadata(self) -> dict[str, Any]:
        named = {
            "authorization_endpoint": "authorize",
            "token_endpoint": "token",
            "jwks_uri": "keys",
            "end_session_endpoint": "logout",
        }
        return {
            "issuer": self.issuer,
            **{name: f"{self.issuer}/{path}" for name, path in named.items()},
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }

    def code(self, query: Mapping[str, str], person: str) -> str:
        """The address with the code, for a person who has signed in."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = {**query, "person": person}
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: Mapping[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        begun = self.codes.pop(form.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if authorization != f"Basic {basic}":
            return 401, {"error": "invalid_client"}
        if (
            begun is None
            or begun["redirect_uri"] != form.get("redirect_uri")
            or begun.get("code_challenge_method") != "S256"
            or begun.get("code_challenge") != challenge
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": begun["person"],
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": begun.get("nonce", ""),
            **PEOPLE[begun["person"]],
        }
        if self.bend is not None:
            self.bend(claims)
        key = self.sign_with or self.key
        signed = jwt.encode({"alg": "ES256", "kid": "one"}, claims, key)
        return 200, {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "id_token": signed}


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        self.provider.asked.append(path)
        if path == "/.well-known/openid-configuration":
            self._say(200, json.dumps(self.provider.metadata()))
        elif path == "/keys":
            self._say(200, json.dumps({"keys": [self.provider.key.as_dict(private=False)]}))
        elif path == "/authorize":
            self._authorize(asked)
        elif path == "/logout":
            self._say(200, "<h1>Signed out of the provider</h1>", "text/html")
        else:
            self._say(404, "{}")

    def do_POST(self) -> None:
        self.provider.asked.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        status, said = self.provider.token(form, self.headers.get("Authorization", ""))
        self._say(status, json.dumps(said))

    def _authorize(self, asked: dict[str, str]) -> None:
        redirects = self.provider.redirects
        if asked.get("client_id") != CLIENT or (redirects and asked.get("redirect_uri") not in redirects):
            self._say(400, "<h1>No such client</h1>", "text/html")
            return
        links = "".join(
            f'<li><a href="{escape(self.provider.code(asked, id))}">{escape(person["name"])}</a></li>'
            for id, person in PEOPLE.items()
        )
        self._say(200, f"<title>Identity provider</title><h1>Who are you?</h1><ul>{links}</ul>", "text/html")

    def _say(self, status: int, body: str, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def identity_provider(port: int = 0) -> Iterator[Provider]:
    """A provider on this machine for the length of the block."""
    handler = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    handler.provider = provider = Provider(f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
    serving = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    serving.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        serving.join(10)


def answer_to(provider: Provider, address: str, person: str) -> str:
    """Where the provider sends the browser of a person who was sent to this address of it."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    return provider.code(asked, person)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=9000)
    with identity_provider(parser.parse_args().port) as running:
        print(f"{running.issuer}  client {CLIENT}  secret {SECRET}; Ctrl-C ends it")  # noqa: T201
        with suppress(KeyboardInterrupt):
            time.sleep(10**8)
