"""A disposable Neo4j for tests, benchmarks and the demo.

    python -m tests.servers.neo4j run -- COMMAND…     COMMAND with NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD set
    python -m tests.servers.neo4j fetch               fill the cache of jars, nothing else

Order of choice: the server that `NEO4J_URI` names, which must be empty or claimed by an earlier run that was killed;
the official image where a Docker engine answers; else Maven and Java 17. A claim is a constraint on a label that
nothing else uses: it outlives a killed run, is no data, and is given back with an empty database at the end.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from neo4j import Driver, GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError

from tests.servers import ServerRefused, ServerUnavailable
from tests.servers.container import container_server
from tests.servers.java import JavaNeo4j, jars

_CLAIM = "seewhy_disposable_server"
_BATCH = 20_000


@dataclass(frozen=True, slots=True)
class Neo4jServer:
    """Where a disposable server is and how to log in; `origin` is `given`, `container` or `java`, `process` what can be
    stopped and started again."""

    uri: str
    username: str
    password: str
    origin: str
    database: str = "neo4j"
    process: JavaNeo4j | None = None

    def environment(self) -> dict[str, str]:
        """The variables that make the product use this server."""
        return {
            "NEO4J_URI": self.uri,
            "NEO4J_USERNAME": self.username,
            "NEO4J_PASSWORD": self.password,
            "NEO4J_DATABASE": self.database,
        }

    def driver(self) -> Driver:
        """A new driver of the caller's own, to be closed by the caller."""
        return GraphDatabase.driver(self.uri, auth=(self.username, self.password))

    def rows(self, text: str, **parameters: Any) -> list[dict[str, Any]]:
        """The rows of one query in a transaction of its own, which may write."""
        with self.driver() as driver:
            found = driver.execute_query(text, parameters, database_=self.database)
        return [record.data() for record in found.records]

    def empty(self, *, schema: bool = False, plans: bool = True) -> None:
        """Delete all data; with `schema` also every constraint and index but the claim and the lookup indexes.

        `plans=False` keeps the plans of texts that were asked: they fit another small graph, and save its first minute.
        """
        with self.driver() as driver, driver.session(database=self.database) as session:
            session.run(f"MATCH (n) CALL (n) {{ DETACH DELETE n }} IN TRANSACTIONS OF {_BATCH} ROWS").consume()
            if plans:
                session.run("CALL db.clearQueryCaches()").consume()
            if not schema:
                return
            # Constraints first: their indexes go with them.
            for kind, kinds in (("CONSTRAINT", "CONSTRAINTS"), ("INDEX", "INDEXES")):
                for row in session.run(f"SHOW {kinds} YIELD name, type").data():
                    if row["name"] != _CLAIM and row["type"] != "LOOKUP":
                        session.run(f"DROP {kind} `{row['name']}`").consume()


@contextmanager
def neo4j_server(*, brief: bool = False) -> Iterator[Neo4jServer]:
    """A server for the length of the block, empty at its start and gone (or empty again) at its end.

    `brief`: one that is started for tests, not for measurements (see `JavaNeo4j`).

    ServerUnavailable: none can be had, with the install command. ServerRefused: `NEO4J_URI` holds somebody's data.
    """
    with ExitStack() as stack:
        yield _given(stack) or _container(stack) or _java(stack, brief)


@contextmanager
def java_server(*, brief: bool = False) -> Iterator[JavaNeo4j]:
    """A started server of one's own, to stop, kill and start again inside the block (see `JavaNeo4j`)."""
    server = JavaNeo4j(brief=brief)
    try:
        server.start()
        yield server
    finally:
        server.close()


def _java(stack: ExitStack, brief: bool) -> Neo4jServer:
    local = stack.enter_context(java_server(brief=brief))
    return Neo4jServer(local.uri, local.username, local.password, "java", process=local)


def _container(stack: ExitStack) -> Neo4jServer | None:
    try:
        uri, username, password = stack.enter_context(container_server())
    except ServerUnavailable:
        return None
    return Neo4jServer(uri, username, password, "container")


def _given(stack: ExitStack) -> Neo4jServer | None:
    uri = os.environ.get("NEO4J_URI")
    if not uri:
        return None
    server = Neo4jServer(
        uri,
        os.environ.get("NEO4J_USERNAME", "neo4j"),
        os.environ.get("NEO4J_PASSWORD", ""),
        "given",
        os.environ.get("NEO4J_DATABASE") or "neo4j",
    )
    try:
        _claim(server)
    except (DriverError, Neo4jError) as error:
        raise ServerUnavailable(f"the server of `NEO4J_URI` cannot be used: {error}") from None
    stack.callback(_give_back, server)
    return server


def _claim(server: Neo4jServer) -> None:
    claimed = server.rows("SHOW CONSTRAINTS YIELD name WHERE name = $claim RETURN name", claim=_CLAIM)
    if not claimed:
        [held] = server.rows("MATCH (n) RETURN count(n) AS nodes")
        if held["nodes"]:
            raise ServerRefused(
                f"the server of `NEO4J_URI` holds {held['nodes']} nodes that these tests did not create; "
                "name an empty one, or none to have one started"
            )
        server.rows(f"CREATE CONSTRAINT {_CLAIM} FOR (n:SeewhyDisposableServer) REQUIRE n.id IS UNIQUE")
    server.empty()


def _give_back(server: Neo4jServer) -> None:
    server.empty(schema=True)
    server.rows(f"DROP CONSTRAINT {_CLAIM} IF EXISTS")


def run(command: Sequence[str]) -> int:
    """Run a command against a disposable server and return its exit code."""
    with neo4j_server() as server:
        environment = {name: value for name, value in os.environ.items() if name != "SEEWHY_GRAPH"}
        child = subprocess.Popen(list(command), env=environment | server.environment())
        try:
            while True:
                try:
                    return child.wait()
                except KeyboardInterrupt:
                    # The terminal sent it to the child as well: let that one end first.
                    continue
        finally:
            if child.poll() is None:
                child.terminate()
                child.wait(30)


def main(arguments: Sequence[str]) -> int:
    """The command line of this module."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        match list(arguments):
            case ["fetch"]:
                jars()
                return 0
            case ["run", "--", *command] if command:
                began = time.monotonic()
                code = run(command)
                sys.stderr.write(f"the disposable Neo4j was stopped after {time.monotonic() - began:.0f} s\n")
                return code
    except (ServerUnavailable, ServerRefused) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stderr.write("usage: python -m tests.servers.neo4j run -- COMMAND… | fetch\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
