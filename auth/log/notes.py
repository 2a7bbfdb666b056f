"""Signed notes (c2sp.org/signed-note) with Ed25519, and the checkpoint of a log as one (c2sp.org/tlog-checkpoint)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seewhy.auth.log.tree import HASH
from seewhy.graph.files.signatures import PublicKey

if TYPE_CHECKING:
    from seewhy.graph.files.signatures import Signer

LARGEST = 16 * 1024
"""Bytes of a checkpoint that is read: one of ours has 250, sixteen witnesses add 2,000."""
_DASH = "\u2014 "
_ED25519 = b"\x01"


class WrongNote(ValueError):
    """A text that is no checkpoint, in words that can follow «the checkpoint»."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a tree: whose, how many entries, which root; and the note that says so, with its signatures."""

    origin: str
    size: int
    root: bytes
    text: str

    @property
    def signed(self) -> str:
        """The part that is signed."""
        return body(self.origin, self.size, self.root)

    def is_signed_by(self, key: PublicKey) -> bool:
        """Whether a signature line of the log is there that this key made."""
        ours = key_id(self.origin, key)
        for line in self.text[len(self.signed) + 1 :].splitlines():
            name, _, cell = line.removeprefix(_DASH).rpartition(" ")
            raw = _decoded(cell)
            if name == self.origin and raw is not None and raw[:4] == ours:
                return key.signed(self.signed.encode(), raw[4:])
        return False


def body(origin: str, size: int, root: bytes) -> str:
    """The three lines that are signed."""
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"


def key_id(name: str, key: PublicKey) -> bytes:
    """The four bytes that name a key in a signature line."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + key.raw).digest()[:4]


def verifier_key(name: str, key: PublicKey) -> str:
    """`name+id+base64`: how programs that verify notes take a public key."""
    return f"{name}+{key_id(name, key).hex()}+{base64.b64encode(_ED25519 + key.raw).decode()}"


def signed_checkpoint(origin: str, size: int, root: bytes, signer: Signer) -> Checkpoint:
    """A checkpoint that the log signs."""
    said = body(origin, size, root)
    cell = base64.b64encode(key_id(origin, signer.public) + signer.sign(said.encode())).decode()
    return Checkpoint(origin, size, root, f"{said}\n{_DASH}{origin} {cell}\n")


def read_checkpoint(content: bytes) -> Checkpoint:
    """The checkpoint in these bytes, its signatures not checked yet; WrongNote for anything else."""
    if len(content) > LARGEST:
        raise WrongNote(f"is larger than {LARGEST // 1024} kB")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise WrongNote("is no UTF-8") from None
    if any(ord(one) < 0x20 and one != "\n" for one in text):
        raise WrongNote("holds control characters")
    head, blank, signatures = text.rpartition("\n\n")
    lines = head.split("\n")
    if not blank or len(lines) != 3 or not all(lines):
        raise WrongNote("is not three lines, a blank one and signatures")
    if not signatures.endswith("\n") or not all(one.startswith(_DASH) for one in signatures[:-1].split("\n")):
        raise WrongNote("has lines that are no signatures")
    origin, size, root = lines[0], lines[1], _decoded(lines[2])
    if not (size.isascii() and size.isdigit() and size == str(int(size)) and len(size) < 19):
        raise WrongNote("names no size")
    if root is None or len(root) != HASH:
        raise WrongNote("names no root")
    return Checkpoint(origin, int(size), root, text)


def _decoded(cell: str) -> bytes | None:
    try:
        raw = base64.b64decode(cell, validate=True)
    except (ValueError, binascii.Error):
        return None
    return raw if base64.b64encode(raw).decode() == cell else None
