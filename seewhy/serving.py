"""Starts the explorer in a process of its own: this process is replaced by it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NoReturn

from seewhy.explorer.door.home import outside
from seewhy.graph.settings import is_address, read_settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def command(
    port: int,
    *,
    browser: bool = False,
    token: bool = True,
    api: Sequence[str] | None = None,
    address: str = "127.0.0.1",
    i_know: bool = False,
    names: Sequence[str] = (),
) -> list[str]:
    """The command line of the explorer's process; `-P` keeps the current folder off the path of modules.

    `api` are the options of the HTTP interface in the same process, None without one; `names` further Host headers.
    """
    module = "seewhy.explorer.door" if api is None else "seewhy.http.beside"
    line = [sys.executable, "-P", "-m", module, f"--port={port}", f"--address={address}", *(api or ())]
    line += [f"--host={name}" for name in names]
    flags = {"--browser": browser, "--no-token": not token, "--i-know": i_know}
    return [*line, *(flag for flag, wanted in flags.items() if wanted)]


def serve(
    target: str | None,
    *,
    port: int,
    browser: bool,
    token: bool = True,
    api: Sequence[str] | None = None,
    address: str = "127.0.0.1",
    i_know: bool = False,
    names: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> NoReturn:
    """Become the explorer, so that signals and the exit code are its own. A folder is passed on as an absolute path;
    `environment` is set besides."""
    chosen = read_settings().target(target)
    where = chosen if is_address(chosen) else os.path.abspath(chosen)
    line = command(port, browser=browser, token=token, api=api, address=address, i_know=i_know, names=names)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(line[0], line, {**outside(os.environ), **(environment or {}), "SEEWHY_GRAPH": where})
