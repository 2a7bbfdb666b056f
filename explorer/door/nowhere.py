"""An address that is no page: the nearest pages, with what was asked along."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from seewhy.explorer.door.request import parameters, values
from seewhy.explorer.page_list import IN_NO_BAR, PAGES

if TYPE_CHECKING:
    from starlette.types import Scope

    from seewhy.explorer.door.answer import Answer

NOTHING = "There is nothing at this address."
_KEPT = ("person", "case", "asof", "a", "b", "unit", "id")
"""Parameters that go along: ids and a day."""
_LONGEST = 200
_NEAR = 3


async def nothing(scope: Scope, answer: Answer) -> None:
    """A page that says so, with links; a line of text for what is no page in a browser."""
    if not any("text/html" in one for one in values(scope, b"accept")):
        await answer.refuse(404, NOTHING)
        return
    asked = scope["path"].strip("/")[:_LONGEST]
    kept = [(name, value) for name, value in parameters(scope["query_string"]) if name in _KEPT and value]
    query = f"?{urlencode(kept)}" if kept else ""
    links = {f"{title}": f"/{address}{query}" for title, address in _nearest(asked)}
    await answer.page(404, f"There is no page `{asked}` here. The nearest are:", links)


def _nearest(asked: str) -> list[tuple[str, str]]:
    """Titles and addresses of the pages whose address or title is nearest, then the start page."""
    from rapidfuzz import fuzz, process  # wanted for wrong addresses only

    pages = [entry for entry in PAGES if entry.address and entry.address not in IN_NO_BAR]
    choices = {n: f"{entry.address} {entry.title}" for n, entry in enumerate(pages)}
    near = process.extract(asked.lower(), choices, scorer=fuzz.WRatio, limit=_NEAR, processor=str.lower)
    return [*((pages[n].title, pages[n].address) for _, _, n in near), ("Ask, the start page", "")]
