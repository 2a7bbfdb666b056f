"""Files and folders that SeeWhy makes are their owner's: 0600 and 0700, whatever the umask allows.

`SEEWHY_GROUP_READABLE=true` lets the group read as well: 0640 and 0750. Nothing is ever made for everybody, and nothing
here follows a link that lies where a file is to be made. Secrets are read only from files that nobody else can read.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.settings import read_settings

if TYPE_CHECKING:
    from os import PathLike

OWNER_FILE, OWNER_FOLDER = 0o600, 0o700
GROUP_FILE, GROUP_FOLDER = 0o640, 0o750
MOST_SECRET = 64 * 1024
"""Bytes that a file with a secret may have."""
MOUNTED = Path("/run/secrets")
"""Where containers find their secrets: whoever is in the container may read them, whatever mode they have."""


def file_mode() -> int:
    """The mode of files: 0600, or 0640 with `SEEWHY_GROUP_READABLE`."""
    return GROUP_FILE if read_settings().seewhy_group_readable else OWNER_FILE


def folder_mode() -> int:
    """The mode of folders: 0700, or 0750 with `SEEWHY_GROUP_READABLE`."""
    return GROUP_FOLDER if read_settings().seewhy_group_readable else OWNER_FOLDER


def make_folder(path: str | PathLike[str]) -> Path:
    """Make a folder, with those of its parents that are missing, in this mode; what exists keeps its own.

    Raises OSError where that cannot be done.
    """
    folder, mode = Path(path), folder_mode()
    for one in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        one.mkdir(mode=OWNER_FOLDER, exist_ok=True)
        os.chmod(one, mode)
    return folder


def protect(path: str | PathLike[str]) -> None:
    """Give a file or folder that a library has made, in a folder of ours, the mode that it should have."""
    os.chmod(path, folder_mode() if os.path.isdir(path) else file_mode(), follow_symlinks=True)


def create(path: str | PathLike[str], mode: int | None = None) -> BinaryIO:
    """A new file for writing and reading bytes; `mode` defaults to `file_mode()`.

    Raises FileExistsError for whatever lies there, a link that leads nowhere included.
    """
    chosen = file_mode() if mode is None else mode
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, OWNER_FILE)
    try:
        if chosen != OWNER_FILE:
            os.chmod(descriptor if os.chmod in os.supports_fd else path, chosen)
        return os.fdopen(descriptor, "w+b")
    except BaseException:
        with suppress(OSError):
            os.close(descriptor)
        raise


def sync_folder(folder: str | PathLike[str]) -> None:
    """Names that were given in the folder outlast a power cut, where the file system can promise it."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def read_secret(path: str | PathLike[str], what: str) -> bytes:
    """All bytes of a file with a secret (`what` names it in sentences: "the key file"), at most 64 kB.

    Raises ConfigurationError unless it is a regular file that only its owner can read or write.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags)
        with os.fdopen(descriptor, "rb") as file:
            state = os.fstat(file.fileno())
            if not stat.S_ISREG(state.st_mode):
                raise ConfigurationError(f"{what} `{path}` is no regular file")
            if os.name == "posix" and state.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise ConfigurationError(
                    f"{what} `{path}` can be read or written by others (mode {stat.S_IMODE(state.st_mode):04o})",
                    f"run `chmod 600 {path}`, and make a new one if others may have read it",
                )
            secret = file.read(MOST_SECRET + 1)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "no such name can exist").lower()
        raise ConfigurationError(f"{what} `{path}` cannot be read: {reason}") from None
    if len(secret) > MOST_SECRET:
        raise ConfigurationError(f"{what} `{path}` is larger than {MOST_SECRET // 1024} kB")
    return secret


def read_mounted(path: str | PathLike[str], what: str) -> bytes:
    """`read_secret`; below MOUNTED, where containers find their secrets, of a file of any mode."""
    if Path(path).parent != MOUNTED:
        return read_secret(path, what)
    try:
        with open(path, "rb") as file:
            secret = file.read(MOST_SECRET + 1)
    except OSError as error:
        raise ConfigurationError(f"{what} `{path}` cannot be read: {(error.strerror or '').lower()}") from None
    if len(secret) > MOST_SECRET:
        raise ConfigurationError(f"{what} `{path}` is larger than {MOST_SECRET // 1024} kB")
    return secret
