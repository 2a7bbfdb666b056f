"""The record of a generation of an embedded graph: which files it has, with digest, size and number of rows.

`generation.json` is written last and lists every other file. Its own sha256 stands in `current`, and in the file
`published` that a generation gets once it has been shown. So nothing of a generation can be changed, cut, exchanged or
taken away without being found when it is read. Generations made before there were digests list no files.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import stat
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seewhy.graph.errors import EngineUnavailable
from seewhy.graph.loads import Load, loaded
from seewhy.graph.schemes.contract_files import CONTRACT_FILES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

GRAPH_FILE, RECORD_FILE, HISTORY_FOLDER, PUBLISHED_FILE = "graph.kgl", "generation.json", "history", "published"
DERIVED_FOLDER = "derived"
UNLISTED = tuple(f"{HISTORY_FOLDER}/{stem}.parquet" for stem in CONTRACT_FILES)
"""The history of a generation that lists no files: all input files that SeeWhy had then."""
PREFIX = "generation-"
_NAME = re.compile(rf"{PREFIX}(\d{{6,}})")
_LINE = re.compile(rf"({PREFIX}\d{{6,}})(?: sha256:([0-9a-f]{{64}}))?\n?")
_BLOCK = 1 << 20
_FLAGS = sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY"))


@dataclass(frozen=True, slots=True)
class Part:
    """What one file of a generation must be; `rows` of the graph file: nodes and relationships without the loads."""

    sha256: str
    bytes: int
    rows: int


@dataclass(frozen=True, slots=True)
class Generation:
    """What `generation.json` says; `escaped`: some text is marked (`escaping.py`); `model`: of the newest load.

    `files` by path within the generation; empty for one that was made before there were digests.
    """

    name: str
    previous: str
    model: int
    engine: str
    escaped: bool
    loads: tuple[Load, ...]
    files: Mapping[str, Part] = field(default_factory=dict)

    def text(self) -> str:
        """As it stands in the file."""
        return json.dumps(asdict(self), indent=1) + "\n"


@dataclass(frozen=True, slots=True)
class Pointer:
    """The one line of `current` and of `published`; `sha256` of the record, None in what was made before digests."""

    name: str
    sha256: str | None

    @classmethod
    def parse(cls, content: bytes) -> Pointer | None:
        """None for anything that is no such line."""
        match = _LINE.fullmatch(content.decode("latin-1"))
        return None if match is None else cls(match[1], match[2])

    def line(self) -> str:
        """As it stands in the file."""
        return f"{self.name} sha256:{self.sha256}\n" if self.sha256 else f"{self.name}\n"


def number_of(name: str) -> int | None:
    """The number in the name of a generation; None for a name that no generation has (`generation-2`)."""
    match = _NAME.fullmatch(name)
    return int(match[1]) if match and name == name_of(int(match[1])) else None


def name_of(number: int) -> str:
    """The name of a generation's folder."""
    return f"{PREFIX}{number:06d}"


def parse_record(content: bytes) -> Generation:
    """The record in these bytes; ValueError for what is none."""
    try:
        record: dict[str, Any] = json.loads(content)
        loads = tuple(loaded(load) for load in record["loads"])
        files = {name: Part(str(p["sha256"]), int(p["bytes"]), int(p["rows"])) for name, p in record["files"].items()} \
            if "files" in record else {}
        return Generation(
            record["name"], record["previous"], int(record["model"]), record["engine"], bool(record["escaped"]), loads,
            files,
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(str(error)) from None


class NotReadable(EngineUnavailable):
    """A file or folder of the graph that this login has no right to read: nothing is known to be damaged."""


class Reader:
    """Reads files of one graph folder; what is wrong with one of them is an EngineUnavailable that names it."""

    def __init__(self, path: Path, shown: str) -> None:
        self.path, self.shown = path, shown

    def read(self, file: str, part: Part | None = None) -> bytes:
        """All bytes of a regular file, the same as when it was written where `part` says what that was."""
        content = b"".join(self._blocks(file))
        if part is not None and (len(content), hashlib.sha256(content).hexdigest()) != (part.bytes, part.sha256):
            raise self.changed(file)
        return content

    def verify(self, file: str, part: Part) -> None:
        """The same without holding the bytes."""
        digest, size = hashlib.sha256(), 0
        for block in self._blocks(file):
            digest.update(block)
            size += len(block)
        if (size, digest.hexdigest()) != (part.bytes, part.sha256):
            raise self.changed(file)

    def check_size(self, file: str, part: Part) -> None:
        """EngineUnavailable for a file that is missing or has another size; its bytes are not looked at."""
        try:
            state = os.stat(self.path / file)
        except OSError as error:
            raise self.refused(file, error) from None
        if state.st_size != part.bytes:
            raise self.changed(file)

    def check_kind(self, file: str) -> None:
        """EngineUnavailable for what cannot be opened, or is no regular file (a pipe would be waited for)."""
        for _ in self._blocks(file):
            break

    def damaged(self, file: str, how: str = "cannot be read") -> EngineUnavailable:
        """The error for a file of the graph that is missing, or is not what it was."""
        return EngineUnavailable(f"the graph in `{self.shown}` is damaged: `{file}` {how}", self.way_back)

    def changed(self, file: str) -> EngineUnavailable:
        """The error for a file with other bytes than were written."""
        return self.damaged(file, "is not as it was written (its sha256 differs)")

    @property
    def way_back(self) -> str:
        """The hint of everything that `repair` can mend."""
        return f"run `seewhy repair --graph {shlex.quote(self.shown)}`: it goes back to the newest whole generation"

    def refused(self, file: str, error: OSError) -> EngineUnavailable:
        """The error for what the operating system does not give: missing is damage, a missing right is none."""
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            return self.damaged(file, "is missing")
        if isinstance(error, PermissionError):
            return not_allowed(self.path / file, f"{self.shown}/{file}" if file else self.shown)
        return self.damaged(file, f"cannot be read: {(error.strerror or 'unknown reason').lower()}")

    def _blocks(self, file: str) -> Iterator[bytes]:
        try:
            handle = os.open(self.path / file, os.O_RDONLY | _FLAGS)
        except OSError as error:
            raise self.refused(file, error) from None
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise self.damaged(file, "is no regular file")
            while block := os.read(handle, _BLOCK):
                yield block
        except OSError as error:
            raise self.refused(file, error) from None
        finally:
            os.close(handle)


def not_allowed(path: Path, shown: str) -> NotReadable:
    """The error for a file or folder that this login has no right to read, with who has it."""
    owner = ""
    for one in (path, *path.parents):
        with suppress(OSError):
            state = one.stat()
            name = f"`{shown}`" if one == path else f"`{one}`"
            owner = f": {name} belongs to `{_owner(state.st_uid)}` and has mode {stat.S_IMODE(state.st_mode):04o}"
            break
    return NotReadable(f"`{shown}` may not be read{owner}", "ask its owner, or use the login that loaded the graph")


def _owner(number: int) -> str:
    with suppress(ImportError, KeyError):
        import pwd

        return pwd.getpwuid(number).pw_name
    return str(number)
