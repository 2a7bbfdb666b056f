"""Tampering with a log: whatever is changed by whom, with the key in hand or not, is found.

`SEEWHY_TAMPERINGS` says how many are tried, 1,000 for the full count. Outside the folder there is one thing: a
checkpoint from before the tampering.
"""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from seewhy.auth.log import pending
from seewhy.auth.log.entries import canonical
from seewhy.auth.log.folded import CHECKPOINT, Folded
from seewhy.auth.log.notes import Checkpoint, read_checkpoint, signed_checkpoint
from seewhy.auth.log.tiles import ENTRIES, bundle, entries_in, place
from seewhy.auth.log.tree import EMPTY, HASH, leaf_hash
from seewhy.auth.log.verify import verify
from seewhy.auth.log.writer import Log
from seewhy.graph.files.signatures import Signer
from tests.unit.log.conftest import fill

TRIES = int(os.environ.get("SEEWHY_TAMPERINGS", "150"))
SIZES = (24, 24, 24, 270)


class Folder:
    """A log's files in memory, so that each try begins from the same."""

    def __init__(self, folder: Path, opened: Log, size: int) -> None:
        half = size // 4
        fill(opened, half)
        opened.fold()
        self.early = (folder / CHECKPOINT).read_bytes()
        fill(opened, size // 2 - half, half)
        opened.fold()
        opened.close()
        self.folder, self.size = folder, size
        self.outside = read_checkpoint((folder / CHECKPOINT).read_bytes())
        self.files = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        self.signer = Signer.read(folder / "key")

    def restore(self) -> None:
        """Everything as it was."""
        for path in [path for path in self.folder.rglob("*") if path.is_file() and path not in self.files]:
            path.unlink()
        for path, content in self.files.items():
            if not path.exists() or path.read_bytes() != content:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)

    def entries(self) -> list[bytes]:
        """All entries, as bytes."""
        found: list[bytes] = []
        for at in range(-(-self.size // 256)):
            found += entries_in((self.folder / place(ENTRIES, at, min(256, self.size - at * 256))).read_bytes())
        return found

    def put(self, entries: list[bytes], *, hashes: bool) -> None:
        """Other entries in the bundles, and in the lowest tiles as well when `hashes`."""
        for at in range(-(-self.size // 256)):
            some = entries[at * 256 : at * 256 + 256]
            width = min(256, self.size - at * 256)
            (self.folder / place(ENTRIES, at, width)).write_bytes(bundle(some))
            if hashes:
                (self.folder / place(0, at, width)).write_bytes(b"".join(map(leaf_hash, some)))


def _edit(log: Folder, chance: random.Random) -> None:
    """One byte of one file that counts."""
    counts = [path for path in log.files if log.files[path] and path.parent != log.folder] + [log.folder / CHECKPOINT]
    path = chance.choice(counts)
    content = bytearray(log.files[path])
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def _swap(log: Folder, chance: random.Random) -> None:
    entries = log.entries()
    a, b = chance.sample(range(len(entries)), 2)
    entries[a], entries[b] = entries[b], entries[a]
    log.put(entries, hashes=chance.random() < 0.5)


def _insert(log: Folder, chance: random.Random) -> None:
    entries = log.entries()
    at = chance.randrange(len(entries))
    entries.insert(at, canonical({"n": at, "outcome": "asked", "at": "2026-01-01T00:00:00.000Z"}))
    log.put(entries, hashes=chance.random() < 0.5)


def _delete(log: Folder, chance: random.Random) -> None:
    entries = log.entries()
    del entries[chance.randrange(len(entries))]
    log.put(entries, hashes=chance.random() < 0.5)


def _cut(log: Folder, chance: random.Random) -> None:
    """The end is gone: the folder is that of an earlier checkpoint, or half of it is."""
    if chance.random() < 0.5:
        (log.folder / CHECKPOINT).write_bytes(log.early)
    else:
        chance.choice([path for path in log.files if path.parent.name.endswith(".p")]).unlink()
        (log.folder / place(ENTRIES, (log.size - 1) // 256, (log.size - 1) % 256 + 1)).unlink(missing_ok=True)


def _anew(log: Folder, chance: random.Random) -> None:
    """Everything made anew with the key in hand, one entry different or left out, or some added, as a thief could."""
    entries = [json.loads(entry) for entry in log.entries()]
    how = chance.randrange(3)
    at = chance.randrange(len(entries))
    if how == 0:
        entries[at]["outcome"] = "refused"
    elif how == 1:
        del entries[at]
    else:
        entries.insert(at, {"outcome": "asked"})
    records = [pending.Pended(n, canonical({**one, "n": n}), canonical({"n": n})) for n, one in enumerate(entries)]
    for name in ("tile", "plain"):
        shutil.rmtree(log.folder / name)
    first = signed_checkpoint(log.outside.origin, 0, EMPTY, log.signer)
    (log.folder / CHECKPOINT).write_text(first.text, "utf-8")
    Folded(log.folder, log.signer).add(records)
    assert Folded(log.folder, log.signer).checkpoint.size == len(entries)


KINDS: dict[str, Callable[[Folder, random.Random], None]] = {
    "edit": _edit, "swap": _swap, "insert": _insert, "delete": _delete, "cut tail": _cut, "made anew": _anew,
}  # fmt: skip


def test_every_tampering_is_found(tmp_path: Path) -> None:
    logs = []
    for k, size in enumerate(sorted(set(SIZES))):
        folder = tmp_path / str(k)
        logs.append(Folder(folder, Log(folder), size))
        checked = verify(folder, [logs[-1].outside])
        assert (checked.faults, checked.anchored, checked.size) == ([], size, size)
    chance = random.Random(18)
    missed = []
    for k in range(TRIES):
        kind = list(KINDS)[k % len(KINDS)]
        log = logs[0] if SIZES[k % len(SIZES)] == 24 else logs[-1]
        KINDS[kind](log, chance)
        if verify(log.folder, [log.outside]).holds:
            missed.append((k, kind))
        log.restore()
    assert missed == []
    assert all(verify(log.folder, [log.outside]).holds for log in logs)


def test_the_first_wrong_entry_is_named(tmp_path: Path) -> None:
    log = Folder(tmp_path / "log", Log(tmp_path / "log"), 270)
    for at in (0, 17, 255, 256, 269):
        entries = log.entries()
        entries[at] = entries[at].replace(b"outcome", b"Outcome")
        log.put(entries, hashes=False)
        found = verify(log.folder)
        assert (found.first_wrong, found.faults[0]) == (at, f"entry {at} is not the one that was written")
        log.restore()
    # What was beside it is another matter: who opens a commitment with another name is found, too.
    plain = tmp_path / "log" / "plain" / "000"
    lines = [json.loads(line) for line in plain.read_bytes().splitlines()]
    lines[4]["person"][1] = "somebody else"
    plain.write_bytes(b"".join(canonical(line) + b"\n" for line in lines))
    assert verify(log.folder).faults == ["entry 4: the person beside it is not the one that was written"]
    del lines[4]["person"]
    plain.write_bytes(b"".join(canonical(line) + b"\n" for line in lines))
    assert verify(log.folder).faults == ["1 salts and texts beside the entries are gone, and no erasing tells of it"]


@pytest.mark.parametrize("size", [256, 4])
def test_a_log_is_anchored_as_far_as_the_older_checkpoint_reaches(tmp_path: Path, size: int) -> None:
    log = Folder(tmp_path / "log", Log(tmp_path / "log"), size)
    early = read_checkpoint(log.early)
    found = verify(log.folder, [early])
    assert (found.holds, found.anchored, found.size) == (True, early.size, size)
    forged = Checkpoint(early.origin, early.size, bytes(HASH), early.text)
    assert "another origin or key" in verify(log.folder, [forged]).faults[0]
