"""The fields of a question: what is chosen stands in the URL as an id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seewhy.explorer import urls
from seewhy.explorer.data.search_index import named
from seewhy.explorer.widgets.search_box import search_box, title

if TYPE_CHECKING:
    from seewhy.explorer.data.connection import Revision


def field(now: Revision, name: str, label: str, *, kind: str = "", also: tuple[str, ...] = ()) -> str:
    """A field for one id of the question (URL parameter `name`, blank kind: the same word); returns the id or blank.

    `also` are parameters that get the same id, and give it when `name` is missing. Another choice begins with the first
    page and without a filter.
    """
    kind = kind or name
    id = next((given for one in (name, *also) if (given := urls.asked(one))), "")
    chosen = named(now, kind, id) if id else None

    def choose(_: str, chosen: str) -> None:
        urls.write(**{one: chosen for one in (name, *also)}, **dict.fromkeys(FILTERS, ""))

    search_box(
        now,
        f"pick-{name}",
        label,
        choose,
        kinds=(kind,),
        shown=title(chosen) if chosen else id,
        placeholder="type a name or an id",
    )
    return id


FILTERS = ("show", "by", "system", "list", "part", "differ")
"""Parameters that filter a list."""
