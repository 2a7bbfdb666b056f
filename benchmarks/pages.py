"""How long each page of the explorer takes for a graph that is there, in a browser:

    python -m benchmarks.pages GRAPH [--number 4] [--earlier DAY] [--asof DAY] [--only why,whatif]

Each page is opened anew again and again, about people, cases and units that are drawn; nothing is asked twice on purpose.
The start page stands open for twenty seconds before: what the explorer prepares beside it is done then. Per page: seconds
of the first visit until the page is drawn and until its answer is whole (nothing follows any more), the median and the
slowest of the others likewise, and seconds of CPU of the server. A page that asks beside itself is drawn first, and says
meanwhile what it does.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import psutil

import seewhy
from tests.servers.chromium import browser
from tests.servers.explorer import served

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

SETTLED = 20_000
"""Milliseconds on the start page before anything is measured."""
MOST = 120_000
"""Milliseconds that a page may take."""
STILL = 1_200
"""Milliseconds without a change, and nothing still asked, after which nothing follows."""


class Visit(NamedTuple):
    """Seconds until a page was drawn and until it was whole, and seconds of CPU."""

    drawn: float
    whole: float
    cpu: float


class Things(NamedTuple):
    """What there is to ask about: cases by person, all cases, units."""

    seen: dict[str, list[str]]
    cases: list[str]
    units: list[str]


def addresses(things: Things, days: tuple[str, str], draw: random.Random) -> dict[str, str]:
    """The pages, each about something that is drawn."""

    def pair() -> tuple[str, str]:
        one = draw.choice(list(things.seen))
        return one, draw.choice(things.seen[one])

    (person, case), (other, _) = pair(), pair()
    another, unit = draw.choice(things.cases), draw.choice(things.units)
    day, between = f"asof={days[1]}", f"from={days[0]}&to={days[1]}"
    return {
        "ask": f"?{day}",
        "why": f"why?person={person}&case={case}&{day}",
        "why not": f"why?person={person}&case={another}&{day}",
        "who": f"who?case={case}&{day}",
        "what": f"what?person={person}&{day}",
        "compare": f"compare?a={person}&b={other}&{day}",
        "batch": f"batch?people={person}%0A{other}&cases={case}%0A{another}&{day}",
        "structure": f"structure?unit={unit}&{day}",
        "paths": f"paths?from=person:{person}&to=case:{case}&{day}",
        "findings": f"findings?{day}",
        "eligible": f"eligible?kind=secondary-access&{day}",
        "time": f"time?person={person}&case={case}&{day}",
        "whatif": f"whatif?do=leave&person={draw.choice(list(things.seen))}&{day}",
        "row": f"row?file=memberships.csv&row={draw.randrange(2, 1_000)}&{day}",
        "reports": f"reports?{day}",
        "verify": f"verify?{day}",
        "rules": f"rules?{day}",
        "query": f"query?name=organisation/person_memberships&p.person={person}&{day}",
        "changes person": f"changes?{between}&person={person}",
        "changes case": f"changes?{between}&case={case}",
        "changes unit": f"changes?{between}&unit={unit}",
        "changes": f"changes?{between}",
    }


def visited(page: Page, address: str, cpu: Callable[[], float]) -> Visit:
    """Open one page, and wait until nothing follows."""
    used, began = cpu(), time.perf_counter()
    page.goto(address, wait_until="commit")
    page.locator(".st-key-footer").wait_for(timeout=MOST)
    page.locator("[data-test-script-state=notRunning]").first.wait_for(state="attached", timeout=MOST)
    drawn = whole = time.perf_counter() - began
    before = page.locator("body").inner_text()
    while time.perf_counter() - began < min(MOST / 1000, whole + STILL / 1000):
        page.wait_for_timeout(100)
        now = page.locator("body").inner_text()
        if now != before or page.locator(".still-asked").count():
            before, whole = now, time.perf_counter() - began
    return Visit(drawn, whole, cpu() - used)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Seconds per page of the explorer, in a browser.")
    parser.add_argument("graph", type=Path)
    parser.add_argument("--number", type=int, default=4, help="visits per page")
    parser.add_argument("--earlier", help="the day that changes begin on; by default that of the load before")
    parser.add_argument("--asof", help="the day that is asked about; by default that of the newest load")
    parser.add_argument("--only", default="", help="pages by name, comma separated")
    wanted = parser.parse_args()
    draw = random.Random(5)
    with seewhy.connect(wanted.graph) as graph:
        loads = [load.as_of for load in graph.session.engine.loads()]
        days = wanted.earlier or loads[-2:][0], wanted.asof or loads[-1]
        seen = {sight.person: list(sight.cases) for sight in graph.pairs(days[1])}
        cases, units = ([row["id"] for row in graph.session.run(f"organisation/{of}")] for of in ("cases", "units"))
        things = Things({person: some for person, some in seen.items() if some}, cases, units)
    found: dict[str, list[Visit]] = defaultdict(list)
    with browser() as opened, tempfile.TemporaryDirectory(prefix="seewhy-pages-") as scratch:
        before = set(psutil.Process().children(recursive=True))
        with served(wanted.graph, Path(scratch)) as base:
            page = opened.new_page(viewport={"width": 1440, "height": 900})
            page.goto(f"{base}/?asof={days[1]}")
            page.wait_for_timeout(SETTLED)
            new = set(psutil.Process().children(recursive=True)) - before
            server = [one for one in new if "chrom" not in one.name() and "node" not in one.name()]

            def cpu() -> float:
                return sum(one.cpu_times().user + one.cpu_times().system for one in server)

            for _ in range(wanted.number):
                for name, address in addresses(things, days, draw).items():
                    if not wanted.only or name in wanted.only.split(","):
                        found[name].append(visit := visited(page, f"{base}/{address}", cpu))
                        sys.stderr.write(f"{name}: {visit.drawn:.2f} {visit.whole:.2f} {visit.cpu:.2f}\n")
    for name, (first, *others) in found.items():
        more = others or [first]
        drawn, whole, used = ([visit[n] for visit in more] for n in range(3))
        sys.stdout.write(
            f"{name:15} first {first.drawn:5.2f} whole {first.whole:5.2f}   then {statistics.median(drawn):5.2f} "
            f"(max {max(drawn):5.2f}) whole {statistics.median(whole):5.2f} (max {max(whole):5.2f})   "
            f"cpu {first.cpu:5.2f}, then {statistics.median(used):5.2f} (max {max(used):5.2f})\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
