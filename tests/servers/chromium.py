"""The browser for Playwright, which downloads none here: Debian's chromium, or what `SEEWHY_CHROMIUM` names."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.servers import ServerUnavailable

if TYPE_CHECKING:
    from playwright.sync_api import Browser

INSTALL = "apt-get install -y chromium fonts-dejavu-core"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    # A new tab costs more than what it shows: tabs of one address share a process, and with it the compiled scripts.
    "--process-per-site",
    "--in-process-gpu",
    "--disable-quic",
    "--no-first-run",
    # Pages are judged by what they fetch: the browser itself must be silent.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str:
    """The path of the browser; ServerUnavailable with the install command when there is none."""
    named = os.environ.get("SEEWHY_CHROMIUM")
    for name in (named,) if named else _NAMES:
        if found := shutil.which(name):
            return found
    raise ServerUnavailable(f"the browser tests need chromium: {INSTALL}")


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless browser with an empty profile for the length of the block."""
    path = chromium()
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise ServerUnavailable("the browser tests need Playwright: pip install playwright") from None
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(_FLAGS), headless=True)
        try:
            yield started
        finally:
            started.close()
