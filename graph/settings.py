"""Settings from the environment: which graph, how to log in, how long a question may take.

Credentials come from `NEO4J_USERNAME`, `NEO4J_PASSWORD` (or the file `NEO4J_PASSWORD_FILE`) and `NEO4J_DATABASE` only
(engines/logins.py): an address that carries a user or a password is refused, because addresses are shown, logged and
written into exports.
"""

from __future__ import annotations

import os
import re
import unicodedata
from functools import lru_cache
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.nearest import nearest

DEFAULT_FOLDER = "seewhy-graph"
"""The embedded graph of a working folder where nothing else is named."""

NEO4J_SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")

_ADDRESS = re.compile(r"^(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*)://(?P<rest>.*)$", re.DOTALL)


_PLAIN_NUMBER = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,9})?")


def _plain(value: Any) -> Any:
    """Digits with at most a point: not `inf`, `1e400`, `1_000` or full-width digits, all of which Python reads."""
    if isinstance(value, str) and not _PLAIN_NUMBER.fullmatch(value.strip()):
        raise ValueError
    return value


Plain = BeforeValidator(_plain)


class Settings(BaseSettings):
    """What the environment says, one variable per field."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True)

    seewhy_graph: str = ""
    neo4j_uri: str = ""
    neo4j_username: str = ""
    neo4j_password: SecretStr = SecretStr("")
    neo4j_password_file: str = ""
    """The file that holds the password alone."""
    neo4j_loader_username: str = ""
    """The login that loads, where it is another one than asks."""
    neo4j_loader_password: SecretStr = SecretStr("")
    neo4j_loader_password_file: str = ""
    seewhy_neo4j_same_host: bool = False
    """The server is on this machine, under another name than those of its loopback address, as containers have it."""
    neo4j_database: str = ""
    seewhy_query_timeout: Annotated[float, Plain] = Field(default=120.0, ge=0.001, le=86_400)
    """Seconds after which a question is stopped."""
    seewhy_work_limit: Annotated[int, Plain] = Field(default=5_000_000_000, ge=1, le=10**15)
    """Embedded engine: work units (intermediate rows, scanned items) after which a question is stopped."""
    seewhy_retry_seconds: Annotated[float, Plain] = Field(default=15.0, ge=0, le=86_400)
    """Neo4j: how long a read is tried again while the server restarts or a cluster elects a leader."""
    seewhy_load_alive_seconds: Annotated[float, Plain] = Field(default=30.0, ge=1, le=86_400)
    """Neo4j: a load that has not renewed `Load.alive_until` for so long counts as dead."""
    seewhy_page_seconds: Annotated[float, Plain] = Field(default=600.0, ge=0.001, le=86_400)
    """Explorer: seconds of work after which all queries together of one question are stopped."""
    seewhy_most_windows: Annotated[int, Plain] = Field(default=200, ge=1, le=100_000)
    """Explorer: windows that may be open."""
    seewhy_most_windows_each: Annotated[int, Plain] = Field(default=12, ge=1, le=100_000)
    """Explorer: windows that one person who signed in may have open."""
    seewhy_most_whatif_rows: Annotated[int, Plain] = Field(default=2_000, ge=1, le=1_000_000)
    """Explorer: rows of changes that one what-if may try."""
    seewhy_matrix: bool = True
    """Whether large questions may use an access matrix that was worked out before; `off`: the same answers, slower."""
    seewhy_group_readable: bool = False
    """Files and folders that are made can be read by the group as well, not by their owner alone."""
    seewhy_log: str = ""
    """The folder of the question log; blank: questions are not entered anywhere."""
    seewhy_log_key: str = ""
    """The file of the private key that signs checkpoints; blank: the one in the folder of the log."""
    seewhy_timezone: str = ""
    """The time zone whose date is today, such as `Europe/London`; blank: the machine's."""

    @field_validator("seewhy_timezone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        name = name.strip()
        try:
            if name:
                ZoneInfo(name)
        except (ZoneInfoNotFoundError, OSError, ValueError):
            # A part of a name is a folder; what would lead out of the folder of zones is no name.
            raise ValueError("there is no such time zone") from None
        return name

    def target(self, graph: str | None = None) -> str:
        """The graph to use: the argument, else what the environment names, else the default folder.

        Raises ConfigurationError for an address with credentials or of an unknown kind.
        """
        chosen = graph if graph is not None else (self.seewhy_graph or self.neo4j_uri or DEFAULT_FOLDER)
        return checked_target(chosen)


_TEXTS = (
    "seewhy_graph", "seewhy_log", "seewhy_log_key", "neo4j_uri", "neo4j_username", "neo4j_database",
    "neo4j_password_file", "neo4j_loader_username", "neo4j_loader_password_file",
)  # fmt: skip


def read_settings() -> Settings:
    """The settings of this process; a value that cannot be used is a ConfigurationError naming its variable."""
    fields = Settings.model_fields
    return _read(tuple((name, value) for name, value in os.environ.items() if name.lower() in fields))


@lru_cache(maxsize=1)
def _read(environment: tuple[tuple[str, str], ...]) -> Settings:
    """`read_settings`, as long as the environment says the same: a load asks for every file that it makes."""
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        if name == "seewhy_timezone":
            near = nearest(str(first["input"]), sorted(available_timezones()))
            hint = near or "a name such as `Europe/London` or `UTC`"
            raise ConfigurationError(
                f"the setting `SEEWHY_TIMEZONE` cannot be `{first['input']}`: there is no such time zone", hint
            ) from None
        raise ConfigurationError(f"the setting `{name.upper()}` cannot be `{first['input']}`", _range(name)) from None
    for name in _TEXTS:
        if (wrong := _unreadable(getattr(settings, name))) is not None:
            raise ConfigurationError(f"the setting `{name.upper()}` {wrong}: `{getattr(settings, name)}`")
    for name in ("neo4j_password", "neo4j_loader_password"):
        if (wrong := _unreadable(getattr(settings, name).get_secret_value())) is not None:
            raise ConfigurationError(f"the setting `{name.upper()}` {wrong}")
    return settings


def _range(name: str) -> str:
    """What a number may be: `a number from 0.001 to 86,400`."""
    field = Settings.model_fields[name]
    if field.annotation is bool:
        return "true or false"
    least = next(one.ge for one in field.metadata if hasattr(one, "ge"))
    most = next(one.le for one in field.metadata if hasattr(one, "le"))
    kind = "whole number" if field.annotation is int else "number"
    return f"a {kind} from {least:,} to {most:,}, such as {int(field.default):,}"


def _unreadable(text: str) -> str | None:
    """What keeps a text from being used; None when nothing does."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "is no UTF-8"
    return "holds control characters" if any(unicodedata.category(one) == "Cc" for one in text) else None


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
