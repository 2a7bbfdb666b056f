"""The one door to a graph: what every engine can do, and nothing that only one of them can.

    open_engine(…) ──► Engine ──┬── Neo4jEngine      a server, a cluster, Aura      (neo4j.py)
                                ├── EmbeddedEngine   a folder, or scratch memory     (embedded.py)
                                └── Py2neoEngine     somebody's py2neo.Graph, reads  (py2neo.py)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from seewhy.graph.derivation.tables import GraphTables
from seewhy.graph.loads import Load

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

Rows = list[dict[str, Any]]
Progress = Callable[[str, int, int], None]
"""Called with (what is written, rows done, rows in all)."""


@dataclass(frozen=True, slots=True)
class Health:
    """What is in a graph, what is wrong with it, and what is merely to be known; counts leave out the engine's own
    bookkeeping."""

    nodes: dict[str, int]
    relationships: dict[str, int]
    problems: tuple[str, ...]
    notes: tuple[str, ...] = ()


@runtime_checkable
class Engine(Protocol):
    """A graph that can be asked and, when opened for writing, loaded.

    Every method raises EngineUnavailable when the graph cannot be reached, is half loaded, damaged, or of another
    model version; `read` also raises LimitReached for a question stopped by its time or work limit.
    """

    @property
    def name(self) -> str:
        """`neo4j` or `embedded`."""

    @property
    def version(self) -> str:
        """As shown to a user: `5.26.30`, `kglite 0.21.2`."""

    @property
    def target(self) -> str:
        """Folder or address as shown to a user, never with credentials."""

    def read(self, text: str, parameters: Mapping[str, Any] | None = None, *, timeout: float | None = None) -> Rows:
        """The rows of a reading query; `timeout` in seconds. Never writes, never answers from half a load."""

    def snapshot(self) -> AbstractContextManager[None]:
        """Reads inside it come from one load: embedded holds its file, Neo4j raises when a load came between."""

    def held(self) -> Callable[[], AbstractContextManager[None]]:
        """A way back, for later and any thread, to the load that is read now: embedded reads it again, on Neo4j
        EngineUnavailable is raised once another one was published."""

    def loads(self) -> tuple[Load, ...]:
        """The finished loads, oldest first; empty for an empty graph."""

    def history(self, stem: str = "", columns: Sequence[str] = ()) -> dict[str, pl.DataFrame]:
        """The history frame of every file, as `publish` was given them; empty for an empty graph. With `stem` and
        `columns` only these columns of that file, which takes less time and memory where the engine keeps files."""

    def derived(self, name: str) -> pa.Buffer | None:
        """What `keep_derived` was given under that name for the newest load, compared with its digest; None where there
        is nothing of that name, or it is not what was stored."""

    def keep_derived(self, name: str, content: bytes) -> None:
        """Store what was worked out from the newest load beside it, where disk and login allow it; it goes with the
        load. Nothing is raised: whoever finds nothing works it out again."""

    def goes_by_before(self) -> bool:
        """Whether `publish` writes what differs from `before`, and so wants to be given it."""

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
        """Make `tables` the content of the graph and `load` its newest load.

        `before` is what the graph holds now (None: nothing, or not wanted). `fresh` forgets earlier loads. When it
        raises, the graph is as before; only a first load or a fresh one that was killed on Neo4j may leave it empty.
        """

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
        """Make these the loads, the history and the content of the graph, whatever it held: of a backup, of an older
        model, or with something left out. When it raises, the graph is as before; with `fresh` a server is emptied
        first, for which it needs less memory, and may be left empty. `before` is what the graph holds, where that is
        known; else a server is read. `alone`: nothing of before is kept beside it."""

    def earlier(self, stem: str) -> dict[str, pl.DataFrame | None]:
        """What is kept beside the newest load, by name: one file's history as it was then, None where that cannot be
        read; empty where nothing is kept."""

    def loading(self) -> AbstractContextManager[None]:
        """The exclusive right to load; EngineUnavailable beside a living load."""

    def health(self) -> Health:
        """Counts and problems; raises only when the graph cannot be reached at all."""

    def close(self) -> None:
        """Let go of files and connections; closing twice is allowed."""
