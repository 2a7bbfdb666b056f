"""Unit parents and case-type parents form trees (managers need not: a circle of them is a finding)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seewhy.graph.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from seewhy.graph.inputs.checks.findings import Findings
    from seewhy.graph.schemes.columns import FileSpec

MOST_LEVELS = 1_000
"""How many levels a tree may have: every unit is tied to each one above it, so the work grows with their product."""
MOST_PAIRS = 5_000_000
"""How many pairs of a unit and one at or above it a tree may have altogether."""

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
    round_about = list(cycles(parents))
    if not round_about:
        _check_depth(found, spec, parents, at)
    for cycle in round_about:
        turns = [*cycle[:_SHOWN], *(["…"] if len(cycle) > _SHOWN else []), cycle[0]]
        way = " > ".join(f"`{name}`" for name in turns)
        hint = "the unit at the top has a blank parent_id" if spec.stem == "units" else "the top has a blank parent_id"
        for name in cycle:
            message = f"{spec.noun} `{name}` is above itself: {way}"
            found.problems.append(Problem("cycle", file, at[name], "parent_id", message, hint))


def _check_depth(found: Findings, spec: FileSpec, parents: Mapping[str, str], at: Mapping[str, int]) -> None:
    """One problem at the deepest unit of a tree that is too deep, or too large for its depth."""
    levels = depths(parents)
    deepest = max(levels, key=levels.__getitem__, default="")
    pairs = sum(levels.values())
    if not deepest or (levels[deepest] <= MOST_LEVELS and pairs <= MOST_PAIRS):
        return
    message = f"{spec.noun} `{deepest}` is on level {levels[deepest]:,}: a tree has at most {MOST_LEVELS:,}"
    if levels[deepest] <= MOST_LEVELS:
        message = (
            f"the tree has {pairs:,} pairs of a {spec.noun} and one at or above it, at most {MOST_PAIRS:,}; "
            f"`{deepest}` is on level {levels[deepest]:,}"
        )
    hint = "is each parent_id the one directly above?"
    found.problems.append(Problem("too_deep", found.file(spec.stem), at[deepest], "parent_id", message, hint))


def depths(parents: Mapping[str, str]) -> dict[str, int]:
    """The level of each node of a child-to-parent mapping without cycles, a top being on level 1; linear."""
    levels: dict[str, int] = {}
    for start in parents:
        way = []
        name = start
        while name in parents and name not in levels:
            way.append(name)
            name = parents[name]
        level = levels.get(name, 0)
        for one in reversed(way):
            level += 1
            levels[one] = level
    return levels


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
        done.update(path)
