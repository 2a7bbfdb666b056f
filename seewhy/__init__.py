"""SeeWhy: who can see a case, and why. `connect()` opens a graph; its methods are the questions."""

from graph.errors import (
    ConfigurationError,
    EngineUnavailable,
    LimitReached,
    LoadRejected,
    QueryContractError,
    SeeWhyError,
    UnknownEntity,
)
from seewhy.api import Graph, connect

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
]
