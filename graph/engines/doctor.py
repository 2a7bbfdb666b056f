"""`seewhy doctor`: which engine, which version, how large, which loads, and what is wrong."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from seewhy.graph.engines.base import Engine
from seewhy.graph.errors import EngineUnavailable
from seewhy.graph.loads import Load
from seewhy.graph.schemes.of_graph import changed_schemes, require_schemes
from seewhy.graph.settings import Settings, is_address


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`nodes` and `relationships` count by label and type; `problems` are sentences, none when all is well; `notes` are
    sentences about what is no problem."""

    engine: str
    version: str
    target: str
    nodes: dict[str, int]
    relationships: dict[str, int]
    loads: tuple[Load, ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def last_load(self) -> Load | None:
        """The newest finished load, None for an empty graph."""
        return self.loads[-1] if self.loads else None

    def as_dict(self) -> dict[str, Any]:
        """Plain data, keys as the fields."""
        return asdict(self)


def diagnose(engine: Engine, settings: Settings | None = None) -> Diagnosis:
    """Examine an open graph (opened with `write=True`, an empty or damaged one can be examined, too).

    With `settings`, those it was opened with, how a server is reached and what the logins may is examined as well.
    """
    health = engine.health()
    problems = list(health.problems)
    loads: tuple[Load, ...] = ()
    try:
        loads = engine.loads()
    except EngineUnavailable as error:
        message = f"{error.message}; {error.hint}" if error.hint else error.message
        problems = [message, *(problem for problem in problems if problem != error.message)]
    notes = list(health.notes)
    if settings is not None and is_address(engine.target):
        from seewhy.graph.engines.server_access import examined

        found = examined(engine.target, settings)
        problems, notes = [*problems, *found[0]], [*notes, *found[1]]
    if loads:
        try:
            require_schemes(loads)
        except EngineUnavailable as error:
            problems.append(f"{error.message}; {error.hint}")
        if changed := changed_schemes(loads[-1], built_in=True):
            notes.append(changed)
    if not loads and not problems:
        problems.append(f"the graph `{engine.target}` is empty")
    return Diagnosis(
        engine.name,
        engine.version,
        engine.target,
        dict(health.nodes),
        dict(health.relationships),
        loads,
        tuple(problems),
        tuple(notes),
    )
