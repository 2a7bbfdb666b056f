"""What every visitor needs, made once before the first one comes: the code of the pages, the graph, what can be looked
for. A page asks for the same things by the same names, so whoever comes early waits for them and makes none again."""

from __future__ import annotations

import importlib
import pkgutil
from contextlib import suppress

import explorer
from explorer import lists, search, source, things
from graph.errors import SeeWhyError
from graph.rules.catalogue import rules
from graph.session import day


def make_ready() -> None:
    """Make it, in some seconds for a large organisation; a graph that cannot be opened is the pages' to tell."""
    for module in pkgutil.iter_modules(explorer.__path__):
        if not module.ispkg and module.name != "app":
            importlib.import_module(f"explorer.{module.name}")
    rules()
    with suppress(SeeWhyError):
        now, date = source.revision(), day(None)
        source.health(now)
        source.loads()
        for kind in search.KINDS:
            things.table(now, kind)
        lists.prepare(now, date)
