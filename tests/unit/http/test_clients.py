"""Slow and broken clients, over sockets, against a server in a process of its own: they hold nobody up."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import pytest

import seewhy
from tests.servers.explorer import free_port
from tests.unit.http.conftest import AS_OF

PATIENCE, CONNECTIONS = 0.5, 30
_SERVER = f"""
import sys, seewhy
from seewhy.http import bodies, connections, server
bodies.SECONDS = connections.HEAD_SECONDS = connections.READ_SECONDS = {PATIENCE}
connections.CONNECTIONS, connections.KEEP_SECONDS = {CONNECTIONS}, 1
with seewhy.connect(sys.argv[1]) as graph:
    server.run(graph, host="127.0.0.1", port=int(sys.argv[2]), say=lambda _: print("ready", flush=True))
"""
_BODY = json.dumps(
    {
        "subject": {"type": "person", "id": "sam"}, "action": {"name": "view"},
        "resource": {"type": "case", "id": "c-101"}, "context": AS_OF,
    }
).encode()  # fmt: skip
_HEAD = b"POST /access/v1/evaluation HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
WHOLE = _HEAD + b"Content-Length: %d\r\n\r\n" % len(_BODY) + _BODY


class Server:
    """The server; every socket is closed with it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.opened: list[socket.socket] = []

    def connect(self) -> socket.socket:
        made = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        self.opened.append(made)
        return made

    def send(self, data: bytes, *, end: bool = False) -> socket.socket:
        made = self.connect()
        made.sendall(data)
        if end:
            made.shutdown(socket.SHUT_WR)
        return made

    def answers(self) -> None:
        """Somebody else is answered."""
        assert read(self.send(WHOLE)) == (200, True)


def read(connection: socket.socket) -> tuple[int, Any]:
    """Status, and `decision` or the sentence, of the next answer; 0 when the connection ends without one."""
    with connection.makefile("rb") as file:
        return read_from(file)


def read_from(file: BinaryIO) -> tuple[int, Any]:
    try:
        status = file.readline()
        if not status:
            return 0, None
        lengths = [int(line.split(b":")[1]) for line in [*iter(file.readline, b"\r\n")] if b"content-length" in line]
        told = json.loads(file.read(lengths[0]))
    except ConnectionResetError:
        return 0, None
    return int(status.split()[1]), told["decision"] if isinstance(told, dict) else told


def gone(send: Callable[[], None], most: int) -> bool:
    """Whether the server ends the connection before so many sends."""
    try:
        for _ in range(most):
            send()
    except OSError:
        return True
    return False


@pytest.fixture(scope="module")
def running(sample_of_http: seewhy.Graph) -> Iterator[int]:
    port = free_port()
    target = str(sample_of_http.session.engine.target)
    child = subprocess.Popen([sys.executable, "-c", _SERVER, target, str(port)], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        end = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                assert time.monotonic() < end
                time.sleep(0.05)
        yield port
    finally:
        child.terminate()
        child.wait(60)
        assert child.stdout is not None
        child.stdout.close()


@pytest.fixture
def server(running: int) -> Iterator[Server]:
    started = Server(running)
    started.answers()
    yield started
    for one in started.opened:
        one.close()


BROKEN = {
    "no HTTP": b"hello\r\n\r\n",
    "a TLS hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64),
    "version 3": WHOLE.replace(b"HTTP/1.1", b"HTTP/3.0"),
    "no version": WHOLE.replace(b" HTTP/1.1", b""),
    "a huge header": _HEAD + b"X-More: " + b"x" * 100_000 + b"\r\n\r\n",
    "many headers": _HEAD + b"X-More: x\r\n" * 20_000 + b"\r\n",
    "a header without a name": _HEAD + b": x\r\n\r\n",
    "a header with a line feed": _HEAD + b"X-A: b\nX-B\0: c\r\n\r\n",
    "two lengths": _HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "a negative length": _HEAD + b"Content-Length: -2\r\n\r\n{}",
    "a length in words": _HEAD + b"Content-Length: two\r\n\r\n{}",
    "two hosts": _HEAD + b"Host: localhost\r\nContent-Length: 2\r\n\r\n{}",
    "an unknown coding": _HEAD + b"Transfer-Encoding: gzip\r\n\r\n{}",
    "a chunk of no size": _HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
}


def test_what_is_broken_is_told_once_or_dropped(server: Server) -> None:
    told = {name: read(server.send(data)) for name, data in BROKEN.items()}
    # 400 and 501 are of the parser; a body that breaks while it is read ends the connection.
    assert {name: answer for name, answer in told.items() if answer[0] not in (0, 400)} == {}
    assert [name for name, (status, said) in told.items() if status and not isinstance(said, str)] == []
    assert sum(status == 400 for status, _ in told.values()) >= len(BROKEN) - 1
    server.answers()


def test_slow_ones_are_let_go_and_hold_nobody_up(server: Server) -> None:
    slow = {
        "nothing at all": b"",
        "half a line": b"POST /acc",
        "half a head": _HEAD,
        "half a body": WHOLE[:-5],
        "a body of another kind": WHOLE.replace(b"application/json", b"text/plain")[:-5],
        "half a chunk": _HEAD + b"Transfer-Encoding: chunked\r\n\r\n50\r\n{",
        "waits for 100": _HEAD + b"Expect: 100-continue\r\nContent-Length: 9\r\n\r\n",
    }
    waiting = {name: server.send(data) for name, data in slow.items()}
    server.answers()
    told = {name: read(connection) for name, connection in waiting.items() if name != "waits for 100"}
    assert {name: status for name, (status, _) in told.items()} == {
        "nothing at all": 0,
        "half a line": 0,
        "half a head": 0,
        "half a body": 408,
        "a body of another kind": 400,
        "half a chunk": 408,
    }
    assert "seconds" in told["half a body"][1]
    # They are closed, after an answer as well.
    for name, connection in waiting.items():
        while data := connection.recv(1 << 16):
            assert name == "waits for 100", data
            assert data.startswith((b"HTTP/1.1 100", b"HTTP/1.1 408"))


def test_a_drop_at_a_time_is_no_way_to_stay(server: Server) -> None:
    connection = server.connect()

    def drop() -> None:
        connection.sendall(b"x")
        time.sleep(PATIENCE / 20)

    assert gone(drop, 400)


def test_those_that_leave_take_nothing_with_them(server: Server) -> None:
    for data in (b"", _HEAD, WHOLE[:-5], WHOLE):
        for _ in range(10):
            server.send(data).close()
    server.answers()
    # Half a body, and then no more: the connection is closed in one direction only.
    assert read(server.send(WHOLE[:-5], end=True))[0] in (0, 400)
    server.answers()


def test_many_idle_ones_make_room(server: Server) -> None:
    idle = [server.connect() for _ in range(3 * CONNECTIONS)]
    server.answers()
    halves = [server.send(WHOLE[:-5]) for _ in range(3 * CONNECTIONS)]
    server.answers()
    for one in (*idle, *halves):
        one.close()
    server.answers()


def test_who_reads_nothing_is_let_go(server: Server) -> None:
    connection = server.connect()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    request = b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
    connection.settimeout(20 * PATIENCE)
    assert gone(lambda: connection.sendall(request), 100_000)
    server.answers()


def test_one_after_the_other_on_one_connection(server: Server) -> None:
    with server.send(WHOLE + WHOLE).makefile("rb") as file:
        assert [read_from(file), read_from(file)] == [(200, True), (200, True)]
    chunked = _HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n"
    assert read(server.send(chunked % (9, _BODY[:9], len(_BODY) - 9, _BODY[9:]))) == (200, True)
    assert read(server.send(WHOLE.replace(b"HTTP/1.1", b"HTTP/1.0"))) == (200, True)


def test_a_whole_address_is_a_path_of_its_host(server: Server) -> None:
    refused = (400, "the Host header does not name this server")
    for name, said in (("localhost:8600", (200, True)), ("evil.example", refused)):
        assert read(server.send(WHOLE.replace(b"POST /", f"POST http://{name}/".encode()))) == said


@pytest.mark.parametrize("size", [1_000_001, 5_000_000])
def test_a_body_that_is_too_large(server: Server, size: int) -> None:
    head = _HEAD + b"Content-Length: %d\r\n\r\n" % size
    assert read(server.send(head))[0] == 413
    chunks = _HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + (b"10000\r\n" + b" " * 0x10000 + b"\r\n") * 16
    assert read(server.send(chunks))[0] == 413
