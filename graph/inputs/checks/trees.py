"""Unit parents and case-type parents form trees (managers need not: a circle of them is a finding)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.inputs.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from graph.inputs.checks.findings import Findings
    from graph.inputs.columns import FileSpec

# A longer cycle is cut in the message; its units are all reported, each at its row.
_SHOWN = 100


def check_tree(found: Findings, spec: FileSpec) -> None:
    """Everything that is above itself, at its `parent_id`; the message goes once round the whole cycle."""
    rows = found.frames[spec.stem].select("row", spec.id, "parent_id").rows()
    parents: dict[str, str] = {}
    at: dict[str, int] = {}
    for row, name, parent in rows:
        # Of a key that stands twice the first row counts; the second is a problem of its own.
        if name and name not in parents:
            parents[name], at[name] = parent, row
    file = found.file(spec.stem)
    for cycle in cycles(parents):
        turns = [*cycle[:_SHOWN], *(["…"] if len(cycle) > _SHOWN else []), cycle[0]]
        way = " > ".join(f"`{name}`" for name in turns)
        hint = "the unit at the top has a blank parent_id" if spec.stem == "units" else "the top has a blank parent_id"
        for name in cycle:
            message = f"{spec.noun} `{name}` is above itself: {way}"
            found.problems.append(Problem("cycle", file, at[name], "parent_id", message, hint))


def cycles(parents: Mapping[str, str]) -> Iterable[list[str]]:
    """Every cycle of a child-to-parent mapping, from child to parent, beginning where a walk upwards met it."""
    done: set[str] = set()
    for start in parents:
        path: dict[str, None] = {}
        name = start
        while name in parents and name not in done and name not in path:
            path[name] = None
            name = parents[name]
        if name in path:
            way = list(path)
            yield way[way.index(name) :]
        done |= path.keys()
