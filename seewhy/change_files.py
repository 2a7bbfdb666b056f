"""Reads CHANGES of `whatif`: a YAML file, or a folder with subfolders `add`, `end`, `set` of input files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from seewhy.api import Graph
from seewhy.assertions.format import read_story, run_story
from seewhy.assertions.run import expand
from seewhy.graph.change.changeset import DOS, Changes, changes_from, changes_of
from seewhy.graph.errors import ConfigurationError, LoadRejected
from seewhy.loaders.tables import read_input
from seewhy.yaml_files import read_plain_file

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seewhy.graph.inputs.tables import RawTable
    from seewhy.graph.session import Session


def read_changes(path: Path) -> Changes:
    """The changes in a file or folder. Raises ConfigurationError for what is neither, LoadRejected for files that
    cannot be read as tables."""
    if path.is_dir():
        return _from_folder(path)
    return changes_from(read_plain_file(path, "changes"), str(path))


def _from_folder(path: Path) -> Changes:
    tables: dict[str, dict[str, RawTable]] = {}
    found = []
    inside = sorted(p.name for p in path.iterdir() if p.is_dir() and not p.name.startswith("."))
    strange = [name for name in inside if name not in DOS]
    if strange or not inside:
        message = f"`{strange[0]}` in `{path}` is none of add, end, set" if strange else f"`{path}` holds no changes"
        raise ConfigurationError(
            message, "a folder of changes has subfolders add, end, set with files like memberships.csv"
        )
    for do in inside:
        if any(p.suffix.lower() in (".csv", ".parquet", ".xlsx") for p in (path / do).iterdir()):
            tables[do], problems = read_input(path / do)
            found += problems
    if found:
        word = "problem" if len(found) == 1 else "problems"
        raise LoadRejected(f"{len(found):,} {word} in `{path}`; nothing was asked", found)
    if not any(tables.values()):
        raise ConfigurationError(f"`{path}` holds no changes", "put files like memberships.csv into add, end or set")
    return changes_of(tables)


def failing(files: Sequence[Path]) -> Callable[[Session], tuple[str, ...]]:
    """A run of assertion files on any graph: one sentence per wrong answer. Stories that bring their own rows do not
    depend on the graph and are left out."""
    stories = [story for story in map(read_story, expand(files)) if story.given is None]

    def run(session: Session) -> tuple[str, ...]:
        graph = Graph(session.engine)
        outcomes = [outcome for story in stories for outcome in run_story(story, graph.session.engine)]
        return tuple(f"{Path(o.file).name} test {o.test}: {o.question}: {o.wrong}" for o in outcomes if o.wrong)

    return run
