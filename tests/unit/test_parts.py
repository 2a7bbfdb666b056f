"""Parts of the report `access`: each a slice of people, all of them together the whole; systems, each in a graph of its
own, as well; and what `seewhy parts` finds wrong with a set of parts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
import pytest

import seewhy
from seewhy.graph.inputs.files import FILES
from seewhy.graph.reports.parts import Part
from seewhy.graph.session import Session
from seewhy.reports import check_parts, export_report, parts_in
from tests.support.world_graphs import embedded, history_of, ids, on_neo4j, side_by_side
from tests.unit.cli.conftest import SAMPLE, Run, run, sample
from tests.worlds.builder import DAY
from tests.worlds.organisation import organisation
from tests.worlds.strategies import seeded_world

if TYPE_CHECKING:
    from seewhy.api import Graph
    from tests.servers.neo4j import Neo4jServer
    from tests.worlds.tables import Rows

__all__ = ["run", "sample"]
SMALL = seeded_world("mixed", 41)
LARGE = organisation(3, 260, 400)
"""More people in a half than one question decides: these are decided by the access matrix, thirds by the questions."""
ONE = organisation(3, 1, 40, ("memberships",))


def write(graph: Graph, folder: Path, of: int, **options: Any) -> list[Path]:
    folder.mkdir()
    files = [folder / f"access-{number}.parquet" for number in range(1, of + 1)]
    for number, file in enumerate(files, 1):
        export_report(graph, "access", file, DAY, part=f"{number}/{of}", **options)
    return files


def unlike(graph: Graph, folder: Path, of: int, **options: Any) -> list[str]:
    """What is wrong with the parts, joined by DuckDB, by Polars, and as csv one after another, beside the whole."""
    export_report(graph, "access", folder / "whole.parquet", DAY, **options)
    whole = pl.read_parquet(folder / "whole.parquet").cast(pl.String)
    files = write(graph, folder / "parts", of, **options)
    pattern = str(folder / "parts" / "*.parquet")
    with duckdb.connect() as joined:
        by_duckdb = joined.execute(f"SELECT * FROM read_parquet('{pattern}') ORDER BY ALL").fetchall()
    wrong = []
    if sorted(by_duckdb) != sorted(whole.rows()):
        wrong.append("by DuckDB")
    if not pl.scan_parquet(pattern).collect().cast(pl.String).sort(pl.all()).equals(whole.sort(pl.all())):
        wrong.append("by Polars")
    export_report(graph, "access", folder / "whole.csv", DAY, **options)
    text = ""
    for number in range(1, of + 1):
        export_report(graph, "access", folder / f"{number}.csv", DAY, part=f"{number}/{of}", **options)
        head, _, body = (folder / f"{number}.csv").read_text("utf-8").partition("\n")
        text += body if text else f"{head}\n{body}"
    if text != (folder / "whole.csv").read_text("utf-8"):
        wrong.append("as csv")
    found = check_parts(parts_in(folder / "parts"))
    if found.problems or found.rows != len(whole) or parts_in(folder / "parts") != files:
        wrong.append(f"checked: {found.problems}")
    return [f"{of} parts, {options}: {one}" for one in wrong]


def test_parts_are_the_whole(sample: str, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(bytes(range(32)))
    key.chmod(0o600)
    small, large, one = embedded(SMALL, DAY), embedded(LARGE, DAY), embedded(ONE, DAY)
    asked: list[tuple[Graph, int, dict[str, Any]]] = [
        *((small, of, {}) for of in (1, 2, 3, len(ids(SMALL)[0]) + 3)),
        (small, 3, {"action": "edit"}), (large, 2, {}), (large, 3, {}), (one, 1, {}), (one, 3, {}),
    ]  # fmt: skip
    wrong = []
    with seewhy.connect(sample) as loaded:
        for number, (graph, of, options) in enumerate([*asked, (loaded, 3, {"pseudonyms": key})]):
            folder = tmp_path / str(number)
            folder.mkdir()
            wrong += unlike(graph, folder, of, **options)
    assert not wrong


def test_parts_on_neo4j_are_the_whole_of_the_embedded_engine(neo4j_server: Neo4jServer, tmp_path: Path) -> None:
    export_report(embedded(SMALL, DAY), "access", tmp_path / "whole.parquet", DAY)
    whole = pl.read_parquet(tmp_path / "whole.parquet").cast(pl.String)
    with on_neo4j(neo4j_server, history_of(SMALL, DAY), DAY) as graph:
        write(graph, tmp_path / "parts", 3)
        write(graph, tmp_path / "edits", 2, action="edit")
    assert pl.scan_parquet(tmp_path / "parts" / "*.parquet").collect().cast(pl.String).equals(whole)
    edits = pl.scan_parquet(tmp_path / "edits" / "*.parquet").collect().cast(pl.String)
    assert edits.equals(whole.filter(pl.col("value") == "edit"))
    assert check_parts(parts_in(tmp_path / "parts")).problems == []


@pytest.mark.parametrize("of", [2, 3])
def test_a_part_decides_its_own_people_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, of: int) -> None:
    """Whatever decides, the access matrix or the questions, the graph is asked about the people of the part and nobody
    else."""
    asked: set[str] = set()
    run_query = Session.run

    def seen(self: Session, name: str, **parameters: Any) -> Any:
        asked.update(parameters.get("people", ()))
        return run_query(self, name, **parameters)

    monkeypatch.setattr(Session, "run", seen)
    graph, everybody = embedded(LARGE, DAY), ids(LARGE)[0]
    parts = []
    for number in range(1, of + 1):
        asked.clear()
        export_report(graph, "access", tmp_path / f"{number}.parquet", DAY, part=f"{number}/{of}")
        parts.append(sorted(asked))
    assert [person for part in parts for person in part] == everybody
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_runs_of_people() -> None:
    for people in (0, 1, 5, 260):
        everybody = [str(n) for n in range(people)]
        for of in (1, 2, 7, 300):
            parts = [Part(number, of).among(everybody) for number in range(1, of + 1)]
            assert [one for part in parts for one in part] == everybody
            assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_what_is_no_part_is_told_in_a_sentence(sample: str, run: Run, tmp_path: Path) -> None:
    hints = {
        "9/8": "the last of 8 is 8/8", "2/1": "the last of 1 is 1/1", "0/8": "the first one is number 1",
        "1/0": "there is at least one part", "0/0": "there is at least one part",
    }  # fmt: skip
    for given in (*hints, "3", "a/b", "1/2/3", "-1/8", "1.0/8", "1/", "/", "³/8", "1/9999999999", "1 / 2"):
        ran = run("export", "access", "-o", "x.parquet", "--graph", sample, "--part", given)
        told = hints.get(given, "for example 3/8")
        assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 2), given
        assert f"`{given}` is no value of `--part`" in ran.err, given
        assert told in ran.err, given
    ran = run("export", "people", "-o", "x.parquet", "--graph", sample, "--part", "1/2")
    assert ran.code == 2
    assert "the report `people` has no parts" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_missing_or_mixed_part_is_found(run: Run, tmp_path: Path) -> None:
    """Two copies of one generation make a whole; another load of the same rows, another day, a lost or a changed file
    do not."""
    with seewhy.connect(tmp_path / "graph", write=True) as graph:
        graph.load(SAMPLE, DAY)
    shutil.copytree(tmp_path / "graph", tmp_path / "copy")
    (tmp_path / "set").mkdir()
    for number, source in ((1, "graph"), (2, "copy"), (3, "graph")):
        words = ("export", "access", "-o", f"set/{number}.csv", "--graph", source, "--as-of", DAY)
        assert run(*words, "--part", f"{number}/3").code == 0
    manifests = [json.loads((tmp_path / "set" / f"{n}.csv.manifest.json").read_text("utf-8")) for n in (1, 2, 3)]
    assert [one["part"]["number"] for one in manifests] == [1, 2, 3]
    assert len({(one["load"], one["load_digest"], one["part"]["load_finished"]) for one in manifests}) == 1
    whole = run("parts", "set", "--json")
    assert (whole.code, whole.json()["rows"]) == (0, sum(one["rows"] for one in manifests))
    told = run("parts", "set/1.csv", "set/3.csv", "set/3.csv")
    assert told.code == 1
    assert "of 3 parts these are missing: 2" in told.out
    assert "part 3 is there 2 times" in told.out

    # The same rows in another graph: another load, which is refused beside the parts of the first, and found.
    with seewhy.connect(tmp_path / "again", write=True) as graph:
        graph.load(SAMPLE, "2026-01-05")
        graph.load(SAMPLE, DAY)
    again = ("export", "access", "--graph", "again", "--part", "2/3")
    (tmp_path / "set" / "2.csv").rename(tmp_path / "2.csv")
    (tmp_path / "set" / "2.csv.manifest.json").rename(tmp_path / "2.csv.manifest.json")
    refused = run(*again, "-o", "set/2.csv", "--as-of", DAY)
    assert refused.code == 2
    assert "`1.csv`, part 1 of 3, was made from load-0001" in refused.err
    assert not (tmp_path / "set" / "2.csv").exists()
    assert run(*again, "-o", "set/2.csv", "--as-of", DAY, "--overwrite").code == 0
    told = run("parts", "set")
    assert told.code == 1
    assert f'`loaded_as_of` is not the same in all parts: "{DAY}" in `1.csv`, `3.csv`; "2026-01-05" in' in told.out

    (tmp_path / "2.csv").write_text("changed", "utf-8")
    told = run("parts", "set/1.csv", "2.csv", "set/3.csv")
    assert (told.code, "`2.csv` is not the file that its manifest tells of" in told.out) == (1, True)
    (tmp_path / "2.csv").unlink()
    assert "`2.csv` is not there, only its manifest" in run("parts", "2.csv").out
    assert run(*again, "-o", "other.csv", "--as-of", "2026-01-05").code == 0
    told = run("parts", "set/1.csv", "other.csv", "set/3.csv")
    assert (told.code, "`as_of` is not the same in all parts" in told.out) == (1, True)
    for words, sentence in ((("graph",), "no parts in `graph`"), (("no.csv",), "`no.csv` has no manifest of a part")):
        refused = run("parts", *words)
        assert (refused.code, refused.out, sentence in refused.err) == (2, "", True), words


def of_system(rows: Rows, system: str = "") -> Rows:
    """The input of one system, or of none: without the rows of other systems, and those that name what is left out."""
    kept = {stem: [r for r in own if r.get("system_id", "").strip() in ("", system)] for stem, own in rows.items()}
    while True:
        known = {stem: {row[FILES[stem].id].strip() for row in own} for stem, own in kept.items() if FILES[stem].id}

        def holds(stem: str, row: dict[str, str], known: dict[str, set[str]] = known) -> bool:
            links = [(row.get(one.name, "").strip(), one.references) for one in FILES[stem].columns if one.references]
            return all(not named or to not in known or named in known[to] for named, to in links)

        left = {stem: [row for row in own if holds(stem, row)] for stem, own in kept.items()}
        if left == kept:
            return kept
        kept = left


def test_systems_in_graphs_of_their_own_are_the_whole(tmp_path: Path) -> None:
    """Graph k holds the k-th system of each world, with everything else of the world that is no other system's."""
    worlds = [*(seeded_world("mixed", seed) for seed in range(41, 45)), organisation(5, 60, 400)]
    systems = [[row["system_id"].strip() for row in rows["systems"]] for rows in worlds]
    graphs = [worlds]
    for place in range(max(map(len, systems))):
        graphs.append([of_system(rows, *own[place : place + 1]) for rows, own in zip(worlds, systems, strict=True)])
    found = []
    for number, one in enumerate(graphs):
        export_report(embedded(side_by_side(one), DAY), "access", tmp_path / f"{number}.parquet", DAY)
        found.append(pl.read_parquet(tmp_path / f"{number}.parquet").cast(pl.String))
    whole, *parts = found
    assert len(parts) > 3
    assert sum(not part.is_empty() for part in parts) > 3
    assert pl.concat(parts).sort(pl.all()).equals(whole.sort(pl.all()))
