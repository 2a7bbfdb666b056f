"""The explorer as a process of its own, for tests in a browser and for the pictures of the documentation."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from seewhy.serving import command

ROOT = Path(__file__).parent.parent.parent


@contextmanager
def served(graph: Path | str, folder: Path | None = None) -> Iterator[str]:
    """The address of an explorer that `seewhy serve` would start, from a folder that is not the repository's: `folder`,
    else the one that the graph is in."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env: dict[str, Any] = {**os.environ, "SEEWHY_GRAPH": str(graph), "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen(
        command(port), env=env, cwd=folder or Path(graph).parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(120):
            try:
                with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                    break
            except OSError:
                assert child.poll() is None, "the explorer ended while it was starting"
                time.sleep(0.25)
        else:
            raise AssertionError("the explorer did not answer within 30 seconds")
        yield address
    finally:
        child.terminate()
        child.wait(20)
