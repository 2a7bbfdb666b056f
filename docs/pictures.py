"""Pictures of every page of the explorer, from the sample organisation: `make pictures`.

Each page at two widths, light and dark, as `docs/pictures/NAME-WIDTH-SCHEME.png`, whole page up to `TALLEST`. The
pictures show the day `DAY`, so that they change only when the product does.
"""

from __future__ import annotations

import io
import logging
import os
import re
import sys
import tempfile
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

import seewhy
from seewhy.explorer.page_list import PAGES
from tests.servers.chromium import browser
from tests.servers.explorer import served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

HERE = Path(__file__).parent / "pictures"
DAY = "2026-11-25"
WIDTHS = (1440, 800)
SCHEMES = ("light", "dark")
TALLEST = 1700
SHOTS: dict[str, str] = {
    "ask": f"?person=ana&case=m-101&asof={DAY}",
    "why": f"why?person=sam&case=c-102&asof={DAY}",
    "who": f"who?case=c-101&row=rosa&asof={DAY}",
    "what": f"what?person=rosa&asof={DAY}",
    "compare": f"compare?a=rosa&b=sam&asof={DAY}",
    "batch": f"batch?people=rosa%0Asam%0Aana&cases=c-101%0Ac-102%0Ae-203%0Am-101&asof={DAY}",
    "structure": f"structure?unit=enf&asof={DAY}",
    "paths": f"paths?from=person:ana&to=person:kasia&longer=10&asof={DAY}",
    "findings": f"findings?asof={DAY}",
    "eligible": f"eligible?kind=secondary-access&person=bo&position=jr-a1&access=hierarchical&asof={DAY}",
    "reports": f"reports?asof={DAY}",
    "verify": f"verify?asof={DAY}",
    "rules": f"rules?id=MEM-34&asof={DAY}",
    "whatif": f"whatif?do=leave&person=rosa&asof={DAY}",
    "row": f"row?file=memberships.csv&row=4&asof={DAY}",
    "changes": f"changes?from=2026-01-01&to={DAY}&unit=north",
    "query": f"query?name=organisation/person_memberships&p.person=ana&asof={DAY}",
    "activity": f"activity?asof={DAY}",
    "time": f"time?person=sam&case=c-104&asof={DAY}",
}
"""Name to address; the name is also the page's address, blank for ask."""
_log = logging.getLogger("pictures")


@contextmanager
def sample() -> Iterator[str]:
    """The address of an explorer of the sample organisation, for the length of the block."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "graph"
        with seewhy.connect(target, write=True) as graph, as_file(files("seewhy.loaders") / "sample") as rows:
            graph.load(rows, as_of=DAY)
        os.environ["SEEWHY_LOG"] = str(Path(folder) / "log")
        with seewhy.connect(target) as graph:
            graph.why("sam", "c-102", DAY)
            graph.who("e-203", DAY)
            graph.what("ana", DAY)
        with served(target) as address:
            yield address


def take(page: Page, address: str, file: Path) -> int:
    """Take one picture when the page stands still; returns its bytes."""
    width = (page.viewport_size or {"width": 0})["width"]
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    page.locator(".st-key-footer").wait_for(timeout=60_000)
    page.wait_for_function(_STILL, timeout=60_000)
    page.wait_for_timeout(700)
    height = page.locator("[data-testid=stMainBlockContainer]").evaluate(
        "main => Math.ceil(main.querySelector('.st-key-footer').getBoundingClientRect().bottom)"
    )
    page.set_viewport_size({"width": width, "height": min(max(height + 24, 560), TALLEST)})
    page.wait_for_timeout(900)
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    # A palette of 256 colours is a third of the size, and nobody sees the difference on these pages.
    shot.quantize(256, dither=Image.Dither.NONE).save(file, optimize=True)
    return file.stat().st_size


_STILL = """() => document.fonts.status === 'loaded' && !document.querySelector('[data-testid=stSkeleton]')
 && document.querySelector('[data-test-script-state=notRunning]') !== null"""


def pictures(names: list[str]) -> int:
    """Take the pictures of the named pages (all when empty); returns 1 when a page could not be drawn."""
    known = {entry.address or "ask" for entry in PAGES}
    HERE.mkdir(exist_ok=True)
    failed, total = 0, 0
    with sample() as address, browser() as opened:
        for name, where in SHOTS.items():
            if names and name not in names:
                continue
            if name not in known:
                _log.warning("%s: skipped, there is no such page", name)
                continue
            for width in WIDTHS:
                for scheme in SCHEMES:
                    try:
                        total += _one(
                            opened, f"{address}/{where}", HERE / f"{name}-{width}-{scheme}.png", width, scheme
                        )
                    except Exception as error:  # one page that fails must not keep the others from being taken
                        first = re.sub(r"\s+", " ", str(error))[:160]
                        _log.error("%s at %s, %s: failed: %s", name, width, scheme, first)
                        failed = 1
            _log.info("%s", name)
    _log.info("%.1f MB in %s", total / 1e6, HERE.name)
    return failed


def _one(opened: Browser, address: str, file: Path, width: int, scheme: str) -> int:
    context = opened.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    try:
        return take(context.new_page(), address, file)
    finally:
        context.close()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    sys.exit(pictures(sys.argv[1:]))
