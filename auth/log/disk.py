"""Files of the log: they appear whole, outlast a power cut, and one process at a time writes them."""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from seewhy.graph.errors import EngineUnavailable
from seewhy.graph.files.private import OWNER_FILE, create, make_folder, sync_folder

try:
    import fcntl
except ImportError:  # Windows has no flock: there one process at a time may write a log
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class LogUnavailable(EngineUnavailable):
    """The log cannot be written or read: nothing is answered that could not be entered."""


def put(path: Path, content: bytes) -> None:
    """Give a file this content, whole or not at all, whatever it had before."""
    put_all({path: content})


def put_all(contents: Mapping[Path, bytes]) -> None:
    """Give files their contents, each whole or not at all; all are on disk when this returns."""
    parts: dict[Path, Path] = {}
    files = []
    try:
        for path, content in contents.items():
            make_folder(path.parent)
            parts[path] = path.parent / f".seewhy-{secrets.token_hex(8)}.part"
            files.append(create(parts[path]))
            files[-1].write(content)
            files[-1].flush()
        for file in files:
            os.fsync(file.fileno())
        for path, part in parts.items():
            os.replace(part, path)
    except BaseException:
        for part in parts.values():
            with suppress(OSError):
                part.unlink()
        raise
    finally:
        for file in files:
            file.close()
    for folder in {path.parent for path in contents}:
        sync_folder(folder)


def content_of(path: Path) -> bytes | None:
    """The bytes of a regular file, None where none lies."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def flock(path: Path) -> int:
    """A file to lock by, opened; only its owner can."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, OWNER_FILE)


@contextmanager
def held(descriptor: int) -> Iterator[None]:
    """Nobody else, in this process or another, is in such a block with a file of that name."""
    if fcntl is not None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_UN)


@contextmanager
def nobody_writing(path: Path) -> Iterator[None]:
    """Nobody is in `held` with the file of that name; without effect where it cannot be opened, as in a copy."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        yield
        return
    try:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


def cannot(folder: Path, error: OSError) -> LogUnavailable:
    """The error for a folder that cannot be used."""
    reason = os.strerror(error.errno or 0).lower()
    return LogUnavailable(f"the question log `{folder}` cannot be used: {reason}", "nothing is answered unentered")
