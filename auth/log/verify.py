"""Checking a whole log: the first wrong entry, and how far the log is anchored.

    entries   each is what its hash in the tile says, canonical, and carries its own number
    tiles     each hash above is the root of the tile below; the last ones give the root of the checkpoint
    checkpoint  is signed by the key of the log
    beside    every salt and text opens its commitment; none is gone that no erasing or retiring tells of
    pending   records are whole and go on from the checkpoint
    an older checkpoint, kept elsewhere: signed by the same key, no longer than the log, and the root of its beginning

What nobody anchored can be cut or made anew by who has the key: only a checkpoint that is kept elsewhere shows it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from seewhy.auth.log.disk import LogUnavailable, content_of, nobody_writing
from seewhy.auth.log.entries import LARGEST, canonical, commitments, opens
from seewhy.auth.log.folded import CHECKPOINT
from seewhy.auth.log.pending import FOLDING, PENDING, first_of, records_in
from seewhy.auth.log.reader import Reader
from seewhy.auth.log.tiles import ENTRIES, PLAIN, TILE, WIDTH, bundle, entries_in, hashes_in, place, plain_place, widths
from seewhy.auth.log.tree import HASH, leaf_hash, root_between, root_of, root_of_levels
from seewhy.graph.files.signatures import PublicKey

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from seewhy.auth.log.notes import Checkpoint

KEPT = "erased_fields"
"""The option of an entry that tells how many texts an erasing takes away."""
RETIRED = "retired_to"
"""The option of an entry that tells the number of the first entry that stays."""


@dataclass(slots=True)
class Checked:
    """What checking a log found. `faults` are sentences, the one about the first wrong entry first."""

    folder: str
    origin: str
    size: int
    """Entries in all, those that are in no tile yet included."""
    signed: int
    """Entries under the checkpoint."""
    key: str
    """The fingerprint of the key that signs."""
    anchored: int
    """Entries that an older checkpoint from elsewhere holds."""
    faults: list[str] = field(default_factory=list)
    first_wrong: int | None = None
    retired: int = 0
    """Entries whose text was retired; their hashes stay."""
    open_questions: int = 0
    """Questions without an outcome: a process was stopped, or they are being answered."""

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def wrong(self, n: int, sentence: str) -> None:
        """Something is wrong with entry n, or with the first of several."""
        if self.first_wrong is None or n < self.first_wrong:
            self.first_wrong = n
            self.faults.insert(0, sentence)
        elif len(self.faults) < 20:
            self.faults.append(sentence)

    def as_dict(self) -> dict[str, Any]:
        """The fields, and `holds`."""
        return {
            "folder": self.folder, "holds": self.holds, "origin": self.origin, "size": self.size, "signed": self.signed,
            "anchored": self.anchored, "retired": self.retired, "open_questions": self.open_questions,
            "first_wrong": self.first_wrong, "faults": list(self.faults), "signed_by": self.key,
        }  # fmt: skip


def verify(folder: Path, older: Sequence[Checkpoint] = (), key: PublicKey | None = None) -> Checked:
    """Check a log; `key` is the public key that one trusts, by default the one in the folder.

    Raises LogUnavailable for a folder that holds no log; one whose checkpoint cannot be read does not hold.
    """
    key = key or PublicKey.read(folder / "key.pub")
    try:
        reader = Reader(folder)
    except LogUnavailable as error:
        if not (folder / CHECKPOINT).is_file():
            raise
        return Checked(str(folder), "", 0, 0, key.fingerprint, 0, [error.message])
    checkpoint = reader.checkpoint
    found = Checked(str(folder), checkpoint.origin, reader.size, checkpoint.size, key.fingerprint, 0)
    if not checkpoint.is_signed_by(key):
        found.faults.append("the checkpoint is not signed by the key of the log")
    whole = _Walk(reader, found)
    whole.tiles()
    whole.pending()
    whole.ended()
    with nobody_writing(folder / "lock.fold"):
        _strays(Reader(folder), found)
    for old in older:
        _anchor(reader, old, key, found)
    return found


class _Walk:
    """One walk over all entries, in order."""

    def __init__(self, reader: Reader, found: Checked) -> None:
        self._reader, self._found = reader, found
        self._asked: set[int] = set()
        self._gone = self._told = 0
        self._retired_to = 0
        self._lacking: list[tuple[int, int]] = []

    def tiles(self) -> None:
        """Entries under the checkpoint, and all tiles above them."""
        reader, found = self._reader, self._found
        size = reader.checkpoint.size
        below: list[bytes] = []
        last: list[list[bytes]] = []
        for level, count in widths(size):
            above = []
            for at in range(-(-count // WIDTH)):
                begin, span = at * WIDTH ** (level + 1), WIDTH**level
                width = reader.width(level, at)
                hashes = hashes_in(reader.tile(level, at))
                if len(hashes) != width:
                    end = min(size, begin + width * span)
                    tile = place(level, at, width)
                    found.wrong(begin, f"entries {begin} to {end - 1}: the tile `{tile}` is missing or short")
                    hashes += [b""] * (width - len(hashes))
                if level == 0:
                    self._entries(at, hashes)
                else:
                    self._above(level, at, hashes, below)
                if width == WIDTH:
                    above.append(root_of(hashes))
                else:
                    last.append(hashes)
            if count % WIDTH == 0:
                last.append([])
            below = above
        if root_of_levels(last) != reader.checkpoint.root:
            begin = 0 if found.first_wrong is None else found.first_wrong
            found.wrong(begin, f"the {size:,} entries do not give the root that the checkpoint has")

    def _above(self, level: int, at: int, hashes: Sequence[bytes], below: Sequence[bytes]) -> None:
        for place_, (said, made) in enumerate(zip(hashes, below[at * WIDTH :], strict=False)):
            if said != made:
                span = WIDTH**level
                begin = (at * WIDTH + place_) * span
                said_of = f"entries {begin} to {begin + span - 1}"
                self._found.wrong(begin, f"{said_of}: they are not those of `{place(level, at)}`")

    def _entries(self, at: int, hashes: Sequence[bytes]) -> None:
        reader, found = self._reader, self._found
        begin, width = at * WIDTH, len(hashes)
        content = content_of(reader.folder / place(ENTRIES, at, width))
        if content is None and width < WIDTH:  # it has grown full meanwhile
            content = bundle((reader.bundle(at) or [])[:width])
        if not content:
            self._lacking.append((begin, begin + width))
            return
        entries = entries_in(content)
        for n, (said, entry) in enumerate(zip(hashes, entries, strict=False), begin):
            if leaf_hash(entry) != said:
                found.wrong(n, f"entry {n} is not the one that was written")
                break
        if len(entries) != width or sum(map(len, entries)) + 2 * len(entries) != len(content):
            n = begin + min(len(entries), width - 1)
            found.wrong(n, f"entry {n}: the bundle `{place(ENTRIES, at, width)}` does not hold {width} entries")
        try:
            plain = reader.plain(at)
        except (ValueError, KeyError, TypeError):
            found.wrong(begin, f"entries {begin} to {begin + width - 1}: `{plain_place(at)}` cannot be read")
            plain = None
        for n, entry in enumerate(entries[:width], begin):
            self._entry(n, entry, None if plain is None else plain.get(n, {}))
        if plain is not None and not plain.keys() <= set(range(begin, begin + WIDTH)):
            found.wrong(begin, f"`{plain_place(at)}` tells of entries that are not there")

    def _entry(self, n: int, content: bytes, beside: dict[str, Any] | None) -> None:
        found = self._found
        try:
            said = json.loads(content)
            fine = isinstance(said, dict) and canonical(said) == content and len(content) <= LARGEST
        except (ValueError, RecursionError):
            fine = False
        if not fine or said.get("n") != n:
            found.wrong(n, f"entry {n} is no entry with this number")
            return
        if said.get("outcome") == "asked":
            self._asked.add(n)
            options = (said.get("question") or {}).get("options") or {}
            self._told += options.get(KEPT, 0)
            self._retired_to = max(self._retired_to, options.get(RETIRED, 0))
        first = said.get("asked")
        if isinstance(first, int):
            self._asked.difference_update(range(first, said.get("to", first) + 1))
        if beside is None:
            return
        made = commitments(said)
        self._gone += len(made.keys() - beside.keys())
        for name, opening in beside.items():
            fits = isinstance(opening, list) and len(opening) == 2 and all(isinstance(one, str) for one in opening)
            if not fits or not opens(name, made.get(name), (opening[0], opening[1])):
                found.wrong(n, f"entry {n}: the {name} beside it is not the one that was written")

    def pending(self) -> None:
        """Entries that are in no tile yet."""
        reader, found = self._reader, self._found
        end = reader.checkpoint.size
        for name in (FOLDING, PENDING):
            content = reader.waiting[name]
            if content is None:
                continue
            records, whole = records_in(content)
            first = first_of(content)
            if first is None or first > end or content[whole:].strip(b"\0"):
                found.wrong(end, f"entry {end + len(records)}: `{name}` is damaged, or its end is torn")
            for one in records:
                if one.n >= end:
                    self._entry(one.n, one.entry, one.beside)
                    end = one.n + 1

    def ended(self) -> None:
        """What only the whole log tells: what is gone, and what was not answered."""
        found = self._found
        found.open_questions = len(self._asked)
        for begin, end in self._lacking:
            if end > self._retired_to:
                found.wrong(begin, f"entries {begin} to {end - 1} are missing, and no retiring tells of it")
            else:
                found.retired += end - begin
        if self._gone > self._told:
            found.faults.append(
                f"{self._gone - self._told} salts and texts beside the entries are gone, and no erasing tells of it"
            )


def _strays(reader: Reader, found: Checked) -> None:
    """Files that are no part of the log, and tiles of earlier checkpoints that are not the beginning of today's."""
    size = reader.checkpoint.size
    known = {plain_place(at) for at in range(-(-size // WIDTH))}
    for level, count in widths(size):
        for at in range(-(-count // WIDTH)):
            names: list[int | str] = [level, ENTRIES] if level == 0 else [level]
            for name in names:
                known.add(place(name, at))
                if (partial := reader.folder / f"{place(name, at)}.p").is_dir():
                    fine = [one.name for one in partial.iterdir() if _begins(reader, name, at, one)]
                    known |= {f"{place(name, at)}.p/{one}" for one in fine}
    if (reader.folder / FOLDING).exists():
        return  # a fold is under way, or was stopped by a kill: it has written more than its checkpoint says
    for top in (TILE, PLAIN):
        for path in sorted((reader.folder / top).rglob("*")):
            name = path.relative_to(reader.folder).as_posix()
            if path.is_file() and name not in known and not path.name.endswith(".part"):
                found.faults.append(f"`{name}` is no part of the log, or not what it was")


def _begins(reader: Reader, level: int | str, at: int, path: Path) -> bool:
    """Whether a partial tile or bundle is the beginning of the one of today."""
    if not path.name.isdigit() or not 1 <= int(path.name) < WIDTH:
        return False
    width, content = int(path.name), path.read_bytes()
    if level == ENTRIES:
        now = reader.bundle(at)
        some = entries_in(content)
        return now is None or (len(some) == width and (some == now[:width] or width > len(now)))
    now_hashes = reader.tile(int(level), at)
    return len(content) == width * HASH and (content.startswith(now_hashes) or now_hashes.startswith(content))


def _anchor(reader: Reader, old: Checkpoint, key: PublicKey, found: Checked) -> None:
    """Whether the log still begins as it was when an older checkpoint was signed."""
    size = reader.checkpoint.size
    if old.origin != reader.checkpoint.origin or not old.is_signed_by(key):
        found.faults.append(f"the older checkpoint of {old.size:,} entries is not of this log: another origin or key")
    elif old.size > size:
        found.wrong(size, f"entries from {size} on are cut off: an older checkpoint has {old.size:,}")
    else:
        try:
            same = root_between(reader.node, 0, old.size) == old.root
        except LogUnavailable:
            same = False
        if same:
            found.anchored = max(found.anchored, old.size)
        else:
            found.wrong(0, f"the log was made anew: its first {old.size:,} entries are not those of the checkpoint")
