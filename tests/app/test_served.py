"""`seewhy serve` as a process, started where everything around it would lead it astray."""

from __future__ import annotations

import asyncio
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import InvalidStatus

from seewhy.explorer.door.__main__ import _listening
from seewhy.serving import command
from tests.app.conftest import DAY
from tests.servers.explorer import WAIT, Explorer, free_port, running
from tests.servers.visitors import Drawn, together, visitor

# Notes every address outside of this machine that the process would connect or send to, or ask a name for.
_FORBIDDEN = """
import os, socket
note = os.open(os.environ["NOTED"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
os.write(note, b"watching\\n")
def inside(address):
    host = address[0] if isinstance(address, tuple) else "local"
    return host in ("127.0.0.1", "::1", "localhost", "local", "", None, b"127.0.0.1")
def guard(name):
    real = getattr(socket.socket, name)
    def guarded(self, *given):
        address = given[-1]
        if not inside(address):
            os.write(note, f"{name} {address}\\n".encode())
            raise OSError("forbidden")
        return real(self, *given)
    setattr(socket.socket, name, guarded)
for name in ("connect", "connect_ex", "sendto"):
    guard(name)
asked = socket.getaddrinfo
def getaddrinfo(host, *more, **named):
    if not inside((host,)):
        os.write(note, f"getaddrinfo {host}\\n".encode())
        raise OSError("forbidden")
    return asked(host, *more, **named)
socket.getaddrinfo = getaddrinfo
"""
_LURE = "import os\nopen(os.environ['LURED'], 'a').write(__name__ + '\\n')\nraise SystemExit(9)\n"
_SETTINGS = """
[server]
enableStaticServing = true
enableAgentApi = true
scriptHealthCheckEnabled = true
baseUrlPath = "elsewhere"
maxUploadSize = 77
[client]
toolbarMode = "developer"
[logger]
level = "debug"
"""
_LURES = ("streamlit", "graph", "polars", "explorer", "seewhy", "sitecustomize", "usercustomize", "json", "uvicorn")


def lure(folder: Path) -> None:
    """Fill a folder with what Python and Streamlit would take from it."""
    for name in _LURES:
        (folder / f"{name}.py").write_text(_LURE, "utf-8")
    (folder / ".streamlit").mkdir()
    for name, text in (
        ("config.toml", _SETTINGS),
        ("secrets.toml", 'lured = "yes"\n'),
        ("credentials.toml", '[general]\nemail = "a@example.org"\n'),
    ):
        (folder / ".streamlit" / name).write_text(text, "utf-8")
    (folder / "static").mkdir()


def get(address: str, cookie: str = "", **more: str) -> tuple[int, dict[str, str], str]:
    """Status, headers (lower case) and text of one GET; redirects are not followed."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=WAIT)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    connection.request("GET", path or "/", headers={**more, **({"Cookie": cookie} if cookie else {})})
    answer = connection.getresponse()
    text = answer.read().decode("utf-8", "replace")
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text


def drawn(address: str, cookie: str, page: str, query: str) -> Drawn:
    async def ask() -> Drawn:
        async with visitor(address, cookie=cookie) as one:
            return await one.ask(page, query)

    return together(ask())


def refused(address: str, **given: Any) -> int:
    """The status that a websocket is refused with."""

    async def ask() -> int:
        try:
            async with visitor(address, **given):
                return 101
        except InvalidStatus as error:
            return error.response.status_code

    return together(ask())


def waited(true: Callable[[], Any]) -> None:
    end = time.monotonic() + WAIT
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_nothing_around_it_is_obeyed_and_nobody_else_is_let_in(sample_graph: Path, tmp_path: Path) -> None:
    here, home, watch = tmp_path / "here", tmp_path / "home", tmp_path / "watch"
    for folder in (here, home, watch):
        folder.mkdir()
    lure(here)
    lure(home)
    (watch / "sitecustomize.py").write_text(_FORBIDDEN, "utf-8")
    browser = tmp_path / "browser"
    browser.write_text('#!/bin/sh\necho "$HOME $1" > "$OPENED"\n', "utf-8")
    browser.chmod(0o700)
    noted, lured, opened = tmp_path / "noted", tmp_path / "lured", tmp_path / "opened"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV"))}
    environment = {
        **kept,
        "HOME": str(home),
        "TMPDIR": str(tmp_path),
        "PYTHONPATH": os.pathsep.join(["", ".", str(watch)]),
        "NOTED": str(noted),
        "LURED": str(lured),
        "OPENED": str(opened),
        "BROWSER": f"{browser} %s",
        "STREAMLIT_SERVER_ENABLE_STATIC_SERVING": "true",
        "STREAMLIT_SERVER_ENABLE_AGENT_API": "true",
        "STREAMLIT_SERVER_BASE_URL_PATH": "elsewhere",
        "STREAMLIT_SERVER_ADDRESS": "0.0.0.0",
        "STREAMLIT_LOGGER_LEVEL": "debug",
    }
    # As the command does, after its own part, which reads nothing here: the lures would end any Python that reads them.
    start = f"from seewhy.serving import serve; serve({str(sample_graph)!r}, port=PORT, browser=True)"
    port = free_port()
    line = [sys.executable, "-P", "-c", start.replace("PORT", str(port))]
    begun = {**environment, "PYTHONPATH": str(watch)}
    with running(line, port, begun, here) as started:
        first = started.link(0)
        assert first.startswith(f"{started.address}/?token=")
        waited(opened.exists)
        waited(opened.read_text)
        assert opened.read_text().split() == [str(home), first]
        let_in_and_kept_out(started)
        process = Path("/proc", str(started.child.pid))
        stands = (process / "cwd").resolve()
        assert stands.parent == tmp_path
        assert stands.name.startswith("seewhy-")
        assert stands.stat().st_mode & 0o777 == 0o700
        assert "token" not in (process / "cmdline").read_text()
        listening = subprocess.run(["cat", "/proc/net/tcp", "/proc/net/tcp6"], capture_output=True, text=True).stdout
        assert f"0100007F:{port:04X}" in listening
        assert f"00000000:{port:04X}" not in listening
        started.child.send_signal(signal.SIGINT)
        assert started.child.wait(WAIT) == 0
    assert not stands.exists()
    assert not lured.exists()
    assert set(noted.read_text().split("\n")) == {"watching", ""}, "it called outside"
    written = "".join(started.said)
    assert "Traceback" not in written
    assert written.count("token=") == len(started.links()) == 3
    assert len(written.splitlines()) == 4, written


def let_in_and_kept_out(started: Explorer) -> None:
    """Everybody is kept out but who has a token, once, and what they are let in to is the explorer."""
    address, link = started.address, started.link(0)
    port = urlsplit(address).port
    assert get(address)[0] == 403
    assert refused(address) == 403
    status, headers, text = get(link.replace("/?", "/why?person=sam&") + f"&case=c-102&asof={DAY}")
    assert (status, text) == (303, "")
    assert headers["location"] == f"/why?person=sam&case=c-102&asof={DAY}"
    cookie = headers["set-cookie"].split(";")[0]
    assert cookie.startswith(f"seewhy-{port}=")
    assert get(link)[0] == 403
    assert get(started.link(1))[0] == 303
    started.link(2)
    status, headers, text = get(f"{address}/why?person=sam", cookie)
    assert (status, '<div id="root">' in text, headers["x-frame-options"]) == (200, True, "DENY")
    assert "server" not in headers
    # The agent interface, uploads, metrics, static files, another base path: as pinned, not as found.
    for path in (
        "/_stcore/agent/openapi.json",
        "/_stcore/metrics",
        "/app/static/x",
        "/elsewhere/",
        "/_stcore/upload_file/a/b",
    ):
        assert get(address + path, cookie)[0] == 404
    assert get(f"{address}/_stcore/host-config", cookie)[2].startswith('{"allowedOrigins":[],')
    for origin in ("http://evil.example", f"http://localhost:{port}", "null"):
        assert get(address, cookie, Origin=origin)[0] == 403
        assert refused(address, cookie=cookie, origin=origin) == 403
    assert refused(address, cookie=cookie, origin=None) == 403
    assert get(address, cookie, Host="evil.example")[0] == 403
    assert get(f"{address}/_stcore/health")[::2] == (200, "ok")
    page = drawn(address, cookie, "why", f"person=sam&case=c-102&asof={DAY}")
    assert page.whole
    assert "cannot see case c-102" in page.html


def test_messages_are_sent_at_once_and_as_they_are(explorer: str) -> None:
    async def offered_compression() -> list[Any]:
        async with visitor(explorer) as one:
            return list(one._connection.protocol.extensions)

    async def waits_for_more() -> int:
        told: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def connected(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            accepted = writer.get_extra_info("socket")
            told.set_result(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        with _listening("127.0.0.1", 0) as listening:
            async with await asyncio.start_server(connected, sock=listening):
                _, writer = await asyncio.open_connection(*listening.getsockname())
                without_delay = await told
                writer.close()
        return without_delay

    assert together(offered_compression()) == []
    assert together(waits_for_more()) != 0


def test_a_port_that_is_taken_meanwhile_is_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = subprocess.run(command(port), cwd=tmp_path, capture_output=True, text=True, timeout=WAIT)
    told = f"seewhy: port `{port}` is in use\nhint: choose another one with --port\n"
    assert (ran.returncode, ran.stdout, ran.stderr) == (2, "", told)


def test_a_graph_named_from_the_current_folder_is_found(sample_graph: Path) -> None:
    port = free_port()
    environment = {**os.environ, "SEEWHY_GRAPH": sample_graph.name}
    with running(command(port, token=False), port, environment, sample_graph.parent) as started:
        assert drawn(started.address, "", "what", f"person=rosa&asof={DAY}").tables == 1
        started.child.terminate()
        assert started.child.wait(WAIT) == 0
