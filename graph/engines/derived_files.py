"""What was worked out from a generation of an embedded graph, as files beside it.

The name of a file ends in the sha256 of its content, so that it is whole or not there; whoever may not write here works
it out again. The files go with their generation.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from typing import TYPE_CHECKING

import pyarrow as pa

from seewhy.graph.files.private import create, make_folder

if TYPE_CHECKING:
    from pathlib import Path

MOST_DERIVED = 8
"""Files that are kept: the access matrices of so many days."""


def found(place: Path, name: str) -> pa.Buffer | None:
    """The file of that name, mapped; None where there is none, or it is not what was stored."""
    return next((content for path in _files(place, name) if (content := _whole(path)) is not None), None)


def spoilt(place: Path) -> list[str]:
    """Names of files that are not what was stored."""
    return [path.name for path in _files(place, "") if _whole(path) is None]


def _whole(path: Path) -> pa.Buffer | None:
    with suppress(OSError), pa.memory_map(str(path)) as mapped:
        content = mapped.read_buffer()
        if hashlib.sha256(content).hexdigest() == path.name.rpartition(".")[2]:
            return content
    return None


def store(place: Path, name: str, content: bytes) -> None:
    """Store a file under that name instead of what is there, and forget the oldest of too many."""
    target = place / f"{name}.{hashlib.sha256(content).hexdigest()}"
    beside = place / f".{target.name}-{os.getpid()}"
    try:
        before = _files(place, name)
        make_folder(place)
        with create(beside) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, target)
        old = sorted(_files(place, ""), key=lambda path: path.stat().st_mtime)
        for path in (*before, *old[:-MOST_DERIVED]):
            if path != target:
                path.unlink(missing_ok=True)
    except OSError:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _files(place: Path, name: str) -> list[Path]:
    try:
        return sorted(path for path in place.iterdir() if path.name.startswith(name) and path.name[0] != ".")
    except OSError:
        return []
