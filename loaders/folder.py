"""What lies in an organisation folder: the files that are read, and those that look like input and are not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.inputs.files import FILES
from seewhy.graph.inputs.regular import reason_of, shown
from seewhy.graph.problems import Problem

if TYPE_CHECKING:
    from pathlib import Path

TABLES = (".csv", ".parquet")
WORKBOOK = ".xlsx"
EXPECTED = "expected a folder with systems.csv, people.csv, … (or .parquet files, or one .xlsx workbook)"

_TEXTS = frozenset(["csv", "txt", "text", "tsv", "tab", "psv", "dat"])
_BOOKS = frozenset(["xls", "xlsm", "xlsb", "xltx", "xltm", "ods", "fods", "numbers"])
_PACKED = frozenset(["gz", "zip", "bz2", "xz", "zst", "7z", "rar", "tar", "tgz"])
_OTHERS = frozenset(
    ["parquet", "pq", "parq", "feather", "arrow", "avro", "orc", "json", "jsonl", "ndjson", "xml", "html", "icloud"]
)
_ENDINGS = _TEXTS | _BOOKS | _PACKED | _OTHERS


class Unread(NamedTuple):
    """A file or folder that looks like input and is not read: `stem` is the file that it looks like, blank for a
    workbook of any name; `hint` says what to do."""

    name: str
    stem: str
    hint: str

    def problem(self) -> Problem:
        """The problem that it is where nothing else gives its file."""
        message = f"`{self.name}` looks like `{self.stem}`, and is not read"
        return Problem("file_not_read", self.name, 1, "", message, self.hint)


class Listing(NamedTuple):
    """The entries of a folder that are read, by name, and those that look as if they were."""

    read: tuple[Path, ...]
    unread: tuple[Unread, ...]


def listing(path: Path) -> Listing:
    """The input of a folder, or of a workbook. Names that begin with `.` or `~$` are left behind by systems and by
    Excel, and ignored, as other files are. Raises ConfigurationError when `path` is neither."""
    try:
        if path.is_dir():
            return _folder(path)
        if path.suffix.lower() == WORKBOOK and path.exists():
            return Listing((path,), ())
        exists = path.exists()
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"`{shown(path)}` {reason_of(error)}", EXPECTED) from error
    if exists:
        ending = path.suffix.lower().lstrip(".")
        hint = "save it as .xlsx" if ending in _BOOKS else EXPECTED
        raise ConfigurationError(f"`{shown(path)}` is neither a folder nor an .xlsx workbook", hint)
    raise ConfigurationError(f"`{shown(path)}` does not exist", EXPECTED)


def _folder(path: Path) -> Listing:
    read, unread = [], []
    for entry in sorted(path.iterdir()):
        if entry.suffix.lower() in (*TABLES, WORKBOOK) and not entry.name.startswith((".", "~$")):
            read.append(entry)
        elif (alike := _alike(entry)) is not None:
            unread.append(alike)
    return Listing(tuple(read), tuple(unread))


def _alike(entry: Path) -> Unread | None:
    """The entry when its name is that of an input file with another ending, or that of another kind of workbook."""
    name = entry.name
    if name.startswith((".", "~$")):
        # A file that a cloud folder has not fetched yet.
        if not name.endswith(".icloud"):
            return None
        name = name[1:]
    first, *endings = (part.strip().strip("~") for part in name.lower().split("."))
    stem = first if first in FILES else ""
    last = endings[-1] if endings else ""
    if not (_ENDINGS & set(endings) if endings else stem):
        return None
    if entry.is_dir():
        # A folder of parts, as data frames are written; any other folder is somebody's own.
        parts = stem and any(one.suffix.lower() in TABLES for one in entry.iterdir())
        return Unread(shown(name), stem, f"write one file {stem}.csv or {stem}.parquet") if parts else None
    if last in _BOOKS:
        return Unread(shown(name), stem, "save it as .xlsx, or each sheet as CSV UTF-8")
    if not stem and not re.match(rf"({'|'.join(FILES)})[^a-z]", first):
        return None
    if last in _PACKED:
        hint = "unpack it"
    elif last == "icloud":
        hint = "it is not downloaded yet: open it once"
    elif last in _TEXTS or not last or "csv" in endings:
        hint = f"rename it to {stem or 'the name of an input file'}.csv"
    else:
        hint = "input files end in .csv, .parquet or .xlsx"
    return Unread(shown(name), stem, hint)
