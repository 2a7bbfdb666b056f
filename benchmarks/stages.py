"""One stage of a measurement in a process of its own, so that memory is the stage's and nothing is remembered:

    python -m benchmarks.stages STAGE FOLDER GRAPH SCRATCH      prints one JSON object; times in seconds or milliseconds

`pairs` leaves in SCRATCH who sees most and some visible pairs, from which half of the questions are drawn; the other
half is drawn from everything, where nearly all answers are no. `NEEDS` says which stages come before another.
"""

from __future__ import annotations

import json
import os
import random
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import seewhy
from benchmarks import change_stages, matrix
from benchmarks.days import AS_OF, ASKED
from benchmarks.measure import Watch, each, folder_size, peak_memory
from seewhy.graph.matrix.pairs import PEOPLE_PER_QUESTION
from seewhy.graph.reports.export import export_report

if TYPE_CHECKING:
    from collections.abc import Callable

    from seewhy.api import Graph

QUESTIONS = 200
ORDINARY = 60
TOP = 5
"""Those who see most, each asked about once."""
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
        memory = peak_memory()
        cases, everybody = every.cases, every.people
        sums = {person: sum(tally.values()) for person, tally in counts.items()}
        most = sorted(((count, person) for person, count in sums.items()), reverse=True)[:TOP]
        drawn = draw.sample(sorted(sums), min(QUESTIONS, len(sums)))
        visible = [
            (sight.person, every.cases[int(sight.cases[draw.randrange(len(sight.cases))])])
            for begin in range(0, len(drawn), PEOPLE_PER_QUESTION)
            for sight in g.pairs(ASKED, drawn[begin : begin + PEOPLE_PER_QUESTION])
        ]
    said = {
        "most": [person for _, person in most],
        "visible": visible,
        "people": everybody,
        "cases": draw.sample(cases, min(5000, len(cases))),
    }
    (scratch / "drawn.json").write_text(json.dumps(said), "utf-8")
    told = {"pairs": sum(sums.values()), "people": len(everybody), "most": most[0][0], "memory_mb": memory}
    return {**asdict(watch.spent), **told}


def export(folder: Path, graph: str, scratch: Path) -> dict[str, Any]:
    """Every pair to a Parquet file, decisions included."""
    file = scratch / "access.parquet"
    with seewhy.connect(graph) as g, Watch() as watch:
        manifest = export_report(g.session, "access", file, ASKED, overwrite=True)
    size = round(file.stat().st_size / 1e6, 1)
    file.unlink()
    return {**asdict(watch.spent), "rows": manifest["rows"], "file_mb": size}


def part(folder: Path, graph: str, scratch: Path) -> dict[str, Any]:
    """The graph opened, an eighth of the people in a Parquet file, and one person: what every part pays for itself."""
    file = scratch / "part.parquet"
    with Watch() as opening:
        opened = seewhy.connect(graph)
        opened.session.newest()
    found = {"open": asdict(opening.spent)}
    with opened as g:
        people = len(g.session.run("organisation/people"))
        for name, of in (("eighth", 8), ("one", people)):
            with Watch() as watch:
                rows = export_report(g.session, "access", file, ASKED, overwrite=True, part=f"{of // 2}/{of}")["rows"]
            found[name] = {**asdict(watch.spent), "rows": rows}
    return found


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
    usual = sorted(set(said["people"]) - set(said["most"]))
    ordinary = draw.sample(usual, min(ORDINARY + 1, len(usual)))
    with seewhy.connect(graph) as g:
        found: dict[str, Any] = {}
        if "SEEWHY_MATRIX" not in os.environ:
            with Watch() as opened:
                matrix.open_kept(g, ASKED)
            found["open"] = asdict(opened.spent)
        for person, case in warm:
            g.check(person, case, ASKED), g.why(person, case, ASKED), g.who(case, ASKED)
        first_page(g, ordinary[0])
        return {
            **found,
            "check": each(lambda p, c: g.check(p, c, ASKED), both),
            "why": each(lambda p, c: g.why(p, c, ASKED), both),
            "who": each(lambda c: g.who(c, ASKED), [(case,) for case in dict.fromkeys(c for _, c in both)]),
            "what": each(lambda p: first_page(g, p), [(person,) for person in ordinary[1:]]),
            "what, most": each(lambda p: first_page(g, p), [(person,) for person in said["most"]]),
        }


def first_page(g: Graph, person: str) -> None:
    """The counts of what a person sees, and the first cases."""
    answer = g.what(person, ASKED)
    _ = answer.counts, answer.cases[:PAGE]


def make_matrix(folder: Path, graph: str, scratch: Path) -> dict[str, Any]:
    """The access matrix of the day from nothing."""
    with seewhy.connect(graph) as g, Watch() as watch:
        matrix.make(g, ASKED)
    return {**asdict(watch.spent), "file_mb": matrix.file_size(graph)}


STAGES: dict[str, Callable[[Path, str, Path], dict[str, Any]]] = {
    "load": load,
    "pairs": pairs,
    "export": export,
    "part": part,
    "ask": ask,
    "matrix": make_matrix,
    "ask, matrix": ask,
    "export, matrix": export,
    **change_stages.STAGES,
}
"""In the order in which they run: `next` and `kept` add a load."""
WITHOUT = ("pairs", "export", "part", "ask")
"""Stages that run without an access matrix."""
NEEDS = {
    **{name: ("load", "pairs") for name in STAGES if name not in ("load", "pairs")},
    **{name: ("load", "pairs", "matrix") for name in ("ask, matrix", "export, matrix")},
    **{name: ("load", "pairs", "matrix", "next") for name in ("diff", "whatif", "would", "kept")},
    "pairs": ("load",),
}


def main(arguments: list[str]) -> int:
    """Run one stage and print what it found."""
    stage, folder, graph, scratch = arguments
    found = STAGES[stage](Path(folder), graph, Path(scratch))
    sys.stdout.write(json.dumps({"memory_mb": peak_memory(), **found}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
