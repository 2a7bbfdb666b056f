"""The command as a process: pipes, full disks, Ctrl-C, narrow and colourless terminals, and a quick start."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.cli.conftest import DAY, ROOT

Start = Callable[..., "subprocess.Popen[str]"]
HEAVY = ("polars", "pandas", "numpy", "kglite", "neo4j", "streamlit", "pydantic", "pyarrow", "rapidfuzz")


def on_a_terminal(start: Start, *words: str, **environment: str) -> str:
    """What a terminal shows of a command."""
    mine, its = pty.openpty()
    ran = start(*words, stdout=its, TERM="xterm", **environment)
    os.close(its)
    shown = b""
    try:
        while part := os.read(mine, 65536):
            shown += part
    except OSError:  # the other end is closed
        pass
    finally:
        os.close(mine)
    ran.communicate()
    return shown.decode()


@pytest.mark.parametrize("words", [("queries", "--json"), ("rules",), ("who", "e-210", "--all")])
def test_a_reader_that_goes_away_is_no_error(process: Start, words: tuple[str, ...]) -> None:
    read, write = os.pipe()
    os.close(read)
    ran = process(*words, stdout=write)
    os.close(write)
    _, err = ran.communicate(timeout=60)
    assert (ran.returncode, err) == (141, "")


def test_a_check_that_nobody_reads_is_neither_yes_nor_no(process: Start) -> None:
    read, write = os.pipe()
    os.close(read)
    ran = process("check", "ana", "m-101", stdout=write)
    os.close(write)
    ran.communicate(timeout=60)
    assert ran.returncode not in (0, 1)


@pytest.mark.parametrize("words", [("check", "sam", "c-102", "--json"), ("check", "sam", "c-999", "--json")])
def test_a_full_disk_is_one_sentence(process: Start, words: tuple[str, ...]) -> None:
    with open("/dev/full", "w") as full:
        ran = process(*words, stdout=full)
        _, err = ran.communicate(timeout=60)
    assert ran.returncode == 2
    assert err.startswith("seewhy: ")
    assert "Traceback" not in err


def test_ctrl_c_stops_quietly_and_leaves_nothing(sample: str, tmp_path: Path) -> None:
    program = (
        "import time, seewhy.api, seewhy.cli\n"
        "def slow(*_, **__):\n    print('asked', flush=True)\n    time.sleep(60)\n"
        "seewhy.api.Graph.check = slow\nseewhy.cli.main()"
    )
    slow = subprocess.Popen(
        [sys.executable, "-c", program, "check", "sam", "c-102"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SEEWHY_GRAPH": sample},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert slow.stdout is not None
    assert slow.stdout.readline() == "asked\n"
    slow.send_signal(signal.SIGINT)
    out, err = slow.communicate(timeout=30)
    assert (slow.returncode, out, err.strip()) == (130, "", "seewhy: stopped")
    assert list(tmp_path.iterdir()) == []


def test_a_narrow_terminal_folds_and_loses_nothing(process: Start) -> None:
    told = on_a_terminal(process, "what", "ana", "--as-of", DAY, COLUMNS="60", NO_COLOR="1")
    assert "Lowe: judicial" in told
    assert "review of a sale" in told
    help_ = on_a_terminal(process, "check", "--help", COLUMNS="60")
    assert max(len(line) for line in help_.splitlines()) <= 60


def test_no_colour_where_none_is_wanted(process: Start) -> None:
    assert "\x1b[" in on_a_terminal(process, "check", "sam", "c-102")
    coloured = on_a_terminal(process, "check", "sam", "c-102", NO_COLOR="1")
    assert "\x1b[31m" not in coloured
    out, _ = process("check", "sam", "c-102").communicate(timeout=60)
    assert "\x1b" not in out


def test_json_on_a_terminal_is_json(process: Start) -> None:
    assert json.loads(on_a_terminal(process, "what", "ana", "--json", COLUMNS="40"))["count"] == 7


def test_help_starts_without_the_engines() -> None:
    program = (
        "import sys, seewhy.cli\ntry:\n    seewhy.cli.main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules], sep=',', file=sys.stderr)"
    )
    began = os.times().children_user
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stderr == "\n"
    assert os.times().children_user - began < 0.5
