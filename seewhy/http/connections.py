"""Connections that hold nobody up: uvicorn's protocol with limits of its own and refusals in our form.

heads      a request whose head is not there within `HEAD_SECONDS` is let go; the body has a limit of its own
readers    whoever reads nothing of an answer for `READ_SECONDS` is let go
many       at `CONNECTIONS` open ones the one that has been waited for longest makes room; when all are being
           answered, a further one is refused
broken     what is no HTTP is answered with 400 and one JSON string

It is h11's parser: strict about what begins and ends a request, and heads are limited to 64 KiB.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from seewhy.auth import service_log

if TYPE_CHECKING:
    from uvicorn.config import Config
    from uvicorn.protocols.http.h11_impl import RequestResponseCycle

HEAD_SECONDS = 10.0
READ_SECONDS = 30.0
KEEP_SECONDS = 15
"""How long a connection is kept for a next request."""
CONNECTIONS = 500
_FULL = "too many connections at once: try again in a moment"
_NO_HTTP = "this is no HTTP request"


class Connection(H11Protocol):
    """One connection. Its timers run only while it waits for the other side."""

    def __init__(self, config: Config, *others: Any, **named: Any) -> None:
        super().__init__(config, *others, **named)
        self._head: asyncio.TimerHandle | None = None
        self._reader: asyncio.TimerHandle | None = None
        self.since = self.loop.time()
        """When it was heard last, by the clock of the loop."""

    @property
    def idle(self) -> bool:
        """Whether no request has begun."""
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is None or cycle.response_complete

    @property
    def waits(self) -> bool:
        """Whether nothing can be done before the other side sends more."""
        return self.idle or self.cycle.more_body

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take it, in the place of an idle one when there are many, or refuse it."""
        super().connection_made(transport)
        if len(self.connections) > CONNECTIONS:
            others = [one for one in self.connections if one is not self and isinstance(one, Connection)]
            if (
                other := min((one for one in others if one.waits), key=lambda one: one.since, default=None)
            ) is not None:
                # It would count until its socket is closed, which is a turn of the loop later.
                self.connections.discard(other)
                other.transport.abort()
            else:
                self._refuse(503, _FULL)
                return
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timers."""
        self._stop_head()
        self._stop_reader()
        self._unset_keepalive_if_required()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; the time for a head begins with its first byte, and with that of a body that nobody wants."""
        self.since = self.loop.time()
        super().data_received(data)
        if self.transport.get_protocol() is not self:
            return  # a websocket now
        if not self.idle:
            self._stop_head()
        elif self.timeout_keep_alive_task is None:
            self._wait_for_head()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Hand it over, with no timer left behind."""
        super().handle_websocket_upgrade(event)
        self._stop_head()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        self._stop_head()
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Begin to watch whether the answer is read."""
        super().pause_writing()
        self._watch(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """Stop watching."""
        self._stop_reader()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP; uvicorn calls it."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE) and self.idle:
            self._refuse(400, _NO_HTTP)
        else:
            # An answer is on its way already: nothing may follow it that looks like a part of it.
            self.transport.close()

    def _wait_for_head(self) -> None:
        if self._head is None:
            self._head = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _give_up(self) -> None:
        self._head = None
        if self.idle and not self.transport.is_closing():
            self.transport.close()

    def _stop_head(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _stop_reader(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            self._reader = None

    def _watch(self, left: int) -> None:
        self._reader = self.loop.call_later(READ_SECONDS, self._look, left)

    def _look(self, before: int) -> None:
        left = self.transport.get_write_buffer_size()
        if left < before:
            self._watch(left)
        else:
            self.transport.abort()

    def _refuse(self, status: int, sentence: str) -> None:
        service_log.request("http", service_log.new_id(), "connection", status, 0.0)
        body = json.dumps(sentence).encode()
        reason = {400: "Bad Request", 503: "Service Unavailable"}[status]
        head = (
            f"HTTP/1.1 {status} {reason}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
            "x-content-type-options: nosniff\r\ncache-control: no-store\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()
