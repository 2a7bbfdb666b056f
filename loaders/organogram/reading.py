"""The two published files as rows: encodings, broken characters, quotes and numbers mended, each repair noted.

The columns are those of the UK government's organogram publication (data.gov.uk): a senior file, one row per person in
a senior post, and a junior file, one row per kind of post below a senior one with a number of full-time equivalents.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.inputs.characters import without_marks
from seewhy.graph.inputs.csvtext import SEPARATORS, after_separator_line
from seewhy.graph.inputs.encodings import decoded
from seewhy.graph.inputs.headers import LOOKED_AT
from seewhy.graph.inputs.regular import UnreadableFile, read_regular, shown
from seewhy.graph.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from seewhy.loaders.organogram.repairs import Repairs

NOBODY = frozenset({"", "xx", "0", "n/a", "na", "n/d", "none", "-"})
"""What stands in a reference when there is no post to name (`XX`: the top of the organisation)."""

MOST_POSTS = 10_000
"""More posts than this in one junior row are taken for a slip of the pen (the largest figure seen is 1,678)."""

Columns = Mapping[str, tuple[str, ...]]
"""A field of Row to the names that its column goes by, the official one first."""

_SENIOR: Columns = {
    "ref": ("Post Unique Reference", "Unique Post Reference", "Unique Reference", "Post Reference", "Post Ref"),
    "name": ("Name", "Post Holder", "Post Holder Name"),
    "grade": ("Grade (or equivalent)", "Grade", "Grade Equivalent", "Grade/Equivalent"),
    "title": ("Job Title", "Post Title", "Title"),
    "organisation": ("Organisation", "Organization", "Organisation Name"),
    "unit": ("Unit", "Unit Name", "Business Unit"),
    "reports_to": ("Reports to Senior Post", "Reporting Senior Post", "Reports to Post", "Reports to"),
    "fte": ("FTE", "Full Time Equivalent", "Number of Posts in FTE"),
    "profession": (
        "Professional/Occupational Group",
        "Profession/Occupational Group",
        "Occupational Group",
        "Professional Group",
        "Profession",
    ),
}
_JUNIOR: Columns = {
    "organisation": _SENIOR["organisation"],
    "unit": _SENIOR["unit"],
    "reports_to": ("Reporting Senior Post", "Reports to Senior Post", "Reporting Post", "Reports to"),
    "grade": ("Grade", "Grade (or equivalent)", "Grade Equivalent", "Grade/Equivalent"),
    "title": ("Generic Job Title", "Job Title", "Generic Title"),
    "fte": ("Number of Posts in FTE", "Number of Posts (FTE)", "Posts in FTE", "Number of Posts", "FTE"),
    "profession": _SENIOR["profession"],
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


def _records(path: Path, columns: Columns, repairs: Repairs, other: Columns) -> Iterator[tuple[int, dict[str, str]]]:
    text, named = _text(path, repairs)
    records = _table(path, text, columns, named)
    header = records[0] if records else []
    places = _places(header, columns)
    missing = [names[0] for field, names in columns.items() if field not in _OPTIONAL and field not in places]
    if missing:
        raise ConfigurationError(
            f"the file `{path.name}` has no column `{missing[0].lower()}`", _why(records, columns, other, missing[0])
        )
    for field, names in columns.items():
        if field not in places:
            words = [cell for cell in header if len(cell.strip()) > 2]
            near = next((hint for name in names if (hint := nearest(name, words))), "")
            message = f"there is no column `{names[0]}`, so it is blank for every post" + (f": {near}" if near else "")
            repairs.add("missing_column", path.name, 1, "", message)
    for number, record in enumerate(records[1:], start=2):
        cells = dict.fromkeys(columns, "")
        if _places(record, columns).keys() >= places.keys():
            repairs.add("repeated_header", path.name, number, "", "the row repeats the header, it is left out")
            continue
        if len(record) != len(header):
            repairs.add("ragged_row", path.name, number, "", f"{len(record)} cells under {len(header)} columns")
        for field, place in places.items():
            cells[field] = _clean(record[place] if place < len(record) else "", path.name, number, repairs)
        yield number, cells


def _places(header: Sequence[str], columns: Columns) -> dict[str, int]:
    """Where each field stands, by the first of its names that the header has; case, blanks and signs do not count."""
    at = {_plain(cell): place for place, cell in reversed(list(enumerate(header)))}
    found = {field: [at[_plain(name)] for name in names if _plain(name) in at] for field, names in columns.items()}
    return {field: places[0] for field, places in found.items() if places}


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _why(records: list[list[str]], columns: Columns, other: Columns, missing: str) -> str:
    """The hint beside a column that is not there."""
    header = records[0] if records else []
    needed = set(other) - _OPTIONAL
    if needed <= _places(header, other).keys():
        return "the senior file comes first, the junior file second"
    below = [len(_places(record, columns)) for record in records[1:LOOKED_AT]]
    if below and max(below) > max(2, len(_places(header, columns))):
        return f"the header stands in row {below.index(max(below)) + 2}: delete what is above it"
    return nearest(missing, [cell for cell in header if cell.strip()])


def _table(path: Path, text: str, columns: Columns, named: str) -> list[list[str]]:
    """The records that have cells; their separator is the one that gives most of the columns."""
    found = []
    for sign in dict.fromkeys((*([named] if named else []), *SEPARATORS)):
        try:
            records = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
            found.append([record for record in records if any(c.strip() for c in record)])
        except csv.Error as error:
            raise ConfigurationError(f"the file `{path.name}` is not readable as csv: {error}") from None
    return max(found, key=lambda records: max((len(_places(r, columns)) for r in records[:LOOKED_AT]), default=0))


def _text(path: Path, repairs: Repairs) -> tuple[str, str]:
    """The text of a file, and the separator that a first line `sep=` names (blank without one)."""
    try:
        content = read_regular(path)
    except UnreadableFile as error:
        if error.reason == "does not exist":
            raise ConfigurationError(f"there is no file `{shown(path)}`") from None
        raise ConfigurationError(f"the file `{shown(path)}` {error.reason}", error.hint) from None
    found = decoded(path.name, content)
    if found.data is None:
        problem = found.problem
        raise ConfigurationError(problem.message if problem else f"`{path.name}` is no text", "save it as CSV UTF-8")
    if found.bad_byte >= 0:
        repairs.add("encoding", path.name, 1, "", "not UTF-8, read as cp1252")
    data, named, wrong = after_separator_line(path.name, found.data)
    if wrong:
        raise ConfigurationError(f"the file `{path.name}` cannot be read: {wrong.message}", wrong.hint)
    return without_marks(data.decode()).replace("\0", ""), named


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
