"""What every visitor needs, loaded before the first one comes: the code of the pages, then the graph and its tables.

A page asks for the same by the same keys, so whoever comes early waits for it, and nothing is made twice. The first
page needs no open graph, and the largest table, that of all cases, is made after everything else.
"""

from __future__ import annotations

import importlib
import pkgutil
from contextlib import suppress

from seewhy import explorer
from seewhy.auth.asker import asked_by
from seewhy.explorer import components, data, picture, widgets
from seewhy.explorer.data import answers, connection, findings, search, search_index, tables
from seewhy.graph.errors import SeeWhyError
from seewhy.graph.rules.catalogue import rules
from seewhy.graph.session import day


def code() -> None:
    """What it takes to draw a page."""
    for room in (explorer, components, data, picture, widgets):
        for module in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
            if not module.ispkg:
                importlib.import_module(module.name)
    rules()


def graph() -> None:
    """What it takes to answer, in some seconds for a large organisation; a graph that cannot be opened is reported by
    the pages."""
    with suppress(SeeWhyError), asked_by(None):
        revision, date = connection.newest_revision(), day(None)
        connection.loads()
        answers.contents(revision, date).ready()
        connection.health(revision)
        tables.prepare(revision, date)
        findings.begin(revision, date)
        for kind in sorted(search.KINDS, key="case".__eq__):
            search_index.table(revision, kind)
