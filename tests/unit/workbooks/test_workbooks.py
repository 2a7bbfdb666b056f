"""Whole workbooks: those that Excel reads load; the others are problems that name file and sheet, never an end."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.formula import ArrayFormula

import seewhy
from seewhy.api import connect
from seewhy.change_files import read_changes
from seewhy.cli import main
from seewhy.graph.errors import LoadRejected
from seewhy.graph.inputs.checks import check
from seewhy.graph.inputs.tables import RawTable
from seewhy.graph.problems import Problem
from seewhy.loaders.formats import workbook
from seewhy.loaders.formats.xlsx import package
from seewhy.loaders.formats.xlsx.book import read_book
from seewhy.loaders.formats.xlsx.cells import blank
from seewhy.loaders.formats.xlsx.grid import Sheet
from seewhy.loaders.formats.xlsx.limits import Unreadable
from seewhy.loaders.tables import read_input
from tests.support.examples import worlds
from tests.unit.workbooks.written import ORGANISATION, archive, book, cells, grid, organisation, text, worksheet

CASES = Path(__file__).resolve().parents[2] / "field_cases"
UNSAVED, ODD = CASES / "01-formula-without-saved-value", CASES / "19-a-sheet-that-the-reader-refuses"
HINT = "open and save the workbook in Excel"
ORG = {
    f"xl/worksheets/sheet{n}.xml": worksheet([[text(cell) for cell in row] for row in rows])
    for n, rows in enumerate(ORGANISATION.values(), 1)
}
PARTS = book(dict(zip(ORGANISATION, ORG.values(), strict=True)))


def read(path: Path) -> tuple[dict[str, RawTable], list[Problem]]:
    tables, found = read_input(path)
    return tables, [*found, *check(tables).problems]


def told(path: Path) -> list[tuple[str, str, int, str]]:
    return [(p.code, p.file, p.row, p.column) for p in read(path)[1]]


def parts(path: Path, **changed: Any) -> Path:
    path.write_bytes(archive(PARTS | changed))
    return path


# --- field cases -----------------------------------------------------------------------------------------------------


def test_a_formula_without_a_saved_value_is_a_problem_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["load", str(UNSAVED / "org.xlsx"), "--graph", str(tmp_path / "g"), "--json"])
    assert ended.value.code == 2
    message = "the formula has no saved value"
    assert json.loads(capsys.readouterr().out)["problems"] == [
        {"code": "formula_without_value", "file": file, "row": row, "column": column, "message": message, "hint": HINT}
        for file, row, column in [("people", 2, "active"), ("people", 3, "active"), ("memberships", 3, "access")]
    ]
    assert not (tmp_path / "g").exists()
    assert told(UNSAVED / "shared.xlsx") == [("formula_without_value", "memberships", 3, "access")]


def test_an_empty_text_that_a_formula_gave_is_a_blank() -> None:
    tables, found = read(UNSAVED / "emptytext.xlsx")
    assert found == []
    assert check(tables).frames["memberships"]["access"].to_list() == ["edit", "no", "edit"]


@pytest.mark.parametrize("name", ["backslash", "capital"])
def test_part_names_as_excel_reads_them(name: str) -> None:
    tables, found = read(ODD / f"{name}.xlsx")
    assert found == []
    assert ("ana", "injury", "deny") in tables["memberships"].frame.rows()


@pytest.mark.parametrize("name", ["spill", "sharedstring", "number"])
def test_a_cell_that_no_reader_knows_is_one_problem(name: str) -> None:
    assert told(ODD / f"{name}.xlsx") == [("error_cell", "memberships", 3, "access")]


# --- what other programs write ---------------------------------------------------------------------------------------


def test_formulas_of_openpyxl_beside_the_other_problems_of_all_sheets(tmp_path: Path) -> None:
    path = tmp_path / "org.xlsx"
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for stem, rows in ORGANISATION.items():
        sheet = made.create_sheet(stem)
        for row in rows:
            sheet.append(row)
    made["systems"]["A2"] = '="c"&"m"'
    made["memberships"]["C2"] = ArrayFormula("C2:C3", "=B2:B3")
    made["memberships"]["C3"] = None
    made["people"]["C1"] = "=A1"
    made["people"]["B3"] = None
    made["units"]["F9"] = "=1+1"
    made["cases"]["B2"] = "cx"
    made.save(path)
    found = read(path)[1]
    assert [(p.code, p.file, p.row, p.column) for p in found] == [
        ("formula_without_value", "systems", 2, "system_id"),
        ("formula_without_value", "people", 1, ""),
        ("blank_cell", "people", 3, "name"),
        ("formula_without_value", "units", 9, ""),
        ("formula_without_value", "memberships", 2, "access"),
        ("formula_without_value", "memberships", 3, "access"),
    ]
    # Outside the columns the cell is named; `cx` is not judged, since the system that could not be read may be it.
    assert [p.message.partition(" value")[2] for p in found if not p.column] == [" (cell `C1`)", " (cell `F9`)"]


def test_a_cell_of_the_key_that_could_not_be_read_is_one_problem(tmp_path: Path) -> None:
    rows = [["person_id", "unit_id"], ["", "north"], ["", "north"], ["ana", "north"]]
    xml = worksheet([[text(cell) if cell else "<c><f>A1</f></c>" for cell in row] for row in rows])
    assert told(organisation(tmp_path / "o.xlsx", memberships=xml)) == [
        ("formula_without_value", "memberships", 2, "person_id"),
        ("formula_without_value", "memberships", 3, "person_id"),
    ]


def test_a_day_that_is_not_shown_as_one_is_told(tmp_path: Path) -> None:
    rows = [[text("person_id"), text("name"), text("since")], [text("ana"), text("Ana"), "<c><v>46351</v></c>"]]
    (problem,) = read(organisation(tmp_path / "o.xlsx", people=worksheet(rows), memberships=worksheet(
        [[text("person_id"), text("unit_id")]])))[1]  # fmt: skip
    assert (problem.code, problem.row, problem.column) == ("bad_date", 2, "since")
    assert (problem.message, problem.hint) == (
        "`46351` looks like an Excel day: 2026-11-25", "write it as YYYY-MM-DD")  # fmt: skip


def test_merged_cells_are_told_and_nothing_is_believed_of_them(tmp_path: Path) -> None:
    path = tmp_path / "o.xlsx"
    with xlsxwriter.Workbook(path) as made:
        for stem, rows in ORGANISATION.items():
            sheet = made.add_worksheet(stem)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
        made.get_worksheet_by_name("memberships").merge_range("C2:C3", "deny")
        made.get_worksheet_by_name("cases").merge_range("G2:H9", "")
    (problem,) = read(path)[1]
    assert (problem.code, problem.file, problem.row, problem.column) == ("error_cell", "memberships", 2, "access")
    assert problem.message == "the cells `C2:C3` are merged: only the first has a value"


def test_hidden_rows_columns_and_sheets_are_read_and_charts_are_not(tmp_path: Path) -> None:
    path = tmp_path / "o.xlsx"
    with xlsxwriter.Workbook(path) as made:
        made.add_worksheet("roles").write_row(0, 0, ["role_id", "name"])
        sheet = made.add_worksheet("units")
        for place, row in enumerate(ORGANISATION["units"]):
            sheet.write_row(place, 0, row)
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_column("B:B", None, None, {"hidden": True})
        sheet.autofilter("A1:C3")
        sheet.very_hidden()
        made.add_chartsheet("people")
    tables, found = read(path)
    assert (list(tables), found) == (["units", "roles"], [])
    assert tables["units"].frame.height == 2


def test_styled_cells_and_a_used_range_without_values_are_nothing(tmp_path: Path) -> None:
    last = '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
    sheet = ORG["xl/worksheets/sheet4.xml"].replace("</sheetData>", last)
    sheet = sheet.replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    assert told(organisation(tmp_path / "o.xlsx", memberships=sheet)) == []


def test_a_value_in_the_last_cell_of_a_sheet(tmp_path: Path) -> None:
    row = '<row r="1048576"><c r="{}1048576" t="str"><v>x</v></c></row></sheetData>'
    sheet = ORG["xl/worksheets/sheet4.xml"]
    far = organisation(tmp_path / "o.xlsx", memberships=sheet.replace("</sheetData>", row.format("XFD")))
    (problem,) = read(far)[1]
    assert problem.message == "column 16384 has cells but no name (the first is `XFD1048576`)"
    low = organisation(tmp_path / "o.xlsx", memberships=sheet.replace("</sheetData>", row.format("C")))
    assert told(low) == [
        ("blank_cell", "memberships", 1048576, "person_id"),
        ("blank_cell", "memberships", 1048576, "unit_id"),
        ("bad_choice", "memberships", 1048576, "access"),
    ]
    wide = worksheet([[text(f"n{number}") for number in range(20)], [text("ana")] * 20]).replace(
        "</sheetData>", row.format("A")
    )
    (problem,) = read(organisation(tmp_path / "o.xlsx", memberships=wide))[1]
    assert problem.message.startswith("sheet `memberships` of `o.xlsx` is used down to row 1,048,576")
    many = worksheet([[text("person_id"), text("unit_id")], [text("ana"), text("north"), *[text("x")] * 5000]])
    found = read(organisation(tmp_path / "o.xlsx", memberships=many))[1]
    messages = {problem.message for problem in found}
    assert {problem.code for problem in found} == {"unnamed_column"}
    assert len(messages) == len(found) == 48 + 21
    assert {"column 3 has cells but no name", "4,932 more columns have cells but no name"} < messages


# --- what is no workbook, or a hostile one ---------------------------------------------------------------------------

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
WHOLE = archive(PARTS)
NOT_ONE = "is not an Excel workbook, or a damaged one"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", NOT_ONE),
        (b"person_id,name\nana,Ana\n", NOT_ONE),
        (b"<html><table><tr><td>person_id</td></tr></table></html>", NOT_ONE),
        (WHOLE[: len(WHOLE) // 2], NOT_ONE),
        (WHOLE[:-10], NOT_ONE),
        (archive({"word/document.xml": b"<x/>"}), NOT_ONE),
        (archive({"xl/workbook.xml": b"<html/>"}), NOT_ONE),
        (archive({"xl/workbook.xml": b"<workbook"}), "no well-formed XML"),
        (OLE, "is a workbook of Excel 97-2003 (.xls): save it as an Excel workbook (.xlsx)"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "is protected by a password"),
        (archive({"mimetype": b"x", "content.xml": b"<x/>"}), "is an OpenDocument file (.ods)"),
        (archive({"xl/workbook.bin": b""}), "is a binary workbook (.xlsb)"),
        (archive(PARTS | {"XL\\Workbook.XML": PARTS["xl/workbook.xml"]}), "two parts that are called"),
        (archive(PARTS | {"xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "document type (DOCTYPE)"),
        (archive({k: v.replace(b"worksheets/", b"../../../etc/") for k, v in PARTS.items()}), "part `etc/sheet1.xml`"),
    ],
    ids=range(15),
)
def test_a_file_that_is_no_workbook_is_told_in_a_sentence(data: bytes, words: str) -> None:
    try:
        sheets = list(read_book(data, None))
    except Unreadable as error:
        said = str(error)
    else:
        said = str(sheets[0].cells)
    assert words in said


def test_a_damaged_or_hostile_sheet_is_one_problem_beside_the_others(tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "aaaaaaaaaa"}">' for n in range(10))
    sheet = ORG["xl/worksheets/sheet4.xml"]
    for xml, words in [
        (f"<!DOCTYPE w [{entities}]>" + sheet.replace("deny", "&e9;"), "holds a document type (DOCTYPE)"),
        ('<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + sheet.replace("deny", "&e;"), "(DOCTYPE)"),
        (sheet.replace("deny", "&e;"), "no well-formed XML"),
        (sheet[:-30], "no well-formed XML"),
        ('<?xml version="1.0" encoding="no-such"?>' + sheet, "no well-formed XML"),
        (sheet.replace("worksheet", "chartsheet"), "no worksheet"),
        (sheet.replace("spreadsheetml", "wordprocessingml"), "no worksheet"),
    ]:
        path = organisation(
            tmp_path / "o.xlsx", memberships=xml, cases=ORG["xl/worksheets/sheet5.xml"].replace("cm", "cx")
        )
        lost, other = sorted(read(path)[1], key=lambda p: p.code, reverse=True)
        assert (lost.code, lost.file, lost.row) == ("unreadable_file", "memberships", 1)
        assert lost.message.startswith("sheet `memberships` of `o.xlsx` ")
        assert words in lost.message
        assert (other.code, other.file, other.column) == ("unknown_id", "cases", "system_id")


def test_deep_nesting_is_nothing_to_fear() -> None:
    deep = "<x:a>" * 200_000 + "</x:a>" * 200_000
    assert cells(worksheet([[text("a")]]).replace("<row>", f"{deep}<row>{deep}")) == {(1, 1): "a"}


def test_a_workbook_beyond_a_limit_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = organisation(tmp_path / "o.xlsx")
    with monkeypatch.context() as limited:
        limited.setattr(workbook.limits, "FILE_BYTES", 0)
        (problem,) = read(path)[1]
    assert (problem.code, problem.file) == ("unreadable_file", "o.xlsx")
    assert problem.message == "`o.xlsx` is larger than 0 MB"
    monkeypatch.setattr(package, "UNPACKED_BYTES", sum(map(len, PARTS.values())) - 1)
    found = [one.cells for one in read_book(WHOLE, None)]
    assert isinstance(found[0], Sheet)
    assert "when unpacked" in str(found[-1])


SMALL = "import seewhy.loaders.formats.xlsx.process as p; p.MEMORY_BYTES = 64 * 1024 * 1024; p.main()"
READ = "import sys; sys.path.insert(0, sys.argv.pop(1)); sys.stdin.buffer.read(); "


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (f"{READ}sys.stdin = None; {SMALL}", "was ended"),
        (f"{READ}import os; os.abort()", "was ended (it may use 2 GB of memory and 300 seconds)"),
        (f"{READ}import os; os._exit(0)", "was ended"),
        (f"{READ}import time; time.sleep(60)", "was not read in"),
    ],
)
def test_a_process_that_ends_or_hangs_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, words: str
) -> None:
    path = organisation(tmp_path / "o.xlsx")
    monkeypatch.setattr(workbook, "_START", code)
    monkeypatch.setattr(workbook, "_PATIENCE", 1 if "sleep" in code else 60)
    (problem,) = read(path)[1]
    assert (problem.code, problem.file) == ("unreadable_file", "o.xlsx")
    assert words in problem.message


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not hold a process to its memory")
def test_memory_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [["<c t='s'><v>0</v></c>"] for _ in range(5000)]
    shared = f"<si><t>{'x' * 32_000}</t></si>"
    path = tmp_path / "o.xlsx"
    path.write_bytes(archive(book({"people": worksheet(rows)}, shared=shared)))
    monkeypatch.setattr(workbook, "_START", f"import sys; sys.path.insert(0, sys.argv.pop(1)); {SMALL}")
    (problem,) = read(path)[1]
    assert problem.message == "`o.xlsx` needs more than 64 MB of memory to read"


def test_many_threads_read_at_once(tmp_path: Path) -> None:
    path = organisation(tmp_path / "o.xlsx")
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: workbook.sheets(path.read_bytes(), path.name), range(8)))
    assert {tuple(sheet.name for sheet in one) for one in found if not isinstance(one, str)} == {tuple(ORGANISATION)}
    assert not any(isinstance(one, str) for one in found)


def test_a_workbook_in_a_folder_of_changes_is_read_as_well(tmp_path: Path) -> None:
    rows = [[text("person_id"), text("unit_id"), text("access")], [text("ana"), text("north"), "<c><f>A1</f></c>"]]
    (tmp_path / "changes" / "set").mkdir(parents=True)
    (tmp_path / "changes" / "set" / "x.xlsx").write_bytes(archive(book({"memberships": worksheet(rows)})))
    with connect(tmp_path / "g", write=True) as graph:
        graph.load(organisation(tmp_path / "o.xlsx"), "2026-11-25")
        changes = read_changes(tmp_path / "changes")
        with pytest.raises(LoadRejected) as refused:
            graph.whatif(changes, "2026-11-25")
    assert [(p.code, p.row, p.column) for p in refused.value.problems] == [("formula_without_value", 2, "access")]


def test_no_process_can_be_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook.sys, "executable", str(tmp_path / "nowhere"))
    assert "no process could be started" in read(organisation(tmp_path / "o.xlsx"))[1][0].message


def test_sheets_that_are_given_twice_or_called_otherwise(tmp_path: Path) -> None:
    roles = worksheet([[text("role_id"), text("name")]])
    path = tmp_path / "o.xlsx"
    path.write_bytes(archive(book({"roles": roles, " roles ": roles, "Roles": roles, "Sheet1": "<damaged"})))
    found = [(p.code, p.file, p.hint) for p in read(path)[1]]
    assert found == [
        ("file_twice", "roles", "keep one of the two"),
        ("unknown_file", "Roles", "did you mean `roles`? only letter case differs"),
        ("unknown_file", "Sheet1", ""),
    ]


def test_the_reader_needs_only_the_standard_library() -> None:
    code = "import sys; sys.path.append(sys.argv[1]); import seewhy.loaders.formats.xlsx.process; print(*sys.modules)"
    root = str(Path(seewhy.__file__).parents[1])
    run = subprocess.run([sys.executable, "-I", "-S", "-c", code, root], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in run.stdout.split()}
    assert loaded - set(sys.stdlib_module_names) <= {"__main__", "seewhy"}


# --- laws ------------------------------------------------------------------------------------------------------------

# What XML can hold. A return is no letter of XML: it comes back as a line break, where the writer did not escape it.
LETTERS = st.characters(
    codec="utf-8", exclude_characters="\r\ufffe\uffff", exclude_categories=("Cc",)
) | st.sampled_from("\t\n_x0D&<>'\"]\u200b\u00ad\u2028")
TEXTS = st.lists(st.text(LETTERS, max_size=8) | st.sampled_from(
    ["_x000D_", "_x0041_", "_x005F_", "_x005F_y", "#N/A", "=A1", "true", "007", "1e5", "]]>", "&lt;", "__x0041__"]
), min_size=1, max_size=12)  # fmt: skip


_NEEDED = re.compile("_x(00(?:0[0-8B-Fb-f]|1[0-9A-Fa-f]))_")


def as_xlsxwriter(texts: list[str]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        sheet = made.add_worksheet("people")
        for row, one in enumerate(["h", *texts]):
            sheet.write_string(row, 0, one)
    return out.getvalue()


def as_openpyxl(texts: list[str]) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row, one in enumerate(["h", *texts], start=1):
        cell = sheet.cell(row, 1)
        cell.value = one
        cell.data_type = "s"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def as_written(texts: list[str]) -> bytes:
    return archive(book({"people": worksheet([[text("h")], *([text(one)] for one in texts)])}))


@settings(max_examples=worlds(20), deadline=None)
@given(TEXTS, st.sampled_from([as_xlsxwriter, as_openpyxl, as_written]))
def test_any_text_is_read_back_or_a_problem(texts: list[str], write: Any) -> None:
    (one,) = read_book(write(texts), None)
    assert isinstance(one.cells, Sheet)
    found = grid(one.cells)
    for row, expected in enumerate(texts, start=2):
        got = found.get((row, 1), "")
        if not isinstance(got, str):
            # Only what another reader would take for an escape, and only where the writer did not escape it.
            assert write is not as_xlsxwriter
            assert "_x" in expected
        elif "_x" in expected and write is not as_xlsxwriter:
            # Excel itself shows a return there, or another character that XML cannot hold.
            shown = _NEEDED.sub(lambda match: chr(int(match[1], 16)), expected)
            assert got == ("" if blank(shown) else shown)
        else:
            assert got == ("" if blank(expected) else expected)


@settings(max_examples=worlds(70), deadline=None)
@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_a_byte_that_was_changed_is_a_sentence_or_no_change(place: int, change: int) -> None:
    data = bytearray(WHOLE)
    data[place] ^= change
    try:
        found = {one.name.strip(): one.cells for one in read_book(bytes(data), tuple(ORGANISATION))}
    except Unreadable:
        return
    for stem, rows in ORGANISATION.items():
        one = found.get(stem)
        if isinstance(one, Sheet):
            assert next(len(column.rows) for column in one.columns.values()) == len(rows)


def test_the_archive_is_whole() -> None:
    assert zipfile.ZipFile(io.BytesIO(WHOLE)).testzip() is None
