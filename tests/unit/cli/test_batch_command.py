"""`seewhy batch`: pairs from two files, wrong ids at once, a file with its manifest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run


@pytest.fixture
def ids(tmp_path: Path) -> tuple[Path, Path]:
    """The two files."""
    (tmp_path / "people.txt").write_text("rosa\nsam\n", "utf-8")
    (tmp_path / "cases.csv").write_text("title,case_id\nx,c-101\ny,c-102\n", "utf-8")
    return tmp_path / "people.txt", tmp_path / "cases.csv"


def test_a_batch_is_printed_and_written(run: Run, folder: Path, ids: tuple[Path, Path], tmp_path: Path) -> None:
    ran = run("batch", *ids, "--graph", folder, "--as-of", "2026-11-25", "--json")
    assert (ran.code, ran.err) == (0, "")
    found = {(row["person"], row["case"]): row["value"] for row in json.loads(ran.out)["pairs"]}
    assert found["sam", "c-102"] == "blocked"
    assert len(found) == 4
    words = ("batch", *ids, "--graph", folder, "--as-of", "2026-11-25", "-o", tmp_path / "b.xlsx")
    assert run(*words).code == 0
    assert run("verify", tmp_path / "b.xlsx").code == 0
    again = run(*words)
    assert again.code == 2
    assert "b.xlsx" in again.err
    assert run(*words, "--overwrite").code == 0


def test_wrong_files_and_ids_are_one_answer(run: Run, folder: Path, ids: tuple[Path, Path], tmp_path: Path) -> None:
    people, cases = ids
    people.write_text("rosa\n\nrossa\nsm\n", "utf-8")
    cases.write_text("title,case_id\nx,c-9999\n", "utf-8")
    ran = run("batch", people, cases, "--graph", folder, "-o", tmp_path / "b.csv")
    assert ran.code == 2
    for says in ("unknown person `rossa`", "unknown person `sm`", "unknown case `c-9999`", "`rosa`",
                 "people.txt:3", "people.txt:4", "cases.csv:2"):  # fmt: skip
        assert says in ran.err, says
    assert not (tmp_path / "b.csv").exists()
    for content, says in ((b"", "holds no id"), (b"\xff\xfe", "is no UTF-8 text")):
        people.write_bytes(content)
        ran = run("batch", people, cases, "--graph", folder)
        assert (ran.code, says in ran.err, "Traceback" in ran.err) == (2, True, False), ran.err
