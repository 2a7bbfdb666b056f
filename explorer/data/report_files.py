"""Reports that were built in a session, and the folder they lie in, which goes away with the session."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seewhy.graph.reports.export import manifest_file


@dataclass(frozen=True, slots=True)
class Built:
    """One report: for which load (the key of a Revision) and day it was built, where it lies, its manifest."""

    key: str
    date: str
    ending: str
    file: Path
    manifest: dict[str, Any]

    @property
    def manifest_file(self) -> Path:
        """The manifest beside the file."""
        return manifest_file(self.file)


class Folder:
    """A folder of its own below the system's temporary one, for its owner only; it is removed when nobody holds it any
    more."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="seewhy-"))
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)
