"""What stands in the folder of a log, as an independent reader sees it; and what a kill leaves."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from seewhy.auth.log import pending, proofs
from seewhy.auth.log.disk import LogUnavailable
from seewhy.auth.log.pending import PENDING
from seewhy.auth.log.reader import Reader
from seewhy.auth.log.verify import verify
from seewhy.auth.log.writer import Log
from tests.support import tlog_reader
from tests.unit.log.conftest import fill

KILLS = 30


def test_a_second_reader_finds_every_entry_and_every_proof(opened: Callable[[], Log]) -> None:
    log = opened()
    assert tlog_reader.read(log.folder) == (0, [])
    sizes = []
    for count in (1, 2, 125, 1, 130):  # within a tile, exactly full, and beyond
        fill(log, count)
        log.fold()
        size, entries = tlog_reader.read(log.folder)
        sizes.append(size)
        assert [entry["outcome"] for entry in entries] == ["asked", "answered"] * (size // 2)
    assert sizes == [2, 6, 256, 258, 518]
    reader, vkey = Reader(log.folder), (log.folder / "key.vkey").read_text()
    for n in (0, 1, 255, 256, 257, 511, 512, 517):
        content = proofs.prove(reader, n, log.signer.public)
        assert tlog_reader.proven(content, vkey) == reader.entry(n).said == dict(proofs.check(content).said)  # type: ignore[union-attr]
    wrong = content.replace(b'"n":517', b'"n":516')
    with pytest.raises(proofs.DoesNotHold):
        proofs.check(wrong)
    with pytest.raises(AssertionError):
        tlog_reader.proven(wrong, vkey)


def test_many_threads_and_two_writers_share_one_log(opened: Callable[[], Log]) -> None:
    logs = [opened(), opened()]
    got: list[int] = []
    faults: list[str] = []

    def ask(log: Log, k: int) -> None:
        for _ in range(40):
            got.append(log.append({"outcome": "asked", "question": {"kind": f"k{k}"}}))
            if k == 0:
                log.fold()
            if k == 5:  # it is checked while others write and fold
                faults.extend(verify(log.folder).faults)

    threads = [threading.Thread(target=ask, args=(logs[k % 2], k)) for k in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(got) == list(range(240))
    logs[1].fold()
    assert tlog_reader.read(logs[0].folder)[0] == 240
    assert [*faults, *verify(logs[0].folder).faults] == []


def test_no_kill_loses_an_entry_that_somebody_was_told_of(tmp_path: Path) -> None:
    folder, chance = tmp_path / "log", random.Random(7)
    Log(folder).close()
    told: dict[int, str] = {}
    for kill in range(KILLS):
        reading, writing = os.pipe()
        if not (child := os.fork()):
            try:
                _write_until_killed(folder, kill, writing)
            finally:
                os._exit(1)
        os.close(writing)
        time.sleep(chance.uniform(0.01, 0.06))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with os.fdopen(reading, "rb") as file:
            lines = file.read().split(b"\n")[:-1]
        told |= {int(n): token for n, token in (line.decode().split(" ") for line in lines)}
    log = Log(folder)
    log.close()
    _, entries = tlog_reader.read(folder)
    found = {entry["n"]: entry.get("request_id") for entry in entries}
    assert len(told) > KILLS, "hardly anything was written between the kills"
    assert {n: found.get(n) for n in told} == told
    assert verify(folder).faults == []


def _write_until_killed(folder: Path, kill: int, out: int) -> None:
    """Append from two threads, folding in between; who has an entry says so."""
    log = Log(folder)

    def ask(name: str) -> None:
        for k in range(10**6):
            token = f"{kill}-{name}-{k}"
            n = log.append({"outcome": "asked", "request_id": token})
            os.write(out, f"{n} {token}\n".encode())
            if k % 20 == 19 and name == "a":
                log.fold()

    threads = [threading.Thread(target=ask, args=(name,), daemon=True) for name in ("a", "b")]
    for one in threads:
        one.start()
    while True:
        time.sleep(1)


def test_a_torn_tail_is_cut_kept_and_told(tmp_path: Path) -> None:
    torn = pending.record(b'{"n":1}', b'{"n":1,"person":["salt","ana"]}')
    for cut in (4, 10, 40, len(torn) - 1):
        folder = tmp_path / str(cut)
        Log(folder).close()
        whole = pending.record(b'{"n":0,"outcome":"asked"}', b'{"n":0}')
        (folder / PENDING).write_bytes(pending.head(0) + whole + torn[:cut])
        assert "torn" in verify(folder).faults[0]
        log = Log(folder)
        assert [log.append({"outcome": "asked"}), log.append({"outcome": "asked"})] == [2, 3]
        outcomes = [entry.said.get("outcome") for entry in Reader(folder).newest_first()]
        assert outcomes == ["asked", "asked", "recovered", "asked"]
        log.close()
        assert verify(folder).faults == []
        assert [one.read_bytes() for one in folder.glob("torn-*")] == [torn[:cut]]


def test_what_cannot_be_written_is_not_answered(opened: Callable[[], Log], monkeypatch: pytest.MonkeyPatch) -> None:
    log = opened()
    log.append({"outcome": "asked"})

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "pwrite", full)
        with pytest.raises(LogUnavailable, match="no space left"):
            log.append({"outcome": "asked"})
    with pytest.raises(LogUnavailable, match="larger than"):
        log.append({"outcome": "x" * 2048})
    assert log.append({"outcome": "asked"}) == 1


def test_a_folder_that_is_no_log_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("mine")
    with pytest.raises(LogUnavailable, match="not empty"):
        Log(tmp_path)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["lock", "lock.fold", "other"]
