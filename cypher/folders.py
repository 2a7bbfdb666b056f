"""The scheme folders in use: those that ship, and those of an organisation.

A process uses one set of folders. `use` adds to it at the start (command line, environment, installed packages);
`using` takes another set for one block, such as the folders inside an evidence file. What is read from the folders is
kept per set (`per_set`), so no text of one set meets an answer of another.
"""

from __future__ import annotations

import contextlib
import tomllib
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache, wraps
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from importlib.resources.abc import Traversable

T = TypeVar("T")
BUILT_IN = "built in"
"""Where a folder that ships comes from, in words."""
FILE = "scheme.toml"
"""What makes a folder a scheme."""
COMMON = "common"
"""The folder of what stands before every ladder."""


@dataclass(frozen=True, slots=True)
class Folder:
    """One scheme folder: its name, where its files are, and where it comes from (`built in`, a path, a package)."""

    name: str
    path: Traversable
    origin: str

    @property
    def label(self) -> str:
        """What its files are called by in messages and answers: their path in the repository, or in the folder."""
        return f"cypher/schemes/{self.name}" if self.origin == BUILT_IN else self.name


@dataclass(frozen=True, eq=False)
class InUse:
    """One set of folders by name, and what was read from them."""

    folders: Mapping[str, Folder]

    @property
    def own(self) -> tuple[Folder, ...]:
        """Those that do not ship."""
        return tuple(folder for folder in self.folders.values() if folder.origin != BUILT_IN)

    kept: dict[Any, Any] = field(default_factory=dict, repr=False)


def common() -> Traversable:
    """The folder of the gate."""
    return files("seewhy.cypher") / "schemes" / COMMON


@cache
def shipped() -> Mapping[str, Folder]:
    """The folders that ship, by name, in the order in which they are shown (`place` of scheme.toml)."""
    root = files("seewhy.cypher") / "schemes"
    found = [one for one in root.iterdir() if (one / FILE).is_file()]
    found.sort(key=lambda one: int(tomllib.loads((one / FILE).read_text("utf-8"))["place"]))
    return MappingProxyType({one.name: Folder(one.name, one, BUILT_IN) for one in found})


def properties_named(folder: Folder) -> frozenset[str]:
    """The columns that a folder's graph.toml makes properties of relationships; none where it cannot be read."""
    try:
        tables = tomllib.loads((folder.path / "graph.toml").read_text("utf-8")).values()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        return frozenset()
    lists = (table.get("properties") for table in tables if isinstance(table, dict))
    return frozenset(name for found in lists if isinstance(found, list) for name in found if isinstance(name, str))


_SETS: dict[object, InUse] = {}
_KEPT = 8
"""Sets of folders whose readings are kept; a process needs two or three."""


def _stamp(folder: Folder) -> object:
    """What changes when somebody edits a folder; of those that ship nothing does."""
    if folder.origin == BUILT_IN:
        return ""
    if not isinstance(folder.path, Path):  # in a file, or a package
        file = Path(folder.origin)
        return file.stat().st_mtime_ns if file.is_file() else ""
    files_ = ((one, one.stat()) for one in sorted(folder.path.rglob("*")) if one.is_file())
    return tuple((str(one), state.st_size, state.st_mtime_ns) for one, state in files_)


def _set(folders: Mapping[str, Folder]) -> InUse:
    """The set, the same one for the same folders: what was read from them is kept."""
    key = tuple((name, folder.origin, _stamp(folder)) for name, folder in folders.items())
    if key not in _SETS:
        if len(_SETS) >= _KEPT:
            _SETS.pop(next(iter(_SETS)))
        _SETS[key] = InUse(MappingProxyType(dict(folders)))
    return _SETS[key]


_of_process = _set(shipped())
_OF_BLOCK: ContextVar[InUse | None] = ContextVar("scheme folders", default=None)


def in_use() -> InUse:
    """The folders of this block, else of the process."""
    return _OF_BLOCK.get() or _of_process


def use(more: Iterable[Folder]) -> None:
    """Use these folders besides those that ship, as they are now, in the whole process from now on."""
    global _of_process
    own = {folder.name: folder for folder in more}
    wanted = dict(shipped()) | own
    if own or _of_process.folders != wanted:
        _of_process = _set(wanted)


@contextlib.contextmanager
def using(folders: Iterable[Folder]) -> Iterator[InUse]:
    """Use exactly these folders in a block, in this thread."""
    with using_set(_set({folder.name: folder for folder in folders})) as chosen:
        yield chosen


@contextlib.contextmanager
def using_set(chosen: InUse) -> Iterator[InUse]:
    """Use a set that was in use before, as it was read then."""
    token = _OF_BLOCK.set(chosen)
    try:
        yield chosen
    finally:
        _OF_BLOCK.reset(token)


def per_set(make: Callable[[], T]) -> Callable[[], T]:
    """Keep what a function without arguments makes, as long as the same folders are in use."""

    @wraps(make)
    def kept() -> T:
        chosen = in_use()
        if make not in chosen.kept:
            chosen.kept[make] = make()
        found: T = chosen.kept[make]
        return found

    return kept
