"""One reading SQL question to DuckDB, which may come from anybody: it sees the tables put in, and nothing else.

No files, no network, no extensions, no Python variables, no settings; one SELECT, in a transaction that cannot write;
limits on memory, threads and time. The limits are of this process: DuckDB runs inside it, so a fault of DuckDB itself
would be one of ours.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from seewhy.graph.errors import ConfigurationError, LimitReached

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb
    import polars as pl

MEMORY = "1GB"
SECONDS = 60.0
_CLOSED = {
    "enable_external_access": "false",
    "python_enable_replacements": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    # What does not fit into memory is refused: nothing is written beside it.
    "max_temp_directory_size": "0KB",
    "threads": "2",
}


def _duckdb() -> Any:
    try:
        import duckdb
    except ImportError:
        raise ConfigurationError(
            "a definition in SQL is run by DuckDB, which is not installed", "pip install 'seewhy[schemes]'"
        ) from None
    return duckdb


def _name(name: str) -> str:
    """A name as SQL takes it, whatever it is."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in name.split("."))


class SqlSandbox:
    """Tables by name (`memberships`, `ever.memberships`), and then one question after the other about them."""

    def __init__(
        self,
        tables: Mapping[str, pl.DataFrame],
        macros: Mapping[str, str],
        *,
        memory: str = MEMORY,
        seconds: float = SECONDS,
    ) -> None:
        self._module, self._seconds = _duckdb(), seconds
        self._connection: duckdb.DuckDBPyConnection = self._module.connect(
            ":memory:", config={**_CLOSED, "memory_limit": memory}
        )
        for schema in {name.partition(".")[0] for name in tables if "." in name}:
            self._connection.execute(f"CREATE SCHEMA {_name(schema)}")
        for name, frame in tables.items():
            self._connection.register("given rows", frame.to_arrow())
            self._connection.execute(f'CREATE TABLE {_name(name)} AS SELECT * FROM "given rows"')
            self._connection.unregister("given rows")
        for head, body in macros.items():
            self._connection.execute(f"CREATE MACRO {head} AS {body}")
        self._connection.execute("SET lock_configuration = true")

    def close(self) -> None:
        """Let go of the tables."""
        self._connection.close()

    def ask(self, text: str, file: str, most: int) -> tuple[list[str], list[tuple[Any, ...]]]:
        """The names of the columns and the rows of the one SELECT that `text` is; `file` is how messages call it.

        Raises ConfigurationError for anything else, for what DuckDB refuses, and for more than `most` rows;
        LimitReached when time or memory do not suffice.
        """
        statement = self._only_select(text, file)
        self._connection.execute("BEGIN TRANSACTION READ ONLY")
        timer = threading.Timer(self._seconds, self._connection.interrupt)
        timer.start()
        try:
            answer = self._connection.execute(statement)
            names = [column[0] for column in answer.description or ()]
            rows = answer.fetchmany(most + 1)
        except self._module.InterruptException:
            raise LimitReached(
                f"`{file}` was stopped after {self._seconds:g} seconds", "does a recursion end?"
            ) from None
        except self._module.OutOfMemoryException:
            raise LimitReached(f"`{file}` needs more memory than a definition may have", "") from None
        except self._module.Error as error:
            raise ConfigurationError(f"`{file}` cannot be run: {_sentence(error)}") from None
        finally:
            timer.cancel()
            timer.join()
            self._connection.execute("ROLLBACK")
        if len(rows) > most:
            raise ConfigurationError(
                f"`{file}` returns more than the {most:,} rows that were asked for",
                "return one row for each of `pairs`",
            )
        return names, rows

    def _only_select(self, text: str, file: str) -> Any:
        try:
            statements = self._connection.extract_statements(text)
        except self._module.Error as error:
            raise ConfigurationError(f"`{file}` is not SQL that DuckDB reads: {_sentence(error)}") from None
        kinds = [str(one.type).rpartition(".")[2] for one in statements]
        if kinds != ["SELECT"]:
            got = ", ".join(f"`{kind.lower()}`" for kind in kinds) or "nothing"
            raise ConfigurationError(f"`{file}` must be one SELECT, and holds {got}", "`WITH … SELECT …`, no more")
        return statements[0]


def _sentence(error: Exception) -> str:
    """What DuckDB says, in one line, and where."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip() and set(line.strip()) - set("^ ")]
    return " ".join(lines)[:500]
