"""The HTTP interface in the process of the explorer: programs are answered, the door for browsers is as it was."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

import seewhy
from seewhy.explorer.door.home import outside
from seewhy.serving import command
from tests.app.conftest import DAY
from tests.servers.explorer import ROOT, WAIT, free_port, running
from tests.servers.visitors import together, visitor

_PAIR = {
    "subject": {"type": "person", "id": "sam"}, "action": {"name": "view"},
    "resource": {"type": "case", "id": "c-102"}, "context": {"as_of": DAY},
}  # fmt: skip
_SHORT = """
import sys
from seewhy.http import beside, connections
connections.HEAD_SECONDS = 0.3
beside.door.leave(beside.main(sys.argv[1:]))
"""


def test_programs_and_browsers_are_answered_by_one_process(sample_graph: Path) -> None:
    port, metrics = free_port(), free_port()
    options = ["--public-url=https://access.example.org/seewhy", f"--metrics-port={metrics}"]
    environment = {**outside(os.environ), "SEEWHY_GRAPH": str(sample_graph), "PYTHONPATH": str(ROOT)}
    line = command(port, api=options)
    assert line[1:4] == ["-P", "-m", "seewhy.http.beside"]
    # The same with a limit that does not make the test wait for it.
    line = [line[0], "-P", "-c", _SHORT, *line[4:]]
    with (
        seewhy.connect(sample_graph) as graph,
        running(line, port, environment, sample_graph.parent) as started,
        httpx.Client(base_url=started.address, timeout=60) as client,
    ):

        def sent(method: str, path: str, **what: Any) -> tuple[int, Any]:
            answer = client.request(method, path, headers={"X-Request-ID": "7"} | what.pop("headers", {}), **what)
            assert answer.headers["content-type"] == "application/json"
            assert answer.headers["x-request-id"] == "7"
            return answer.status_code, answer.json()

        status, told = sent("POST", "/access/v1/evaluation", json=_PAIR)
        assert (status, told["decision"], told["context"]["step"]) == (200, False, "memberships")
        check = sent("GET", f"/v1/check?person=sam&case=c-102&as_of={DAY}")
        assert check == (200, graph.check("sam", "c-102", DAY).as_dict())
        assert sent("GET", "/livez") == (200, "alive")
        assert sent("GET", "/readyz")[1]["load"] == "load-0001"
        assert sent("GET", "/openapi.json")[1]["openapi"].startswith("3.1")
        for place in ("", "/seewhy"):
            told = sent("GET", f"/.well-known/authzen-configuration{place}")[1]
            assert told["search_action_endpoint"] == "https://access.example.org/seewhy/access/v1/search/action"
        # Nothing falls through to a page, and the interface looks at the Host itself.
        for method, path in (("GET", "/access/v1/evaluation"), ("PUT", "/v1/check"), ("POST", "/livez")):
            assert sent(method, path) == (405, "this address does not take that method")
        for path in ("/access/v1", "/access/nothing", "/v1/", "/access/./v1", "/v1/\\x", "/.well-known/other"):
            assert sent("GET", path) == (404, "there is nothing at this address")
        assert sent("GET", "/livez", headers={"Host": "evil.example"})[0] == 400
        assert sent("GET", "/livez", headers={"Host": "access.example.org"}) == (200, "alive")
        # The door asks for its token as before.
        for path in ("/", "/why", "/access", "/livez/", "/static/x.js"):
            assert client.get(path).status_code == 403
        cookie = client.get(started.link(0), follow_redirects=False).headers["set-cookie"].partition(";")[0]

        async def visited() -> tuple[bool, bool]:
            async with visitor(started.address, cookie=cookie) as page:
                first = await page.ask("why", f"person=sam&case=c-102&asof={DAY}")
                # A websocket outlives the limit for heads.
                await asyncio.sleep(1)
                counted = await asyncio.to_thread(httpx.get, f"http://127.0.0.1:{metrics}/metrics")
                assert "seewhy_sessions 1.0" in counted.text
                second = await page.ask("check", f"person=sam&case=c-102&asof={DAY}")
            return first.whole, second.whole

        assert together(visited()) == (True, True)
        counted = httpx.get(f"http://127.0.0.1:{metrics}/metrics").text
        for name in ("seewhy_sessions 0.0", "process_resident_memory_bytes", 'endpoint="evaluation",status="200"} 1.0'):
            assert name in counted
        assert float(next(x for x in counted.splitlines() if x.startswith("seewhy_load_age")).split()[1]) > 0


def test_what_cannot_be_is_a_sentence(tmp_path: Path) -> None:
    def ran(*given: str) -> tuple[int, str]:
        line = [sys.executable, "-c", "from seewhy.cli import main; main()", "serve", "--no-browser"]
        done = subprocess.run(
            [*line, f"--port={free_port()}", *given],
            cwd=tmp_path, capture_output=True, text=True, timeout=WAIT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        return done.returncode, done.stderr

    code, told = ran("--public-url=https://x.example")
    assert (code, "`--public-url`" in told, "--api" in told) == (2, True, True)
    code, told = ran("--api", "--public-url=nowhere")
    assert (code, "`nowhere` is no public address" in told) == (2, True)
