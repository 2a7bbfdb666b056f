"""The whole log copied while it is written, and put back into an empty folder: for backups.

While it is copied nothing is folded, so tiles, checkpoint and what lies beside the entries are those of one moment;
appending goes on, and what was appended until then lies in the write-ahead file.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from seewhy.auth.log.disk import LogUnavailable, cannot, content_of, nobody_writing
from seewhy.auth.log.folded import CHECKPOINT
from seewhy.auth.log.pending import FOLDING, PENDING, records_in
from seewhy.auth.log.tiles import ENTRIES, PLAIN, TILE, entries_in
from seewhy.auth.log.verify import Checked, verify
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.files.private import OWNER_FILE, create, make_folder, sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_AT = r"(?:x\d{3}/)*\d{3}"
_NAME = re.compile(
    rf"{CHECKPOINT}|key|key\.pub|key\.vkey|{PENDING}|{re.escape(FOLDING)}"
    rf"|{TILE}/(?:\d{{1,2}}|{ENTRIES})/{_AT}(?:\.p/\d{{1,3}})?|{PLAIN}/{_AT}"
)


def copied(folder: Path) -> Iterator[tuple[str, bytes, int | None]]:
    """Every file of a log, as one state of it: name, bytes, and entries where it holds any. Raises LogUnavailable."""
    try:
        with nobody_writing(folder / "lock.fold"):
            with nobody_writing(folder / "lock"):
                waiting = {name: content_of(folder / name) for name in (FOLDING, PENDING)}
            for path in sorted(folder.rglob("*")):
                name = path.relative_to(folder).as_posix()
                if name not in waiting and _NAME.fullmatch(name) and (content := content_of(path)) is not None:
                    yield name, content, len(entries_in(content)) if name.startswith(f"{TILE}/{ENTRIES}/") else None
            for name, content in waiting.items():
                if content is not None:
                    yield name, content, len(records_in(content)[0])
    except OSError as error:
        raise cannot(folder, error) from None


def refuse_used(folder: Path) -> None:
    """Raises ConfigurationError unless a log can be put back there: a new folder, or an empty one."""
    if folder.is_dir() and not any(folder.iterdir()):
        return
    if os.path.lexists(folder):
        raise ConfigurationError(
            f"a question log cannot be restored to `{folder}`: it is not empty",
            "name an empty folder with --log, or leave --log and SEEWHY_LOG out to restore the graph alone",
        )


@contextmanager
def put_back(files: Iterable[tuple[str, bytes]], folder: Path) -> Iterator[Checked]:
    """A log of these files, checked whole, that takes its place when the block ends well; else nothing is left of it.

    Raises ConfigurationError for a folder that is in use and for a log that does not hold.
    """
    refuse_used(folder)
    staged = folder.parent / f".seewhy-{secrets.token_hex(8)}.part"
    try:
        make_folder(staged)
        for name, content in files:
            if not _NAME.fullmatch(name):
                raise ConfigurationError(f"`{name}` is no file of a question log")
            make_folder((staged / name).parent)
            with create(staged / name, OWNER_FILE) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        yield whole(staged)
        for path in (*(one for one in staged.rglob("*") if one.is_dir()), staged):
            sync_folder(path)
        os.rename(staged, folder)
        sync_folder(folder.parent)
    except OSError as error:
        raise cannot(folder, error) from None
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def whole(folder: Path) -> Checked:
    """What verifying a copy finds. Raises ConfigurationError for one that does not hold."""
    try:
        found = verify(folder)
    except (LogUnavailable, ConfigurationError) as error:
        raise ConfigurationError(f"the question log in the backup is not whole: {error.message}") from None
    if not found.holds:
        raise ConfigurationError(f"the question log in the backup does not hold: {found.faults[0]}")
    return found
