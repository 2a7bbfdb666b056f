"""The command line on a Neo4j server: the same answers, and what goes wrong with a server in one sentence."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from tests.unit.cli.conftest import DAY, LOADED, SAMPLE, Run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers.neo4j import Neo4jServer


@pytest.fixture
def server(clean_neo4j: Neo4jServer, monkeypatch: pytest.MonkeyPatch) -> Neo4jServer:
    for name, value in clean_neo4j.environment().items():
        monkeypatch.setenv(name, value)
    return clean_neo4j


def without_origin(answer: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in answer.items() if key != "engine"}


def test_both_engines_say_the_same(server: Neo4jServer, run: Run, sample: str) -> None:
    loaded = run("load", SAMPLE, "--as-of", LOADED, "--json")
    assert (loaded.code, loaded.err, loaded.json()["problems"]) == (0, "", [])
    for words in (("check", "sam", "c-102"), ("why", "ana", "m-101"), ("who", "e-203"), ("what", "ana")):
        asked = (*words, "--as-of", DAY, "--json")
        here, there = run(*asked), run(*asked, "--graph", sample)
        assert (here.code, here.err) == (there.code, "")
        assert here.json()["engine"].startswith("neo4j ")
        assert without_origin(here.json()) == without_origin(there.json())
    assert run("check", "smm", "c-102").err == "seewhy: unknown person `smm`\nhint: did you mean `sam`?\n"
    found = run("doctor", "--json")
    assert (found.code, found.json()["problems"], found.json()["nodes"]["Person"]) == (0, [], 68)


def test_an_empty_database(server: Neo4jServer, run: Run) -> None:
    ran = run("check", "sam", "c-102")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        f"seewhy: there is no graph at `{server.uri}` yet\nhint: load a folder first: `seewhy load FOLDER`\n"
    )


def test_a_wrong_password(server: Neo4jServer, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_PASSWORD", "wrong")
    ran = run("check", "sam", "c-102", "--json")
    assert (ran.code, ran.json()) == (
        2,
        {
            "error": f"`{server.uri}` refuses the login of `{server.username}`: wrong user or password",
            "hint": "check `NEO4J_USERNAME` and `NEO4J_PASSWORD`",
        },
    )
    assert "wrong\n" not in ran.err


def test_one_login_asks_and_another_one_loads(
    server: Neo4jServer, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "password"
    file.touch(0o600)
    file.write_text("a-password-to-ask-with\n")
    monkeypatch.setenv("NEO4J_LOADER_USERNAME", server.username)
    monkeypatch.setenv("NEO4J_LOADER_PASSWORD", server.password)
    monkeypatch.setenv("NEO4J_USERNAME", "asks")
    monkeypatch.delenv("NEO4J_PASSWORD")
    monkeypatch.setenv("NEO4J_PASSWORD_FILE", str(file))
    with server.driver() as driver, driver.session(database="system") as session:
        session.run("CREATE USER asks SET PASSWORD 'a-password-to-ask-with' CHANGE NOT REQUIRED").consume()
        try:
            assert run("load", SAMPLE, "--as-of", LOADED).code == 0
            assert run("check", "sam", "c-102", "--as-of", DAY).code == 1
            found = run("doctor", "--json")
            # Tried with both: what was written was taken back, or the counts would be wrong.
            assert (found.code, found.json()["problems"]) == (0, [])
            assert [note for note in found.json()["notes"] if "`asks`, which asks, may write" in note]
            monkeypatch.setenv("NEO4J_LOADER_PASSWORD", "wrong")
            assert run("check", "sam", "c-102", "--as-of", DAY).code == 1
            refused = run("load", SAMPLE, "--as-of", LOADED)
            assert (refused.code, refused.err.splitlines()[1]) == (
                2, "hint: check `NEO4J_LOADER_USERNAME` and `NEO4J_LOADER_PASSWORD`",
            )  # fmt: skip
        finally:
            session.run("DROP USER asks IF EXISTS").consume()


def test_no_login(server: Neo4jServer, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEO4J_USERNAME")
    monkeypatch.delenv("NEO4J_PASSWORD")
    ran = run("check", "sam", "c-102")
    assert (ran.code, ran.err) == (
        2,
        f"seewhy: `{server.uri}` asks for a login\nhint: set `NEO4J_USERNAME` and `NEO4J_PASSWORD`\n",
    )


def test_a_story_with_rows_leaves_a_loaded_database_alone(server: Neo4jServer, run: Run, tmp_path: Path) -> None:
    story = tmp_path / "s.yaml"
    story.write_text("given: {people: [{person_id: a, name: A}]}\ntests: [{what: {person: a}, expect: []}]\n", "utf-8")
    ran = run("test", story)
    assert ran.code == 0
    assert ran.out.startswith("1 passed, 0 failed (neo4j ")
    assert server.rows("MATCH (n:Person) RETURN count(n) AS n") == [{"n": 0}]
    assert run("load", SAMPLE).code == 0
    refused = run("test", story)
    assert (refused.code, refused.out) == (2, "")
    assert "brings its own rows" in refused.err
    assert server.rows("MATCH (n:Person) RETURN count(n) AS n") == [{"n": 68}]


def test_a_server_that_is_down(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEWHY_RETRY_SECONDS", "0")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        uri = f"bolt://127.0.0.1:{closed.getsockname()[1]}"
        for words in (("check", "sam", "c-102"), ("load", SAMPLE), ("doctor",)):
            ran = run(*words, "--graph", uri)
            assert (ran.code, ran.out, ran.err) == (
                2,
                "",
                f"seewhy: no Neo4j server answers at `{uri}`\nhint: is it running? check the address and the port\n",
            )
