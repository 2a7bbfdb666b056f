"""Starts the explorer: Streamlit in a process of its own, on the loopback address, with the secure options."""

from __future__ import annotations

import os
import sys
from importlib.resources import as_file, files
from typing import NoReturn

from explorer.palette import theme
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
    "runner.magicEnabled": "false",
    # Else all kept rows are searched for garbage after each run: 0.1 s at 100,000 cases, before the answer is sent.
    "runner.postScriptGC": "false",
    # Without it Streamlit would ask the internet for the address of this machine.
    "browser.serverAddress": "localhost",
}
"""Why each: design notes in docs/explorer.md (loopback, no telemetry, no tracebacks, no watching of files)."""


def command(
    port: int, *, browser: bool = False, address: str = "127.0.0.1", hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
) -> list[str]:
    """The command line of the explorer's process."""
    with as_file(files("explorer") / "app.py") as app:
        options = {
            **OPTIONS,
            **theme(),
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


def serve(target: str | None, *, port: int, browser: bool, address: str = "127.0.0.1") -> NoReturn:
    """Become the explorer: this process is replaced, so that signals and the exit code are Streamlit's own.

    A folder is passed on as an absolute path.
    """
    chosen = read_settings().target(target)
    where = chosen if "://" in chosen else os.path.abspath(chosen)
    line = command(port, browser=browser, address=address)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(line[0], line, {**os.environ, "SEEWHY_GRAPH": where})
