"""What the interface measures of itself, for Prometheus; no ids, no names."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, start_http_server

if TYPE_CHECKING:
    from collections.abc import Callable


class Measures:
    """Counters of one server, in a registry of their own."""

    def __init__(self, sessions: Callable[[], float] = lambda: 0.0) -> None:
        """`sessions` counts the browsers that have the explorer of this process open."""
        self.finished = ""
        """When the newest load was finished, as the last question found it."""
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "seewhy_requests", "Requests by endpoint and status", ("endpoint", "status"), registry=self.registry
        )
        self.seconds = Histogram("seewhy_request_seconds", "Seconds per request", ("endpoint",), registry=self.registry)
        self.running = Gauge("seewhy_requests_running", "Requests being answered", registry=self.registry)
        self.limits = Counter("seewhy_limits", "Requests refused by a limit", ("limit",), registry=self.registry)
        age = Gauge("seewhy_load_age_seconds", "Age of the newest load, NaN before it was seen", registry=self.registry)
        age.set_function(self._age)
        open_ = Gauge("seewhy_sessions", "Browsers that have the explorer of this process open", registry=self.registry)
        open_.set_function(sessions)
        # Memory and processor time of the process.
        ProcessCollector(registry=self.registry)

    def serve(self, port: int, host: str = "127.0.0.1") -> None:
        """Answer `/metrics` on a port of its own, in a thread that ends with the process. Raises OSError."""
        start_http_server(port, addr=host, registry=self.registry)

    def _age(self) -> float:
        return age_seconds(self.finished) if self.finished else float("nan")


def age_seconds(finished: str) -> float:
    """Seconds since a load was finished (ISO, UTC where it names no zone), never less than 0."""
    then = dt.datetime.fromisoformat(finished)
    return max(0.0, (dt.datetime.now(dt.UTC) - (then if then.tzinfo else then.replace(tzinfo=dt.UTC))).total_seconds())
