"""Visitors of the explorer without a browser: they speak to it as its pages do, over a websocket, many at once.

A browser for each of thirty would say more about this machine than about the explorer. What is asked and answered is
the same: a run of the page's script, from the first message to its last.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine

    from websockets.asyncio.client import ClientConnection

LARGEST = 50_000_000
Result = TypeVar("Result")


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
