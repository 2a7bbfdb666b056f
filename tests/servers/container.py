"""The official Neo4j image through testcontainers, where a Docker engine answers."""

from __future__ import annotations

import gc
import secrets
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.servers import ServerUnavailable
from tests.servers.java import free_port

IMAGE = "neo4j:5.26-community"
_PORT = 7687


def _answers(connect: Callable[[], Any]) -> bool:
    with warnings.catch_warnings():
        # The client leaves its socket open when nobody answers; collected here, it warns nobody.
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            client = connect()
            try:
                return bool(client.ping())
            finally:
                client.close()
        except Exception:
            # It raises what its transport raises: every kind means that no engine answers.
            return False
        finally:
            client = None
            gc.collect()


@contextmanager
def container_server() -> Iterator[tuple[str, str, str]]:
    """Address, user and password of a new container; ServerUnavailable without an engine or the image."""
    try:
        import docker  # type: ignore[import-untyped]
        from testcontainers.community.neo4j import Neo4jContainer
    except ImportError:
        raise ServerUnavailable("testcontainers is not installed") from None
    if not _answers(docker.from_env):
        raise ServerUnavailable("no Docker engine answers")
    port = free_port()
    container = (
        Neo4jContainer(IMAGE, password=secrets.token_urlsafe(16))
        .with_bind_ports(_PORT, port)
        # What a routing table names, so that neo4j:// finds the way back.
        .with_env("NEO4J_server_bolt_advertised__address", f"127.0.0.1:{port}")
        .with_env("NEO4J_dbms_security_auth__max__failed__attempts", "0")
        .with_env("NEO4J_dbms_usage__report_enabled", "false")
    )
    try:
        container.start()
    except Exception as error:
        raise ServerUnavailable(f"the image {IMAGE} could not be started: {type(error).__name__}") from None
    try:
        yield f"bolt://127.0.0.1:{port}", container.username, container.password
    finally:
        container.stop()
