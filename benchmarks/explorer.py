"""How long the explorer takes from its start to its start page in a browser, and how much memory it has then."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import psutil

from tests.servers import ServerUnavailable
from tests.servers.chromium import browser
from tests.servers.explorer import served

SETTLED = 20
"""Seconds after which what the explorer prepares beside the first page is taken to be done."""


def started(graph: Path, scratch: Path) -> dict[str, Any]:
    """Seconds until the process answers and until the start page is whole, CPU and memory (MB) then, and memory later.

    The browser runs before, and is not counted.
    """
    try:
        with browser() as opened:
            mine = {child.pid for child in psutil.Process().children(recursive=True)}
            page = opened.new_page()
            began = time.perf_counter()
            with served(graph, scratch) as base:
                answers = time.perf_counter() - began
                page.goto(base)
                page.get_by_role("heading").first.wait_for(timeout=120_000)
                page.locator("[data-test-script-state=notRunning]").first.wait_for(state="attached", timeout=120_000)
                whole = time.perf_counter() - began
                server = [one for one in psutil.Process().children(recursive=True) if one.pid not in mine]
                server = [one for one in server if "chrom" not in one.name() and "node" not in one.name()]
                cpu = sum(one.cpu_times().user + one.cpu_times().system for one in server)
                memory = sum(one.memory_info().rss for one in server) / 1e6
                time.sleep(SETTLED)
                later = sum(one.memory_info().rss for one in server) / 1e6
                page.close()
    except ServerUnavailable as missing:
        return {"error": str(missing)}
    return {"answers": answers, "wall": whole, "cpu": cpu, "memory_mb": round(memory, 1), "later_mb": round(later, 1)}
