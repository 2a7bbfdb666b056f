"""What `doctor` says of a Neo4j server: how it is reached, and what each login may, which is really tried."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from seewhy.graph.engines.logins import has_loader
from seewhy.graph.engines.server import READ_ONLY, Server

if TYPE_CHECKING:
    from seewhy.graph.settings import Settings


def examined(target: str, settings: Settings) -> tuple[list[str], list[str]]:
    """What is wrong with how a server is reached and who may write there, and what is merely to be known.

    A write is really tried with each login, and rolled back. Raises EngineUnavailable for a login that is refused.
    """
    problems, notes = _connection(target, settings)
    reader = Server.connect(target, settings)
    try:
        user, tried, edition = reader.user or "nobody", reader.try_to_write(), reader.edition()
    finally:
        reader.close()
    if tried == READ_ONLY:
        notes.append(f"the database is read-only: a write of `{user}` was tried and refused; a load needs it writable")
        return problems, notes
    if tried:
        notes.append(f"the login `{user}`, which asks, may not write: tried, and refused")
    elif not has_loader(settings):
        notes.append(f"the login `{user}` asks and loads: it may write; docs/neo4j.md has two logins")
    elif edition == "community":
        notes.append(
            f"the login `{user}`, which asks, may write: Neo4j Community has no roles, so no login can be kept from "
            "it; docs/neo4j.md has what to do instead"
        )
    else:
        problems.append(f"the login `{user}`, which asks, may write: tried, and rolled back; give it the role `reader`")
    if has_loader(settings):
        problems += _of_loader(target, settings, user)
    return problems, notes


def _of_loader(target: str, settings: Settings, reader: str) -> list[str]:
    loader = Server.connect(target, settings, loads=True)
    try:
        if loader.user == reader:
            return [f"one login, `{reader}`, asks and loads, although two are named"]
        wrong = f"the login `{loader.user}`, which loads, may not write: tried, and refused"
        return [wrong] if loader.try_to_write() else []
    finally:
        loader.close()


def _connection(target: str, settings: Settings) -> tuple[list[str], list[str]]:
    """Whether what goes over a network is encrypted."""
    parts = urlsplit(target)
    kind = parts.scheme.partition("+")[2]
    if kind == "ssc":
        return [], [f"`{target}` is encrypted without checking who answers; `{parts.scheme.removesuffix('sc')}` checks"]
    if kind == "s" or _is_loopback(parts.hostname or ""):
        return [], []
    if settings.seewhy_neo4j_same_host:
        return [], [f"`{target}` is not encrypted; `SEEWHY_NEO4J_SAME_HOST` says that it stays on this machine"]
    wrong = f"`{target}` is not encrypted: passwords and answers can be read on their way; use `{parts.scheme}+s://`"
    return [wrong], []


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
