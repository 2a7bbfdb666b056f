"""A graph in memory, made from facts and gone when dropped: for what nobody may write."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from seewhy.graph.change.changeset import LOAD
from seewhy.graph.derivation.derive import derive
from seewhy.graph.engines.embedded import EmbeddedEngine
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.loads import MODEL, Load
from seewhy.graph.session import Session

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from seewhy.graph.engines.base import Engine


def facts_of(engine: Engine) -> dict[str, pl.DataFrame]:
    """The history of a graph; a ConfigurationError when it keeps none (a scratch graph)."""
    history = engine.history()
    if not history:
        raise ConfigurationError(
            f"the graph `{engine.target}` keeps no rows of its input files", "use a graph that was loaded"
        )
    return history


def scratch(history: Mapping[str, pl.DataFrame], as_of: str) -> Session:
    """A session with a scratch graph of the embedded engine, whatever engine the facts came from."""
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    load = Load(LOAD, as_of, now, now, "", sum(map(len, history.values())), MODEL, "")
    return Session(EmbeddedEngine.scratch(derive(history, as_of), loads=(load,)))
