"""Logins at a Neo4j server: one that asks, and maybe another one that loads. What each may, `doctor` tries
(server_access.py).

    NEO4J_USERNAME, NEO4J_PASSWORD (or …_FILE)                  asks, and loads where no other one is named
    NEO4J_LOADER_USERNAME, NEO4J_LOADER_PASSWORD (or …_FILE)    loads

Neo4j Community has no roles: every login may do everything, and only a read-only database keeps one from writing.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.files.private import read_mounted

if TYPE_CHECKING:
    from seewhy.graph.settings import Settings

READER, LOADER = "NEO4J", "NEO4J_LOADER"
"""How the variables of a login begin."""


class Login(NamedTuple):
    """User and password, and how the variables begin that say them."""

    user: str
    password: str
    named: str


def has_loader(settings: Settings) -> bool:
    """Whether a login of its own is named for loading."""
    password = settings.neo4j_loader_password.get_secret_value()
    return bool(settings.neo4j_loader_username or settings.neo4j_loader_password_file or password)


def login(settings: Settings, *, loads: bool) -> Login | None:
    """The login that asks, or that loads; None where none is named at all. Raises ConfigurationError."""
    named = LOADER if loads and has_loader(settings) else READER
    of = named.lower()
    user: str = getattr(settings, f"{of}_username")
    password: str = getattr(settings, f"{of}_password").get_secret_value()
    if file := getattr(settings, f"{of}_password_file"):
        if password:
            raise ConfigurationError(
                f"`{named}_PASSWORD` and `{named}_PASSWORD_FILE` are both set", "leave one of them out"
            )
        password = _password(file, named)
    if any(unicodedata.category(one) in ("Cc", "Cs") for one in password):
        raise ConfigurationError(f"the setting `{named}_PASSWORD` holds control characters or is no UTF-8")
    if named == LOADER and not (user and password):
        lacking = "USERNAME" if password else "PASSWORD"
        raise ConfigurationError(f"`{LOADER}_{lacking}` is missing: the login that loads is named in part only")
    return Login(user or "neo4j", password, named) if user or password else None


def _password(file: str, named: str) -> str:
    what = f"the file `{named}_PASSWORD_FILE`"
    try:
        # An editor ends the line; whatever else stands in the file belongs to the password.
        password = read_mounted(file, what).decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise ConfigurationError(f"{what} `{file}` is no UTF-8") from None
    if not password:
        raise ConfigurationError(f"{what} `{file}` is empty")
    if "\n" in password:
        raise ConfigurationError(f"{what} `{file}` holds more than one line")
    return password
