"""The sample organisation in an embedded graph, and the command line in this process or in one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from seewhy import connect
from seewhy.cli import main

ROOT = Path(__file__).resolve().parents[3]
SAMPLE = ROOT / "loaders" / "sample"
LOADED, DAY = "2026-11-20", "2026-11-25"


@dataclass(frozen=True, slots=True)
class Ran:
    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def _no_graph_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("SEEWHY_", "NEO4J_")) and name != "SEEWHY_REQUIRE":
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> str:
    target = tmp_path_factory.mktemp("cli") / "graph"
    with connect(target, write=True) as graph:
        graph.load(SAMPLE, LOADED)
    return str(target)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A command in an empty working folder."""
    monkeypatch.chdir(tmp_path)

    def command(*words: object) -> Ran:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in words])
        told = capsys.readouterr()
        return Ran(left.value.code if isinstance(left.value.code, int) else 0, told.out, told.err)

    return command


@pytest.fixture
def ask(run: Run, sample: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A command on the sample."""
    monkeypatch.setenv("SEEWHY_GRAPH", sample)
    return run


@pytest.fixture
def process(sample: str, tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    """A command on the sample in a process of its own."""

    def start(*words: str, stdout: Any = subprocess.PIPE, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", "from seewhy.cli import main; main()", *words],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "SEEWHY_GRAPH": sample, **environment},
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start
