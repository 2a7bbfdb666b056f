"""Every command for every role: each that a role may give answers, each other one is refused and does nothing."""

from __future__ import annotations

import os
import pwd
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from docs import generate
from seewhy.auth.actor import Actor
from seewhy.auth.log import recorder
from seewhy.auth.log.reader import Reader
from seewhy.auth.log.search import questions
from seewhy.auth.rights import KINDS
from seewhy.auth.sessions import Sessions
from seewhy.auth.store import Store
from seewhy.cli.arguments import Checked
from seewhy.cli.rights import ADMIN, EVERYTHING, SIGNED_IN, needed
from seewhy.graph.evidence.pseudonyms import Pseudonyms
from tests.unit.cli.conftest import DAY, SAMPLE
from tests.unit.test_organogram import JUNIOR, SENIOR, TOP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.cli.conftest import Run

LOGIN = pwd.getpwuid(os.getuid()).pw_name
ON = f"--as-of {DAY}"
COMMANDS = {
    "check": f"person:ana case:m-101 {ON}",
    "why": f"person:ana case:m-101 {ON}",
    "who": f"case:m-101 {ON}",
    "what": f"person:ana {ON}",
    "person": f"person:ana {ON}",
    "eligible secondary-access": f"person:bo position:jr-a1 --access hierarchical {ON}",
    "eligible removal": f"person:bo position:enf-a2 {ON}",
    "eligible reassign": f"work:w-01 person:bo {ON}",
    "eligible assign": f"case:c-101 {ON}",
    "eligible task": f"case:c-101 --role team_member {ON}",
    "eligible draft": f"case:e-201 {ON}",
    "eligible contribute": f"case:e-201 {ON}",
    "eligible cc": f"case:e-201 {ON}",
    "eligible advise": f"case:e-201 {ON}",
    "eligible qa": f"case:e-201 --type --kept:Press_Office {ON}",
    "eligible capability": f"person:ana assign-role {ON}",
    "findings": f"--rule MEM-23 {ON}",
    "diff": f"--from 2026-11-20 --to {DAY}",
    "whatif": f"plan.yaml {ON}",
    "load": f"{SAMPLE} --graph loaded --as-of {DAY} --dry-run",
    "organogram": "senior.csv junior.csv -o organogram",
    "export": f"people -o people.csv {ON}",
    "parts": "part-1.csv",
    "evidence": f"person:ana case:m-101 -o evidence.zip {ON}",
    "verify": "part-1.csv",
    "key new": "-o key",
    "test": "assertions.yaml",
    "log show": "",
    "log verify": "",
    "log prove": "0 -o proof",
    "log witness": "elsewhere",
    "log retire": "--before 2020-01-01",
    "log erase": "nobody-at-all",
    "rules": "MEM-23",
    "scheme list": "",
    "scheme new": "begun",
    "scheme check": "tiny",
    "scheme test": "tiny --pairs 10",
    "scheme diff": f"portal portal {ON}",
    "scheme pack": "tiny -o tiny.zip",
    "rungs": "",
    "queries": "check/portal/pairs",
    "privileges": "",
    "serve": "--port 8599",
    "api": "--port 8598",
    "token new": "--role api",
    "token list": "",
    "token revoke": "given",
    "session list": "",
    "session revoke": "u-9",
    "demo": "--no-serve --graph demo",
    "doctor": "",
    "repair": "",
    "row": f"case_people.csv:3 {ON}",
    "batch": f"batch-people.csv batch-cases.csv {ON}",
    "paths": f"--kept:person:ana --kept:case:m-101 {ON}",
    "backup": "seewhy.tar",
    "restore": "kept.tar --graph restored --log restored-log",
    "upgrade": "",
    "forget": "gone --dry-run",
}
"""Command to arguments that it answers; `person:ana` is the id, or its pseudonym for who is told no names."""
TAKEN = re.compile(r"is none that you may ask|is for the role `admin`|and you may ask about a part|has no role in")
"""What a refusal says."""
SCOPED = 'scope = {people = {ids = ["ana", "bo", "chidi", "sam"]}}\n'
"""Of the role `owner`; whom is asked about is inside."""


@pytest.fixture
def place(run: Run, sample: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with everything that the commands read, made while everything may be asked."""
    monkeypatch.setenv("SEEWHY_GRAPH", sample)
    monkeypatch.setenv("SEEWHY_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("SEEWHY_LOG", str(tmp_path / "log"))
    # Whom only the log knows, to be forgotten.
    assert run("check", "gone", "m-101").code == 2
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "senior.csv").write_text(SENIOR + TOP, "utf-8")
    (tmp_path / "junior.csv").write_text(JUNIOR, "utf-8")
    (tmp_path / "plan.yaml").write_text("set:\n  people:\n    - {person_id: sam, name: Sam}\n", "utf-8")
    (tmp_path / "assertions.yaml").write_text(
        f"name: one\ntests:\n  - check: {{person: ana, case: m-101, as_of: {DAY}}}\n    expect: {{}}\n", "utf-8"
    )
    for words in (
        f"export access -o part-1.csv --part 1/1 {ON}",
        "token new --role api --name given", "scheme new tiny", "backup kept.tar",
    ):  # fmt: skip
        assert run(*words.split()).code == 0
    Sessions(Store(tmp_path / "state")).begin(Actor("u-9", "Nia", ""))
    key = tmp_path / "pseudonyms"
    key.write_bytes(bytes(range(32)))
    key.chmod(0o600)
    monkeypatch.setenv("SEEWHY_PSEUDONYMS", str(key))
    yield tmp_path
    recorder.close_log()


def words(role: str, arguments: str) -> list[str]:
    """The arguments for a role, which knows people and cases as it is told them."""
    key = Pseudonyms.read(Path("pseudonyms"))
    found = []
    for word in arguments.split():
        kind, _, text = word.partition(":")
        if kind == "--kept":
            found.append(text.replace("_", " "))
        elif kind in ("person", "case", "position", "work"):
            found.append(key.of(kind, text) if role == "analyst" else text)
        else:
            found.append(word)
    return found


def allowed(role: str, command: str) -> bool:
    """Whether a role may give a command, by what the roles say."""
    need = needed(command)
    if need == ADMIN:
        return role == "admin"
    if need in (EVERYTHING, SIGNED_IN):
        return role in ("admin", "auditor")
    return not need or (need in KINDS[role] if role else False)


def files(place: Path) -> set[Path]:
    """Everything that lies there but the question log and the sign-in file."""
    return {path for path in place.rglob("*") if path.is_file() and not {"log", "state"} & {*path.parts}}


def test_every_command_for_every_role(place: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    every = {name.partition(" ")[2]: one for name, one in generate.commands() if not hasattr(one, "list_commands")}
    every.pop("", None)
    assert every.keys() == COMMANDS.keys(), "a command needs arguments here, and a place in seewhy/cli/rights.py"
    assert not [name for name, one in every.items() if not isinstance(one, Checked) or needed(name) is None]
    started: list[Any] = []
    monkeypatch.setattr("seewhy.serving.serve", lambda *given, **_: started.append("serve"))
    monkeypatch.setattr("seewhy.http.server.run", lambda *given, **_: started.append("api"))
    access = place / "access.toml"
    monkeypatch.setenv("SEEWHY_ACCESS", str(access))
    wrong = []
    for role in (*KINDS, ""):
        more = {"owner": SCOPED, "self": '[identity]\nperson = "employee"\n'}.get(role, "")
        access.write_text(f'[roles.{role or "admin"}]\ngroups = ["{"*" if role else "none"}"]\n{more}', "utf-8")
        access.chmod(0o600)
        for file, head, one in (("people", "person_id", "person:ana"), ("cases", "case_id", "case:m-101")):
            (place / f"batch-{file}.csv").write_text(f"{head}\n{words(role, one)[0]}\n", "utf-8")
        for command, arguments in COMMANDS.items():
            before = files(place)
            monkeypatch.setenv("SEEWHY_LOG", str(place / "log"))  # what `--log` of the one before has changed
            as_ana = ["--as", "ana"] if role == "self" else []
            found = run(*command.split(), *words(role, arguments), *as_ana)
            may = allowed(role, command)
            answers = found.code in (0, 1)
            if may != answers or may == bool(TAKEN.search(found.err)):
                wrong.append((role, command, may, found.code, found.err.strip()[:200]))
            if not may and found.out:
                wrong.append((role, command, "answers as well", found.out[:80]))
            made = files(place) - before
            if made and not may:
                wrong.append((role, command, "wrote", made))
            for path in made:
                path.unlink()
            for name in ("begun", "restored", "restored-log"):
                shutil.rmtree(place / name, ignore_errors=True)
    assert not wrong, "\n".join(map(str, wrong))
    (ana,) = words("analyst", "person:ana")
    told = {(one.kind, one.outcome) for one in questions(Reader(place / "log")) if one.person == ana}
    # What is asked of a copy under pseudonyms is asked of the organisation, and what a role may not ask was asked.
    assert told >= {("what", "answered"), ("why", "refused"), ("person", "refused")}
