"""Settings from the environment: which graph, how to log in, how long a question may take.

Credentials come from `NEO4J_USERNAME`, `NEO4J_PASSWORD` and `NEO4J_DATABASE` only (contract section 5): an address that
carries a user or a password is refused, because addresses are shown, logged and written into exports.
"""

from __future__ import annotations

import re

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from graph.errors import ConfigurationError

DEFAULT_FOLDER = "seewhy-graph"
"""The embedded graph of a working folder where nothing else is named."""

NEO4J_SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")

_ADDRESS = re.compile(r"^(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*)://(?P<rest>.*)$", re.DOTALL)


class Settings(BaseSettings):
    """What the environment says, one variable per field."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore")

    seewhy_graph: str = ""
    neo4j_uri: str = ""
    neo4j_username: str = ""
    neo4j_password: SecretStr = SecretStr("")
    neo4j_database: str = ""
    seewhy_query_timeout: float = Field(default=120.0, gt=0)
    """Seconds after which a question is stopped."""
    seewhy_work_limit: int = Field(default=5_000_000_000, gt=0)
    """Embedded engine: work units (intermediate rows, scanned items) after which a question is stopped."""
    seewhy_retry_seconds: float = Field(default=15.0, ge=0)
    """Neo4j: how long a read is tried again while the server restarts or a cluster elects a leader."""
    seewhy_load_alive_seconds: float = Field(default=30.0, ge=1)
    """Neo4j: a load that has not renewed `Load.alive_until` for so long counts as dead."""
    seewhy_group_readable: bool = False
    """Files and folders that are made can be read by the group as well, not by their owner alone."""

    def target(self, graph: str | None = None) -> str:
        """The graph to use: the argument, else what the environment names, else the default folder.

        Raises ConfigurationError for an address with credentials or of an unknown kind.
        """
        chosen = graph if graph is not None else (self.seewhy_graph or self.neo4j_uri or DEFAULT_FOLDER)
        return checked_target(chosen)


def read_settings() -> Settings:
    """The settings of this process; a value that cannot be used is a ConfigurationError naming its variable."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigurationError(
            f"the setting `{str(first['loc'][0]).upper()}` cannot be `{first['input']}`: {first['msg'].lower()}"
        ) from None


def is_address(target: str) -> bool:
    """True for `something://…`, false for a folder."""
    return _ADDRESS.match(target) is not None


def checked_target(target: str) -> str:
    """The target, trimmed, when it is a folder or a Neo4j address without credentials; else ConfigurationError."""
    target = target.strip()
    if not target:
        raise ConfigurationError("the graph has no name", "name a folder, or an address such as `neo4j://localhost`")
    match = _ADDRESS.match(target)
    if match is None:
        return target
    scheme, rest = match["scheme"].lower(), match["rest"]
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if "@" in rest:
        shown = f"{scheme}://…@{rest.rsplit('@', 1)[1]}"
        raise ConfigurationError(
            f"the graph address `{shown}` carries a user or a password",
            "leave them out and set `NEO4J_USERNAME` and `NEO4J_PASSWORD` instead",
        )
    if scheme not in NEO4J_SCHEMES:
        raise ConfigurationError(
            f"the graph address `{scheme}://{authority}` is of an unknown kind",
            "use `neo4j://…` or `bolt://…` for a server, or a folder for an embedded graph",
        )
    if not authority:
        raise ConfigurationError(
            f"the graph address `{target}` names no server", "for example `neo4j://localhost:7687`"
        )
    if rest[len(authority) :].startswith("/") and (path := re.split(r"[?#]", rest[len(authority) :])[0].strip("/")):
        raise ConfigurationError(
            f"the graph address `{target}` names more than a server: `{path}`", "set `NEO4J_DATABASE` for a database"
        )
    return f"{scheme}://{rest}"
