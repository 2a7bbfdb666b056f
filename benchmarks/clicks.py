"""From the click to the answer, in a browser, on the mixed organisation of 2,000 people and 100,000 cases:

    python -m benchmarks.clicks [--engines embedded,neo4j] [--people 2000] [--cases 100000]

On each page another person or case is chosen again and again; measured is the time from choosing it until the sentence
of the answer has changed. Nothing is asked twice. The start page stands open for twenty seconds before: what the explorer
prepares beside it is done then. Prints medians, p95 and the slowest in milliseconds.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import seewhy
from benchmarks import organisations
from benchmarks.measure import percentile
from tests.servers.chromium import browser
from tests.servers.explorer import served
from tests.servers.neo4j import neo4j_server

if TYPE_CHECKING:
    from playwright.sync_api import Page

AS_OF = "2026-11-01"
PAGES = {
    "why": ("/why?person={person}&case={case}&asof=" + AS_OF, "Why can this person", "person", "[role=status] h1"),
    "who": ("/who?case={case}&asof=" + AS_OF, "Who can see this case?", "case", ".subject h1"),
    "what": ("/what?person={person}&asof=" + AS_OF, "What can this person see?", "person", ".subject h1"),
}
"""Page -> address, label of the field, what is chosen in it, the sentence of the answer."""
PRESSED = "() => document.addEventListener('mousedown', () => { window.pressed = performance.now() }, true)"
CHANGED = """([where, old]) => {
  const it = document.querySelector(where);
  return it && it.innerText !== old ? performance.now() - window.pressed : 0;
}"""
"""Milliseconds from the press of the button until the frame in which the sentence is another one, by the browser's
clock: what drives the browser takes time of its own before it presses."""


def clicks(page: Page, base: str, name: str, chosen: dict[str, list[str]]) -> list[float]:
    """Milliseconds per click on one page, the first answer of the page left out."""
    address, label, kind, sentence = PAGES[name]
    first, *others = chosen[kind]
    page.goto(base + address.format(**{**{key: ids[0] for key, ids in chosen.items()}, kind: first}))
    page.locator(sentence).wait_for(timeout=60_000)
    page.evaluate(PRESSED)
    found = []
    for one in others:
        page.locator("[data-test-script-state=notRunning]").first.wait_for(state="attached", timeout=60_000)
        old = page.locator(sentence).inner_text()
        page.get_by_label(label, exact=True).fill(one)
        option = page.get_by_role("option").first
        option.wait_for()
        option.click()
        took = page.wait_for_function(CHANGED, arg=[sentence, old], polling="raf", timeout=60_000)
        found.append(float(took.json_value()))
    return found


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Milliseconds from the click to the answer, in a browser.")
    parser.add_argument("--engines", default="embedded,neo4j")
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--number", type=int, default=25, help="clicks per page")
    wanted = parser.parse_args()
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="seewhy-clicks-")))
        organisations.write(organisations.small(wanted.people, wanted.cases), scratch / "organisation")
        opened = stack.enter_context(browser())
        for engine in wanted.engines.split(","):
            graph = str(scratch / "graph")
            if engine == "neo4j":
                server = stack.enter_context(neo4j_server())
                os.environ.update(server.environment())
                graph = server.uri
            with seewhy.connect(graph, write=True) as g:
                g.load(scratch / "organisation", AS_OF, fresh=True)
                draw = random.Random(4)
                seen = {sight.person: len(sight.cases) for sight in g.pairs(AS_OF)}
                people = sorted(seen, key=lambda one: seen[one])
                cases = [row["id"] for row in g.session.run("organisation/cases")]
            ordinary = draw.sample(people[:-50], wanted.number + 1)
            chosen = {"person": ordinary, "case": draw.sample(cases, wanted.number + 1)}
            most = {**chosen, "person": [ordinary[0], *people[-10:]]}
            with served(graph, scratch) as base:
                page = opened.new_page()
                page.goto(f"{base}/?asof={AS_OF}")
                page.wait_for_timeout(20_000)
                for name, title, ids in (
                    ("why", "why", chosen), ("who", "who", chosen),
                    ("what", "what, ordinary people", chosen), ("what", "what, the ten who see most", most),
                ):  # fmt: skip
                    times = clicks(page, base, name, ids)
                    sys.stdout.write(
                        f"{engine:9} {title:28} n {len(times):3}  p50 {percentile(times, 0.5):6.0f} ms  "
                        f"p95 {percentile(times, 0.95):6.0f} ms  max {max(times):6.0f} ms\n"
                    )
                    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
