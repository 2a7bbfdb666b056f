"""What every visitor needs, loaded before the first one comes: the code of the pages, the graph, the search index.

A page asks for the same by the same keys, so whoever comes early waits for it, and nothing is made twice.
"""

from __future__ import annotations

import importlib
import pkgutil
from contextlib import suppress

from seewhy import explorer
from seewhy.auth.asker import asked_by
from seewhy.explorer import components, data, picture, widgets
from seewhy.explorer.data import connection, search, search_index, tables
from seewhy.graph.errors import SeeWhyError
from seewhy.graph.rules.catalogue import rules
from seewhy.graph.session import day


def warm_up() -> None:
    """Load it, in some seconds for a large organisation; a graph that cannot be opened is reported by the pages."""
    for room in (explorer, components, data, picture, widgets):
        for module in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
            if not module.ispkg:
                importlib.import_module(module.name)
    rules()
    with suppress(SeeWhyError), asked_by(None):
        revision, date = connection.newest_revision(), day(None)
        connection.health(revision)
        connection.loads()
        for kind in search.KINDS:
            search_index.table(revision, kind)
        tables.prepare(revision, date)
