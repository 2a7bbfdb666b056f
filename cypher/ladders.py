"""The ladders of the schemes in use, the gate before them, and which of them decides about an action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seewhy.cypher.folders import common, in_use, per_set
from seewhy.cypher.header import QueryFileError, QueryFileErrors
from seewhy.cypher.ladder import INACTIVE, NO_CASE
from seewhy.cypher.ladder_files import condition_of, read_all, read_ladder

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seewhy.cypher.ladder import Ladder
    from seewhy.cypher.rungs import Rung


@per_set
def ladders() -> dict[str, Ladder]:
    """The ladder of values of every scheme in use, by name of the scheme."""
    return {name: read_ladder(name, folder.path, folder.label) for name, folder in in_use().folders.items()}


def schemes() -> tuple[str, ...]:
    """The names of the schemes in use."""
    return tuple(in_use().folders)


def ladder_for(scheme: str, action: str = "view") -> Ladder:
    """What decides about an action: the ladder of that action where rungs name it, else that of values."""
    ladder = ladders()[scheme]
    return _of_actions()[scheme, action] if action in ladder.actions else ladder


@per_set
def _of_actions() -> dict[tuple[str, str], Ladder]:
    return {(name, one): ladder.for_action(one) for name, ladder in ladders().items() for one in ladder.actions}


def ladder_named(name: str) -> Ladder:
    """The ladder whose texts are called by this name (`Ladder.name`)."""
    scheme, _, action = name.partition(":")
    return _of_actions()[scheme, action] if action else ladders()[scheme]


def every_ladder() -> Iterable[Ladder]:
    """All ladders: those of values, then those of actions."""
    return [*ladders().values(), *_of_actions().values()]


@per_set
def gate() -> dict[str, Rung]:
    """The two claims before every ladder, by step."""
    ranks, faults = {"inactive": INACTIVE, "no_case": NO_CASE}, list[QueryFileError]()
    found = {
        (step := file.head["step"]): condition_of(file, "", step, {"none": ranks[step]})
        for file in read_all(common(), "cypher/schemes/common", faults)
    }
    if faults:
        raise QueryFileErrors(faults)
    return found


def file_of(scheme: str, step: str) -> str:
    """The file that decides at a step, the gate's two included: its path in the repository, or in the scheme folder."""
    gates = gate()
    return gates[step].file if step in gates else ladders()[scheme].files[step]
