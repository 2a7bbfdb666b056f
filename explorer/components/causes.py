"""What changed an answer on a day: each fact in words, with its rows."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from seewhy.explorer.components import blocks, source_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seewhy.graph.questions.timeline import Cause


def cause_items(causes: Iterable[Cause], day_before: str, date: str) -> str:
    """What facts did on a day, as list items in words with their rows. A row that ended held the day before, so that
    day goes with the link to it."""
    items = []
    for cause in causes:
        ended = {"ended": len(cause.sources), "changed": 1}.get(cause.did, 0)
        days = {source: day_before if place < ended else date for place, source in enumerate(cause.sources)}
        rows = f'<span class="src">{source_rows.row_links(cause.sources, days)}</span>'
        items.append(f"<li>{escape(blocks.sentence(cause.sentence))} {rows}</li>")
    return "".join(items)
