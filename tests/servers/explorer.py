"""The explorer as a process of its own, for tests in a browser and for the pictures of the documentation."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from seewhy.explorer.door.home import outside
from seewhy.serving import command

ROOT = Path(__file__).parent.parent.parent
WAIT = 60.0


@dataclass(slots=True)
class Explorer:
    """A running explorer: where it is, and what it has written so far."""

    address: str
    child: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)

    def links(self) -> list[str]:
        """The addresses with a token that it has shown, the newest last."""
        return re.findall(r"http://\S+token=\S+", "".join(self.said))

    def link(self, number: int) -> str:
        """The address with a token that it shows as this one, from 0; waits until it does."""
        end = time.monotonic() + WAIT
        while len(self.links()) <= number:
            assert time.monotonic() < end, "".join(self.said)
            assert self.child.poll() is None, "".join(self.said)
            time.sleep(0.02)
        return self.links()[number]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def running(line: Sequence[str], port: int, environment: Mapping[str, str], folder: Path) -> Iterator[Explorer]:
    """An explorer that is started by this command from this folder, for the length of the block, once it answers."""
    child = subprocess.Popen(
        line, env=dict(environment), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    started = Explorer(f"http://127.0.0.1:{port}", child)

    def listen() -> None:
        assert child.stdout is not None
        with child.stdout as written:
            started.said.extend(iter(written.readline, ""))

    listening = Thread(target=listen, daemon=True)
    listening.start()
    try:
        end = time.monotonic() + WAIT
        while True:
            try:
                with urllib.request.urlopen(f"{started.address}/_stcore/health", timeout=5):
                    break
            except OSError:
                assert child.poll() is None, f"the explorer ended while it was starting: {''.join(started.said)}"
                assert time.monotonic() < end, "the explorer did not answer"
                time.sleep(0.1)
        yield started
    finally:
        child.terminate()
        child.wait(WAIT)
        listening.join(WAIT)


@contextmanager
def served(graph: Path | str, folder: Path | None = None, **settings: str) -> Iterator[str]:
    """The address of an explorer that asks for no token, from a folder that is not the repository's: `folder`, else the
    one that the graph is in. `settings` are variables of its own, such as SEEWHY_LOG."""
    port = free_port()
    environment = {**outside(os.environ), "SEEWHY_GRAPH": str(graph), "PYTHONPATH": str(ROOT), **settings}
    with running(command(port, token=False), port, environment, folder or Path(graph).parent) as started:
        yield started.address
