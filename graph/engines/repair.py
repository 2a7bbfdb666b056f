"""`seewhy repair`: look at every file of every generation of an embedded graph, and make `current` name the newest one
that is whole. On a server: undo a dead load, and say what is missing.

Nothing is deleted. A generation that is newer than the chosen one and damaged is put aside under another name, because
a graph whose `current` is older than what has been in use is refused.
"""

from __future__ import annotations

import hashlib
import io
import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from seewhy.graph.engines.chain import HINT
from seewhy.graph.engines.derived_files import spoilt
from seewhy.graph.engines.generations import CURRENT, GraphFolder
from seewhy.graph.engines.graph_file import open_graph
from seewhy.graph.engines.records import (
    DERIVED_FOLDER,
    GRAPH_FILE,
    RECORD_FILE,
    UNLISTED,
    Generation,
    NotReadable,
    Part,
    Pointer,
    number_of,
    parse_record,
)
from seewhy.graph.errors import EngineUnavailable
from seewhy.graph.settings import Settings, is_address, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seewhy.graph.engines.neo4j import Neo4jEngine

WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class FileState:
    """One file of a generation: `state` is `whole`, or in words what is wrong with it."""

    file: str
    state: str


@dataclass(frozen=True, slots=True)
class GenerationState:
    """What is left of a generation; `load` and `as_of` are empty where its record is gone.

    `digests`: its files were compared with what was written; else it is so old that they can only be opened.
    `shown`: `current` has named it; False for one that a killed load finished and nobody saw.
    """

    name: str
    load: str
    as_of: str
    whole: bool
    digests: bool
    shown: bool
    files: tuple[FileState, ...]


@dataclass(frozen=True, slots=True)
class Repair:
    """What was found and done: `fault` is a sentence, empty when nothing was wrong; `restored` is the generation (or on
    a server the load) that answers again, `load` and `as_of` its newest load; `lost` are newer loads, where known."""

    target: str
    engine: str
    fault: str
    restored: str
    load: str
    as_of: str
    moved: tuple[str, ...]
    lost: tuple[str, ...]
    generations: tuple[GenerationState, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain data, keys as the fields."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Found:
    state: GenerationState
    record: Generation | None
    pointer: Pointer


def repair(target: Any = None, settings: Settings | None = None) -> Repair:
    """Repair the graph that `open_engine` would open; EngineUnavailable when that cannot be done."""
    settings = settings or read_settings()
    chosen = settings.target(os.fspath(target)) if isinstance(target, str | os.PathLike) else settings.target(target)
    if is_address(chosen):
        from seewhy.graph.engines.neo4j import Neo4jEngine

        engine = Neo4jEngine.open(chosen, settings, write=True)
        try:
            return repair_server(engine)
        finally:
            engine.close()
    return repair_folder(chosen)


def repair_folder(target: str | os.PathLike[str]) -> Repair:
    """Repair a graph in a folder; EngineUnavailable when nothing whole is left of it, or a load is running."""
    folder = GraphFolder(target)
    fault = _fault(folder)
    if not folder.path.is_dir() or not (folder.names() or fault):
        raise EngineUnavailable(
            f"there is no graph in `{folder.shown}` yet", "load a folder first: `seewhy load FOLDER`"
        )
    with folder.locked(broken=True):
        found = [_examined(folder, name) for name in folder.names()]
        states = tuple(one.state for one in found)
        fault = _fault(folder)
        named = _named(folder)
        if not fault and (broken := [one.state for one in found if one.state.name == named and not one.state.whole]):
            fault = _sentence(folder, broken[0])
        if not fault:
            return Repair(folder.shown, "embedded", "", "", "", "", (), (), states)
        whole = [one for one in found if one.state.whole]
        chosen = max(whole, key=lambda one: (one.state.shown, number_of(one.state.name)), default=None)
        if chosen is None:
            raise EngineUnavailable(
                f"{fault}; no generation of it is whole: " + "; ".join(map(_told, states)) if states else fault,
                "restore a backup (`seewhy restore`) into a new folder, or load the source folder into one",
            )
        newer = [one for one in found if _later(one, chosen) and one.state.shown]
        moved = tuple(folder.put_aside(one.state.name) for one in newer)
        folder.point(chosen.pointer)
    held = {load.id for load in chosen.record.loads} if chosen.record else set()
    lost = [load.id for one in newer if one.record for load in one.record.loads if load.id not in held]
    state = chosen.state
    return Repair(
        folder.shown, "embedded", fault, state.name, state.load, state.as_of, moved, tuple(dict.fromkeys(lost)), states
    )


def repair_server(engine: Neo4jEngine) -> Repair:
    """What can be done for a graph on a server that was opened for writing: a dead load is undone by opening it. What
    somebody deleted or changed by hand is an EngineUnavailable, because there is no second copy."""
    problems = engine.health().problems
    undone = f"the load that began at {engine.undone} was interrupted" if engine.undone else ""
    if problems:
        raise EngineUnavailable(problems[0], HINT)
    loads = engine.loads()
    if not loads:
        message = f"the graph at `{engine.target}` is empty" + (f": {undone}" if undone else "")
        raise EngineUnavailable(message, "load the folder again: `seewhy load FOLDER`")
    restored = loads[-1].id if undone else ""
    newest = loads[-1]
    return Repair(engine.target, engine.name, undone, restored, newest.id, newest.as_of, (), (), ())


def condition(folder: GraphFolder, current: Generation | None) -> tuple[list[str], list[str]]:
    """What is wrong with the files of any generation, and what is to be known of them, as sentences."""
    problems: list[str] = []
    notes: list[str] = []
    for name in folder.names():
        state = _examined(folder, name).state
        in_use = current is not None and current.name == name
        for file in spoilt(folder.path / name / DERIVED_FOLDER) if in_use else ():
            notes.append(f"`{name}/{DERIVED_FOLDER}/{file}` is not as it was stored; it is worked out again")
        if not state.whole and current is not None and name not in (current.name, current.previous):
            notes.append(f"{_told(state)} is not whole, and the graph does not need it; it can be deleted")
        elif not state.whole:
            problems.append(_sentence(folder, state))
        elif not state.digests and in_use:
            notes.append(
                f"`{name}` was made before files had digests: damage to it may go unseen; the next load writes them"
            )
        elif not state.shown and not in_use:
            notes.append(
                f"`{name}` was finished by a load that was killed before anybody saw it; it can be deleted"
            )
    return problems, notes


def _fault(folder: GraphFolder) -> str:
    try:
        folder.current()
    except EngineUnavailable as error:
        if error.hint != folder.files.way_back:
            raise  # a right that is missing, a folder that is none of ours, a newer SeeWhy: no damage
        return error.message
    return ""


def _later(one: _Found, other: _Found) -> bool:
    return (number_of(one.state.name) or 0) > (number_of(other.state.name) or 0)


def _named(folder: GraphFolder) -> str:
    try:
        pointer = Pointer.parse(folder.files.read(CURRENT))
    except EngineUnavailable:
        return ""
    return pointer.name if pointer else ""


def _examined(folder: GraphFolder, name: str) -> _Found:
    """A generation against its record, and the record against what `published` or `current` says of it."""
    mark = folder.published(name)
    try:
        named = Pointer.parse(folder.files.read(CURRENT))
    except EngineUnavailable:
        named = None
    vouched = {one.sha256 for one in (mark, named) if one is not None and one.name == name and one.sha256}
    try:
        content = folder.files.read(f"{name}/{RECORD_FILE}")
        record = parse_record(content)
    except NotReadable:
        raise
    except (EngineUnavailable, ValueError) as error:
        state = _short(error) if isinstance(error, EngineUnavailable) else "is no record of a generation"
        files = (FileState(RECORD_FILE, state),)
        return _Found(GenerationState(name, "", "", False, bool(vouched), True, files), None, Pointer(name, None))
    digest = hashlib.sha256(content).hexdigest()
    state = WHOLE
    if record.name != name:
        state = f"is the record of `{record.name}`"
    elif vouched and digest not in vouched:
        state = "is not as it was written (its sha256 differs)"
    states = (FileState(RECORD_FILE, state), *_states(folder, record, name))
    newest = record.loads[-1] if record.loads else None
    return _Found(
        GenerationState(
            name,
            newest.id if newest else "",
            newest.as_of if newest else "",
            all(one.state == WHOLE for one in states),
            bool(record.files),
            mark is not None or not record.files or (named is not None and named.name == name),
            states,
        ),
        record,
        Pointer(name, digest if record.files else None),
    )


def _states(folder: GraphFolder, record: Generation, name: str) -> Iterator[FileState]:
    unlisted = [(file, None) for file in (GRAPH_FILE, *UNLISTED)]
    for file, part in sorted(record.files.items()) if record.files else unlisted:
        try:
            _check(folder, f"{name}/{file}", part)
        except NotReadable:
            raise
        except EngineUnavailable as error:
            yield FileState(file, _short(error))
        else:
            yield FileState(file, WHOLE)


def _check(folder: GraphFolder, file: str, part: Part | None) -> None:
    """A file as it was written; one that nobody took a digest of must at least open."""
    if part is not None:
        folder.files.verify(file, part)
    elif file.endswith(GRAPH_FILE):
        open_graph(folder, file)
    else:
        try:
            pl.read_parquet(io.BytesIO(folder.files.read(file)))
        except (OSError, pl.exceptions.PolarsError):
            raise folder.files.damaged(file) from None


def _short(error: EngineUnavailable) -> str:
    """What is said of the file, without the graph and without its name."""
    return error.message.partition("` is damaged: `")[2].partition("` ")[2] or error.message


def _told(state: GenerationState) -> str:
    wrong = ", ".join(f"`{one.file}` {one.state}" for one in state.files if one.state != WHOLE)
    return f"`{state.name}` ({wrong})"


def _sentence(folder: GraphFolder, state: GenerationState) -> str:
    first = next(one for one in state.files if one.state != WHOLE)
    return folder.files.damaged(f"{state.name}/{first.file}", first.state).message
