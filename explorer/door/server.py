"""The server: Streamlit's application behind the guard, run by uvicorn on a socket that is bound already."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

import uvicorn
from starlette.middleware import Middleware
from streamlit.starlette import App

from seewhy.auth import service_log
from seewhy.auth.access_of import access_of
from seewhy.auth.store import Store
from seewhy.explorer.door import options
from seewhy.explorer.door.guard import DROPS, SHOWN_TO_PEOPLE, Guard
from seewhy.explorer.door.identity import ask_people
from seewhy.explorer.door.opening import Opening
from seewhy.explorer.door.people import People
from seewhy.explorer.door.pulse import PULSE
from seewhy.explorer.door.tickets import Tickets
from seewhy.explorer.door.windows import Windows
from seewhy.graph.settings import read_settings

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from seewhy.auth.settings import SignIn
    from seewhy.explorer.door.beside import Beside

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
"""Names of this machine, as a Host header has them."""
_LARGEST = 6_000_000
"""Bytes of one message from a browser."""
_log = logging.getLogger("seewhy.door")
_READY_SECONDS = 1.5
"""How long the start waits for what every visitor needs; a page can be drawn before a large graph is open."""


def run(
    listening: socket.socket,
    *,
    address: str,
    hosts: Sequence[str],
    token: bool,
    browser: Mapping[str, str] | None,
    beside: Callable[[Sequence[str]], Beside] | None = None,
    sign_in: SignIn | None = None,
) -> None:
    """Serve until the process is told to end.

    `hosts` are Host headers besides those of this machine; `browser` is the environment to open a browser in, if any.
    `beside` makes what else answers in this process. With `sign_in` people sign in, and no token is asked for.
    """
    port = listening.getsockname()[1]
    people, note = None, ""
    if sign_in is not None and sign_in.on:
        access = access_of(sign_in)
        people = People(
            sign_in,
            Store(sign_in.state),
            port=port,
            pages=SHOWN_TO_PEOPLE,
            takes_files=lambda actor: access.of(actor).may(DROPS),
        )
        ask_people(people, access, sign_in.contact)
        hosts = (*hosts, people.host)
        note = "" if sign_in.access else "Everybody who signs in may ask everything."
    here = () if address in ("0.0.0.0", "::") else (f"[{address}]" if ":" in address else address.lower(),)
    names = (*(f"{name}:{port}" for name in (*LOOPBACK, *here)), *(host.lower() for host in hosts))
    if service_log.is_on():
        options.log_here()
    options.set_here(options.pinned(address, port, tuple(_without_port(name) for name in names)))
    opening = Opening(port, browser, people.origin if people else "", note)
    tickets = Tickets(opening.announce) if token and people is None else None
    other = beside(names) if beside else None
    settings = read_settings()
    windows = Windows(settings.seewhy_most_windows, settings.seewhy_most_windows_each)
    guard = Middleware(
        Guard, hosts=names, tickets=tickets, cookie=f"seewhy-{port}", beside=other, people=people, windows=windows
    )
    app = App(
        Path(str(files("seewhy.explorer") / "door" / "app.py")),
        middleware=[guard],
        lifespan=_lifespan,
    )
    config = uvicorn.Config(
        app,
        log_level="warning",
        log_config=None if service_log.is_on() else uvicorn.config.LOGGING_CONFIG,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        http=other.connection if other else "auto",
        ws="websockets-sansio",
        ws_max_size=_LARGEST,
        ws_per_message_deflate=False,  # what `server.enableWebsocketCompression` says to Streamlit's own server
        ws_ping_interval=30,
        ws_ping_timeout=30,
        timeout_graceful_shutdown=3,
    )
    # A websocket that is refused with a sentence is no fault of ours, and nobody may fill the terminal with it.
    logging.getLogger("uvicorn.error").addFilter(
        lambda record: "without completing handshake" not in record.getMessage()
    )
    _Server(config, opening, tickets).run(sockets=[listening])


@asynccontextmanager
async def _lifespan(app: App) -> AsyncIterator[None]:
    async with PULSE.lifespan(app):
        # A large graph goes on being opened beside the first pages.
        drawable = Event()
        warming = Thread(target=_warm_up, args=[drawable], name="seewhy-warm-up", daemon=True)
        warming.start()
        began = time.monotonic()
        while warming.is_alive() and (not drawable.is_set() or time.monotonic() - began < _READY_SECONDS):
            await asyncio.sleep(0.02)
        yield


def _warm_up(drawable: Event) -> None:
    # Imported when Streamlit runs: caches and components are made for it.
    from seewhy.explorer import warm_up

    try:
        warm_up.code()
        drawable.set()
        warm_up.graph()
    except Exception:
        # The pages meet the same fault, and report it.
        _log.exception("not everything could be loaded before the first visitor")


def _without_port(name: str) -> str:
    host, _, port = name.rpartition(":")
    return (host if host and port.isdecimal() else name).strip("[]")


class _Server(uvicorn.Server):
    """Announces the address when it answers, not before."""

    def __init__(self, config: uvicorn.Config, opening: Opening, tickets: Tickets | None) -> None:
        super().__init__(config)
        self._opening, self._tickets = opening, tickets

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            await asyncio.to_thread(self._tickets.renew if self._tickets else self._opening.announce)
