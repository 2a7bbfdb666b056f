"""The catalogue of reports: counted where that is cheap, built only when asked for, downloaded with a manifest."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from streamlit.testing.v1 import AppTest

import seewhy
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.reports import export
from seewhy.graph.reports.tables import REPORTS
from seewhy.graph.reports.verify import verify_export
from tests.app.conftest import DAY, html

App = Callable[..., AppTest]
REPORTS_PAGE = "../pages/reports.py"


def press(test: AppTest, key: str) -> AppTest:
    return test.button(key=key).click().run()


@pytest.fixture
def uncounted(sample_graph: Path, tmp_path: Path) -> Path:
    """The sample without the access matrix that another test may have left, by which the rows of Access are counted."""
    return shutil.copytree(sample_graph, tmp_path / "graph", ignore=shutil.ignore_patterns("derived"))


def test_every_report_stands_in_the_catalogue_and_none_is_built(app: App, uncounted: Path) -> None:
    test = app(uncounted, REPORTS_PAGE, asof=DAY)
    assert {button.key for button in test.button} >= {f"build-{report}" for report in REPORTS}
    assert not test.get("download_button")
    assert '<b class="rows">68</b>' in html(test)
    assert html(test).count("not counted yet") == 2
    assert html(test).count("rows on 1 sheet, beside About and Summary") == len(REPORTS) - 2


@pytest.mark.parametrize("report", sorted(REPORTS))
def test_a_report_is_built_as_the_command_line_builds_it(
    app: App, sample_graph: Path, tmp_path: Path, report: str
) -> None:
    with seewhy.connect(sample_graph) as graph:
        wanted = export.export_report(graph.session, report, tmp_path / "report.xlsx", DAY)
    test = press(app(sample_graph, REPORTS_PAGE, asof=DAY), f"build-{report}")
    built = test.session_state[f"built-{report}"]
    assert built.manifest["rows"] == wanted["rows"]
    assert built.manifest["sha256"] == wanted["sha256"] == hashlib.sha256(built.file.read_bytes()).hexdigest()
    assert json.loads(built.file.with_name(built.file.name + ".manifest.json").read_text("utf-8")) == built.manifest
    assert [button.proto.label for button in test.get("download_button")] == ["Download Excel", "Manifest"]
    assert f"<b>{wanted['rows']:,} row{'' if wanted['rows'] == 1 else 's'}</b>" in html(test)


def test_a_report_is_narrowed_and_its_manifest_says_so(app: App, sample_graph: Path, tmp_path: Path) -> None:
    with seewhy.connect(sample_graph) as graph:
        some = graph.findings(DAY).findings
        high = [one.message for one in some if one.severity == "high"]
        edits = sum(value == "edit" for value in export_rows(graph, tmp_path))
        for only, says in (("severty=high", "severity"), ("severity", "severity"), ("zzz=x", "columns: rule")):
            with pytest.raises(ConfigurationError, match="names no column") as caught:
                export.export_report(graph.session, "findings", tmp_path / "f.csv", DAY, only=only)
            assert says in caught.value.hint
    narrowed = {"only-findings": "severity=high", "only-access": "value=edit"}
    test = press(app(sample_graph, REPORTS_PAGE, asof=DAY, **narrowed), "build-findings")
    built = test.session_state["built-findings"]
    data = openpyxl.load_workbook(built.file)
    assert built.file.name == f"findings-{DAY}-high.xlsx"
    assert [row[6].value for row in data["Data"].iter_rows(min_row=2)] == high
    assert {row[0].value: row[1].value for row in data["About"].iter_rows(min_row=3)}["Chosen"] == (
        "the rows with severity high"
    )
    assert (built.manifest["complete"], built.manifest["selected"]) == (
        False, {"rows": len(high), "of": len(some), "severity": "high"}
    )  # fmt: skip
    assert verify_export(built.file).holds
    assert f"<b>{len(high):,} rows</b> of {len(some):,}: severity high" in html(test)
    access = press(test, "build-access").session_state["built-access"]
    assert access.manifest["rows"] == edits


def export_rows(graph: seewhy.Graph, folder: Path) -> list[str]:
    """The values of all pairs of the report `access`."""
    export.export_report(graph.session, "access", folder / "access.parquet", DAY)
    return list(pq.read_table(folder / "access.parquet")["value"].to_pylist())


@pytest.mark.parametrize("report", sorted(REPORTS))
def test_a_count_before_building_is_the_number_of_rows(sample_graph: Path, tmp_path: Path, report: str) -> None:
    for date in (DAY, "2026-03-01"):
        with seewhy.connect(sample_graph) as graph:
            counted = export.count_rows(graph.session, report, date)
            asked = export.count_by_asking(graph.session, report, date)
            rows = export.export_report(graph.session, report, tmp_path / "report.csv", date, overwrite=True)["rows"]
        assert asked == rows
        assert counted in (rows, None)


def test_access_is_counted_when_asked(app: App, uncounted: Path) -> None:
    test = press(app(uncounted, REPORTS_PAGE, asof=DAY), "count-access")
    with seewhy.connect(uncounted) as graph:
        assert f'<b class="rows">{export.count_by_asking(graph.session, "access", DAY):,}</b>' in html(test)
    assert not test.get("download_button")


def test_another_day_is_another_report(app: App, sample_graph: Path) -> None:
    test = press(app(sample_graph, REPORTS_PAGE, asof=DAY), "build-cases")
    assert test.get("download_button")
    test.query_params["asof"] = "2026-03-01"
    test.run()
    assert not test.get("download_button")
