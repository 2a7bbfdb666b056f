"""The door by itself, without a server: what reaches Streamlit and what does not, tokens, options, and being alive."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
import streamlit
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackMsg

from seewhy.explorer.door import first_page, options
from seewhy.explorer.door.guard import Guard
from seewhy.explorer.door.headers import inline_scripts
from seewhy.explorer.door.home import outside, private_folder
from seewhy.explorer.door.pulse import LATE_SECONDS, PAGE_SECONDS, Pulse
from seewhy.explorer.door.tickets import Tickets
from seewhy.explorer.page_list import PAGES
from tests.support import at_the_door
from tests.support.at_the_door import Asked

HOST = "127.0.0.1:8501"
HOSTS = (HOST, "localhost:8501", "[::1]:8501")
OURS = "http://127.0.0.1:8501"


def tickets() -> tuple[Tickets, list[str]]:
    told: list[str] = []
    made = Tickets(told.append)
    made.renew()
    return made, told


def ask(
    path: str = "/",
    *,
    host: str | None = HOST,
    origin: str | None = None,
    cookie: str = "",
    more: tuple[tuple[str, str], ...] = (),
    let_in: Tickets | None = None,
    pulse: Pulse | None = None,
    **what: Any,
) -> Asked:
    guard = Guard(None, hosts=HOSTS, tickets=let_in, cookie="seewhy-8501", pulse=pulse or Pulse())  # type: ignore[arg-type]
    given = [("host", host), ("origin", origin), ("cookie", cookie or None), *more]
    return at_the_door.ask(guard, path, given, **what)


@pytest.mark.parametrize("host", HOSTS)
def test_our_own_names_are_answered(host: str) -> None:
    asked = ask(host=host, origin=f"http://{host}")
    assert (asked.status, asked.text, len(asked.reached)) == (200, "from Streamlit", 1)


@pytest.mark.parametrize(
    ("host", "more"),
    [
        ("evil.example:8501", ()),
        ("127.0.0.1", ()),
        ("127.0.0.1:80", ()),
        ("127.0.0.1:8501.evil.example", ()),
        ("localhost:8502", ()),
        ("user@127.0.0.1:8501", ()),
        ("127.0.0.1:8501, evil.example", ()),
        ("", ()),
        (None, ()),
        (HOST, (("host", "evil.example"),)),
        ("0.0.0.0:8501", ()),
        ("127.1:8501", ()),
    ],
)
@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/_stcore/stream"])
def test_another_name_reaches_nothing(host: str | None, more: tuple[tuple[str, str], ...], path: str) -> None:
    kind = "websocket" if path.endswith("stream") else "http"
    asked = ask(path, host=host, more=more, origin=OURS, kind=kind)
    assert (asked.status, asked.reached) == (403, [])
    assert "not served under that name" in asked.text


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "http://127.0.0.1:9999",
        "http://localhost:8501",
        "null",
        "",
        "file://",
        "http://127.0.0.1:8501.evil.example",
        "http://127.0.0.1:8501/",
        "ftp://127.0.0.1:8501",
    ],
)
@pytest.mark.parametrize(("kind", "path"), [("http", "/"), ("websocket", "/_stcore/stream")])
def test_another_origin_reaches_nothing(origin: str, kind: str, path: str) -> None:
    asked = ask(path, origin=origin, kind=kind)
    assert (asked.status, asked.reached) == (403, [])


def test_an_origin_twice_and_a_websocket_without_one_reach_nothing() -> None:
    assert ask(origin=OURS, more=(("origin", OURS),)).status == 403
    asked = ask("/_stcore/stream", kind="websocket")
    assert (asked.status, asked.reached) == (403, [])
    asked = ask("/_stcore/stream", kind="websocket", origin=OURS)
    assert (len(asked.reached), asked.sent[0]["type"]) == (1, "websocket.accept")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
def test_nothing_is_written(method: str) -> None:
    for path in ("/", "/_stcore/upload_file/a/b", "/_stcore/health"):
        asked = ask(path, method=method, origin=OURS)
        assert (asked.status, asked.reached, asked.headers["allow"]) == (405, [], "GET, HEAD")


def test_a_file_is_dropped_as_pages_do_and_not_otherwise() -> None:
    place = "/_stcore/upload_file" + 2 * "/01234567-89ab-4def-8123-456789abcdef"
    made, told = tickets()
    cookie = ask(query=f"token={told[0]}", let_in=made).headers["set-cookie"].split(";")[0]
    said = {"method": "PUT", "origin": OURS, "cookie": cookie, "more": (("content-length", "1000"),), "let_in": made}
    cases: list[tuple[int, dict[str, Any]]] = [
        (200, {}),
        (200, {"method": "DELETE", "more": ()}),
        (403, {"origin": None}),
        (403, {"origin": "https://evil.example"}),
        (403, {"cookie": ""}),
        (403, {"cookie": "", "method": "DELETE"}),
        (411, {"more": ()}),
        (411, {"more": (("content-length", "-1"),)}),
        (411, {"more": (("content-length", "1"), ("content-length", "2"))}),
        (413, {"more": (("content-length", str(9 * 1024 * 1024)),)}),
        (413, {"more": (("content-length", "9" * 5000),)}),
        (404, {"method": "GET"}),
        (405, {"method": "POST"}),
        (405, {"method": "PATCH"}),
        (405, {"path": place + "/more"}),
        (405, {"path": "/_stcore/upload_file/a/b"}),
        (405, {"path": "/why"}),
    ]
    got = [(ask(**{"path": place, **said, **one}), wanted, one) for wanted, one in cases]
    assert [(one, asked.status) for asked, wanted, one in got if asked.status != wanted] == []
    assert [one for asked, wanted, one in got if bool(asked.reached) != (wanted == 200)] == []


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/upload_file/a/b",
        "/_stcore/script-health-check",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/interact",
        "/_stcore/agent/mcp",
        "/_stcore/stream",
        "/_stcore",
        "/app/static/a",
        "/component/a/b",
        "/auth/login",
        "/oauth2callback",
        "//_stcore/metrics",
        "//",
        "/static/../_stcore/metrics",
        "/static//etc/passwd",
        "/media/..\\x",
        "/why/_stcore/metrics",
        "/nothing",
        "/_STCORE/metrics",
        "",
    ],
)
def test_what_no_page_needs_is_not_there(path: str) -> None:
    asked = ask(path)
    assert (asked.status, asked.reached) == (404, [])
    assert ask(path.replace("/_stcore/stream", "/other"), kind="websocket", origin=OURS).status == 404


def test_pages_and_their_parts_are_there() -> None:
    parts = ["/static/js/index.js", "/media/a.html", "/_stcore/host-config", "/_stcore/health", "/favicon.png"]
    for path in [*(f"/{entry.address}" for entry in PAGES), *parts]:
        assert ask(path).status == 200
        assert ask(path, method="HEAD").status == 200


def test_an_address_that_is_no_page_leads_to_the_nearest() -> None:
    html = ("accept", "text/html,*/*")
    asked = ask("/wy", query="person=rosa&case=c-101&evil=%3Cb%3E", more=(html,))
    assert (asked.status, asked.reached) == (404, [])
    assert '<a href="/why?person=rosa&amp;case=c-101">Why</a>' in asked.text
    assert "evil" not in asked.text
    assert '<a href="/compare">Compare</a>' in ask("/compair", more=(html,)).text
    assert "<script" not in ask("/<script>alert(1)</script>", more=(html,)).text
    assert "<a " not in ask("/wy").text


def test_every_answer_carries_the_headers() -> None:
    answers = [ask(), ask(host="evil.example"), ask("/nothing"), ask(method="PUT"), ask(fails=True)]
    answers += [ask("/_stcore/stream", kind="websocket", origin=origin) for origin in (OURS, None)]
    made, told = tickets()
    answers += [ask(let_in=made), ask(let_in=made, query=f"token={told[0]}")]
    assert [answer.status for answer in answers] == [200, 403, 404, 405, 500, 0, 403, 403, 303]
    for answer in answers:
        said = answer.headers
        assert said["x-content-type-options"] == "nosniff"
        assert said["x-frame-options"] == "DENY"
        assert said["referrer-policy"] == "no-referrer"
        assert said["cross-origin-opener-policy"] == "same-origin"
        rules = dict(rule.split(" ", 1) for rule in said["content-security-policy"].split("; "))
        assert (rules["default-src"], rules["frame-ancestors"], rules["object-src"]) == ("'self'", "'none'", "'none'")
        assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "data:"} & set(rules["script-src"].split())
        assert "http:" not in said["content-security-policy"]
    assert "behind the door" not in answers[4].text


def test_the_inline_scripts_of_the_page_are_named() -> None:
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text("utf-8")
    scripts = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", page, re.DOTALL)
    named = {f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in scripts}
    assert scripts
    assert set(inline_scripts()) == {*named, first_page.SOURCE}
    assert not re.search(r"\son\w+=", page)


def test_without_the_cookie_a_sentence_says_how_to_open_it() -> None:
    made, _ = tickets()
    for path in (
        "/",
        "/why",
        "/static/js/index.js",
        "/media/x",
        "/_stcore/host-config",
        "/_stcore/metrics",
        "/nothing",
    ):
        asked = ask(path, query="person=ana", let_in=made, cookie="seewhy-8501=guessed; other=1")
        assert (asked.status, asked.reached) == (403, [])
        assert "address that <code>seewhy serve</code> shows in its terminal" in asked.text
    asked = ask("/_stcore/stream", kind="websocket", origin=OURS, let_in=made)
    assert (asked.status, asked.reached) == (403, [])


def test_health_needs_no_cookie_and_gives_none() -> None:
    made, _ = tickets()
    asked = ask("/_stcore/health", let_in=made)
    assert (asked.status, len(asked.reached)) == (200, 1)
    assert "set-cookie" not in asked.headers


def test_a_token_is_exchanged_once_and_leaves_the_address() -> None:
    made, told = tickets()
    query = f"person=a%20b&token={told[0]}&case=%C3%A9&asof="
    asked = ask("/why", query=query, let_in=made)
    assert (asked.status, asked.reached) == (303, [])
    assert asked.headers["location"] == "/why?person=a%20b&case=%C3%A9&asof="
    assert asked.headers["cache-control"] == "no-store"
    cookie, *rules = asked.headers["set-cookie"].split("; ")
    assert rules == ["Path=/", "HttpOnly", "SameSite=Strict"]
    assert cookie.startswith("seewhy-8501=")
    assert told[0] not in str(asked.sent)
    assert len(told) == 2
    spent = ask("/why", query=query, let_in=made)
    assert (spent.status, "set-cookie" in spent.headers) == (403, False)
    assert "used already" in spent.text
    assert len(told) == 2
    for path, kind in (("/why", "http"), ("/_stcore/stream", "websocket")):
        let_in = ask(path, kind=kind, origin=OURS, cookie=f"a=b; {cookie}; c=d", let_in=made)
        assert len(let_in.reached) == 1
    again = ask("/", query=f"token={told[1]}", cookie=cookie, let_in=made)
    assert (again.status, again.headers["location"], "set-cookie" in again.headers) == (303, "/", False)
    assert ask("/", query=f"token={told[1]}", let_in=made).status == 303, "who was let in has not spent it"


@pytest.mark.parametrize("token", ["", "x", "é", "%FF", "\udcff".encode("utf-8", "surrogateescape").decode("latin-1")])
def test_any_other_token_opens_nothing(token: str) -> None:
    made, told = tickets()
    for query in (
        f"token={token}",
        f"token={told[0]}x",
        f"token={told[0][:-1]}",
        f"TOKEN={told[0]}",
        f"x=token={told[0]}",
    ):
        assert ask(query=query, let_in=made).status == 403
    for path in ("/static/a", "/media/a", "/_stcore/host-config", "/nothing"):
        assert ask(path, query=f"token={told[0]}", let_in=made).status == 403
    assert ask(query=f"token={told[0]}", method="POST", let_in=made).status == 405
    assert len(told) == 1
    assert made.exchange(told[0])


def test_no_token_where_none_is_asked_for() -> None:
    asked = ask("/why", query="token=x&person=ana")
    assert (asked.status, asked.headers["location"]) == (303, "/why?person=ana")


def test_tokens_are_long_different_and_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    made, told = tickets()
    compared: list[int] = []
    real = __import__("secrets").compare_digest

    def counted(one: bytes, other: bytes) -> bool:
        compared.append(len(one))
        return bool(real(one, other))

    monkeypatch.setattr("seewhy.explorer.door.tickets.secrets.compare_digest", counted)
    sessions = []
    for number in range(3):
        sessions.append(made.exchange(told[number]))
    assert len(set(told)) == 4
    assert min(map(len, told)) >= 43
    assert not made.admit(["wrong"])
    assert made.admit([str(sessions[0])])
    assert compared == [32] * (3 + 3 + 3)


def said(kind: str) -> bytes:
    message = BackMsg()
    if kind in ("install_skills", "dismiss_skills_nudge", "deferred_file", "dataframe_chunk"):
        getattr(message.backend_operation_request, kind).SetInParent()
    elif kind == "rerun_script":
        message.rerun_script.query_string = "person=ana"
    elif kind == "file_urls_request":
        message.file_urls_request.file_names.append("a")
    else:
        setattr(message, kind, True)
    return message.SerializeToString()


def test_only_messages_that_pages_send_reach_streamlit() -> None:
    wanted = ["rerun_script", "stop_script", "app_heartbeat", "deferred_file", "file_urls_request"]
    others = ["clear_cache", "set_run_on_save", "load_git_info", "debug_shutdown_runtime", "debug_disconnect_websocket"]
    others += ["install_skills", "dismiss_skills_nudge", "dataframe_chunk"]
    kinds = {field.name for field in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields}
    assert kinds - {"backend_operation_request"} == {*wanted, *others} - {
        "deferred_file", "install_skills", "dismiss_skills_nudge", "dataframe_chunk"
    }  # fmt: skip
    mixed = [one for pair in zip(others, [*wanted, *wanted, *wanted], strict=False) for one in pair]
    asked = ask("/_stcore/stream", kind="websocket", origin=OURS, messages=map(said, mixed))
    assert asked.heard == [said(kind) for kind in mixed if kind in wanted]


def test_every_option_of_this_streamlit_is_pinned_or_named_as_harmless() -> None:
    known = set(config._config_options_template)
    set_here = set(options.pinned("127.0.0.1", 8501, ("127.0.0.1",)))
    harmless = {
        name
        for name in known - set_here
        if any(name == one or (one.endswith(".") and name.startswith(one)) for one in options.HARMLESS)
    }
    assert known - set_here - harmless == set(), "decide: pin it, or say why it opens nothing"
    assert set_here - known == set(), "no such option any more"
    assert {one for one in options.HARMLESS if not any(name.startswith(one) for name in known)} == set()
    assert not {one for one in options.HARMLESS if one in set_here}
    assert all(len(reason) > 5 for reason in options.HARMLESS.values())


def test_options_are_of_the_type_that_streamlit_takes() -> None:
    for name, value in options.pinned("127.0.0.1", 8501, ("127.0.0.1",)).items():
        default = config._config_options_template[name].default_val
        if value is not None and default is not None:
            either = ("auto", True, False) if name == "client.showErrorLinks" else ()
            assert isinstance(value, type(default)) or value in either, name
        assert value is None or not isinstance(value, str) or value.lower() not in ("true", "false")
    assert options.pinned("a", 1, ())["server.cookieSecret"] != options.pinned("a", 1, ())["server.cookieSecret"]
    assert options.OPTIONS["browser.gatherUsageStats"] is False
    assert options.OPTIONS["server.enableAgentApi"] is False


def test_the_environment_keeps_packages_and_no_options() -> None:
    given = {
        "PATH": "/bin", "HOME": "/h", "STREAMLIT_SERVER_PORT": "1", "streamlit_x": "x", "PYTHONSTARTUP": "/s",
        "PYTHONPATH": ":.:/a/b:relative:", "PYTHONINSPECT": "1", "SEEWHY_GRAPH": "g", "NEO4J_PASSWORD": "p",
    }  # fmt: skip
    kept = {"PATH": "/bin", "HOME": "/h", "SEEWHY_GRAPH": "g", "NEO4J_PASSWORD": "p"}
    assert outside(given) == {**kept, "PYTHONPATH": "/a/b"}
    assert outside({**given, "PYTHONPATH": ".:"}) == kept


def test_the_folder_is_empty_private_and_gone_afterwards(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STREAMLIT_SERVER_PORT", "1")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    with private_folder() as folder:
        assert (Path.cwd(), Path.home(), list(folder.iterdir())) == (folder, folder, [])
        assert folder.stat().st_mode & 0o777 == 0o700
        assert not [name for name in os.environ if name.startswith("STREAMLIT")]
        assert os.environ["XDG_CONFIG_HOME"] == str(folder)
        (folder / "left").write_text("x", "utf-8")
    assert not folder.exists()
    assert os.environ["STREAMLIT_SERVER_PORT"] == "1"


class Clocks:
    """A pulse with clocks that a test turns."""

    def __init__(self) -> None:
        self.now = self.used = 0.0
        self.pulse = Pulse(lambda: self.now, lambda: self.used)

    def passes(self, seconds: float, *, works: bool, beats: bool = True) -> None:
        for _ in range(10):
            self.now += seconds / 10
            self.used += seconds / 10 if works else 0
            if beats:
                self.pulse.beat()
            self.pulse.trouble()


def test_health_fails_when_the_loop_does_not_turn() -> None:
    clocks = Clocks()
    clocks.passes(LATE_SECONDS / 2, works=True, beats=False)
    assert ask("/_stcore/health", pulse=clocks.pulse).status == 200
    clocks.passes(LATE_SECONDS, works=True, beats=False)
    asked = ask("/_stcore/health", pulse=clocks.pulse)
    assert (asked.status, asked.text, asked.reached) == (503, "the loop does not turn", [])
    clocks.pulse.beat()
    assert ask("/_stcore/health", pulse=clocks.pulse).status == 200


def test_health_fails_when_no_page_comes_to_its_end() -> None:
    clocks = Clocks()
    with clocks.pulse.running():
        clocks.passes(PAGE_SECONDS * 2, works=True)
        assert clocks.pulse.trouble() == "", "a long question works"
        with clocks.pulse.running():
            clocks.passes(PAGE_SECONDS * 0.9, works=False)
        clocks.passes(PAGE_SECONDS * 0.9, works=False)
        assert clocks.pulse.trouble() == "", "another page has come to its end"
        clocks.passes(PAGE_SECONDS, works=False)
        assert clocks.pulse.trouble() == "no page comes to its end"
        asked = ask("/_stcore/health", pulse=clocks.pulse)
        assert (asked.status, asked.text) == (503, "no page comes to its end")
    assert clocks.pulse.trouble() == ""
    clocks.passes(PAGE_SECONDS * 3, works=False)
    assert clocks.pulse.trouble() == "", "nobody asks anything"
