"""What an entry is: canonical JSON of at most 2 kB, with commitments where a person could be named.

A commitment is the base64 of SHA-256 over 16 bytes of salt, the name of the field, a line feed, and the text in UTF-8.
Salt and text lie beside the entry and can be deleted: the entry, its hash and every proof stay as they are, and say
nothing any more.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST = 2048
"""Bytes of an entry."""
SALT = 16
"""Bytes of a salt."""
ASKED = "asked"
OUTCOMES = ("answered", "refused", "failed")
Opening = tuple[str, str]
"""A salt (base64) and the text that was committed to."""


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and without blanks, in UTF-8."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")


def committed(field: str, text: str) -> tuple[str, Opening]:
    """A commitment to a text, and what opens it."""
    salt = secrets.token_bytes(SALT)
    text = text.encode("utf-8", "backslashreplace").decode()  # half a character is no text
    return _commitment(field, salt, text), (base64.b64encode(salt).decode(), text)


def opens(field: str, commitment: Any, opening: Opening) -> bool:
    """Whether salt and text are those that a commitment was made of."""
    try:
        salt = base64.b64decode(opening[0], validate=True)
    except ValueError:
        return False
    return len(salt) == SALT and commitment == _commitment(field, salt, opening[1])


def _commitment(field: str, salt: bytes, text: str) -> str:
    said = salt + field.encode() + b"\n" + text.encode()
    return base64.b64encode(hashlib.sha256(said).digest()).decode()


def commitments(entry: Mapping[str, Any]) -> dict[str, str]:
    """Field to commitment of everything in an entry that is one."""
    question, answer = entry.get("question") or {}, entry.get("answer") or {}
    places = {
        "actor": entry, "peer": entry, "purpose": entry, "person": question, "case": question, "more": question,
        "digest": answer,
    }  # fmt: skip
    return {field: at[field] for field, at in places.items() if field in at}
