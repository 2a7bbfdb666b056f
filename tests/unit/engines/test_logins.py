"""Logins at a server: where their passwords come from, and what `doctor` says of who may do what."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from seewhy.graph.engines import server_access
from seewhy.graph.engines.logins import LOADER, READER, Login, login
from seewhy.graph.engines.server import READ_ONLY
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.settings import Settings

HERE = "bolt://127.0.0.1:7687"


def said(**settings: Any) -> Login | str | None:
    loads = settings.pop("loads", False)
    try:
        return login(Settings(**settings), loads=loads)
    except ConfigurationError as error:
        return f"{error.message}; {error.hint}" if error.hint else error.message


def test_a_password_is_read_from_a_file_and_every_fault_of_it_is_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "password"

    def holding(content: bytes, mode: int = 0o600) -> Login | str | None:
        file.write_bytes(content)
        file.chmod(mode)
        return said(neo4j_username="ann", neo4j_password_file=str(file))

    named = f"the file `NEO4J_PASSWORD_FILE` `{file}`"
    for ended in (b"", b"\n", b"\r\n"):
        assert holding(" päss wörd ".encode() + ended) == Login("ann", " päss wörd ", READER)
    assert holding(b"") == holding(b"\n") == f"{named} is empty"
    assert holding(b"one\ntwo\n") == f"{named} holds more than one line"
    assert holding(b"\xff\xfe") == f"{named} is no UTF-8"
    assert holding(b"tab\there") == "the setting `NEO4J_PASSWORD` holds control characters or is no UTF-8"
    assert str(holding(b"secret", 0o644)).startswith(f"{named} can be read or written by others (mode 0644)")
    assert said(neo4j_password_file=str(tmp_path)) == (
        f"the file `NEO4J_PASSWORD_FILE` `{tmp_path}` cannot be read: is a directory"
    )
    file.unlink()
    assert said(neo4j_password_file=str(file)) == f"{named} cannot be read: no such file or directory"
    assert said(neo4j_password="one", neo4j_password_file=str(file)) == (
        "`NEO4J_PASSWORD` and `NEO4J_PASSWORD_FILE` are both set; leave one of them out"
    )


def test_loading_has_a_login_of_its_own_where_one_is_named(tmp_path: Path) -> None:
    file = tmp_path / "loader"
    file.touch(0o600)
    file.write_text("load\n")
    one = {"neo4j_username": "ann", "neo4j_password": "ask"}
    two = {**one, "neo4j_loader_username": "lou", "neo4j_loader_password_file": str(file)}
    assert said() is None
    assert said(neo4j_password="ask") == Login("neo4j", "ask", READER)
    assert said(**one, loads=True) == said(**two) == Login("ann", "ask", READER)
    assert said(**two, loads=True) == Login("lou", "load", LOADER)
    for missing in ("username", "password_file"):
        part = {name: value for name, value in two.items() if name != f"neo4j_loader_{missing}"}
        assert said(**part, loads=True) == (
            f"`NEO4J_LOADER_{missing.removesuffix('_file').upper()}` is missing: "
            "the login that loads is named in part only"
        )


class Pretended:
    """A server where logins may what it is told, of any edition."""

    def __init__(self, user: str, tried: str, edition: str) -> None:
        self.user, self._tried, self._edition = user, tried, edition

    def try_to_write(self) -> str:
        return self._tried

    def edition(self) -> str:
        return self._edition

    def close(self) -> None:
        pass


def examined(
    monkeypatch: pytest.MonkeyPatch, reader: str, loader: str | None, edition: str, names: Sequence[str] = ("a", "b")
) -> tuple[list[str], list[str]]:
    """Problems and notes, where writes of the two logins end as told."""

    def connect(_: str, __: Settings, *, loads: bool = False) -> Pretended:
        return Pretended(names[loads], loader or "" if loads else reader, edition)

    monkeypatch.setattr(server_access.Server, "connect", connect)
    more = {} if loader is None else {"neo4j_loader_username": names[1], "neo4j_loader_password": "p"}
    return server_access.examined(HERE, Settings(neo4j_username=names[0], **more))


def test_doctor_says_what_each_login_may(monkeypatch: pytest.MonkeyPatch) -> None:
    for edition, reader, loader, wrong, known in (
        ("enterprise", "forbidden", "", "", "`a`, which asks, may not write: tried, and refused"),
        ("enterprise", "", "", "`a`, which asks, may write: tried, and rolled back", ""),
        ("enterprise", "forbidden", "forbidden", "`b`, which loads, may not write", "`a`, which asks, may not"),
        ("enterprise", "", None, "", "`a` asks and loads"),
        ("community", "", "", "", "Neo4j Community has no roles"),
        ("community", READ_ONLY, READ_ONLY, "", "the database is read-only"),
    ):
        problems, notes = examined(monkeypatch, reader, loader, edition)
        assert len(problems) == bool(wrong), problems
        assert wrong in "".join(problems)
        assert len(notes) == bool(known), notes
        assert known in "".join(notes)
    problems, _ = examined(monkeypatch, "forbidden", "", "enterprise", ("a", "a"))
    assert problems == ["one login, `a`, asks and loads, although two are named"]


def test_doctor_wants_encryption_off_this_machine() -> None:
    def said(target: str, same: bool) -> str:
        problems, notes = server_access._connection(target, Settings(seewhy_neo4j_same_host=same))
        return "wrong" * len(problems) + "note" * len(notes)

    for expected, *targets in (
        (["", ""], "bolt://127.0.0.9", "neo4j://localhost:7687", "bolt://[::1]:7687", "neo4j+s://db.example.org"),
        (["wrong", "note"], "bolt://db.example.org", "neo4j://10.0.0.1:7687", "bolt://localhost.example.org"),
        (["note", "note"], "bolt+ssc://db.example.org"),
    ):
        for target in targets:
            assert [said(target, False), said(target, True)] == expected, target
    [wrong], _ = server_access._connection("bolt://db.example.org", Settings())
    assert wrong.endswith("use `bolt+s://`")


@pytest.fixture(autouse=True)
def no_login(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("NEO4J_")]:
        monkeypatch.delenv(name)
