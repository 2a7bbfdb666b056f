"""The verdicts of the page of figures: whether an aim is met, and of those that are missed what limits them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.aims import MEASURES, MEGABYTES, MILLISECONDS

if TYPE_CHECKING:
    from benchmarks.aims import Measure

ENGINES = {"embedded": "embedded", "neo4j": "Neo4j"}


def number(value: float) -> str:
    """Three digits that count, more of large numbers."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


class Verdict(NamedTuple):
    """The aim and whether it is met, in words, and how many times it is missed; 0 where it is met or there is none."""

    aim: str = ""
    told: str = ""
    missed: float = 0.0


def verdict(measure: Measure, row: dict[str, Any], found: dict[str, Any] | None) -> Verdict:
    """Whether an aim is met: by the clock, or, where neighbours kept the machine busy, by CPU time."""
    if found is None or "error" in found or (aim := measure.aim(row, found)) is None:
        return Verdict()
    value = measure.value(found)
    shown = f"{number(aim)} {measure.unit}"
    if value <= aim:
        return Verdict(shown, "met")
    cpu, server = found.get("cpu95" if measure.unit == MILLISECONDS else "cpu"), found.get("server", 0)
    busy = measure.unit != MEGABYTES and row[measure.stage].get("busy", 0) > (os.cpu_count() or 1)
    if busy and cpu is not None and (server or row["engine"] == "embedded") and cpu + server <= aim:
        return Verdict(shown, "met by CPU time")
    return Verdict(shown, f"missed, {value / aim:.1f} times", value / aim)


def missed(organisations: dict[str, dict[str, Any]]) -> list[str]:
    """Every aim that is missed somewhere: how often, where it is missed by most, and what limits."""
    rows = []
    for measure in MEASURES:
        held, worst = 0, list[tuple[float, str]]()
        for row in organisations.values():
            one = verdict(measure, row, measure.figures(row))
            held += bool(one.aim)
            if one.missed:
                worst.append((one.missed, f"{row['kind']}, {row['cases']:,} cases, {ENGINES[row['engine']]}"))
        if worst:
            times, where = max(worst)
            rows.append(f"| {measure.name} | {len(worst)} of {held} | {number(times)} times: {where} | {measure.limits} |")
    if not rows:
        return []
    return ["## What is missed, and what limits it", "", "| | missed | by most | what limits, and what would be next |", "|---|---|---|---|", *rows, ""]  # fmt: skip
