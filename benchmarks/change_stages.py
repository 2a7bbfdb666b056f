"""The stages about change, which begin with a second snapshot: `findings`, `next`, `diff`, `whatif`, `would`, `kept`."""

from __future__ import annotations

import json
import random
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

import seewhy
from benchmarks import matrix, organisations
from benchmarks.days import AFTER, AS_OF, ASKED, KEPT, LATER
from benchmarks.later import GRANTS, later
from benchmarks.measure import Watch, each, peak_memory
from seewhy.graph.inputs.files import FILES

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.organisations import Frames

WOULD, ROWS, CHANGED = 12, 10, 100


def _frames(folder: Path) -> Frames:
    return {path.stem: pl.read_parquet(path) for path in folder.glob("*.parquet")}


def findings(folder: Path, graph: str, scratch: Path) -> dict[str, Any]:
    """All findings of a day."""
    with seewhy.connect(graph) as g, Watch() as watch:
        number = len(g.findings(ASKED).findings)
    return {**asdict(watch.spent), "n": number}


def next_snapshot(folder: Path, graph: str, scratch: Path) -> dict[str, Any]:
    """The next snapshot, in which one grant in a hundred has ended and some cases look otherwise."""
    organisations.write(later(_frames(folder)), scratch / "later")
    with seewhy.connect(graph, write=True) as g, Watch() as watch:
        g.load(scratch / "later", LATER)
    return asdict(watch.spent)


def diff(folder: Path, graph: str, scratch: Path) -> dict[str, Any]:
    """The whole organisation on two days: first in this process, again about other days, and with all pairs in a file."""
    file = scratch / "diff.parquet"
    with seewhy.connect(graph) as g:
        with Watch() as first:
            number = matrix.differing(g, ASKED, LATER)
        with Watch() as again:
            matrix.differing(g, AS_OF, AFTER)
        with Watch() as pairs:
            rows = matrix.differing_to_parquet(g, ASKED, AFTER, file, reasons=False)
        with Watch() as named:
            matrix.differing_to_parquet(g, ASKED, AFTER, file, reasons=True)
    size = round(file.stat().st_size / 1e6, 1)
    file.unlink()
    return {
        "first": asdict(first.spent), "counts": {**asdict(again.spent), "n": number},
        "pairs": {**asdict(pairs.spent), "rows": rows}, "named": {**asdict(named.spent), "rows": rows, "file_mb": size},
    }  # fmt: skip


def whatif(folder: Path, graph: str, scratch: Path) -> dict[str, Any]:
    """What ten ended grants would do to everybody, findings left out: twice, about other rows."""
    asked = _ended(_frames(scratch / "later"), ROWS)
    with seewhy.connect(graph) as g:
        with Watch() as first:
            number = len(g.whatif(asked[0], AFTER, with_findings=False).diff.table)
        with Watch() as again:
            g.whatif(asked[1], AFTER, with_findings=False)
    return {"first": {**asdict(first.spent), "n": number}, "again": asdict(again.spent)}


def _ended(frames: Frames, rows: int) -> list[dict[str, Any]]:
    """Two changes, each of so many ended grants of the kind that there are most of."""
    stem = max((name for name in GRANTS if name in frames and name != "case_people"), key=lambda one: len(frames[one]))
    holding = frames[stem]
    for name, holds in (("since", pl.col("since") <= LATER), ("until", (pl.col("until") > AFTER) | (pl.col("until") == ""))):
        holding = holding.filter(holds) if name in holding.columns else holding
    keys = [name for name in FILES[stem].key if name in holding.columns]
    drawn = holding.select(keys).unique(maintain_order=True).sample(2 * rows, seed=4).to_dicts()
    return [{"end": {stem: some}} for some in (drawn[:rows], drawn[rows:])]


def would(folder: Path, graph: str, scratch: Path) -> dict[str, Any]:
    """What would change single answers; the first one, which reads what the graph remembers, is told apart."""
    said = json.loads((scratch / "drawn.json").read_text("utf-8"))
    draw = random.Random(3)
    yes = [tuple(pair) for pair in said["visible"]]
    no = list({(draw.choice(said["people"]), draw.choice(said["cases"])) for _ in range(WOULD)} - set(yes))
    kinds = {"yes": draw.sample(yes, min(WOULD, len(yes))), "no": no}
    with seewhy.connect(graph) as g:
        with Watch() as first:
            g.why(*kinds["yes"].pop(), AFTER, changes=True)
        found = {name: each(lambda p, c: g.why(p, c, AFTER, changes=True), pairs) for name, pairs in kinds.items()}
    return {"first": asdict(first.spent), **found}


def kept(folder: Path, graph: str, scratch: Path) -> dict[str, Any]:
    """A snapshot with a hundred ended grants, and the access matrix afterwards."""
    frames = _frames(scratch / "later")
    (stem,) = _ended(frames, 1)[0]["end"]
    few = {**frames, stem: frames[stem].sample(len(frames[stem]) - min(CHANGED, len(frames[stem]) // 2), seed=5)}
    organisations.write(few, scratch / "kept")
    with seewhy.connect(graph, write=True) as g:
        matrix.keep(g, LATER)
        with Watch() as loaded:
            g.load(scratch / "kept", KEPT)
        with Watch() as made:
            matrix.keep(g, KEPT)
        memory = peak_memory()
    return {**asdict(made.spent), "load": asdict(loaded.spent), "memory_mb": memory}


STAGES: dict[str, Callable[[Path, str, Path], dict[str, Any]]] = {
    "findings": findings,
    "next": next_snapshot,
    "diff": diff,
    "whatif": whatif,
    "would": would,
    "kept": kept,
}
