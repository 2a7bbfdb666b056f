"""What lies in a folder: nothing that looks like input is left out in silence, and only regular files inside count."""

from __future__ import annotations

import os
from pathlib import Path
from shutil import copytree

import polars as pl
import pytest

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.inputs.checks import check
from seewhy.graph.problems import Problem
from seewhy.loaders.tables import not_read, read_input
from tests.unit.inputs.organisation import CLEAN

FIELD = Path(__file__).parents[2] / "field_cases"
MEMBERSHIPS = [("ana", "north", "edit"), ("ana", "injury", "deny"), ("bo", "north", "edit")]


def told(folder: Path) -> list[tuple[str, str, str]]:
    """Code, file and message of every problem of a folder."""
    tables, found = read_input(folder)
    return [(p.code, p.file, p.message) for p in [*found, *check(tables).problems]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for stem in ("systems", "people", "units", "memberships"):
        (tmp_path / f"{stem}.csv").write_text(CLEAN[stem])
    return tmp_path


@pytest.mark.parametrize("case", ["input", "input2", "input3", "unicode text"])
def test_what_a_european_excel_writes_is_read(case: str, tmp_path: Path) -> None:
    folder = FIELD / "10-csv-of-a-european-excel" / case
    if case == "unicode text":
        # Excel calls UTF-16 with tabs so.
        folder = copytree(FIELD / "10-csv-of-a-european-excel" / "input", tmp_path / "copy")
        text = (folder / "memberships.csv").read_text("utf-8")
        (folder / "memberships.csv").write_text(text.replace(";", "\t"), "utf-16")
    tables, found = read_input(folder)
    checked = check(tables)
    assert (found, checked.problems) == ([], ())
    assert checked.frames["memberships"].select("person_id", "unit_id", "access").rows() == MEMBERSHIPS
    assert checked.frames["memberships"]["source"].to_list() == [f"memberships.csv:{row}" for row in (2, 3, 4)]


def test_a_hidden_ending_is_told_instead_of_an_absent_file() -> None:
    case = FIELD / "09-a-file-that-was-not-seen"
    name = "memberships.csv.txt"
    assert told(case / "input") == [("file_not_read", name, f"`{name}` looks like `memberships`, and is not read")]


def test_a_folder_of_parquet_parts_is_one_table(tmp_path: Path) -> None:
    case = FIELD / "09-a-file-that-was-not-seen" / "input2"
    tables, found = read_input(case)
    assert (found, tables["memberships"].frame.rows()) == ([], MEMBERSHIPS)
    copytree(case, tmp_path / "copy")
    parts = tmp_path / "copy" / "memberships.parquet"
    pl.DataFrame({"unit_id": ["injury"], "person_id": ["bo"]}).write_parquet(parts / "part-1.parquet")
    (parts / "_SUCCESS").touch()
    checked = check(read_input(tmp_path / "copy")[0])
    assert checked.problems == ()
    assert checked.frames["memberships"].row(3, named=True)["unit_id"] == "injury"
    assert checked.frames["memberships"]["source"].to_list()[3] == "memberships.parquet:5"
    (parts / "access=edit").mkdir()
    what = "`memberships.parquet` is a folder with `access=edit` in it"
    assert told(tmp_path / "copy") == [("unreadable_file", "memberships.parquet", what)]


ALIKE = [
    ("memberships.csv.txt", "rename it to memberships.csv"),
    ("Memberships.TXT", "rename it to memberships.csv"),
    ("memberships.tsv", "rename it to memberships.csv"),
    ("memberships.csv~", "rename it to memberships.csv"),
    ("memberships.csv.bak", "rename it to memberships.csv"),
    ("memberships", "rename it to memberships.csv"),
    ("memberships.csv.gz", "unpack it"),
    ("memberships.zip", "unpack it"),
    ("memberships.xls", "save it as .xlsx, or each sheet as CSV UTF-8"),
    ("memberships.xlsm", "save it as .xlsx, or each sheet as CSV UTF-8"),
    ("memberships.ods", "save it as .xlsx, or each sheet as CSV UTF-8"),
    ("memberships.json", "input files end in .csv, .parquet or .xlsx"),
]


@pytest.mark.parametrize(("name", "hint"), ALIKE)
def test_a_file_that_looks_like_input_is_named(folder: Path, name: str, hint: str) -> None:
    (folder / name).write_text("x")
    assert not_read(folder) == (name,)
    # Beside the file itself it is a copy; in its place it would make everything that it holds end.
    assert told(folder) == []
    (folder / "memberships.csv").unlink()
    message = f"`{name}` looks like `memberships`, and is not read"
    assert read_input(folder)[1] == [Problem("file_not_read", name, 1, "", message, hint)]
    (folder / "people.csv").rename(folder / "people.csv.txt")
    assert [file for _, file, _ in told(folder)] == sorted([name, "people.csv.txt"])


def test_other_files_are_somebody_s_own(folder: Path) -> None:
    for name in ("README.md", "notes.txt", "people.md", "logo.png", ".memberships.csv", "~$people.xlsx", "sha256.json"):
        (folder / name).write_text("x")
    (folder / "cases").mkdir()
    os.mkfifo(folder / "pipe")
    assert (told(folder), not_read(folder)) == ([], ())
    (folder / "all.xlsm").write_text("x")
    (folder / "people (old).txt").write_text("x")
    assert (told(folder), not_read(folder)) == ([], ("all.xlsm", "people (old).txt"))
    (folder / "cases" / "part-0.csv").write_text("x")
    assert [code for code, *_ in told(folder)] == ["file_not_read"]


def test_a_folder_with_nothing_but_what_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "all.xlsm").write_text("x")
    with pytest.raises(ConfigurationError) as refused:
        read_input(tmp_path)
    assert refused.value.hint == "all.xlsm is not read: save it as .xlsx, or each sheet as CSV UTF-8"
    with pytest.raises(ConfigurationError, match="neither a folder nor an") as refused:
        read_input(tmp_path / "all.xlsm")
    assert refused.value.hint == "save it as .xlsx"


def test_only_regular_files_inside_the_folder_are_read(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.csv"
    outside.write_text("root:x:0:0\n")
    for name, reason in {
        "roles.csv": "is a link that leads out of the folder",
        "work.csv": "is a named pipe, not a file",
        "cases.csv": "is a link that leads out of the folder",
        "policies.csv": "cannot be read: too many levels of symbolic links",
        "positions.parquet": "is a link that leads nowhere",
        "group_members.csv": "is a folder, not a file",
        "book.xlsx": "is a named pipe, not a file",
    }.items():
        place = folder / name
        if reason.startswith("is a named pipe"):
            os.mkfifo(place)
        elif reason.startswith("is a folder"):
            place.mkdir()
        else:
            place.symlink_to({"roles.csv": outside, "cases.csv": "/dev/zero", "policies.csv": place}.get(name, "none"))
        assert [(file, said) for _, file, said in told(folder)] == [(name, f"`{name}` {reason}")]
        if place.is_dir():
            place.rmdir()
        else:
            place.unlink()
    (folder / "data").mkdir()
    (folder / "people.csv").rename(folder / "data" / "people.csv")
    (folder / "people.csv").symlink_to("data/people.csv")
    assert told(folder) == []


def test_a_file_over_the_limit_is_named_with_it(folder: Path) -> None:
    with (folder / "cases.csv").open("wb") as sparse:
        sparse.truncate(5 * 1024**3)
    assert told(folder) == [("unreadable_file", "cases.csv", "`cases.csv` has 5 GB; at most 1 GB are read")]


def test_a_misspelt_file_is_one_line_whatever_refers_to_it(folder: Path) -> None:
    (folder / "people.csv").rename(folder / "people_.csv")
    assert [file for _, file, _ in told(folder)] == ["people_.csv"]
