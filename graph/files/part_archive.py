"""A file of many parts: a tar archive that is written in one way only, so that every byte of it can be checked.

    ROOT/<part> …            the parts, in the order in which they were added
    ROOT/manifest.json       what the whole is, and of each part its sha256, bytes and rows
    ROOT/SHA256SUMS          the sha256 of all of these, as `sha256sum -c` takes it

Any tar unpacks it. It is read here without unpacking: headers are compared with those that would be written, parts with
the manifest, and nothing may stand before, between or behind them. Who can write the file can make all of it anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tarfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
AROUND = "the tar around the parts"
_BLOCK, _RECORD, _PIECE = 512, 10_240, 1 << 20
_LARGEST_TEXT = 64 << 20
"""Bytes of a manifest: some hundred thousand parts."""
_NAME = re.compile(r"[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*")


class Unreadable(ValueError):
    """No such archive, or not enough of it to say what should be in it; the message begins after "it "."""


@dataclass(frozen=True, slots=True)
class Part:
    """What the manifest says of a part; `rows` is None for one that has none."""

    sha256: str
    bytes: int
    rows: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """As in the manifest."""
        rows = {} if self.rows is None else {"rows": self.rows}
        return {"sha256": self.sha256, "bytes": self.bytes, **rows}


class ArchiveWriter:
    """Writes one archive, part by part."""

    def __init__(self, file: BinaryIO, root: str) -> None:
        self._file, self._root = file, root
        self._size = 0
        self.parts: dict[str, Part] = {}

    def add(self, name: str, content: bytes, rows: int | None = None) -> None:
        """The next part."""
        if not _is_name(name) or name in self.parts:
            raise ValueError(f"{name!r} is no name of a new part")
        self._put(header(f"{self._root}/{name}", len(content)))
        self._put(content + bytes(-len(content) % _BLOCK))
        self.parts[name] = Part(hashlib.sha256(content).hexdigest(), len(content), rows)

    def finish(self, about: Mapping[str, Any]) -> None:
        """The manifest, which says `about`, the sums, and the end."""
        parts = {name: part.as_dict() for name, part in self.parts.items()}
        self.add(MANIFEST, json.dumps({**about, "parts": parts}, ensure_ascii=False, indent=1).encode() + b"\n")
        self.add(SUMS, _sums(self.parts))
        end = 2 * _BLOCK
        self._put(bytes(end + -(self._size + end) % _RECORD))

    def _put(self, content: bytes) -> None:
        self._file.write(content)
        self._size += len(content)


@dataclass(slots=True)
class Archive:
    """An archive that was read: its manifest, which parts are as the manifest says, and what is wrong with others."""

    manifest: Mapping[str, Any]
    parts: dict[str, Part]
    wrong: dict[str, str]
    """Name of a part, or AROUND, to what is wrong with it, in words; in the order of the file."""
    _file: BinaryIO
    _places: dict[str, int] = field(default_factory=dict)

    def content(self, name: str) -> bytes:
        """All bytes of a part, compared once more: the file may have been changed meanwhile."""
        self._file.seek(self._places[name])
        content = self._file.read(self.parts[name].bytes)
        if hashlib.sha256(content).hexdigest() != self.parts[name].sha256:
            raise Unreadable(f"has been changed while it was read: `{name}`")
        return content


def read_archive(file: BinaryIO, root: str) -> Archive:
    """Read an archive from its first byte to its last; memory does not grow with it. Raises Unreadable."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    found: dict[str, Part] = {}
    places: dict[str, int] = {}
    wrong: dict[str, str] = {}
    end = 0
    for name, at, length, canonical in _members(file, root, size):
        if name in found:
            raise Unreadable(f"holds `{name}` twice")
        found[name], places[name] = Part(_digest(file, at, length), length), at
        end = at + length + -length % _BLOCK
        if not canonical:
            wrong[AROUND] = f"what stands around `{name}` is not as it was written"
    for name in (MANIFEST, SUMS):
        if name not in found:
            raise Unreadable(f"is cut off, or lacks its `{name}`")
    listed = _manifest(_small(file, places[MANIFEST], found[MANIFEST].bytes))
    parts = {name: Part(one["sha256"], one["bytes"], one.get("rows")) for name, one in listed["parts"].items()}
    for name, part in parts.items():
        if name not in found:
            wrong[name] = "is missing"
        elif (found[name].sha256, found[name].bytes) != (part.sha256, part.bytes):
            wrong[name] = "is not as it was written (its sha256 differs)"
    for name in found:
        if name not in parts and name not in (MANIFEST, SUMS):
            wrong[name] = "is not in the manifest"
    if not wrong and [*found] != [*parts, MANIFEST, SUMS]:
        wrong[AROUND] = "the parts stand in another order"
    sums = _small(file, places[SUMS], found[SUMS].bytes)
    if sums != _sums({**parts, MANIFEST: found[MANIFEST]}):
        wrong.setdefault(MANIFEST, f"does not agree with `{SUMS}`")
    if (odd := _end(file, end, size)) and AROUND not in wrong:
        wrong[AROUND] = odd
    return Archive(listed, parts, wrong, file, places)


def header(name: str, size: int) -> bytes:
    """The header of a part: the only one that is ever written for this name and size."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.GNU_FORMAT, "ascii", "strict")


def _members(file: BinaryIO, root: str, size: int) -> Iterator[tuple[str, int, int, bool]]:
    """Name, place and length of each, and whether header and padding are as they would be written."""
    at = 0
    while True:
        file.seek(at)
        head = file.read(_BLOCK)
        if at and head == bytes(_BLOCK):
            return
        try:
            info = tarfile.TarInfo.frombuf(head, "ascii", "strict")
        except (tarfile.HeaderError, UnicodeError, ValueError):
            raise Unreadable("is cut off or damaged" if at else "is no such file") from None
        name = info.name.removeprefix(f"{root}/")
        if name == info.name or not _is_name(name) or not info.isreg() or info.size < 0:
            raise Unreadable("holds something that none has" if at else "is no such file")
        if at + _BLOCK + info.size > size:
            raise Unreadable("is cut off")
        canonical = head == header(info.name, info.size)
        padding = -info.size % _BLOCK
        file.seek(at + _BLOCK + info.size)
        yield name, at + _BLOCK, info.size, canonical and file.read(padding) == bytes(padding)
        at += _BLOCK + info.size + padding


def _end(file: BinaryIO, at: int, size: int) -> str:
    """What is wrong behind the last part, which ends at `at`; blank when nothing is."""
    wanted = at + 2 * _BLOCK
    wanted += -wanted % _RECORD
    if size < wanted:
        return "it is cut off at the end"
    file.seek(at)
    return "there is something behind the last part" if size > wanted or any(file.read(wanted - at)) else ""


def _is_name(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and not {".", ".."} & set(name.split("/"))


def _sums(parts: Mapping[str, Part]) -> bytes:
    return "".join(f"{part.sha256}  {name}\n" for name, part in parts.items()).encode()


def _digest(file: BinaryIO, at: int, length: int) -> str:
    digest = hashlib.sha256()
    file.seek(at)
    while length and (piece := file.read(min(length, _PIECE))):
        digest.update(piece)
        length -= len(piece)
    return digest.hexdigest()


def _small(file: BinaryIO, at: int, length: int) -> bytes:
    if length > _LARGEST_TEXT:
        raise Unreadable("has a manifest that is too large")
    file.seek(at)
    return file.read(length)


def _manifest(content: bytes) -> dict[str, Any]:
    try:
        listed = json.loads(content)
        for name, part in listed["parts"].items():
            if not (_is_name(name) and isinstance(part["sha256"], str) and type(part["bytes"]) is int):
                raise ValueError(name)
            if type(part.get("rows", 0)) is not int:
                raise ValueError(name)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Unreadable(f"has no readable `{MANIFEST}`") from None
    assert isinstance(listed, dict)
    return listed
