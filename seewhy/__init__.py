"""SeeWhy: who can see a case, and why. `connect()` opens a graph; its methods are the questions."""

from typing import TYPE_CHECKING, Any

from seewhy.graph.errors import (
    ConfigurationError,
    EngineUnavailable,
    LimitReached,
    LoadRejected,
    QueryContractError,
    SeeWhyError,
    UnknownEntity,
)

if TYPE_CHECKING:
    from seewhy.api import Graph, connect, repair, verify

__all__ = [
    "ConfigurationError",
    "EngineUnavailable",
    "Graph",
    "LimitReached",
    "LoadRejected",
    "QueryContractError",
    "SeeWhyError",
    "UnknownEntity",
    "connect",
    "repair",
    "verify",
]


def __getattr__(name: str) -> Any:
    """The engines and questions are imported when first used, so that `seewhy --help` need not wait for them."""
    if name in __all__:
        from seewhy import api

        return getattr(api, name)
    raise AttributeError(f"module `seewhy` has no `{name}`")
