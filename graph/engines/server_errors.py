"""What a Neo4j server or its driver complains about, in sentences for the person at the keyboard."""

from __future__ import annotations

import re

from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConfigurationError,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    UnsupportedServerProduct,
)

from seewhy.graph.errors import ConfigurationError as OurConfigurationError
from seewhy.graph.errors import EngineUnavailable, LimitReached, QueryContractError, SeeWhyError

_TIMED_OUT = re.compile(r"TransactionTimedOut|LockClientStopped|\.Terminated$")
_NO_BOLT = re.compile(r"looks like HTTP|incomplete handshake|SSL|TLS|BoltSecurityError")
FORBIDDEN = "Neo.ClientError.Security.Forbidden"


def explained(
    error: Exception, target: str, *, user: str = "", named: str = "NEO4J", database: str = "", seconds: float = 0
) -> SeeWhyError:
    """The SeeWhyError for an exception of the driver; a SeeWhyError comes back as it is.

    `named` is how the variables of the login begin.
    """
    if isinstance(error, SeeWhyError):
        return error
    code = (error.code or "") if isinstance(error, Neo4jError) else ""
    message = _first_line(error)
    whole = f"{error} {error.__cause__!r}"
    if code != FORBIDDEN and (isinstance(error, AuthError) or code.startswith("Neo.ClientError.Security")):
        if "RateLimit" in code:
            return EngineUnavailable(
                f"`{target}` refuses logins for a while after too many wrong passwords", "wait a minute"
            )
        if not user:
            return EngineUnavailable(f"`{target}` asks for a login", "set `NEO4J_USERNAME` and `NEO4J_PASSWORD`")
        if "CredentialsExpired" in code:
            return EngineUnavailable(f"the password of `{user}` at `{target}` must be changed first")
        return EngineUnavailable(
            f"`{target}` refuses the login of `{user}`: wrong user or password",
            f"check `{named}_USERNAME` and `{named}_PASSWORD`",
        )
    if "ReadOnly" in code:
        return EngineUnavailable(f"the database at `{target}` is read-only", "make it writable for the load")
    if code == FORBIDDEN:
        return EngineUnavailable(f"the login `{user}` may not do this at `{target}`", "use a login that may write")
    if "DatabaseNotFound" in code:
        return EngineUnavailable(f"`{target}` has no database `{database}`", "check `NEO4J_DATABASE`")
    if "DatabaseUnavailable" in code:
        return EngineUnavailable(f"the database `{database or 'neo4j'}` at `{target}` is not available")
    if _TIMED_OUT.search(code):
        return LimitReached(
            f"the question was stopped after {seconds:g} s", "ask for less, or raise `SEEWHY_QUERY_TIMEOUT`"
        )
    if "OutOfMemory" in code or "MemoryPool" in code:
        return LimitReached("the question was stopped: it needs more memory than the server gives", "ask for less")
    if "DNS resolve" in whole:
        return EngineUnavailable(f"the server of `{target}` is not known by that name", "check the address")
    if isinstance(error, UnsupportedServerProduct) or _NO_BOLT.search(whole):
        return EngineUnavailable(
            f"what answers at `{target}` is not Neo4j's Bolt protocol",
            "the usual port is 7687; `bolt+s://` and `neo4j+s://` are for servers with encryption, and only for them",
        )
    if isinstance(error, ServiceUnavailable | SessionExpired) or "NotALeader" in code:
        return EngineUnavailable(
            f"no Neo4j server answers at `{target}`", "is it running? check the address and the port"
        )
    if isinstance(error, ConfigurationError | ValueError):
        return OurConfigurationError(f"the graph address `{target}` cannot be used: {message}")
    if "ConstraintValidation" in code:
        return EngineUnavailable(f"the graph was not written: {message}")
    if isinstance(error, ClientError):
        return QueryContractError(f"Neo4j cannot run a query of SeeWhy: {message}")
    if isinstance(error, Neo4jError | DriverError):
        return EngineUnavailable(f"the Neo4j server at `{target}` failed: {message}")
    return EngineUnavailable(f"the graph at `{target}` cannot be used: {message}")


def _first_line(error: Exception) -> str:
    text = (error.message or "") if isinstance(error, Neo4jError) else str(error)
    return text.strip().splitlines()[0] if text.strip() else type(error).__name__
