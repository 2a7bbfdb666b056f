"""Tiles and entry bundles (c2sp.org/tlog-tiles): their places in the folder, and what is in them.

    tile/0/x001/067            256 hashes of entries
    tile/1/004.p/18            18 hashes, each the root of a full tile of the level below
    tile/entries/x001/067      256 entries, each behind its length in two bytes
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seewhy.auth.log.tree import HASH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WIDTH = 256
HEIGHT = 8
"""Levels of the tree in one tile."""
ENTRIES = "entries"
TILE = "tile"
PLAIN = "plain"


def number(at: int) -> str:
    """`x001/x234/067` of 1234067."""
    text = f"{at:03d}"
    text = text.zfill(-(-len(text) // 3) * 3)
    parts = [text[begin : begin + 3] for begin in range(0, len(text), 3)]
    return "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])


def place(level: int | str, at: int, width: int = WIDTH) -> str:
    """The path of a tile, or of a bundle for the level `entries`."""
    return f"{TILE}/{level}/{number(at)}" + (f".p/{width}" if width < WIDTH else "")


def plain_place(at: int) -> str:
    """The path of what lies beside the entries of a bundle: salts and plain text."""
    return f"{PLAIN}/{number(at)}"


def widths(size: int) -> Iterator[tuple[int, int]]:
    """(level, number of hashes on it) of a tree, from level 0 up to the last that has any."""
    level = 0
    while size:
        yield level, size
        level, size = level + 1, size // WIDTH


def hashes_in(tile: bytes) -> list[bytes]:
    """The hashes of a tile."""
    return [tile[at : at + HASH] for at in range(0, len(tile), HASH)]


def bundle(entries: Sequence[bytes]) -> bytes:
    """Entries as a bundle."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def entries_in(content: bytes) -> list[bytes]:
    """The entries of a bundle; one that is cut off is left out, with all behind it."""
    found, at = [], 0
    while at + 2 <= len(content):
        end = at + 2 + int.from_bytes(content[at : at + 2], "big")
        if end > len(content):
            break
        found.append(content[at + 2 : end])
        at = end
    return found
