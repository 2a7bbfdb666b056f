"""Files for a user that appear whole under their names, together, or not at all.

Each is written under a fresh name that nobody can guess, in the folder where it will stand, created exclusively and for
its owner only; it is synced, and then given its name. Nothing else in the folder is touched. What lies under a name is
refused, or with `overwrite` replaced: a link itself, never what it leads to; a folder, a pipe or a device never.

Names are given in the order of `targets`, so the file that the others tell of comes last: after a kill in between, a
manifest may stand without its report, never a report without its manifest. With `overwrite` an old report may then
stand beside the new manifest, whose SHA-256 does not fit it. Every other failure puts back what was there.
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.files.private import create, make_folder, sync_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_KINDS = {stat.S_IFDIR: "folder", stat.S_IFIFO: "pipe", stat.S_IFCHR: "device", stat.S_IFBLK: "device"}


def refuse_used(targets: Sequence[Path], *, overwrite: bool = False) -> None:
    """Raise ConfigurationError, naming all of them, for targets that cannot be written to or are in use already."""
    wrong, used = [], []
    for target in targets:
        try:
            if not target.parent.is_dir():
                raise ConfigurationError(f"there is no folder `{target.parent}`")
            kind = stat.S_IFMT(os.lstat(target).st_mode)
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as error:
            raise _cannot(target, error) from None
        if kind not in (stat.S_IFREG, stat.S_IFLNK):
            wrong.append(f"`{target}` is a {_KINDS.get(kind, 'socket')}")
        elif not overwrite:
            used.append(f"`{target}`")
    if wrong:
        raise ConfigurationError(", and ".join(wrong))
    if used:
        message = f"{' and '.join(used)} {'exists' if len(used) == 1 else 'exist'} already"
        raise ConfigurationError(message, "name another file, or replace what is there with --overwrite")


@contextmanager
def appearing(*targets: Path, overwrite: bool = False, mode: int | None = None) -> Iterator[tuple[BinaryIO, ...]]:
    """Open files, one per target, that take these names when the block ends well; else nothing is left of them.

    `mode` is that of the files, by default `file_mode()`. Raises ConfigurationError where a name is in use or nothing
    can be written.
    """
    refuse_used(targets, overwrite=overwrite)
    with ExitStack() as left:
        parts = []
        files = []
        for target in targets:
            part = _beside(target)
            try:
                file = create(part, mode)
            except OSError as error:
                raise _cannot(target, error) from None
            left.callback(_gone, part)
            parts.append(part)
            files.append(left.enter_context(file))
        try:
            yield tuple(files)
            for file in files:
                file.flush()
                os.fsync(file.fileno())
                file.close()
        except OSError as error:
            raise _cannot(targets[0] if len(targets) == 1 else targets[-1], error) from None
        _give_names(list(zip(parts, targets, strict=True)), overwrite=overwrite)


def write_whole(target: Path, content: bytes, *, overwrite: bool = False) -> None:
    """Write one file, whole or not at all."""
    with appearing(target, overwrite=overwrite) as (file,):
        file.write(content)


@contextmanager
def folder_appearing(target: Path) -> Iterator[Path]:
    """A folder, being filled under another name beside `target`, that takes this name when the block ends well.

    `target` does not exist or is an empty folder, which then keeps its mode. Raises ConfigurationError otherwise.
    """
    if target.is_symlink():
        raise ConfigurationError(f"`{target}` is a link", "name the folder itself")
    part = _beside(target)
    try:
        make_folder(target.parent)
        make_folder(part)
    except (OSError, ValueError) as error:
        raise _cannot(target, error, "folder") from None
    try:
        yield part
        for one in part.iterdir():
            with one.open("rb") as file:
                os.fsync(file.fileno())
        sync_folder(part)
        if target.is_dir():
            os.chmod(part, stat.S_IMODE(target.stat().st_mode))
        os.rename(part, target)
        sync_folder(target.parent)
    except OSError as error:
        raise _cannot(target, error, "folder") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _beside(target: Path) -> Path:
    return target.parent / f".seewhy-{secrets.token_hex(8)}.part"


def _cannot(target: Path, error: Exception, kind: str = "") -> ConfigurationError:
    reason = (getattr(error, "strerror", None) or "no such name can exist").lower()
    return ConfigurationError(f"{f'the {kind} ' if kind else ''}`{target}` cannot be written: {reason}")


def _gone(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _give_names(pairs: list[tuple[Path, Path]], *, overwrite: bool) -> None:
    """Every part its name, or none: what was replaced is kept beside until the last one has its name."""
    undo: list[Callable[[], object]] = []
    kept: list[Path] = []
    try:
        for part, target in pairs:
            try:
                if overwrite and os.path.lexists(target):
                    old = _beside(target)
                    with suppress(OSError):  # a file system without links keeps nothing to put back
                        os.link(target, old, follow_symlinks=False)
                        kept.append(old)
                        undo.append(partial(os.replace, old, target))
                    os.replace(part, target)
                else:
                    _name(part, target)
                    undo.append(partial(_gone, target))
            except FileExistsError:
                raise ConfigurationError(
                    f"`{target}` exists already", "name another file, or replace what is there with --overwrite"
                ) from None
            except OSError as error:
                raise _cannot(target, error) from None
    except BaseException:
        for back in reversed(undo):
            with suppress(OSError):
                back()
        raise
    finally:
        for old in kept:
            _gone(old)
    for folder in {target.parent for _, target in pairs}:
        sync_folder(folder)


def _name(part: Path, target: Path) -> None:
    """Give a part a free name; one that somebody took meanwhile is FileExistsError."""
    try:
        os.link(part, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if os.path.lexists(target):
            raise FileExistsError(str(target)) from None
        os.rename(part, target)
