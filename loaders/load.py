"""One load: read everything, check everything, work out what begins and ends, and only then write, in one visible
step."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seewhy.graph.derivation.derive import derive
from seewhy.graph.engines.stored_tables import stored_tables
from seewhy.graph.errors import ConfigurationError, LoadRejected
from seewhy.graph.inputs.checks import check
from seewhy.graph.loads import MODEL, Load
from seewhy.graph.schemes.of_graph import digests_of, require_schemes
from seewhy.graph.session import day
from seewhy.loaders.ledger import FileCounts, digest, merge
from seewhy.loaders.tables import not_read, read_input

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future

    import polars as pl

    from seewhy.graph.engines.base import Engine
    from seewhy.graph.inputs.tables import RawTable

Progress = "Callable[[str, int, int], None]"


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did, or with `dry_run` would do: counts per file (absent files first), and the size of the graph."""

    load: Load
    counts: tuple[FileCounts, ...]
    changed: bool
    dry_run: bool
    nodes: int
    relationships: int
    cases: int
    profiles: int
    not_read: tuple[str, ...] = ()
    """Names of files in the folder that look like input and were left out, since another file gives the same."""

    def as_dict(self) -> dict[str, Any]:
        """The `load` object of `load --json`."""
        return {
            **self.load.as_dict(),
            "dry_run": self.dry_run,
            "changed": self.changed,
            "nodes": self.nodes,
            "relationships": self.relationships,
            "cases": self.cases,
            "profiles": self.profiles,
            "files": [
                {"file": c.stem, "absent": c.absent, "begin": c.begin, "stay": c.stay, "end": c.end}
                for c in self.counts
            ],
            **({"not_read": list(self.not_read)} if self.not_read else {}),
        }


def product_version() -> str:
    """The installed version of SeeWhy."""
    try:
        return version("seewhy")
    except PackageNotFoundError:
        return "0"


def checked_input(path: Path) -> tuple[dict[str, RawTable], dict[str, pl.DataFrame]]:
    """Read and check a folder or workbook; raises LoadRejected with every problem of both."""
    tables, problems = read_input(path)
    checked = check(tables)
    found = [*problems, *checked.problems]
    if found:
        word = "problem" if len(found) == 1 else "problems"
        raise LoadRejected(f"{len(found):,} {word} in `{path}`; nothing was written", found)
    return tables, checked.frames


def load_folder(
    engine: Engine,
    path: Path,
    *,
    as_of: str | None = None,
    fresh: bool = False,
    dry_run: bool = False,
    progress: Callable[[str, int, int], None] | None = None,
) -> LoadReport:
    """Load a folder (or workbook) as the snapshot of `as_of` (default today).

    Raises LoadRejected with all problems, ConfigurationError for a date before the newest load, EngineUnavailable
    beside another load; in each case the graph stays as it was.
    """
    date = day(as_of)
    tables, frames = checked_input(path)
    given = frozenset(tables)
    del tables
    report = load_checked(engine, frames, given=given, as_of=date, fresh=fresh, dry_run=dry_run, progress=progress)
    return replace(report, not_read=not_read(path))


def load_checked(
    engine: Engine,
    frames: Mapping[str, pl.DataFrame],
    *,
    given: frozenset[str],
    as_of: str,
    fresh: bool = False,
    dry_run: bool = False,
    progress: Callable[[str, int, int], None] | None = None,
) -> LoadReport:
    """The same for input that is read and checked already."""
    # The digest is worked out beside the merge: one core sorts and hashes while another one joins.
    with engine.loading(), ThreadPoolExecutor(1) as beside:
        content = beside.submit(digest, frames)
        return _load(engine, frames, given, as_of, fresh, dry_run, progress, content, beside)


def _load(
    engine: Engine,
    frames: Mapping[str, pl.DataFrame],
    given: frozenset[str],
    as_of: str,
    fresh: bool,
    dry_run: bool,
    progress: Callable[[str, int, int], None] | None,
    content: Future[str],
    beside: ThreadPoolExecutor,
) -> LoadReport:
    started = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    loads = () if fresh else engine.loads()
    if loads and as_of < loads[-1].as_of:
        raise ConfigurationError(
            f"`{as_of}` is before the newest load, which is as of {loads[-1].as_of}",
            "snapshots are loaded in order of time; --fresh starts anew",
        )
    require_schemes(loads)
    history = {} if fresh or not loads else engine.history()
    number = int(loads[-1].id.rsplit("-", 1)[1]) + 1 if loads else 1
    name = f"load-{number:04d}"
    merged = merge(history, frames, as_of, name, given=given)
    counts = tuple(sorted(merged.counts, key=lambda c: not c.absent))
    facts = sum(c.begin + c.stay for c in counts)
    governing = digests_of(set(merged.history["systems"]["scheme"].to_list()))
    ruled_otherwise = bool(loads) and loads[-1].schemes != "" and loads[-1].schemes != governing
    changed = not loads or any(c.begin or c.end for c in counts) or not _same(history, merged.history)
    changed |= ruled_otherwise
    # What other rules derived cannot be derived again by these: it is read back, where it is wanted at all.
    derived_before = None
    if changed and loads and not dry_run and not ruled_otherwise and engine.goes_by_before():
        derived_before = beside.submit(copy_context().run, derive, history, loads[-1].as_of)
    tables = derive(merged.history, as_of)
    nodes, relationships = tables.size
    sizes = (nodes, relationships, len(tables.nodes["CaseFile"]), len(tables.nodes["AccessProfile"]))
    if not changed:
        return LoadReport(loads[-1], counts, False, dry_run, *sizes)
    finished = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    load = Load(name, as_of, started, finished, content.result(), facts, MODEL, product_version(), governing)
    if not dry_run:
        before = derived_before.result() if derived_before is not None else None
        if ruled_otherwise and engine.name != "embedded":
            before = stored_tables(engine.read)
        engine.publish(load, merged.history, tables, before=before, fresh=fresh, progress=progress)
    return LoadReport(load, counts, True, dry_run, *sizes)


def _same(one: Mapping[str, pl.DataFrame], two: Mapping[str, pl.DataFrame]) -> bool:
    """Whether two histories hold the same facts (a corrected date begins and ends nothing, yet is a change)."""
    return one.keys() == two.keys() and all(one[stem].equals(two[stem]) for stem in one)
