"""Beginning a log: its key, its origin, and the checkpoint of nothing."""

from __future__ import annotations

import secrets
from pathlib import Path

from seewhy.auth.log.disk import LogUnavailable, put
from seewhy.auth.log.folded import CHECKPOINT
from seewhy.auth.log.notes import signed_checkpoint, verifier_key
from seewhy.auth.log.tree import EMPTY
from seewhy.graph.files.signatures import Signer, new_key, public_file
from seewhy.graph.settings import read_settings

KEY, VERIFIER_KEY = "key", "key.vkey"


def key_file(folder: Path) -> Path:
    """The file of the private key: that of `SEEWHY_LOG_KEY`, else the one in the folder."""
    return Path(read_settings().seewhy_log_key or folder / KEY)


def begin(folder: Path) -> None:
    """Make a log of an empty folder, whose lock is held; one that is a log already is left as it is.

    Raises LogUnavailable for a folder with other files in it.
    """
    if (folder / CHECKPOINT).exists():
        return
    if [one for one in folder.iterdir() if one.name not in ("lock", "lock.fold", KEY, f"{KEY}.pub", VERIFIER_KEY)]:
        raise LogUnavailable(
            f"`{folder}` is no question log, and is not empty", "name a new folder, or the folder of a log"
        )
    key = key_file(folder)
    if not key.exists():
        new_key(key)
    signer = Signer.read(key)
    if public_file(key) != folder / f"{KEY}.pub" or not public_file(key).exists():
        put(folder / f"{KEY}.pub", signer.public.as_pem())
    origin = f"seewhy.log/{secrets.token_hex(8)}"
    put(folder / VERIFIER_KEY, f"{verifier_key(origin, signer.public)}\n".encode())
    put(folder / CHECKPOINT, signed_checkpoint(origin, 0, EMPTY, signer).text.encode())
