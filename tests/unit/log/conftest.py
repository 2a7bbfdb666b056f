"""Logs for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from seewhy.auth.log.entries import committed
from seewhy.auth.log.writer import Log


def fill(log: Log, count: int, begin: int = 0) -> None:
    """Questions with their outcomes, two entries each; every person asks about themselves."""
    for k in range(begin, begin + count):
        person, salt = committed("person", f"p{k % 7}")
        actor, actor_salt = committed("actor", f"p{k % 7}")
        asked = {"outcome": "asked", "actor": actor, "question": {"kind": "why", "person": person}}
        n = log.append(asked, {"person": salt, "actor": actor_salt})
        digest, digest_salt = committed("digest", "d")
        log.append({"outcome": "answered", "asked": n, "answer": {"digest": digest}}, {"digest": digest_salt})


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[], Log]]:
    """Opens the log in `tmp_path / "log"`; all are closed at the end."""
    made: list[Log] = []

    def open_() -> Log:
        made.append(Log(tmp_path / "log"))
        return made[-1]

    yield open_
    for one in made:
        one.close()
