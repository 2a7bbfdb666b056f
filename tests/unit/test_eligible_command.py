"""`seewhy eligible`: text and JSON of every kind, batches of requests, exit codes; on the sample organisation."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from seewhy.api import Graph, connect
from seewhy.cli import main
from seewhy.graph.errors import ConfigurationError, LoadRejected
from seewhy.request_files import judge_requests

SAMPLE = Path(__file__).resolve().parents[2] / "loaders" / "sample"
DAY = "2026-11-22"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    target = tmp_path_factory.mktemp("eligible") / "graph"
    with connect(target, write=True) as graph:
        graph.load(SAMPLE, DAY)
    return str(target)


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(folder: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["seewhy", "eligible", *words, "--graph", folder, "--as-of", DAY])
        with pytest.raises(SystemExit) as left:
            main()
        told = capsys.readouterr()
        return int(left.value.code or 0), told.out, told.err

    return command


@pytest.fixture(scope="module")
def sample(folder: str) -> Iterator[Graph]:
    with connect(folder) as graph:
        yield graph


def test_a_batch_gives_one_verdict_per_row(sample: Graph, tmp_path: Path) -> None:
    file = tmp_path / "requests.csv"
    file.write_text(
        "person_id,position_id,access,functionally_unique\nbo,jr-a1,absence,\n\nbo,jr-a1,Hierarchical,yes\n"
        "omar,app-a-tl; nc-a-tl,absence,no\n",
        "utf-8",
    )
    judged = judge_requests(sample, file, DAY)
    assert [(one.request.row, one.verdict.verdict, list(one.verdict.rules)) for one in judged] == [
        (2, "refused", ["CMS-08", "CMS-09"]),
        (4, "warning", ["CMS-26"]),
        (5, "refused", ["CMS-04"]),
    ]
    assert judged[2].as_dict()["position"] == ["app-a-tl", "nc-a-tl"]


def test_wrong_rows_of_a_batch_are_told_all_at_once_and_nothing_is_judged(sample: Graph, tmp_path: Path) -> None:
    file = tmp_path / "requests.csv"
    file.write_text(
        "person_id,position_id,access,functionaly_unique,functionally_unique\nboo,jr-a1,absense,,\n"
        ",jr-a11;zz,hierarchical,,maybe\nbo,jr-a1,hierarchical,,\nomar,,absence,,no\n",
        "utf-8",
    )
    with pytest.raises(LoadRejected) as caught:
        judge_requests(sample, file, DAY)
    assert caught.value.message == "`requests.csv` has 8 problem(s); no request was judged"
    assert [(p.code, p.row, p.column, p.message) for p in caught.value.problems] == [
        ("unknown_column", 1, "functionaly_unique", "unknown column `functionaly_unique`"),
        ("unknown_id", 2, "person_id", "unknown person `boo`"),
        ("bad_choice", 2, "access", "`absense` is no kind of secondary access"),
        ("blank_cell", 3, "person_id", "`person_id` is required and blank"),
        ("unknown_id", 3, "position_id", "unknown position `jr-a11`"),
        ("unknown_id", 3, "position_id", "unknown position `zz`"),
        ("bad_boolean", 3, "functionally_unique", "`maybe` is not true or false"),
        ("blank_cell", 5, "position_id", "`position_id` is required and blank"),
    ]


def test_a_batch_is_read_as_the_files_of_an_organisation_are(sample: Graph, tmp_path: Path) -> None:
    file = tmp_path / "requests.csv"
    rows = "person_id,position_id,access\n\u200bbo\u00a0,jr-a1,hierarchical\n"
    file.write_text(rows, "utf-8")
    (plain,) = judge_requests(sample, file, DAY)
    for text in (rows.replace(",", "\t"), "sep=;\n" + rows.replace(",", ";")):
        file.write_text(text, "utf-16")
        assert judge_requests(sample, file, DAY) == (plain,)
    file.write_text(rows + rows + "b\x1bo,jr-a1,absence\n", "utf-8")
    with pytest.raises(LoadRejected) as caught:
        judge_requests(sample, file, DAY)
    assert [(p.code, p.row) for p in caught.value.problems] == [
        ("repeated_header", 3),
        ("control_character", 5),
    ]
    file.unlink()
    os.mkfifo(file)
    with pytest.raises(ConfigurationError, match="is a named pipe, not a file"):
        judge_requests(sample, file, DAY)


def test_a_batch_without_its_columns_or_its_file_says_so(sample: Graph, tmp_path: Path) -> None:
    file = tmp_path / "requests.csv"
    file.write_text("person_id,position\nbo,jr-a1\n", "utf-8")
    with pytest.raises(LoadRejected) as caught:
        judge_requests(sample, file, DAY)
    assert [(p.code, p.column) for p in caught.value.problems] == [
        ("unknown_column", "position"),
        ("missing_column", "position_id"),
        ("missing_column", "access"),
    ]
    with pytest.raises(ConfigurationError, match="does not exist"):
        judge_requests(sample, tmp_path / "none.csv", DAY)


def test_the_command_shows_a_checklist_with_the_deciding_condition_marked(run: Run) -> None:
    code, told, _ = run("secondary-access", "bo", "nc-a1", "--access", "hierarchical")
    assert code == 0
    assert told.startswith("refused: hierarchical access for Bo Lindqvist (bo) to New case caseworker 1 (nc-a1)\n")
    assert "  not met: CMS-24, as of 2026-11-22\n" in told
    marked = [line for line in told.splitlines() if line.endswith("← decides")]
    assert marked == [
        "  ✗ CMS-24  New case caseworker 1 (nc-a1) lies in New case (newcase), none of the four case-owning segments"
        "  ← decides"
    ]
    assert "  ✓ CMS-28  one position is asked for\n" in told
    assert "  grace  " not in told
    assert "embedded kglite" in told


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (("secondary-access", "bo", "jr-a1", "app-a1", "--access", "absence", "--functionally-unique"), "verdict"),
        (("removal", "farid", "app-a2"), "verdict"),
        (("reassign", "w-01", "farid"), "verdict"),
        (("assign", "c-101"), "people"),
        (("task", "c-101", "--role", "team_manager"), "people"),
        (("draft", "e-201", "--reopened-after-transfer"), "people"),
        (("contribute", "e-201"), "people"),
        (("cc", "e-201"), "people"),
        (("advise", "e-201"), "people"),
        (("qa", "e-201", "--type", "Press Office"), "people"),
        (("capability", "isaac", "assign-role", "--unit", "hr"), "verdict"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_every_kind_answers_as_text_and_as_json(run: Run, words: tuple[str, ...], keys: str) -> None:
    code, told, _ = run(*words)
    assert code == 0
    assert told
    code, told, wrong = run(*words, "--json")
    assert (code, wrong) == (0, "")
    found = json.loads(told)
    assert found["kind"] == words[0]
    assert found["as_of"] == DAY
    assert found["engine"].startswith("embedded")
    assert found["load"] == "load-0001"
    assert keys in found


def test_what_the_command_cannot_answer_exits_2(run: Run) -> None:
    code, told, wrong = run("assign", "c-10", "--json")
    assert code == 2
    assert json.loads(told)["error"] == "unknown case `c-10`"
    assert wrong.startswith("seewhy: unknown case `c-10`\nhint: did you mean")
    assert run("task", "c-101")[0] == 2
    code, _, wrong = run("secondary-access", "bo", "--access", "absence")
    assert (code, wrong.splitlines()[0]) == (2, "seewhy: `secondary-access` needs `position`")


def test_the_command_judges_a_batch(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "requests.csv"
    file.write_text("person_id,position_id,access\nbo,jr-a1,hierarchical\nbo,nc-a1,hierarchical\n", "utf-8")
    code, told, _ = run("secondary-access", "--requests", str(file))
    assert code == 0
    assert told.startswith("2 requests: 1 allowed, 0 warning, 1 refused\n")
    assert "  row 3  refused  bo to nc-a1 (hierarchical)  CMS-24\n" in told
    code, told, _ = run("secondary-access", "--requests", str(file), "--json")
    found = json.loads(told)
    assert found["count"] == 2
    assert found["counts"] == {"allowed": 1, "warning": 0, "refused": 1}
    assert [(row["row"], row["verdict"]) for row in found["requests"]] == [(2, "allowed"), (3, "refused")]
    file.write_text("person_id,position_id,access\nbo,jr-a9,hierarchical\n", "utf-8")
    code, told, wrong = run("secondary-access", "--requests", str(file))
    assert (code, told) == (2, "")
    assert wrong.startswith("requests.csv:2 position_id: unknown position `jr-a9`")
    code, _, wrong = run("secondary-access", "bo", "--requests", str(file))
    assert (code, wrong.splitlines()[0]) == (2, "seewhy: `--requests` takes no person, position or access")


def test_the_ways_to_a_capability_are_shown_as_a_tree(run: Run) -> None:
    _, told, _ = run("capability", "isaac", "add-unregistered-user", "--unit", "hr")
    lines = told.splitlines()
    assert "either anywhere" in lines
    assert "or at Human Resources (hr) only" in lines
    assert "    ✗ ECASE-115  Create people is not held  ← decides" in lines
    assert "Missing  Create people" in lines


def test_a_batch_may_be_a_workbook_or_a_parquet_file(sample: Graph, tmp_path: Path) -> None:
    rows = [
        ["person_id", "position_id", "access"],
        ["bo", "jr-a1", "absence"],
        ["omar", "app-a-tl; nc-a-tl", "absence"],
    ]
    file = tmp_path / "requests.csv"
    file.write_text("\n".join(",".join(row) for row in rows), "utf-8")
    expected = [(one.request, one.verdict) for one in judge_requests(sample, file, DAY)]
    pl.DataFrame(rows[1:], schema=rows[0], orient="row").write_parquet(tmp_path / "requests.parquet")
    for name, sheets in (("requests.xlsx", ["Sheet1"]), ("two.xlsx", ["notes", "two"]), ("three.xlsx", ["a", "b"])):
        with xlsxwriter.Workbook(tmp_path / name) as book:
            for sheet in map(book.add_worksheet, sheets):
                for place, row in enumerate(rows):
                    sheet.write_row(place, 0, row)
    for name in ("requests.parquet", "requests.xlsx", "two.xlsx"):
        assert [(one.request, one.verdict) for one in judge_requests(sample, tmp_path / name, DAY)] == expected
    with pytest.raises(LoadRejected) as caught:
        judge_requests(sample, tmp_path / "three.xlsx", DAY)
    assert caught.value.problems[0].message == "`three.xlsx` has 2 sheets, and one is needed"


def test_an_error_in_a_batch_is_one_problem(sample: Graph, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "requests.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["person_id", "position_id", "access"])
        sheet.write_row(1, 0, ["bo", "jr-a1"])
        sheet.write_formula(1, 2, '="absence"', None, "#N/A")
    with pytest.raises(LoadRejected) as caught:
        judge_requests(sample, tmp_path / "requests.xlsx", DAY)
    assert [(p.code, p.row, p.column) for p in caught.value.problems] == [("error_cell", 2, "access")]
