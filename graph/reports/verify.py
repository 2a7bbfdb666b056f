"""Checking a report that was exported: is it the file that its manifest tells of, and who signed that?

Whether its rows are true only a graph can tell: the same export from the same load is the same file.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.evidence.archive import parsed
from seewhy.graph.evidence.parts import DIFFERS, Found, Part
from seewhy.graph.evidence.seal import who_signed
from seewhy.graph.files.signatures import LENGTH, signature_words
from seewhy.graph.inputs.regular import UnreadableFile, read_regular
from seewhy.graph.reports.export import manifest_file

if TYPE_CHECKING:
    from pathlib import Path

    from seewhy.graph.files.signatures import PublicKey

_MANIFEST = ".manifest.json"


@dataclass(frozen=True, slots=True)
class ExportVerification:
    """What checking a report found: what was checked of it, part by part, and a sentence about the whole."""

    file: str
    parts: tuple[Part, ...]
    sentence: str
    signed_by: str
    """The fingerprint of the key that the manifest names, blank for none."""

    @property
    def holds(self) -> bool:
        """Whether no part is wrong."""
        return all(part.outcome != DIFFERS for part in self.parts)

    def as_dict(self) -> dict[str, Any]:
        """Keys file, holds, parts, sentences, signed_by."""
        return {
            "file": self.file,
            "holds": self.holds,
            "parts": {part.name: part.as_dict() for part in self.parts},
            "sentences": [self.sentence],
            "signed_by": self.signed_by or None,
        }


def is_export(path: Path) -> bool:
    """Whether this is a report with its manifest beside it, or the manifest."""
    return path.name.endswith(_MANIFEST) or manifest_file(path).is_file()


def verify_export(path: Path, signed_by: PublicKey | None = None) -> ExportVerification:
    """Check a report, named by itself or by its manifest; with `signed_by` that key must have signed it.

    Raises ConfigurationError for what cannot be read.
    """
    report = path.with_name(path.name.removesuffix(_MANIFEST))
    beside = manifest_file(report)
    try:
        content = read_regular(beside)
        mark = beside.with_name(f"{beside.name}.sig")
        signature = read_regular(mark, LENGTH) if mark.exists() else None
        with report.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except UnreadableFile as error:
        raise ConfigurationError(error.message, error.hint) from None
    except OSError as error:
        raise ConfigurationError(f"`{report}` cannot be read: {(error.strerror or '').lower()}") from None
    try:
        manifest = parsed(content, beside.name, str(beside))
        key = signature_words(manifest)
    except (ConfigurationError, ValueError):
        raise ConfigurationError(f"`{beside}` is no manifest of an export") from None
    found = Found()
    wrong = [] if manifest.get("sha256") == digest else ["it is not the file that the manifest tells of"]
    wrong += [] if manifest.get("file") == report.name else ["the manifest tells of a file with another name"]
    found.tell("file", wrong, "the SHA-256 is that of the manifest")
    trusted = who_signed(content, key, signature, signed_by, found)
    found.tell("rows", [], "only a graph can tell whether they are true", checked=False)
    said = "The file is not as its manifest says" if wrong else "The file is as its manifest says"
    return ExportVerification(
        str(report), tuple(found.parts.values()), f"{said}; {trusted}", "" if key is None else key.fingerprint
    )
