"""Commands with an access file in force: who gives them is the login of this machine."""

from __future__ import annotations

import os
import pwd
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cli.conftest import Run

LOGIN = pwd.getpwuid(os.getuid()).pw_name
OUTSIDE = "are outside what you may ask about."


@pytest.fixture
def access(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "access.toml"

    def written(roles: str, person: str = "email") -> None:
        login = f'[identity]\nperson = "{person}"\n[identity.logins]\n{LOGIN} = "me@example.org"\n'
        file.write_text(roles + login, "utf-8")
        file.chmod(0o600)
        monkeypatch.setenv("SEEWHY_ACCESS", str(file))

    return written


def test_commands_keep_to_the_roles_of_the_login(ask: Run, access, tmp_path: Path) -> None:
    access('[roles.owner]\nemails = ["me@example.org"]\nscope = {unit = "fraud"}\n')
    found = ask("why", "sam", "c-102", "--as-of", "2026-11-25")
    assert (found.code, f"66 people and 44 cases {OUTSIDE}" in found.out) == (0, True)
    assert "his brother" not in found.out
    told = ask("check", "sam", "c-102", "--as-of", "2026-11-25", "--json").json()
    assert told["hidden"] == {"people": 66, "cases": 44}
    unknown = ask("what", "ana")
    assert (unknown.code, unknown.err) == (2, "seewhy: unknown person `ana`\nhint: did you mean `xenia`?\n")
    exported = ask("export", "people", "-o", "people.csv", "--json").json()
    assert (exported["rows"], exported["hidden"]) == (2, {"people": 66, "cases": 44})
    load = ask("load", tmp_path, "--graph", "new")
    assert load.err == "seewhy: `load` is for the role `admin`\nhint: your roles are owner\n"
    test = ask("test", tmp_path / "none.yaml")
    assert test.err.startswith("seewhy: `test` asks about everybody, and you may ask about a part\n")


def test_who_has_no_role_and_who_asks_as_somebody(ask: Run, access, monkeypatch: pytest.MonkeyPatch) -> None:
    access('[roles.self]\nemails = ["me@example.org"]\n', person="employee")
    assert ask("check", "ana", "m-101", "--as", "nobody").err.startswith("seewhy: `nobody` has no role in `")
    access('[roles.self]\ngroups = ["*"]\n', person="employee")
    assert ask("check", "ana", "m-101", "--as-of", "2026-11-25", "--as", "ana").code == 0
    assert ask("check", "bo", "m-101", "--as=ana").err.startswith("seewhy: unknown person `bo`")
    assert "is none that you may ask" in ask("who", "m-101", "--as", "ana").err
    assert ask("why", "ana", "m-101", "--as-of", "2026-11-25", "--as", "ana").code == 0  # without what would change it
    with monkeypatch.context() as other:
        other.setattr(os, "getuid", lambda: 4_000_000)
        assert "`--as` is for the owner of the access file" in ask("check", "ana", "m-101", "--as", "ana").err
    monkeypatch.delenv("SEEWHY_ACCESS", raising=False)
    assert "`--as` needs an access file" in ask("check", "ana", "m-101", "--as", "ana").err


def test_everything_by_an_auditor_is_as_without_a_file(ask: Run, access) -> None:
    plain = ask("what", "ana", "--as-of", "2026-11-25").out
    access('[roles.auditor]\nemails = ["me@example.org"]\n')
    assert ask("what", "ana", "--as-of", "2026-11-25").out == plain
    access("[roles.auditr]\n")
    wrong = ask("what", "ana")
    assert (wrong.code, "did you mean `auditor`?" in wrong.err) == (2, True)
