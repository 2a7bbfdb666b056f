"""An embedded graph on disk: a folder with one immutable generation per finished load; `current` names the newest.

    seewhy-graph/
      current                    name of the newest generation; replaced in one rename
      lock, loading.json         held by a running load; by whom, since when
      generation-000002/         graph.kgl, history/<stem>.parquet, generation.json (written last)
      generation-000001/         the one before; older ones are deleted
      building-…/                an unfinished load; deleted by the next one

Everything is synced before `current` is renamed over, so that after a crash either the old or the new name is there,
and what it names is whole. Blind spot: a file system that lies about fsync.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from graph.errors import EngineUnavailable
from graph.loads import Load

GRAPH_FILE, RECORD_FILE, HISTORY_FOLDER = "graph.kgl", "generation.json", "history"
_CURRENT, _LOCK, _HOLDER, _GENERATION, _BUILDING = "current", "lock", "loading.json", "generation-", "building-"
Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Generation:
    """What `generation.json` says; `escaped`: some text is marked (`escaping.py`); `model`: of the newest load."""

    name: str
    previous: str
    model: int
    engine: str
    escaped: bool
    loads: tuple[Load, ...]


class GraphFolder:
    """The folder of one embedded graph. Knows files and names, nothing of what is in them."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path).expanduser()
        self.shown = str(path)

    def check(self) -> None:
        """EngineUnavailable when the path is a file, or a folder that holds something else than a graph."""
        if self.path.is_file():
            raise EngineUnavailable(
                f"`{self.shown}` is a file; an embedded graph is a folder", "name a new or empty folder"
            )
        if not self.path.is_dir() or (self.path / _CURRENT).is_file():
            return
        strange = sorted(entry.name for entry in self.path.iterdir() if not _is_ours(entry.name))
        if strange:
            raise EngineUnavailable(
                f"the folder `{self.shown}` is not a SeeWhy graph: it holds `{strange[0]}`",
                "name a new or empty folder",
            )

    def stamp(self) -> Stamp | None:
        """Changes whenever `current` is replaced; None when there is none."""
        try:
            status = (self.path / _CURRENT).stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return status.st_mtime_ns, status.st_ino, status.st_size

    def current(self) -> Generation | None:
        """The newest finished generation, None for an empty graph; EngineUnavailable when its record is damaged."""
        try:
            name = (self.path / _CURRENT).read_text("utf-8").strip()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, UnicodeDecodeError):
            raise self.damaged(_CURRENT) from None
        if not name.startswith(_GENERATION) or "/" in name or "\\" in name:
            raise self.damaged(_CURRENT)
        try:
            record = json.loads((self.path / name / RECORD_FILE).read_text("utf-8"))
            loads = tuple(Load(**{key: load[key] for key in Load.__dataclass_fields__}) for load in record["loads"])
            return Generation(
                name, record["previous"], int(record["model"]), record["engine"], bool(record["escaped"]), loads
            )
        except (OSError, ValueError, KeyError, TypeError):
            raise self.damaged(f"{name}/{RECORD_FILE}") from None

    def damaged(self, file: str) -> EngineUnavailable:
        """The error for a file of the graph that is missing or cannot be read."""
        return EngineUnavailable(
            f"the graph in `{self.shown}` is damaged: `{file}` is missing or cannot be read",
            "load the source folder again with `--fresh`",
        )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the right to load; EngineUnavailable while another load holds it. Deletes what killed loads left."""
        self.check()
        lock = FileLock(str(self.path / _LOCK), timeout=0, thread_local=False)
        holder = self.path / _HOLDER
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout:
            raise EngineUnavailable(
                f"another load of this graph is running{self._holder()}", "wait until it has finished"
            ) from None
        except OSError as error:
            raise self.unwritable(error) from None
        try:
            try:
                _write(holder, json.dumps({"pid": os.getpid(), "since": _now()}))
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

    def publish(self, built: Path, loads: tuple[Load, ...], *, engine: str, escaped: bool) -> None:
        """Make a built folder the current generation: record, sync, one rename; then delete what is too old."""
        try:
            before = (self.path / _CURRENT).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            before = ""  # none, or damaged and about to be replaced by a fresh load
        numbers = [name.removeprefix(_GENERATION) for name in self._names(_GENERATION)]
        name = f"{_GENERATION}{max((int(n) for n in numbers if n.isdigit()), default=0) + 1:06d}"
        generation = Generation(name, before, loads[-1].model, engine, escaped, loads)
        _write(built / RECORD_FILE, json.dumps(asdict(generation), indent=1))
        _sync_tree(built)
        os.rename(built, self.path / name)
        _sync(self.path)
        pointer = self.path / f"{_BUILDING}{os.getpid()}-{_CURRENT}"
        _write(pointer, name + "\n")
        os.replace(pointer, self.path / _CURRENT)
        _sync(self.path)
        with suppress(OSError):
            self._sweep()

    def leftovers(self) -> tuple[str, ...]:
        """Names of what unfinished loads left behind."""
        return tuple(self._names(_BUILDING))

    def unwritable(self, error: OSError) -> EngineUnavailable:
        """The error for a disk that is full, read only, or not ours; the graph is as it was."""
        reason = (error.strerror or str(error)).lower()
        return EngineUnavailable(
            f"the graph could not be written to `{self.shown}`: {reason}",
            "nothing was changed; the graph answers as before",
        )

    def _names(self, prefix: str) -> list[str]:
        if not self.path.is_dir():
            return []
        return sorted(entry.name for entry in self.path.iterdir() if entry.name.startswith(prefix))

    def _holder(self) -> str:
        try:
            holder: dict[str, Any] = json.loads((self.path / _HOLDER).read_text("utf-8"))
            return f" (pid {holder['pid']} since {holder['since']})"
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def _sweep(self) -> None:
        """Delete temporary names, and generations other than the current one and the one before."""
        try:
            current = self.current()
        except EngineUnavailable:  # damaged: a fresh load may replace it, so only temporary names go
            current = None
        keep = {current.name, current.previous} if current else set()
        for name in self._names(_BUILDING):
            path = self.path / name
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                with suppress(OSError):
                    path.unlink()
        if current:
            for name in self._names(_GENERATION):
                if name not in keep:
                    shutil.rmtree(self.path / name, ignore_errors=True)


def _is_ours(name: str) -> bool:
    return name in (_CURRENT, _LOCK, _HOLDER) or name.startswith((_GENERATION, _BUILDING, ".", f"{_LOCK}."))


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _write(path: Path, content: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(content)
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


def _sync_tree(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        _sync(path)
    _sync(folder)
