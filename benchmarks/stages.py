"""One stage of a measurement in a process of its own, so that memory is the stage's: `load`, `pairs`, `export`, `ask`,
`change`.

    python -m benchmarks.stages STAGE FOLDER GRAPH SCRATCH      prints one JSON object; times in seconds or milliseconds

`pairs` leaves in SCRATCH who sees most and some visible pairs, from which `ask` draws half of its questions; the other
half is drawn from everything, where nearly all answers are no.
"""

from __future__ import annotations

import json
import random
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

import seewhy
from benchmarks import organisations
from benchmarks.later import later
from benchmarks.measure import Watch, each, folder_size, peak_memory
from seewhy.graph.matrix.pairs import PEOPLE_PER_QUESTION
from seewhy.graph.matrix.precomputed import precomputed
from seewhy.graph.reports.export import export_report

AS_OF, ASKED, LATER, AFTER = "2026-11-01", "2026-11-02", "2026-11-16", "2026-11-17"
WOULD = 40
QUESTIONS = 300
PAGE = 50


def load(folder: Path, graph: str, scratch: Path) -> dict[str, Any]:
    """Load the folder into an empty graph."""
    with seewhy.connect(graph, write=True) as g:
        with Watch() as watch:
            report = g.load(folder, AS_OF, fresh=True)
        told = report.as_dict()
    sizes = {name: told[name] for name in ("nodes", "relationships", "cases", "profiles")}
    stored = folder_size(Path(graph)) if Path(graph).is_dir() else None
    return {**asdict(watch.spent), **sizes, "input_mb": folder_size(folder), "graph_mb": stored}


def pairs(folder: Path, graph: str, scratch: Path) -> dict[str, Any]:
    """Everybody decided, as counts by value; afterwards some visible pairs are drawn for what is asked next."""
    draw = random.Random(1)
    with seewhy.connect(graph) as g:
        with Watch() as watch:
            every = g.pairs(ASKED)
            counts = every.counts()
        cases, everybody = every.cases, every.people
        sums = {person: sum(tally.values()) for person, tally in counts.items()}
        most = max((count, person) for person, count in sums.items())
        drawn = draw.sample(sorted(sums), min(QUESTIONS, len(sums)))
        visible = [
            (sight.person, every.cases[int(sight.cases[draw.randrange(len(sight.cases))])])
            for begin in range(0, len(drawn), PEOPLE_PER_QUESTION)
            for sight in g.pairs(ASKED, drawn[begin : begin + PEOPLE_PER_QUESTION])
        ]
    said = {
        "most": most[1],
        "visible": visible,
        "people": everybody,
        "cases": draw.sample(cases, min(5000, len(cases))),
    }
    (scratch / "drawn.json").write_text(json.dumps(said), "utf-8")
    return {**asdict(watch.spent), "pairs": sum(sums.values()), "people": len(sums), "most": most[0]}


def export(folder: Path, graph: str, scratch: Path) -> dict[str, Any]:
    """Every pair to a Parquet file, decisions included."""
    file = scratch / "access.parquet"
    with seewhy.connect(graph) as g, Watch() as watch:
        manifest = export_report(g.session, "access", file, ASKED, overwrite=True)
    size = round(file.stat().st_size / 1e6, 1)
    file.unlink()
    return {**asdict(watch.spent), "rows": manifest["rows"], "file_mb": size}


def ask(folder: Path, graph: str, scratch: Path) -> dict[str, Any]:
    """The questions of a person at a screen, each another one, after a first one of each kind."""
    said = json.loads((scratch / "drawn.json").read_text("utf-8"))
    draw = random.Random(2)
    visible = [tuple(pair) for pair in said["visible"]]
    half = draw.sample(visible, min(QUESTIONS // 2, len(visible)))
    anything = [(draw.choice(said["people"]), draw.choice(said["cases"])) for _ in range(QUESTIONS)]
    both = list(dict.fromkeys([*half, *anything]))[: QUESTIONS + 3]
    draw.shuffle(both)
    warm, both = both[:3], both[3:]
    ordinary = draw.sample([p for p in said["people"] if p != said["most"]], min(120, len(said["people"]) - 1))
    half_way = len(ordinary) // 2
    with seewhy.connect(graph) as g:

        def first_page(person: str) -> None:
            answer = g.what(person, ASKED)
            _ = answer.counts, answer.cases[:PAGE]

        for person, case in warm:
            g.check(person, case, ASKED), g.why(person, case, ASKED), g.who(case, ASKED)
        first_page(ordinary[0])
        found = {
            "check": each(lambda p, c: g.check(p, c, ASKED), both),
            "why": each(lambda p, c: g.why(p, c, ASKED), both),
            "who": each(lambda c: g.who(c, ASKED), [(case,) for case in dict.fromkeys(c for _, c in both)]),
            "what": each(first_page, [(person,) for person in ordinary[1:half_way]]),
        }
        with Watch() as first:
            first_page(said["most"])
        with Watch() as made:
            precomputed(g.session, ASKED, make=True)
        # The same person again is the worst case here; what is kept is the organisation, not the answer.
        again = [each(first_page, [(said["most"],)]) for _ in range(5)]
        found["what, most"] = {
            **max(again, key=lambda one: one["p50"]),
            "n": len(again),
            "first": first.spent.wall * 1000,
        }
        found["what, standing"] = each(first_page, [(person,) for person in ordinary[half_way:]])
        found["stand"] = asdict(made.spent)
    return found


def change(folder: Path, graph: str, scratch: Path) -> dict[str, Any]:
    """A second snapshot, the whole organisation on two days, what would change single answers, and all findings.

    The last: it adds a load.
    """
    said = json.loads((scratch / "drawn.json").read_text("utf-8"))
    draw = random.Random(3)
    frames = {path.stem: pl.read_parquet(path) for path in folder.glob("*.parquet")}
    organisations.write(later(frames), scratch / "later")
    with seewhy.connect(graph, write=True) as g, Watch() as loaded:
        g.load(scratch / "later", LATER)
    yes = [tuple(pair) for pair in said["visible"]]
    no = list({(draw.choice(said["people"]), draw.choice(said["cases"])) for _ in range(WOULD)} - set(yes))
    with seewhy.connect(graph) as g:
        kinds = {"would_change, of a yes": draw.sample(yes, min(WOULD, len(yes))), "would_change, of a no": no}
        # The first one reads what the graph remembers; it is told apart.
        with Watch() as first:
            g.why(*kinds["would_change, of a yes"].pop(), LATER, changes=True)
        found: dict[str, Any] = {
            name: each(lambda p, c: g.why(p, c, LATER, changes=True), pairs) for name, pairs in kinds.items()
        }
        days = [(ASKED, LATER), (AS_OF, LATER), (ASKED, AFTER)]
        differing = []
        with Watch() as began:
            differing.append(len(g.diff(*days[0]).table))
        found["diff"] = each(lambda one, two: differing.append(len(g.diff(one, two).table)), days[1:])
    with seewhy.connect(graph) as g, Watch() as odd:
        number = len(g.findings(LATER).findings)
    return {
        **found, "load": asdict(loaded.spent), "first why": asdict(first.spent), "first diff": asdict(began.spent),
        "differing": differing[0], "findings": {**asdict(odd.spent), "n": number},
    }  # fmt: skip


STAGES = {"load": load, "pairs": pairs, "export": export, "ask": ask, "change": change}


def main(arguments: list[str]) -> int:
    """Run one stage and print what it found."""
    stage, folder, graph, scratch = arguments
    found = STAGES[stage](Path(folder), graph, Path(scratch))
    sys.stdout.write(json.dumps({**found, "memory_mb": peak_memory()}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
