"""How long one question of a page may work."""

from __future__ import annotations

from functools import cache

from seewhy.graph.settings import read_settings


@cache
def page_seconds() -> tuple[float, float]:
    """Seconds that all queries of one question have together, and each of them."""
    settings = read_settings()
    return settings.seewhy_page_seconds, settings.seewhy_query_timeout
