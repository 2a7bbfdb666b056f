"""Runs the interface as a process of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import uvicorn

from seewhy.auth import service_log
from seewhy.auth.settings import is_loopback
from seewhy.graph.errors import ConfigurationError
from seewhy.http import connections
from seewhy.http.application import application
from seewhy.http.metrics import Measures
from seewhy.http.surroundings import LOCAL

if TYPE_CHECKING:
    from collections.abc import Callable

    from seewhy.api import Graph
    from seewhy.auth.tokens import Tokens

_ADDRESS = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(?:/[A-Za-z0-9._~/\-]*)?")


def run(
    graph: Graph,
    *,
    host: str,
    port: int,
    public_url: str | None = None,
    metrics_port: int | None = None,
    tokens: Tokens | None = None,
    i_know: bool = False,
    say: Callable[[str], None],
) -> None:
    """Serve until a signal ends it; `say` is told the address.

    Raises ConfigurationError for a port or an address that cannot be had, and for one that others reach while nobody
    needs a token, unless `i_know`.
    """
    if not is_loopback(host):
        if not i_know and (tokens is None or not tokens.asked_for()):
            raise ConfigurationError(
                f"`{host}` is not this machine alone, and nobody needs a token",
                "make one first: seewhy token new; --i-know answers whoever reaches it",
            )
        if host in ("0.0.0.0", "::") and public_url is None:
            raise ConfigurationError(
                f"`{host}` is every address of this machine, and no name to ask for", "name one with --public-url"
            )
    checked_address(public_url)
    measures = Measures()
    serve_metrics(measures, metrics_port)
    graph.session.newest()
    say(f"http://{f'[{host}]' if ':' in host else host}:{port}")
    uvicorn.run(
        application(graph, public_url=public_url, hosts=(*LOCAL, host), measures=measures, tokens=tokens),
        host=host,
        port=port,
        http=connections.Connection,
        ws="none",
        # What a client does wrong is no fault of ours, and nobody may fill the terminal with it.
        log_level="error",
        access_log=False,
        log_config=None if service_log.is_on() else uvicorn.config.LOGGING_CONFIG,
        server_header=False,
        timeout_keep_alive=connections.KEEP_SECONDS,
        timeout_graceful_shutdown=5,
    )


def checked_address(public_url: str | None) -> None:
    """Raises ConfigurationError for what is no public address."""
    if public_url is not None and not _ADDRESS.fullmatch(public_url):
        raise ConfigurationError(f"`{public_url}` is no public address", "for example https://access.example.org")


def serve_metrics(measures: Measures, port: int | None) -> None:
    """Answer `/metrics` on that port, if any. Raises ConfigurationError for one that cannot be had."""
    if port is not None:
        try:
            measures.serve(port)
        except OSError as error:
            raise ConfigurationError(f"port `{port}` cannot be had: {error.strerror}") from None
