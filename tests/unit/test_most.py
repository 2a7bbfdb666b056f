"""Who sees most and what is seen by most, against the answers of everybody."""

from __future__ import annotations

from collections import Counter
from importlib.resources import as_file, files
from pathlib import Path

import seewhy
from seewhy.graph.change.kept_matrix import day_matrix
from seewhy.graph.matrix.most import most

DAY = "2026-11-25"


def test_counts_are_those_of_the_pairs(tmp_path: Path) -> None:
    with seewhy.connect(tmp_path / "graph", write=True) as graph, as_file(files("seewhy.loaders") / "sample") as rows:
        graph.load(rows, as_of=DAY)
        graph.session.newest()
        matrix = day_matrix(graph.session, DAY)
        assert matrix is not None
        everybody = [row["id"] for row in graph.session.run("organisation/people")]
        pairs = [(person, case.case) for person in everybody for case in graph.what(person, DAY).cases]
    counts = [Counter(one).items() for one in zip(*pairs, strict=True)]
    people, cases = (tuple(sorted(some, key=lambda one: (-one[1], one[0]))) for some in counts)
    assert most(matrix, len(pairs)) == (people, cases, len(pairs))
    assert most(matrix, 3) == (people[:3], cases[:3], len(pairs))
