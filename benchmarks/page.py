"""The page docs/benchmarks.md: what was measured, beside the aims, with machine, date and command."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from benchmarks.aims import MEASURES, MEGABYTES, MILLISECONDS
from benchmarks.verdicts import ENGINES, missed, number, verdict

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.aims import Measure

CURVE = ("memberships", 2_000, (10_000, 100_000, 1_000_000))


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


def _shown(measure: Measure, found: dict[str, Any] | None) -> str:
    if found is None:
        return ""
    if "error" in found:
        return str(found["error"])
    if measure.unit == MEGABYTES:
        return f"{number(measure.value(found))} MB"
    if measure.unit == MILLISECONDS:
        server = f" + {number(found['server'])}" if found.get("server") else ""
        return f"{number(found['p50'])} / {number(found['p95'])} ms ({number(found['cpu50'])}{server})"
    server = f" + {number(found['server'])}" if found.get("server") else ""
    rows = f", {found['rows']:,} rows" if "rows" in found else f", {found['n']:,}" if "n" in found else ""
    return f"{number(found['wall'])} s ({number(found['cpu'])}{server}){rows}"


def _organisation(rows: list[dict[str, Any]]) -> list[str]:
    first = rows[0]
    engines = [row["engine"] for row in rows]
    lines = [f"## {first['kind'][:1].upper()}{first['kind'][1:]}, {first['people']:,} people, {first['cases']:,} cases", ""]
    load = next((row["load"] for row in rows if row.get("load", {}).get("profiles")), None)
    if load:
        each = load["cases"] / load["profiles"]
        lines.append(
            f"{load['profiles']:,} profiles ({each:.1f} cases each), {load['nodes']:,} nodes, "
            f"{load['relationships']:,} relationships; input {number(load['input_mb'])} MB."
        )
    lines += [f"{_measured(row)}" for row in rows]
    head = "".join(f" | {ENGINES[one]} | MB | aim | " for one in engines)
    lines += ["", f"| |{head}|", "|---" * (1 + 4 * len(engines)) + "|"]
    for measure in MEASURES:
        cells = []
        for row in rows:
            found = measure.figures(row)
            memory = row.get(measure.stage, {}).get("memory_mb")
            cells += [
                _shown(measure, found), number(memory) if found and memory and measure.unit != MEGABYTES else "",
                *verdict(measure, row, found)[:2],
            ]  # fmt: skip
        if any(cells):
            lines.append(f"| {measure.name} | {' | '.join(cells)} |")
    return [*lines, ""]


def _measured(row: dict[str, Any]) -> str:
    stages = [found for found in row.values() if isinstance(found, dict) and "when" in found]
    when = sorted(found["when"] for found in stages)
    busy = max((found["busy"] for found in stages), default=0)
    size = row.get("load", {}).get("graph_mb")
    stored = f", graph {number(size)} MB" if size else ""
    return (
        f"{ENGINES[row['engine']].capitalize()}{stored}: measured {when[0]} to {when[-1]}, load average at most {busy}: "
        f"`{row['command'].strip()}`."
    )


def _cost(measure: Measure, found: dict[str, Any] | None) -> float | None:
    """CPU seconds of a job, milliseconds of a median question, the server's with them."""
    if found is None or "error" in found or measure.unit == MEGABYTES:
        return None
    if measure.unit == MILLISECONDS:
        return float(found["cpu50"] + found.get("server", 0))
    return float(found["cpu"] + found.get("server", 0))


def _curve(organisations: dict[str, dict[str, Any]]) -> list[str]:
    kind, people, sizes = CURVE
    lines: list[str] = []
    for engine, shown in ENGINES.items():
        rows = [organisations.get(f"{kind}|{people}|{cases}|{engine}") for cases in sizes]
        if not all(rows):
            continue
        profiles = [f"{row['load'].get('profiles', 0):,}" for row in rows if row]
        lines += [
            f"### {shown[0].upper() + shown[1:]}", "",
            "| CPU time | " + " | × | ".join(f"{cases:,} cases" for cases in sizes) + " |",
            "|---" * (2 * len(sizes)) + "|", f"| profiles | {' | | '.join(profiles)} |",
        ]  # fmt: skip
        for measure in MEASURES:
            costs = [_cost(measure, measure.figures(row)) for row in rows if row]
            if sum(cost is not None for cost in costs) < 2:
                continue
            cells = ["" if costs[0] is None else f"{number(costs[0])} {measure.unit}"]
            for before, cost in pairwise(costs):
                cells.append("" if before is None or cost is None else f"{cost / before:.1f}")
                cells.append("" if cost is None else f"{number(cost)} {measure.unit}")
            lines.append(f"| {measure.name} | {' | '.join(cells)} |")
        lines.append("")
    if not lines:
        return []
    return [
        "## How cost grows with the cases", "",
        f"The same {people:,} people and units of {kind}, ten times the cases each time; × is the ratio. CPU time of this process "
        "and of the server together, of questions the median.", "", *lines,
    ]  # fmt: skip


_COLUMNS = (
    ("check", "one check", "ms"), ("what", "person to cases, top manager", "ms"), ("who", "case to people", "ms"),
    ("every", "every pair, counted", "s"), ("rows", "every pair, to Parquet", "s"),
)  # fmt: skip


def _best(products: dict[str, Any], ours: bool) -> dict[str, float]:
    """The quickest figure of each column that was measured, of SeeWhy or of the products beside it."""
    found: dict[str, float] = {}
    for name, row in products.items():
        if name.startswith("SeeWhy") is ours and "no product" not in name:
            for key, _, _ in _COLUMNS:
                if row.get(key) is not None and not (key == "every" and row.get("extrapolated")):
                    found[key] = min(row[key], found.get(key, row[key]))
    return found


def _peers(found: dict[str, Any]) -> list[str]:
    model, products = found["model"], found["products"]
    lines = [
        "## Peers, side by side in one run",
        "",
        f"{model['people']:,} people, {model['units']} units, {model['cases']:,} cases; a person sees the cases of their unit "
        f"and of every unit below: {model['pairs']:,} visible pairs. Every product answered the same questions, and its "
        f"answers were compared with the others'. Measured {found['when']}, load average {found['busy']}: `{found['command'].strip()}`.",
        "",
        "Medians by the clock (CPU of the process). Lists are the ids of all cases or people, as Python texts. What a product answers is not the same: SeeWhy decides "
        "value, value now and step of every pair as of a day, in the lists, the count and the file too, and its `check` by the "
        "graph names rules, file, engine and load; with the access matrix made (its making is not in these figures) a check is value and step only. "
        "Kuzu and Ladybug match one path that says yes, Cedar is sent the few rows of a pair and looks nothing up, Casbin, "
        "SpiceDB and OpenFGA answer yes or no.",
        "",
        f"| product | {' | '.join(shown for _, shown, _ in _COLUMNS)} | answers |",
        "|---" * (len(_COLUMNS) + 2) + "|",
    ]
    for name, row in products.items():
        if "error" in row:
            lines.append(f"| {name} | skipped: {row['error']} |{' |' * len(_COLUMNS)}")
            continue
        cells = []
        for key, _, unit in _COLUMNS:
            more = " (extrapolated)" if key == "every" and row.get("extrapolated") else ""
            cpu = row.get("cpu", {}).get(key)
            more = f" ({_fine(cpu)})" if cpu is not None and not more else more
            cells.append("-" if row.get(key) is None else f"{_fine(row[key])} {unit}{more}")
        lines.append(f"| {name} | {' | '.join(cells)} | {row['answers']} |")
    mine, theirs = _best(products, True), _best(products, False)
    told = [
        f"{shown}: {'ahead' if mine[key] < theirs[key] else 'behind'}, {theirs[key] / mine[key]:.2f} times"
        for key, shown, _ in _COLUMNS
        if key in mine and key in theirs
    ]
    return [*lines, "", f"The quicker of SeeWhy's two beside the quickest product, aim: ahead in every column. {'; '.join(told)}.", ""]


def _fine(value: float) -> str:
    """Three digits, of small numbers too."""
    return number(value) if value >= 0.1 else f"{value:.4f}"


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
        "once, who sees most last; the access matrix of today is made beside the answers, and of no other day. "
        f"Measured {found['when']}, load average at the start "
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


def _soak(found: dict[str, Any]) -> list[str]:
    first, middle, last = found["memory_mb"]
    met = "met" if found["p95"] < 500 else "missed"
    return [
        "## Many people at once",
        "",
        f"{found['people']} people in the explorer of the sample for {found['minutes']:g} minutes, each with a click every "
        f"{found['pause']:g} seconds on average, to another page each time; visitors and explorer on the same processors. "
        f"Measured {found['when']}, load average at the start {found['busy']}: "
        f"`python -m benchmarks.soak --minutes {found['minutes']:g}`.",
        "",
        "| clicks | p50 ms | p95 ms | longest ms | target | | MB at first, half way, at last | health | answers that were wrong |",
        "|---|---|---|---|---|---|---|---|---|",
        f"| {found['clicks']:,} | {found['p50']} | {found['p95']} | {found['longest']:,} | p95 500 | {met} | {first}, {middle}, {last} "
        f"| {found['healthy']:,} of {found['looks']:,} | {found['wrong']} |",
        "",
    ]


def write_page(kept: dict[str, Any], page: Path) -> None:
    """Write everything that was measured, newest page over the old one."""
    organisations = kept.get("organisations", {})
    lines = [
        "# How fast it is",
        "",
        "This page is written by `make bench` from `benchmarks.json`, which holds all that was measured; figures stand beside "
        "the aims, which are set for 20,000 people and 1,000,000 cases of memberships; other rules may take twice as long. Organisations are made from a seed "
        "(`benchmarks/organisations.py`) but one, which is a published organogram with invented cases, and every job is a process of its own, from which nothing is remembered. Questions "
        "are drawn at random, none twice, half of them from visible pairs.",
        "",
        f"Machine: {machine()}. Shared: a load average above the number of cores means that the clock shows neighbours too. "
        "Jobs: clock (CPU). Questions: p50 / p95 by the clock (CPU p50). CPU is that of this process, on Neo4j + the "
        "server's; MB is the peak of this process. Without a word about the matrix a question does not use it.",
        "",
    ]
    groups: dict[tuple[int, int, str], list[dict[str, Any]]] = {}
    for row in organisations.values():
        groups.setdefault((row["cases"], row["people"], row["kind"]), []).append(row)
    curve = {(cases, CURVE[1], CURVE[0]) for cases in CURVE[2]} - {(100_000, 2_000, "memberships")}
    for key in sorted(groups.keys() - curve):
        lines += _organisation(sorted(groups[key], key=lambda row: row["engine"]))
    lines += _curve(organisations)
    for size in sorted(kept.get("http", {}), reverse=True):
        lines += _http(kept["http"][size])
    if "soak" in kept:
        lines += _soak(kept["soak"])
    if "peers" in kept:
        lines += _peers(kept["peers"])
    lines += missed(organisations)
    page.write_text("\n".join(lines).rstrip() + "\n", "utf-8")
