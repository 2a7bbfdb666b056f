"""The Neo4j engine: one server or a cluster, every question in a READ session with a timeout.

Rows between two equal states of the graph (`load/state.cypher`) come from one load: `changes` is raised by every step
that is published. A read asks for the state after its rows, a snapshot before its first and after its last one; behind
`neo4j://` the bookmarks make every answer at least as new as the one before it, whichever member gives it.
`lease.py` has the phases of a running load, `server.py` the driver.

Long because the load protocol and the reads that respect it are one thing.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import neo4j
import polars as pl
import pyarrow as pa

from seewhy.graph.derivation.periods import as_stored_before
from seewhy.graph.derivation.tables import GraphTables
from seewhy.graph.engines.base import Health, Progress, Rows
from seewhy.graph.engines.chain import checked_history, checked_loads, damaged, load_line
from seewhy.graph.engines.counting import counted
from seewhy.graph.engines.deltas import GraphDelta
from seewhy.graph.engines.derived_files import MOST_DERIVED
from seewhy.graph.engines.lease import Lease, empty, taken_over, undo
from seewhy.graph.engines.server import Server
from seewhy.graph.engines.stored_tables import stored_tables
from seewhy.graph.engines.texts import OWN_LABELS, text
from seewhy.graph.engines.writing import (
    PIECE,
    Run,
    delete_other,
    write_delta,
    write_history,
    write_in_batches,
    write_kind_labels,
)
from seewhy.graph.errors import EngineUnavailable, SeeWhyError
from seewhy.graph.loads import MODEL, NEWER, Load, loaded, way_up
from seewhy.graph.schemes.in_use import labels
from seewhy.graph.schemes.of_graph import ruled_otherwise
from seewhy.graph.settings import Settings

SCHEMA_FILES = ("index_unit_kind", "index_case_system", "index_profile_scheme")
_STATE = text("load/state")
T = TypeVar("T")
_WAIT = 0.02
"""Seconds between two looks at a commit that is being applied."""


@dataclass(frozen=True, slots=True)
class _State:
    changes: int | None
    model: int | None
    interrupted: str | None
    since: str | None
    phase: str | None
    dead: bool | None
    loads: list[str] | None
    history: list[str] | None
    size: list[int] | None


class Neo4jEngine:
    """A graph on a Neo4j server. See `Engine` for what the methods promise."""

    name = "neo4j"

    def __init__(self, server: Server, settings: Settings, *, write: bool, older: bool = False) -> None:
        self.target, self.version = server.target, server.version
        self._server = server
        self._settings = settings
        self._write = write
        self._older = older
        self._changes: int | None = None
        self._seen: _State | None = None
        self.undone = ""
        self._lease: Lease | None = None
        self._schema_made = False
        self._inside: ContextVar[bool] = ContextVar("inside", default=False)
        try:
            self._accept(self._state())
        except BaseException:
            self.close()
            raise

    @classmethod
    def open(
        cls, target: str | neo4j.Driver, settings: Settings, *, write: bool = False, older: bool = False
    ) -> Neo4jEngine:
        """Connect to an address without credentials, or use a driver that stays the caller's to close."""
        if isinstance(target, str):
            return cls(Server.connect(target, settings, loads=write), settings, write=write, older=older)
        return cls(Server(target, settings, owned=False), settings, write=write, older=older)

    def read(self, text: str, parameters: Mapping[str, Any] | None = None, *, timeout: float | None = None) -> Rows:
        """The rows of a reading query; see `Engine.read`."""
        if self._inside.get():
            return self._server.read(text, parameters, timeout)
        seconds = self._settings.seewhy_query_timeout if timeout is None else timeout
        deadline = time.monotonic() + seconds
        while True:
            before = self._changes
            rows = self._server.read(text, parameters, seconds)
            if self._settled(deadline) == before or time.monotonic() >= deadline:
                return rows

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Raises EngineUnavailable at the end of the block, whatever ends it, when a load was published in between.

        It holds for this thread and where its context goes.
        """
        if self._inside.get():
            yield
            return
        with self._all_of(self._settled()):
            yield

    @contextmanager
    def _all_of(self, before: int | None) -> Iterator[None]:
        """The block reads this step; EngineUnavailable at its end when another one was published meanwhile."""
        token = self._inside.set(True)
        try:
            yield
        except EngineUnavailable:
            raise
        except Exception:
            # Half a load may look like an unknown id, or worse: then the load is what is said.
            self._unchanged(before)
            raise
        finally:
            self._inside.reset(token)
        self._unchanged(before)

    def held(self) -> Callable[[], AbstractContextManager[None]]:
        """A way back to the load that is read now; the block raises EngineUnavailable once another was published."""
        before = self._changes
        return lambda: self._all_of(before)

    def loads(self) -> tuple[Load, ...]:
        """The finished loads, oldest first."""
        return self._account(
            "load/finished_loads",
            lambda rows, seen: checked_loads([loaded(row) for row in rows], seen.loads, self.target),
        )

    def history(self, stem: str = "", columns: Sequence[str] = ()) -> dict[str, pl.DataFrame]:
        """The stored history frames by file stem, each the one that a load stored."""
        every = self._account("load/history", lambda rows, seen: checked_history(rows, seen.history, self.target))
        return {stem: every[stem].select(columns)} if stem else every

    def derived(self, name: str) -> pa.Buffer | None:
        """See `Engine.derived`."""
        with suppress(EngineUnavailable):
            pieces = self.read(text("load/derived"), {"name": name})
            content = b"".join(bytes(piece["bytes"] or b"") for piece in pieces)
            if pieces and hashlib.sha256(content).hexdigest() == pieces[0]["digest"]:
                return pa.py_buffer(content)
        return None

    def keep_derived(self, name: str, content: bytes) -> None:
        """See `Engine.keep_derived`; a login that may only read keeps nothing."""
        state, digest = {"changes": self._changes}, hashlib.sha256(content).hexdigest()
        with suppress(SeeWhyError):
            held = [row["name"] for row in self.read(text("load/derived_names")) if row["name"] != name]
            self._server.write(text("load/delete_derived"), {"names": [name, *held[: -(MOST_DERIVED - 1)]]})
            for part, begin in enumerate(range(0, len(content), PIECE)):
                piece = {"name": name, "part": part, "digest": digest, "bytes": content[begin : begin + PIECE]}
                self._server.write(text("load/create_derived"), {**state, **piece})

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Hold the right to load; sets up constraints and indexes in an empty database first."""
        if not self._write:
            raise EngineUnavailable(f"the graph `{self.target}` was opened for reading only")
        self._check_ours()
        self._make_schema()
        lease = Lease(self._server.write, self._settings.seewhy_load_alive_seconds)
        if not lease.begin():
            self._undo_dead_load(needed=True)
            if not lease.begin():
                state = self._state()
                since = f" (since {state.since})" if state.since else ""
                raise EngineUnavailable(f"another load of this graph is running{since}", "wait until it has finished")
        self._lease = lease
        try:
            yield
        finally:
            self._lease = None
            try:
                lease.release()
                self._server.write(text("load/delete_state"), {})
            except SeeWhyError:
                pass  # the server is away: the load is dead to the next command, which undoes it

    def goes_by_before(self) -> bool:
        """See `Engine.goes_by_before`: a server is never written anew where it holds a load."""
        return True

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
        """A delta in one transaction, or a first or fresh load in batches; see `Engine.publish`."""
        if self._lease is None:
            with self.loading():
                return self.publish(load, history, tables, before=before, fresh=fresh, progress=progress)
        lease = self._lease
        loads = () if fresh else self.loads()
        lines = [load_line(one) for one in (*loads, load)]
        finish = _account([load], lines, tables) | {"owner": lease.owner}
        if fresh or before is None:
            self._write_all(lease, history, tables, finish, progress)
            return
        if self._seen is None or self._seen.history is None:
            before = GraphTables(
                {label: as_stored_before(frame) for label, frame in before.nodes.items()},
                {arrow: as_stored_before(frame) for arrow, frame in before.relationships.items()},
            )
        more = self._seen is not None and self._seen.size not in (None, list(before.size))
        self._write_delta(lease, history, before, tables, finish, progress, others=more)

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
        """See `Engine.replace`; in one transaction from what the graph holds, or with `fresh` in batches."""
        if self._lease is None:
            with self.loading():
                return self.replace(
                    loads, history, tables, before=before, fresh=fresh, alone=alone, progress=progress
                )
        lease = self._lease
        finish = _account(loads, [load_line(one) for one in loads], tables) | {"owner": lease.owner}
        if fresh:
            self._write_all(lease, history, tables, finish, progress)
        else:
            if before is None or self._seen is None or self._seen.history is None:
                before = stored_tables(self.read)
            self._write_delta(lease, history, before, tables, finish, progress, others=True, loads=True)
        if alone:
            self._server.write(text("load/delete_derived"), {"names": []})

    def earlier(self, stem: str) -> dict[str, pl.DataFrame | None]:
        """See `Engine.earlier`: a server has one state."""
        return {}

    def _write_delta(
        self,
        lease: Lease,
        history: Mapping[str, pl.DataFrame],
        before: GraphTables,
        tables: GraphTables,
        finish: Mapping[str, Any],
        progress: Progress | None,
        *,
        others: bool,
        loads: bool = False,
    ) -> None:
        """From `before` to `tables` in one transaction; `others`: there is more than `before`, which goes; `loads`: so
        do the loads that are there."""
        stored = {row["stem"]: row["digest"] for row in self.read(text("load/history_digests"))}

        def delta(run: Run) -> None:
            if others:
                delete_other(run)
            write_delta(GraphDelta.between(before, tables), run, progress)
            write_kind_labels(tables, run)
            held = write_history(history, stored, run)
            lease.enter("committing")
            if loads:
                run(text("load/delete_loads"), {})
            _finish(run, {**finish, "history": held})

        self._server.once(delta)

    def clear(self) -> None:
        """Take away everything that was loaded; the database is empty afterwards."""
        with self.loading():
            lease = self._lease
            if lease is not None:
                lease.enter("batches")
                empty(self._server.stream)
                lease.enter("checking")
        self._server.write(text("load/forget_state"), {})

    def health(self) -> Health:
        """Counts of the vocabulary's labels and types, and what is wrong with the graph."""
        state = self._state()
        problems: list[str] = []
        if state.since and state.dead:
            problems.append(f"the load that began at {state.since} was interrupted; the next command undoes it")
        elif state.since:
            problems.append(f"a load has been running since {state.since}")
        try:
            self._check_ours()
            if not state.since:
                self._accept(state)
                self.history()  # nothing else reads every piece of it
        except EngineUnavailable as error:
            problems.append(error.message)
        found = counted(self._server.read, problems)
        held = [sum(found.nodes.values()), sum(found.relationships.values())]
        if state.size is None and state.changes and not state.since:
            note = "the graph was made before its history had digests: damage may go unseen; the next load writes them"
            return replace(found, notes=(note,))
        if state.size is not None and held != state.size and not state.since and not self._ruled_otherwise():
            wrong = "the graph holds {:,} nodes and {:,} relationships; its load wrote {:,} and {:,}"
            return replace(found, problems=(*found.problems, wrong.format(*held, *state.size)))
        return found

    def close(self) -> None:
        """Close the connection if this engine opened it."""
        self._server.close()

    def _write_all(
        self,
        lease: Lease,
        history: Mapping[str, pl.DataFrame],
        tables: GraphTables,
        finish: Mapping[str, Any],
        progress: Progress | None,
    ) -> None:
        """Everything anew in batches; where that fails the graph is left empty."""
        lease.enter("batches")
        with self._or_empty(lease):
            empty(self._server.stream)
            write_in_batches(tables, lambda work: self._in_load(lease, work), lease.check, progress)
            self._in_load(lease, lambda run: write_kind_labels(tables, run))
            lines: dict[str, list[str]] = {}
            for stem, frame in history.items():

                def store(run: Run, stem: str = stem, frame: pl.DataFrame = frame) -> None:
                    lines[stem] = write_history({stem: frame}, {}, run)  # again when the server asks for it

                self._in_load(lease, store)
            held = [line for stem in history for line in lines[stem]]
            self._server.once(lambda run: _finish(run, {**finish, "history": held}))

    @contextmanager
    def _or_empty(self, lease: Lease) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self._give_up(lease)
            raise

    def _in_load(self, lease: Lease, work: Callable[[Run], None]) -> None:
        """A transaction of the load; stops when the load was taken over."""

        def run_all(run: Run) -> None:
            if not run(text("load/still_ours"), {"owner": lease.owner}).rows[0]["n"]:
                raise taken_over()
            work(run)

        self._server.transaction(run_all)

    def _give_up(self, lease: Lease) -> None:
        """A first or fresh load failed in this process: leave an empty graph, not half of one."""
        with suppress(SeeWhyError):
            lease.check()
            empty(self._server.stream)
            self._server.write(text("load/note_interrupted"), {"since": ""})
            lease.enter("checking")

    def _state(self) -> _State:
        return _State(**self._server.read(_STATE)[0])

    def _settled(self, deadline: float | None = None) -> int | None:
        """The number of the published step, once no commit is being applied; raises as `_accept` does."""
        until = time.monotonic() + self._settings.seewhy_query_timeout if deadline is None else deadline
        while (state := self._state()).phase == "committing" and not state.dead and time.monotonic() < until:
            time.sleep(_WAIT)
        return self._accept(state)

    def _unchanged(self, before: int | None) -> None:
        if self._settled() != before:
            raise EngineUnavailable("a load was published while this was answered", "ask again")

    def _accept(self, state: _State) -> int | None:
        """The number of the published step, or EngineUnavailable with why nothing can be answered from this state."""
        if state.dead:
            self._undo_dead_load(needed=state.phase == "batches")
            self.undone = state.since or ""
            state = self._state()
        if state.phase == "batches":
            raise EngineUnavailable(f"a load has been running since {state.since}", "ask again when it has finished")
        if state.changes is None and not self._write:
            self._check_ours()
            raise EngineUnavailable(
                f"there is no graph at `{self.target}` yet", "load a folder first: `seewhy load FOLDER`"
            )
        if state.interrupted is not None and not self._write:
            began = f" that began at {state.interrupted}" if state.interrupted else ""
            raise EngineUnavailable(
                f"the graph at `{self.target}` is empty: the load{began} was interrupted", "load the folder again"
            )
        if state.model is not None and state.model != MODEL and not (self._older and state.model < MODEL):
            raise EngineUnavailable(
                f"the graph at `{self.target}` has graph model {state.model}, this SeeWhy reads model {MODEL}",
                NEWER if state.model > MODEL else way_up(self.target),
            )
        self._changes, self._seen = state.changes, state
        return state.changes

    def _account(self, name: str, check: Callable[[Rows, _State], T]) -> T:
        """Rows that the state keeps an account of; when they do not fit, the error says whether a load came between."""
        rows = self.read(text(name))
        seen = self._seen
        assert seen is not None, "a state was accepted when the engine was opened"
        try:
            return check(rows, seen)
        except EngineUnavailable:
            if self._inside.get():
                self._unchanged(seen.changes)
            raise

    def _undo_dead_load(self, *, needed: bool) -> None:
        """Undo a load past its `alive_until`; a login that may not is an error only where the graph is half written."""
        try:
            undo(self._server.write, self._server.stream, self._settings.seewhy_load_alive_seconds)
        except EngineUnavailable as error:
            if not needed:
                return
            raise EngineUnavailable(
                f"a load was interrupted and this login cannot undo it: {error.message}",
                "run a command with a login that may write",
            ) from None

    def _check_ours(self) -> None:
        """EngineUnavailable when the database holds nodes that SeeWhy did not make."""
        lost = self._state().changes is None
        if lost and self._server.read(text("load/finished_loads")):
            raise damaged(self.target, "its state (the node `Ledger`) is missing")
        known = () if lost else (*labels(), *OWN_LABELS)
        held = self._server.read(text("load/count_all_nodes"))[0]["n"]
        ours = sum(self._server.read(text("load/count_nodes", LABEL=label))[0]["n"] for label in known)
        if held > ours and not self._of_other_rules(held):
            rows = self._server.read(text("load/any_label"), {"ours": list(known)})
            example = f", for example `{rows[0]['label']}`" if rows and rows[0]["label"] else ""
            name = self._server.database or "neo4j"
            raise EngineUnavailable(
                f"the database `{name}` at `{self.target}` holds data that SeeWhy did not load{example}",
                "name an empty database in `NEO4J_DATABASE`",
            )

    def _ruled_otherwise(self) -> bool:
        loads = self._server.read(text("load/finished_loads"))
        return bool(loads) and ruled_otherwise(loaded(loads[-1]))

    def _of_other_rules(self, held: int) -> bool:
        """Whether so many nodes are those of the newest load, made with a scheme that has changed or is not in use."""
        size = self._state().size
        if size is None or not self._ruled_otherwise():
            return False
        own = sum(self._server.read(text("load/count_nodes", LABEL=label))[0]["n"] for label in OWN_LABELS)
        return bool(held == size[0] + own)

    def _make_schema(self) -> None:
        if self._schema_made:
            return
        for label in (*labels(), *OWN_LABELS):
            self._server.stream(text("schema/unique_id", LABEL=label))
        for name in SCHEMA_FILES:
            self._server.stream(text(f"schema/{name}"))
        self._schema_made = True


def _account(loads: Sequence[Load], lines: Sequence[str], tables: GraphTables) -> dict[str, Any]:
    """What `finish` is given of the loads that it records; `lines` are those of all loads."""
    records = [{**load.as_dict(), "name": load.id} for load in loads]
    return {"records": records, "model": loads[-1].model, "loads": list(lines), "size": list(tables.size)}


def _finish(run: Run, given: Mapping[str, Any]) -> None:
    if not run(text("load/finish"), given).nodes_created:
        raise taken_over()
