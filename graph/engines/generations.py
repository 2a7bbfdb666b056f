"""An embedded graph on disk: a folder with one immutable generation per finished load; `current` names the newest.

    seewhy-graph/
      current                    name and record digest of the newest generation; replaced in one rename
      lock, loading.json         held by a running load; by whom, since when
      generation-000002/         graph.kgl, history/<stem>.parquet, generation.json (written last; digests of all)
                                 published (made once `current` has named it)
                                 derived/ (worked out from it later; each file has its digest in its name)
      generation-000001/         the one before; older ones that it names are deleted
      building-…/                an unfinished load; deleted by the next one
      damaged-generation-…/      put aside by `seewhy repair`; deleted by nobody

Everything is synced before `current` is renamed over, so that after a crash either the old or the new name is there,
and what it names is whole. A generation is deleted only when the one in use says that it came after it: whatever else
lies here, also when `current` is lost, is left alone. Blind spot: a file system that lies about fsync.

Long because the order of these steps is what keeps a graph whole, and is to be read in one place.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from seewhy.graph.engines.records import (
    PREFIX,
    PUBLISHED_FILE,
    RECORD_FILE,
    Generation,
    NotReadable,
    Part,
    Pointer,
    Reader,
    name_of,
    number_of,
    parse_record,
)
from seewhy.graph.errors import EngineUnavailable
from seewhy.graph.files.private import create, file_mode, make_folder, protect
from seewhy.graph.loads import Load

CURRENT, ASIDE = "current", "damaged-"
_LOCK, _HOLDER, _BUILDING = "lock", "loading.json", "building-"
Stamp = tuple[int, int, int]


class GraphFolder:
    """The folder of one embedded graph. Knows files and names, nothing of what is in them."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path).expanduser()
        self.shown = str(path)
        self.files = Reader(self.path, self.shown)
        self._found_current: bytes | None = None

    def check(self) -> None:
        """EngineUnavailable when the path is a file, or a folder that holds something else than a graph, or a graph
        that has lost its `current`."""
        try:
            if self.path.exists() and not self.path.is_dir():
                raise EngineUnavailable(
                    f"`{self.shown}` is a file; an embedded graph is a folder", "name a new or empty folder"
                )
            if not self.path.is_dir() or self._has(CURRENT):
                return
            strange = sorted(entry.name for entry in self.path.iterdir() if not _is_ours(entry.name))
        except OSError as error:
            raise self.files.refused("", error) from None
        if strange:
            raise EngineUnavailable(
                f"the folder `{self.shown}` is not a SeeWhy graph: it holds `{strange[0]}`",
                "name a new or empty folder",
            )
        lost = [name for name in self.names() if not self.never_shown(name)]
        # Between the look at `current` and the one at the folders a first load may have been published.
        if lost and not self._has(CURRENT):
            raise EngineUnavailable(
                f"the graph in `{self.shown}` has lost its file `{CURRENT}`; `{lost[-1]}` is still there",
                self.files.way_back,
            )

    def stamp(self) -> Stamp | None:
        """Changes whenever `current` is replaced; None when there is none."""
        try:
            status = os.stat(os.path.join(self.path, CURRENT))  # quicker than a Path: asked at every question
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise self.files.refused(CURRENT, error) from None
        return status.st_mtime_ns, status.st_ino, status.st_size

    def file_stamp(self, file: str) -> Stamp | None:
        """The same of another file; None when it is not there."""
        try:
            status = os.stat(os.path.join(self.path, file))
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ino, status.st_size

    def current(self) -> Generation | None:
        """The newest finished generation, None for an empty graph; EngineUnavailable when something of it is damaged,
        or `current` is older than what has been in use."""
        self.check()
        while True:
            content = self._read_current()
            try:
                pointer = self.pointed(content)
                return None if pointer is None else self.record(pointer)
            except EngineUnavailable:
                if content == self._read_current():  # else a load was published while this looked
                    raise

    def pointed(self, content: bytes | None) -> Pointer | None:
        """What these bytes of `current` name, None for no `current`; EngineUnavailable for what cannot be gone by."""
        if content is None:
            return None
        pointer = Pointer.parse(content)
        if pointer is None:
            raise self.files.damaged(CURRENT, "names no generation")
        if not os.path.isdir(self.path / pointer.name):
            raise self.files.damaged(CURRENT, f"names `{pointer.name}`, which is not there")
        names = self.names()
        newer = [name for name in names[names.index(pointer.name) + 1 :] if self.was_shown(name)]
        if newer:
            message = f"names `{pointer.name}`, but `{newer[-1]}` is newer and has been in use"
            raise self.files.damaged(CURRENT, message)
        return pointer

    def record(self, pointer: Pointer) -> Generation:
        """The record that is pointed at; EngineUnavailable when it is missing or is another one."""
        file = f"{pointer.name}/{RECORD_FILE}"
        content = self.files.read(file)
        if pointer.sha256 is not None and hashlib.sha256(content).hexdigest() != pointer.sha256:
            raise self.files.changed(file)
        try:
            generation = parse_record(content)
        except ValueError:
            raise self.files.damaged(file, "is no record of a generation") from None
        if generation.name != pointer.name:
            raise self.files.damaged(file, f"is the record of `{generation.name}`")
        if pointer.sha256 is None and generation.files:
            raise self.files.damaged(CURRENT, "does not name the digest of its generation")
        return generation

    def names(self) -> list[str]:
        """Names of all generations, oldest first."""
        return sorted((n for n in self._names(PREFIX) if number_of(n)), key=lambda name: (len(name), name))

    def published(self, name: str) -> Pointer | None:
        """What stands in the mark of a generation that `current` has named; None without a mark of its own."""
        try:
            pointer = Pointer.parse(self.files.read(f"{name}/{PUBLISHED_FILE}"))
        except NotReadable:
            raise
        except EngineUnavailable:
            return None
        return pointer if pointer is not None and pointer.name == name else None

    def was_shown(self, name: str) -> bool:
        """Whether `current` is known to have named a generation."""
        return self.published(name) is not None

    def never_shown(self, name: str) -> bool:
        """Whether a load was certainly killed before `current` named this generation of its own."""
        try:
            if self._has(f"{name}/{PUBLISHED_FILE}"):
                return False
            return bool(parse_record(self.files.read(f"{name}/{RECORD_FILE}")).files)
        except (EngineUnavailable, ValueError):
            return False

    @contextmanager
    def locked(self, *, broken: bool = False) -> Iterator[None]:
        """Hold the right to load; EngineUnavailable while another load holds it. Deletes what killed loads left.

        With `broken` the folder need not hold a whole graph: it is about to be repaired, and nothing is deleted.
        """
        if not broken:
            self.check()
        lock = FileLock(str(self.path / _LOCK), timeout=0, thread_local=False, mode=file_mode())
        holder = self.path / _HOLDER
        try:
            make_folder(self.path)
            lock.acquire()
        except Timeout:
            raise EngineUnavailable(
                f"another load of this graph is running{self._holder()}", "wait until it has finished"
            ) from None
        except OSError as error:
            raise self.unwritable(error) from None
        try:
            self._found_current = self._read_current(broken=broken)
            if not broken:
                self.pointed(self._found_current)
            try:
                _write(holder, json.dumps({"pid": os.getpid(), "since": _now()}))
                if not broken:
                    self._sweep()
            except OSError as error:
                raise self.unwritable(error) from None
            yield
        finally:
            with suppress(OSError):
                holder.unlink()
            lock.release()

    @contextmanager
    def building(self) -> Iterator[Path]:
        """A new temporary folder; deleted when the block raises."""
        try:
            folder = Path(tempfile.mkdtemp(prefix=f"{_BUILDING}{os.getpid()}-", dir=self.path))
        except OSError as error:
            raise self.unwritable(error) from None
        try:
            yield folder
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise self.unwritable(error) from None
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def publish(
        self,
        built: Path,
        loads: tuple[Load, ...],
        *,
        engine: str,
        escaped: bool,
        rows: Mapping[str, int],
        alone: bool = False,
    ) -> None:
        """Make a built folder the current generation: record, sync, one rename; then delete what is too old.

        `rows` has the number of rows of every file in the folder. `alone` deletes every other generation.
        """
        before = Pointer.parse(self._found_current or b"")
        name = name_of(self.highest() + 1)
        files = {file: _part(built / file, count) for file, count in rows.items()}
        previous = before.name if before and not alone else ""
        record = Generation(name, previous, loads[-1].model, engine, escaped, loads, files).text()
        _write(built / RECORD_FILE, record)
        _private_and_synced(built)
        pointer = Pointer(name, hashlib.sha256(record.encode()).hexdigest())
        if self._read_current(broken=True) != self._found_current:
            raise EngineUnavailable(
                f"another load of `{self.shown}` was published while this one ran; this one wrote nothing",
                "its lock file was taken away; start the load again",
            )
        if before is not None and before.sha256 is not None and not self.was_shown(before.name):
            with suppress(OSError):
                self.mark(before)
        target = self.path / name
        with self._written_beside(pointer) as beside:
            os.rename(built, target)
            try:
                _sync(self.path)
                os.replace(beside, self.path / CURRENT)
            except BaseException:
                if self._read_current(broken=True) != pointer.line().encode():
                    os.rename(target, built)
                raise
        # From here on the load is seen, whatever else goes wrong.
        self._found_current = pointer.line().encode()
        with suppress(OSError):
            _sync(self.path)
            self.mark(pointer)
            self._sweep()
        if alone:
            self.delete_others(name)

    def delete_others(self, kept: str) -> None:
        """Delete every generation but one, those that were put aside included; the right to load is held.

        Raises EngineUnavailable, naming what could not be deleted.
        """
        for name in self.others(kept):
            going = self.path / f"{_BUILDING}{os.getpid()}-{name}"
            try:
                os.rename(self.path / name, going)
                shutil.rmtree(going) if going.is_dir() and not going.is_symlink() else going.unlink()
            except OSError as error:
                reason = (error.strerror or str(error)).lower()
                raise EngineUnavailable(
                    f"`{name}` in `{self.shown}` could not be deleted: {reason}",
                    "the graph answers from its newest generation; delete what is named, and run the command again",
                ) from None
        with suppress(OSError):
            _sync(self.path)

    def others(self, kept: str) -> list[str]:
        """Everything but one generation that holds or held one: others, what was put aside, what a kill has left."""
        return [name for name in self.names() if name != kept] + self._names(ASIDE) + self._names(_BUILDING)

    def point(self, pointer: Pointer) -> None:
        """Make `current` name a generation again."""
        path = self.path / CURRENT
        try:
            with self._written_beside(pointer) as beside:
                if path.is_dir() and not path.is_symlink():
                    os.rename(path, self.path / f"{ASIDE}{CURRENT}-{os.getpid()}-{int(datetime.now(UTC).timestamp())}")
                os.replace(beside, path)
            _sync(self.path)
            if pointer.sha256 is not None:
                self.mark(pointer)
        except OSError as error:
            raise self.unwritable(error) from None

    def put_aside(self, name: str) -> str:
        """Rename a damaged generation so that nobody takes it for one; returns its new name."""
        aside = f"{ASIDE}{name}"
        while os.path.lexists(self.path / aside):
            aside += "-again"
        try:
            os.rename(self.path / name, self.path / aside)
        except OSError as error:
            raise self.unwritable(error) from None
        return aside

    def mark(self, pointer: Pointer) -> None:
        """Note that `current` has named this generation."""
        path = self.path / pointer.name / PUBLISHED_FILE
        _write(path, pointer.line())
        _sync(path.parent)

    def leftovers(self) -> tuple[str, ...]:
        """Names of what unfinished loads left behind."""
        return tuple(self._names(_BUILDING))

    def highest(self) -> int:
        """The highest number that a generation here has or had."""
        names = [*self._names(PREFIX), *(n.removeprefix(ASIDE) for n in self._names(f"{ASIDE}{PREFIX}"))]
        numbers = (name.removeprefix(PREFIX).partition("-")[0] for name in names)
        return max((int(number) for number in numbers if number.isdecimal()), default=0)

    def unwritable(self, error: OSError) -> EngineUnavailable:
        """The error for a disk that is full, read only, or not ours; the graph is as it was."""
        reason = (error.strerror or str(error)).lower()
        return EngineUnavailable(
            f"the graph could not be written to `{self.shown}`: {reason}",
            "nothing was changed; the graph answers as before",
        )

    @contextmanager
    def _written_beside(self, pointer: Pointer) -> Iterator[Path]:
        """The next `current`, written and synced under a name of its own, so that a full disk is met before anything
        is moved."""
        path = self.path / f"{_BUILDING}{os.getpid()}-{CURRENT}"
        try:
            _write(path, pointer.line())
            yield path
        finally:
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def _read_current(self, *, broken: bool = False) -> bytes | None:
        if not self._has(CURRENT):
            return None
        try:
            return self.files.read(CURRENT)
        except NotReadable:
            raise
        except EngineUnavailable:
            if broken:
                return b""
            raise

    def _has(self, file: str) -> bool:
        """Whether something lies there, a link that leads nowhere included; EngineUnavailable when nobody may look."""
        try:
            os.lstat(self.path / file)
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            raise self.files.refused(file, error) from None
        return True

    def _names(self, prefix: str) -> list[str]:
        try:
            return sorted(entry.name for entry in self.path.iterdir() if entry.name.startswith(prefix))
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise self.files.refused("", error) from None

    def _holder(self) -> str:
        try:
            holder: dict[str, Any] = json.loads((self.path / _HOLDER).read_text("utf-8"))
            return f" (pid {holder['pid']} since {holder['since']})"
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def _sweep(self) -> None:
        """Delete temporary names, and the generations before the one before the current one.

        Which these are is what the records say from one to the one before it: nothing is deleted because its name or
        number is not known.
        """
        for name in self._names(_BUILDING):
            path = self.path / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                with suppress(OSError):
                    path.unlink()
        try:
            current = self.current()
        except EngineUnavailable:  # damaged: a fresh load may replace it, so only temporary names go
            return
        old = self._before(current.previous) if current else ""
        while old:
            name, old = old, self._before(old)
            going = self.path / f"{_BUILDING}{os.getpid()}-{name}"  # in one step, lest half of it is taken for damage
            with suppress(OSError):
                os.rename(self.path / name, going)
                shutil.rmtree(going, ignore_errors=True)

    def _before(self, name: str) -> str:
        """The generation before that one, as its own record says; empty when there is none or nobody can tell."""
        number = number_of(name)
        try:
            previous = parse_record(self.files.read(f"{name}/{RECORD_FILE}")).previous if number else ""
        except (EngineUnavailable, ValueError):
            return ""
        earlier = number_of(previous)
        found = earlier is not None and number is not None and earlier < number and (self.path / previous).is_dir()
        return previous if found else ""


def _is_ours(name: str) -> bool:
    return name in (CURRENT, _LOCK, _HOLDER) or name.startswith((PREFIX, _BUILDING, ASIDE, ".", f"{_LOCK}."))


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _part(path: Path, rows: int) -> Part:
    with path.open("rb") as file:
        return Part(hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size, rows)


def _write(path: Path, content: str) -> None:
    path.unlink(missing_ok=True)
    with create(path) as file:
        file.write(content.encode())
        file.flush()
        os.fsync(file.fileno())


def _sync(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open a folder; its renames are journalled
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _private_and_synced(folder: Path) -> None:
    for path in (*sorted(folder.rglob("*"), reverse=True), folder):
        protect(path)
        _sync(path)

