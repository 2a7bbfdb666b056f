"""Any id of any characters is read as it was written, in every separator and encoding, or refused with a sentence."""

from __future__ import annotations

import csv
import io
import unicodedata

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from seewhy.graph.inputs.characters import TRIMMED, first_refused, trimmed
from seewhy.graph.inputs.checks import Checked, check
from seewhy.graph.inputs.csvtext import csv_table
from seewhy.graph.inputs.given import tables_from_given
from seewhy.graph.inputs.tables import RawTable, raw_table
from seewhy.loaders.formats.parquet import parquet_table
from tests.support.examples import worlds

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
IDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
# What is strange stands beside what is plain, and often.
STRANGE = st.text(
    st.sampled_from("ab,;\t|\"'\n\r\x00\x1b\x85\u00a0\u00ad\u200b\u200d\u200e\u202e\u2028\ufeff\ufffe=é"),
    min_size=1,
    max_size=6,
)
KINDS = {"Cc", "Zl", "Zp"}


def written(ids: list[str], sign: str, encoding: str, end: str, first: str = "") -> bytes:
    text = io.StringIO(newline="")
    # The writer takes a lone \r for no end of a line; every reader does.
    quoting = csv.QUOTE_ALL if "\r" in "".join(ids) else csv.QUOTE_MINIMAL
    writer = csv.writer(text, delimiter=sign, lineterminator=end, quoting=quoting)
    writer.writerow(["person_id", "name", "job_title"])
    writer.writerows([one, "A", ""] for one in ids)
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    return (mark + first + text.getvalue()).encode(encoding)


def people(table: RawTable) -> Checked:
    return check({"people": table})


def same_or_refused(ids: list[str], found: Checked) -> None:
    """Each id is in the frame, but for its ends, or its row has a problem."""
    wrong = {problem.row for problem in found.problems}
    by_row = dict(found.frames["people"].select("row", "person_id").iter_rows())
    seen: set[str] = set()
    for row, one in enumerate(ids, start=2):
        whole = trimmed(one)
        plain = whole.replace("\x00", "")
        hidden = any(unicodedata.category(char) in KINDS or char in "\u200e\u202e\ufeff\ufffe" for char in plain)
        assert by_row.get(row, "") == ("" if hidden else whole)
        assert (row in wrong) == (not whole or hidden or plain != whole or whole in seen)
        seen.add("" if hidden else whole)


@settings(max_examples=worlds(35), deadline=None)
@given(
    st.lists(IDS | STRANGE, min_size=1, max_size=4),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(ENCODINGS),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_any_id_survives_csv_or_is_refused(ids: list[str], sign: str, encoding: str, end: str, named: bool) -> None:
    first = f"sep={sign}{end}" if named else ""
    found = people(csv_table("people", "people.csv", written(ids, sign, encoding, end, first)))
    same_or_refused(ids, found)
    # Every other way into the program reads the same.
    frame = pl.DataFrame({"person_id": ids, "name": "A", "job_title": ""})
    data = io.BytesIO()
    frame.write_parquet(data)
    others = [
        raw_table("people", "people.csv", frame.columns, frame.get_columns()),
        parquet_table("people", "people.csv", data.getvalue()),
        tables_from_given({"people": frame.to_dicts()})["people"],
    ]
    for other in map(people, others):
        # A mark at the beginning of a line of a quoted cell is gone in csv; the cell is refused for its line break.
        assert [(p.code, p.row, p.column) for p in other.problems] == [
            (p.code, p.row, p.column) for p in found.problems
        ]
        assert other.frames["people"].equals(found.frames["people"])


@settings(max_examples=worlds(70), deadline=None)
@given(
    st.lists(st.lists(st.text("abé,;\"' ", min_size=1, max_size=5), max_size=3), min_size=1, max_size=4),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["", "\ufeff", "\ufeff\ufeff"]),
    st.booleans(),
)
def test_files_joined_by_hand_are_told_row_by_row(parts: list[list[str]], end: str, mark: str, quoted: bool) -> None:
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    whole, ids, again, row = "", [], [], 0
    for number, part in enumerate(parts):
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator=end, quoting=quoting)
        writer.writerow(["person_id", "name", "job_title"])
        row += 1
        again += [row] if number else []
        for place, one in enumerate(part):
            ids.append((row := row + 1, f"{number}-{place}-{one}x"))
            writer.writerow([ids[-1][1], "A", ""])
        whole += mark + text.getvalue()
    table = csv_table("people", "people.csv", whole.encode())
    found = people(table)
    assert [(p.code, p.row) for p in found.problems] == [("repeated_header", one) for one in again]
    assert found.frames["people"].select("row", "person_id").rows() == ids


@settings(max_examples=worlds(100), deadline=None)
@given(st.text(st.sampled_from('person_idname,;\t"\n\r\x00\ufeff =|sep'), max_size=60), st.sampled_from(ENCODINGS))
def test_whatever_the_text_there_is_an_answer(text: str, encoding: str) -> None:
    for problem in people(csv_table("people", "people.csv", text.encode(encoding))).problems:
        assert problem.message
        assert problem.row >= 1


@given(STRANGE)
def test_what_is_trimmed_is_trimmed_once(text: str) -> None:
    once = trimmed(text)
    assert trimmed(once) == once
    assert not once or (once[0] not in TRIMMED and once[-1] not in TRIMMED)


def test_every_control_and_direction_character_is_refused_inside() -> None:
    kept = {"\x00"}
    for code in range(0x110000):
        char = chr(code)
        kind = unicodedata.category(char)
        turns = unicodedata.bidirectional(char) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
        if (kind in ("Cc", "Zl", "Zp") or turns) and char not in kept:
            assert first_refused(f"a{char}b") == char, hex(code)
    for char in "\u061c\u200e\u200f\ufffe\uffff\ufdd0\U0001ffff\U000e0041\ufeff":
        assert first_refused(f"a{char}b") == char
    for char in "é \u200c\u200d\u00ad\u00a0\U000e0100":
        assert first_refused(f"a{char}b") == ""


def test_a_person_may_be_called_as_a_column_is() -> None:
    people = [{"person_id": "cleared", "name": "Cleared"}, {"person_id": "name", "name": "email"}]
    checked = check(tables_from_given({"people": people}))
    assert not checked.problems
    assert checked.frames["people"]["person_id"].to_list() == ["cleared", "name"]
