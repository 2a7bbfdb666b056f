"""The lines for whoever runs the explorer and the interface: one per question, and nobody is named in any."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

import seewhy
from seewhy.auth import service_log
from seewhy.explorer.door.home import outside
from seewhy.explorer.page_list import PAGES
from seewhy.graph import record
from seewhy.graph.errors import ConfigurationError
from seewhy.http.questions import ENDPOINTS
from tests.app.conftest import DAY
from tests.app.hostile import CASE_ID, PERSON, PERSON_ID, TITLE, UNIT
from tests.servers.explorer import ROOT, free_port, running
from tests.servers.visitors import together, visitor

_MARK = "mark7"
"""In everything that is sent."""
_NAMED = (_MARK, "onerror", "alert(", "clerk", "x^2", "&lt;", "<script", "<img", "<i>", "p%22", "Plain", "u<1>")
_FAULTY = """
import sys
def fault(*given, **named):
    raise ValueError("mark7 " + repr(given) + repr(named))
from seewhy.graph.questions import timeline, diff
timeline.timeline = diff.diff = fault
from seewhy.http import beside
beside.door.leave(beside.main(sys.argv[1:]))
"""


def test_pages_and_endpoints_write_a_line_per_question_and_name_nobody(hostile_graph: Path, tmp_path: Path) -> None:
    port = free_port()
    environment = {**outside(os.environ), "SEEWHY_GRAPH": str(hostile_graph), "PYTHONPATH": str(ROOT)}
    environment |= {"SEEWHY_LOG_FORMAT": "json", "SEEWHY_STATE": str(tmp_path / _MARK)}
    line = [sys.executable, "-P", "-c", _FAULTY, f"--port={port}", "--no-token"]
    about = {"person": PERSON_ID, "case": CASE_ID, "as_of": DAY}
    with running(line, port, environment, tmp_path) as started:

        async def visited() -> str:
            async with visitor(started.address) as page:
                drawn = ""
                for entry in PAGES:
                    asked = httpx.QueryParams({**about, "asof": DAY, "unit": "u<1>", "a": PERSON_ID, "b": "p2"})
                    drawn += (await page.ask(entry.address, str(asked))).html
                return drawn

        drawn = together(visited())
        assert TITLE.split()[-1] in drawn.replace("&lt;", "<").replace("&gt;", ">") or CASE_ID[:3] in drawn
        headers = {"X-Request-ID": f"{_MARK} {PERSON}", "X-Purpose": _MARK, "User-Agent": _MARK, "Cookie": f"a={_MARK}"}
        headers = {name: value.encode("ascii", "replace").decode() for name, value in headers.items()}
        with httpx.Client(base_url=started.address, timeout=60, headers=headers) as client:
            for endpoint in ENDPOINTS:
                given = {**dict.fromkeys(endpoint.required, _MARK), **{k: v for k, v in about.items() if k != "as_of"}}
                how = {"json": given} if endpoint.post else {"params": given}
                client.request("POST" if endpoint.post else "GET", f"/v1/{endpoint.name}", **how)
            check = client.get("/v1/check", params=about)
            fault = client.get("/v1/diff", params={"from": DAY, "to": DAY}, headers={"X-Request-ID": "ab" * 16})
            for name in ("evaluation", "search/subject"):
                client.post(f"/access/v1/{name}", json={"subject": {"type": "person", "id": PERSON}, _MARK: UNIT})
            for path in (f"/v1/{_MARK}", f"/{_MARK}/{PERSON_ID}", f"/why/{_MARK}", f"/media/{_MARK}"):
                assert client.get(path).status_code in (403, 404)
            assert client.get("/why", headers={"Host": f"{_MARK}.example"}).status_code == 403
            assert client.get("/livez", headers={"Host": f"{_MARK}.example"}).status_code == 400
            assert client.post("/why", content=_MARK).status_code == 405
    assert (check.status_code, fault.status_code) == (200, 500)
    assert f"under the request `{'ab' * 16}`" in fault.json()
    assert fault.headers["x-request-id"] == "ab" * 16
    written = [text for text in started.said if not text.startswith(("The explorer is", "Ctrl-C"))]
    lines = [json.loads(text) for text in written]
    assert not {name: [text for text in written if name in text] for name in _NAMED if name in "".join(written)}
    counted = Counter((one["event"], one.get("door"), one.get("kind"), one.get("outcome")) for one in lines)
    for kind in ("why", "who", "what", "compare"):
        assert counted["question", "page", kind, "answered"], counted
    assert counted["question", "http", "check", "answered"]
    assert counted["request", "http", "diff", "failed"]
    assert counted["request", "page", "why", "refused"] >= 2
    assert counted["load", None, None, None] >= 1
    http = {one["kind"] for one in lines if one.get("door") == "http" and "kind" in one}
    assert {endpoint.name for endpoint in ENDPOINTS} <= http
    for one in lines:
        assert {"at", "level", "event"} <= one.keys() <= {
            "at", "level", "event", "request_id", "door", "kind", "outcome", "status", "seconds", "error", "load",
            "what", "where", "trace",
        }  # fmt: skip
        if one["event"] in ("question", "request", "page"):
            assert one.keys() >= {"request_id", "door", "outcome", "seconds"} or one["door"] == "page", one
    # The fault of the page stands under the id that the page shows.
    faults = [one for one in lines if one["event"] == "fault" and "error" in one]
    assert {one["error"] for one in faults} >= {"ValueError"}
    assert any("fault" in one["trace"].rpartition(" ")[2] for one in faults)
    shown = [one["request_id"] for one in lines if one["event"] == "page" and one["outcome"] == "failed"]
    assert shown
    assert any(f"under the request <code>{id}</code>" in drawn for id in shown), shown


@pytest.fixture
def ended() -> Iterator[None]:
    """What a test begins to write it writes no longer."""
    root, before = logging.getLogger(), (logging.getLogger().handlers[:], logging.getLogger().level)
    kept = record.current()
    yield
    root.handlers[:], root.level = before
    logging.getLogger("seewhy").setLevel(logging.NOTSET)
    record.use(kept)


@pytest.mark.usefixtures("ended")
def test_the_format_is_text_or_json(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, sample_graph: Path
) -> None:
    with pytest.raises(ConfigurationError) as raised:
        service_log.chosen("jsn")
    assert (raised.value.message, raised.value.hint) == ("there is no log format `jsn`", "did you mean `json`?")
    monkeypatch.setenv("SEEWHY_LOG_FORMAT", "text")
    assert (service_log.chosen(), service_log.chosen("json")) == ("text", "json")
    service_log.begin("")
    assert not service_log.is_on()
    service_log.begin("text")
    with seewhy.connect(sample_graph) as graph:
        graph.why("sam", "c-102", DAY)
        with pytest.raises(seewhy.UnknownEntity):
            graph.check("sam", "nobody-knows", DAY)
    logging.getLogger("somebody.else").error("about %s", "sam")
    written = capsys.readouterr().err
    said = [text.split(" ", 1)[1] for text in written.splitlines()]
    assert len([text for text in said if text.startswith("info question ")]) == 2, written
    assert "kind=why outcome=answered" in written
    assert "kind=check outcome=refused error=UnknownEntity" in written
    assert said[-1].startswith('error fault where="somebody.else test_service_log:')
    assert "sam" not in written
    assert "nobody-knows" not in written


@pytest.mark.usefixtures("ended")
def test_a_question_log_that_is_not_open_keeps_everything_unanswered(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(record.VARIABLE, str(tmp_path))
    record.use(None)
    service_log.begin("json")
    with pytest.raises(ConfigurationError, match="is not open"):
        record.in_use()
