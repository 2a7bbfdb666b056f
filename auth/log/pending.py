"""The write-ahead file: entries that are on disk and not in tiles yet, each with what lies beside it.

A record is its length (4 bytes), the SHA-256 of what follows, the length of the entry (2 bytes), the entry, and the
JSON of its salts and plain text. A kill can leave a torn record at the end: nobody was told that it is written.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, NamedTuple

PENDING, FOLDING, NEXT, TORN = "pending", "pending.folding", "pending.next", "torn-"
"""The files: what is written now, what is being folded, the next one, and what a kill has torn off."""
MOST_ROOM = 1 << 21
"""Bytes that are prepared ahead at most, where many questions are asked."""
MAGIC = b"SEEWHY1\n"
HEAD = len(MAGIC) + 8
"""Bytes before the first record: the magic, and the number of the first entry."""
_FRAME = 36


class Pended(NamedTuple):
    """One record: the number of the entry, its bytes, and the line of salts and texts as it will lie beside it."""

    n: int
    entry: bytes
    line: bytes

    @property
    def beside(self) -> dict[str, Any]:
        """Field to opening."""
        return {name: one for name, one in json.loads(self.line).items() if name != "n"}


def head(first: int) -> bytes:
    """How a file begins whose first entry has this number."""
    return MAGIC + first.to_bytes(8, "big")


def first_of(content: bytes) -> int | None:
    """The number of the first entry, None for a head that is torn or none."""
    whole = len(content) >= HEAD and content.startswith(MAGIC)
    return int.from_bytes(content[len(MAGIC) : HEAD], "big") if whole else None


def record(entry: bytes, line: bytes) -> bytes:
    """An entry, and the line beside it, as a record."""
    said = len(entry).to_bytes(2, "big") + entry + line
    return len(said).to_bytes(4, "big") + hashlib.sha256(said).digest() + said


def records_in(content: bytes) -> tuple[list[Pended], int]:
    """The whole records of a file, and where the last of them ends."""
    first = first_of(content)
    if first is None:
        return [], 0
    found: list[Pended] = []
    at = HEAD
    while at + _FRAME <= len(content):
        end = at + _FRAME + int.from_bytes(content[at : at + 4], "big")
        said = content[at + _FRAME : end]
        if end > len(content) or len(said) < 2 or hashlib.sha256(said).digest() != content[at + 4 : at + _FRAME]:
            break
        length = int.from_bytes(said[:2], "big")
        found.append(Pended(first + len(found), said[2 : 2 + length], said[2 + length :]))
        at = end
    return found, at
