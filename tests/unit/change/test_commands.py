"""`diff`, `whatif` and `why` on the command line and in Python: counts first, rows that did it, nothing written."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time

import pytest

import seewhy
from seewhy.cli import main
from seewhy.graph.errors import ConfigurationError, UnknownEntity
from tests.unit.change.test_changes import ROWS
from tests.worlds.tables import COLUMNS, write_folder

LATER = "2026-07-01"


@pytest.fixture
def graph(tmp_path):
    """Two loads: later Ana's membership of Blue is gone and Bo is active again."""
    target = tmp_path / "graph"
    rows = {stem: [dict(row) for row in ROWS.get(stem, [])] for stem in COLUMNS}
    rows["people"][1] = {"person_id": "bo", "name": "Bo", "active": "false"}
    for day in ("2026-06-15", LATER):
        if day == LATER:
            rows["memberships"] = rows["memberships"][1:]
            rows["people"] = [rows["people"][0], {"person_id": "bo", "name": "Bo"}]
        folder = tmp_path / day
        write_folder(rows, folder)
        with seewhy.connect(target, write=True) as g:
            g.load(folder, day)
    return target


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as left:
        main([str(one) for one in arguments])
    return left.value.code, capsys.readouterr()


def content(folder):
    """Every file of the graph with its bytes."""
    return {
        p.relative_to(folder): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def test_diff_is_the_json_of_the_contract(graph, capsys) -> None:
    code, said = run(capsys, "diff", "--from", "2026-06-15", "--to", LATER, "--graph", graph, "--json")
    told = json.loads(said.out)
    assert code == 0
    assert {key: told[key] for key in ("from", "to", "counts", "complete")} == {
        "from": "2026-06-15",
        "to": LATER,
        "counts": {"gained": 1, "lost": 1, "changed": 0, "other_reason": 0},
        "complete": True,
    }
    assert told["pairs"] == [
        {
            "person": "ana",
            "case": "c1",
            "before": {"value": "edit", "step": "memberships"},
            "after": {"value": "none", "step": "no_rule"},
            "because": ["memberships.csv:2"],
        },
        {
            "person": "bo",
            "case": "c1",
            "before": {"value": "none", "step": "inactive"},
            "after": {"value": "view", "step": "memberships"},
            "because": ["people.csv:3"],
        },
    ]


def test_diff_tells_counts_first_and_the_rows_in_words(graph, capsys) -> None:
    code, said = run(capsys, "diff", "--from", "2026-06-15", "--to", LATER, "--graph", graph)
    assert code == 0
    assert said.out.startswith(f"2 pairs differ between 2026-06-15 and {LATER}.")
    assert "1 lost: the membership of Ana in Blue with access edit ended  memberships.csv:2" in said.out
    assert "1 gained: Bo: active false became true  people.csv:3" in said.out


def test_diff_of_unknown_things_and_of_days_in_the_wrong_order(graph) -> None:
    with seewhy.connect(graph) as g:
        with pytest.raises(ConfigurationError, match="is after"):
            g.diff(LATER, "2026-06-15")
        for unknown in ({"person": "anna"}, {"case": "c2"}, {"system": "cn"}):
            with pytest.raises(UnknownEntity):
                g.diff("2026-06-15", LATER, **unknown)
        assert g.diff("2026-06-15", LATER, person="bo").counts["gained"] == 1
        assert len(g.diff("2026-06-15", LATER, person="bo", case="c1", system="cm").table) != 0


@pytest.mark.parametrize("form", ["yaml", "folder"])
def test_whatif_says_who_would_gain_and_writes_nothing(graph, tmp_path, capsys, form: str) -> None:
    changes = tmp_path / "changes.yaml"
    if form == "yaml":
        changes.write_text("add: {memberships: [{person_id: ana, unit_id: blue, access: view}]}\n", "utf-8")
    else:
        changes = tmp_path / "changes"
        (changes / "add").mkdir(parents=True)
        (changes / "add" / "memberships.csv").write_text("person_id,unit_id,access\nana,blue,view\n", "utf-8")
    promise = tmp_path / "promise.yaml"
    promise.write_text("tests:\n  - check: {person: ana, case: c1}\n    expect: {value: none}\n", "utf-8")
    before = content(graph)
    arguments = ("whatif", changes, "--as-of", LATER, "--graph", graph, "--assertions", promise)
    code, said = run(capsys, *arguments, "--json")
    told = json.loads(said.out)
    assert code == 0
    assert told["counts"] == {"gained": 1, "lost": 0, "changed": 0, "other_reason": 0}
    assert told["pairs"][0]["because"] == ["add/memberships.csv:2"]
    assert len(told["assertions"]) == 1
    _, said = run(capsys, *arguments)
    assert said.out.startswith(f"1 pair would differ on {LATER} with 1 changed row. Nothing is applied.")
    assert "1 assertion would break" in said.out
    assert content(graph) == before


def test_a_killed_whatif_leaves_the_graph_as_it_was(graph, tmp_path) -> None:
    changes = tmp_path / "changes.yaml"
    changes.write_text("end: {memberships: [{person_id: bo, unit_id: blue}]}\n", "utf-8")
    before = content(graph)
    command = [sys.executable, "-c", "from seewhy.cli import main; main()", "whatif", str(changes), "--as-of", LATER]
    for delay in (0.3, 0.9, 1.5):
        child = subprocess.Popen(
            [*command, "--graph", str(graph)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(delay)
        if child.poll() is None:
            os.kill(child.pid, signal.SIGKILL)
        child.wait()
        assert content(graph) == before


def test_why_tells_what_would_change_it(graph, capsys) -> None:
    code, said = run(capsys, "why", "ana", "c1", "--as-of", LATER, "--graph", graph, "--json")
    entries = json.loads(said.out)["would_change"]
    assert code == 0
    assert {"do": "add", "file": "memberships", "row": {"person_id": "ana", "unit_id": "blue", "access": "view"}} in [
        change for entry in entries for change in entry["change"]
    ]
    assert all(entry["value"] != "none" for entry in entries)
    _, said = run(capsys, "why", "ana", "c1", "--as-of", LATER, "--graph", graph)
    assert (
        "Give Ana the membership of Blue with view (memberships): Ana could view case c1; no other pair would open."
        in said.out
    )
    _, said = run(capsys, "why", "bo", "c1", "--as-of", LATER, "--graph", graph)
    assert (
        "End the membership of Bo in Blue with access view (memberships.csv:4): Bo could not see case c1 any more"
        in said.out
    )
