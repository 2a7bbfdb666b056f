"""The one door through which files that somebody hands in are read: regular files only, of bounded size, whole.

A named pipe never answers, a device never ends, and a link in a folder that came from elsewhere may lead to what is
none of the sender's business. So a file is looked at before it is opened, opened without waiting, and looked at again.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from seewhy.graph.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_TABLE_BYTES = 1024**3
"""Bytes of one file with rows, compressed or not: about ten million cases."""
MOST_TEXT_BYTES = 64 * 1024**2
"""Bytes of one file that people write: changes, assertions, requests, duties, an organogram."""

_KINDS = (
    (stat.S_ISDIR, "is a folder, not a file"),
    (stat.S_ISFIFO, "is a named pipe, not a file"),
    (stat.S_ISSOCK, "is a socket, not a file"),
    (stat.S_ISCHR, "is a device, not a file"),
    (stat.S_ISBLK, "is a device, not a file"),
)
_FLAGS = sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_NOFOLLOW", "O_BINARY"))


class UnreadableFile(ConfigurationError):
    """A file that is not read; `reason` is what follows its name in a sentence (`is a folder, not a file`)."""

    def __init__(self, path: Path, reason: str, hint: str = "") -> None:
        super().__init__(f"`{shown(path)}` {reason}", hint)
        self.reason = reason


def read_regular(path: Path, most: int = MOST_TEXT_BYTES, *, inside: Path | None = None) -> bytes:
    """All bytes of a regular file of at most `most` bytes.

    With `inside`, a folder, a link is followed only to a file that lies in it; without, wherever it leads, since the
    caller was told this very path. Never waits and never reads more than `most` bytes. Raises UnreadableFile for
    anything else, also for a file that changes while it is read.
    """
    try:
        real = Path(os.path.realpath(path, strict=True))
        if inside is not None and not real.is_relative_to(os.path.realpath(inside)):
            raise UnreadableFile(path, "is a link that leads out of the folder", "put the file itself there")
        _refuse(path, os.lstat(real), most)
        handle = os.open(real, os.O_RDONLY | _FLAGS)
        with open(handle, "rb", buffering=0) as file:
            before = os.fstat(handle)
            _refuse(path, before, most)
            data = _all(file.read, before.st_size)
            after = os.fstat(handle)
    except (OSError, ValueError) as error:
        lost = isinstance(error, FileNotFoundError) and path.is_symlink()
        raise UnreadableFile(path, "is a link that leads nowhere" if lost else reason_of(error)) from error
    if len(data) != before.st_size or (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        raise UnreadableFile(path, "changed while it was read", "try again when nothing writes to it any more")
    return data


def reason_of(error: OSError | ValueError) -> str:
    """What follows the name of a file that the system does not give: `cannot be read: permission denied`."""
    if isinstance(error, FileNotFoundError):
        return "does not exist"
    if isinstance(error, PermissionError):
        return "may not be read: permission denied"
    if isinstance(error, ValueError):
        return "cannot be read: its name holds a NUL character"
    return f"cannot be read: {(error.strerror or 'it is not readable').lower()}"


def shown(path: Path | str) -> str:
    """A path as messages name it: bytes of a name that are no text are escaped."""
    return os.fsencode(path).decode("utf-8", errors="backslashreplace")


def size_words(size: int) -> str:
    """`64 MB`, `1 GB`: a limit in words."""
    for unit, name in ((1024**3, "GB"), (1024**2, "MB"), (1024, "kB")):
        if size >= unit:
            return f"{size / unit:.4g} {name}"
    return f"{size} bytes"


def _refuse(path: Path, status: os.stat_result, most: int) -> None:
    for is_kind, reason in _KINDS:
        if is_kind(status.st_mode):
            raise UnreadableFile(path, reason)
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableFile(path, "is not a regular file")
    if status.st_size > most:
        raise UnreadableFile(path, f"has {size_words(status.st_size)}; at most {size_words(most)} are read")


def _all(read: Callable[[int], bytes | None], size: int) -> bytes:
    """Up to `size` bytes and one more, which only a file that grew has; one call of the system reads 2 GB at most."""
    parts, left = [], size + 1
    while left > 0 and (part := read(left)):
        parts.append(part)
        left -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)
