"""A Neo4j server through the official driver: sessions, transactions and their errors. Knows nothing of loads.

Sessions share the driver's bookmarks: behind `neo4j://` a read sees what this process wrote.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar
from uuid import uuid4

import neo4j
from neo4j.exceptions import DriverError, Neo4jError

from seewhy.graph.engines.base import Rows
from seewhy.graph.engines.logins import READER, Login, login
from seewhy.graph.engines.server_errors import FORBIDDEN, explained
from seewhy.graph.engines.texts import text
from seewhy.graph.engines.writing import Outcome, Run
from seewhy.graph.errors import EngineUnavailable, SeeWhyError
from seewhy.graph.settings import Settings

OLDEST = (5, 26)
READ_ONLY = "read-only"
"""What keeps every login from writing where the database itself refuses it."""
T = TypeVar("T")


class Server:
    """One driver and one database; every failure of either is a SeeWhyError."""

    def __init__(
        self, driver: neo4j.Driver, settings: Settings, *, owned: bool, target: str = "", login: Login | None = None
    ) -> None:
        self._driver = driver
        self._login = login
        self._settings = settings
        self._owned = owned
        self._pid = os.getpid()
        self._closed = False
        self._bookmarks = neo4j.GraphDatabase.bookmark_manager()
        self.target = target
        self.database = settings.neo4j_database
        try:
            server = self._guarded(driver.get_server_info)
            self.target = target or f"bolt://{server.address[0]}:{server.address[1]}"
            self.version = server.agent.partition("/")[2] or server.agent
            self._check_version()
        except BaseException:
            self.close()
            raise

    @classmethod
    def connect(cls, target: str, settings: Settings, *, loads: bool = False) -> Server:
        """Connect to an address without credentials; the login that asks, or loads, comes from the settings.

        Raises ConfigurationError for a login that cannot be read.
        """
        found = login(settings, loads=loads)
        try:
            driver = neo4j.GraphDatabase.driver(
                target,
                auth=(found.user, found.password) if found else None,
                connection_timeout=10,
                max_transaction_retry_time=settings.seewhy_retry_seconds,
                notifications_min_severity="OFF",
                user_agent="seewhy",
            )
        except (DriverError, Neo4jError, ValueError) as error:
            raise explained(error, target) from None
        return cls(driver, settings, owned=True, target=target, login=found)

    @property
    def user(self) -> str:
        """Who is logged in, blank where nobody is or the driver is somebody else's."""
        return self._login.user if self._login else ""

    def read(self, query: str, parameters: Mapping[str, Any] | None = None, seconds: float | None = None) -> Rows:
        """The rows of one reading text, which the server stops after `seconds` (default: the query timeout).

        One round trip, as a transaction of its own; a server that restarts or changes roles is asked again.
        """
        limit = self._settings.seewhy_query_timeout if seconds is None else seconds
        given = dict(parameters or {})

        def action() -> Rows:
            try:
                with self._session(neo4j.READ_ACCESS) as session:
                    return _taken(session.run(neo4j.Query(query, timeout=limit), given))
            except (DriverError, Neo4jError) as error:
                if not error.is_retryable():
                    raise
            work = neo4j.unit_of_work(timeout=limit)(lambda transaction: rows_of(transaction, query, given))
            with self._session(neo4j.READ_ACCESS) as session:
                return session.execute_read(work)

        return self._guarded(action, limit)

    def write(self, query: str, parameters: Mapping[str, Any]) -> Rows:
        """The rows of one writing text in a transaction of its own."""
        given = dict(parameters)
        return self._guarded(lambda: self._written(lambda transaction: rows_of(transaction, query, given)))

    def stream(self, query: str) -> None:
        """Run a text that makes its own transactions (`CALL … IN TRANSACTIONS`)."""

        def action() -> None:
            with self._session(neo4j.WRITE_ACCESS) as session:
                session.run(query).consume()

        self._guarded(action)

    def transaction(self, work: Callable[[Run], None]) -> None:
        """A writing transaction, tried again when the server asks for it."""
        self._guarded(lambda: self._written(lambda transaction: work(_runner(transaction))))

    def once(self, work: Callable[[Run], None]) -> None:
        """A writing transaction that is never tried again, for work that is seen from outside."""

        def action() -> None:
            with self._session(neo4j.WRITE_ACCESS) as session, session.begin_transaction() as transaction:
                work(_runner(transaction))
                transaction.commit()

        self._guarded(action)

    def try_to_write(self) -> str:
        """What keeps this login from writing: `forbidden`, READ_ONLY, or blank. What is tried is rolled back."""

        def action() -> str:
            try:
                with self._session(neo4j.WRITE_ACCESS) as session, session.begin_transaction() as transaction:
                    transaction.run(text("load/try_to_write"), {"id": f"try {uuid4().hex}"}).consume()
                    transaction.rollback()
            except Neo4jError as error:
                if "ReadOnly" in (code := error.code or ""):
                    return READ_ONLY
                if code == FORBIDDEN:
                    return "forbidden"
                raise
            return ""

        return self._guarded(action)

    def edition(self) -> str:
        """`community`, `enterprise`, or another word of the server's."""
        return str(self.read(text("load/edition"))[0]["edition"])

    def close(self) -> None:
        """Close the driver if it was opened here."""
        self._closed = True
        if self._owned:
            with suppress(DriverError, OSError):
                self._driver.close()

    def _written(self, work: Callable[[neo4j.ManagedTransaction], T]) -> T:
        with self._session(neo4j.WRITE_ACCESS) as session:
            return session.execute_write(work)

    def _session(self, access: str) -> neo4j.Session:
        if self._pid != os.getpid():
            raise EngineUnavailable(
                f"the graph `{self.target}` was opened by another process (pid {self._pid})",
                "open it again after a fork",
            )
        return self._driver.session(
            database=self.database or None, default_access_mode=access, bookmark_manager=self._bookmarks
        )

    def _guarded(self, action: Callable[[], T], seconds: float = 0) -> T:
        try:
            return action()
        except (DriverError, Neo4jError, OSError, ValueError) as error:
            raise self._explained(error, seconds) from None
        except (AttributeError, RuntimeError):
            # Closed by another thread under this question: the driver's connections are gone halfway.
            if not self._closed:
                raise
            raise EngineUnavailable(f"the graph at `{self.target}` was closed", "ask again") from None

    def _explained(self, error: Exception, seconds: float) -> SeeWhyError:
        named = self._login.named if self._login else READER
        return explained(
            error, self.target, user=self.user, named=named, database=self.database, seconds=seconds
        )

    def _check_version(self) -> None:
        match = re.match(r"(\d+)\.(\d+)", self.version)
        if match and (int(match[1]), int(match[2])) < OLDEST:
            raise EngineUnavailable(
                f"the server at `{self.target}` runs Neo4j `{self.version}`; SeeWhy needs 5.26 or newer"
            )


def rows_of(transaction: neo4j.ManagedTransaction, query: str, parameters: dict[str, Any] | None = None) -> Rows:
    """Run a text in a transaction and take all its rows."""
    return _taken(transaction.run(query, parameters))


def _runner(transaction: neo4j.ManagedTransaction | neo4j.Transaction) -> Run:
    def run(query: str, parameters: Mapping[str, Any]) -> Outcome:
        result = transaction.run(query, dict(parameters))
        rows = _taken(result)
        counters = result.consume().counters
        return Outcome(rows, counters.nodes_created, counters.relationships_created)

    return run


def _taken(result: neo4j.Result) -> Rows:
    keys = result.keys()
    return [dict(zip(keys, record.values(), strict=True)) for record in result]
