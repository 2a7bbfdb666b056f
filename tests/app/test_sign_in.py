"""Sign-in at the door, without a server: how people come in and go out, and what does not get them in.

Behind the door stands something that says what reached it. The identity provider is a real one on this machine.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey
from streamlit.proto.BackMsg_pb2 import BackMsg

from seewhy.auth import asker as askers
from seewhy.auth.asker import SessionEnded
from seewhy.auth.rights import Denied, EverybodyWhoSignsIn, Roles
from seewhy.auth.sessions import ABSOLUTE_SECONDS, IDLE_SECONDS, MOST_OF_ONE, Sessions
from seewhy.auth.settings import OPTIONS, SignIn, as_environment, read_sign_in
from seewhy.auth.store import Store
from seewhy.explorer import page_list
from seewhy.explorer.door.guard import SHOWN_TO_PEOPLE, Guard
from seewhy.explorer.door.identity import ask_people
from seewhy.explorer.door.people import LOGIN, SIGN_OUT, SIGNED_OUT, People
from seewhy.explorer.door.pulse import Pulse
from seewhy.explorer.door.windows import Windows
from seewhy.graph.errors import ConfigurationError
from tests.servers.identity import CLIENT, SECRET, Provider, answer_to, identity_provider
from tests.support import at_the_door

HOST, PUBLIC = "seewhy.example.org", "https://seewhy.example.org"
ADMINS = {"--everybody-is-admin": "yes"}
PROXY_SECRET = "only-the-proxy-knows-this"
NOW = time.time


class Browser:
    """Sends requests to a door, with the cookies that it was given, as a browser does."""

    def __init__(self, guard: Guard) -> None:
        self.guard, self.cookies = guard, dict[str, str]()
        self.reached: list[dict[str, Any]] = []
        self.heard: list[bytes] = []

    def get(self, address: str, **what: Any) -> tuple[int, dict[str, str], str]:
        path, _, query = address.partition("?")
        return self.send("http", path, query, **what)

    def socket(self, messages: tuple[bytes, ...] = (), *, origin: str | None = PUBLIC, **what: Any) -> int:
        """The status that refuses it, 0 when it is accepted."""
        return self.send("websocket", "/_stcore/stream", "", origin=origin, messages=messages, **what)[0]

    def send(
        self,
        kind: str,
        path: str,
        query: str,
        *,
        host: str = HOST,
        origin: str | None = None,
        more: tuple[tuple[str, str], ...] = (),
        peer: str = "203.0.113.9",
        **what: Any,
    ) -> tuple[int, dict[str, str], str]:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        given = [("host", host), ("origin", origin), ("cookie", cookie or None), *more]
        asked = at_the_door.ask(self.guard, path, given, kind=kind, query=query, peer=peer, theirs=(), **what)
        self.reached, self.heard = asked.reached, asked.heard
        for name, value in asked.header_list:
            if name == "set-cookie":
                for key, morsel in SimpleCookie(value).items():
                    self.cookies.pop(key, None)
                    if morsel["max-age"] != "0":
                        self.cookies[key] = morsel.value
        return asked.status, dict(asked.header_list), asked.text

    def sign_in(self, provider: Provider, person: str, to: str = "/") -> tuple[int, dict[str, str], str]:
        """All the way, until the door answers to what the provider said."""
        _, headers, _ = self.get(to)
        assert headers["location"].startswith(LOGIN)
        _, headers, _ = self.get(headers["location"])
        return self.get(answer_to(provider, headers["location"], person).removeprefix(PUBLIC))


@pytest.fixture(scope="module")
def _provider() -> Iterator[Provider]:
    with identity_provider() as running:
        yield running


@pytest.fixture
def provider(_provider: Provider) -> Iterator[Provider]:
    yield _provider
    _provider.bend = _provider.sign_with = None


@pytest.fixture
def people(provider: Provider, tmp_path: Path) -> Iterator[People]:
    """People who sign in with the provider; the run of a script can ask who it is for."""
    secret = tmp_path / "client-secret"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    options = {"--sign-in": "oidc", "--public-url": PUBLIC, "--issuer": provider.issuer, "--client-id": CLIENT}
    options |= ADMINS
    store = Store(tmp_path / "state")
    sign_in = read_sign_in({**options, "--client-secret-file": str(secret), "--state": str(tmp_path / "state")})
    yield People(sign_in, store, port=8501, pages=SHOWN_TO_PEOPLE)
    store.close()


def door(people: People) -> Browser:
    hosts = ("127.0.0.1:8501", HOST)
    return Browser(Guard(None, hosts=hosts, tickets=None, cookie="x", pulse=Pulse(), people=people))  # type: ignore[arg-type]


def of_session(browser: Browser) -> str:
    """The key of the session that reached Streamlit with the last request."""
    (scope,) = browser.reached
    (key,) = [value.decode() for name, value in scope["headers"] if name == b"x-seewhy-session"]
    return key


def run(*, fragment: str = "", auto: bool = False) -> bytes:
    message = BackMsg()
    message.rerun_script.query_string = "person=ana"
    message.rerun_script.fragment_id = fragment
    message.rerun_script.is_auto_rerun = auto
    return message.SerializeToString()


def test_a_person_signs_in_asks_and_signs_out(provider: Provider, people: People) -> None:
    one = door(people)
    status, headers, _ = one.sign_in(provider, "u-ana", "/why?person=ana&case=m-101")
    assert (status, headers["location"]) == (303, "/why?person=ana&case=m-101")
    rules = headers["set-cookie"]
    assert list(one.cookies) == ["__Host-seewhy"], "the cookie of the sign-in is gone"
    assert "__Host-seewhy-login=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure" in rules
    assert one.get("/why?person=ana")[0] == 200
    session = people.sessions.live(of_session(one))
    assert session is not None
    assert (session.actor.id, session.actor.name, session.actor.email) == ("u-ana", "Ana Ferreira", "ana@example.org")
    assert (session.actor.groups, session.actor.claims["iss"]) == ({"sg-mi"}, provider.issuer)
    assert one.socket((run(),)) == 0
    assert len(one.heard) == 1
    kept = dict(one.cookies)
    assert kept["__Host-seewhy"].encode() not in people.sessions._store.path.read_bytes(), "a digest is kept"
    assert people.sessions._store.path.stat().st_mode & 0o077 == 0
    # Another site can make a browser ask, but does not know what ends this session.
    status, _, page = one.get(f"{SIGN_OUT}?of=guessed")
    assert (status, "Sign out Ana Ferreira?" in page) == (200, True)
    assert one.get("/")[0] == 200
    status, headers, _ = one.get(people.sign_out_address(session.key))
    assert (status, headers["location"], one.cookies) == (303, SIGNED_OUT, {})
    _, _, page = one.get(SIGNED_OUT)
    assert f'{provider.issuer}/logout?' in page
    # Replay: a copy of the cookie, and the connection that is still open.
    one.cookies = kept
    assert one.get("/")[0] == 303
    assert (one.socket(), one.get("/media/x.csv")[0], one.reached) == (403, 403, [])


def test_cookies_are_secure_and_last_as_long_as_a_session(provider: Provider, people: People) -> None:
    one = door(people)
    _, headers, _ = one.get(LOGIN)
    assert headers["set-cookie"].split("; ")[1:] == ["Path=/", "Max-Age=600", "HttpOnly", "SameSite=Lax", "Secure"]
    begun = people._begun({"type": "http", "headers": []}, people_actor())
    assert begun[1].decode().split("; ")[1:] == ["Path=/", "Max-Age=28800", "HttpOnly", "SameSite=Lax", "Secure"]


def people_actor(id: str = "u-ana") -> Any:
    from seewhy.auth.actor import Actor

    return Actor(id, id, "")


def test_one_actor_has_so_many_sessions_and_the_oldest_ends(tmp_path: Path) -> None:
    now = [1_000_000.0]
    sessions = Sessions(Store(tmp_path), lambda: now[0])
    other = sessions.begin(people_actor("u-sam"))
    begun = []
    for _ in range(MOST_OF_ONE + 2):
        now[0] += 1
        begun.append(sessions.begin(people_actor()))
    assert [sessions.find(one) is None for one in begun] == [True] * 2 + [False] * MOST_OF_ONE
    assert sessions.find(other) is not None


def test_sessions_end_by_themselves_and_by_hand(tmp_path: Path) -> None:
    now = [1_000_000.0]
    sessions = Sessions(Store(tmp_path), lambda: now[0])
    secret = sessions.begin(people_actor())
    for _ in range(int(ABSOLUTE_SECONDS / IDLE_SECONDS * 2) - 1):
        now[0] += IDLE_SECONDS / 2
        found = sessions.find(secret)
        assert found is not None
        sessions.touch(found)
    now[0] += IDLE_SECONDS / 2
    assert sessions.find(secret) is None, "eight hours, however busy"
    quiet = sessions.begin(people_actor())
    now[0] += IDLE_SECONDS - 1
    assert sessions.find(quiet) is not None, "looking is doing nothing"
    now[0] += 1
    assert sessions.find(quiet) is None
    both = [sessions.begin(people_actor()) for _ in range(2)]
    other = sessions.begin(people_actor("u-sam"))
    assert (sessions.end_all("u-ana"), sessions.end_all("u-ana")) == (2, 0)
    assert [sessions.find(one) for one in both] == [None, None]
    assert [one.actor.id for one in sessions.all()] == ["u-sam"]
    assert Sessions(Store(tmp_path), lambda: now[0]).find(other) is not None, "it outlasts the process"
    assert sessions.find(other + "x") is None


def test_what_a_provider_may_not_say(provider: Provider, people: People) -> None:
    """Each is a way to become somebody with a token that is not for us, not of them, or of another time."""
    forged = ECKey.generate_key("P-256", {"kid": "one"})
    bends: dict[str, Any] = {
        "another audience": lambda claims: claims.update(aud="another-client"),
        "another audience, for our sake": lambda claims: claims.update(aud="another-client", azp=CLIENT),
        "another issuer": lambda claims: claims.update(iss="https://evil.example"),
        "expired": lambda claims: claims.update(exp=int(NOW()) - 3600, iat=int(NOW()) - 7200),
        "not yet": lambda claims: claims.update(nbf=int(NOW()) + 3600),
        "no end": lambda claims: claims.pop("exp"),
        "another nonce": lambda claims: claims.update(nonce="of another sign-in"),
        "no nonce": lambda claims: claims.pop("nonce"),
        "nobody": lambda claims: claims.update(sub=""),
        "no subject": lambda claims: claims.pop("sub"),
    }
    got_in = []
    for name, bend in bends.items():
        provider.bend = bend
        if door(people).sign_in(provider, "u-ana")[0] != 403:
            got_in.append(name)
    provider.bend, provider.sign_with = None, forged
    if door(people).sign_in(provider, "u-ana")[0] != 403:
        got_in.append("signed by another key")
    provider.sign_with = None
    one, other = door(people), door(people)
    # An answer that was begun in another browser (login CSRF), brought twice, with a member twice, without a state.
    _, headers, _ = one.get(LOGIN)
    back = answer_to(provider, headers["location"], "u-eve").removeprefix(PUBLIC)
    other.get(LOGIN)
    for name, status in {
        "begun elsewhere": other.get(back)[0],
        "without its cookie": door(people).get(back)[0],
        "a state twice": one.get(f"{back}&state=x")[0],
    }.items():
        if status != 403:
            got_in.append(name)
    _, headers, _ = one.get(LOGIN)
    back = answer_to(provider, headers["location"], "u-eve").removeprefix(PUBLIC)
    begun = dict(one.cookies)
    assert one.get(back)[0] == 303
    one.cookies = begun
    if one.get(back)[0] != 403:
        got_in.append("a code twice")
    assert not got_in
    assert one.get(f"{LOGIN}?to=//evil.example/x")[1]["location"].startswith(provider.issuer)
    assert people.sessions.all()[0].actor.id == "u-eve"


def test_nobody_is_led_elsewhere(provider: Provider, people: People) -> None:
    led = []
    elsewhere = ("//evil.example", "https://evil.example/", "/\\evil.example", "javascript:1")
    for to in (*elsewhere, "/nothing", "/auth/sign-out"):
        one = door(people)
        _, headers, _ = one.get(f"{LOGIN}?to={to}")
        back = answer_to(provider, headers["location"], "u-ana").removeprefix(PUBLIC)
        led.append(one.get(back)[1]["location"])
    assert set(led) == {"/"}


def test_one_person_has_so_many_windows_and_a_browser_cannot_say_otherwise(provider: Provider, people: People) -> None:
    one = door(people)
    one.sign_in(provider, "u-ana")
    windows = one.guard._windows = Windows(most=100, most_of_one=1)

    def told() -> list[str]:
        one.socket((run(),), more=(("x-seewhy-full", "nothing"),))
        [scope] = one.reached
        return [value.decode() for name, value in scope["headers"] if name == b"x-seewhy-full"]

    assert told() == []
    with windows.opened("u-sam"):
        assert told() == []
    with windows.opened("u-ana"):
        assert told() == ["one"]
    assert told() == []


def test_without_a_session_nothing_reaches_streamlit(provider: Provider, people: People) -> None:
    """Row by row: files, metrics, uploads, odd paths, and a websocket that comes straight in."""
    paths = ["/media/a.csv", "/static/a.js", "/_stcore/host-config", "/_stcore/metrics", "/_stcore/upload_file/a"]
    paths += ["//", "//why", "/why/", "/WHY", "/%77hy", "/why%2f", "//_stcore/stream", "/./why", "/auth/login/"]
    reached, answers = [], {}
    one = door(people)
    for cookie in ("", "guessed", "'; --", "%00", "é"):
        one.cookies = {"__Host-seewhy": cookie} if cookie else {}
        for path in paths:
            answers[cookie, path] = one.get(path)[0]
            reached += one.reached
        answers[cookie, "socket"] = one.socket((run(),))
        reached += one.reached
        # What only the door or a proxy may say.
        forged = (("x-seewhy-session", "0" * 64), ("x-forwarded-user", "u-ana"))
        answers[cookie, "forged"] = one.socket((run(),), more=forged)
        reached += one.reached
    assert ({status for status in answers.values()}, reached) == ({403}, [])
    assert one.get("/_stcore/health")[0] == one.get("/_stcore/health", host="127.0.0.1:8501")[0] == 200
    for path in ("/", "/auth/login", "/auth/signed-out", "/media/x", "/nothing"):
        rules = one.get(path)[1]
        assert "frame-ancestors 'none'" in rules["content-security-policy"], path
        assert (rules["x-frame-options"], rules["x-content-type-options"]) == ("DENY", "nosniff"), path
    assert one.get("/", host="127.0.0.1:8501")[0] == 403, "signed-in people come by the public address alone"
    assert (one.get("/", method="POST")[0], one.get(SIGN_OUT, method="POST")[0]) == (405, 405)


def test_a_file_is_dropped_only_where_streamlit_told_this_person_whose_role_takes_files(
    provider: Provider, people: People
) -> None:
    places = ["/_stcore/upload_file" + 2 * f"/{n}1234567-89ab-4def-8123-456789abcdef" for n in "012"]
    told = {"origin": PUBLIC, "more": (("content-length", "1000"),)}
    people._takes_files = lambda actor: actor.id == "u-ana"
    ana, bo = door(people), door(people)
    ana.sign_in(provider, "u-ana")
    bo.sign_in(provider, "u-sam")
    ana.socket(says=b"..." + places[0].encode() + b"\x12")
    bo.socket(says=b"..." + places[1].encode() + b"\x12")
    status = {
        "ana": [ana.get(place, method="PUT", **told)[0] for place in places],
        "bo": [bo.get(place, method="PUT", **told)[0] for place in places],
        "ana, no origin": ana.get(places[0], method="PUT", more=told["more"])[0],
        "ana, taken away": ana.get(places[0], method="DELETE", origin=PUBLIC)[0],
        "nobody": door(people).get(places[0], method="PUT", **told)[0],
    }
    assert status == {
        "ana": [200, 404, 404], "bo": [404, 404, 404], "ana, no origin": 403, "ana, taken away": 200, "nobody": 403
    }  # fmt: skip
    assert [name for one in ana.reached for name, value in one["headers"] if b"__Host-seewhy" in value] == []


def test_a_session_opens_what_pages_need_and_nothing_else(provider: Provider, people: People) -> None:
    one = door(people)
    one.sign_in(provider, "u-ana")
    off = ["/_stcore/metrics", "/_stcore/upload_file/a", "//why", "/why/", "/_stcore/stream", "/component/x", "//"]
    assert {path: one.get(path)[0] for path in off} == dict.fromkeys(off, 404)
    assert [one.get(f"/{entry.address}")[0] for entry in page_list.shown()] == [200] * len(page_list.shown())
    origins = (None, "https://evil.example", f"http://{HOST}", "null")
    assert [one.socket(origin=origin) for origin in origins] == [403] * len(origins)
    # Twice the same header, or two cookies of that name: nobody can say which was meant.
    twice = [("cookie", f"__Host-seewhy={one.cookies['__Host-seewhy']}"), ("origin", PUBLIC), ("host", HOST)]
    assert [one.socket(more=(header,)) for header in twice] == [403] * len(twice)
    # What reaches Streamlit holds neither the cookie nor what others claim, and no lost connection is taken up again.
    claimed = (("x-seewhy-session", "0" * 64), ("X-Forwarded-User", "u-sam"), ("cookie", "_streamlit_xsrf=1"))
    asked = (("sec-websocket-protocol", "streamlit, xsrf, somebody-elses-session"),)
    assert one.socket(more=(*claimed, *asked)) == 0
    headers = one.reached[0]["headers"]
    said = {name.lower(): value for name, value in headers}
    assert len(said) == len(headers)
    assert (said[b"cookie"], said[b"sec-websocket-protocol"]) == (b"_streamlit_xsrf=1", b"streamlit, xsrf")
    assert b"x-forwarded-user" not in said
    assert people.sessions.live(of_session(one)) is not None


def test_two_people_in_one_browser_and_files_of_another(provider: Provider, people: People) -> None:
    one, other = door(people), door(people)
    one.sign_in(provider, "u-ana")
    first = dict(one.cookies)
    assert one.socket((), says=b"\x0a\x10/media/ana.csv\x12") == 0
    other.sign_in(provider, "u-sam")
    assert (one.get("/media/ana.csv")[0], other.get("/media/ana.csv")[0]) == (200, 404)
    assert one.get("/media/never-named.csv")[0] == 404
    # Another tab of the same browser signs in as somebody else: the first one's session has ended.
    one.get(LOGIN)
    back = answer_to(provider, one.get(LOGIN)[1]["location"], "u-sam").removeprefix(PUBLIC)
    assert one.get(back)[0] == 303
    assert (one.get("/media/ana.csv")[0], one.cookies == first) == (404, False)
    one.cookies = first
    assert one.socket() == 403


def test_after_the_end_of_a_session_only_a_whole_page_is_drawn(provider: Provider, people: People) -> None:
    """What is open goes on asking: a part of a page would be drawn without asking who it is for."""
    one = door(people)
    one.sign_in(provider, "u-ana")
    beat, file = BackMsg(), BackMsg()
    beat.app_heartbeat = True
    file.backend_operation_request.deferred_file.SetInParent()
    told = (run(fragment="f", auto=True), beat.SerializeToString(), file.SerializeToString())
    assert (one.socket(told), tuple(one.heard)) == (0, told)
    real = people.live

    def ends(key: str, *, active: bool) -> bool:
        people.sessions.end(key)
        return real(key, active=active)

    people.live = ends  # type: ignore[method-assign]
    assert one.socket(told) == 0
    assert one.heard == [run(auto=True)]


def test_looking_again_by_itself_is_nobody(provider: Provider, people: People) -> None:
    one = door(people)
    one.sign_in(provider, "u-ana")
    one.get("/")
    store, key = people.sessions._store, of_session(one)

    def seen() -> float:
        return float(store.read("SELECT seen FROM sessions WHERE id = ?", bytes.fromhex(key))[0][0])

    store.write("UPDATE sessions SET seen = seen - 600")
    before = seen()
    one.socket((run(fragment="f", auto=True),))
    assert seen() == before
    one.socket((run(),))
    assert seen() > before + 500


def test_every_run_asks_anew_who_it_is_for(
    provider: Provider, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    import streamlit as st
    from streamlit.runtime.context import StreamlitHeaders

    one = door(people)
    one.sign_in(provider, "u-ana")
    one.cookies["_streamlit_user"] = "somebody else, as Streamlit itself would remember them"
    assert one.socket() == 0
    headers = [(name.decode(), value.decode()) for name, value in one.reached[0]["headers"]]
    monkeypatch.setattr(type(st.context), "headers", property(lambda _: StreamlitHeaders(headers)))
    now = [Roles(frozenset({"admin"}))]
    access = type("Access", (EverybodyWhoSignsIn,), {"of": lambda self, actor: now[0]})()
    try:
        ask_people(people, access, "the access team")
        who = askers.asker()
        assert who is not None
        assert (who.actor.id, who.contact) == ("u-ana", "the access team")
        assert page_list.allowed() == page_list.shown()
        now[0] = Roles(frozenset({"self"}))
        assert {entry.title for entry in page_list.allowed()} == {"Ask", "Why", "What can they see", "Time", "Verify"}
        with pytest.raises(Denied, match="your role does not include"):
            page_list.check("Reports")
        now[0] = Roles(frozenset())
        with pytest.raises(Denied, match="you have no role"):
            page_list.check("Ask")
        people.sessions.end(who.session)
        with pytest.raises(SessionEnded, match="not signed in any more"):
            page_list.check("Ask")
        headers.append(headers[-1])
        with pytest.raises(SessionEnded):
            askers.asker()
    finally:
        askers.find_by(None)
    assert askers.asker() is None


def test_a_proxy_is_believed_from_its_network_with_its_secret(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f"{PROXY_SECRET}\n")
    secret.chmod(0o600)
    options = {"--sign-in": "proxy", "--public-url": PUBLIC, "--proxy-from": "10.1.0.0/24, fd00::/64", **ADMINS}
    sign_in = read_sign_in({**options, "--proxy-secret-file": str(secret), "--state": str(tmp_path)})
    people = People(sign_in, Store(tmp_path), port=8501, pages=SHOWN_TO_PEOPLE)
    name, key = ("x-forwarded-user", "u-ana"), ("x-seewhy-proxy-secret", PROXY_SECRET)
    groups = ("x-forwarded-groups", "sg-mi, sg-audit")
    good, peer = (name, key, groups), "10.1.0.7"
    one = door(people)
    status, headers, _ = one.get("/why?person=ana", more=good, peer=peer)
    assert (status, headers["location"]) == (303, "/why?person=ana")
    assert one.get("/why?person=ana", more=good, peer=peer)[0] == 200
    assert people.sessions.all()[0].actor.groups == {"sg-mi", "sg-audit"}
    assert one.socket(more=good, peer=peer) == 0
    assert one.socket(more=good, peer="::ffff:10.1.0.7") == 0
    assert not {b"x-forwarded-user", b"x-seewhy-proxy-secret"} & {key for key, _ in one.reached[0]["headers"]}
    wrong = {
        "another network": (good, "10.2.0.7"),
        "no secret": ((name,), peer),
        "another secret": ((name, ("x-seewhy-proxy-secret", "guessed")), peer),
        "the secret twice": ((*good, key), peer),
        "a name twice": ((*good, ("X-Forwarded-User", "u-sam")), peer),
        "no name": ((key,), peer),
        "no address": (good, "unix"),
        "somebody else with this cookie": ((("x-forwarded-user", "u-sam"), key, groups), peer),
        "the cookie alone": ((), "203.0.113.9"),
    }
    cookies = dict(one.cookies)
    got_in = [what for what, (more, of) in wrong.items() if one.socket(more=more, peer=of) == 0]
    assert (got_in, one.cookies) == ([], cookies)
    status, _, page = door(people).get("/", more=(name,), peer=peer)
    assert (status, "the proxy before SeeWhy has to say who asks" in page) == (403, True)
    status, _, _ = one.get("/", more=(("x-forwarded-user", "u-sam"), key), peer=peer)
    assert status == 303
    assert [session.actor.id for session in people.sessions.all()] == ["u-sam"], "the first one's session has ended"


def test_all_faults_of_the_settings_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in OPTIONS.values():
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)
    open_, empty = tmp_path / "open", tmp_path / "empty"
    open_.write_text("a secret that all can read")
    open_.chmod(0o644)
    empty.touch(0o600)

    def faults(address: str = "127.0.0.1", **given: str) -> str:
        options = {f"--{name.replace('_', '-')}": value for name, value in given.items()}
        with pytest.raises(ConfigurationError) as raised:
            read_sign_in(options, address=address)
        return "\n".join([*raised.value.sentences, raised.value.hint])

    said = faults(
        "0.0.0.0", sign_in="oidc", public_url="http://seewhy.example.org", issuer="http://login.example.org",
        client_secret_file=str(open_), proxy_from="10.0.0.0/8", access="nowhere.toml",
    )  # fmt: skip
    for part in (
        "`--proxy-from` is of another sign-in", "begin with `https://`: cookies", "can be read or written by others",
        "`http://login.example.org` has to begin", "`--client-id` is missing", "`nowhere.toml` is not there",
    ):  # fmt: skip
        assert part in said
    said = faults("0.0.0.0", sign_in="proxy", proxy_from="10.0.0.1/8,x", proxy_secret_file=str(empty))
    for part in ("`--public-url` is missing", "`10.0.0.1/8` is no network", "`x` is no network", "is empty"):
        assert part in said
    assert "did you mean `oidc`" in faults(sign_in="odic")
    for address in ("0.0.0.0", "::", "192.0.2.1", "seewhy.example.org", "127.0.0.example"):
        assert "`" + address + "` is not this machine alone" in faults(address)
        assert not read_sign_in({}, address=address, i_know=True).on
    for kind in ("oidc", "proxy"):
        said = faults(sign_in=kind)
        assert "`--access` is missing: the file that says who has which role" in said
        assert "--everybody-is-admin lets everybody who signs in ask everything" in said
        assert "`--access` is missing" not in faults(sign_in=kind, everybody_is_admin="yes")
    assert "`--everybody-is-admin` is yes or no, not `maybe`" in faults(sign_in="oidc", everybody_is_admin="maybe")
    (tmp_path / "access.toml").touch()
    assert "exclude each other" in faults(sign_in="oidc", everybody_is_admin="yes", access="access.toml")
    given = {"--sign-in": "oidc", "--issuer": "https://login.example.org", "--client-id": "x", **ADMINS}
    for url in ("https://SeeWhy.example.org:443/", "https://seewhy.example.org"):
        assert read_sign_in({**given, "--public-url": url}, address="0.0.0.0").public_url == PUBLIC
    assert "no address without a path" in faults("0.0.0.0", sign_in="oidc", public_url="https://a.example/seewhy")
    monkeypatch.setenv("SEEWHY_SIGN_IN", "oidc")
    assert "`--issuer` is missing" in faults()
    shown = as_environment({"--state": "here", "--issuer": "https://a.example", "--access": None})
    assert shown == {"SEEWHY_STATE": str(tmp_path / "here"), "SEEWHY_OIDC_ISSUER": "https://a.example"}


def test_a_provider_that_does_not_answer_or_fit_lets_nobody_in(provider: Provider, people: People) -> None:
    for issuer in ("http://127.0.0.1:9", f"{provider.issuer}/"):
        settings = SignIn("oidc", PUBLIC, people.sessions._store.path.parent)
        from seewhy.auth.settings import Provider as Settings

        away = SignIn("oidc", PUBLIC, settings.state, provider=Settings(issuer, CLIENT, SECRET))
        one = door(People(away, people.sessions._store, port=8501, pages=SHOWN_TO_PEOPLE))
        status, _, page = one.get(LOGIN)
        assert (status, "sign-in service does not answer as it should" in page) == (503, True)
