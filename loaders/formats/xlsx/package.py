"""The archive that a workbook is: its parts by name, found as Excel finds them, within the limits of size."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from typing import IO, NamedTuple
from urllib.parse import unquote

from seewhy.loaders.formats.xlsx.limits import UNPACKED_BYTES, Unreadable, size
from seewhy.loaders.formats.xlsx.markup import elements

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SAVE_AS = "save it as an Excel workbook (.xlsx)"
NO_WORKBOOK = "is not an Excel workbook, or a damaged one"
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError, KeyError)
"""What the archive module raises for bytes that are none, or not whole."""


class Relation(NamedTuple):
    """What a part says about another one: the last word of the type, and the part's name."""

    kind: str
    target: str


class Package:
    """The parts of a workbook. Names differ by neither case nor the direction of their slashes, as in Excel."""

    def __init__(self, data: bytes) -> None:
        if data.startswith(_OLE):
            if _ENCRYPTED in data:
                raise Unreadable("is protected by a password")
            raise Unreadable(f"is a workbook of Excel 97-2003 (.xls): {_SAVE_AS}")
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except DAMAGED:
            raise Unreadable(NO_WORKBOOK) from None
        self._parts: dict[str, zipfile.ZipInfo] = {}
        self._twice: set[str] = set()
        self._unpacked = 0
        for part in self._archive.infolist():
            name = _plain(part.filename)
            if name in self._parts:
                self._twice.add(name)
            self._parts[name] = part
        if "xl/workbook.bin" in self:
            raise Unreadable(f"is a binary workbook (.xlsb): {_SAVE_AS}")
        if "content.xml" in self and "mimetype" in self:
            raise Unreadable(f"is an OpenDocument file (.ods): {_SAVE_AS}")

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._parts

    def open(self, name: str) -> IO[bytes]:
        """A part to read. Raises Unreadable when it is not there, there twice, or too large with those before."""
        key = _plain(name)
        part = self._parts.get(key)
        if part is None:
            raise Unreadable(f"is damaged: its part `{name}` is missing")
        if key in self._twice:
            raise Unreadable(f"holds two parts that are called `{name}`")
        if part.flag_bits & 1:
            raise Unreadable("is protected by a password")
        # The archive module never gives more bytes than are declared here.
        if self._unpacked + part.file_size > UNPACKED_BYTES:
            raise Unreadable(f"is larger than {size(UNPACKED_BYTES)} when unpacked, with its part `{name}`")
        self._unpacked += part.file_size
        return self._archive.open(part)

    def relations(self, name: str) -> dict[str, Relation]:
        """The parts that a part ("" for the workbook as a whole) refers to, by id; those outside are left out."""
        folder, file = posixpath.split(name)
        part = posixpath.join(folder, "_rels", f"{file}.rels")
        if part not in self:
            return {}
        with self.open(part) as stream:
            return {
                attributes.get("Id", ""): Relation(
                    attributes.get("Type", "").rpartition("/")[2], self._resolved(folder, attributes.get("Target", ""))
                )
                for path, attributes in elements(stream, part)
                if path[-1] == "Relationship" and attributes.get("TargetMode") != "External"
            }

    def _resolved(self, folder: str, target: str) -> str:
        path = target.replace("\\", "/")
        full = posixpath.normpath(path if path.startswith("/") else posixpath.join("/", folder, path)).lstrip("/")
        return full if full in self else unquote(full)


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()
