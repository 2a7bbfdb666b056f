"""A graph in memory, made from facts and gone when dropped: for what nobody may write."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from graph.changes import LOAD
from graph.derivation.derive import derive
from graph.engines.embedded import EmbeddedEngine
from graph.loads import MODEL, Load
from graph.session import Session

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl


def scratch(history: Mapping[str, pl.DataFrame], as_of: str) -> Session:
    """A session with a scratch graph of the embedded engine, whatever engine the facts came from."""
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    load = Load(LOAD, as_of, now, now, "", sum(map(len, history.values())), MODEL, "")
    return Session(EmbeddedEngine.scratch(derive(history, as_of), loads=(load,)))
