"""What the interface measures of itself, for Prometheus; no ids, no names."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server


class Measures:
    """Counters of one server, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "seewhy_requests", "Requests by endpoint and status", ("endpoint", "status"), registry=self.registry
        )
        self.seconds = Histogram("seewhy_request_seconds", "Seconds per request", ("endpoint",), registry=self.registry)
        self.running = Gauge("seewhy_requests_running", "Requests being answered", registry=self.registry)
        self.limits = Counter("seewhy_limits", "Requests refused by a limit", ("limit",), registry=self.registry)
        self.load_age = Gauge("seewhy_load_age_seconds", "Age of the newest load", registry=self.registry)

    def serve(self, port: int, host: str = "127.0.0.1") -> None:
        """Answer `/metrics` on a port of its own, in a thread that ends with the process. Raises OSError."""
        start_http_server(port, addr=host, registry=self.registry)
