"""Ed25519 signatures: keys in PEM files, and what a manifest says of who signed it.

What is signed are the exact bytes of a manifest, so that other tools can check it, too:
`openssl pkeyutl -verify -rawin -pubin -inkey KEY.pub -in MANIFEST -sigfile SIGNATURE`. The manifest itself names the
public key, so the signature covers whose it is. A fingerprint is the SHA-256 of the public key in DER.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.files.atomic import appearing, refuse_used
from seewhy.graph.files.private import MOST_SECRET, OWNER_FILE, read_secret
from seewhy.graph.inputs.characters import first_refused, named
from seewhy.graph.inputs.regular import UnreadableFile, read_regular

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ALGORITHM = "Ed25519"
LENGTH = 64
"""Bytes of a signature."""
_PRIVATE, _PUBLIC = b"PRIVATE KEY-----", b"-----BEGIN PUBLIC KEY-----"
_NEW = "make one with `seewhy key new -o FILE`"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """Who signed: 32 bytes of a public key."""

    raw: bytes

    @classmethod
    def read(cls, path: Path) -> PublicKey:
        """The public key in a PEM file; ConfigurationError in a sentence for anything else."""
        try:
            text = read_regular(path, MOST_SECRET)
        except UnreadableFile as error:
            raise ConfigurationError(f"the public key: {error.message}", error.hint) from None
        if _PRIVATE in text:
            raise ConfigurationError(
                f"`{path}` holds a private key, where the public one is needed",
                "name the file that ends in .pub, and give the private key to nobody",
            )
        if text.count(b"-----BEGIN ") != 1 or _PUBLIC not in text:
            raise ConfigurationError(f"`{path}` holds no public key in PEM", _NEW)
        try:
            key = serialization.load_pem_public_key(text)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise ConfigurationError(f"`{path}` holds no public key that can be read", _NEW) from None
        if not isinstance(key, Ed25519PublicKey):
            raise ConfigurationError(f"the public key in `{path}` is not of {ALGORITHM}", _NEW)
        return cls(key.public_bytes_raw())

    @classmethod
    def from_json(cls, cells: Any) -> PublicKey:
        """The public key that a manifest names; ValueError where that is none."""
        if not isinstance(cells, dict) or set(cells) != {"algorithm", "public_key"} or cells["algorithm"] != ALGORITHM:
            raise ValueError(ALGORITHM)
        try:
            raw = base64.b64decode(cells["public_key"], validate=True)
        except (TypeError, binascii.Error):
            raise ValueError(ALGORITHM) from None
        if len(raw) != 32 or base64.b64encode(raw).decode() != cells["public_key"]:
            raise ValueError(ALGORITHM)
        return cls(raw)

    def as_dict(self) -> dict[str, str]:
        """Keys algorithm, public_key (base64): how a manifest names the key."""
        return {"algorithm": ALGORITHM, "public_key": base64.b64encode(self.raw).decode()}

    def as_pem(self) -> bytes:
        """The key as a PEM file has it."""
        kind = serialization.PublicFormat.SubjectPublicKeyInfo
        return Ed25519PublicKey.from_public_bytes(self.raw).public_bytes(serialization.Encoding.PEM, kind)

    @property
    def fingerprint(self) -> str:
        """`sha256:` and 64 hex digits."""
        kind = serialization.PublicFormat.SubjectPublicKeyInfo
        der = Ed25519PublicKey.from_public_bytes(self.raw).public_bytes(serialization.Encoding.DER, kind)
        return f"sha256:{hashlib.sha256(der).hexdigest()}"

    def signed(self, content: bytes, signature: bytes) -> bool:
        """Whether the holder of the key has signed exactly this content."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, content)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key; it never shows itself."""

    key: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def read(cls, path: Path) -> Signer:
        """The private key in a PEM file that only its owner can read; ConfigurationError in a sentence for all else."""
        text = read_secret(path, "the key file")
        if _PRIVATE not in text and _PUBLIC in text:
            raise ConfigurationError(f"`{path}` holds a public key, where the private one is needed", _NEW)
        try:
            if text.count(b"-----BEGIN ") != 1:
                raise ValueError
            key = serialization.load_pem_private_key(text, password=None)
        except TypeError:
            raise ConfigurationError(f"the key in `{path}` is encrypted; no password is asked for", _NEW) from None
        except (ValueError, UnsupportedAlgorithm):
            raise ConfigurationError(f"`{path}` holds no private key in PEM", _NEW) from None
        if not isinstance(key, Ed25519PrivateKey):
            raise ConfigurationError(f"the key in `{path}` is not of {ALGORITHM}", _NEW)
        return cls(key)

    @property
    def public(self) -> PublicKey:
        """The key to hand out."""
        return PublicKey(self.key.public_key().public_bytes_raw())

    def sign(self, content: bytes) -> bytes:
        """64 bytes; the same for the same content."""
        return self.key.sign(content)


def public_file(path: Path) -> Path:
    """Where the public half of a key file lies."""
    return path.with_name(path.name + ".pub")


def new_key(path: Path) -> PublicKey:
    """Make a key: `path` gets the private half (PEM, 0600), `path.pub` beside it the public one; returns that.

    Raises ConfigurationError where one of the names is in use; a key is never replaced.
    """
    if char := first_refused(path.name):
        raise ConfigurationError(f"a file of a key cannot be called `{path.name}`: its name holds {named(char)}")
    try:
        refuse_used([path, public_file(path)])
    except ConfigurationError as error:
        hint = "a key is never replaced; name another file" if error.hint else ""
        raise ConfigurationError(error.message, hint) from None
    signer = Signer(Ed25519PrivateKey.generate())
    encoding, unencrypted = serialization.Encoding.PEM, serialization.NoEncryption()
    with appearing(public_file(path), path, mode=OWNER_FILE) as (public, private):
        kind = serialization.PublicFormat.SubjectPublicKeyInfo
        public.write(signer.key.public_key().public_bytes(encoding, kind))
        private.write(signer.key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, unencrypted))
    return signer.public


def signature_words(manifest: Mapping[str, Any]) -> PublicKey | None:
    """The key that a manifest says it is signed with, None when it says nothing; ValueError for what is no key."""
    return PublicKey.from_json(manifest["signed_by"]) if "signed_by" in manifest else None
