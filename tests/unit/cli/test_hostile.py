"""Hostile values: in every argument, option and setting of every command, and in the data. The answer is true, or one
sentence and exit code 2; nothing raw reaches the terminal."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from seewhy import connect
from seewhy.api import Graph
from seewhy.cli.app import app
from seewhy.cli.commands import MODULES
from seewhy.cli.terminal import LONGEST, escaped, json_escaped, sentence, value
from seewhy.graph.errors import ConfigurationError, SeeWhyError
from seewhy.graph.session import Session
from seewhy.graph.settings import Settings, read_settings
from tests.unit.cli.conftest import DAY, SAMPLE, Run

RAW = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
NUMBERS = ("", "inf", "nan", "1e400", "9" * 24, "-1", "\uff11\uff12", "1_000", "0x10", "1.5", "many")
TEXTS = (
    *("", "\x00", "caf\udce9"),
    *("\x1b[2J\x1b]0;x\x07", "\u202eana", "a\u0085b", "a\nb\rc\td", "x" * 1_000_000, "`" * 200),
)
GOOD = {
    "person": "sam",
    "case": "c-102",
    "position": "jr-a1",
    "positions": "jr-a1",
    "work": "w-1",
    "name": "change-role",
    "start": "2026-02-28",
    "report": "access",
    "output": "out.csv",
    "role": "team_member",
    "actor": "u-1",
    "type_": "Team Lead",
    "changes": "x.yaml",
    "files": "x.yaml",
    "file": "x.zip",
    "folder": "gone",
    "people": "p.csv",
    "cases": "c.csv",
    "senior": "s.csv",
    "junior": "j.csv",
}
"""A good value for each required parameter, by its name."""


def commands() -> list[tuple[tuple[str, ...], Any]]:
    group = typer.main.get_group(app)
    found: list[tuple[tuple[str, ...], Any]] = []
    for name in MODULES:
        command = group.get_command(None, name)
        below = getattr(command, "commands", None)
        found += [((name, kind), one) for kind, one in below.items()] if below else [((name,), command)]
    return found


def given(command: Any, instead: Any, text: str) -> list[str]:
    """The arguments of a command, with `text` for one parameter."""
    words: list[str] = []
    last: list[str] = []
    for param in command.params:
        if param.name == "help" or getattr(param, "is_flag", False):
            continue
        told = text if param is instead else GOOD.get(param.name) if param.required else None
        if told is None:
            continue
        if param.param_type_name == "argument":
            last.append(told)
        else:
            words += [param.opts[-1], told]
    return [*words, "--", *last]


def no_demo(*_: object) -> None:
    raise ConfigurationError("no demo in this test")


@pytest.fixture
def opened(sample: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Commands find the sample open already, unless another graph is named; nothing is served."""
    whole = connect(sample)
    real = connect

    @contextlib.contextmanager
    def again(target: Any = None, *, write: bool = False) -> Iterator[Graph]:
        if target is None and not write:
            yield whole
            return
        with real(target, write=write) as other:
            yield other

    monkeypatch.setattr("seewhy.api.connect", again)
    monkeypatch.setattr("seewhy.serving.serve", lambda *_, **__: None)
    monkeypatch.setattr("seewhy.http.server.uvicorn.run", lambda *_, **__: None)
    monkeypatch.setattr("seewhy.cli.serve.free", lambda _: None)
    monkeypatch.setattr("seewhy.demo.load_sample", no_demo)
    yield
    whole.close()


def clean(ran: Any, words: object) -> None:
    """What every answer must be, whatever was asked."""
    assert ran.code in (0, 1, 2), words
    assert "Traceback" not in ran.err, words
    assert "something went wrong" not in ran.err, (words, ran.err)
    for text in (ran.out, ran.err):
        assert not RAW.search(text), (words, RAW.search(text))
        assert all(len(line) < 1_000 for line in text.splitlines()), words
    if ran.code == 2 and not ran.out.startswith("embedded kglite"):  # doctor tells what is wrong as its answer
        assert ran.err.startswith("seewhy: "), (words, ran.err)
        assert len(ran.err.splitlines()) <= 2, (words, ran.err)


@pytest.mark.parametrize(("name", "command"), [pytest.param(*one, id=" ".join(one[0])) for one in commands()])
def test_every_parameter_of_every_command(
    run: Run, opened: None, tmp_path: Path, name: tuple[str, ...], command: Any
) -> None:
    before = sorted(os.listdir(tmp_path))
    for param in command.params:
        if param.name == "help" or getattr(param, "is_flag", False):
            continue
        if param.name in ("graph_", "as_of", "limit") and name[0] not in ("what", "load", "diff", "demo", "doctor"):
            continue
        number = param.name in ("limit", "port", "cases", "seed")
        for text in NUMBERS if number else TEXTS:
            ran = run(*name, *given(command, param, text))
            clean(ran, (name, param.name, text[:30]))
            if not text.strip() or "\x00" in text or "\udcff" in text or "\udce9" in text or number:
                assert ran.code == 2, (name, param.name, text)
            if name == ("key", "new") and ran.code == 0:
                for made in (text, f"{text}.pub"):
                    (tmp_path / made).unlink()
    assert sorted(os.listdir(tmp_path)) == before


@pytest.mark.parametrize(
    "setting", [name for name in Settings.model_fields if "uri" not in name and "graph" not in name]
)
def test_every_setting(monkeypatch: pytest.MonkeyPatch, setting: str) -> None:
    number = setting.startswith("seewhy_") and Settings.model_fields[setting].annotation in (int, float)
    for text in NUMBERS[1:] if number else ("caf\udce9", "a\x1bb", "a\x7fb"):
        if number and Settings.model_fields[setting].annotation is float and text == "1.5":
            continue
        monkeypatch.setenv(setting.upper(), text)
        with pytest.raises(ConfigurationError) as caught:
            read_settings()
        assert f"the setting `{setting.upper()}`" in caught.value.message
        if number:
            assert re.search(r"number from [0-9.]+ to [0-9,]+, such as ", caught.value.hint)


def test_python_raises_errors_of_ours(sample: str) -> None:
    with connect(sample) as g:
        for text in ("\udcff", "a\x00b"):
            for question in (g.check, g.why):
                for pair in ((text, "c-102"), ("sam", text)):
                    with pytest.raises(SeeWhyError):
                        question(*pair)
            for one in (g.who, g.what, g.person):
                with pytest.raises(SeeWhyError):
                    one(text)


HOSTILE = "\x1b[31mred\x1b]0;title\x07\u202e\u0085\u200b"
LONG = "long " * 40_000


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, sample: str) -> Graph:
    """The sample as an older version could have loaded it: all names and titles are hostile, some very long."""
    session = Session(connect(sample).session.engine)
    return Graph(_Poisoned(session.engine))  # type: ignore[arg-type]


class _Poisoned:
    """An engine whose names and titles are hostile."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def read(self, text: str, parameters: Any = None, **options: Any) -> Any:
        return [_poisoned(row) for row in self._engine.read(text, parameters, **options)]


def _poisoned(row: dict[str, Any]) -> dict[str, Any]:
    names = ("name", "person_name", "case_name", "caption", "title", "unit_name", "job_title")
    return {
        key: f"{one}{HOSTILE}{LONG if one.startswith('A') else ''}" if key in names and isinstance(one, str) else one
        for key, one in row.items()
    }


@pytest.mark.parametrize(
    "words",
    [
        ("check", "ana", "m-101"),
        ("why", "ana", "m-101"),
        ("why", "sam", "c-102"),
        ("who", "e-210", "--all"),
        ("what", "ana"),
        ("person", "ana"),
        ("findings", "--rule", "MEM-23"),
        ("diff", "--from", "2026-02-28", "--to", "2026-03-02", "--case", "m-104"),
        ("eligible", "assign", "c-101"),
        ("eligible", "secondary-access", "bo", "jr-a1", "--access", "absence"),
        ("check", "anna", "m-101"),
    ],
    ids=" ".join,
)
def test_names_of_the_data_reach_the_terminal_escaped_and_cut(
    run: Run, hostile: Graph, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setattr("seewhy.api.connect", lambda *_, **__: contextlib.nullcontext(hostile))
    ran = run(*words, "--as-of", DAY) if words[0] != "diff" else run(*words)
    assert ran.code in (0, 1, 2)
    for text in (ran.out, ran.err):
        assert not RAW.search(text)
        assert len(text) < 40_000
    document = run(*words, "--json")
    assert not RAW.search(document.out)
    json.loads(document.out)


def test_values_are_escaped_and_cut() -> None:
    assert escaped("a\x1b\u202e\x85\n\udcff\U000e0041b") == "a\\x1b\\u202e\\x85\\n\\xff\\U000e0041b"
    assert escaped("José 🙂 क्‍ष שלום") == "José 🙂 क्‍ष שלום"
    assert value("x" * 81) == "x" * (LONGEST - 1) + "…"
    assert value("x" * 80) == "x" * 80
    assert sentence(f"unknown person `{'ab ' * 40}`") == f"unknown person `{('ab ' * 40)[:79]}…`"
    assert sentence(f"{'y' * 90}, and {'z' * 90}.") == f"{'y' * 79}…, and {'z' * 79}…."
    place = "/" + "/".join(["folder"] * 20)
    assert sentence(f"there is no file `{place}`") == f"there is no file `{place}`"
    plain = {"a": "\x1b\x85\u202e\U000e0041é\ud800"}
    told = json_escaped(json.dumps(plain, ensure_ascii=False))
    assert not RAW.search(told)
    assert json.loads(told) == plain
    assert "é" in told


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_a_terminal_of_any_encoding(
    process: Callable[..., subprocess.Popen[str]], tmp_path: Path, encoding: str
) -> None:
    """What the encoding lacks is replaced; JSON says the same everywhere."""

    def told(*words: str) -> tuple[int, str, str]:
        with (tmp_path / "out").open("wb") as out:
            ran = process(*words, stdout=out, PYTHONIOENCODING=encoding, LC_ALL="C")
            _, err = ran.communicate(timeout=120)
        return ran.returncode, (tmp_path / "out").read_bytes().decode(encoding), err

    code, out, err = told("check", "ana", "m-101")
    assert (code, err) == (0, "")
    assert f"as of {dt.date.today()} {'-' if encoding == 'ascii' else '·'} embedded kglite" in out
    code, out, err = told("check", "a\u4e2d", "m-101", "--json")
    assert (code, json.loads(out)["error"]) == (2, "unknown person `a\u4e2d`")
    assert "Traceback" not in err


def test_an_answer_that_nobody_can_read_is_no_answer(sample: str, tmp_path: Path) -> None:
    command = f"exec {os.sys.executable} -c 'from seewhy.cli import main; main()'"  # type: ignore[attr-defined]
    for words, told in (("rules >&-", "standard output is closed"), ("rules >/dev/full", "no space left on device")):
        ran = subprocess.run(
            ["sh", "-c", command.replace("main()'", f"main()' {words}", 1)],
            capture_output=True, text=True, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(SAMPLE.parents[1])},
        )  # fmt: skip
        assert ran.returncode == 2
        assert told in ran.stderr
        assert "Traceback" not in ran.stderr


class PanicException(BaseException):
    """As engines written in Rust raise it: no `Exception`."""


@pytest.mark.parametrize(
    "error",
    [PanicException("index out of bounds"), MemoryError(), RecursionError(), GeneratorExit(), OverflowError("big"),
     UnicodeEncodeError("utf-8", "\udcff", 0, 1, "surrogates"), ImportError("no such module"), OSError()],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_whatever_is_raised_ends_in_one_sentence(
    ask: Run, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("seewhy.api.Graph.check", broken)
    for words in ((), ("--json",)):
        ran = ask("check", "sam", "c-102", *words)
        assert ran.code == 2
        assert ran.err.startswith("seewhy: ")
        assert "Traceback" not in ran.err
        assert len(ran.err.splitlines()) == 2
        assert not words or set(ran.json()) == {"error", "hint"}


def test_hostile_cells_in_problems_are_escaped(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    with (folder / "people.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [["person_id", "name", "active"], ["ana", "Ana", HOSTILE], ["bo", "Bo", "y" * 10_000]]
        )
    ran = run("load", folder, "--graph", "g")
    assert ran.code == 2
    assert not RAW.search(ran.err)
    assert len(ran.err) < 2_000
