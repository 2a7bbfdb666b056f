"""Evidence files of pages: one answer kept, and a file that was dropped checked.

Files that are dropped are foreign: nothing of them is believed or shown as its own, they lie in an empty folder for the
length of the check, and rules that such a file brings along are run only when they are those of a scheme in use here.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from seewhy.auth.asker import require
from seewhy.auth.log import proofs
from seewhy.explorer.data import connection
from seewhy.graph import record
from seewhy.graph.errors import ConfigurationError, SeeWhyError
from seewhy.graph.evidence.archive import opened as read_file
from seewhy.graph.evidence.make import evidence
from seewhy.graph.evidence.parts import HOLDS, UNCHECKED, Part
from seewhy.graph.evidence.rules_inside import SCHEME
from seewhy.graph.evidence.verify import verify
from seewhy.graph.files.signatures import PublicKey
from seewhy.graph.reports.verify import is_export, verify_export
from seewhy.graph.schemes.in_use import schemes
from seewhy.graph.schemes.scheme import digest_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seewhy.graph.session import Session

KIND = "evidence"
_PLAIN = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,119}")


class KeptFile(NamedTuple):
    """An evidence file that was made: its name, its bytes, its digest, the rows in it, and the answer as a sentence."""

    name: str
    content: bytes
    digest: str
    rows: int
    verdict: str


class Checked(NamedTuple):
    """What came of checking: the verdict in words, whether it holds (None: as far as it could be checked), sentences,
    parts, and the digest where it can be compared, else blank."""

    verdict: str
    holds: bool | None
    sentences: tuple[str, ...]
    parts: tuple[Part, ...]
    digest: str


def kept(person: str, case: str, as_of: str) -> KeptFile:
    """The evidence file for one answer. Raises Denied, and UnknownEntity for ids that are unknown."""
    require(KIND)
    words = "-".join("".join(c if c.isalnum() else "_" for c in id) for id in (person, case, as_of))
    name = f"evidence-{words}.zip"
    with connection.session() as opened, opened.engine.snapshot(), tempfile.TemporaryDirectory() as folder:
        made = evidence(opened, person, case, Path(folder) / "evidence.zip", as_of)
        return KeptFile(name, made.path.read_bytes(), made.digest, made.rows, made.answer.verdict)


def checked(files: Mapping[str, bytes], key: str = "") -> Checked:
    """Check what was dropped: an evidence file, the proof of an entry of a question log, or an exported report together
    with its manifest. `key` is the text of the public key that must have signed it, blank for any.

    Raises Denied, and ConfigurationError for what is none of these.
    """
    require(KIND)
    with connection.session() as opened, tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        for name, content in files.items():
            if not _PLAIN.fullmatch(name):
                raise ConfigurationError(
                    "a file that is dropped is named with letters, digits, `-`, `_` and `.` alone",
                    "rename it: its name is no part of what is checked",
                )
            (folder / name).write_bytes(content)
        with record.asking(opened, record.Asked("verify", options={"files": len(files)})) as answering:
            try:
                answering.answer = found = _checked(opened, folder, files, _public(folder, key))
            except SeeWhyError as error:
                # Nobody is told where it lay.
                error.message = error.message.replace(f"{folder}/", "")
                raise
        return found


def _public(folder: Path, text: str) -> PublicKey | None:
    if not text.strip():
        return None
    path = folder / "the key"  # no name that a dropped file can have
    path.write_text(text, "utf-8")
    return PublicKey.read(path)


def _checked(session: Session, folder: Path, files: Mapping[str, bytes], key: PublicKey | None) -> Checked:
    report = next((folder / name for name in files if is_export(folder / name)), None)
    if report is not None:
        exported = verify_export(report, key)
        verdict = "the export holds" if exported.holds else "the export does not hold"
        return Checked(verdict, exported.holds, (exported.sentence,), exported.parts, "")
    if len(files) > 1:
        raise ConfigurationError(
            "several files were dropped that do not belong together",
            "drop one evidence file, or a report together with its manifest",
        )
    ((name, content),) = files.items()
    if proofs.is_proof(content):
        return _proven(content, key)
    _rules_known(content, name)
    whole = not session.digest
    found = verify(folder / name, session if whole else None, insist=False, signed_by=key, question=proofs.about)
    graph = f"`{session.engine.target}`"  # where it lies is nobody's business on a page
    sentences = tuple(one.replace(graph, "in use here") for one in found.sentences)
    if not whole:
        sentences = (*sentences, "No graph was asked: you may ask about a part of it.")
    parts = tuple(replace(part, how=part.how.replace(graph, "in use here")) for part in found.parts)
    holds = {0: True, 1: False}.get(found.exit_code)
    return Checked(found.verdict, holds, sentences, parts, "" if found.changed else found.digest)


def _proven(content: bytes, key: PublicKey | None) -> Checked:
    """The proof of an entry of a question log: what the entry says it says in commitments, so it is not repeated."""
    try:
        found = proofs.check(content, key)
    except proofs.DoesNotHold as error:
        return Checked("the proof does not hold", False, (f"{error}.",), (), "")
    whose = "the key that was named" if found.trusted else "a key that was not compared with one that you trust"
    part = Part("signature", HOLDS if found.trusted else UNCHECKED, f"signed with {whose}, {found.key.fingerprint}")
    entry = f"entry {found.n} is one of the {found.checkpoint.size:,} of a log of questions"
    return Checked("the proof holds", True, (f"{entry[:1].upper()}{entry[1:]}.",), (part,), "")


def _rules_known(content: bytes, name: str) -> None:
    """Refuse rules that nobody here has chosen: whoever may drop a file could run queries of their own."""
    members = read_file(content, name).members
    own = {path.removeprefix(SCHEME): text for path, text in members.items() if path.startswith(SCHEME)}
    if own and digest_of(own) not in {scheme.digest for scheme in schemes().values()}:
        raise ConfigurationError(
            "the file brings rules of its own along, which are not those of a scheme in use here",
            "check it with the command, `seewhy verify FILE.zip`, which runs them on your own machine",
        )
