"""The two published files as rows: encodings, broken characters, quotes and numbers mended, each repair noted.

The columns are those of the UK government's organogram publication (data.gov.uk): a senior file, one row per person in
a senior post, and a junior file, one row per kind of post below a senior one with a number of full-time equivalents.
"""

from __future__ import annotations

import csv
import io
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from loaders.organogram.repairs import Repairs

NOBODY = frozenset({"", "xx", "0", "n/a", "na", "n/d", "none", "-"})
"""What stands in a reference when there is no post to name (`XX`: the top of the organisation)."""

MOST_POSTS = 10_000
"""More posts than this in one junior row are taken for a slip of the pen (the largest figure seen is 1,678)."""

_SENIOR = {
    "post unique reference": "ref",
    "name": "name",
    "grade (or equivalent)": "grade",
    "job title": "title",
    "organisation": "organisation",
    "unit": "unit",
    "reports to senior post": "reports_to",
    "fte": "fte",
    "professional/occupational group": "profession",
}
_JUNIOR = {
    "organisation": "organisation",
    "unit": "unit",
    "reporting senior post": "reports_to",
    "grade": "grade",
    "generic job title": "title",
    "number of posts in fte": "fte",
    "professional/occupational group": "profession",
}
_OPTIONAL = frozenset({"name", "organisation", "profession", "grade"})
_BROKEN = "\ufffd"
_MOJIBAKE = re.compile("[ÃÂ][\u0080-\u00bf]|â€")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of either file; `posts` is how many people it stands for."""

    file: str
    number: int
    ref: str
    name: str
    grade: str
    title: str
    organisation: str
    unit: str
    reports_to: str
    profession: str
    posts: int


def read_senior(path: Path, repairs: Repairs) -> list[Row]:
    """The rows of the senior file. Raises ConfigurationError when it cannot be read as one."""
    return [
        _row(path, number, cells, _posts(path.name, number, cells["ref"], cells["fte"], repairs, senior=True))
        for number, cells in _records(path, _SENIOR, repairs, other=_JUNIOR)
    ]


def read_junior(path: Path, repairs: Repairs) -> list[Row]:
    """The rows of the junior file, `posts` people each. Raises ConfigurationError when it cannot be read as one."""
    return [
        _row(path, number, cells, _posts(path.name, number, cells["reports_to"], cells["fte"], repairs, senior=False))
        for number, cells in _records(path, _JUNIOR, repairs, other=_SENIOR)
    ]


def _row(path: Path, number: int, cells: Mapping[str, str], posts: int) -> Row:
    return Row(
        file=path.name,
        number=number,
        ref=cells.get("ref", ""),
        name=cells.get("name", ""),
        grade=cells["grade"],
        title=cells["title"],
        organisation=cells["organisation"],
        unit=cells["unit"],
        reports_to=cells["reports_to"],
        profession=cells["profession"],
        posts=posts,
    )


def _records(
    path: Path, columns: Mapping[str, str], repairs: Repairs, other: Mapping[str, str]
) -> Iterator[tuple[int, dict[str, str]]]:
    text = _text(path, repairs)
    try:
        records = [record for record in csv.reader(io.StringIO(text, newline="")) if any(c.strip() for c in record)]
    except csv.Error as error:
        raise ConfigurationError(f"the file `{path.name}` is not readable as csv: {error}") from None
    header = [" ".join(cell.split()).casefold() for cell in records[0]] if records else []
    missing = [name for name, field in columns.items() if field not in _OPTIONAL and name not in header]
    if missing:
        swapped = all(name in header for name, field in other.items() if field not in _OPTIONAL)
        hint = "the senior file comes first, the junior file second" if swapped else ""
        raise ConfigurationError(f"the file `{path.name}` has no column `{missing[0]}`", hint)
    places = {field: header.index(name) for name, field in columns.items() if name in header}
    for number, record in enumerate(records[1:], start=2):
        cells = dict.fromkeys(columns.values(), "")
        if len(record) != len(header):
            repairs.add("ragged_row", path.name, number, "", f"{len(record)} cells under {len(header)} columns")
        for field, place in places.items():
            cells[field] = _clean(record[place] if place < len(record) else "", path.name, number, repairs)
        yield number, cells


def _text(path: Path, repairs: Repairs) -> str:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise ConfigurationError(f"there is no file `{path}`") from None
    except OSError as error:
        raise ConfigurationError(f"the file `{path}` cannot be read: {error.strerror}") from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        encoding = "cp1252"
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            encoding = "latin-1"
            text = content.decode(encoding)
        repairs.add("encoding", path.name, 1, "", f"not UTF-8, read as {encoding}")
    return text.replace("\0", "")


def _clean(cell: str, file: str, row: int, repairs: Repairs) -> str:
    """The cell in one line, with the damage that can be seen in it undone."""
    text = " ".join(cell.split())
    if _MOJIBAKE.search(text):
        try:
            mended = text.encode("cp1252").decode("utf-8")
        except UnicodeError:
            mended = text
        if mended != text:
            repairs.add("wrong_encoding", file, row, "", f"`{text}` was UTF-8 read as Windows-1252, now `{mended}`")
            text = mended
    if _BROKEN in text:
        # Between letters it was an apostrophe nearly always; elsewhere a dash or a no-break space.
        mended = " ".join(re.sub(rf"(?<=\w){_BROKEN}(?=\w)", "'", text).replace(_BROKEN, " ").split())
        repairs.add("broken_character", file, row, "", f"`{text}` is read as `{mended}`")
        text = mended
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        mended = text[1:-1].strip()
        repairs.add("quotes", file, row, "", f"`{text}` is read without its quotes")
        text = mended
    return "".join(c for c in text if c.isprintable())


def _posts(file: str, row: int, post: str, fte: str, repairs: Repairs, *, senior: bool) -> int:
    """How many people a number of full-time equivalents stands for: part of a post is a person, too."""
    try:
        number = float(fte.replace(",", ""))
    except ValueError:
        number = math.nan
    if not number <= MOST_POSTS:
        if not (senior and fte == ""):
            repairs.add("fte", file, row, post, f"the number of posts `{fte}` is no number in reach, read as 1")
        return 1
    if number <= 0:
        repairs.add("no_posts", file, row, post, f"`{fte}` posts stand for nobody, the row is left out")
        return 0
    if senior:
        # A senior row is one person whatever the share; figures above 1 are copied from the staff below.
        if number != 1:
            repairs.add("fraction", file, row, post, f"`{fte}` of a post is one person")
        return 1
    people = math.ceil(number)
    if people != number:
        repairs.add("fraction", file, row, post, f"`{fte}` posts are read as {people} people, one of them part-time")
    return people
