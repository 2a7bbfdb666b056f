"""CSV, parquet and workbook give the same rows; what cannot be read is a problem or a sentence, never a traceback."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.inputs.characters import trimmed
from seewhy.graph.inputs.checks import Checked, check
from seewhy.graph.inputs.csvtext import csv_table
from seewhy.graph.inputs.given import tables_from_given
from seewhy.graph.inputs.tables import RawTable
from seewhy.graph.problems import Problem
from seewhy.loaders.tables import read_input
from tests.support.examples import worlds
from tests.unit.inputs.organisation import CLEAN, problems

Rows = list[dict[str, Any]]
DAY = dt.date(2026, 1, 2)

BLANK = dict.fromkeys(("person_id", "name", "job_title", "active", "since", "until", "note"))
TYPED: dict[str, Rows] = {
    "systems": [{"system_id": 7, "scheme": "memberships"}],
    "people": [
        {
            "person_id": "ana",
            "name": "Ana Lee",
            "job_title": "Team\nleader",
            "active": True,
            "since": DAY,
            "until": dt.date(2027, 1, 1),
            "note": None,
        },
        {
            "person_id": "bo",
            "name": " Bo ",
            "job_title": None,
            "active": False,
            "since": None,
            "until": None,
            "note": "é'\"; 中",
        },
        {
            "person_id": "12",
            "name": "1.5",
            "job_title": None,
            "active": None,
            "since": None,
            "until": None,
            "note": None,
        },
    ],
    "units": [{"unit_id": "north", "kind": "office", "name": "North", "rank": 3}],
    "memberships": [
        {"person_id": "ana", "unit_id": "north", "access": "edit", "manager": True, "position": 1.0},
        {"person_id": "bo", "unit_id": "north", "access": None, "manager": None, "position": None},
    ],
    "roles": [],
}
HEADERS = {"roles": ["role_id", "name"]}


def as_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    return str(int(cell)) if isinstance(cell, float) else str(cell)


def header(stem: str, rows: Rows) -> list[str]:
    return list(rows[0]) if rows else HEADERS[stem]


def write_csv(folder: Path, data: dict[str, Rows]) -> Path:
    for stem, rows in data.items():
        with (folder / f"{stem}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(header(stem, rows))
            writer.writerows([as_text(row[name]) for name in header(stem, rows)] for row in rows)
    return folder


def write_parquet(folder: Path, data: dict[str, Rows]) -> Path:
    for stem, rows in data.items():
        frame = (
            pl.DataFrame(rows, strict=False)
            if rows
            else pl.DataFrame(schema=dict.fromkeys(header(stem, rows), pl.Null))
        )
        frame.write_parquet(folder / f"{stem}.parquet")
    return folder


def write_workbook(path: Path, data: dict[str, Rows]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for stem, rows in data.items():
            sheet = book.add_worksheet(stem)
            sheet.write_row(0, 0, header(stem, rows))
            for at, row in enumerate(rows, start=1):
                for column, cell in enumerate(row[name] for name in header(stem, rows)):
                    if isinstance(cell, str):
                        sheet.write_string(at, column, cell)
                    elif isinstance(cell, dt.date):
                        sheet.write_datetime(at, column, dt.datetime.combine(cell, dt.time()), day)
                    elif cell is not None:
                        sheet.write(at, column, cell)
    return path


def checked(path: Path) -> Checked:
    tables, found = read_input(path)
    assert found == []
    return check(tables)


def contents(of: Checked) -> dict[str, pl.DataFrame]:
    return {stem: frame.drop("source") for stem, frame in of.frames.items()}


def assert_same(left: Checked, right: Checked) -> None:
    assert [p.as_dict() | {"file": ""} for p in left.problems] == [p.as_dict() | {"file": ""} for p in right.problems]
    for stem, frame in contents(left).items():
        other = contents(right)[stem]
        assert frame.schema == other.schema
        assert frame.equals(other), f"{stem}: {frame.rows()} != {other.rows()}"


def test_the_three_formats_give_the_same_rows(tmp_path: Path) -> None:
    for name in ("csv", "parquet"):
        (tmp_path / name).mkdir()
    text = checked(write_csv(tmp_path / "csv", TYPED))
    assert text.problems == ()
    assert text.frames["systems"]["system_id"].to_list() == ["7"]
    assert text.frames["people"]["name"].to_list() == ["Ana Lee", "Bo", "1.5"]
    assert text.frames["people"]["job_title"].to_list() == ["Team\nleader", "", ""]
    assert text.frames["people"]["since"].to_list() == ["2026-01-02", "", ""]
    assert text.frames["people"]["active"].to_list() == [True, False, True]
    assert text.frames["memberships"]["position"].to_list() == [1, None]
    assert_same(text, checked(write_parquet(tmp_path / "parquet", TYPED)))
    assert_same(text, checked(write_workbook(tmp_path / "book.xlsx", TYPED)))


def test_sources_name_file_and_row_or_sheet_and_row(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    book = write_workbook(tmp_path / "book.xlsx", TYPED)
    assert checked(book).frames["people"]["source"].to_list() == ["people:2", "people:3", "people:4"]
    assert checked(write_parquet(tmp_path / "p", TYPED)).frames["units"]["source"].to_list() == ["units.parquet:2"]


def test_a_workbook_may_lie_in_a_folder_beside_files_of_other_endings(tmp_path: Path) -> None:
    write_workbook(tmp_path / "organisation.XLSX", {"people": TYPED["people"]})
    (tmp_path / "roles.csv").write_text("role_id,name\nr,R\n")
    for name in ("README.md", "people.json", "~$organisation.xlsx", "._people.csv", ".people.csv"):
        (tmp_path / name).write_text("x")
    (tmp_path / "units").mkdir()
    tables, found = read_input(tmp_path)
    assert (list(tables), found) == (["people", "roles"], [])


def test_blank_rows_of_a_sheet_count_but_are_no_records(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("roles")
        sheet.write_row(0, 0, ["role_id", "name"])
        sheet.write_row(3, 0, ["r", "R"])
        book.add_chartsheet("a picture")
    assert checked(path).frames["roles"]["source"].to_list() == ["roles:4"]


def test_typed_cells_that_are_no_dates_or_whole_numbers(tmp_path: Path) -> None:
    moment = dt.datetime(2026, 1, 2, 10, 30)
    rows: Rows = [{"person_id": "ana", "unit_id": "north", "position": 1.5, "since": moment}]
    data = {"people": [{"person_id": "ana", "name": "Ana"}], "units": TYPED["units"], "memberships": rows}
    (tmp_path / "p").mkdir()
    write_parquet(tmp_path / "p", data)
    found = checked(tmp_path / "p").problems
    assert [(p.column, p.message) for p in found] == [
        ("position", "`1.5` is not a whole number"),
        ("since", "`2026-01-02 10:30:00` is not a date (YYYY-MM-DD)"),
    ]


def test_an_error_value_in_a_sheet_is_a_problem_not_a_blank(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("roles").write_row(0, 0, ["role_id", "name"])
        sheet = book.add_worksheet("people")
        sheet.write_row(0, 0, ["person_id", "name", "active"])
        sheet.write_row(1, 0, ["ana", "Ana"])
        sheet.write_formula(1, 2, "=VLOOKUP(A2,X1:Y9,2)", None, "#N/A")
        sheet.write_row(2, 0, ["bo", "#N/A", "true"])
    tables, _ = read_input(path)
    expected = Problem("error_cell", "people", 2, "active", "the cell holds the error `#N/A`")
    assert check(tables).problems == (expected,)


def test_parquet_types(tmp_path: Path) -> None:
    frame = pl.DataFrame({
        "unit_id": pl.Series(["a", "b"], dtype=pl.Categorical),
        "kind": pl.Series(["office", None], dtype=pl.Enum(["office"])),
        "name": [1e15, float("nan")],
        "rank": [Decimal("3.00"), Decimal("2.50")],
        "code": [2.0**53 - 1, 0.5],
        "parent_id": [["a"], ["b"]],
    })  # fmt: skip
    frame.write_parquet(tmp_path / "units.parquet")
    table = read_input(tmp_path)[0]["units"]
    assert table.frame.rows() == [
        ("a", "office", "1000000000000000", "3", "9007199254740991", ""),
        ("b", "", "", "2.50", "0.5", ""),
    ]
    assert table.problems == (
        Problem(
            "unsupported_type",
            "units.parquet",
            1,
            "parent_id",
            "column `parent_id` does not hold text, numbers, dates or booleans",
        ),
    )


# --- what cannot be read ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nowhere", "`{}` does not exist"),
        ("empty", "`{}` holds no input files"),
        ("people.csv", "`{}` is neither a folder nor an .xlsx workbook"),
        ("notes", "`{}` holds no input files"),
        ("x" * 300, "`{}` cannot be read: file name too long"),
    ],
)
def test_a_path_that_is_no_input(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "README.md").write_text("x")
    (tmp_path / "people.csv").write_text("person_id,name\n")
    with pytest.raises(ConfigurationError) as refused:
        read_input(tmp_path / name)
    assert refused.value.message == message.format(tmp_path / name)
    assert refused.value.hint.startswith("expected a folder with systems.csv")


def test_unknown_files_and_one_stem_in_two_formats(tmp_path: Path) -> None:
    write_csv(tmp_path, {"people": TYPED["people"]})
    write_parquet(tmp_path, {"people": TYPED["people"]})
    write_workbook(tmp_path / "x.xlsx", {"Sheet1": TYPED["units"], "people": TYPED["people"]})
    (tmp_path / "membership.csv").write_text("a\n")
    assert read_input(tmp_path)[1] == [
        Problem("unknown_file", "membership.csv", 1, "", "unknown file `membership`", "did you mean `memberships`?"),
        Problem(
            "file_twice",
            "people.parquet",
            1,
            "",
            "`people` is given twice: in people.csv and in people.parquet",
            "keep one of the two",
        ),
        Problem("unknown_file", "Sheet1", 1, "", "unknown file `Sheet1`"),
        Problem(
            "file_twice",
            "people",
            1,
            "",
            "`people` is given twice: in people.csv and in sheet people of x.xlsx",
            "keep one of the two",
        ),
    ]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("people.parquet", b"PAR1 not really", "`people.parquet` is not a parquet file, or a damaged one"),
        ("book.xlsx", b"PK not really", "`book.xlsx` is not an Excel workbook, or a damaged one"),
        ("people.csv", b"", "the file has no header"),
        ("people.csv", b" \r\n\r\n", "the file has no header"),
    ],
)
def test_a_damaged_file_is_one_problem_whatever_refers_to_it(
    tmp_path: Path, name: str, data: bytes, message: str
) -> None:
    for stem in ("systems", "units", "memberships"):
        (tmp_path / f"{stem}.csv").write_text(CLEAN[stem])
    (tmp_path / name).write_bytes(data)
    tables, found = read_input(tmp_path)
    found += check(tables).problems
    assert [(p.file, p.row, p.column, p.message) for p in found] == [(name, 1, "", message)]


def problems_of(**files: bytes) -> list[Problem]:
    """The problems of the clean organisation with the bytes of some files replaced."""
    tables = tables_from_given({stem: text for stem, text in CLEAN.items() if stem not in files})
    read = {stem: csv_table(stem, f"{stem}.csv", data) for stem, data in files.items()}
    return list(check({**tables, **read}).problems)


def test_latin_1_is_told_at_its_cell_together_with_the_other_problems() -> None:
    data = 'role_id,name\r\na,"x\r\ny"\r\nb,Zo\xe9\r\nb,Zo\xeb\r\n'.encode("latin-1")
    table = csv_table("roles", "roles.csv", data)
    hint = "it looks like Latin-1 or Windows-1252: save the file as CSV UTF-8"
    assert table.problems == (Problem("not_utf8", "roles.csv", 3, "name", "the byte 0xE9 is not UTF-8", hint),)
    assert [p.code for p in check({"roles": table}).problems] == ["not_utf8", "duplicate_key"]
    good = csv_table("roles", "roles.csv", data.decode("latin-1").encode("utf-8-sig"))
    assert (good.problems, good.frame.row(1)) == ((), ("b", "Zoé"))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("sign", ["\t", ";", ","])
def test_utf_16_with_a_mark_is_read(encoding: str, sign: str) -> None:
    mark = "" if encoding == "utf-16" else "\ufeff"
    table = csv_table("roles", "roles.csv", f"{mark}role_id{sign}name\r\na{sign}Zoé 中\r\n".encode(encoding))
    assert (table.problems, table.frame.rows()) == ((), [("a", "Zoé 中")])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("role_id,name\na,A\n".encode("utf-32"), "`roles.csv` is UTF-32"),
        ("role_id,name\na,A\n".encode("utf-16")[:-1], "`roles.csv` is UTF-16 with a mistake at byte 35"),
        (
            "\ufeffrole_id,name\na,\ud800x\n".encode("utf-16-le", "surrogatepass"),
            "`roles.csv` is UTF-16 with a mistake",
        ),
        ("role_id,name\na,A\n".encode("utf-16-le"), "`roles.csv` looks like UTF-16 without a byte-order mark"),
        ("role_id,name\na,A\n".encode("utf-16-be"), "`roles.csv` looks like UTF-16 without a byte-order mark"),
        (b"PK\x03\x04 and more", "`roles.csv` is no CSV file, but a workbook or a zip file"),
        (b"\x1f\x8b and more", "`roles.csv` is no CSV file, but compressed with gzip"),
        (b"<HTML><table>", "`roles.csv` is no CSV file, but a web page"),
    ],
)
def test_bytes_that_are_no_text_are_one_problem(data: bytes, message: str) -> None:
    (problem,) = problems_of(roles=data)
    assert (problem.file, problem.row) == ("roles.csv", 1)
    assert problem.message.startswith(message)


@pytest.mark.parametrize(
    "data",
    [
        b"\x00",
        b"\xff",
        b'"',
        b'a,b\n"',
        b"a\n" + b'"' * 999,
        b'"' + b"x" * 200_000 + b"\xff",
        b"\xef\xbb\xbf",
        b",,,\n,,,\n",
        b"\r",
    ],
)
def test_hostile_bytes_end_in_problems(data: bytes) -> None:
    assert check({"people": csv_table("people", "people.csv", data)}).problems


def test_a_line_break_inside_quotes_starts_no_new_row() -> None:
    text = 'person_id,name,job_title,note\r\nana,A,"A\r\nB","x\n\ny"\r\nbo,,,\r\n'
    found = check({"people": csv_table("people", "people.csv", text.encode())})
    assert [(p.row, p.column) for p in found.problems] == [(3, "name")]
    assert found.frames["people"]["job_title"].to_list() == ["A\r\nB", ""]


# --- rows in assertion files -----------------------------------------------------------------------------------------


def test_given_rows_as_mappings_and_as_text_are_the_same() -> None:
    rows: Rows = [
        {"person_id": "ana", "name": 7, "active": False, "since": DAY},
        {"person_id": 12, "name": 2.0, "cleared": True, "note": None},
        {"person_id": "bo", "name": 0.5, "since": "2026-01-02"},
    ]
    text = "person_id,name,active,since,cleared,note\nana,7,false,2026-01-02,,\n12,2,,,true,\nbo,0.5,,2026-01-02,,\n"
    left, right = tables_from_given({"people": rows})["people"], tables_from_given({"people": text})["people"]
    assert left.frame.equals(right.frame)
    assert check({"people": left}).frames["people"]["source"].to_list() == [f"people.csv:{n}" for n in (2, 3, 4)]


def test_a_bare_no_of_yaml_is_the_access_no() -> None:
    assert tables_from_given({"memberships": [{"access": False}]})["memberships"].frame.rows() == [("no",)]
    assert tables_from_given({"people": [{"active": False}]})["people"].frame.rows() == [("false",)]


@pytest.mark.parametrize("nothing", [None, [], "", " \n"])
def test_a_stem_without_rows_is_an_empty_file(nothing: Any) -> None:
    assert check(tables_from_given({"people": nothing})).problems == ()


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (7, "`people` is neither a list of rows nor CSV text"),
        (["ana"], "`people` is neither a list of rows nor CSV text"),
        ({"person_id": "ana"}, "`people` is neither a list of rows nor CSV text"),
        ([{"person_id": ["ana"]}], "`people` has a cell of `person_id` that is no single value"),
    ],
)
def test_given_that_is_no_rows(rows: Any, message: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        tables_from_given({"people": rows})
    assert refused.value.message == message


def test_a_row_of_a_mapping_may_lack_a_key() -> None:
    found = problems(roles="")
    assert {p.file for p in found} == {"role_privileges.csv", "role_assignments.csv", "access_rules.csv"}
    table = tables_from_given({"roles": [{"role_id": "a", "name": "A"}, {"role_id": "b"}]})
    assert [(p.code, p.row, p.column) for p in check(table).problems] == [("blank_cell", 3, "name")]


# --- laws ------------------------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=8).map(trimmed)
CELL = TEXT.filter(lambda cell: not cell.lower().startswith("sep="))  # such a line is no row
TABLES = st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(CELL, min_size=n, max_size=n), min_size=1, max_size=6))


@settings(max_examples=worlds(100), deadline=None)
@given(TABLES, st.sampled_from(["\n", "\r\n"]), st.booleans(), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_what_a_csv_writer_wrote_is_read(rows: list[list[str]], end: str, mark: bool, quoting: Any) -> None:
    names = [f"c{place}" for place in range(len(rows[0]))]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=end, quoting=quoting)
    writer.writerow(names)
    writer.writerows(rows)
    table = csv_table("s", "s.csv", text.getvalue().encode("utf-8-sig" if mark else "utf-8"))
    assert table.problems == ()
    assert table.frame.columns == names
    assert [list(row) for row in table.frame.rows()] == rows


@settings(max_examples=worlds(150), deadline=None)
@given(st.text(st.sampled_from('ab,"\n\r ;'), max_size=40))
def test_the_fast_reader_reads_as_the_careful_one(text: str) -> None:
    data = text.encode()
    fast = csv_table("s", "s.csv", data)
    # A byte that is no UTF-8 at the end sends the same text through the careful reader.
    careful = csv_table("s", "s.csv", data + b"\n\xff")
    if fast.problems or any(p.code != "not_utf8" for p in careful.problems):
        return
    assert careful.frame.slice(0, fast.frame.height).equals(fast.frame)


WORLD = st.fixed_dictionaries({
    "people": st.lists(
        st.fixed_dictionaries({
            "person_id": st.sampled_from(["ana", "bo", "cy", "di"]),
            "name": st.sampled_from(["A", "7", "x,y", "é\n"]),
            "active": st.sampled_from([None, True, False]),
            "since": st.sampled_from([None, DAY]),
        }),
        min_size=1,
        max_size=4,
    ),
    "memberships": st.lists(
        st.fixed_dictionaries({
            "person_id": st.sampled_from(["ana", "bo", "zoe"]),
            "unit_id": st.sampled_from(["north", "norht"]),
            "access": st.sampled_from([None, "edit", "DENY", "x"]),
            "position": st.sampled_from([None, 1, 2, 1.0, 2.5]),
        }),
        min_size=1,
        max_size=4,
    ),
})  # fmt: skip


@settings(max_examples=worlds(15), deadline=None)
@given(WORLD)
def test_worlds_with_and_without_problems_are_the_same_in_every_format(
    tmp_path_factory: Any, world: dict[str, Rows]
) -> None:
    folder = tmp_path_factory.mktemp("world")
    text = {
        stem: [{k: as_text(v) if v != 2.5 else "2.5" for k, v in row.items()} for row in rows]
        for stem, rows in world.items()
    }
    (folder / "csv").mkdir()
    (folder / "parquet").mkdir()
    left = checked(write_csv(folder / "csv", text))
    assert_same(left, checked(write_parquet(folder / "parquet", world)))
    assert_same(left, checked(write_workbook(folder / "book.xlsx", world)))
    assert_same(left, check(tables_from_given(world)))


def test_a_table_read_before_the_others_matters_not() -> None:
    tables = tables_from_given(CLEAN | {"roles": "role_id,name\nx,\n"})
    assert check(tables).problems == check(dict(reversed(tables.items()))).problems
    assert isinstance(tables["roles"], RawTable)
