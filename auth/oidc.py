"""Signing in with OpenID Connect: authorization code with PKCE, by Authlib.

What is checked of an answer: the state of this browser, the issuer, the signature by a key of the provider (asymmetric
algorithms only), the audience, the nonce, the times. The provider is asked for its metadata anew every hour, so a key
that it no longer names is not believed for longer.
"""

from __future__ import annotations

import logging
import secrets
import ssl
import time
from typing import TYPE_CHECKING, Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth
from joserfc.errors import JoseError

from seewhy.auth.actor import Actor, from_claims

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seewhy.auth.settings import Provider

ALGORITHMS = {"EdDSA", "Ed25519", *(f"{kind}{bits}" for kind in ("RS", "PS", "ES") for bits in (256, 384, 512))}
ANEW_SECONDS = 3600.0
SECONDS = 10.0
"""How long the provider may take to answer."""
LEEWAY_SECONDS = 60
"""How far its clock may be from ours."""
_DISCOVERY = "/.well-known/openid-configuration"
_log = logging.getLogger("seewhy.auth")


class SignInFailed(Exception):
    """Nobody was signed in: the status, and a sentence for who tried."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


_AWAY = "The sign-in service does not answer as it should at the moment; please try again."
_REFUSED = "The sign-in was not completed; please try again."


class OpenIdConnect:
    """One identity provider, for one address of ours."""

    def __init__(self, provider: Provider, redirect_uri: str) -> None:
        self._provider, self._redirect_uri = provider, redirect_uri
        # Made once: it reads every certificate that the machine trusts.
        self._trust = ssl.create_default_context()
        self._client: Any = None
        self._made = 0.0

    async def begin(self) -> tuple[str, dict[str, str]]:
        """The address at the provider that the browser is sent to, and what `finish` needs of the same browser."""
        client = await self._ready()
        made = await client.create_authorization_url(self._redirect_uri)
        return made["url"], {name: made[name] for name in ("state", "nonce", "code_verifier")}

    async def finish(self, begun: Mapping[str, str], answer: Mapping[str, str]) -> Actor:
        """The actor, from what `begin` gave and the parameters that the browser brings back. Raises SignInFailed."""
        if not secrets.compare_digest(begun["state"].encode(), answer.get("state", "").encode()):
            raise SignInFailed(403, _REFUSED)
        if "code" not in answer or answer.get("iss", self._provider.issuer) != self._provider.issuer:
            raise SignInFailed(403, _REFUSED)
        client = await self._ready()
        try:
            token = await client.fetch_access_token(
                redirect_uri=self._redirect_uri, code=answer["code"], code_verifier=begun["code_verifier"]
            )
            claims = await client.parse_id_token(
                token,
                nonce=begun["nonce"],
                claims_options={
                    "iss": {"essential": True, "value": self._provider.issuer},
                    "aud": {"essential": True, "value": self._provider.client_id},
                    "exp": {"essential": True},
                },
                leeway=LEEWAY_SECONDS,
            )
            if not claims or not claims.get("sub"):
                raise SignInFailed(403, _REFUSED)
            return from_claims(await self._with_userinfo(client, dict(claims), token))
        except httpx2.HTTPError as error:
            raise self._away(error) from None
        except (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError) as error:
            _log.warning("a sign-in was refused: %s", type(error).__name__)
            raise SignInFailed(403, _REFUSED) from None

    async def sign_out_address(self, back: str) -> str:
        """Where the browser signs out of the provider as well, blank when that is not offered."""
        try:
            client = await self._ready()
            if "end_session_endpoint" not in client.server_metadata:
                return ""
            made = await client.create_logout_url(post_logout_redirect_uri=back, client_id=self._provider.client_id)
            return str(made["url"])
        except SignInFailed:
            return ""

    async def _with_userinfo(self, client: Any, claims: dict[str, Any], token: Any) -> dict[str, Any]:
        """The claims, with those that the provider tells only when it is asked."""
        if ("email" in claims and "groups" in claims) or "userinfo_endpoint" not in client.server_metadata:
            return claims
        more = dict(await client.userinfo(token=token))
        if more.pop("sub", None) != claims["sub"]:
            raise SignInFailed(403, _REFUSED)
        return {**more, **claims}

    async def _ready(self) -> Any:
        """Authlib's client with the metadata of the provider. Raises SignInFailed."""
        if self._client is None or time.monotonic() - self._made > ANEW_SECONDS:
            client = OAuth().register(
                "seewhy",
                client_id=self._provider.client_id,
                client_secret=self._provider.client_secret or None,
                server_metadata_url=self._provider.issuer.rstrip("/") + _DISCOVERY,
                client_kwargs={
                    "scope": "openid email profile",
                    "code_challenge_method": "S256",
                    "timeout": SECONDS,
                    "verify": self._trust,
                    **({} if self._provider.client_secret else {"token_endpoint_auth_method": "none"}),
                },
            )
            try:
                metadata = await client.load_server_metadata()
            except (httpx2.HTTPError, ValueError) as error:
                raise self._away(error) from None
            supported = ALGORITHMS.intersection(metadata.get("id_token_signing_alg_values_supported") or ["RS256"])
            secure = self._provider.issuer.startswith("http://") or all(
                str(metadata.get(name, "https://")).startswith("https://")
                for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
            )
            if metadata.get("issuer") != self._provider.issuer or not supported or not secure:
                _log.error("the metadata of the identity provider do not fit: issuer, algorithms or addresses")
                raise SignInFailed(503, _AWAY)
            metadata["id_token_signing_alg_values_supported"] = sorted(supported)
            self._client, self._made = client, time.monotonic()
        return self._client

    def _away(self, error: Exception) -> SignInFailed:
        _log.error("the identity provider does not answer: %s", type(error).__name__)
        return SignInFailed(503, _AWAY)
