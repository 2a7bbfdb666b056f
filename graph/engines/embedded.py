"""The embedded engine: kglite in this process, behind five guards.

1. A folder with one immutable file per finished load (`generations.py`); opened `read_only(True)`; a new `current` is
   noticed at the next read; never used across a fork.
2. Every read is one `cypher()` call with four optimizer passes off, because with them rows are wrong in silence, and
   with a time and a work limit. No session and no transaction is used: they have no such switch.
3. Only SeeWhy's own query files come here. `LOAD CSV`, which reads files of the host, is refused all the same.
4. Text of a JSON list is escaped in both directions and in parameters (`escaping.py`); writing is by data frames
   (`bulk.py`), so columns keep their types.
5. The version is pinned; another one is reported by `health`.

A graph in a folder is read by as many threads and processes as like.

Long because every guard of the engine stands here, and nowhere else.
"""

from __future__ import annotations

import io
import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import kglite
import polars as pl
import pyarrow as pa

from seewhy.graph.derivation.periods import reopened
from seewhy.graph.derivation.tables import GraphTables
from seewhy.graph.engines import derived_files
from seewhy.graph.engines.base import Health, Progress, Rows
from seewhy.graph.engines.bulk import filled
from seewhy.graph.engines.counting import counted
from seewhy.graph.engines.escaping import escape, unescape
from seewhy.graph.engines.generations import GraphFolder, Stamp
from seewhy.graph.engines.graph_file import open_graph
from seewhy.graph.engines.records import DERIVED_FOLDER, GRAPH_FILE, HISTORY_FOLDER, UNLISTED, Generation, Reader
from seewhy.graph.engines.repair import condition
from seewhy.graph.errors import EngineUnavailable, LimitReached, QueryContractError
from seewhy.graph.loads import MODEL, NEWER, Load, way_up
from seewhy.graph.settings import Settings, read_settings

TESTED_VERSION = "0.21.2"
DISABLED_PASSES = (
    "fuse_match_return_aggregate",
    "fuse_optional_match_aggregate",
    "fuse_match_with_aggregate",
    "push_distinct_into_match",
)
"""Optimizer passes of kglite that answer wrongly (the second guard)."""

SMALL_HISTORY = 16 << 20
"""Bytes of history that are compared whenever a graph is opened: some ten milliseconds."""

_READS_FILES = re.compile(r"\bLOAD\s+CSV\b", re.IGNORECASE)
_OS_ERROR = re.compile(r"os error (\d+)")

kglite.set_query_warning_policy("silent")  # it would write to standard error; the files are linted instead


@dataclass(frozen=True, slots=True)
class _Opened:
    graph: kglite.KnowledgeGraph
    escaped: bool
    loads: tuple[Load, ...]
    stamp: Stamp | None
    pid: int
    generation: Generation | None = None
    file: Stamp | None = None


class EmbeddedEngine:
    """A graph in a folder, or in memory only (`scratch`). See `Engine` for what the methods promise."""

    name = "embedded"
    version = f"kglite {kglite.__version__}"

    def __init__(self, folder: GraphFolder | None, settings: Settings, *, write: bool, opened: _Opened | None) -> None:
        self.target = folder.shown if folder else "scratch"
        self._folder = folder
        self._settings = settings
        self._write = write
        self._opened = opened
        self._opening = threading.Lock()
        self._pinned: ContextVar[_Opened | None] = ContextVar("pinned", default=None)
        self._loading = False
        self._older = False

    @classmethod
    def open(
        cls,
        target: str | os.PathLike[str],
        settings: Settings | None = None,
        *,
        write: bool = False,
        later: bool = False,
        older: bool = False,
    ) -> EmbeddedEngine:
        """Open a folder. With `write=False` it must hold a finished, readable load of this graph model; `later`: the
        first question finds out whether it can be read, and waits for that. `older`: loads and history of an older
        model can be read."""
        folder = GraphFolder(target)
        folder.check()
        engine = cls(folder, settings or read_settings(), write=write, opened=None)
        engine._older = older
        if not write:
            engine._finished(folder) if later else engine._current()
        return engine

    @classmethod
    def scratch(
        cls, tables: GraphTables, settings: Settings | None = None, *, loads: tuple[Load, ...] = ()
    ) -> EmbeddedEngine:
        """A graph in memory that holds `tables`; it has no file, cannot be loaded, and is gone when dropped."""
        graph, escaped = filled(tables)
        graph.read_only(True)
        opened = _Opened(graph, escaped, loads, None, os.getpid())
        return cls(None, settings or read_settings(), write=False, opened=opened)

    def read(self, text: str, parameters: Mapping[str, Any] | None = None, *, timeout: float | None = None) -> Rows:
        """The rows of a reading query; see `Engine.read`."""
        _check_text(text)
        opened = self._current()
        given = dict(parameters or {})
        params = {key: escape(value) for key, value in given.items()}
        seconds = self._settings.seewhy_query_timeout if timeout is None else timeout
        try:
            result = opened.graph.cypher(
                text,
                params=params,
                timeout_ms=max(1, round(seconds * 1000)),
                max_work_units=self._settings.seewhy_work_limit,
                hide_structural_keys=True,
                disabled_passes=list(DISABLED_PASSES),
            )
            rows: Rows = result.to_list()  # type: ignore[union-attr, operator]
        except kglite.KgError as error:
            raise self._explained(error, seconds) from None
        return unescape(rows) if opened.escaped or params != given else rows

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Reads inside the block come from the load that is newest now, in this thread and where its context goes."""
        with self.held()():
            yield

    def held(self) -> Callable[[], AbstractContextManager[None]]:
        """A way back to the load that is read now: its file stays open for as long, also when the graph is closed."""
        opened = self._current()

        @contextmanager
        def again() -> Iterator[None]:
            outer = self._pinned.get()
            self._pinned.set(opened)
            try:
                yield
            finally:
                self._pinned.set(outer)

        return again

    def loads(self) -> tuple[Load, ...]:
        """The finished loads, oldest first."""
        if self._folder is None:
            return self._opened.loads if self._opened else ()
        pinned = self._pinned.get()
        opened = pinned or self._opened
        if opened is not None and (pinned or opened.stamp == self._folder.stamp()):
            return opened.loads
        generation = self._checked(self._folder)
        return generation.loads if generation else ()

    def history(self, stem: str = "", columns: Sequence[str] = ()) -> dict[str, pl.DataFrame]:
        """The history frames of the newest load by file stem; see `Engine.history`."""
        folder = self._folder
        if folder is None:
            return {}
        pinned = self._pinned.get()
        if pinned is not None and pinned.generation is not None:
            try:
                return read_history(folder.files, pinned.generation, stem, columns)
            except EngineUnavailable:
                if pinned.stamp == folder.stamp():
                    raise
                raise EngineUnavailable("two loads were published while this was answered", "ask again") from None
        while True:
            stamp = folder.stamp()
            try:
                generation = self._checked(folder)
                if generation is not None and self._loading:
                    self._verify(folder, generation)
                return {} if generation is None else read_history(folder.files, generation, stem, columns)
            except EngineUnavailable:
                if stamp == folder.stamp():  # else two loads went by while this one was being read
                    raise

    def derived(self, name: str) -> pa.Buffer | None:
        """See `Engine.derived`; the file is mapped, not read."""
        place = self._derived_place()
        return None if place is None else derived_files.found(place, name)

    def keep_derived(self, name: str, content: bytes) -> None:
        """See `Engine.keep_derived`."""
        if (place := self._derived_place()) is not None:
            derived_files.store(place, name, content)

    def _derived_place(self) -> Path | None:
        generation = self._current().generation
        if self._folder is None or generation is None:
            return None
        return self._folder.path / generation.name / DERIVED_FOLDER

    def publish(
        self,
        load: Load,
        history: Mapping[str, pl.DataFrame],
        tables: GraphTables,
        *,
        before: GraphTables | None,
        fresh: bool,
        progress: Progress | None = None,
    ) -> None:
        """Write the next generation and make it current in one rename; `before` does not matter here."""
        if self._folder is None or not self._write:
            raise EngineUnavailable(f"the graph `{self.target}` was opened for reading only")
        if not self._loading:
            with self.loading():
                return self.publish(load, history, tables, before=before, fresh=fresh, progress=progress)
        self._write_generation((load,) if fresh else (*self.loads(), load), history, tables, progress, alone=False)

    def replace(
        self,
        loads: Sequence[Load],
        history: Mapping[str, pl.DataFrame],
        tables: GraphTables,
        *,
        before: GraphTables | None = None,
        fresh: bool = False,
        alone: bool = False,
        progress: Progress | None = None,
    ) -> None:
        """See `Engine.replace`; the next generation, whatever `fresh` is. `alone` deletes all others, damaged ones and
        what was worked out from them included."""
        if not self._loading:
            with self.loading():
                return self.replace(loads, history, tables, fresh=fresh, alone=alone, progress=progress)
        self._write_generation(tuple(loads), history, tables, progress, alone=alone)

    def earlier(self, stem: str) -> dict[str, pl.DataFrame | None]:
        """See `Engine.earlier`: other generations, and those that were put aside."""
        found: dict[str, pl.DataFrame | None] = {}
        if self._folder is not None:
            current = self._checked(self._folder)
            for name in self._folder.others(current.name if current else ""):
                found[name] = None
                with suppress(OSError, pl.exceptions.PolarsError):
                    found[name] = pl.read_parquet(self._folder.path / name / HISTORY_FOLDER / f"{stem}.parquet")
        return found

    def _write_generation(
        self,
        loads: tuple[Load, ...],
        history: Mapping[str, pl.DataFrame],
        tables: GraphTables,
        progress: Progress | None,
        *,
        alone: bool,
    ) -> None:
        """The next generation, made current in one rename; the right to load is held."""
        assert self._folder is not None
        size = sum(tables.size)
        tables = GraphTables({**tables.nodes, "Load": _load_nodes(loads)}, tables.relationships)
        # The history is written beside the graph, which one core makes.
        with self._folder.building() as built, ThreadPoolExecutor(1) as beside:
            written = beside.submit(_write_history, history, built / HISTORY_FOLDER)
            graph, escaped = filled(tables, progress)
            try:
                graph.save(str(built / GRAPH_FILE))
            except kglite.KgError as error:
                raise self._folder.unwritable(_os_error(error)) from None
            rows = {**written.result(), GRAPH_FILE: size}
            self._folder.publish(built, loads, engine=self.version, escaped=escaped, rows=rows, alone=alone)

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Hold the right to load this folder."""
        if self._folder is None or not self._write:
            raise EngineUnavailable(f"the graph `{self.target}` was opened for reading only")
        with self._folder.locked():
            self._loading = True
            try:
                yield
            finally:
                self._loading = False

    def health(self) -> Health:
        """Counts of the newest load, and what is wrong with the folder."""
        problems: list[str] = []
        if kglite.__version__ != TESTED_VERSION:
            problems.append(f"kglite `{kglite.__version__}` is installed; SeeWhy is tested with {TESTED_VERSION} only")
        notes: list[str] = []
        if self._folder and (left := self._folder.leftovers()):
            problems.append(f"an unfinished load left `{left[0]}` behind; the next load deletes it")
        try:
            opened = self._current()
            if self._folder is not None:
                told, notes = condition(self._folder, opened.generation)
                problems += told
        except EngineUnavailable as error:
            return Health({}, {}, (*problems, error.message))
        found = counted(self.read, problems, notes)
        part = opened.generation.files.get(GRAPH_FILE) if opened.generation else None
        held = sum(found.nodes.values()) + sum(found.relationships.values())
        if part is not None and held != part.rows:
            wrong = f"the graph holds {held:,} nodes and relationships; its load wrote {part.rows:,}"
            return replace(found, problems=(*found.problems, wrong))
        return found

    def close(self) -> None:
        """Drop the graph from memory; the next read opens it again."""
        if self._folder is not None:
            self._opened = None

    def _current(self) -> _Opened:
        """The graph to read from: the pinned one, the open one, or a newer one when `current` was replaced."""
        pinned = self._pinned.get()
        opened = pinned or self._opened
        if opened is not None and opened.pid != os.getpid():
            raise EngineUnavailable(
                f"the graph `{self.target}` was opened by another process (pid {opened.pid})",
                "open it again after a fork",
            )
        if pinned is not None or self._folder is None:
            if opened is None:
                raise EngineUnavailable("this scratch graph is closed")
            return opened
        if opened is not None and opened.stamp == self._folder.stamp() and opened.file == self._file(opened):
            return opened
        with self._opening:
            for last in (False, False, True):
                stamp = self._folder.stamp()
                opened = self._opened
                if opened is not None and opened.stamp == stamp and opened.file == self._file(opened):
                    return opened
                try:
                    self._opened = self._load_file(self._folder, stamp)
                    return self._opened
                except EngineUnavailable:
                    if last or stamp == self._folder.stamp():  # else two loads went by while this one was being opened
                        raise
        raise AssertionError("unreachable")

    def _load_file(self, folder: GraphFolder, stamp: Stamp | None) -> _Opened:
        generation = self._finished(folder)
        file = f"{generation.name}/{GRAPH_FILE}"
        seen = folder.file_stamp(file)
        self._verify(folder, generation)
        check_history(folder.files, generation)
        graph = open_graph(folder, file)
        return _Opened(graph, generation.escaped, generation.loads, stamp, os.getpid(), generation, seen)

    def _verify(self, folder: GraphFolder, generation: Generation) -> None:
        """A load does not read the graph file of the load before, and yet must not go by it in silence."""
        if part := generation.files.get(GRAPH_FILE):
            folder.files.verify(f"{generation.name}/{GRAPH_FILE}", part)

    def _file(self, opened: _Opened) -> Stamp | None:
        """What the graph file of an open graph is now: the engine maps it, so a change of it would change answers."""
        if self._folder is None or opened.generation is None:
            return None
        return self._folder.file_stamp(f"{opened.generation.name}/{GRAPH_FILE}")

    def _finished(self, folder: GraphFolder) -> Generation:
        if (generation := self._checked(folder)) is None:
            raise EngineUnavailable(
                f"there is no graph in `{folder.shown}` yet", "load a folder first: `seewhy load FOLDER`"
            )
        return generation

    def _checked(self, folder: GraphFolder) -> Generation | None:
        folder.check()
        generation = folder.current()
        if generation is not None and generation.model != MODEL:
            newer = generation.model > MODEL
            if self._older and not newer:
                return generation
            raise EngineUnavailable(
                f"the graph in `{folder.shown}` has graph model {generation.model}, this SeeWhy reads model {MODEL}",
                NEWER if newer else way_up(folder.shown),
            )
        return generation

    def _explained(self, error: Exception, seconds: float) -> Exception:
        if isinstance(error, kglite.CypherTimeoutError):
            return LimitReached(
                f"the question was stopped after {seconds:g} s", "ask for less, or raise `SEEWHY_QUERY_TIMEOUT`"
            )
        if "max_work_units" in str(error):
            return LimitReached(
                "the question was stopped: it needs too much work", "ask for less, or raise `SEEWHY_WORK_LIMIT`"
            )
        if isinstance(error, kglite.FileError | kglite.FileFormatError | kglite.FileIoError) and self._folder:
            return self._folder.files.damaged(GRAPH_FILE)
        if isinstance(error, kglite.ReadOnlyError):
            return QueryContractError("a question tried to write to the graph")
        return QueryContractError(f"the embedded engine cannot run a query of SeeWhy: {str(error).splitlines()[0]}")


@lru_cache(maxsize=1024)
def _check_text(text: str) -> None:
    if _READS_FILES.search(text):
        raise QueryContractError("a query may not read files (`LOAD CSV`)")


def _load_nodes(loads: tuple[Load, ...]) -> pl.DataFrame:
    return pl.DataFrame([{"id": load.id, "name": load.id, **load.as_dict()} for load in loads])


def check_history(files: Reader, generation: Generation) -> None:
    """EngineUnavailable when a history file is missing or cut. A small history is compared byte by byte at once, a
    large one when it is read."""
    listed = {file: part for file, part in generation.files.items() if file.startswith(f"{HISTORY_FOLDER}/")}
    for file in () if generation.files else UNLISTED:
        files.check_kind(f"{generation.name}/{file}")
    small = sum(part.bytes for part in listed.values()) <= SMALL_HISTORY
    for file, part in listed.items():
        if small:
            files.verify(f"{generation.name}/{file}", part)
        else:
            files.check_size(f"{generation.name}/{file}", part)


def read_history(
    files: Reader, generation: Generation, stem: str = "", columns: Sequence[str] = ()
) -> dict[str, pl.DataFrame]:
    """The history frames of a generation by file stem, each the one that was written, or some columns of one."""
    listed = sorted(file for file in generation.files if file.startswith(f"{HISTORY_FOLDER}/")) or list(UNLISTED)
    frames: dict[str, pl.DataFrame] = {}
    for name in listed if not stem else [f"{HISTORY_FOLDER}/{stem}.parquet"]:
        file, part = f"{generation.name}/{name}", generation.files.get(name)
        content = files.read(file, part)
        try:
            frame = pl.read_parquet(io.BytesIO(content), columns=list(columns) or None)
        except (OSError, pl.exceptions.PolarsError):
            raise files.damaged(file) from None
        if part is not None and len(frame) != part.rows:
            raise files.damaged(file, f"holds {len(frame):,} rows instead of {part.rows:,}")
        frames[Path(name).stem] = frame if generation.files else reopened(frame)
    return frames


def _write_history(history: Mapping[str, pl.DataFrame], folder: Path) -> dict[str, int]:
    """Rows by file within the generation."""
    folder.mkdir()
    try:
        for stem, frame in history.items():
            frame.write_parquet(folder / f"{stem}.parquet", compression="zstd", compression_level=1)
    except pl.exceptions.PolarsError as error:
        raise _os_error(error) from None
    return {f"{HISTORY_FOLDER}/{stem}.parquet": len(frame) for stem, frame in history.items()}


def _os_error(error: Exception) -> OSError:
    """The operating system's reason in an engine's message, such as a full disk."""
    if match := _OS_ERROR.search(str(error)):
        return OSError(int(match[1]), os.strerror(int(match[1])))
    with suppress(IndexError):
        return OSError(str(error).splitlines()[0])
    return OSError("unknown reason")
