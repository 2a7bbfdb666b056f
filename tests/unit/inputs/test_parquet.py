"""Parquet: each type as the text that a CSV file would hold, or a problem; what pandas writes; what is damaged."""

from __future__ import annotations

import datetime as dt
import io
import random
import uuid
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seewhy.graph.inputs.checks import check
from seewhy.loaders.formats import parquet
from seewhy.loaders.formats.parquet import parquet_table
from seewhy.loaders.tables import read_input
from tests.support.examples import worlds

CASES = Path(__file__).resolve().parents[2] / "field_cases" / "18-parquet-of-pandas"
NOON = dt.datetime(2026, 11, 25, 12)
MIDNIGHT = dt.datetime(2026, 11, 25)
LATE = dt.datetime(2026, 6, 30, 23)


def written(cells: Any, **how: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(cells if isinstance(cells, pa.Table) else pa.table({"c": cells}), out, **how)
    return out.getvalue()


@pytest.mark.parametrize(
    ("cells", "texts"),
    [
        (pa.array([" a ", None], pa.large_string()), ["a", ""]),
        (pa.array(["012", ""], pa.string_view()), ["012", ""]),
        (pa.array(["a", None]).dictionary_encode(), ["a", ""]),
        (pa.array([7, 8]).dictionary_encode(), ["7", "8"]),
        (pa.nulls(2), ["", ""]),
        (pa.array([], pa.string()), []),
        (pa.array([2**64 - 1, None], pa.uint64()), ["18446744073709551615", ""]),
        (pa.array([-(2**63)], pa.int64()), ["-9223372036854775808"]),
        (pa.array([7.0, 0.5, None, float("nan"), -0.0]), ["7", "0.5", "", "", "0"]),
        (pa.array([7.0, 0.1], pa.float32()), ["7", "0.1"]),
        (pa.array([2.0, 1.5], pa.float16()), ["2", "1.5"]),
        (pa.array([300, 250], pa.decimal128(5, 2)), ["300", "250"]),
        (pa.array([10**30], pa.decimal256(50, 2)), ["1" + "0" * 30]),
        (pa.array([True, False, None]), ["true", "false", ""]),
        (pa.array([dt.date(2026, 11, 25)]), ["2026-11-25"]),
        (pa.array([dt.date(9999, 12, 31)], pa.date64()), ["9999-12-31"]),
        (pa.array([MIDNIGHT, NOON, None]), ["2026-11-25", "2026-11-25 12:00:00", ""]),
        (pa.array([MIDNIGHT], pa.timestamp("s")), ["2026-11-25"]),
        # 23:00 in UTC is midnight of the next day in London, in summer.
        (pa.array([LATE], pa.timestamp("us", "Europe/London")), ["2026-07-01"]),
        (pa.array([LATE], pa.timestamp("ms", "+01:00")), ["2026-07-01"]),
        (pa.array([LATE], pa.timestamp("ns", "UTC")), ["2026-06-30 23:00:00"]),
        (pa.array([dt.time(10, 30)]), ["10:30:00"]),
        (pa.array([uuid.UUID(int=5).bytes, None], pa.uuid()), ["00000000-0000-0000-0000-000000000005", ""]),
        (pa.array(["{}"], pa.json_()), ["{}"]),
    ],
    ids=lambda value: str(value.type) if hasattr(value, "type") else "",
)
def test_a_column_is_the_text_of_a_csv_file(cells: pa.Array, texts: list[str]) -> None:
    table = parquet_table("roles", "roles.parquet", written(cells))
    assert (table.frame["c"].to_list(), table.problems) == (texts, ())


def test_a_day_far_away_survives_the_old_kind_of_timestamp() -> None:
    data = written(pa.array([dt.datetime(9999, 12, 31)]), use_deprecated_int96_timestamps=True)
    assert parquet_table("roles", "roles.parquet", data).frame["c"].to_list() == ["9999-12-31"]


@pytest.mark.parametrize(
    "cells",
    [
        pa.array([b"a"]),
        pa.array([b"a"], pa.large_binary()),
        pa.array([b"ab"], pa.binary(2)),
        pa.array([["a"]]),
        pa.array([{"a": 1}]),
        pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int32())),
        pa.array([dt.timedelta(days=1)]),
        pa.array([0], pa.timestamp("us", "Nowhere/City")),
    ],
    ids=lambda value: str(value.type),
)
def test_a_column_of_another_kind_is_a_problem(cells: pa.Array, capfd: pytest.CaptureFixture[str]) -> None:
    table = parquet_table("roles", "roles.parquet", written(cells))
    assert [(p.code, p.file, p.row, p.column) for p in table.problems] == [
        ("unsupported_type", "roles.parquet", 1, "c")
    ]
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("cells", "row"),
    [
        (pa.array([1.0, 2.0**53]), 3),
        (pa.array([2.0**24], pa.float32()), 2),
        (pa.array([1e300]), 2),
        (pa.array([float("inf")]), 2),
    ],
)
def test_a_number_with_more_digits_than_its_column_holds_is_a_problem(cells: pa.Array, row: int) -> None:
    table = parquet_table("roles", "roles.parquet", written(cells))
    assert [(p.code, p.row, p.column) for p in table.problems] == [("inexact_number", row, "c")]


def test_the_index_that_pandas_writes_is_called_so() -> None:
    tables, found = read_input(CASES / "input")
    (problem,) = [*found, *check(tables).problems]
    assert (problem.code, problem.file, problem.row, problem.column) == (
        "unknown_column", "memberships.parquet", 1, "__index_level_0__")  # fmt: skip
    assert "index=False" in problem.hint


@pytest.mark.parametrize("name", ["Unnamed: 0", "__index_level_1__", "index", "level_0"])
def test_an_index_that_was_read_back_is_called_so_in_any_format(tmp_path: Path, name: str) -> None:
    frame = pd.DataFrame({name: [0], "role_id": ["r"], "name": ["R"]})
    for suffix, write in ((".csv", frame.to_csv), (".parquet", frame.to_parquet)):
        folder = tmp_path / suffix
        folder.mkdir()
        write(folder / f"roles{suffix}", index=False)
        problems = check(read_input(folder)[0]).problems
        assert [(p.code, p.column, "index=False" in p.hint) for p in problems] == [("unknown_column", name, True)]


def test_types_of_pandas_load() -> None:
    tables, found = read_input(CASES / "input2")
    checked = check(tables)
    assert [*found, *checked.problems] == []
    assert checked.frames["memberships"].select("access", "position", "since", "note").rows() == [
        ("edit", 1, "2026-11-25", ""),
        ("deny", None, "", ""),
        ("edit", 2, "", ""),
    ]


def test_two_columns_of_one_name(tmp_path: Path) -> None:
    table = pa.table([pa.array(["a"]), pa.array(["b"])], names=["role_id", "role_id "])
    found = parquet_table("roles", "roles.parquet", written(table)).problems
    assert [(p.code, p.column) for p in found] == [("double_column", "role_id")]


def test_what_is_no_parquet_file_is_one_problem_that_names_it(capfd: pytest.CaptureFixture[str]) -> None:
    whole = written(pa.table({"role_id": ["a"] * 50, "n": range(50)}))
    for data in (b"", b"PAR1", b"PAR1PARE", b"PARE" + whole[4:], whole[:-1], whole[:40], whole[40:], b"x" * 5000):
        table = parquet_table("roles", "roles.parquet", data)
        assert [(p.code, p.file) for p in table.problems] == [("unreadable_file", "roles.parquet")]
        assert ("is encrypted" in table.problems[0].message) == (b"PARE" in data)
        assert not table.complete
    assert [p.code for p in parquet_table("roles", "roles.parquet", written(pa.table({}))).problems] == ["empty_file"]
    # A byte that was changed may make another value, and never an error of its own.
    for seed in range(worlds(100)):
        chance = random.Random(seed)
        data = bytearray(whole)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        parquet_table("roles", "roles.parquet", bytes(data))
    assert capfd.readouterr().err == ""


def test_a_file_of_more_cells_than_it_may_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = written(pa.table({"role_id": ["a"] * 2000, "name": ["b"] * 2000}))
    monkeypatch.setattr(parquet, "CELLS", 3999)
    (problem,) = parquet_table("roles", "roles.parquet", data).problems
    assert problem.message == "`roles.parquet` has 2,000 rows of 2 columns, more than 3,999 cells"


@settings(max_examples=worlds(40), deadline=None)
@given(st.lists(st.text(max_size=8), min_size=1, max_size=8), st.sampled_from(["string", "large_string", "dictionary"]))
def test_any_text_is_read_back(texts: list[str], kind: str) -> None:
    cells = pa.array(texts).dictionary_encode() if kind == "dictionary" else pa.array(texts, getattr(pa, kind)())
    table = parquet_table("roles", "roles.parquet", written(cells))
    # Blanks at the ends are trimmed; what else is trimmed there is no letter, sign or digit either.
    for text, got in zip(texts, table.frame["c"], strict=True):
        assert got in text
        assert "".join(c for c in text if c.isprintable() and c != " ") == "".join(
            c for c in got if c.isprintable() and c != " ")  # fmt: skip
    assert table.problems == ()
