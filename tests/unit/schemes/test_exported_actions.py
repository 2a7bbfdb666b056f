"""`export access --action`: every pair on which an action is allowed, as `check` says one by one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
import pytest

import seewhy
from seewhy.reports import export_report
from tests.support.example_schemes import DAY, everybody, use, write_organisation
from tests.support.world_graphs import embedded, ids
from tests.unit.cli.conftest import Run, run
from tests.worlds import builder
from tests.worlds.strategies import seeded_world

if TYPE_CHECKING:
    from pathlib import Path

    from seewhy.api import Graph

__all__ = ["run"]


def exported(graph: Graph, file: Path, action: str, day: str) -> dict[tuple[str, str], tuple[str, str]]:
    export_report(graph, "access", file, day, action=action)
    rows = pl.read_csv(file, infer_schema=False)
    return {(row["person_id"], row["case_id"]): (row["value"], row["step"]) for row in rows.iter_rows(named=True)}


def checked(
    graph: Graph, people: list[str], cases: list[str], action: str, day: str
) -> dict[tuple[str, str], tuple[str, str]]:
    asked = {(p, c): graph.check(p, c, day, action=action) for p in people for c in cases}
    return {pair: (one.value, one.step) for pair, one in asked.items() if one.yes}


@pytest.mark.parametrize("scheme", ["departments", "repositories"])
def test_an_own_scheme(tmp_path: Path, scheme: str) -> None:
    use(scheme)
    with seewhy.connect(tmp_path / "g", write=True) as graph:
        graph.load(write_organisation(scheme, tmp_path / "files"), as_of=DAY)
        sizes = {}
        for action in ("view", "edit", "delete"):
            found = exported(graph, tmp_path / f"{action}.csv", action, DAY)
            assert found == checked(graph, *everybody(scheme), action, DAY), action
            sizes[action] = len(found)
        manifest = json.loads((tmp_path / "delete.csv.manifest.json").read_text("utf-8"))
        assert (manifest["action"], manifest["rows"]) == ("delete", sizes["delete"])
        assert "action" not in json.loads((tmp_path / "view.csv.manifest.json").read_text("utf-8"))
        assert 0 < sizes["delete"] < sizes["view"]


def test_the_built_in_ones(tmp_path: Path) -> None:
    rows = seeded_world("mixed", 41)
    graph = embedded(rows, builder.DAY)
    found = exported(graph, tmp_path / "edit.csv", "edit", builder.DAY)
    assert found == checked(graph, *ids(rows), "edit", builder.DAY)
    assert found


def test_what_is_no_action_of_a_report_is_told(tmp_path: Path, run: Run) -> None:
    use("departments")
    with seewhy.connect(tmp_path / "g", write=True) as graph:
        graph.load(write_organisation("departments", tmp_path / "files"), as_of=DAY)
    told = {
        "delte": ("access", "`delte` is no action"),
        "search": ("access", "`search` decides no access"),
        "delete": ("people", "the report `people` has no action"),
    }
    for action, (report, words) in told.items():
        ran = run("export", report, "-o", tmp_path / "x.csv", "--graph", tmp_path / "g", "--action", action)
        assert (ran.code, words in ran.err) == (2, True), action
    assert not (tmp_path / "x.csv").exists()
