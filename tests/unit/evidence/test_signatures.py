"""Keys and signatures: made once, read with care, and a file that is signed says by whom."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, x25519

import seewhy
from seewhy import ConfigurationError
from seewhy.graph.evidence.archive import MANIFEST, SIGNATURE, _zip, canonical, manifest, packed
from seewhy.graph.files.signatures import PublicKey, Signer, new_key, public_file
from tests.unit.evidence.conftest import DAY, secret

if TYPE_CHECKING:
    from pathlib import Path

    from seewhy import Graph


@pytest.fixture
def key(tmp_path: Path) -> Path:
    new_key(tmp_path / "key")
    return tmp_path / "key"


@pytest.fixture
def signed(graph: Graph, key: Path, tmp_path: Path) -> Path:
    graph.evidence("ana", "c-1", tmp_path / "signed.zip", DAY, sign=key)
    return tmp_path / "signed.zip"


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_new_key_is_its_owners_and_is_never_replaced(tmp_path: Path) -> None:
    public = new_key(tmp_path / "key")
    assert {one.name for one in tmp_path.iterdir()} == {"key", "key.pub"}
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert PublicKey.read(tmp_path / "key.pub") == public == Signer.read(tmp_path / "key").public
    before = (tmp_path / "key").read_bytes()
    with pytest.raises(ConfigurationError, match=r"key\.pub` exist already") as caught:
        new_key(tmp_path / "key")
    assert "never replaced" in caught.value.hint
    (tmp_path / "key.pub").unlink()
    with pytest.raises(ConfigurationError, match="exists already"):
        new_key(tmp_path / "key")
    assert (tmp_path / "key").read_bytes() == before
    assert "PRIVATE" not in repr(Signer.read(tmp_path / "key"))


def test_the_group_never_reads_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEWHY_GROUP_READABLE", "true")
    new_key(tmp_path / "key")
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_signed_and_by_whom(graph: Graph, key: Path, signed: Path, proof: Path, tmp_path: Path) -> None:
    mine, other = Signer.read(key).public, new_key(tmp_path / "other")
    found = seewhy.verify(signed)
    assert (found.exit_code, found.signed_by) == (0, mine.fingerprint)
    assert f"signed with the key {mine.fingerprint}, which was not compared with a key that you" in found.sentences[0]
    assert found.as_dict()["parts"]["signature"]["checked"] is False
    named = seewhy.verify(signed, graph, signed_by=public_file(key))
    assert (named.exit_code, named.as_dict()["parts"]["signature"]["outcome"]) == (0, "holds")
    wrong = seewhy.verify(signed, signed_by=public_file(tmp_path / "other"))
    assert wrong.exit_code == 1
    assert "signed with another key than the one that was named" in wrong.sentences[0]
    assert other.fingerprint in wrong.sentences[0]
    unsigned = seewhy.verify(proof, signed_by=public_file(key))
    assert (unsigned.exit_code, unsigned.holds) == (1, False)
    assert unsigned.as_dict()["parts"]["signature"]["how"] == "the file is not signed, and a signature was asked for"
    assert unsigned.as_dict()["follows"], "the answer itself follows"


def test_a_signature_is_of_these_very_bytes(signed: Path, key: Path, tmp_path: Path) -> None:
    inside = members(signed)
    told, signature = inside.pop(MANIFEST), inside.pop(SIGNATURE)
    stranger = Signer(ed25519.Ed25519PrivateKey.generate())
    changed = {**inside, "page.html": inside["page.html"].replace(b"can see", b"cannot see")}
    anew = canonical(manifest(changed, Signer.read(key).public))
    forgeries = {
        "signature of another manifest": {**changed, MANIFEST: anew, SIGNATURE: signature},
        "flipped": {**inside, MANIFEST: told, SIGNATURE: bytes([signature[0] ^ 1]) + signature[1:]},
        "stripped": {**inside, MANIFEST: told},
        "manifest without the key": {**inside, MANIFEST: canonical(manifest(inside)), SIGNATURE: signature},
        "zeros": {**inside, MANIFEST: told, SIGNATURE: bytes(64)},
    }  # fmt: skip
    path = tmp_path / "forged.zip"
    for name, forged in forgeries.items():
        path.write_bytes(_zip(forged))
        for by in (None, public_file(key)):
            assert seewhy.verify(path, signed_by=by).exit_code == 1, name
    path.write_bytes(packed(inside))
    assert seewhy.verify(path).exit_code == 0, "without the signature it is an unsigned file like any other"
    assert seewhy.verify(path, signed_by=public_file(key)).exit_code == 1
    path.write_bytes(packed(inside, stranger))
    assert seewhy.verify(path).signed_by == stranger.public.fingerprint
    assert seewhy.verify(path, signed_by=public_file(key)).exit_code == 1
    for odd in (b"", signature[:-1], signature + b"x"):
        path.write_bytes(_zip({**inside, MANIFEST: told, SIGNATURE: odd}))
        with pytest.raises(ConfigurationError, match="is no signature"):
            seewhy.verify(path)
    for odd_key in ("x", {}, {"algorithm": "RSA", "public_key": "AA=="}, {"algorithm": "Ed25519", "public_key": 7}):
        path.write_bytes(_zip({**inside, MANIFEST: canonical({**json.loads(told), "signed_by": odd_key})}))
        with pytest.raises(ConfigurationError, match="names no key"):
            seewhy.verify(path)


def test_openssl_agrees(signed: Path, key: Path, tmp_path: Path) -> None:
    inside = members(signed)
    (tmp_path / "m").write_bytes(inside[MANIFEST])
    (tmp_path / "s").write_bytes(inside[SIGNATURE])
    words = ["pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", public_file(key), "-in", tmp_path / "m", "-sigfile"]
    try:
        told = subprocess.run(["openssl", *words, tmp_path / "s"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return  # no openssl here
    assert "Verified Successfully" in told.stdout, told
    der = subprocess.run(
        ["openssl", "pkey", "-pubin", "-in", public_file(key), "-outform", "DER"], capture_output=True, check=True
    ).stdout
    import hashlib

    assert PublicKey.read(public_file(key)).fingerprint == f"sha256:{hashlib.sha256(der).hexdigest()}"


def pem(key: object, password: bytes | None = None, form: str = "PKCS8") -> bytes:
    lock = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, getattr(serialization.PrivateFormat, form), lock)  # type: ignore[attr-defined, no-any-return]


def public_pem(key: object) -> bytes:
    return key.public_key().public_bytes(  # type: ignore[attr-defined, no-any-return]
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


ED = ed25519.Ed25519PrivateKey.generate()
EC = ec.generate_private_key(ec.SECP256R1())
X = x25519.X25519PrivateKey.generate()
NO_KEYS = {
    "empty": (b"", "holds no private key in PEM"),
    "text": (b"hello", "holds no private key in PEM"),
    "public": (public_pem(ED), "holds a public key, where the private one is needed"),
    "encrypted": (pem(ED, b"word"), "is encrypted"),
    "another kind": (pem(EC), "is not of Ed25519"),
    "almost": (pem(X), "is not of Ed25519"),
    "two": (pem(ED) * 2, "holds no private key in PEM"),
    "cut": (pem(ED)[:60], "holds no private key in PEM"),
    "openssh": (pem(ED, form="OpenSSH").replace(b"OPENSSH", b"OPENSSL"), "holds no private key in PEM"),
    "zeros": (bytes(64), "holds no private key in PEM"),
}
NO_PUBLIC_KEYS = {
    "empty": (b"", "holds no public key in PEM"),
    "private": (pem(ED), "holds a private key, where the public one is needed"),
    "encrypted": (pem(ED, b"word"), "holds a private key, where the public one is needed"),
    "another kind": (public_pem(EC), "is not of Ed25519"),
    "ssh": (b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI you@there", "holds no public key in PEM"),
    "two": (public_pem(ED) * 2, "holds no public key in PEM"),
    "cut": (public_pem(ED)[:50] + b"\n-----END PUBLIC KEY-----\n", "holds no public key that can be read"),
}


@pytest.mark.parametrize("name", sorted(NO_KEYS))
def test_what_is_no_private_key(tmp_path: Path, name: str) -> None:
    content, expected = NO_KEYS[name]
    with pytest.raises(ConfigurationError, match=expected) as caught:
        Signer.read(secret(tmp_path / "key", content))
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("name", sorted(NO_PUBLIC_KEYS))
def test_what_is_no_public_key(tmp_path: Path, name: str) -> None:
    content, expected = NO_PUBLIC_KEYS[name]
    with pytest.raises(ConfigurationError, match=expected):
        PublicKey.read(secret(tmp_path / "key", content))


def test_key_files_that_cannot_be_used(key: Path, tmp_path: Path) -> None:
    key.chmod(0o640)
    with pytest.raises(ConfigurationError, match="can be read or written by others"):
        Signer.read(key)
    os.mkfifo(tmp_path / "fifo", 0o600)
    for path in (tmp_path / "fifo", tmp_path, tmp_path / "none"):
        with pytest.raises(ConfigurationError):
            Signer.read(path)
        with pytest.raises(ConfigurationError, match="the public key"):
            PublicKey.read(path)
