"""A second reader of question logs, written from the public texts alone: c2sp.org/tlog-tiles, /tlog-checkpoint,
/signed-note and RFC 6962, section 2.1. It knows nothing of the program that writes them."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def mth(leaves: list[bytes]) -> bytes:
    """Merkle Tree Hash of a list of leaf hashes, as RFC 6962 defines it, by recursion."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def opened_note(text: str, vkey: str) -> list[str]:
    """The lines of a note that the key has signed."""
    name, key_hash, encoded = vkey.strip().split("+", 2)
    key = base64.b64decode(encoded)
    assert key[0] == 1, "not Ed25519"
    assert hashlib.sha256(name.encode() + b"\n" + key).digest()[:4].hex() == key_hash
    body, _, signatures = text.rpartition("\n\n")
    body += "\n"
    for line in signatures.splitlines():
        dash, signer, cell = line.split(" ")
        assert dash == "\u2014"
        raw = base64.b64decode(cell)
        if signer == name and raw[:4].hex() == key_hash:
            Ed25519PublicKey.from_public_bytes(key[1:]).verify(raw[4:], body.encode())
            return body.splitlines()
    raise AssertionError("no signature of the key")


def resource(folder: Path, level: str, at: int, width: int) -> bytes:
    """A tile or an entry bundle; the full one stands for a partial one that is gone."""
    digits = str(at)
    while len(digits) % 3:
        digits = f"0{digits}"
    parts = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    path = folder / "tile" / level / "/".join([f"x{part}" for part in parts[:-1]] + parts[-1:])
    partial = path.parent / f"{path.name}.p" / str(width)
    return (partial if width < 256 and partial.exists() else path).read_bytes()


def read(folder: Path) -> tuple[int, list[dict[str, Any]]]:
    """The size of the tree and its entries, when everything in the folder is as the checkpoint says."""
    origin, size_text, root = opened_note((folder / "checkpoint").read_text("utf-8"), (folder / "key.vkey").read_text())
    assert origin
    size = int(size_text)
    entries: list[bytes] = []
    hashes: dict[int, list[bytes]] = {}
    level, count = 0, size
    while count:
        hashes[level] = []
        for at in range((count + 255) // 256):
            width = min(256, count - at * 256)
            tile = resource(folder, str(level), at, width)[: width * 32]
            assert len(tile) == width * 32
            hashes[level] += [tile[i : i + 32] for i in range(0, len(tile), 32)]
            if level == 0:
                bundle = resource(folder, "entries", at, width)
                for _ in range(width):
                    length = int.from_bytes(bundle[:2], "big")
                    entries.append(bundle[2 : 2 + length])
                    bundle = bundle[2 + length :]
        level, count = level + 1, count // 256
    assert [hashlib.sha256(b"\x00" + entry).digest() for entry in entries] == hashes.get(0, [])
    for level in range(1, len(hashes)):
        below = hashes[level - 1]
        assert hashes[level] == [mth(below[i : i + 256]) for i in range(0, len(below) // 256 * 256, 256)]
    assert base64.b64encode(mth(hashes.get(0, []))).decode() == root
    said = [json.loads(entry) for entry in entries]
    assert [one["n"] for one in said] == list(range(size))
    return size, said


def proven(content: bytes, vkey: str) -> dict[str, Any]:
    """The entry that stands before a c2sp.org/tlog-proof, when the proof leads to a checkpoint of the key."""
    head, _, rest = content.decode().partition("\nc2sp.org/tlog-proof@v1\n")
    entry = head.split("\n")[0]
    above, _, note = rest.partition("\n\n")
    lines = [line for line in above.split("\n") if not line.startswith("extra ")]
    index = int(lines[0].removeprefix("index "))
    path = [base64.b64decode(line) for line in lines[1:]]
    _, size, root = opened_note(note, vkey)

    def up(m: int, n: int, beside: list[bytes]) -> bytes:
        # PATH(m, D[n]) of RFC 6962 2.1.1, read from its end.
        if n == 1:
            assert not beside
            return hashlib.sha256(b"\x00" + entry.encode()).digest()
        k = 1
        while k * 2 < n:
            k *= 2
        *inner, last = beside
        left, right = (up(m, k, inner), last) if m < k else (last, up(m - k, n - k, inner))
        return hashlib.sha256(b"\x01" + left + right).digest()

    assert base64.b64encode(up(index, int(size), path)).decode() == root
    found: dict[str, Any] = json.loads(entry)
    assert found["n"] == index
    return found
