"""The part of a log that is in tiles: its checkpoint, the rightmost tiles, and how entries are added to them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from seewhy.auth.log.disk import LogUnavailable, content_of, put, put_all
from seewhy.auth.log.notes import Checkpoint, WrongNote, read_checkpoint, signed_checkpoint
from seewhy.auth.log.tiles import ENTRIES, WIDTH, bundle, entries_in, hashes_in, place, plain_place, widths
from seewhy.auth.log.tree import HASH, leaf_hash, root_of, root_of_levels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seewhy.auth.log.pending import Pended
    from seewhy.graph.files.signatures import Signer

CHECKPOINT = "checkpoint"
_HINT = "`seewhy log verify` says what is wrong; restore it, or begin a new log in another folder"


class Folded:
    """The rightmost tiles of a log, as its checkpoint has them."""

    def __init__(self, folder: Path, signer: Signer) -> None:
        """Reads them. Raises LogUnavailable unless they are what the checkpoint, signed by this key, says."""
        self._folder, self._signer = folder, signer
        self.checkpoint = checkpoint_of(folder)
        if not self.checkpoint.is_signed_by(signer.public):
            raise LogUnavailable(f"the checkpoint of `{folder}` is not signed by the key of the log", _HINT)
        size = self.checkpoint.size
        self._levels = [self._last(level, hashes) for level, hashes in widths(size)]
        self._entries = self._last_entries(size)
        if root_of_levels(self._levels) != self.checkpoint.root or [*map(leaf_hash, self._entries)] != (
            self._levels[0] if self._levels else []
        ):
            raise LogUnavailable(f"the tiles of `{folder}` are not those of its checkpoint", _HINT)

    def _last(self, level: int, hashes: int) -> list[bytes]:
        width = hashes % WIDTH
        if not width:
            return []
        content = content_of(self._folder / place(level, hashes // WIDTH, width)) or b""
        return hashes_in(content) if len(content) == width * HASH else []

    def _last_entries(self, size: int) -> list[bytes]:
        width = size % WIDTH
        return entries_in(content_of(self._folder / place(ENTRIES, size // WIDTH, width)) or b"") if width else []

    def add(self, records: Sequence[Pended]) -> None:
        """Put entries into tiles, and sign the checkpoint of all of them; what is there already is passed over.

        Everything is on disk before the checkpoint is. Raises LogUnavailable for a gap.
        """
        begin = self.checkpoint.size
        new = [one for one in records if one.n >= begin]
        if not new:
            return
        if [one.n for one in new] != list(range(begin, begin + len(new))):
            raise LogUnavailable(f"entries after {begin} are missing in `{self._folder}`", _HINT)
        contents: dict[Path, bytes] = self._plain(new)
        full: list[Path] = []
        levels, entries = [list(one) for one in self._levels], list(self._entries)
        at = begin
        for one in new:
            entries.append(one.entry)
            levels = levels or [[]]
            levels[0].append(leaf_hash(one.entry))
            at += 1
            if at % WIDTH == 0:
                whole = {place(ENTRIES, at // WIDTH - 1): bundle(entries), **_full_tiles(levels, at)}
                contents |= {self._folder / name: content for name, content in whole.items()}
                full += [self._folder / name for name in whole]
                entries = []
        if entries:
            contents[self._folder / place(ENTRIES, at // WIDTH, len(entries))] = bundle(entries)
        for level, hashes in enumerate(levels):
            if hashes and at // WIDTH**level != begin // WIDTH**level:
                name = place(level, at // WIDTH ** (level + 1), len(hashes))
                contents[self._folder / name] = b"".join(hashes)
        checkpoint = signed_checkpoint(self.checkpoint.origin, at, root_of_levels(levels), self._signer)
        put_all(contents)
        put(self._folder / CHECKPOINT, checkpoint.text.encode())
        self._levels, self._entries, self.checkpoint = levels, entries, checkpoint
        for path in full:
            shutil.rmtree(path.with_name(f"{path.name}.p"), ignore_errors=True)

    def _plain(self, new: Sequence[Pended]) -> dict[Path, bytes]:
        """Salts and plain text, a file per bundle; a line that is there already stays: parts of it may be erased."""
        by_bundle: dict[int, list[Pended]] = {}
        for one in new:
            by_bundle.setdefault(one.n // WIDTH, []).append(one)
        contents = {}
        for at, some in by_bundle.items():
            path = self._folder / plain_place(at)
            before = content_of(path) or b""
            known = {json.loads(line)["n"] for line in before.splitlines()}
            lines = [one.line for one in some if one.n not in known]
            contents[path] = before + b"".join(line + b"\n" for line in lines)
        return contents


def _full_tiles(levels: list[list[bytes]], at: int) -> dict[str, bytes]:
    """A tile of level 0 has become full: the place and content of it, and of those above that became so with it.

    Their hashes leave `levels`, and their roots go up.
    """
    found = {}
    for level in range(64):
        if len(levels[level]) < WIDTH:
            break
        found[place(level, at // WIDTH ** (level + 1) - 1)] = b"".join(levels[level])
        if len(levels) == level + 1:
            levels.append([])
        levels[level + 1].append(root_of(levels[level]))
        levels[level].clear()
    return found


def checkpoint_of(folder: Path) -> Checkpoint:
    """The newest checkpoint of a folder. Raises LogUnavailable."""
    content = content_of(folder / CHECKPOINT)
    if content is None:
        raise LogUnavailable(f"`{folder}` is no question log: it has no checkpoint")
    try:
        return read_checkpoint(content)
    except WrongNote as error:
        raise LogUnavailable(f"the checkpoint of `{folder}` {error}", _HINT) from None
