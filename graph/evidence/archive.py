"""The evidence file itself: a zip of stored members under fixed names, with a manifest of their SHA-256.

Members are stored, not compressed, with a fixed date and in a fixed order: the same members are the same bytes on any
machine, so a file is checked by building it again and comparing. It also means that no member can unpack to more than
the file itself is long.

`MANIFEST.json`: `{"format", "version", "members": {name: {"sha256", "bytes"}}, "digest"}`; the digest is SHA-256 over
the lines `sha256  name` of all members, in order of name. A signed one also has `signed_by`, the public key, and beside
it lies `MANIFEST.json.sig`: the 64 bytes of an Ed25519 signature over exactly the bytes of the manifest.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import re
import stat
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.evidence.files import FOLDER, PROVENANCE
from seewhy.graph.evidence.rules_inside import SCHEME, may_be_inside
from seewhy.graph.files.signatures import LENGTH, signature_words
from seewhy.graph.inputs.files import FILES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seewhy.graph.files.signatures import PublicKey, Signer

FORMAT, VERSION = "seewhy-evidence", 1
MANIFEST, SIGNATURE, README = "MANIFEST.json", "MANIFEST.json.sig", "README.txt"
QUESTION = "question.tlog-proof"
"""The member that proves the entry of the question, where questions were recorded."""
FIXED = (
    "answer.json",
    "page.html",
    "queries/check.cypher",
    "queries/parameters.json",
    "queries/why.cypher",
    "record.json",
    PROVENANCE,
    "rules.json",
)
"""Members that every evidence file has, beside one `rows/<stem>.csv` for each file with rows, and `README.txt`; below
`scheme/` the folder of an organisation's own scheme."""
AROUND = "the zip around the members"
LARGEST = 64 * 1024 * 1024
_LOCAL = 30


_ROWS = re.compile(rf"{FOLDER}[a-z][a-z0-9_]*\.csv")


def allowed(name: str, *, with_scheme: bool) -> bool:
    """Whether a member can have this name; files that carry a scheme may have rows of its tables, too."""
    if name in {*FIXED, MANIFEST, SIGNATURE, README, QUESTION, *(f"{FOLDER}{stem}.csv" for stem in FILES)}:
        return True
    return with_scheme and (may_be_inside(name) or _ROWS.fullmatch(name) is not None)


_DATE = (1980, 1, 1, 0, 0, 0)
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Opened:
    """An evidence file as read: `changed` names what is not as the manifest says, `digest` is the manifest's.

    `members` are those that the manifest tells of; `signed_by` is the key it names, `signature` what lies beside it.
    `around` says what is odd about the zip itself, in words, blank when it is as SeeWhy writes it.
    """

    members: Mapping[str, bytes]
    changed: tuple[str, ...]
    digest: str
    manifest: bytes
    signed_by: PublicKey | None
    signature: bytes | None
    around: str


def canonical(value: Any) -> bytes:
    """JSON bytes that are the same for the same value; keys stay in their order."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8", errors="replace")


def manifest(members: Mapping[str, bytes], signed_by: PublicKey | None = None) -> dict[str, Any]:
    """The manifest of members; `signed_by` is the key that it will be signed with."""
    sums = {name: hashlib.sha256(members[name]).hexdigest() for name in sorted(members)}
    lines = "".join(f"{digest}  {name}\n" for name, digest in sums.items())
    return {
        "format": FORMAT,
        "version": VERSION,
        "members": {name: {"sha256": digest, "bytes": len(members[name])} for name, digest in sums.items()},
        "digest": hashlib.sha256(lines.encode()).hexdigest(),
        **({} if signed_by is None else {"signed_by": signed_by.as_dict()}),
    }


def packed(members: Mapping[str, bytes], signer: Signer | None = None) -> bytes:
    """The bytes of the evidence file that holds these members; the manifest is made here, and signed by `signer`."""
    content = canonical(manifest(members, None if signer is None else signer.public))
    signature = {} if signer is None else {SIGNATURE: signer.sign(content)}
    return _zip({**members, MANIFEST: content, **signature})


def _zip(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, members[name])
    return out.getvalue()


def opened(data: bytes, shown: str) -> Opened:
    """Read an evidence file; a ConfigurationError for what is none, however hostile; nothing is unpacked to disk."""
    members, entries = _members(data, shown)
    listed = _manifest(members[MANIFEST], shown)
    own = {name: content for name, content in members.items() if name not in (MANIFEST, SIGNATURE)}
    if missing := sorted({*FIXED, *listed["members"]} - set(own)):
        known = allowed(missing[0], with_scheme=True)
        name = f"`{missing[0]}`" if known else "a member of its manifest that no evidence file has"
        raise _unreadable(shown, f"it lacks {name}")
    try:
        signed_by = signature_words(listed)
    except ValueError:
        raise _unreadable(shown, "its manifest names no key that it could be signed with") from None
    made = manifest(own, signed_by)
    changed = [name for name, own_sum in made["members"].items() if listed["members"].get(name) != own_sum]
    if (listed["digest"] != made["digest"] and not changed) or (not changed and canonical(made) != members[MANIFEST]):
        changed.append(MANIFEST)
    around = "" if _zip(members) == data else _oddity(data, entries)
    if around and not changed:
        changed.append(AROUND)
    return Opened(own, tuple(changed), listed["digest"], members[MANIFEST], signed_by, members.get(SIGNATURE), around)


def _oddity(data: bytes, entries: list[zipfile.ZipInfo]) -> str:
    """What an evidence file never has, in words."""
    for entry in entries:
        head = data[entry.header_offset : entry.header_offset + _LOCAL]
        name = data[entry.header_offset + _LOCAL :][: int.from_bytes(head[26:28], "little")]
        if stat.S_ISLNK(entry.external_attr >> 16):
            return f"`{entry.filename}` is a link"
        if entry.comment:
            return f"`{entry.filename}` has a comment"
        if name != entry.filename.encode():
            return f"`{entry.filename}` has another name in its own header"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if archive.comment:
            return "it has a comment"
    return "it has other bytes before, between or behind the members, or other dates, rights or orders"


def _unreadable(shown: str, why: str) -> ConfigurationError:
    return ConfigurationError(f"`{shown}` is no readable evidence file: {why}")


def _members(data: bytes, shown: str) -> tuple[dict[str, bytes], list[zipfile.ZipInfo]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError, OSError, EOFError):
        raise _unreadable(shown, "it is no zip, or only a part of one") from None
    found: dict[str, bytes] = {}
    with_scheme = any(entry.filename.startswith(SCHEME) for entry in entries)
    for entry in entries:
        name = entry.filename
        if not allowed(name, with_scheme=with_scheme):
            odd = "".join(one if one.isprintable() else "\ufffd" for one in name[:80])
            raise _unreadable(shown, f"it holds `{odd}`, which no evidence file has")
        if name in found:
            raise _unreadable(shown, f"it holds `{name}` twice")
        if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 0x1 or entry.compress_size != entry.file_size:
            raise _unreadable(shown, f"`{name}` is compressed or encrypted, which no evidence file is")
        # Read by hand: zipfile stops at a wrong checksum, and which member was changed is to be reported.
        at = entry.header_offset
        head = data[at : at + _LOCAL] if at >= 0 else b""
        if len(head) < _LOCAL or head[:4] != b"PK\x03\x04":
            raise _unreadable(shown, f"`{name}` is not where the zip says")
        begin = at + _LOCAL + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
        content = data[begin : begin + entry.file_size]
        if len(content) != entry.file_size:
            raise _unreadable(shown, f"`{name}` is cut off")
        found[name] = content
    if MANIFEST not in found:
        raise _unreadable(shown, f"it lacks `{MANIFEST}`")
    if len(found.get(SIGNATURE, b"." * LENGTH)) != LENGTH:
        raise _unreadable(shown, f"`{SIGNATURE}` is no signature")
    return found, entries


def parsed(content: bytes, name: str, shown: str) -> dict[str, Any]:
    """A JSON object of a member; what readers of JSON could understand in two ways is refused."""
    try:
        value = json.loads(
            content.decode(), object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite, parse_int=_whole
        )
        json.dumps(value, ensure_ascii=False).encode()  # half a character is no text
    except (ValueError, RecursionError) as error:
        raise _unreadable(shown, f"`{name}` {error if isinstance(error, _Twofold) else 'is no JSON object'}") from None
    if not isinstance(value, dict):
        raise _unreadable(shown, f"`{name}` is no JSON object")
    return value


class _Twofold(ValueError):
    """JSON that one reader takes for this and another for that."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Twofold("has a key that stands twice")
    return found


def _no_number(text: str) -> Any:
    raise _Twofold("has a number that is none")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _Twofold("has a number that is too large")
    return number


def _whole(text: str) -> int:
    if len(text) > 19:
        raise _Twofold("has a number that is too large")
    return int(text)


def _manifest(content: bytes, shown: str) -> dict[str, Any]:
    listed = parsed(content, MANIFEST, shown)
    if listed.get("format") != FORMAT or listed.get("version") != VERSION:
        raise _unreadable(shown, f"its manifest is of another format than `{FORMAT}` version {VERSION}")
    digest, members = listed.get("digest"), listed.get("members")
    if not isinstance(members, dict) or not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
        raise _unreadable(shown, "its manifest names no members and digest")
    return listed
