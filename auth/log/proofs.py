"""A proof: one entry, its path, the checkpoint that it leads to (c2sp.org/tlog-proof), checked without the log.

The first line of the file is the entry. Behind it, maybe, a line with salts and plain text, then the proof as other
programs read it; its `extra` is the public key, which one compares with the key that one trusts.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seewhy.auth.log.disk import LogUnavailable
from seewhy.auth.log.entries import canonical, commitments, opens
from seewhy.auth.log.notes import LARGEST, WrongNote, read_checkpoint
from seewhy.auth.log.tree import HASH, leaf_hash, path, root_from_path
from seewhy.graph.files.signatures import PublicKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from seewhy.auth.log.notes import Checkpoint
    from seewhy.auth.log.reader import Reader

FORMAT = "c2sp.org/tlog-proof@v1"
FIELDS = ("actor", "peer", "purpose", "person", "case", "more", "digest")
"""What can be opened."""
MOST = LARGEST + 8 * 1024
"""Bytes of a proof that is read."""


@dataclass(frozen=True, slots=True)
class Proven:
    """What a proof proves: an entry, its number, the checkpoint that holds it, and whose key signed that."""

    n: int
    said: Mapping[str, Any]
    plain: Mapping[str, str]
    """Field to text of what the proof opens."""
    checkpoint: Checkpoint
    key: PublicKey
    trusted: bool
    """Whether the key is the one that was named as trusted."""

    def as_dict(self) -> dict[str, Any]:
        """The fields."""
        return {
            "holds": True, "entry": self.n, "said": dict(self.said), "plain": dict(self.plain),
            "origin": self.checkpoint.origin, "size": self.checkpoint.size, "signed_by": self.key.fingerprint,
            "trusted": self.trusted,
        }  # fmt: skip


class DoesNotHold(ValueError):
    """A proof that proves nothing, in a sentence."""


def prove(reader: Reader, n: int, key: PublicKey, fields: Iterable[str] = ()) -> bytes:
    """The proof of an entry, with salt and plain text of these fields, where they are there. Raises LogUnavailable."""
    entry = reader.entry(n)
    if entry is None:
        raise LogUnavailable(f"entry {n} was retired: its text is gone", "its hash is still under every checkpoint")
    if n >= reader.checkpoint.size:
        raise LogUnavailable(f"entry {n} is not under a checkpoint yet", "ask again in a second")
    beside = path(reader.node, n, reader.checkpoint.size)
    plain = {name: entry.beside[name] for name in fields if name in entry.beside}
    lines = [entry.content, *([canonical(plain)] if plain else [])]
    text = [FORMAT, f"extra {base64.b64encode(key.raw).decode()}", f"index {n}"]
    text += [base64.b64encode(one).decode() for one in beside]
    return b"\n".join([*lines, "\n".join(text).encode(), b"", reader.checkpoint.text.encode()])


def is_proof(content: bytes) -> bool:
    """Whether a file is meant as a proof: checking it says whether it is one."""
    return f"\n{FORMAT}\n".encode() in content[:MOST] or content.startswith(FORMAT.encode())


def check(content: bytes, trusted: PublicKey | None = None) -> Proven:
    """What a proof proves; with `trusted` that key must have signed. Raises DoesNotHold."""
    head, mark, rest = content.partition(f"\n{FORMAT}\n".encode())
    lines = head.split(b"\n")
    if len(content) > MOST or not mark or len(lines) > 2:
        raise DoesNotHold("the file is no entry with a proof")
    n, beside, checkpoint, key = _read(rest)
    if trusted is not None and key != trusted:
        raise DoesNotHold("it names another key than the trusted one")
    if not checkpoint.is_signed_by(key):
        raise DoesNotHold("the checkpoint is not signed by the key")
    if root_from_path(leaf_hash(lines[0]), n, checkpoint.size, beside) != checkpoint.root:
        raise DoesNotHold(f"the entry is not entry {n} of the {checkpoint.size:,} of the checkpoint")
    try:
        said = json.loads(lines[0])
        opened = json.loads(lines[1]) if len(lines) > 1 else {}
        made = commitments(said)
        fits = said["n"] == n and all(opens(name, made.get(name), opening) for name, opening in opened.items())
        plain = {name: str(opening[1]) for name, opening in opened.items()}
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        raise DoesNotHold("the entry cannot be read") from None
    if not fits:
        raise DoesNotHold("the plain text is not what the entry was made of")
    return Proven(n, said, plain, checkpoint, key, trusted is not None)


def about(content: bytes, person: str, case: str) -> tuple[list[str], str]:
    """What is wrong with a proof that stands for a question about this pair, and how it was checked otherwise."""
    try:
        found = check(content)
    except DoesNotHold as error:
        return [f"the proof of the question does not hold: {error}"], ""
    if found.said.get("question", {}).get("kind") != "evidence":
        return ["the proof of the question is of another kind of question"], ""
    named = {"person": person, "case": case}
    if any(found.plain[name] != id for name, id in named.items() if name in found.plain):
        return ["the proof of the question is about another person or case"], ""
    whose = "" if named.keys() <= found.plain.keys() else ", whose person and case it does not open"
    return [], (
        f"entry {found.n} of the {found.checkpoint.size:,} of a log{whose}; its key {found.key.fingerprint[:23]}… was "
        "not compared with one that you trust"
    )


def _read(rest: bytes) -> tuple[int, list[bytes], Checkpoint, PublicKey]:
    above, _, note = rest.partition(b"\n\n")
    try:
        extra, index, *hashes = above.decode("ascii").split("\n")
        raw = base64.b64decode(extra.removeprefix("extra "), validate=True)
        beside = [base64.b64decode(one, validate=True) for one in hashes]
        n = int(index.removeprefix("index "))
        if len(raw) != HASH or any(len(one) != HASH for one in beside) or index != f"index {n}":
            raise ValueError
        return n, beside, read_checkpoint(note), PublicKey(raw)
    except WrongNote as error:
        raise DoesNotHold(f"the checkpoint {error}") from None
    except ValueError:
        raise DoesNotHold("the lines of the proof cannot be read") from None
