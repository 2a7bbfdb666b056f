"""A log that is copied while it is written is a whole log, and goes on where it is put back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from seewhy.auth.log.copies import copied, put_back
from seewhy.auth.log.verify import verify
from seewhy.auth.log.writer import Log
from seewhy.graph.errors import ConfigurationError
from tests.unit.log.conftest import fill


def test_a_copy_while_others_write_is_one_state(opened: Callable[[], Log], tmp_path: Path) -> None:
    log = opened()
    fill(log, 300)
    writing = threading.Thread(target=fill, args=(log, 600, 300))
    writing.start()
    sizes = []
    for number in range(6):
        with put_back(((name, said) for name, said, _ in copied(log.folder)), tmp_path / f"copy{number}") as found:
            sizes.append(found.size)
        log.fold()
    writing.join()
    assert sizes == sorted(sizes)
    assert sizes[0] >= 600
    last = Log(tmp_path / "copy5")
    fill(last, 5)
    last.close()
    assert verify(tmp_path / "copy5").holds
    assert verify(tmp_path / "copy5").size == sizes[-1] + 10
    assert verify(log.folder).holds


def test_a_copy_that_is_not_whole_leaves_nothing(opened: Callable[[], Log], tmp_path: Path) -> None:
    log = opened()
    fill(log, 300)
    log.fold()
    files = {name: said for name, said, _ in copied(log.folder)}
    bundle = next(name for name in files if name.startswith("tile/entries/"))
    wrong = {
        "an entry": files | {bundle: files[bundle].replace(b"asked", b"acked", 1)},
        "a tile": {name: said for name, said in files.items() if name != "tile/0/000"},
        "no checkpoint": {name: said for name, said in files.items() if name != "checkpoint"},
        "no key": {name: said for name, said in files.items() if name != "key.pub"},
        "a file elsewhere": files | {"../elsewhere": b"x"},
        "a file that is none of a log": files | {"lock": b""},
    }
    before = sorted(tmp_path.rglob("*"))
    for what, some in wrong.items():
        with pytest.raises(ConfigurationError), put_back(some.items(), tmp_path / "back"):
            pytest.fail(what)
        assert sorted(tmp_path.rglob("*")) == before, what
    with pytest.raises(ConfigurationError, match="it is not empty"), put_back(files.items(), log.folder):
        pytest.fail("in use")
