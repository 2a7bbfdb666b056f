"""The sample organisation: its three questions, and where the demo loads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.settings import read_settings

if TYPE_CHECKING:
    from pathlib import Path

    from seewhy.graph.engines import Engine
    from seewhy.loaders.load import LoadReport


class Questions(NamedTuple):
    """A why (person, case), a who (case), a what (person), asked of `loaders/sample`."""

    why: tuple[str, str]
    who: str
    what: str


QUESTIONS = Questions(("sam", "c-102"), "e-203", "ana")


def target(given: str | None) -> str:
    """The graph of the demo: as given, else by the settings."""
    return read_settings().target(given)


def load_sample(engine: Engine, folder: Path) -> LoadReport:
    """Load the sample into an empty graph; where it is loaded already nothing changes.

    Raises ConfigurationError for a graph that holds anything else: a demo deletes nobody's data.
    """
    from seewhy.graph.session import day
    from seewhy.loaders.ledger import digest
    from seewhy.loaders.load import checked_input, load_checked

    tables, frames = checked_input(folder)
    loads = engine.loads()
    if loads and loads[-1].digest != digest(frames):
        raise ConfigurationError(
            f"the graph `{engine.target}` holds another organisation, so the sample is not loaded into it",
            "name an empty one: seewhy demo --graph FOLDER",
        )
    return load_checked(engine, frames, given=frozenset(tables), as_of=max(day(None), loads[-1].as_of if loads else ""))
