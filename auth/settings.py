"""How people sign in: from the options of a command, else from the environment; secrets from files alone.

    SEEWHY_SIGN_IN                  none, oidc or proxy
    SEEWHY_PUBLIC_URL               the address that browsers know the explorer by
    SEEWHY_STATE                    the folder of sessions and tokens (default: seewhy-state in the working folder)
    SEEWHY_ACCESS                   the file that says who has which role
    SEEWHY_EVERYBODY_IS_ADMIN       instead of that file: yes lets everybody who signs in ask everything
    SEEWHY_CONTACT                  who could help somebody who may not ask, in words
    SEEWHY_OIDC_ISSUER, SEEWHY_OIDC_CLIENT_ID, SEEWHY_OIDC_CLIENT_SECRET_FILE
    SEEWHY_PROXY_FROM               networks, with commas between, and SEEWHY_PROXY_SECRET_FILE
"""

from __future__ import annotations

import ipaddress
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.files.private import read_mounted
from seewhy.graph.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    Network = ipaddress.IPv4Network | ipaddress.IPv6Network

STATE_FOLDER = "seewhy-state"
NONE, OIDC, PROXY = "none", "oidc", "proxy"
KINDS = (NONE, OIDC, PROXY)
OPTIONS = {
    "--sign-in": "SEEWHY_SIGN_IN",
    "--public-url": "SEEWHY_PUBLIC_URL",
    "--state": "SEEWHY_STATE",
    "--access": "SEEWHY_ACCESS",
    "--everybody-is-admin": "SEEWHY_EVERYBODY_IS_ADMIN",
    "--contact": "SEEWHY_CONTACT",
    "--issuer": "SEEWHY_OIDC_ISSUER",
    "--client-id": "SEEWHY_OIDC_CLIENT_ID",
    "--client-secret-file": "SEEWHY_OIDC_CLIENT_SECRET_FILE",
    "--proxy-from": "SEEWHY_PROXY_FROM",
    "--proxy-secret-file": "SEEWHY_PROXY_SECRET_FILE",
}
"""Option to the variable that says the same."""
_PATHS = ("--state", "--access", "--client-secret-file", "--proxy-secret-file")
_OF = {
    OIDC: ("--issuer", "--client-id", "--client-secret-file"),
    PROXY: ("--proxy-from", "--proxy-secret-file"),
}
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
SHORTEST_SECRET = 16
"""Characters of the secret that a proxy sends."""
_ORIGIN = re.compile(r"(https?)://([A-Za-z0-9.\-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?/?")


@dataclass(frozen=True, slots=True)
class Provider:
    """An identity provider that speaks OpenID Connect."""

    issuer: str
    client_id: str
    client_secret: str
    """Blank for a public client."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that signs people in: where it asks from, and the secret that it sends."""

    networks: tuple[Network, ...]
    secret: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """How people sign in to this process."""

    kind: str
    public_url: str
    """Without a slash at its end; blank with `none`."""
    state: Path
    access: Path | None = None
    """Who has which role; None where everybody who signs in may ask everything, which is said and never assumed."""
    contact: str = ""
    provider: Provider | None = None
    proxy: Proxy | None = None

    @property
    def on(self) -> bool:
        """Whether anybody has to sign in."""
        return self.kind != NONE


def state_folder(given: str | None = None) -> Path:
    """The folder of sessions and tokens, absolute."""
    return Path(os.path.abspath(given or os.environ.get("SEEWHY_STATE") or STATE_FOLDER))


def as_environment(given: Mapping[str, str | None]) -> dict[str, str]:
    """The options that were given, as variables for a process that works in another folder."""
    named = {option: value for option, value in given.items() if value}
    said = {OPTIONS[name]: os.path.abspath(value) if name in _PATHS else value for name, value in named.items()}
    for option in _PATHS:
        if here := os.environ.get(OPTIONS[option]):
            said.setdefault(OPTIONS[option], os.path.abspath(here))
    return said | {"SEEWHY_STATE": str(state_folder(given.get("--state")))}


def is_loopback(address: str) -> bool:
    """Whether only this machine reaches an address to listen on."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def read_sign_in(
    given: Mapping[str, str | None] | None = None, *, address: str = "127.0.0.1", port: int = 8501, i_know: bool = False
) -> SignIn:
    """The sign-in that options (by their names) and environment say, for a process that listens there.

    `i_know` lets everybody in who reaches an address that others reach. Raises ConfigurationError with all faults.
    """
    said = {option: (given or {}).get(option) or os.environ.get(variable, "") for option, variable in OPTIONS.items()}
    said = {option: value.strip() for option, value in said.items()}
    kind, faults, hint = said["--sign-in"] or NONE, [], ""
    if kind not in KINDS:
        near = nearest(kind, KINDS)
        raise ConfigurationError(f"there is no sign-in `{kind}`", near or "none, oidc or proxy")
    for option in (option for other, options in _OF.items() if other != kind for option in options):
        if (given or {}).get(option):
            faults.append(f"`{option}` is of another sign-in than `{kind}`")
    public_url = said["--public-url"]
    if kind == NONE:
        if not is_loopback(address) and not i_know:
            faults.append(f"`{address}` is not this machine alone, and nobody has to sign in")
            hint = "add --sign-in oidc or --sign-in proxy; --i-know shows everything to whoever reaches it"
    elif not public_url and is_loopback(address):
        public_url = f"http://{f'[{address}]' if ':' in address else address}:{port}"
    elif wrong := _wrong_public(public_url):
        faults.append(wrong)
    access = Path(os.path.abspath(said["--access"])) if said["--access"] else None
    if access is not None and not access.is_file():
        faults.append(f"the access file `{said['--access']}` is not there")
    everybody = _truth(said["--everybody-is-admin"], "--everybody-is-admin", faults)
    if everybody and access is not None:
        faults.append("`--everybody-is-admin` and `--access` exclude each other")
    elif kind != NONE and access is None and not everybody:
        faults.append("`--access` is missing: the file that says who has which role")
        hint = hint or "--everybody-is-admin lets everybody who signs in ask everything"
    provider = _provider(said, faults) if kind == OIDC else None
    proxy = _proxy(said, faults) if kind == PROXY else None
    if faults:
        error = ConfigurationError.of_all(faults)
        error.hint = hint
        raise error
    state, contact = state_folder(said["--state"]), said["--contact"]
    return SignIn(kind, _origin(public_url) if kind != NONE else "", state, access, contact, provider, proxy)


def _truth(text: str, option: str, faults: list[str]) -> bool:
    """What an option that is on or off says; blank is off."""
    if (word := text.lower()) not in ("", *_ON, *_OFF):
        faults.append(f"`{option}` is yes or no, not `{text}`")
    return word in _ON


_ON, _OFF = ("yes", "true", "1", "on"), ("no", "false", "0", "off")


def _origin(url: str) -> str:
    """The address as browsers say it of a page there: in lower case, without the port that its scheme means."""
    shown = url.rstrip("/").lower()
    return shown.removesuffix(":443" if shown.startswith("https:") else ":80")


def _wrong_public(url: str) -> str:
    """What is wrong with a public address, blank when nothing is."""
    if not url:
        return "`--public-url` is missing: the address that browsers know the explorer by"
    match = _ORIGIN.fullmatch(url)
    if match is None:
        return f"`--public-url` `{url}` is no address without a path, such as `https://seewhy.example.org`"
    if match[1] == "http" and match[2].strip("[]") not in _LOOPBACK:
        return f"`--public-url` `{url}` has to begin with `https://`: cookies would be sent in the clear"
    return ""


def _provider(said: Mapping[str, str], faults: list[str]) -> Provider | None:
    issuer, client, file = said["--issuer"], said["--client-id"], said["--client-secret-file"]
    before = len(faults)
    if not issuer:
        faults.append("`--issuer` is missing: the address of the identity provider")
    else:
        parts = urlsplit(issuer)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            faults.append(f"`--issuer` `{issuer}` is no address, such as `https://login.example.org/realms/staff`")
        elif parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            faults.append(f"`--issuer` `{issuer}` has to begin with `https://`: others could answer in its place")
    if not client:
        faults.append("`--client-id` is missing: what the identity provider calls this explorer")
    secret = _secret(file, "the client secret file", faults) if file else ""
    return Provider(issuer, client, secret) if len(faults) == before else None


def _proxy(said: Mapping[str, str], faults: list[str]) -> Proxy | None:
    before, networks = len(faults), []
    for text in filter(None, (one.strip() for one in said["--proxy-from"].split(","))):
        try:
            networks.append(ipaddress.ip_network(text))
        except ValueError:
            faults.append(f"`--proxy-from` `{text}` is no network, such as `10.0.0.7/32`")
    if not said["--proxy-from"]:
        faults.append("`--proxy-from` is missing: the network that the proxy asks from")
    if file := said["--proxy-secret-file"]:
        secret = _secret(file, "the proxy secret file", faults)
        if secret and len(secret) < SHORTEST_SECRET:
            faults.append(f"the proxy secret file `{file}` holds fewer than {SHORTEST_SECRET} characters")
    else:
        secret = ""
        faults.append("`--proxy-secret-file` is missing: the file with the secret that the proxy sends")
    return Proxy(tuple(networks), secret) if len(faults) == before else None


def _secret(file: str, what: str, faults: list[str]) -> str:
    """The first line of a file; a fault for what cannot be read or is no text in ASCII."""
    try:
        if (secret := read_mounted(file, what).decode("ascii").strip()) and secret.isprintable():
            return secret
        faults.append(f"{what} `{file}` is empty or holds more than one line")
    except ConfigurationError as error:
        faults.append(error.message + (f" ({error.hint})" if error.hint else ""))
    except UnicodeDecodeError:
        faults.append(f"{what} `{file}` holds more than ASCII letters")
    return ""
