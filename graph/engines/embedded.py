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

from seewhy.graph.derivation.tables import GraphTables
from seewhy.graph.engines import changed_graph, derived_files
from seewhy.graph.engines.base import Health, Progress, Rows
from seewhy.graph.engines.bulk import filled
from seewhy.graph.engines.counting import counted
from seewhy.graph.engines.escaping import escape, unescape
from seewhy.graph.engines.generations import GraphFolder, Stamp
from seewhy.graph.engines.graph_file import open_graph
from seewhy.graph.engines.history_files import check_history, os_error, read_history, write_history
from seewhy.graph.engines.records import DERIVED_FOLDER, GRAPH_FILE, HISTORY_FOLDER, Generation
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

_READS_FILES = re.compile(r"\bLOAD\s+CSV\b", re.IGNORECASE)

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
        """Write the next generation and make it current in one rename. Its graph is that of the generation before with
        what differs, where `before` is given and little differs, else it is made anew."""
        if self._folder is None or not self._write:
            raise EngineUnavailable(f"the graph `{self.target}` was opened for reading only")
        if not self._loading:
            with self.loading():
                return self.publish(load, history, tables, before=before, fresh=fresh, progress=progress)
        loads = (load,) if fresh else (*self.loads(), load)
        self._write_generation(loads, history, tables, progress, alone=False, before=None if fresh else before)

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
        before: GraphTables | None = None,
    ) -> None:
        """The next generation, made current in one rename; the right to load is held."""
        assert self._folder is not None
        size = sum(tables.size)
        tables = _with_loads(tables, loads)
        # The history is written beside the graph, which one core makes.
        with self._folder.building() as built, ThreadPoolExecutor(1) as beside:
            written = beside.submit(write_history, history, built / HISTORY_FOLDER)
            graph, escaped = self._changed(before, tables, loads, progress) or filled(tables, progress)
            try:
                graph.save(str(built / GRAPH_FILE))
            except kglite.KgError as error:
                raise self._folder.unwritable(os_error(error)) from None
            rows = {**written.result(), GRAPH_FILE: size}
            self._folder.publish(built, loads, engine=self.version, escaped=escaped, rows=rows, alone=alone)

    def goes_by_before(self) -> bool:
        """See `Engine.goes_by_before`: where the graph is large."""
        generation = self._checked(self._folder) if self._folder is not None else None
        part = generation.files.get(GRAPH_FILE) if generation is not None else None
        return part is not None and part.rows >= changed_graph.LARGE

    def _changed(
        self,
        before: GraphTables | None,
        after: GraphTables,
        loads: tuple[Load, ...],
        progress: Progress | None,
    ) -> tuple[kglite.KnowledgeGraph, bool] | None:
        """The graph of the newest generation made into `after`. None where another SeeWhy, engine or scheme wrote
        it, or where `changed_graph` would have it made anew."""
        folder = self._folder
        generation = self._checked(folder) if before is not None and folder is not None else None
        if before is None or folder is None or generation is None or not generation.loads:
            return None
        newest, next_one = generation.loads[-1], loads[-1]
        same = (newest.product, newest.schemes) == (next_one.product, next_one.schemes)
        if not same or generation.engine != self.version or not generation.files:
            return None
        file = f"{generation.name}/{GRAPH_FILE}"
        found = changed_graph.changed_graph(
            lambda: open_graph(folder, file), _with_loads(before, generation.loads), after, progress
        )
        return found and (found[0], found[1] or generation.escaped)

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


def _with_loads(tables: GraphTables, loads: tuple[Load, ...]) -> GraphTables:
    nodes = pl.DataFrame([{"id": load.id, "name": load.id, **load.as_dict()} for load in loads])
    return GraphTables({**tables.nodes, "Load": nodes}, tables.relationships)
