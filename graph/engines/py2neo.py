"""A graph that somebody's scripts already hold as a `py2neo.Graph`: questions only.

py2neo has been without a maintainer since 2023; it works for reading here, has no timeout per query, and gets no loads.
New code should use the official driver (`open_engine("neo4j://…")`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import polars as pl

from seewhy.graph.derivation.tables import GraphTables
from seewhy.graph.engines.base import Health, Progress, Rows
from seewhy.graph.engines.chain import checked_loads
from seewhy.graph.engines.counting import counted
from seewhy.graph.engines.texts import text
from seewhy.graph.errors import EngineUnavailable
from seewhy.graph.loads import MODEL, NEWER, Load, loaded, way_up
from seewhy.graph.settings import Settings


class Py2neoEngine:
    """Reads through `py2neo.Graph.run`. See `Engine` for what the methods promise; loading is refused."""

    name = "neo4j"

    def __init__(self, graph: Any, settings: Settings) -> None:
        self._graph = graph
        self._settings = settings
        self._lines: list[str] | None = None
        profile = graph.service.profile
        self.target = f"{profile.scheme}://{profile.host}:{profile.port}"
        self.version = str(graph.service.kernel_version)
        self._check_state()

    def read(self, text: str, parameters: Mapping[str, Any] | None = None, *, timeout: float | None = None) -> Rows:
        """The rows of a reading query; the timeout is the server's own, `timeout` cannot be passed on by py2neo."""
        before = self._check_state()
        while True:
            rows = self._run(text, parameters)
            after = self._check_state()
            if after == before:
                return rows
            before = after

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Raises EngineUnavailable at the end of the block when a load was published while it ran."""
        before = self._check_state()
        yield
        if self._check_state() != before:
            raise EngineUnavailable("a load was published while this was answered", "ask again")

    def held(self) -> Callable[[], AbstractContextManager[None]]:
        """A way back to the load that is read now; the block raises EngineUnavailable once another was published."""
        before = self._check_state()

        @contextmanager
        def again() -> Iterator[None]:
            with self.snapshot():
                if self._check_state() != before:
                    raise EngineUnavailable("a load was published since this was answered", "ask again")
                yield

        return again

    def loads(self) -> tuple[Load, ...]:
        """The finished loads, oldest first."""
        found = [loaded(row) for row in self.read(text("load/finished_loads"))]
        return checked_loads(found, self._lines, self.target)

    def history(self, stem: str = "", columns: Sequence[str] = ()) -> dict[str, pl.DataFrame]:
        """Refused: only a load needs it."""
        raise self._reads_only()

    def derived(self, name: str) -> None:
        """Nothing is kept through a connection that is somebody else's."""

    def keep_derived(self, name: str, content: bytes) -> None:
        """Nothing."""

    def goes_by_before(self) -> bool:
        """It only reads."""
        return False

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
        """Refused."""
        raise self._reads_only()

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
        """Refused."""
        raise self._reads_only()

    def earlier(self, stem: str) -> dict[str, pl.DataFrame | None]:
        """Nothing."""
        return {}

    def loading(self) -> AbstractContextManager[None]:
        """Refused."""
        raise self._reads_only()

    def health(self) -> Health:
        """Counts of the vocabulary's labels and types."""
        return counted(self._run, ())

    def close(self) -> None:
        """Nothing: the connection belongs to the caller."""

    def _check_state(self) -> int:
        state = self._run(text("load/state"))[0]
        if state["phase"] == "batches":
            raise EngineUnavailable(f"a load has been running since {state['since']}", "ask again when it has finished")
        if state["changes"] is None or state["interrupted"] is not None:
            raise EngineUnavailable(f"there is no graph at `{self.target}` yet", "load a folder first")
        if state["model"] != MODEL:
            hint = NEWER if state["model"] > MODEL else way_up(self.target)
            raise EngineUnavailable(f"the graph at `{self.target}` has graph model {state['model']}, not {MODEL}", hint)
        self._lines = state["loads"]
        return int(state["changes"])

    def _run(self, query: str, parameters: Mapping[str, Any] | None = None) -> Rows:
        try:
            rows: Rows = self._graph.run(query, dict(parameters or {})).data()
        except Exception as error:  # py2neo raises errors of several trees, some of them from the socket
            message = str(error).strip().splitlines()[:1]
            raise EngineUnavailable(f"the graph at `{self.target}` did not answer: {''.join(message)}") from None
        return rows

    def _reads_only(self) -> EngineUnavailable:
        return EngineUnavailable("a py2neo graph can be asked, not loaded", "use `neo4j://…` for loading")
