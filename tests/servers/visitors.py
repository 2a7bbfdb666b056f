"""Visitors of the explorer without a browser: they speak to it as its pages do, over a websocket, many at once.

A browser for each of thirty would say more about this machine than about the explorer. What is asked and answered is
the same: a run of the page's script, from the first message to its last.
"""

from __future__ import annotations

import asyncio
import random
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Sequence

    from websockets.asyncio.client import ClientConnection

LARGEST = 50_000_000
Result = TypeVar("Result")
HUNG = 60.0
"""Seconds after which a click counts as hung; on a quiet machine it takes one."""


class Drawn(NamedTuple):
    """What a run drew: everything it wrote as HTML, the number of tables, whether it came to its end."""

    html: str
    tables: int
    whole: bool


class Visitor:
    """One open page."""

    def __init__(self, address: str, connection: ClientConnection) -> None:
        self._address, self._connection = address, connection
        self._sent = 0

    async def ask(self, page: str, query: str) -> Drawn:
        """Go to a page of the explorer (blank: the start page) with a query, and wait until it is drawn."""
        said = BackMsg()
        said.rerun_script.query_string = query
        said.rerun_script.page_name = page
        said.rerun_script.context_info.url = f"{self._address}/{page}?{query}"
        said.rerun_script.context_info.timezone = "UTC"
        await self._connection.send(said.SerializeToString())
        html: list[str] = []
        tables = 0
        async for data in self._connection:
            heard = ForwardMsg()
            heard.ParseFromString(data if isinstance(data, bytes) else data.encode())
            kind = heard.WhichOneof("type")
            if kind == "delta" and heard.delta.WhichOneof("type") == "new_element":
                element = heard.delta.new_element
                drawn = element.WhichOneof("type")
                html += [element.html.body] if drawn == "html" else []
                tables += drawn == "bidi_component" and element.bidi_component.component_name.endswith("grid")
                if drawn in ("exception", "alert"):
                    html.append(str(element)[:500])
            elif kind == "script_finished" and heard.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                whole = heard.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
                return Drawn("\n".join(html), tables, whole)
        raise AssertionError("the explorer closed the connection")


@asynccontextmanager
async def visitor(address: str, *, cookie: str = "", origin: str | None = "ours") -> AsyncIterator[Visitor]:
    """A visitor of the explorer at this address, with the cookie that lets them in where one is asked for.

    `origin` is said to be the explorer's own, another one, or not said (None).
    """
    async with connect(
        address.replace("http", "ws", 1) + "/_stcore/stream",
        origin=address if origin == "ours" else origin,  # type: ignore[arg-type]
        subprotocols=["streamlit"],  # type: ignore[list-item]
        additional_headers={"Cookie": cookie} if cookie else None,
        max_size=LARGEST,
        ping_interval=None,
        open_timeout=60,
        proxy=None,
    ) as connection:
        yield Visitor(address, connection)


def together(work: Coroutine[Any, Any, Result]) -> Result:
    """What the coroutine returns; run in a thread, since the browser of other tests keeps a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


class Click(NamedTuple):
    """What a visitor asks for: page, query, words of the answer, tables."""

    page: str
    query: str
    words: str
    tables: int


SAMPLE_DAY = "2026-11-25"
SAMPLE = (
    Click("what", f"person=rosa&asof={SAMPLE_DAY}", "Rosa Delgado can see 9 cases", 1),
    Click("who", f"case=c-101&asof={SAMPLE_DAY}", "6 people can see case", 1),
    Click("why", f"person=ana&case=m-101&asof={SAMPLE_DAY}", "Ana Ferreira can view case", 0),
    Click("compare", f"a=rosa&b=sam&asof={SAMPLE_DAY}", "Rosa Delgado", 1),
    Click("why", f"person=sam&case=c-102&asof={SAMPLE_DAY}", "cannot see case", 0),
    Click("structure", f"unit=enf&asof={SAMPLE_DAY}", "Enforcement", 0),
)
"""Of the sample organisation."""


@dataclass(slots=True)
class Crowd:
    """What many visitors met: seconds of each click, by visitor; the states of the health; memory, in bytes, at each
    look at it; sentences about answers that were not as they should be."""

    seconds: list[list[float]]
    healthy: list[int] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def crowd(
    address: str, people: int, seconds: float, clicks: Sequence[Click] = SAMPLE, *, least: int = 1, pause: float = 0.0
) -> Crowd:
    """So many people click for so many seconds, each of them at least `least` times and with a `pause` in between, half
    as long or half as long again. Health is looked at twice a second, and memory as soon as each has seen a page."""
    met = Crowd([[] for _ in range(people)])
    server = psutil.Process(_listening(urlsplit(address).port or 0))
    end = time.monotonic() + seconds

    async def visits(number: int) -> None:
        chance, mine = random.Random(number), met.seconds[number]
        async with visitor(address) as one:
            while time.monotonic() < end or len(mine) < least:
                await asyncio.sleep(pause * chance.uniform(0.5, 1.5))
                click = clicks[(number + len(mine)) % len(clicks)]
                began = time.monotonic()
                async with asyncio.timeout(HUNG):
                    drawn = await one.ask(click.page, click.query)
                mine.append(time.monotonic() - began)
                if not (drawn.whole and click.words in drawn.html and drawn.tables == click.tables):
                    met.wrong.append(f"{click.page}?{click.query}: {drawn.html[:200]}")

    def alive() -> int:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=HUNG) as answer:
            return int(answer.status)

    async def watched() -> None:
        while time.monotonic() < end or min(map(len, met.seconds)) < least:
            met.healthy.append(await asyncio.to_thread(alive))
            if min(map(len, met.seconds)):
                met.memory.append(server.memory_info().rss)
            await asyncio.sleep(0.5)

    async def everybody() -> None:
        async with asyncio.TaskGroup() as all_of_them:
            for number in range(people):
                all_of_them.create_task(visits(number))
            all_of_them.create_task(watched())

    together(everybody())
    met.memory.append(server.memory_info().rss)
    return met


def _listening(port: int) -> int:
    """The process that was started here and listens on a port."""
    return next(one.pid for one in psutil.Process().children(recursive=True) if f"--port={port}" in one.cmdline())
