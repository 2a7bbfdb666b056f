"""Appending to a log. What `append` has returned is on disk; entries of many threads share one sync.

    append ──► pending           one write and one sync for all who wait; other processes take turns by `lock`
    fold   ──► pending.folding   every 256 entries or second, beside the appending: into tiles, then a new checkpoint

A kill at any moment leaves entries in `pending` or `pending.folding`; whoever writes next goes on from there. A torn
record at the end, which nobody was told of, is cut off, kept as `torn-…`, and told in an entry.
"""

from __future__ import annotations

import atexit
import datetime as dt
import logging
import os
import secrets
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from seewhy.auth.log import pending
from seewhy.auth.log.disk import LogUnavailable, cannot, content_of, flock, held, put
from seewhy.auth.log.entries import LARGEST, canonical
from seewhy.auth.log.folded import Folded, checkpoint_of
from seewhy.auth.log.new import begin, key_file
from seewhy.auth.log.pending import FOLDING, MOST_ROOM, NEXT, PENDING, TORN
from seewhy.auth.log.tiles import WIDTH
from seewhy.graph.files.private import make_folder, sync_folder
from seewhy.graph.files.signatures import Signer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

FOLD_SECONDS, REST_SECONDS = 1.0, 0.2
"""How long entries are at most outside tiles, and how long folding rests in between."""
_log = logging.getLogger("seewhy.log")
New = tuple["Mapping[str, Any]", "Mapping[str, Any]"]
"""An entry without its number, and what lies beside it: field to opening."""


class _Waiting:
    """Entries that somebody waits for."""

    def __init__(self, new: Sequence[New]) -> None:
        self.new, self.first = new, -1
        self.done, self.woken = False, threading.Event()
        self.error: Exception | None = None


class Log:
    """An open log, for writing, by any number of threads."""

    def __init__(self, folder: Path) -> None:
        """Opens the log in a folder, or begins one in an empty or a new one. Raises LogUnavailable."""
        self.folder = folder
        self._queue: list[_Waiting] = []
        self._leading = threading.Lock()
        self._folding = threading.Lock()
        self._fold_due, self._closed = threading.Event(), False
        self._folder_thread: threading.Thread | None = None
        self._file, self._inode, self._size, self._end, self._first = -1, 0, 0, 0, 0
        try:
            make_folder(folder)
            self._lock, self._fold_lock = flock(folder / "lock"), flock(folder / "lock.fold")
            with held(self._lock):
                begin(folder)
            self.signer = Signer.read(key_file(folder))
            self._folded = Folded(folder, self.signer)
            self.origin = self._folded.checkpoint.origin
            with self._lead():
                pass
        except OSError as error:
            raise cannot(folder, error) from None
        atexit.register(self.close)

    # --- appending

    def append(self, entry: Mapping[str, Any], beside: Mapping[str, Any] | None = None) -> int:
        """Write one entry, and what lies beside it; its number. On disk when this returns. Raises LogUnavailable."""
        return self.append_all([(entry, beside or {})])

    def append_all(self, new: Sequence[New]) -> int:
        """Write entries with consecutive numbers, all or none; the first number."""
        waiting = _Waiting(new)
        self._queue.append(waiting)
        while not waiting.done:
            if self._leading.acquire(blocking=False):
                try:
                    self._commit_all()
                finally:
                    self._hand_over()
            else:
                waiting.woken.wait(0.1)
                waiting.woken.clear()
        if waiting.error is not None:
            raise waiting.error
        self._fold_soon()
        return waiting.first

    def _hand_over(self) -> None:
        """Let go of the lead; the first of those who came meanwhile takes it."""
        self._leading.release()
        with suppress(IndexError):
            self._queue[0].woken.set()

    def _commit_all(self) -> None:
        batch, self._queue = self._queue, []
        if not batch:
            return
        try:
            with held(self._lock):
                self._reread()
                self._write(batch)
            failed: Exception | None = None
        except OSError as error:
            failed = cannot(self.folder, error)
        except Exception as error:
            failed = error
        for one in batch:
            one.error, one.done = failed, True
            one.woken.set()

    def _write(self, batch: Sequence[_Waiting]) -> None:
        """Write and sync records; of a failed attempt nothing stays."""
        n, records = self._end, []
        at = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        for one in batch:
            one.first = n
            for entry, beside in one.new:
                content = canonical({"at": at, **entry, "n": n})
                if len(content) > LARGEST:
                    raise LogUnavailable(f"an entry of {len(content):,} bytes is larger than {LARGEST:,}")
                records.append(pending.record(content, canonical({"n": n, **beside})))
                n += 1
        content = b"".join(records)
        try:
            written = 0
            while written < len(content):
                written += os.pwrite(self._file, content[written:], self._size + written)
            os.fdatasync(self._file) if hasattr(os, "fdatasync") else os.fsync(self._file)
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._file, self._size)
            raise
        self._size += len(content)
        self._end = n

    def _reread(self) -> None:
        """Take in what other processes have appended or folded; the lock is held."""
        path = self.folder / PENDING
        if self._file >= 0:
            # While the file is open no other one gets its inode.
            with suppress(FileNotFoundError):
                if os.stat(path).st_ino == self._inode and not os.pread(self._file, 4, self._size).strip(b"\0"):
                    return
            os.close(self._file)
            self._file = -1
        folded = content_of(self.folder / FOLDING)
        end = checkpoint_of(self.folder).size
        if folded is not None:
            some, _ = pending.records_in(folded)
            end = max(end, some[-1].n + 1 if some else 0)
        content = content_of(path) or b""
        first = pending.first_of(content)
        if first is None:
            self._cut(content, 0)
            self._next(0)
            self._start(end)
            return
        records, whole = pending.records_in(content)
        if first > end or first + len(records) < end:
            raise LogUnavailable(
                f"entries from {min(first + len(records), end)} on are missing in `{self.folder}`",
                "`seewhy log verify` says what is wrong",
            )
        self._open(first, whole, first + len(records))
        self._cut(content, whole)

    def _cut(self, content: bytes, whole: int) -> None:
        """Keep what a kill has torn, cut it off, and tell it in an entry."""
        if not (torn := content[whole:].rstrip(b"\0")):
            return
        put(self.folder / f"{TORN}{secrets.token_hex(4)}", torn)
        if whole:
            os.ftruncate(self._file, whole)
            os.fsync(self._file)
            told = _Waiting([({"outcome": "recovered", "torn_bytes": len(torn)}, {})])
            self._write([told])

    def _next(self, room: int) -> None:
        """Prepare the next `pending`; `room` bytes of it are there to be written over, which syncs faster."""
        put(self.folder / NEXT, bytes(pending.HEAD + room))

    def _start(self, first: int) -> None:
        """Go on in the prepared file, whose first entry will have this number; the lock is held."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
        with (self.folder / NEXT).open("r+b", buffering=0) as file:
            file.write(pending.head(first))
            os.fsync(file.fileno())
        os.rename(self.folder / NEXT, self.folder / PENDING)
        sync_folder(self.folder)
        self._open(first, pending.HEAD, first)

    def _open(self, first: int, size: int, end: int) -> None:
        self._file = os.open(self.folder / PENDING, os.O_RDWR | os.O_CLOEXEC)
        self._inode = os.fstat(self._file).st_ino
        self._first, self._size, self._end = first, size, end

    # --- folding

    def fold(self) -> None:
        """Put what is pending into tiles, with a new checkpoint. Raises LogUnavailable."""
        try:
            with self._folding:
                if self._lock < 0:  # closed meanwhile
                    return
                with held(self._fold_lock):
                    self._fold()
        except OSError as error:
            raise cannot(self.folder, error) from None

    def _fold(self) -> None:
        while self._take():
            records, _ = pending.records_in(content_of(self.folder / FOLDING) or b"")
            if checkpoint_of(self.folder) != self._folded.checkpoint:
                self._folded = Folded(self.folder, self.signer)
            self._folded.add(records)
            os.unlink(self.folder / FOLDING)

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Nothing is folded inside the block, by nobody; appending goes on."""
        with self._folding, held(self._fold_lock):
            yield

    def _take(self) -> bool:
        """Set aside what is pending; whether there is anything to fold."""
        if (self.folder / FOLDING).exists():
            return True
        with self._lead():
            size, count = self._size, self._end - self._first
        if not count:
            return False
        self._next(min(size, MOST_ROOM) if count >= WIDTH else 0)  # before anybody has to wait for it
        with self._lead():
            os.rename(self.folder / PENDING, self.folder / FOLDING)
            self._start(self._end)
        return True

    @contextmanager
    def _lead(self) -> Iterator[None]:
        """Nobody else appends inside the block, and what others have appended is known."""
        self._leading.acquire()
        try:
            with held(self._lock):
                self._reread()
                yield
        finally:
            self._hand_over()

    def _fold_soon(self) -> None:
        """Fold at once when there is enough for a tile, else within a second, in a thread of its own."""
        if self._folder_thread is None:
            self._folder_thread = threading.Thread(target=self._keep_folding, name="seewhy-log", daemon=True)
            self._folder_thread.start()
        if self._end - self._first >= WIDTH:
            self._fold_due.set()

    def _keep_folding(self) -> None:
        while not self._closed:
            self._fold_due.wait(FOLD_SECONDS)
            self._fold_due.clear()
            if self._end == self._first:
                continue
            try:
                self.fold()
            except LogUnavailable as error:  # the entries are safe where they are
                _log.error("the question log could not be folded: %s", error.message)
            time.sleep(REST_SECONDS)

    def close(self) -> None:
        """Fold what is left, and let go of the folder."""
        if self._closed:
            return
        self._closed = True
        self._fold_due.set()
        atexit.unregister(self.close)
        try:
            with suppress(LogUnavailable):  # the next one who writes folds it
                self.fold()
        finally:
            with self._folding:
                for one in (self._file, self._lock, self._fold_lock):
                    with suppress(OSError):
                        os.close(one)
                self._lock = -1
