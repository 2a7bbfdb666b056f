"""What a workbook for somebody else holds: words about it, counts, true days, colours, links, and never a formula."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pyarrow as pa
import pytest

import seewhy
from seewhy.graph.files import sheet_rows
from seewhy.graph.files.sheet_rows import sheets_of
from seewhy.graph.files.workbook import Names, Told, write_workbook
from seewhy.graph.reports.export import answer_file, export_report, manifest_text
from seewhy.graph.reports.verify import verify_export
from tests.app.conftest import DAY

ROWS = pa.table(
    {
        "person": ["ana", "=cmd()", "rosa"],
        "case": ["c-1", "c-2", "c 3&x"],
        "value": ["edit", "view", "edit"],
        "step": ["own", "own", "team"],
        "since": ["2026-01-31", "", "soon"],
        "title": ["2026-02-03", "-1", "A long sentence that is certainly wrapped. " * 3],
    }
)


def read(tables: list[pa.Table], told: Told | None) -> tuple[bytes, Any]:
    out = io.BytesIO()
    assert write_workbook(out, tables[0].schema, tables, told) == sum(map(len, tables))
    return out.getvalue(), openpyxl.load_workbook(io.BytesIO(out.getvalue()))


def test_a_workbook_opens_well() -> None:
    told = Told(
        "Who can see case c-1",
        [("Load", "load-0001"), ("Digest of the load", "abc")],
        lambda ids: f"http://127.0.0.1:8501/why?person={ids['person']}",
        lambda people, cases: {"People": Names(("person", "name"), [(id, f"={id}") for id in people])},
    )
    content, book = read([ROWS.slice(0, 2), ROWS.slice(2)], told)
    assert book.sheetnames == ["About", "Summary", "Data", "People"]
    assert book.active.title == "Data"
    about = {row[0].value: row[1].value for row in book["About"].iter_rows(min_row=3)}
    assert about["Load"] == "load-0001"
    assert about["Rows"].startswith("3, ")
    summary = [tuple(cell.value or "" for cell in row) for row in book["Summary"].iter_rows()]
    assert ("edit", "", 2) in summary
    assert ("own", "view", 1) in summary
    data = book["Data"]
    assert (data.freeze_panes, data.auto_filter.ref) == ("A2", "A1:F4")
    cells = {name: [data.cell(row, n).value for row in (2, 3, 4)] for n, name in enumerate(ROWS.column_names, 1)}
    # A day is one only in a column of days; whatever looks like a formula is a text.
    assert cells["since"] == [dt.datetime(2026, 1, 31), None, "soon"]
    assert cells["title"] == ROWS["title"].to_pylist()
    assert data["A3"].data_type == "s"
    assert data["A3"].quotePrefix
    assert data["F4"].alignment.wrap_text
    assert data["C2"].fill.fgColor.rgb != data["C3"].fill.fgColor.rgb
    assert [data.cell(row, 2).hyperlink.target for row in (2, 3)] == [
        "http://127.0.0.1:8501/why?person=ana", "http://127.0.0.1:8501/why?person==cmd()"
    ]  # fmt: skip
    assert [cell.value for cell in book["People"]["B"]] == ["name", "==cmd()", "=ana", "=rosa"]
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheets = [name for name in parts.namelist() if name.endswith(".xml")]
        for name in sheets:
            assert not list(ElementTree.fromstring(parts.read(name)).iter("{*}f")), name
    assert content == read([ROWS], told)[0]


def test_more_rows_than_a_sheet_holds_go_on_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (sheets_of(0), sheets_of(1_048_575), sheets_of(1_048_576)) == (1, 1, 2)
    monkeypatch.setattr(sheet_rows, "SHEET_ROWS", 2)
    _, book = read([ROWS], Told("x", [], None))
    assert book.sheetnames == ["About", "Summary", "Data", "Data 2"]
    assert [sheet.max_row for sheet in (book["Data"], book["Data 2"])] == [3, 2]
    assert book["Data 2"]["A1"].value == "person"
    assert sheets_of(3) == 2


def test_a_part_of_an_answer_says_so_and_verifies(tmp_path: Path) -> None:
    graph = seewhy.connect(tmp_path / "graph", write=True)
    with graph:
        graph.load(Path(seewhy.__file__).parent / "loaders" / "sample", as_of=DAY)
        load = graph.session.newest()
        content, manifest = answer_file(
            ROWS, "who.xlsx", question="who can see it", as_of=DAY, engine="e", load=load,
            selected={"rows": 3, "of": 231, "show": "edit"},
        )  # fmt: skip
        report = export_report(graph.session, "secondary_access", tmp_path / "s.xlsx", DAY, root="http://x")
    assert (manifest["complete"], manifest["selected"]["of"], report["complete"]) == (False, 231, True)
    (tmp_path / "who.xlsx").write_bytes(content)
    (tmp_path / "who.xlsx.manifest.json").write_text(manifest_text(manifest), "utf-8")
    assert verify_export(tmp_path / "who.xlsx").holds
    assert verify_export(tmp_path / "s.xlsx").holds
    about = {row[0].value: row[1].value for row in openpyxl.load_workbook(io.BytesIO(content))["About"].iter_rows()}
    assert about["Chosen"] == "3 of 231 rows: show edit"
    assert about["Digest of the load"] == load.digest
    assert "seewhy verify" in about["How to verify"]
    data = openpyxl.load_workbook(tmp_path / "s.xlsx")["Data"]
    since = [cell.value for cell in next(column for column in data.iter_cols() if column[0].value == "since")[1:]]
    assert since
    assert all(isinstance(cell, dt.datetime) for cell in since)
