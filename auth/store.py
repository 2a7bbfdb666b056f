"""The file that sessions and tokens are kept in: `sign-in.sqlite` of the state folder, its owner's alone.

Servers and commands use it at the same time (write-ahead log). What it keeps of secrets are digests.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.files.private import OWNER_FILE, create, make_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

FILE = "sign-in.sqlite"
_TABLES = """
CREATE TABLE IF NOT EXISTS sessions (
    id BLOB PRIMARY KEY, actor_id TEXT NOT NULL, actor TEXT NOT NULL,
    issued REAL NOT NULL, seen REAL NOT NULL, revoked REAL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tokens (
    id BLOB PRIMARY KEY, name TEXT NOT NULL UNIQUE, role TEXT NOT NULL, only TEXT NOT NULL, scope TEXT NOT NULL,
    made REAL NOT NULL, expires REAL NOT NULL, used REAL, revoked REAL
) WITHOUT ROWID;
"""
_BUSY_SECONDS = 5.0


def digest(secret: str) -> bytes:
    """What is kept of a secret that was drawn at random: its SHA-256."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


class Store:
    """The open file; safe to use from several threads. Errors are ConfigurationError, which names it."""

    def __init__(self, folder: Path) -> None:
        """The file of a state folder; made when it is first written to."""
        self.path = folder / FILE
        self._lock = Lock()
        self._open: sqlite3.Connection | None = None

    def read(self, sql: str, *values: Any) -> Sequence[tuple[Any, ...]]:
        """The rows of a query; none while nothing was ever written."""
        with self._lock:
            if self._open is None and not self.path.exists():
                return ()
            return self._run(sql, values)

    def write(self, sql: str, *values: Any) -> int:
        """Change rows, at once and for good; returns how many."""
        with self._lock:
            if self._open is None and not self.path.exists():
                self._make()
            self._run(sql, values)
            return int(self._run("SELECT changes()", ())[0][0])

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._open is not None:
                self._open.close()
                self._open = None

    def _make(self) -> None:
        try:
            make_folder(self.path.parent)
            create(self.path, OWNER_FILE).close()
        except FileExistsError:
            pass  # another process was faster
        except OSError as error:
            raise self._unusable(error.strerror or "") from None

    def _run(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        try:
            if self._open is None:
                # In autocommit: every statement is a transaction, and is on the disk when it returns.
                self._open = sqlite3.connect(
                    self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
                )
                self._open.execute("PRAGMA journal_mode = WAL").close()
                self._open.executescript(_TABLES).close()
            with closing(self._open.execute(sql, values)) as rows:
                return rows.fetchall()
        except sqlite3.Error as error:
            raise self._unusable(str(error)) from None

    def _unusable(self, reason: str) -> ConfigurationError:
        return ConfigurationError(
            f"the sign-in file `{self.path}` cannot be used: {reason.lower()}", "name another folder with --state"
        )
