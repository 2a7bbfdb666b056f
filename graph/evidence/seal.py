"""Manifest and signature of an evidence file: are its members as they were, and who says so?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seewhy.graph.evidence.archive import Opened
    from seewhy.graph.evidence.parts import Found
    from seewhy.graph.files.signatures import PublicKey


def whole(file: Opened, signed_by: PublicKey | None, found: Found) -> str:
    """Manifest and signature: what they say about the file, and who could have made it."""
    wrong = [f"{', '.join(file.changed)} is not as the manifest says"] if file.changed else []
    if file.around and file.changed:
        wrong.append(f"of the zip: {file.around}")
    found.tell("manifest", wrong, "the members are as it says")
    trusted = who_signed(file.manifest, file.signed_by, file.signature, signed_by, found)
    if file.changed:
        return f"The file was changed: {'; '.join(wrong)}."
    return f"The members are as the manifest in the file says; {trusted}"


def who_signed(
    manifest: bytes, key: PublicKey | None, signature: bytes | None, signed_by: PublicKey | None, found: Found
) -> str:
    """The part about the signature of a manifest that names this key; the rest of a sentence about the manifest."""
    fits = key is not None and signature is not None and key.signed(manifest, signature)
    if key is None and signature is None:
        if signed_by is not None:
            found.tell("signature", ["the file is not signed, and a signature was asked for"], "")
        else:
            found.tell("signature", [], "the file is not signed", checked=False)
        trusted = "it is not signed, whoever can write the file can make both anew."
    elif not fits or key is None:
        fault = "the signature does not fit the manifest" if key and signature else "half of the signature is missing"
        found.tell("signature", [fault], "")
        trusted = f"but {fault}."
    elif signed_by is None:
        how = f"signed with the key {key.fingerprint}, which was not compared with a key that you trust (--signed-by)"
        found.tell("signature", [], how, checked=False)
        trusted = f"it is {how}."
    elif key != signed_by:
        fault = f"it is signed with another key than the one that was named, {signed_by.fingerprint}"
        found.tell("signature", [fault], "")
        trusted = f"but {fault}."
    else:
        found.tell("signature", [], f"signed with the key that was named, {key.fingerprint}")
        trusted = f"it is signed with the key that was named, {key.fingerprint}."
    return trusted
