"""Tokens: who is answered, every endpoint for every role by a request that is really sent, and what widens nothing."""

from __future__ import annotations

import base64
from contextlib import nullcontext
from json import dumps, loads
from pathlib import Path
from typing import Any

import pytest

import seewhy
from seewhy.auth.rights import KINDS, PROGRAMS, kinds_of
from seewhy.auth.store import Store
from seewhy.auth.tokens import Tokens
from seewhy.graph.errors import ConfigurationError, UnknownEntity
from seewhy.graph.evidence.pseudonyms import Pseudonyms
from seewhy.http.application import METADATA, application
from seewhy.http.beside import beside
from seewhy.http.questions import ENDPOINTS
from seewhy.http.server import run
from tests.unit.http.conftest import AS_OF, KIND, Client

PAIR = {"subject": {"type": "person", "id": "sam"}, "action": {"name": "view"}, "context": AS_OF}
EVALUATION = {**PAIR, "resource": {"type": "case", "id": "c-102"}}
SEARCH = {**PAIR, "resource": {"type": "case"}}
ASKED = {
    "access/v1/evaluation": EVALUATION,
    "access/v1/evaluations": {**EVALUATION, "evaluations": [{}]},
    "access/v1/search/subject": {**EVALUATION, "subject": {"type": "person"}},
    "access/v1/search/resource": SEARCH,
    "access/v1/search/action": {name: value for name, value in EVALUATION.items() if name != "action"},
    "v1/check": {"person": "sam", "case": "c-102"},
    "v1/why": {"person": "hana", "case": "i-101"},
    "v1/who": {"case": "c-102"},
    "v1/what": {"person": "sam"},
    "v1/person": {"person": "sam"},
    "v1/row": {"file": "memberships.csv", "row": "4"},
    "v1/diff": {"from": AS_OF["as_of"], "to": AS_OF["as_of"]},
    "v1/findings": {"rule": "MEM-23"},
    "v1/timeline": {"person": "sam", "case": "c-102"},
    "v1/whatif": {"changes": {"set": {"people": [{"person_id": "sam", "name": "Sam"}]}}},
    "v1/eligible": {"kind": "assign", "case": "c-102"},
    "v1/test": {"assertions": "name: s\ntests:\n  - check: {person: sam, case: c-102}\n    expect: {}\n"},
    "v1/evidence": {"person": "sam", "case": "c-102"},
}
"""Every endpoint that answers about somebody, with a question that it answers."""
POSTED = {"v1/whatif", "v1/eligible", "v1/test"}
OPEN = ("/.well-known/authzen-configuration", "/openapi.json", "/livez", "/readyz")


class Asker(Client):
    """A client of the interface that asks for tokens."""

    def __init__(self, graph: seewhy.Graph, tokens: Tokens, *, always: bool = False) -> None:
        self.graph, self.tokens = graph, tokens
        self.app = application(graph, tokens=tokens, always=always)

    def ask(self, path: str, *authorization: str, key: Pseudonyms | None = None) -> Any:
        """The answer to the question of a path; `key`: people and cases are named by pseudonym."""
        body = ASKED[path] if key is None else _renamed(ASKED[path], key)
        headers: list[tuple[str, str]] = [("authorization", one) for one in authorization]
        if path in POSTED or path.startswith("access/"):
            return self.send("POST", f"/{path}", content=dumps(body), headers=[*headers, *KIND.items()])
        return self.send("GET", f"/{path}", params=body, headers=headers)


def _renamed(body: Any, key: Pseudonyms) -> Any:
    text = dumps(body)
    for kind, id in (("person", "sam"), ("person", "hana"), ("case", "c-102"), ("case", "i-101")):
        text = text.replace(f'"{id}"', f'"{key.of(kind, id)}"')
    return loads(text)


@pytest.fixture
def asker(sample_of_http: seewhy.Graph, tmp_path: Path) -> Asker:
    return Asker(sample_of_http, Tokens(Store(tmp_path)))


def test_every_endpoint_for_every_role(asker: Asker) -> None:
    assert {path.removeprefix("v1/") for path in ASKED if path.startswith("v1/")} == {
        *(endpoint.name for endpoint in ENDPOINTS),
        "evidence",
    }
    assert {path.removeprefix("access/v1/") for path in ASKED if path.startswith("access/")} == set(METADATA)
    wrong = []
    for role in KINDS:
        secret, _ = asker.tokens.new(role, role, "1h")
        for path in ASKED:
            kind = path.removeprefix("access/").removeprefix("v1/").partition("/")[0]
            expected = 200 if kind.replace("evaluations", "evaluation") in kinds_of([role]) else 403
            if role == "analyst":
                expected = 403  # without a key to make pseudonyms with
            response = asker.ask(path, f"Bearer {secret}")
            if response.status_code != expected:
                wrong.append((role, path, response.status_code, response.text[:80]))
            elif expected == 403 and not isinstance(response.json(), str):
                wrong.append((role, path, "no sentence"))
    assert not wrong


def test_an_analyst_is_told_pseudonyms_over_http(
    asker: Asker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the key that the server names: every list, no reason, and no name or id of the organisation."""
    file = tmp_path / "pseudonyms"
    file.write_bytes(bytes(range(32)))
    file.chmod(0o600)
    monkeypatch.setenv("SEEWHY_PSEUDONYMS", str(file))
    key = Pseudonyms.read(file)
    secret, _ = asker.tokens.new("mi", "analyst", "1h")
    people = asker.graph.session.run("organisation/people")
    told = {row["name"] for row in people} | {row["caption"] for row in asker.graph.session.run("organisation/cases")}
    wrong = []
    for path in ASKED:
        kind = path.removeprefix("access/").removeprefix("v1/").partition("/")[0].replace("evaluations", "evaluation")
        response = asker.ask(path, f"Bearer {secret}", key=key)
        expected = 200 if kind in kinds_of(["analyst"]) else 403
        if response.status_code != expected:
            wrong.append((path, response.status_code, response.text[:80]))
        if path != "v1/evidence" and (named := {name for name in told if name and name in response.text}):
            wrong.append((path, "tells", named))
        if path.startswith("access/") and ("reason_admin" in response.text or "sources" in response.text):
            wrong.append((path, "tells reasons"))
        by_id = asker.ask(path, f"Bearer {secret}")
        if path in ("v1/check", "v1/who", "v1/what", "v1/evidence") and by_id.status_code != 404:
            wrong.append((path, "knows ids", by_id.status_code))
    assert not wrong
    assert asker.ask("v1/what", f"Bearer {secret}", key=key).json()["count"] == len(asker.graph.what("sam").cases)


def test_an_odd_path_is_no_way_around_a_token(asker: Asker) -> None:
    """Slashes twice, dots, encoded letters: what a narrow token does not include it is refused, or is not there."""
    narrow, _ = asker.tokens.new("narrow", "api", "1h", ["evaluation"])
    paths = ["/v1/check", "//v1/check", "/v1//check", "/v1/%63heck", "/v1%2Fcheck", "/access/v1/../../v1/check"]
    paths += ["/v1/check/", "/V1/check", "/v1/check;x", "/v1/check%00", "/./v1/check", "//access/v1/search/subject"]
    paths += ["/access/v1/evaluation/../search/subject", "/access/v1/%73earch/subject", "/access//v1/search/subject"]
    sent = [("authorization", f"Bearer {narrow}"), *KIND.items()]
    answered = {
        (method, path): response.status_code
        for path in paths for method in ("GET", "POST")
        if (response := asker.send(method, path, params=ASKED["v1/check"], content=dumps(SEARCH), headers=sent))
        .status_code not in (307, 400, 403, 404, 405)
    }  # fmt: skip
    assert not answered


def test_without_a_good_token_nobody_is_answered(asker: Asker, tmp_path: Path) -> None:
    now = [1_000_000.0]
    asker.tokens = tokens = Tokens(Store(tmp_path), lambda: now[0])
    asker.app = application(asker.graph, tokens=tokens)
    assert asker.ask("v1/check").status_code == 200, "none was made yet"
    assert asker.ask("v1/check", "Bearer x").status_code == 200, "a credential has no effect then"
    good, _ = tokens.new("good", "admin", "1h")
    revoked, _ = tokens.new("revoked", "admin", "1h")
    tokens.revoke("revoked")
    basic = base64.b64encode(f"anybody:{good}".encode()).decode()
    ways = (f"Bearer {good}", f"bearer {good}", f"Basic {basic}")
    assert [asker.ask("v1/check", one).status_code for one in ways] == [200] * len(ways)
    assert [one.used for one in tokens.all()] == [now[0], None]
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert good.encode() not in stored
    digest = tokens._store.read("SELECT hex(id) FROM tokens")[0][0].lower()
    refused = {
        "none": (),
        "another": ("Bearer sw1_guessed",),
        "revoked": (f"Bearer {revoked}",),
        "twice": (f"Bearer {good}", f"Bearer {good}"),
        "joined": (f"Bearer {good}, Bearer {good}",),
        "cut": (f"Bearer {good[:-1]}",),
        "its digest": (f"Bearer {digest}",),
        "its name": ("Bearer good",),
        "no scheme": (good,),
        "another scheme": (f"Digest {good}",),
        "as a user": (f"Basic {base64.b64encode(f'{good}:'.encode()).decode()}",),
        "no base64": ("Basic *",),
    }
    wrong = []
    for path in ("v1/check", "access/v1/evaluation"):
        for name, given in refused.items():
            response = asker.ask(path, *given)
            asks = response.headers.get("www-authenticate", "")
            if (response.status_code, type(response.json()), asks.startswith("Bearer")) != (401, str, True):
                wrong.append((path, name, response.status_code))
    assert not wrong
    odd = ("//v1/check", "/v1//check", "/v1/%63heck", "/access/v1/../v1/check", "/nothing", "//access/v1/evaluation")
    for address in (f"/v1/check?token={good}", *odd):
        assert asker.send("GET", address).status_code == 401, address
    assert [asker.send("GET", path).status_code for path in OPEN] == [200] * len(OPEN)
    now[0] += 3600
    assert asker.ask("v1/check", f"Bearer {good}").status_code == 401, "it has ended"
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "sign-in.sqlite").write_text("no database at all, and long enough to be read as one" * 100)
    refused_ = Asker(asker.graph, Tokens(Store(broken))).ask("v1/check", f"Bearer {good}")
    assert (refused_.status_code, refused_.json()) == (503, "tokens cannot be checked at the moment")
    always = Asker(asker.graph, Tokens(Store(tmp_path / "none")), always=True)
    assert (always.ask("v1/check").status_code, always.ask("v1/check", "Bearer x").status_code) == (401, 401)


def test_a_restriction_narrows_and_never_widens(asker: Asker) -> None:
    one, made = asker.tokens.new("one", "admin", "1d", ["evaluation"])
    assert {path for path in ASKED if asker.ask(path, f"Bearer {one}").status_code == 200} == {
        "access/v1/evaluation",
        "access/v1/evaluations",
    }
    assert not made.permissions.may("log"), "no role of it has that"
    with pytest.raises(ConfigurationError) as raised:
        asker.tokens.new("one", "api", "400d", ["why", "evaluation", "nothing"])
    assert len(raised.value.sentences) == 4
    for text in ("`one` already", "`why` is no question of the role `api`", "`nothing` is no", "`400d`"):
        assert text in raised.value.message
    with pytest.raises(ConfigurationError, match="did you mean `auditor`"):
        asker.tokens.new("", "auditer", "1h")
    with pytest.raises(UnknownEntity, match="no token `ones`"):
        asker.tokens.revoke("ones")
    with pytest.raises(ConfigurationError, match="`unit=enf` is no scope"):
        asker.tokens.new("", "admin", "1h", scope="unit=enf")
    part, _ = asker.tokens.new("scoped", "admin", "1h", scope='people = {unit = "north"}, cases = {system = "cm"}')
    inside, outside = (asker.ask(path, f"Bearer {part}") for path in ("v1/check", "v1/why"))
    assert inside.json()["hidden"]["people"] > 0
    changed = asker.send("POST", "/access/v1/search/resource", content=dumps({**SEARCH, "action": {"name": "edit"}}),
                         headers=[("authorization", f"Bearer {part}"), *KIND.items()])  # fmt: skip
    editable = {one.case for one in asker.graph.what("sam", AS_OF["as_of"]).cases if one.value == "edit"}
    assert {one["id"] for one in changed.json()["results"]} == {one for one in editable if one.startswith("c-")}
    assert (outside.status_code, "hana" in outside.json()) == (404, True)
    nobody = asker.send("GET", "/v1/why", params={"person": "no-one", "case": "i-101"},
                        headers=[("authorization", f"Bearer {part}")])  # fmt: skip
    said = [answer.json().partition("; ")[0] for answer in (outside, nobody)]
    assert said[0].replace("hana", "no-one") == said[1], "outside and unknown look alike"
    assert asker.tokens.revoke(part).name == "scoped"


def test_reasons_are_for_who_may_see_them(asker: Asker) -> None:
    seen = {}
    kinds = {"plain": [], "told": [*PROGRAMS, "reasons"]}
    for name, only in kinds.items():
        secret, _ = asker.tokens.new(name, "api", "1h", only)
        context = asker.ask("access/v1/evaluation", f"Bearer {secret}").json()["context"]
        batch = asker.send(
            "POST",
            "/access/v1/evaluations",
            content=dumps({**EVALUATION, "evaluations": [{}], "options": {"reasons": True}}),
            headers=[("authorization", f"Bearer {secret}"), *KIND.items()],
        ).json()["evaluations"]
        seen[name] = {"reason_admin", "sources"} & {*context, *batch[0].get("context", {})}
        assert context["reason_user"] == {"403": "You have no access to this case."}
    assert seen == {"plain": set(), "told": {"reason_admin", "sources"}}


def test_others_are_answered_with_tokens_alone(sample_of_http: seewhy.Graph, tmp_path: Path) -> None:
    tokens = Tokens(Store(tmp_path))
    with pytest.raises(ConfigurationError, match="nobody needs a token") as raised:
        run(sample_of_http, host="0.0.0.0", port=1, tokens=tokens, say=lambda _: None)
    assert "seewhy token new" in raised.value.hint
    tokens.new("one", "api", "1h")
    with pytest.raises(ConfigurationError, match="no name to ask for"):
        run(sample_of_http, host="0.0.0.0", port=1, tokens=tokens, say=lambda _: None)


def test_beside_the_explorer_programs_need_a_token_where_people_sign_in(
    sample_of_http: seewhy.Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SEEWHY_SIGN_IN", raising=False)
    one, asked = Client(sample_of_http), {"person": "sam", "case": "c-102"}
    statuses = {}
    for sign_in in ("none", "", "oidc", "proxy"):
        monkeypatch.setenv("SEEWHY_SIGN_IN", sign_in)
        monkeypatch.setattr("seewhy.http.beside._graph_of_the_pages", lambda: nullcontext(sample_of_http))
        one.app = beside(("127.0.0.1:8600",), state=tmp_path).app
        statuses[sign_in] = one.send("GET", "/v1/check", params=asked).status_code
    assert statuses == {"none": 200, "": 200, "oidc": 401, "proxy": 401}
    Tokens(Store(tmp_path)).new("one", "api", "1h")
    monkeypatch.setenv("SEEWHY_SIGN_IN", "none")
    one.app = beside(("127.0.0.1:8600",), state=tmp_path).app
    assert one.send("GET", "/v1/check", params=asked).status_code == 401
