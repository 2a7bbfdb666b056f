"""Reading a log, while others write it: entries by number, what lies beside them, and hashes of the tree."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from seewhy.auth.log.disk import LogUnavailable, cannot, content_of, nobody_writing
from seewhy.auth.log.folded import checkpoint_of
from seewhy.auth.log.pending import FOLDING, PENDING, Pended, records_in
from seewhy.auth.log.tiles import ENTRIES, HEIGHT, WIDTH, entries_in, hashes_in, place, plain_place
from seewhy.auth.log.tree import HASH, root_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


class Entry(NamedTuple):
    """One entry: its number, its bytes, and field to (salt, text) of what was not erased."""

    n: int
    content: bytes
    beside: Mapping[str, Any]

    @property
    def said(self) -> dict[str, Any]:
        """What the entry says; empty for what is no JSON object."""
        try:
            said = json.loads(self.content)
        except ValueError:
            return {}
        return said if isinstance(said, dict) else {}


class Reader:
    """A log as it was at one moment."""

    def __init__(self, folder: Path) -> None:
        """Raises LogUnavailable for a folder that holds no log."""
        self.folder = folder
        try:
            # From the newest to the oldest: folding moves entries the other way, so none is missed.
            with nobody_writing(folder / "lock"):
                self.waiting = {name: content_of(folder / name) for name in (PENDING, FOLDING)}
            self.checkpoint = checkpoint_of(folder)
        except OSError as error:
            raise cannot(folder, error) from None
        found: dict[int, Pended] = {}
        for content in self.waiting.values():
            found |= {one.n: one for one in records_in(content or b"")[0] if one.n >= self.checkpoint.size}
        self._pended = found
        self.size = self.checkpoint.size + len(found)
        self.bundle = lru_cache(4)(self._bundle)
        self.tile = lru_cache(64)(self._tile)
        self.plain = lru_cache(4)(self._plain)

    def entry(self, n: int) -> Entry | None:
        """One entry, None for one that was retired. Raises LogUnavailable for a number that is none, or is missing."""
        if not 0 <= n < self.size:
            raise LogUnavailable(f"there is no entry `{n}`", f"the log has {self.size:,}, the first is 0")
        if n >= self.checkpoint.size:
            if n not in self._pended:
                raise LogUnavailable(f"entry {n} is missing in `{self.folder}`", "see `seewhy log verify`")
            one = self._pended[n]
            return Entry(n, one.entry, one.beside)
        some = self.bundle(n // WIDTH)
        if some is None:
            return None
        if n % WIDTH >= len(some):
            raise LogUnavailable(f"entry {n} is missing in `{self.folder}`", "see `seewhy log verify`")
        return Entry(n, some[n % WIDTH], self.plain(n // WIDTH).get(n, {}))

    def newest_first(self) -> Iterator[Entry]:
        """All entries that were not retired."""
        for n in range(self.size - 1, -1, -1):
            if (entry := self.entry(n)) is None:
                return
            yield entry

    def node(self, height: int, at: int) -> bytes:
        """The root of the perfect subtree of 2**height leaves that begins at leaf at * 2**height."""
        level, inside = divmod(height, HEIGHT)
        begin = at << inside
        hashes = hashes_in(self.tile(level, begin // WIDTH))
        some = hashes[begin % WIDTH : begin % WIDTH + (1 << inside)]
        if len(some) != 1 << inside:
            raise LogUnavailable(f"the tile `{place(level, begin // WIDTH)}` is not whole", "see `seewhy log verify`")
        return root_of(some)

    def width(self, level: int, at: int) -> int:
        """How many hashes a tile of the checkpoint has."""
        return min(WIDTH, int(self.checkpoint.size // WIDTH**level) - at * WIDTH)

    def _tile(self, level: int, at: int) -> bytes:
        width = self.width(level, at)
        content = self._resource(level, at, width)
        return b"" if content is None else content[: width * HASH]

    def _bundle(self, at: int) -> list[bytes] | None:
        content = self._resource(ENTRIES, at, self.width(0, at))
        return None if content is None else entries_in(content)

    def _resource(self, level: int | str, at: int, width: int) -> bytes | None:
        """A tile or bundle; one that has grown full meanwhile stands for the part of it."""
        content = content_of(self.folder / place(level, at, width))
        return content_of(self.folder / place(level, at)) if content is None and width < WIDTH else content

    def _plain(self, at: int) -> dict[int, dict[str, Any]]:
        found = {}
        for line in (content_of(self.folder / plain_place(at)) or b"").splitlines():
            beside = json.loads(line)
            found[beside.pop("n")] = beside
        return found
