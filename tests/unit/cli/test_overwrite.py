"""Commands that write a file leave what is there alone, and say its name; `--overwrite` replaces it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Run

MINE = b"mine"


def commands(sample: str) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Command to its words and the files it writes, the first of them as given."""
    at = ("--graph", sample, "--as-of", "2026-11-25")
    return {
        "export": (("export", "people", "-o", "x.csv", *at), ("x.csv", "x.csv.manifest.json")),
        "junit": (("test", "story.yaml", "--junit", "x.xml", "--graph", sample), ("x.xml",)),
    }


@pytest.mark.parametrize("name", ["export", "junit"])
def test_a_file_that_is_there(run: Run, sample: str, tmp_path: Path, name: str) -> None:
    words, files = commands(sample)[name]
    (tmp_path / "story.yaml").write_text(
        "name: s\nas_of: 2026-11-25\ntests:\n  - what: {person: sam}\n    expect: {}\n", encoding="utf-8"
    )
    for file in files:
        (tmp_path / file).write_bytes(MINE)
        ran = run(*words)
        assert ran.code == 2
        assert f"`{file}` exists already" in ran.err
        assert "--overwrite" in ran.err
        assert (tmp_path / file).read_bytes() == MINE
        (tmp_path / file).unlink()
    for file in files:
        (tmp_path / file).write_bytes(MINE)
    ran = run(*words)
    assert all(f"`{file}`" in ran.err for file in files)
    assert run(*words, "--overwrite").code == 0
    assert all((tmp_path / file).read_bytes() != MINE for file in files)
    assert {one.name for one in tmp_path.iterdir()} == {"story.yaml", *files}


def test_a_junit_report_of_before_is_replaced(run: Run, sample: str, tmp_path: Path) -> None:
    words, _ = commands(sample)["junit"]
    (tmp_path / "story.yaml").write_text(
        "name: s\nas_of: 2026-11-25\ntests:\n  - what: {person: sam}\n    expect: {}\n", encoding="utf-8"
    )
    assert [run(*words).code, run(*words).code] == [0, 0]
