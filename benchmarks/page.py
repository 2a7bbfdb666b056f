"""The page docs/benchmarks.md: what was measured, beside the targets, with machine, date and command."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

TARGETS: dict[str, dict[str, float]] = {
    "check": {"neo4j": 5, "embedded": 0.5},
    "why": {"neo4j": 10, "embedded": 1},
    "who": {"neo4j": 10, "embedded": 10},
    "what": {"neo4j": 30, "embedded": 15},
    "what, most": {"neo4j": 200, "embedded": 100},
    "load": {"neo4j": 60, "embedded": 10},
    "pairs": {"neo4j": 20, "embedded": 15},
    "export": {"neo4j": 90, "embedded": 60},
}
"""At 20,000 people and 1,000,000 cases: p95 in milliseconds for questions, seconds for jobs; export per 591 M rows."""
_ROWS, _MEMORY = 591_402_039, 2048
_NAMES = {
    "check": "check", "why": "why", "who": "who", "what": "what: counts and first page of 50, ordinary person",
    "what, most": "the same for the person who sees most (access matrix cached)",
    "what, standing": "the same for an ordinary person, access matrix cached",
}  # fmt: skip


def machine() -> str:
    """Processor, cores, memory, system and versions, in a line."""
    cpu = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            cpu = next(line.partition(":")[2].strip() for line in file if line.startswith("model name"))
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    except (OSError, StopIteration, ValueError):
        memory = 0.0
    parts = [
        cpu, f"{os.cpu_count()} cores", f"{memory:.0f} GiB", f"{platform.system()} {platform.release().split('-')[0]}",
        f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in ("kglite", "polars", "pyarrow")),
    ]  # fmt: skip
    return ", ".join(parts)


def _verdict(value: float, target: float) -> str:
    return "met" if value <= target else f"missed, {value / target:.1f} times"


def _time(spent: dict[str, Any]) -> str:
    return spent["error"] if "error" in spent else f"{spent['wall']:,.1f} s ({spent['cpu']:,.1f})"


def _questions(row: dict[str, Any], large: bool) -> list[str]:
    asked = row.get("ask", {})
    if "error" in asked or not asked:
        return [f"Questions: {asked.get('error', 'not asked')}.", ""]
    lines = [
        "| question | n | p50 ms | p95 ms | max ms | CPU p50 / p95 ms |" + (" target p95 | |" if large else ""),
        "|---|---|---|---|---|---|" + ("---|---|" if large else ""),
    ]
    for name, shown in _NAMES.items():
        found = asked[name]
        line = (
            f"| {shown} | {found['n']:.0f} | {found['p50']:,.2f} | {found['p95']:,.2f} | {found['max']:,.1f} "
            f"| {found['cpu50']:,.2f} / {found['cpu95']:,.2f} |"
        )
        if large:
            target = TARGETS.get(name, {}).get(row["engine"])
            line += f" {target:g} | {_verdict(found['p95'], target)} |" if target else " | |"
        lines.append(line)
    first = asked["what, most"]["first"]
    lines += [
        "",
        f"Precomputing the access matrix takes {_time(asked['stand'])} once per day asked about; the first question about "
        f"the person who sees most took {first:,.0f} ms with it. Memory while asking: {asked['memory_mb']:,.0f} MB.",
        "",
    ]
    return lines


def _jobs(row: dict[str, Any], large: bool) -> list[str]:
    engine = row["engine"]
    lines = [
        "| job | clock (CPU of this process) | peak memory | size |" + (" target | |" if large else ""),
        "|---|---|---|---|" + ("---|---|" if large else ""),
    ]
    for name, shown in (
        ("load", "load"),
        ("pairs", "every pair decided, as counts"),
        ("export", "every pair to Parquet"),
    ):
        spent = row.get(name)
        if not spent:
            continue
        if "error" in spent:
            lines.append(f"| {shown} | {spent['error']} | | |" + (" | |" if large else ""))
            continue
        size = {
            "load": lambda s=spent: (
                f"input {s['input_mb']:,.0f} MB" + (f", graph {s['graph_mb']:,.0f} MB" if s["graph_mb"] else "")
            ),
            "pairs": lambda s=spent: f"{s['pairs']:,} pairs of {s['people']:,} people",
            "export": lambda s=spent: f"{s['rows']:,} rows, {s['file_mb']:,.0f} MB",
        }[name]()
        line = f"| {shown} | {_time(spent)} | {spent['memory_mb']:,.0f} MB | {size} |"
        if large:
            target = TARGETS[name][engine] * (spent["rows"] / _ROWS if name == "export" else 1)
            line += f" {target:,.0f} s | {_verdict(spent['wall'], target)}"
            line += f" (CPU: {_verdict(spent['cpu'], target)})" if engine == "embedded" else ""
            line += f"; memory {_verdict(spent['memory_mb'], _MEMORY)} |" if name == "export" else " |"
        lines.append(line)
    return [*lines, ""]


def _changes(row: dict[str, Any]) -> list[str]:
    found = row.get("change", {})
    if "error" in found or not found:
        return [f"Change: {found['error']}.", ""] if found else []
    first, again = found["first diff"], found["diff"]
    lines = [
        "| about change, with a second snapshot | n | p50 | p95 | max | target |",
        "|---|---|---|---|---|---|",
        f"| diff of two days, the whole organisation, {found['differing']:,} pairs differ | {again['n']} "
        f"| {again['p50'] / 1000:,.1f} s | {again['p95'] / 1000:,.1f} s | {again['max'] / 1000:,.1f} s | 5 s |",
    ]
    for name in ("would_change, of a yes", "would_change, of a no"):
        one = found[name]
        lines.append(
            f"| why with {name} | {one['n']} | {one['p50']:,.0f} ms | {one['p95']:,.0f} ms | {one['max']:,.0f} ms | 1 s |"
        )
    odd = found["findings"]
    return [
        *lines,
        "",
        f"The first why of a process, which reads what the graph remembers: {_time(found['first why'])}; the first diff: "
        f"{_time(first)}. The second snapshot was loaded in {_time(found['load'])}; all {odd['n']:,} findings took "
        f"{_time(odd)}.",
        "",
    ]


def _section(row: dict[str, Any]) -> list[str]:
    large = row["cases"] >= 1_000_000
    load = row.get("load", {})
    facts = ""
    if load.get("profiles"):
        facts = (
            f"{load['cases']:,} cases in {load['profiles']:,} profiles ({load['cases'] / load['profiles']:.1f} cases per "
            f"profile), {load['nodes']:,} nodes, {load['relationships']:,} relationships. "
        )
    return [
        f"## {row['kind'].capitalize()}, {row['people']:,} people, {row['cases']:,} cases, {row['engine']}",
        "",
        f"{facts}Measured {row['when']}, load average at the start {row['busy']}: `{row['command']}`.",
        "",
        *_jobs(row, large),
        *_questions(row, large),
        *_changes(row),
    ]


def _peers(found: dict[str, Any]) -> list[str]:
    model = found["model"]
    lines = [
        "## Peers, side by side in one run",
        "",
        f"{model['people']:,} people, {model['units']} units, {model['cases']:,} cases; a person sees the cases of their unit "
        f"and of every unit below: {model['pairs']:,} visible pairs. Every product answered the same questions, and its "
        f"answers were compared with the others'. Measured {found['when']}, load average {found['busy']}: `{found['command']}`.",
        "",
        "| product | one check | person to cases, top manager | case to people | every pair | answers |",
        "|---|---|---|---|---|---|",
    ]
    for name, row in found["products"].items():
        if "error" in row:
            lines.append(f"| {name} | skipped: {row['error']} | | | | |")
            continue
        cells = [f"{row[key]:,.2f} ms" if row.get(key) is not None else "-" for key in ("check", "what", "who")]
        every = row.get("every")
        shown = "-" if every is None else f"{every:,.2f} s" + (" (extrapolated)" if row.get("extrapolated") else "")
        lines.append(f"| {name} | {' | '.join(cells)} | {shown} | {row['answers']} |")
    return [*lines, ""]


_HTTP_TARGETS = {
    "evaluation, one client": (("p95", 10.0),),
    "evaluation, 50 clients": (("a_second", -500.0),),
    "a batch of 1,000": (("p95", 150.0),),
    "resource search, first page, who sees most": (("max", 50.0),),
}
"""Milliseconds at the most; a rate, where it is negative, at the least."""


def _http(found: dict[str, Any]) -> list[str]:
    lines = [
        f"## Over HTTP, {found['kind']}, {found['people']:,} people, {found['cases']:,} cases, embedded",
        "",
        "`seewhy api` in a process of its own, the client in another one on the same processors, a connection per client, "
        "every evaluation with its reasons and about another pair. The searches are those of the twelve who see most, each "
        "once, who sees most last: in a large organisation the first ones list what they find and precompute the access "
        f"matrix for the others. Measured {found['when']}, load average at the start "
        f"{found['busy']}: `{found['command'].strip()}`.",
        "",
        "| request | n | p50 ms | p95 ms | max ms | CPU ms of the server for each | | target | |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for what, row in found["figures"].items():
        more = [f"{row['a_second']:,.0f} a second"] if "a_second" in row else []
        more += [f"{row['cases']:,} cases in {row['whole']:.2f} s"] if "cases" in row else []
        told, met = "", ""
        for name, target in _HTTP_TARGETS.get(what, ()):
            told = f"{-target:,.0f} a second" if target < 0 else f"{name} {target:g}"
            met = "met" if (row[name] <= target if target > 0 else row[name] >= -target) else "missed"
        lines.append(
            f"| {what} | {row['n']:,} | {row['p50']:.1f} | {row['p95']:.1f} | {row['max']:.1f} | {row['cpu']:.2f} | {'; '.join(more)} | {told} "
            f"| {met} |"
        )
    return [*lines, ""]


def write_page(kept: dict[str, Any], page: Path) -> None:
    """Write everything that was measured, newest page over the old one."""
    rows = [row for name, row in kept.items() if name not in ("peers", "http")]
    rows.sort(key=lambda row: (row["cases"], row["kind"], row["engine"]))
    lines = [
        "# How fast it is",
        "",
        "This page is written by `make bench` (`SIZE=L` for the large organisations); the numbers behind it are in "
        "`benchmarks.json`. Organisations are made from a seed (`benchmarks/organisations.py`). Questions are drawn at "
        "random, no one twice, half of them from visible pairs; medians and p95 are of single questions in one process.",
        "",
        f"Machine: {machine()}. It is shared: where the load average at the start is above the number of cores, the clock "
        "shows the neighbours, and a figure counts as an order of magnitude; the CPU seconds of the process stand in "
        "brackets. On Neo4j they leave out the server.",
        "",
        "Targets are those set before the first line was written, at 20,000 people and 1,000,000 cases; every pair to Parquet "
        "is set for 591 M rows and is scaled to the rows written.",
        "",
    ]
    for row in rows:
        lines += _section(row)
    for size in sorted(kept.get("http", {}), reverse=True):
        lines += _http(kept["http"][size])
    if "peers" in kept:
        lines += _peers(kept["peers"])
    page.write_text("\n".join(lines).rstrip() + "\n", "utf-8")
