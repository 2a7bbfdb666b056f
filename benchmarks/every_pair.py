"""Every pair of a generated mixed organisation on both engines, compared with the definition: `python -m benchmarks.every_pair`.

Not part of the tests: two hundred million pairs take the definition, which is plain Python, minutes. Prints the number of
pairs, of differences, and the time that each engine took to load and to decide.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from seewhy.api import Graph
from seewhy.graph.engines import open_engine
from seewhy.graph.inputs.checks import check
from seewhy.graph.inputs.given import tables_from_given
from seewhy.loaders.load import load_checked
from tests.definition import World, all_pairs
from tests.servers.neo4j import neo4j_server
from tests.worlds.builder import DAY
from tests.worlds.organisation import organisation

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt
    import polars as pl

Row = tuple["npt.NDArray[np.int64]", "list[tuple[str, str, str]]"]


def decided(frames: Mapping[str, pl.DataFrame], target: str, say: str) -> tuple[list[str], dict[str, Row]]:
    """Load the organisation and decide every pair; cases in order, and per person what is visible."""
    engine = open_engine(target, write=True)
    began = time.monotonic()
    load_checked(engine, frames, given=frozenset(frames), as_of=DAY, fresh=True)
    loaded = time.monotonic()
    pairs = Graph(engine).pairs(DAY)
    answers = [(d.value, d.value_now, d.step) for d in pairs.decisions]
    rows: dict[str, Row] = {}
    for sight in pairs:
        answers += [(d.value, d.value_now, d.step) for d in pairs.decisions[len(answers) :]]
        rows[sight.person] = (sight.cases.copy(), [answers[code] for code in sight.codes])
    done = time.monotonic()
    visible = sum(len(cases) for cases, _ in rows.values())
    sys.stdout.write(f"{say}: load {loaded - began:.1f} s, every pair {done - loaded:.1f} s, {visible:,} visible\n")
    engine.close()
    return pairs.cases, rows


def main() -> int:
    """Exit code 0 when nothing differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engines", default="embedded,neo4j")
    chosen = parser.parse_args()
    rows = organisation(chosen.seed, chosen.people, chosen.cases)
    checked = check(tables_from_given(rows))
    if checked.problems:
        sys.stdout.write(f"the organisation has {len(checked.problems)} problems, the first: {checked.problems[0]}\n")
        return 2
    found = {}
    if "embedded" in chosen.engines:
        with tempfile.TemporaryDirectory() as folder:
            found["embedded"] = decided(checked.frames, str(Path(folder) / "graph"), "embedded")
    if "neo4j" in chosen.engines:
        import os

        with neo4j_server() as server:
            os.environ.update(server.environment())
            found["neo4j"] = decided(checked.frames, server.uri, "neo4j")
    world = World(rows)
    people = sorted({row["person_id"] for row in rows["people"]})
    wrong, compared = dict.fromkeys(found, 0), 0
    for person, pairs in groupby(all_pairs(world, DAY, people), key=itemgetter(0)):
        expected = {case: (d.value, d.value_now, d.step) for _, case, d in pairs if d.value != "none"}
        for engine, (cases, seen) in found.items():
            places, answers = seen.get(person, (np.empty(0, np.int64), []))
            got = dict(zip([cases[place] for place in places], answers, strict=True))
            if got != expected:
                wrong[engine] += sum(1 for case in got.keys() | expected.keys() if got.get(case) != expected.get(case))
        compared += chosen.cases
    sys.stdout.write(f"{compared:,} pairs compared with the definition; differences: {wrong}\n")
    return 1 if any(wrong.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
