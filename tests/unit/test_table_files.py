"""Every Arrow type through every writer: no text is run as a formula or changed otherwise, numbers stay numbers."""

from __future__ import annotations

import csv
import datetime as dt
import decimal
import io
import json
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from seewhy.graph.files.formulas import safe
from seewhy.graph.files.table_files import WRITERS

SIGNS = ("=", "+", "-", "@", *"\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212")
BEFORE = (
    *("", " ", "  ", "\xa0", "\u3000", "\u200b", "\ufeff", "\u2060", "\xad", "\u202e", "\t", "\r", "\n", "\0"),
    "'",
    "\u2800",
)
RISKY = [f"{before}{sign}1+1" for before in BEFORE for sign in SIGNS] + ["\tx", "\rx", "\nx"]
HARMLESS = ["", "a", "a=1", "1-2", "o'Neill", "'quoted'", "é", "* x", "c-101", " x = 1", "\u200bx", "10", "#N/A"]
TEXTS = [*RISKY, *HARMLESS]
KINDS: dict[str, pa.Array] = {
    "string": pa.array(TEXTS, pa.string()),
    "large_string": pa.array(TEXTS, pa.large_string()),
    "string_view": pa.array(TEXTS, pa.string_view()),
    "dictionary": pa.array(TEXTS).dictionary_encode(),
    "dictionary of large": pa.array(TEXTS, pa.large_string()).dictionary_encode(),
    "short dictionary": pa.array([*TEXTS, *TEXTS]).dictionary_encode(),
    "ordered dictionary": pa.DictionaryArray.from_arrays(pa.array(range(len(TEXTS)), pa.int16()), TEXTS, ordered=True),
    "run ends": pa.RunEndEncodedArray.from_arrays(pa.array(range(1, len(TEXTS) + 1), pa.int32()), pa.array(TEXTS)),
    "binary": pa.array([text.encode() for text in TEXTS], pa.binary()),
    "json": pa.ExtensionArray.from_storage(pa.json_(), pa.array(TEXTS)),
}


def written(ending: str, *tables: pa.Table) -> bytes:
    out = io.BytesIO()
    assert WRITERS[ending](out, tables[0].schema, tables) == sum(map(len, tables))
    assert not out.closed
    return out.getvalue()


def csv_rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_text_type_through_every_writer(kind: str) -> None:
    array = KINDS[kind]
    texts = [*TEXTS, *TEXTS] if kind == "short dictionary" else TEXTS
    table = pa.table({"=head": array, "plain": array})
    header, *rows = csv_rows(written(".csv", table))
    assert header == ["'=head", "plain"]
    for text, row in zip(texts, rows, strict=True):
        assert row == [f"'{text}" if text in RISKY else text] * 2, repr(text)
    sheet = openpyxl.load_workbook(io.BytesIO(written(".xlsx", table))).active
    assert sheet is not None
    assert sheet.cell(1, 1).value == "'=head"
    for text, cells in zip(texts, sheet.iter_rows(min_row=2), strict=True):
        for cell in cells:
            assert (unescape(str(cell.value or "")), cell.data_type) in ((text, "s"), ("", "n")), repr(text)
            assert cell.quotePrefix == (text in RISKY), repr(text)
    assert [row["plain"] for row in json.loads(written(".json", table))] == texts
    if kind != "json":
        back = pq.read_table(io.BytesIO(written(".parquet", table)))["plain"].to_pylist()
        assert [one.decode() if isinstance(one, bytes) else one for one in back] == texts


def test_numbers_truths_and_dates_stay_what_they_are() -> None:
    table = pa.table(
        {
            "whole": pa.array([-5, 7, None]),
            "dictionary": pa.array([-5, -5, None]).dictionary_encode(),
            "broken": pa.array([-1.5, float("nan"), None]),
            "decimal": pa.array([decimal.Decimal("-1.50"), None, None]),
            "truth": pa.array([True, False, None]),
            "day": pa.array([dt.date(2026, 1, 2), None, None]),
            "nothing": pa.nulls(3),
        }
    )
    assert csv_rows(written(".csv", table))[1:] == [
        ["-5", "-5", "-1.5", "-1.50", "true", "2026-01-02", ""],
        ["7", "-5", "nan", "", "false", "", ""],
        ["", "", "", "", "", "", ""],
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(written(".xlsx", table))).active
    assert sheet is not None
    first, second = ([cell.value for cell in row] for row in sheet.iter_rows(min_row=2))
    assert first == [-5, -5, -1.5, -1.5, True, dt.datetime(2026, 1, 2), None]
    assert second == [7, -5, "nan", None, False, None, None]
    assert json.loads(written(".json", table))[1] == {
        "whole": 7, "dictionary": -5, "broken": None, "decimal": None, "truth": False, "day": None, "nothing": None
    }  # fmt: skip


def test_nested_values_are_their_json() -> None:
    table = pa.table({"list": pa.array([["=1", "b"], None]), "struct": pa.array([{"a": "=1"}, {"a": None}])})
    assert csv_rows(written(".csv", table))[1:] == [['["=1", "b"]', '{"a": "=1"}'], ["", '{"a": null}']]


def test_a_table_in_parts_is_one_file() -> None:
    table = pa.table({"a": KINDS["dictionary"], "n": pa.array(range(len(TEXTS)))})
    for ending in WRITERS:
        parts = written(ending, table.slice(0, 3), table.slice(3, 0), table.slice(3))
        if ending != ".parquet":
            assert parts == written(ending, table), ending


@given(st.text())
def test_one_apostrophe_is_all_that_changes_and_can_be_taken_away(text: str) -> None:
    made = safe(text)
    assert made in (text, f"'{text}")
    if made != text:
        assert safe(made) == f"'{made}", "a text that looks defused is kept apart from one that is"
    shown: Any = text.lstrip("' \t\r\n")
    if shown.startswith(("=", "+", "-", "@")):
        assert made == f"'{text}"
