"""A backup: loads and ledger of a graph in one file, from which either engine makes the same graph again.

Everything in a graph is derived from its ledger, so nothing else is kept. The file is a tar archive in which every
part has its sha256 and its rows (`graph/files/part_archive.py`): `loads.json`, `history/<file>.parquet`, and below
`log/` the question log where one was given.
"""

from __future__ import annotations

import datetime as dt
import io
import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

import polars as pl

from seewhy.graph.derivation.derive import derive
from seewhy.graph.errors import ConfigurationError, EngineUnavailable
from seewhy.graph.files.part_archive import ArchiveWriter, Unreadable, read_archive
from seewhy.graph.loads import MODEL, Load, loaded
from seewhy.graph.schemes.of_graph import require_schemes
from seewhy.loaders.load import product_version
from seewhy.loaders.upgrade import brought_up, require_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from seewhy.graph.derivation.tables import GraphTables
    from seewhy.graph.engines.base import Engine, Progress
    from seewhy.graph.files.part_archive import Archive

ROOT, FORMAT, VERSION = "seewhy-backup", "seewhy-backup", 1
LOADS, HISTORY, LOG = "loads.json", "history/", "log/"
_TRIES = 5
"""How often a backup begins again because a load was published meanwhile."""

LogPart = tuple[str, bytes, "int | None"]
"""A file of the question log: its name below `log/`, its bytes, its entries where it has any."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What a backup holds: its newest load, the rows of the ledger, and its parts."""

    load: Load
    loads: int
    rows: int
    parts: int


def back_up(engine: Engine, file: BinaryIO, log: Iterable[LogPart] = ()) -> Saved:
    """Write a backup of the newest load of an open graph, all of one load however many are published meanwhile.

    Takes as much memory as the ledger. Raises EngineUnavailable for what is no whole graph.
    """
    loads, history = _of_one_load(engine)
    writer = ArchiveWriter(file, ROOT)
    writer.add(LOADS, json.dumps([load.as_dict() for load in loads], indent=1).encode() + b"\n", len(loads))
    for stem, frame in history.items():
        content = io.BytesIO()
        frame.write_parquet(content, compression="zstd", compression_level=3)
        writer.add(f"{HISTORY}{stem}.parquet", content.getvalue(), len(frame))
    for name, said, entries in log:
        writer.add(f"{LOG}{name}", said, entries)
    newest = loads[-1]
    writer.finish(
        {
            "format": FORMAT,
            "version": VERSION,
            "made": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "product": product_version(),
            "engine": f"{engine.name} {engine.version}",
            "model": newest.model,
            "load": newest.id,
            "as_of": newest.as_of,
        }
    )
    return Saved(newest, len(loads), sum(map(len, history.values())), len(writer.parts))


def _of_one_load(engine: Engine) -> tuple[tuple[Load, ...], dict[str, pl.DataFrame]]:
    for again in range(_TRIES, -1, -1):
        try:
            with engine.snapshot():
                loads, history = engine.loads(), engine.history()
        except EngineUnavailable as error:
            if not again or error.hint != "ask again":
                raise
        else:
            if not loads:
                raise EngineUnavailable(f"the graph `{engine.target}` is empty", "there is nothing to back up")
            return loads, history
    raise AssertionError("unreachable")


@dataclass(frozen=True, slots=True)
class Checked:
    """What one part of a backup is: `state` is `whole`, or in words what is wrong with it."""

    part: str
    state: str
    rows: int | None


class Backup:
    """A backup that was read. `parts` has every part, `holds` says whether all are whole. Of one that a newer SeeWhy
    made (`newer`) only the bytes are known."""

    def __init__(self, archive: Archive, shown: str) -> None:
        self.shown, self.manifest, self._archive = shown, archive.manifest, archive
        version, model = (archive.manifest.get(name) for name in ("version", "model"))
        self.newer = version != VERSION or type(model) is not int or model > MODEL
        wrong = dict(archive.wrong)
        self.loads: tuple[Load, ...] = ()
        self.history: dict[str, pl.DataFrame] = {}
        if not self.newer:
            self._read(wrong)
        self.parts = tuple(
            Checked(name, wrong.get(name, "whole"), archive.parts[name].rows if name in archive.parts else None)
            for name in dict.fromkeys((*archive.parts, *wrong))
        )

    @property
    def holds(self) -> bool:
        """Whether every part is as it was written."""
        return all(one.state == "whole" for one in self.parts)

    @property
    def has_log(self) -> bool:
        """Whether the question log is in it."""
        return any(one.part.startswith(LOG) for one in self.parts)

    def log(self) -> Iterator[tuple[str, bytes]]:
        """The files of the question log, by name below its folder."""
        for name in self._archive.parts:
            if name.startswith(LOG):
                yield name.removeprefix(LOG), self._content(name)

    def require_whole(self) -> None:
        """Raises ConfigurationError, naming the first part that is not as it was written, and for a newer one."""
        if self.newer:
            raise ConfigurationError(
                f"the backup `{self.shown}` was made by a newer SeeWhy ({self.manifest.get('product')})",
                "use that version",
            )
        for one in self.parts:
            if one.state != "whole":
                raise ConfigurationError(
                    f"the backup `{self.shown}` is damaged: `{one.part}` {one.state}", "take another copy of it"
                )

    def tables(self) -> tuple[tuple[Load, ...], dict[str, pl.DataFrame], GraphTables]:
        """Loads, ledger and content of the graph as this SeeWhy makes it; a ledger of an older one is brought up.

        Raises ConfigurationError for what no graph can be made of, EngineUnavailable for a scheme that is not in use.
        """
        require_schemes(self.loads)
        try:
            require_whole(self.loads, self.history, f"the backup `{self.shown}` is damaged")
        except EngineUnavailable as error:
            raise ConfigurationError(error.message, error.hint) from None
        loads, history = self.loads, self.history
        if loads[-1].model < MODEL:
            loads, history = brought_up(loads, history)
        return loads, history, derive(history, loads[-1].as_of)

    def _content(self, name: str) -> bytes:
        try:
            return self._archive.content(name)
        except Unreadable as error:
            raise _unreadable(self.shown, error) from None

    def _read(self, wrong: dict[str, str]) -> None:
        """Loads and ledger, as far as their parts are whole; what their bytes do not hold becomes `wrong`."""
        if LOADS not in self._archive.parts:
            wrong[LOADS] = "is missing"
        for name, part in self._archive.parts.items():
            if name in wrong:
                continue
            try:
                if name == LOADS:
                    self.loads = tuple(loaded(one) for one in json.loads(self._content(name)))
                    rows, newest = len(self.loads), self.loads[-1]
                    said = (newest.id, newest.as_of, newest.model)
                    if said != tuple(self.manifest.get(key) for key in ("load", "as_of", "model")):
                        wrong[name] = "does not end in the load that the manifest names"
                elif name.startswith(HISTORY):
                    frame = pl.read_parquet(io.BytesIO(self._content(name)))
                    self.history[name.removeprefix(HISTORY).removesuffix(".parquet")] = frame
                    rows = len(frame)
                else:
                    continue
            except (ValueError, KeyError, TypeError, IndexError, OSError, pl.exceptions.PolarsError):
                wrong[name] = "cannot be read"
                continue
            if rows != part.rows:
                wrong[name] = f"holds {rows:,} rows instead of {part.rows}"


@contextmanager
def open_backup(path: Path) -> Iterator[Backup]:
    """Read a backup, every byte of it. Raises ConfigurationError for what is none."""
    try:
        file = path.open("rb")
    except IsADirectoryError:
        raise ConfigurationError(f"`{path}` is a folder, and a backup is a file") from None
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "no such name can exist").lower()
        raise ConfigurationError(f"the backup `{path}` cannot be read: {reason}") from None
    with file:
        try:
            archive = read_archive(file, ROOT)
        except (Unreadable, OSError) as error:
            raise _unreadable(str(path), error) from None
        if archive.manifest.get("format") != FORMAT:
            raise _unreadable(str(path), "is of another format")
        yield Backup(archive, str(path))


def _unreadable(shown: str, why: object) -> ConfigurationError:
    said = (why.strerror or "it cannot be read").lower() if isinstance(why, OSError) else f"it {why}"
    return ConfigurationError(f"`{shown}` is no readable backup: {said}", "`seewhy backup FILE` makes one")


def restore(backup: Backup, engine: Engine, *, fresh: bool = False, progress: Progress | None = None) -> dict[str, Any]:
    """Make the graph of a backup in an empty one, or with `fresh` instead of what is there. All of it is checked first.

    Raises ConfigurationError for a damaged backup and for a graph that is not empty; nothing is written then.
    """
    backup.require_whole()
    loads, history, tables = backup.tables()
    with engine.loading():
        held = () if fresh else engine.loads()
        if held:
            raise ConfigurationError(
                f"the graph `{engine.target}` holds {held[-1].id} as of {held[-1].as_of} already",
                "name an empty one, or replace it with --fresh",
            )
        engine.replace(loads, history, tables, fresh=True, progress=progress)
    nodes, relationships = tables.size
    return {
        "target": engine.target, "engine": f"{engine.name} {engine.version}", "load": loads[-1].id,
        "as_of": loads[-1].as_of, "loads": len(loads), "rows": sum(map(len, history.values())), "nodes": nodes,
        "relationships": relationships,
    }  # fmt: skip
