"""Starts the explorer: Streamlit in a process of its own, on the loopback address, with the secure options."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from importlib.resources import as_file, files

from graph.settings import read_settings

OPTIONS = {
    "server.address": "127.0.0.1",
    "server.headless": "true",
    "browser.gatherUsageStats": "false",
    "server.enableXsrfProtection": "true",
    "server.enableCORS": "true",
    "server.maxUploadSize": "5",
    "server.enableStaticServing": "false",
    "client.showErrorDetails": "none",
    "client.showErrorLinks": "false",
    "client.toolbarMode": "minimal",
    "server.fileWatcherType": "none",
    "server.runOnSave": "false",
    "global.developmentMode": "false",
}
"""Why each: design notes in docs/explorer.md (loopback, no telemetry, no tracebacks, no watching of files)."""


def command(
    port: int, *, browser: bool = False, address: str = "127.0.0.1", hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
) -> list[str]:
    """The command line of the explorer's process."""
    with as_file(files("explorer") / "app.py") as app:
        options = {
            **OPTIONS,
            "server.address": address,
            "server.port": str(port),
            "server.headless": "false" if browser else "true",
        }
        flags = [f"--{name}={value}" for name, value in options.items()]
        return [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            str(app),
            *flags,
            *(f"--server.allowedHosts={host}" for host in hosts),
        ]


def serve(target: str | None, *, port: int, browser: bool, address: str = "127.0.0.1") -> int:
    """Run the explorer until it is stopped; returns its exit code. A folder is passed on as an absolute path."""
    chosen = read_settings().target(target)
    where = chosen if "://" in chosen else os.path.abspath(chosen)
    child = subprocess.Popen(command(port, browser=browser, address=address), env={**os.environ, "SEEWHY_GRAPH": where})
    try:
        return child.wait()
    except KeyboardInterrupt:
        child.send_signal(signal.SIGINT)
        return child.wait()
